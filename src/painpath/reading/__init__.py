"""Text -> findings: what a letter names, asserted how, about whom, when, in which words."""
