"""Letters: drafted from a decision, checked, signed, and kept as the exact bytes that were signed."""
