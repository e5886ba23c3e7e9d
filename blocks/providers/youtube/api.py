"""YouTube's Data API as calls, each counted as YouTube counts it.

Costs: the quota page of the API, 2026-11. A project has 10 000 units a day, and 100 uploads that are counted by themselves.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import JsonValue, SecretStr

from blocks.capabilities.publication import PublicationPaper
from blocks.errors import CredentialsRejected, ProviderUnavailable
from blocks.http import Answer, Door
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.answers import (
    Caption,
    Captions,
    Channels,
    Parts,
    PartsList,
    PlaylistItems,
    Video,
    Videos,
    YouTubeChannel,
)
from blocks.providers.youtube.faults import fault_of
from blocks.providers.youtube.tokens import AccountTokens

UNITS, UPLOADS = "units", "uploads"
"""What a project's allowances count."""
READ, CHANGE, SEND_CAPTIONS, REPLACE_CAPTIONS = 1, 50, 400, 450
"""Units of calls that read, that change something, and that send captions."""
WHOLE_FILM_UNITS = CHANGE * 4 + SEND_CAPTIONS + 20
"""What publishing one film takes: thumbnail, playlist, captions, flags, showing, and some twenty looks."""
_PAGE = 50
_MOST_PAGES = 20
"""Pages of what was uploaded, newest first: more than ten days of a project's uploads."""


def project_account(account: YouTubeAccount) -> str:
    """Name the project whose allowance the calls of an account use: several channels may share it."""
    number = account.project or account.client_id.partition("-")[0]
    return f"youtube project {number}"


