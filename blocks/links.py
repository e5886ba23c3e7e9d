"""Links to stored products that anybody may open until they end, and nobody can change."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from pydantic import SecretStr

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address
from blocks.errors import BadSpec

FOLDER = "files"
"""Where links begin, after the address of the receiver."""
_UNKNOWN = "application/octet-stream"
_TYPES = {
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "otio": "application/json",
    "png": "image/png",
    "srt": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "yaml": "text/plain; charset=utf-8",
}
"""What a browser may show. A page or a drawing that could run something is never one of these."""
_SECONDS = re.compile(r"[0-9]{1,12}")


class LinkedFile(Frozen):
    """What a link leads to, and until when."""

    address: Address
    content_type: str
    """What the browser is told that it is, as it was when the link was made."""
    ends_at: datetime
    """To the second."""


def content_type_of(address: Address) -> str:
    """Tell what a browser shall take a stored file for, by its suffix."""
    return _TYPES.get(address.rpartition(".")[2], _UNKNOWN)


def link_to(file: LinkedFile, base_url: str, key: SecretStr) -> str:
    """Give an address under which anybody can read a file for a while.

    Whoever has it needs no key: never log it.

    Args:
        file: what it leads to; whether it is there is not asked.
        base_url: address of the receiver, as people reach it.
        key: what the receiver checks it with.
    """
    until = int(file.ends_at.timestamp())
    words = {"until": str(until), "type": file.content_type, "by": _signature(file.address, until, file.content_type, key)}
    return f"{base_url.rstrip('/')}/{FOLDER}/{file.address}?{urlencode(words)}"


def read_link(address: str, query: Mapping[str, str], key: SecretStr, now: datetime) -> LinkedFile:
    """Read a link that came back.

    Args:
        address: the last part of its path.
        query: what stands behind the question mark.
        key: what it was made with.
        now: the time.

    Raises:
        BadSpec: it was changed, was made with another key, or has ended.
    """
    until, content_type, signature = (query.get(word, "") for word in ("until", "type", "by"))
    seconds = int(until) if _SECONDS.fullmatch(until) else 0
    wanted = _signature(address, seconds, content_type, key)
    if not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise BadSpec("this link was not made here, or a part of it is missing: copy it anew, as a whole")
    ends_at = datetime.fromtimestamp(seconds, UTC)
    if ends_at <= now:
        raise BadSpec("this link has ended: take a new one from the page that it stood on")
    return LinkedFile(address=address, content_type=content_type, ends_at=ends_at)


def _signature(address: str, until: int, content_type: str, key: SecretStr) -> str:
    # No part can hold a line's end where the other parts are right: the address is hexadecimal, and what came is compared whole.
    said = f"link\n{address}\n{until}\n{content_type}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key.get_secret_value().encode(), said, "sha256")).rstrip(b"=").decode()
