"""Painpath: the front door of a persistent-pain clinic."""