@dataclass(frozen=True)
class YouTube:
    """An open line to YouTube, for one account; it counts what it uses on the paper of a publication."""

    door: Door
    account: YouTubeAccount
    paper: PublicationPaper

    @classmethod
    @contextmanager
    def open(cls, account: YouTubeAccount, paper: PublicationPaper) -> Iterator[Self]:
        """Open a line; it is closed at the end."""
        dialect = partial(fault_of, project=project_account(account))
        with Door("YouTube", account.api_url, dialect, bearer=AccountTokens(account)) as door:
            yield cls(door, account, paper)

    @contextmanager
    def uploading(self, session: SecretStr) -> Iterator[tuple[Door, str]]:
        """Open the door of an upload: every answer is read by the upload itself.

        Args:
            session: the address that YouTube gave for it.

        Returns:
            the door, and the path behind it.

        Raises:
            ProviderUnavailable: the address leads to somebody else, who shall not get our token.
        """
        whole = urlsplit(session.get_secret_value())
        own = urlsplit(self.account.api_url)
        is_google = whole.scheme == "https" and (whole.hostname or "").endswith(".googleapis.com")
        if not is_google and (whole.scheme, whole.netloc) != (own.scheme, own.netloc):
            raise ProviderUnavailable(
                f"YouTube named {whole.hostname!r} for an upload, which is not its own: nothing was sent; it is tried again later"
            )
        base, path = f"{whole.scheme}://{whole.netloc}", f"{whole.path}?{whole.query}"
        bearer = AccountTokens(self.account)
        hidden = (session, SecretStr(whole.query))
        with Door("YouTube", base, _no_fault, bearer=bearer, secrets=hidden) as door:
            yield door, path

    def charge(self, units: int, bucket: str = UNITS) -> None:
        """Count what the next call takes."""
        self.paper.charge(project_account(self.account), bucket, units)

    def channels(self) -> tuple[YouTubeChannel, ...]:
        """Ask which channel the account's token writes to: one, or none."""
        self.charge(READ)
        answer = self.door.get("/youtube/v3/channels", params={"part": "snippet,contentDetails", "mine": "true"})
        return tuple(answer.read(Channels).items)

    def own_channel(self) -> YouTubeChannel:
        """Ask which channel the account writes to.

        Raises:
            CredentialsRejected: none, or another than the account was authorised for.
        """
        expected = self.account.youtube_channel_id
        if not expected:
            raise CredentialsRejected(f"YouTube: nobody has signed in for this account yet: run {self.account.sign_in}")
        found = self.channels()
        if len(found) != 1 or found[0].id != expected:
            there = ", ".join(f"{one.title} ({one.id})" for one in found) or "no channel at all"
            raise CredentialsRejected(
                f"YouTube: the account is that of {expected}, and its token writes to {there}: nothing was sent; "
                f"sign in again as the right channel: {self.account.sign_in}"
            )
        return found[0]

    def video(self, video_id: str) -> Video | None:
        """Ask how a film stands; None when YouTube does not have it."""
        self.charge(READ)
        return next(iter(self._list(video_id, "snippet,status,processingDetails").read(Videos).items), None)

    def parts(self, video_id: str) -> Parts | None:
        """Give what can be changed of a film, as it is now; None when YouTube does not have it."""
        self.charge(READ)
        return next(iter(self._list(video_id, "snippet,status").read(PartsList).items), None)

    def update(self, video_id: str, parts: Mapping[str, dict[str, JsonValue]]) -> Parts:
        """Replace whole parts of a film: what they leave out is reset. Gives these parts as they are then."""
        self.charge(CHANGE)
        body: dict[str, JsonValue] = {"id": video_id, **parts}
        return self.door.put("/youtube/v3/videos", json=body, params={"part": ",".join(sorted(parts))}).read(Parts)

    def newest_uploads(self, channel: YouTubeChannel, since: datetime) -> tuple[Video, ...]:
        """List the films that were uploaded to a channel since a moment, whoever may see them."""
        found: list[Video] = []
        page: dict[str, str | int] = {"part": "snippet", "playlistId": channel.uploads, "maxResults": _PAGE}
        for _ in range(_MOST_PAGES):
            self.charge(READ)
            listed = self.door.get("/youtube/v3/playlistItems", params=page).read(PlaylistItems)
            recent = [one.video for one in listed.items if one.video and (one.added_at is None or one.added_at >= since)]
            found += self._videos(recent)
            if len(recent) < len(listed.items) or not listed.next_page:
                break
            page["pageToken"] = listed.next_page
        return tuple(found)

    def _videos(self, video_ids: Iterable[str]) -> tuple[Video, ...]:
        if not (ids := ",".join(video_ids)):
            return ()
        self.charge(READ)
        return tuple(self._list(ids, "snippet,status").read(Videos).items)

    def set_thumbnail(self, video_id: str, picture: Path, media_type: str) -> None:
        """Set the picture to click on; the earlier one gives way."""
        self.charge(CHANGE)
        params = {"videoId": video_id, "uploadType": "media"}
        headers = {"Content-Type": media_type}
        self.door.send("POST", "/upload/youtube/v3/thumbnails/set", content=picture.read_bytes(), headers=headers, params=params)

    def captions(self, video_id: str) -> tuple[Caption, ...]:
        """List the captions of a film."""
        self.charge(CHANGE)
        params: dict[str, str | int] = {"part": "snippet", "videoId": video_id}
        return tuple(self.door.get("/youtube/v3/captions", params=params).read(Captions).items)

    def add_captions(self, video_id: str, language: str, file: Path) -> Caption | None:
        """Add captions; None when the film has some in this language already."""
        self.charge(SEND_CAPTIONS)
        snippet: dict[str, JsonValue] = {"videoId": video_id, "language": language, "name": "", "isDraft": False}
        answer = self._send_captions("POST", {"snippet": snippet}, file)
        return None if answer.status == HTTPStatus.CONFLICT else answer.read(Caption)

    def replace_captions(self, caption_id: str, file: Path) -> Caption:
        """Replace captions that are there."""
        self.charge(REPLACE_CAPTIONS)
        return self._send_captions("PUT", {"id": caption_id, "snippet": {"isDraft": False}}, file).read(Caption)

    def is_on(self, playlist: str, video_id: str) -> bool:
        """Tell whether a film is on a playlist."""
        self.charge(READ)
        params: dict[str, str | int] = {"part": "snippet", "playlistId": playlist, "videoId": video_id, "maxResults": 1}
        return bool(self.door.get("/youtube/v3/playlistItems", params=params).read(PlaylistItems).items)

    def put_on(self, playlist: str, video_id: str) -> None:
        """Put a film on a playlist; look first, for it can be put there twice."""
        self.charge(CHANGE)
        resource: dict[str, JsonValue] = {"kind": "youtube#video", "videoId": video_id}
        body: dict[str, JsonValue] = {"snippet": {"playlistId": playlist, "resourceId": resource}}
        self.door.post("/youtube/v3/playlistItems", json=body, params={"part": "snippet"})

    def _list(self, ids: str, part: str) -> Answer:
        return self.door.get("/youtube/v3/videos", params={"part": part, "id": ids})

    def _send_captions(self, method: str, words: dict[str, JsonValue], file: Path) -> Answer:
        boundary = uuid.uuid4().hex
        head = (
            f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(words)}\r\n"
            f"--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        content = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        return self.door.send(
            method,
            "/upload/youtube/v3/captions",
            content=content,
            headers={"Content-Type": f"multipart/related; boundary={boundary}"},
            params={"part": "snippet", "uploadType": "multipart"},
        )


def _no_fault(answer: Answer) -> None:  # noqa: ARG001 -- a dialect, in which nothing is trouble
    return None
