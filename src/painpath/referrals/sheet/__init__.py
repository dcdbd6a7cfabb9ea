"""The screening sheet: a clinician's own word on criteria, words they mark, and earlier referrals beside it."""
