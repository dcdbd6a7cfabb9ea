"""The demonstration: synthetic referrals in every state, loaded through the verbs of the record."""
