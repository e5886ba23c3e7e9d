"""What a Google account lets an access token do: the word between the emulated sign-in and the emulated YouTube."""

from __future__ import annotations

from dataclasses import dataclass

_PREFIX = "https://www.googleapis.com/auth/"
UPLOAD = f"{_PREFIX}youtube.upload"
FORCE_SSL = f"{_PREFIX}youtube.force-ssl"
READONLY = f"{_PREFIX}youtube.readonly"
YOUTUBE = f"{_PREFIX}youtube"


@dataclass(frozen=True)
class Grant:
    """Whom an access token speaks for, and what it may do."""

    channel_id: str
    scopes: frozenset[str]
    """Full addresses, as above."""
