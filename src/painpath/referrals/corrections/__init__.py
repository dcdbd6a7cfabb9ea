"""Two referrals or two practices that are one, and documents that belong to somebody else."""
