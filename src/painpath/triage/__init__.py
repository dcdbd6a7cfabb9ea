"""The team door: where referrals are received, screened and decided."""
