"""Keeping the record and keeping it up: backup and restore, health, metrics. `docs/keeping.md` is the page for a site.

A command line and a few addresses over the whole house: nothing of the house imports it.
"""
