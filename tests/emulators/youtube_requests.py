"""One request to YouTube as its endpoints see it: who asks, for what, and with which file."""

from __future__ import annotations

import base64
import email.parser
import email.policy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.emulators.serving import Visit
from tests.emulators.youtube_site import Channel
from tests.emulators.youtube_words import Refused

USUAL_PAGE = 5
LARGEST_PAGE = 50
One = TypeVar("One")


@dataclass(frozen=True)
class Asked:
    """A request that was let in."""

    visit: Visit
    channel: Channel | None
    """Whose token it is; None for an account without a channel."""
    query: dict[str, list[str]]
    """Its parameters; those that are lists are split at commas."""
    body: dict[str, Any]
    media: bytes | None
    media_type: str

    @property
    def parts(self) -> list[str]:
        return self.query.get("part", [])

    def one(self, name: str, default: str = "") -> str:
        """Give a parameter that has one value."""
        return self.query.get(name, [default])[0]

    def says(self, name: str, *, default: bool) -> bool:
        return self.one(name, "true" if default else "false") == "true"

    def own_channel(self) -> Channel:
        """Give the channel that the token speaks for.

        Raises:
            Refused: youtubeSignupRequired.
        """
        if self.channel is None:
            raise Refused("youtubeSignupRequired")
        return self.channel


def query_of(visit: Visit) -> dict[str, list[str]]:
    """Read a request's parameters; lists come as several parameters, or with commas, or both."""
    query: dict[str, list[str]] = {}
    for name, value in visit.request.query_params.multi_items():
        values = value.split(",") if name in {"part", "id"} else [value]
        query.setdefault(name, []).extend(one.strip() for one in values if one.strip() or name not in {"part", "id"})
    return query


def read_body(raw: bytes, content_type: str) -> tuple[Any, bytes | None, str]:
    """Split a body into its JSON, its file and the file's media type; what there is none of is None or empty.

    Raises:
        ValueError: the JSON is none, or a body of several parts does not have two.
    """
    if not raw:
        return None, None, ""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/related":
        head, file = parts_of_multipart(raw, content_type)
        return json.loads(head[1]), file[1], file[0]
    if kind == "application/json":
        return json.loads(raw), None, ""
    return None, raw, kind


def parts_of_multipart(raw: bytes, content_type: str) -> list[tuple[str, bytes]]:
    """Take a multipart body apart into media types and contents.

    Raises:
        ValueError: it has not two parts, the first of JSON.
    """
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    boundary = parser.parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode(), headersonly=True).get_param("boundary")
    pieces = (b"\r\n" + raw).split(f"\r\n--{boundary}".encode()) if boundary else []
    if len(pieces) <= 2:  # the official client ends its lines with \n alone
        pieces = (b"\n" + raw).split(f"\n--{boundary}".encode()) if boundary else []
    parts = [_part(parser, piece) for piece in pieces[1:] if not piece.startswith(b"--")]
    if len(parts) != 2 or parts[0][0] != "application/json":
        raise ValueError("a multipart body has JSON first and a file second")
    return parts


def _part(parser: email.parser.BytesParser, piece: bytes) -> tuple[str, bytes]:
    head, content = re.split(rb"\r?\n\r?\n", piece.lstrip(b"\r\n"), maxsplit=1)
    headers = parser.parsebytes(head + b"\r\n\r\n", headersonly=True)
    if headers.get("content-transfer-encoding") == "base64":
        content = base64.b64decode(content)
    return headers.get_content_type(), content


def page_of(asked: Asked, every: Sequence[One]) -> tuple[list[One], dict[str, Any]]:
    """Give the page that was asked for, and what an answer says of pages.

    Raises:
        Refused: invalidPageToken.
    """
    size = min(LARGEST_PAGE, int(asked.one("maxResults", str(USUAL_PAGE))))
    begin = _place(asked.one("pageToken")) if asked.one("pageToken") else 0
    said: dict[str, Any] = {"pageInfo": {"totalResults": len(every), "resultsPerPage": size}}
    if begin + size < len(every):
        said["nextPageToken"] = _token(begin + size)
    if begin > 0:
        said["prevPageToken"] = _token(max(0, begin - size))
    return list(every[begin : begin + size]), said


def _token(place: int) -> str:
    return base64.urlsafe_b64encode(f"at {place}".encode()).decode().rstrip("=")


def _place(token: str) -> int:
    try:
        word, place = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split()
        if word != "at":
            raise Refused("invalidPageToken")
        return int(place)
    except ValueError as error:
        raise Refused("invalidPageToken") from error
