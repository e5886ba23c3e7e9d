"""Kling itself: clips, ordered as jobs under our own name."""
