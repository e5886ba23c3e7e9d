"""Notion: a database whose pages are films."""
