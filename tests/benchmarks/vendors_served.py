"""Emulated vendors in a process of their own, so that what they do is not counted as ours; and what they saw of a film."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import psutil

from tests.benchmarks.measuring import cpu_of_tree
from tests.emulators.books import Books
from tests.flows.paid_studio import Vendors, all_vendors

PICTURE_S, CLIP_S, SOUND_S, SMALL_S = 12.0, 150.0, 3.0, 1.0
"""How long the vendors usually take: a picture, a clip, a line or an ambience, and each small answer of Kling's hosts."""

Span = tuple[float, float]
"""From when to when, on the clock that all processes of a machine share."""


@dataclass(frozen=True)
class Waits:
    """How long the emulated vendors take."""

    times_faster: int

    @property
    def picture_s(self) -> float:
        return PICTURE_S / self.times_faster

    @property
    def clip_s(self) -> float:
        return CLIP_S / self.times_faster

    @property
    def sound_s(self) -> float:
        return SOUND_S / self.times_faster

    @property
    def small_s(self) -> float:
        return SMALL_S / self.times_faster


@dataclass
class WatchedBooks(Books):
    """Books that know when each call was in flight."""

    spans: list[Span] = field(default_factory=list)

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        began = time.monotonic()
        with super().in_flight():
            try:
                yield
            finally:
                with self._lock:
                    self.spans.append((began, time.monotonic()))


@dataclass(frozen=True)
class Seen:
    """What the vendors saw of one film."""

    spans: dict[str, list[Span]]
    """When each paid call was in flight, by lane; for Kling, when each job ran."""
    calls: int
    """All requests, the free ones too."""
    usd: float
    cpu_s: float

    def peak(self, lane: str, since: float = 0.0) -> int:
        """Give the most that were in flight at one moment, of those that began after `since`."""
        ends = [(at, step) for began, ended in self.spans[lane] if began >= since for at, step in ((began, 1), (ended, -1))]
        now = most = 0
        for _, step in sorted(ends):
            now += step
            most = max(most, now)
        return most

    def paid_calls(self) -> int:
        """Count what was paid for."""
        return sum(map(len, self.spans.values()))


@dataclass
class Served:
    """The vendors' addresses, and the way to ask what they saw."""

    urls: dict[str, str]
    _line: Connection

    def seen(self) -> Seen:
        """Ask what they saw so far."""
        self._line.send("seen")
        answer: Seen = self._line.recv()
        return answer


@contextmanager
def vendors_served(waits: Waits) -> Iterator[Served]:
    """Serve all vendors in a process of their own until the context ends."""
    methods = multiprocessing.get_context("spawn")
    ours, theirs = methods.Pipe()
    process = methods.Process(target=_serve, args=(theirs, waits), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Served(ours.recv(), ours)
    finally:
        ours.close()
        process.join(timeout=30)
        process.kill()


def _serve(line: Connection, waits: Waits) -> None:
    with all_vendors(dwell_s=waits.clip_s, latency_s=waits.small_s) as vendors:
        vendors.gemini.books, vendors.elevenlabs.books = WatchedBooks(), WatchedBooks()
        vendors.gemini.latency_s, vendors.elevenlabs.work_s = waits.picture_s, waits.sound_s
        kie = vendors.kie
        line.send(
            {
                "gemini": vendors.gemini.url,
                "kie": kie.url,
                "uploads": kie.upload_url,
                "files": kie.files_url,
                "elevenlabs": vendors.elevenlabs.url,
            }
        )
        while _is_asked(line):
            line.send(_look(vendors))


def _is_asked(line: Connection) -> bool:
    try:
        line.recv()
    except EOFError:
        return False
    return True


def _look(vendors: Vendors) -> Seen:
    with vendors.kie.account:
        jobs = [(job.began_s, job.began_s + job.ends_after_s) for job in vendors.kie.jobs.values()]
    spans = {"kling": jobs}
    for lane, books in (("gemini", vendors.gemini.books), ("elevenlabs", vendors.elevenlabs.books)):
        assert isinstance(books, WatchedBooks)
        spans[lane] = list(books.spans)
    calls = sum(one.books.count() for one in (vendors.gemini, vendors.kie, vendors.elevenlabs))
    return Seen(spans, calls, float(vendors.total_usd), cpu_of_tree(psutil.Process()))
