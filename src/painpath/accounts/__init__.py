"""Services, the people who work in them, what they may do, and who looked at what."""
