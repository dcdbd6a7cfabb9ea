"""Gives every test the browser fixtures: `tests/browsing.py`, which starts nothing until it is asked."""

pytest_plugins = ["tests.browsing"]
