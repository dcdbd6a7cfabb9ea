"""What arrives: files and their text, whom a referral is about, how to reach them, a backlog from elsewhere."""
