"""One film, one upload: its address is kept before the first byte, and a film is never sent a second time.

When an upload is gone, the film may be there all the same. It is looked for among what was uploaded since: by its words, and
by being nobody else's in the books.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import JsonValue, SecretStr

from blocks.domain.products import Address
from blocks.domain.publication import Session
from blocks.errors import MediaError, ProviderUnavailable
from blocks.providers.youtube.answers import Video, YouTubeChannel
from blocks.providers.youtube.api import UPLOADS, YouTube, project_account
from blocks.providers.youtube.sending import Sending
from blocks.providers.youtube.sessions import seal, unseal
from blocks.storage import sha256_of

_log = logging.getLogger(__name__)

LOOKS_S = (0.0, 5.0, 15.0, 30.0)
"""Waits before each look for a film whose last bytes were sent: a list at YouTube may be late."""
LISTED_AFTER = timedelta(minutes=10)
"""How long a film that is there may be missing from YouTube's lists."""
_MOST_UPLOADS = 3
"""So many uploads are begun in a row before the task waits."""
_CLOCKS_DIFFER = timedelta(minutes=10)
_NO_FILM = frozenset({"failed", "deleted"})


@dataclass(frozen=True)
class Film:
    """A film as it is sent."""

    address: Address
    file: Path
    body: dict[str, JsonValue]
    """What YouTube is told of it."""
    notifies: bool
    """Whether the channel's subscribers are told."""

    @property
    def words(self) -> str:
        """Mark of its title and description."""
        snippet = self.body["snippet"]
        assert isinstance(snippet, dict)
        return mark_words(str(snippet["title"]), str(snippet["description"]))

    @property
    def size_bytes(self) -> int:
        """Length of the file."""
        return self.file.stat().st_size


def upload_film(line: YouTube, film: Film, channel: YouTubeChannel) -> Video:
    """Send a film, or what is missing of it; gives the film at YouTube.

    Raises:
        MediaError: the file is not what its address says.
        StudioError: as YouTube has it; the upload that was begun is gone on with the next time.
    """
    if sha256_of(film.file) != film.address.partition(".")[0]:
        raise MediaError(f"the stored film {film.address} was changed on the disk: nothing of it is sent; make the film again")
    for _ in range(_MOST_UPLOADS):
        session = line.paper.entry.session
        address = None if session is None or session.film != film.address else unseal(session.sealed, line.account)
        if session is not None and address is None and (found := _look_for(line, film, channel, session)) is not None:
            return found
        is_new = address is None
        address = address or _begin(line, film)
        with line.uploading(address) as (door, path):
            at = 0 if is_new else None
            video = Sending(door, path, film.file, film.size_bytes, project_account(line.account), line.paper, at).run()
        session = line.paper.entry.session
        if video is None and session is not None:
            _log.warning("YouTube does not know the upload any more that was begun at %s", session.opened_at)
            video = _look_for(line, film, channel, session)
        if video is not None:
            return video
        line.paper.drop_session()
    raise ProviderUnavailable(f"YouTube: {_MOST_UPLOADS} uploads were gone before they were finished; it is tried again later")


def _begin(line: YouTube, film: Film) -> SecretStr:
    """Begin an upload, and keep its address; no byte of the film is sent."""
    line.charge(1, UPLOADS)
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
        "X-Upload-Content-Type": "video/mp4",
        "X-Upload-Content-Length": str(film.size_bytes),
    }
    params = {"uploadType": "resumable", "part": ",".join(sorted(film.body)), "notifySubscribers": str(film.notifies).lower()}
    opened_at = datetime.now(UTC)
    answer = line.door.send(
        "POST", "/upload/youtube/v3/videos", content=json.dumps(film.body).encode(), headers=headers, params=params
    )
    if not (named := answer.headers.get("location")):
        raise ProviderUnavailable(
            f"YouTube: POST {answer.path} answered {answer.status} without an upload; it is tried again later"
        )
    address = SecretStr(named)
    session = Session(sealed=seal(address, line.account), film=film.address, opened_at=opened_at, words=film.words)
    line.paper.keep_session(session)
    return address


def _look_for(line: YouTube, film: Film, channel: YouTubeChannel, session: Session) -> Video | None:
    """Look for a film whose upload is gone; None when it is not there."""
    for wait_s in LOOKS_S if session.last_sent else LOOKS_S[:1]:
        time.sleep(wait_s)
        uploads = line.newest_uploads(channel, session.opened_at - _CLOCKS_DIFFER)
        words = session.words or film.words
        alike = [video for video in uploads if _mark_of(video) == words and video.status.upload_status not in _NO_FILM]
        others = line.paper.owned_by_others(video.id for video in alike)
        if ours := [video for video in alike if video.id not in others]:
            _log.info("the film of the upload that is gone is there: %s", ours[0].id)
            return ours[0]
    if session.last_sent_at is not None and datetime.now(UTC) - session.last_sent_at < LISTED_AFTER:
        raise ProviderUnavailable(
            "YouTube may have the film and does not list it yet: it is looked for again before it is sent anew"
        )
    return None


def _mark_of(video: Video) -> str:
    return mark_words(video.snippet.title, video.snippet.description)


def mark_words(title: str, description: str) -> str:
    """Give a mark of a film's words; how they are spaced does not count, for YouTube trims them."""
    return hashlib.sha256("\n".join((" ".join(title.split()), " ".join(description.split()))).encode()).hexdigest()
