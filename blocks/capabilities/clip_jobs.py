"""Clip animators whose service takes an order now and delivers later."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_animator import ClipAnimator
from blocks.capabilities.purchase import Purchase
from blocks.domain.money import Ticket
from blocks.domain.products import VideoFacts
from blocks.domain.specs import ClipSpec
from blocks.errors import BadSpec, MediaError, ProviderUnavailable
from blocks.http import download
from blocks.media.probe import measure

_LONGEST_CLIP_BYTES = 1_000_000_000
_SHORTEST_CLIP_S = 0.5


class ClipJobs(ClipAnimator):
    """Pays, then waits: a job that was bought is collected for as long as it takes, and never ordered twice."""

    def animate(self, spec: ClipSpec, bench: Bench) -> Made:
        """Order the clip unless that was done before, and collect it."""
        ticket = bench.purchase.ticket or self.submit(spec, bench)
        return self.collect(ticket, spec, bench)

    @abstractmethod
    def submit(self, spec: ClipSpec, bench: Bench) -> Ticket:
        """Order one clip. What is free (handing in the picture) comes first; then `bench.purchase.asking(...)`; then the order.

        Returns:
            the ticket, which `bench.purchase` keeps already.

        Raises:
            OutcomeUnknown: the order was sent and no answer was read; `trace` finds out.
            TransientError: nothing was ordered; worth trying again.
            TerminalError: nothing was ordered, and never will be.
        """

    @abstractmethod
    def collect(self, ticket: Ticket, spec: ClipSpec, bench: Bench) -> Made:
        """Wait for the job, at most as long as is usual, and fetch its clip.

        Raises:
            JobLate: it still runs; asked again later, it costs nothing.
            StudioError: with `usage` set (empty when nothing was billed), the job has ended without a clip; without `usage`,
                nothing is known of the job's end, and it is asked again.
        """

    @abstractmethod
    def trace(self, purchase: Purchase) -> Ticket | None:
        """Find out what became of an order whose answer was never read.

        Returns:
            the job's ticket, or None when it is certain that nothing was ordered.

        Raises:
            PaymentUnclear: neither is certain: a person must say.
            TransientError: the service cannot be asked now.
        """


def fetch_clip(url: str, file: Path, service: str) -> None:
    """Fetch a finished clip, and see that it can be played.

    Raises:
        ProviderUnavailable: it could not be fetched whole, or is no clip; worth trying again.
    """
    download(url, file, service=service, looks_right=_is_mp4, longest_bytes=_LONGEST_CLIP_BYTES)
    try:
        facts = measure(file)
    except MediaError as error:
        raise ProviderUnavailable(f"{service}: the clip that was fetched is damaged ({error}); it is fetched again") from error
    if not isinstance(facts, VideoFacts) or facts.seconds < _SHORTEST_CLIP_S:
        raise ProviderUnavailable(
            f"{service}: the clip that was fetched holds no {_SHORTEST_CLIP_S} s of picture; it is fetched again"
        )


def offered_seconds(wanted: int, offered: tuple[int, ...]) -> int:
    """Choose the shortest length a model offers that is long enough, else its longest."""
    return min((one for one in offered if one >= wanted), default=max(offered))


def check_length(what: str, text: str, most_characters: int, model: str) -> None:
    """See that a model takes a text whole; nothing is cut silently.

    Raises:
        BadSpec: it is too long.
    """
    if len(text) > most_characters:
        raise BadSpec(
            f"the {what} has {len(text)} characters and {model} takes {most_characters}: shorten it; nothing was ordered "
            f"(it begins: {text[:60]!r})"
        )


def _is_mp4(beginning: bytes) -> bool:
    return beginning[4:8] == b"ftyp"
