"""What those who refer do themselves: drafts and sending, accounts, answers, word that something has changed."""
