"""The door of those who run the service: what happens to referrals, and what is published."""
