"""What the emulated YouTube keeps: channels, videos with their captions, and playlists."""

from __future__ import annotations

import random
import shutil
import string
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.emulators.youtube_schema import moment
from tests.emulators.youtube_words import Refused

DAY = timedelta(hours=24)
_LETTERS = string.ascii_letters + string.digits + "_-"


@dataclass
class Channel:
    """One YouTube channel. A test may change it at any time."""

    id: str
    title: str
    made_at: datetime
    is_verified: bool = True
    """Whether a phone number was given: custom thumbnails need it."""
    uploads_a_day: int | None = None
    """How many videos it may upload within 24 hours; None for as many as come."""
    imposed: dict[str, Any] = field(default_factory=dict)
    """What YouTube makes of its videos' status, whatever was sent: those of a project that was not audited stay `private`."""
    imposed_when_public: dict[str, Any] = field(default_factory=dict)
    """The same, of those that everybody may watch."""

    @property
    def uploads_playlist_id(self) -> str:
        return f"UU{self.id[2:]}"


@dataclass(frozen=True)
class Outcome:
    """How the processing of a video ends."""

    upload_status: str = "processed"
    """`processed`, `failed` or `rejected`."""
    reason: str = ""
    """failureReason or rejectionReason."""


@dataclass
class Caption:
    """One caption track."""

    id: str
    video_id: str
    language: str
    name: str
    is_draft: bool
    content: bytes
    changed_at: datetime
    failure: str = ""
    """Why YouTube cannot show it; empty when it can."""
    polls_left: int = 0
    """How many lists still show it as syncing."""


@dataclass
class Video:
    """One video, with what a test may want to look at."""

    id: str
    channel_id: str
    made_at: datetime
    file: Path
    sha256: str
    size_bytes: int
    media_type: str
    snippet: dict[str, Any]
    """Its mutable properties, as they were sent."""
    status: dict[str, Any]
    """Its mutable properties, with the defaults of those that were not sent."""
    other_parts: dict[str, Any]
    """localizations, recordingDetails and the like, as they were sent."""
    notify_subscribers: bool
    outcome: Outcome = field(default_factory=Outcome)
    polls_left: int = 0
    """How many lists still show it in processing."""
    processed_at: datetime | None = None
    """When processing ends at the earliest."""
    unseen_calls: int = 0
    """How many calls still do not know it."""
    was_public: bool = False
    thumbnail: bytes | None = None
    thumbnail_type: str = ""
    captions: list[Caption] = field(default_factory=list)

    @property
    def privacy(self) -> str:
        return self.status["privacyStatus"]

    def is_processing(self, now: datetime) -> bool:
        return self.polls_left > 0 or (self.processed_at is not None and now < self.processed_at)


@dataclass
class PlaylistItem:
    """One place of a playlist."""

    id: str
    video_id: str
    added_at: datetime


@dataclass
class Playlist:
    """One playlist; uploads have none of these, but a list made of the channel's videos."""

    id: str
    channel_id: str
    made_at: datetime
    snippet: dict[str, Any]
    privacy: str
    items: list[PlaylistItem] = field(default_factory=list)


@dataclass
class Site:
    """Everything there is, behind one lock."""

    now: Callable[[], datetime]
    seed: int
    channels: dict[str, Channel] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    playlists: dict[str, Playlist] = field(default_factory=dict)
    unseen_calls: int = 0
    """How many calls do not know a new video yet."""
    processing_polls: int = 0
    processing_s: float = 0.0
    caption_polls: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.folder = Path(tempfile.mkdtemp(prefix="youtube-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def make_id(self, length: int, prefix: str = "") -> str:
        """Make an id that the seed fixes."""
        with self.lock:
            return prefix + "".join(self._chance.choices(_LETTERS, k=length))

    def add_channel(self, title: str, channel_id: str = "", **options: Any) -> Channel:
        """Found a channel; its id is made up when none is given."""
        channel = Channel(channel_id or self.make_id(22, "UC"), title, self.now(), **options)
        self.channels[channel.id] = channel
        return channel

    def settle(self) -> None:
        """Make public what was scheduled for a time that has passed, unless its processing failed; impose what is imposed."""
        now = self.now()
        with self.lock:
            for video in self.videos.values():
                is_good = video.outcome.upload_status == "processed"
                if is_good and "publishAt" in video.status and moment(video.status["publishAt"]) <= now:
                    del video.status["publishAt"]
                    video.status["privacyStatus"] = "public"
                self._impose(video)
                video.was_public = video.was_public or video.privacy == "public"

    def _impose(self, video: Video) -> None:
        channel = self.channels[video.channel_id]
        video.status |= channel.imposed
        if video.privacy == "public":
            video.status |= channel.imposed_when_public

    def uploads_of(self, channel: Channel) -> list[Video]:
        """Give a channel's videos, newest first."""
        return [video for video in reversed(self.videos.values()) if video.channel_id == channel.id]

    def demand_room(self, channel: Channel) -> None:
        """Refuse a channel that has uploaded as much as it may.

        Raises:
            Refused: uploadLimitExceeded.
        """
        recent = [video for video in self.uploads_of(channel) if self.now() - video.made_at < DAY]
        if channel.uploads_a_day is not None and len(recent) >= channel.uploads_a_day:
            raise Refused("uploadLimitExceeded")

    def own_video(self, channel: Channel, video_id: str) -> Video:
        """Find a video that a channel wants to change.

        Raises:
            Refused: videoNotFound; forbidden for somebody else's.
        """
        video = self.videos.get(video_id)
        if video is None or not self.is_known(video):
            raise Refused("videoNotFound")
        if video.channel_id != channel.id:
            raise Refused("forbidden", "The video belongs to another channel.")
        return video

    def is_known(self, video: Video) -> bool:
        """Tell whether a call knows a video already; each call that does not brings the one nearer that does."""
        with self.lock:
            if video.unseen_calls > 0:
                video.unseen_calls -= 1
                return False
            return True

    def delete_video(self, video: Video) -> None:
        del self.videos[video.id]
        video.file.unlink(missing_ok=True)
        for playlist in self.playlists.values():
            playlist.items = [item for item in playlist.items if item.video_id != video.id]
