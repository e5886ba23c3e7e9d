"""What is written down about a film besides its products: its status, its errors, its estimate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from prefect import get_run_logger

from blocks.domain.money import Receipt
from blocks.domain.products import Product
from blocks.domain.request import VideoRequest
from blocks.domain.stages import PublishedVideo, Step
from blocks.domain.status import Actor, Status
from blocks.domain.storyboard import Storyboard
from blocks.errors import BudgetExceeded, CredentialsRejected, QuotaExhausted, StudioError, TerminalError, TransientError
from blocks.estimate import estimate_film
from blocks.results import entries, queries
from blocks.results.values import Failure as Recorded
from blocks.studio import Studio
from tasks.artifacts import show_estimate, show_receipts
from tasks.retries import RETRIES

_ERROR_OF_STEP = {
    Step.STORYBOARD: Status.ERROR_STORYBOARD,
    Step.STILL: Status.ERROR_ASSETS,
    Step.COMPOSITE: Status.ERROR_COMPOSITES,
    Step.CLIP: Status.ERROR_VIDEO,
    Step.NARRATION: Status.ERROR_NARRATION,
    Step.EFFECT: Status.ERROR_SOUND_EFFECTS,
    Step.OWN_FILE: Status.ERROR_ASSEMBLY,
    Step.CONFORMED: Status.ERROR_ASSEMBLY,
    Step.MASTER: Status.ERROR_ASSEMBLY,
    Step.CAPTIONS: Status.ERROR_ASSEMBLY,
    Step.CHECK: Status.ERROR_ASSEMBLY,
    Step.SHEET: Status.ERROR_ASSETS,
    Step.PUBLISHED: Status.ERROR_UPLOAD,
}


@dataclass(frozen=True)
class Failure:
    """One item that could not be made."""

    item: str
    error: BaseException

    def on_record(self, step: Step) -> Recorded:
        """Give the failure as the error log keeps it."""
        known = isinstance(self.error, StudioError)
        return Recorded(
            at=datetime.now(UTC),
            step=step,
            item=self.item,
            kind=type(self.error).__name__,
            message=str(self.error),
            request_id=self.error.request_id if isinstance(self.error, StudioError) else None,
            attempt=1 + RETRIES if isinstance(self.error, TransientError) else 1,
            action="mend what the message names, then run the film again: what is finished is kept"
            if known
            else "run the film again; if it fails the same way, report it with this message",
        )


async def open_film(request: VideoRequest, studio: Studio) -> None:
    """Give the film its row, and ask for it again when it is resting."""

    def write() -> None:
        with studio.results.open() as session:
            entries.open_film(session, studio.video, request, request.label)
            entries.queue_film(session, studio.video, "asked for")

    await asyncio.to_thread(write)


async def advance(studio: Studio, status: Status, why: str = "the line goes on") -> None:
    """Move the film on; nothing happens when it is there or further already, as in a run that only passes through."""

    def write() -> None:
        with studio.results.open() as session:
            entries.advance_film(session, studio.video, status, why)

    await asyncio.to_thread(write)


async def decide(studio: Studio, status: Status, why: str) -> None:
    """Move the film where a person wants it."""

    def write() -> None:
        with studio.results.open() as session:
            entries.move_film(session, studio.video, status, Actor.PERSON, why)

    await asyncio.to_thread(write)


async def note_progress(studio: Studio, progress: str) -> None:
    """Write down how far the present stage is, for people."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_progress(session, studio.video, progress)

    await asyncio.to_thread(write)


async def note_storyboard(studio: Studio, board: Storyboard) -> None:
    """Write down the plan the film is made from."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_storyboard(session, studio.video, board)

    await asyncio.to_thread(write)


async def stop_film(studio: Studio, step: Step, failures: Sequence[Failure]) -> StudioError:
    """Write every failure into the film's error log, move it to its error status, and give the error to raise."""
    first = failures[0]

    def write() -> None:
        with studio.results.open() as session:
            for failure in failures:
                entries.record_error(session, studio.video, failure.on_record(step))
            entries.fail_film(session, studio.video, _error_status(step, first.error), f"{first.item}: {first.error}")

    await asyncio.to_thread(write)
    if isinstance(first.error, StudioError):
        return first.error
    unforeseen = TerminalError(f"{first.item} failed in a way nobody foresaw: {type(first.error).__name__}: {first.error}")
    unforeseen.__cause__ = first.error
    return unforeseen


async def quote(board: Storyboard, studio: Studio) -> None:
    """Show what the film will cost, and refuse one that would cost more than its channel allows.

    Raises:
        BudgetExceeded: nothing was bought.
    """
    estimate = estimate_film(board, studio.channel)
    await show_estimate(estimate, studio)
    total, budget = estimate.total_usd, studio.channel.video_budget_usd
    get_run_logger().info("estimate: %s", "unknown" if total is None else f"{total:.2f} USD")
    if total is not None and total > budget:
        raise BudgetExceeded(
            f"{studio.video} would cost {total:.2f} USD and the channel allows {budget:.2f} USD a film: "
            "raise the channel's video budget, or shorten the film"
        )


async def finished(studio: Studio, master: Product) -> None:
    """Write down which file is the film, then that it is assembled."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_master(session, studio.video, master.address)
            entries.advance_film(session, studio.video, Status.ASSEMBLY_COMPLETE, "assembled and measured")

    await asyncio.to_thread(write)


async def published(studio: Studio, film: PublishedVideo) -> None:
    """Write down where the film is and that it is published, and show its receipts."""

    def write() -> tuple[Receipt, ...]:
        with studio.results.open() as session:
            entries.note_published(session, studio.video, film.url)
            entries.advance_film(session, studio.video, Status.PUBLISHED, f"published at {film.url}")
            return queries.receipts_of(session, studio.video)

    await show_receipts(await asyncio.to_thread(write), studio)


def _error_status(step: Step, error: BaseException) -> Status:
    match error:
        case CredentialsRejected():
            return Status.ERROR_CREDENTIALS
        case QuotaExhausted():
            return Status.ERROR_QUOTA
        case _:
            return _ERROR_OF_STEP[step]
