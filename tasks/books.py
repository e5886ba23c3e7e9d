"""What is written down about a film besides its products: its status, its errors, its estimate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from prefect import get_run_logger

from blocks.domain.request import VideoRequest
from blocks.domain.stages import PublishedVideo, Step
from blocks.domain.status import Actor, Status
from blocks.domain.storyboard import Storyboard
from blocks.errors import BudgetExceeded, CredentialsRejected, QuotaExhausted, StudioError, TerminalError
from blocks.estimate import estimate_film
from blocks.studio import Studio
from tasks.artifacts import show_estimate, show_receipts

_ERROR_OF_STEP = {
    Step.STORYBOARD: Status.ERROR_STORYBOARD,
    Step.STILL: Status.ERROR_ASSETS,
    Step.COMPOSITE: Status.ERROR_COMPOSITES,
    Step.CLIP: Status.ERROR_VIDEO,
    Step.NARRATION: Status.ERROR_NARRATION,
    Step.EFFECT: Status.ERROR_SOUND_EFFECTS,
    Step.CONFORMED: Status.ERROR_ASSEMBLY,
    Step.MASTER: Status.ERROR_ASSEMBLY,
    Step.PUBLISHED: Status.ERROR_UPLOAD,
}


@dataclass(frozen=True)
class Failure:
    """One item that could not be made."""

    item: str
    error: BaseException


async def open_film(request: VideoRequest, studio: Studio) -> None:
    """Give the film its row, or ask for it again when it is resting."""
    await asyncio.to_thread(studio.results.open_video, studio.video, request)


async def advance(studio: Studio, status: Status, why: str = "the line goes on", who: Actor = Actor.SYSTEM) -> None:
    """Move the film on; nothing happens when it is there or further already, as in a run that only passes through."""
    await asyncio.to_thread(studio.results.advance, studio.video, status, who, why)


async def stop_film(studio: Studio, step: Step, failures: Sequence[Failure]) -> StudioError:
    """Write every failure into the film's error log, move it to its error status, and give the error to raise."""
    for failure in failures:
        await asyncio.to_thread(studio.results.record_error, studio.video, step, failure.item, failure.error)
    first = failures[0].error
    await asyncio.to_thread(
        studio.results.advance, studio.video, _error_status(step, first), Actor.SYSTEM, f"{failures[0].item}: {first}"
    )
    if isinstance(first, StudioError):
        return first
    unforeseen = TerminalError(f"{failures[0].item} failed in a way nobody foresaw: {type(first).__name__}: {first}")
    unforeseen.__cause__ = first
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


async def published(studio: Studio, film: PublishedVideo) -> None:
    """Write down where the film is, then that it is published, and show its receipts."""
    await asyncio.to_thread(studio.results.record_published, studio.video, film.url)
    await advance(studio, Status.PUBLISHED)
    await show_receipts(await asyncio.to_thread(studio.results.receipts_of, studio.video), studio)


def _error_status(step: Step, error: BaseException) -> Status:
    match error:
        case CredentialsRejected():
            return Status.ERROR_CREDENTIALS
        case QuotaExhausted():
            return Status.ERROR_QUOTA
        case _:
            return _ERROR_OF_STEP[step]
