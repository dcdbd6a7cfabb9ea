"""Questionnaires: which may be sent, who answers them, and what an answer sets going."""
