"""What people ask about their own data, and by when it is answered."""
