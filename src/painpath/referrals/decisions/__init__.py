"""Deciding, what follows a decision, and how it is taken back."""
