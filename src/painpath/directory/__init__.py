"""Practices and the practitioners who refer."""
