"""A YouTube channel that signed in at an emulated Google, and films to publish on it."""

# ruff: noqa: PLC0415 -- Prefect must not be imported before the tests have a home of their own

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np
from pydantic import SecretStr

from tests.emulators import google_oauth, youtube
from tests.emulators.google_oauth import CLIENT_ID, CLIENT_SECRET, GoogleOAuthEmulator
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_site import Channel, Video

SRT = "1\n00:00:00,000 --> 00:00:02,000\nA fox walks home.\n"
FILM_BYTES = 17_000_000
"""Two chunks and a bit."""
_SECRETS = ("client_secret", "refresh_token")


@dataclass
class YouTubeAtWork:
    """Google and YouTube on loopback, one channel, and a store of products."""

    youtube: YouTubeEmulator
    google: GoogleOAuthEmulator
    channel: Channel
    storage: Any
    folder: Path

    def account(self, channel: Channel | None = None, **changed: Any):
        """Sign a channel in."""
        from blocks.providers.youtube.account import YouTubeAccount

        own = channel or self.channel
        settings = {
            "client_id": CLIENT_ID,
            "client_secret": SecretStr(CLIENT_SECRET),
            "refresh_token": SecretStr(self.google.give_refresh_token(own.id)),
            "youtube_channel_id": own.id,
            "channel_title": own.title,
            "channel": "foxes",
            "api_url": self.youtube.url,
            "token_url": f"{self.google.url}/token",
        }
        return YouTubeAccount(**settings | changed)

    def publisher(self, account=None, **settings: Any):
        """Make a publisher, which looks often."""
        from blocks.providers.youtube.publisher import YouTubePublisher

        return YouTubePublisher(
            **{"credentials": account or self.account(), "poll_s": 0.01, "processing_patience_s": 60} | settings
        )

    def store(self, name: str, content: bytes) -> str:
        """Store a file; gives its address."""
        file = self.folder / name
        file.write_bytes(content)
        return self.storage.put(file)

    def film(self, seed: int = 1, size: int = FILM_BYTES) -> str:
        """Store a film of random bytes; gives its address."""
        return self.store("film.mp4", random.Random(seed).randbytes(size))

    def spec(self, film: str | None = None, **changed: Any):
        """Say what is to be published."""
        from blocks.domain.specs import PublishSpec
        from blocks.domain.storyboard import Metadata

        film = film or self.film()
        words = {"title": "A fox walks home", "description": "Dusk.\n\nA fox.", "tags": ("fox", "red fox")}
        spec = {
            "channel": "foxes",
            "slug": "dusk",
            "master": film,
            "film": film,
            "captions": self.store("captions.srt", SRT.encode()),
            "thumbnail": self.store("thumbnail.jpg", picture()),
            "metadata": Metadata(**words | changed.pop("metadata", {})),
        }
        return PublishSpec(**spec | changed)

    def bench(self, paper=None, folder: Path | None = None):
        """Give a place to work, with the paper of a publication."""
        from blocks.capabilities.bench import Bench
        from blocks.capabilities.publication import UnwrittenPublication

        return Bench(folder=folder or self.folder, storage=self.storage, publication=paper or UnwrittenPublication())

    @property
    def video(self) -> Video:
        """The one video there is."""
        (video,) = self.youtube.videos.values()
        return video

    def count(self, endpoint: str) -> int:
        """Count the calls of an endpoint."""
        return sum(call.endpoint == endpoint for call in self.youtube.books.calls)


@contextmanager
def at_work(folder: Path, **options: Any) -> Iterator[YouTubeAtWork]:
    """Serve Google and YouTube, with one channel."""
    from blocks.storage import LocalStorage

    with google_oauth.served() as google, youtube.served(**options) as site:
        site.token_holder = google.holder
        channel = site.add_channel("Foxes at Dusk")
        yield YouTubeAtWork(site, google, channel, LocalStorage(folder=folder / "products"), folder)


@contextmanager
def soon(pauses_s: Sequence[float] = (0.01,) * 7) -> Iterator[None]:
    """A clock by which nobody waits for long between the tries of an upload."""
    from blocks.providers.youtube import sending, upload

    with mock.patch.object(sending, "PAUSES_S", pauses_s), mock.patch.object(upload, "LOOKS_S", (0.0,) * 3):
        yield


def write_account(account: Any) -> dict[str, Any]:
    """Write an account down for another process, its secrets too."""
    from blocks.providers.youtube.account import YouTubeAccount

    plain = account.model_dump(mode="json", include=set(YouTubeAccount.model_fields))
    return plain | {name: getattr(account, name).get_secret_value() for name in _SECRETS}


def read_account(account: Mapping[str, Any]):
    """Read an account that was written down."""
    from blocks.providers.youtube.account import YouTubeAccount

    return YouTubeAccount(**{name: SecretStr(value) if name in _SECRETS else value for name, value in account.items()})


def picture(shade: int = 90) -> bytes:
    """Draw a thumbnail."""
    return cv2.imencode(".jpg", np.full((720, 1280, 3), shade, np.uint8))[1].tobytes()
