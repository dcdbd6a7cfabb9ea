"""Advice and guidance: what the referrer asked, what was answered, paragraphs to use again, codes of e-RS."""
