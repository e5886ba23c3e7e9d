"""YouTube: its channels, and films shown on them."""
