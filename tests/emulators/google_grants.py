"""What somebody who holds a token of Google may do, and on which channel."""

from __future__ import annotations

from dataclasses import dataclass

UPLOAD = "https://www.googleapis.com/auth/youtube.upload"
FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"
READONLY = "https://www.googleapis.com/auth/youtube.readonly"
YOUTUBE = "https://www.googleapis.com/auth/youtube"


@dataclass(frozen=True)
class Grant:
    """What a token is good for."""

    channel_id: str
    scopes: frozenset[str]
