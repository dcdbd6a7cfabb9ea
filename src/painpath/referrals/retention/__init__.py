"""How long records are kept, what holds them back, and how they end."""
