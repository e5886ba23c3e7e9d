"""Word lists written as plain text."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Give the words of a text, each once."""
    return frozenset(text.split())
