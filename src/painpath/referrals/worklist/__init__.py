"""The worklist: what stands on it, how it is searched, and whose each referral is."""
