"""Counts of the record, kept up to date day by day, and its export. Reads the record and changes nothing of it."""
