"""YouTube's quota: units of a project and its day, and buckets for inserts and searches (quota calculator page, 2026-11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.emulators.youtube_words import Refused

UNITS, INSERTS, SEARCHES = "units", "inserts", "searches"
PACIFIC = ZoneInfo("America/Los_Angeles")
COSTS = {
    "channels.list": 1,
    "videos.list": 1,
    "videos.update": 50,
    "videos.delete": 50,
    "thumbnails.set": 50,
    "captions.list": 50,
    "captions.insert": 400,
    "captions.update": 450,
    "captions.delete": 50,
    "captions.download": 200,
    "playlists.list": 1,
    "playlists.insert": 50,
    "playlistItems.list": 1,
    "playlistItems.insert": 50,
    "playlistItems.delete": 50,
    "videos.insert": 1,
}
REFUSED_COSTS = 1
"""What a request costs that is refused for what it says."""


@dataclass
class Quota:
    """What one project has used today; the day begins at midnight in California."""

    now: Callable[[], datetime]
    limits: dict[str, int] = field(default_factory=lambda: {UNITS: 10_000, INSERTS: 100, SEARCHES: 100})
    _used: Counter[tuple[date, str]] = field(default_factory=Counter)

    def used(self, bucket: str = UNITS) -> int:
        """Give what was used of a bucket since the last midnight."""
        return self._used[self._today(), bucket]

    def use(self, bucket: str, amount: int) -> None:
        """Use some of a bucket, as other programs of the same project do."""
        self._used[self._today(), bucket] += amount

    def resets_at(self) -> datetime:
        """Say when the day ends."""
        return datetime.combine(self._today() + timedelta(days=1), time(), PACIFIC)

    def demand(self, method_id: str) -> None:
        """Refuse what today's rest does not cover.

        Raises:
            Refused: quotaExceeded.
        """
        bucket = bucket_of(method_id)
        if self.used(bucket) + COSTS[method_id] > self.limits[bucket]:
            raise Refused("quotaExceeded")

    def charge(self, method_id: str, *, is_refused: bool = False) -> None:
        """Count a request that was answered."""
        self.use(bucket_of(method_id), REFUSED_COSTS if is_refused else COSTS[method_id])

    def _today(self) -> date:
        return self.now().astimezone(PACIFIC).date()


def bucket_of(method_id: str) -> str:
    """Name the bucket that a method is counted in."""
    return {"videos.insert": INSERTS, "search.list": SEARCHES}.get(method_id, UNITS)
