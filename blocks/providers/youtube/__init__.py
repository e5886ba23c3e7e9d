"""YouTube: signing in to channels."""
