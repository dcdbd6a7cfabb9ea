"""Thousands of letters: read side by side, in order, picked up where a broken run left off, into one table."""
