"""What is written down about a film besides its products: its status, its errors, its estimate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from prefect import get_run_logger, runtime
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

from blocks.capabilities.maker import Maker
from blocks.domain.days import day_start, next_day_start
from blocks.domain.money import Receipt
from blocks.domain.products import Product
from blocks.domain.request import VideoRequest
from blocks.domain.specs import PlanSpec
from blocks.domain.stages import PublishedVideo, Step
from blocks.domain.status import Actor, Status
from blocks.domain.storyboard import Storyboard
from blocks.errors import BadSpec, BudgetExceeded, CredentialsRejected, QuotaExhausted, ReviewRejected, StudioError, TerminalError
from blocks.estimate import Estimate, estimate_film, estimate_idea
from blocks.results import entries, purchases, queries, queue
from blocks.results.table import ResultsTable
from blocks.results.values import Failure as Recorded
from blocks.results.values import StepCost
from blocks.studio import Studio
from tasks.allowances import check_maker, refuse_over_budget
from tasks.artifacts import show_costs, show_estimate, show_receipts, show_usage
from tasks.failure_alerts import raise_failure_alerts
from tasks.gates import take_over
from tasks.leftovers import tell_leftovers

_ERROR_OF_STEP = {
    Step.STORYBOARD: Status.ERROR_STORYBOARD,
    Step.ANSWER: Status.ERROR_STORYBOARD,
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
    Step.SOUND_SHEET: Status.ERROR_NARRATION,
    Step.THUMBNAIL: Status.ERROR_ASSEMBLY,
    Step.SIGNED: Status.ERROR_UPLOAD,
    Step.EVIDENCE: Status.ERROR_UPLOAD,
    Step.PUBLISHED: Status.ERROR_UPLOAD,
}


@dataclass(frozen=True)
class Failure:
    """One item that could not be made."""

    item: str
    error: BaseException
    attempt: int = 1
    """Number of the try that failed."""
    next_try_at: datetime | None = None
    """When it is tried again by itself; None when it is not."""

    def on_record(self, step: Step) -> Recorded:
        """Give the failure as the error log keeps it."""
        now = datetime.now(UTC)
        resets_at = self.error.resets_at if isinstance(self.error, QuotaExhausted | BudgetExceeded) else None
        if isinstance(self.error, QuotaExhausted):
            resets_at = resets_at or next_day_start(now)
        return Recorded(
            at=now,
            step=step,
            item=self.item,
            kind=type(self.error).__name__,
            message=str(self.error),
            request_id=self.error.request_id if isinstance(self.error, StudioError) else None,
            attempt=self.attempt,
            next_try_at=self.next_try_at or resets_at,
            action=self._advice(),
        )

    def _advice(self) -> str:
        if self.next_try_at is not None:
            return "nothing: it is tried again by itself"
        if isinstance(self.error, StudioError):
            return self.error.advice
        return "run the film again; if it fails the same way, report it with this message"


async def open_film(request: VideoRequest, studio: Studio) -> None:
    """Give the film its row, and ask for it again when it is resting; a run that goes on after a gate asks for nothing.

    A run in which the film waited till now is ended: this one goes on with it.

    Raises:
        BadSpec: the film is new, and its channel begins no films now; or it is to become public at a moment that is past.
        ReviewRejected: the run goes on with a film that was given up meanwhile.
    """
    goes_on, run = _goes_on(), str(runtime.flow_run.id)
    asking = None if runtime.flow_run.id is None else run

    def write() -> None:
        with studio.results.open() as session:
            entries.open_film(session, studio.video, request, request.label, asking)
            status = queries.film(session, studio.video).status
            if goes_on and status is Status.CANCELLED:
                raise ReviewRejected(f"{studio.video} was given up: start a new run if it shall be made after all")
            if not studio.channel.active and status is Status.DRAFT:
                raise BadSpec(
                    f"the channel {studio.video.channel} begins no new films: set `active` in its block, then run it again"
                )
            if not (goes_on and status is Status.ASSEMBLY_COMPLETE):  # that is where it waited
                entries.queue_film(session, studio.video, "asked for")
            queue.note_run(session, studio.video, run)

    await asyncio.to_thread(write)
    await take_over(run, studio)


async def give_up_cancelled(flow: object, flow_run: FlowRun, state: object) -> None:
    """Give the film up whose run a person cancelled in Prefect; what rests already, published for one, stays as it is."""
    request = VideoRequest.model_validate(flow_run.parameters["request"])
    video = request.name(flow_run.parameters.get("channel", "demo"))
    results: ResultsTable = await ResultsTable.aload("default")

    def write() -> None:
        with results.open() as session, suppress(BadSpec):  # the run was cancelled before the film had its row
            if not queries.film(session, video).status.is_resting:
                entries.move_film(session, video, Status.CANCELLED, Actor.PERSON, f"run {flow_run.name} was cancelled in Prefect")
                tell_leftovers(session, video)

    await asyncio.to_thread(write)


async def with_run(studio: Studio) -> Studio:
    """Note which run carries the film now, so that a run that is overtaken by another can tell."""

    def read() -> str | None:
        with studio.results.open() as session:
            return queue.run_of(session, studio.video)

    return studio.model_copy(update={"run": await asyncio.to_thread(read)})


def _goes_on() -> bool:
    """Tell whether this run began before, and was suspended or died since; resuming a suspended run does not count as a run."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    was_suspended = run is not None and bool(run.empirical_policy.pause_keys)
    return was_suspended or (runtime.flow_run.run_count or 0) > 1


async def advance(studio: Studio, status: Status, why: str = "the line goes on") -> None:
    """Move the film on; nothing happens when it is there or further already, as in a run that only passes through."""

    def write() -> None:
        with studio.results.open() as session:
            entries.advance_film(session, studio.video, status, why)

    await asyncio.to_thread(write)


async def asked_for(studio: Studio) -> VideoRequest:
    """Give what was asked for last, which a person may have changed since the film's run began."""

    def read() -> VideoRequest:
        with studio.results.open() as session:
            return queries.film(session, studio.video).request

    return await asyncio.to_thread(read)


async def note_progress(studio: Studio, progress: str) -> None:
    """Write down how far the present stage is, for people."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_progress(session, studio.video, progress)

    await asyncio.to_thread(write)


def note_retry(studio: Studio, step: Step, failure: Failure, progress: str) -> None:
    """Write down why an item waits to be tried again, and how far the stage is."""
    with studio.results.open() as session:
        entries.record_error(session, studio.video, failure.on_record(step))
        entries.note_progress(session, studio.video, progress)


async def note_storyboard(studio: Studio, board: Storyboard) -> None:
    """Write down the plan the film is made from."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_storyboard(session, studio.video, board)

    await asyncio.to_thread(write)


async def stop_film(studio: Studio, step: Step, failures: Sequence[Failure], status: Status | None = None) -> StudioError:
    """Write every failure into the film's error log, move it to its error status, tell people, and give the error to raise.

    A run that knows itself overtaken by another one writes down what failed, and leaves the film to that one.

    Args:
        studio: the film.
        step: where it stopped.
        failures: what went wrong, the first one first.
        status: the error status, when neither the step nor the error says it.
    """
    first = failures[0]
    stopped, run = status or _error_status(step, first.error), runtime.flow_run.id

    def write() -> None:
        with studio.results.open() as session:
            recorded = [(failure.on_record(step), failure.error) for failure in failures]
            for failure, _ in recorded:
                entries.record_error(session, studio.video, failure)
            if studio.run is not None and queue.run_of(session, studio.video) != studio.run:
                return  # another run has the film, or will: what this one could not do does not stop it
            raise_failure_alerts(session, studio, recorded, run)
            entries.fail_film(session, studio.video, stopped, f"{first.item}: {first.error}")

    await asyncio.to_thread(write)
    await report_costs(studio)
    if isinstance(first.error, StudioError):
        return first.error
    unforeseen = TerminalError(f"{first.item} failed in a way nobody foresaw: {type(first.error).__name__}: {first.error}")
    unforeseen.__cause__ = first.error
    return unforeseen


async def quote(board: Storyboard, studio: Studio) -> None:
    """Show what the film will cost, and refuse one that would cost more than its channel allows.

    Raises:
        BudgetExceeded: nothing of it was bought.
        BadSpec: the price of a maker is not known, so that no budget could hold.
    """
    await _allow(estimate_film(board, studio.channel), studio)


async def quote_idea(spec: PlanSpec, studio: Studio) -> None:
    """As `quote`, before there is a storyboard: by what a plan of this length usually asks for, its planning included.

    Raises:
        BudgetExceeded: nothing of it was bought.
        BadSpec: the price of a maker is not known, or nothing can be planned from the idea.
    """
    await _allow(await asyncio.to_thread(estimate_idea, spec, studio.channel), studio)


async def _allow(estimate: Estimate, studio: Studio) -> None:
    def compare() -> None:
        if unpriced := [f"{line.maker} ({line.step})" for line in estimate.lines if line.usd is None]:
            raise BadSpec(
                f"no price is known for {', '.join(unpriced)}: name the units' prices in the maker's block (own_prices), "
                "or choose a model from its price list; nothing was bought"
            )
        with studio.results.open() as session:
            spent = purchases.spent_on_film(session, studio.video).total
            rest = max(Decimal(0), (estimate.total_usd or Decimal(0)) - spent)
            refuse_over_budget(session, studio, rest, datetime.now(UTC))

    await show_estimate(estimate, studio)
    total = estimate.total_usd
    get_run_logger().info("estimate: %s", "unknown" if total is None else f"{total:.2f} USD")
    try:
        await asyncio.to_thread(compare)
    except (BudgetExceeded, BadSpec) as error:
        raise await stop_film(studio, Step.STORYBOARD, [Failure(item="estimate", error=error)]) from error


async def check_makers(studio: Studio, makers: Sequence[Maker]) -> None:
    """See, before anything is bought, that every service would take an order: keys, models, voices. Costs nothing.

    A service that cannot be asked now is left to the retries of its steps, and one whose allowance is used up to its stage.

    Raises:
        StudioError: what the first of them refuses; every refusal is in the film's error log.
    """
    paid = [maker for maker in makers if maker.lane is not None]
    found = await asyncio.gather(*(asyncio.to_thread(check_maker, maker, studio) for maker in paid))
    failures = [
        Failure(item=f"{maker.kind} {type(maker).get_block_type_slug()}", error=error)
        for maker, error in zip(paid, found, strict=True)
        if error is not None
    ]
    if failures:
        status = None if isinstance(failures[0].error, CredentialsRejected) else Status.ERROR_INVALID_INPUT
        error = await stop_film(studio, Step.STORYBOARD, failures, status)
        error.message = "\n".join(str(failure.error) for failure in failures)
        raise error


async def finished(studio: Studio, master: Product) -> None:
    """Write down which file is the film, then that it is assembled."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_master(session, studio.video, master.address)
            entries.advance_film(session, studio.video, Status.ASSEMBLY_COMPLETE, "assembled and measured")

    await asyncio.to_thread(write)


async def shown_at(studio: Studio, film: PublishedVideo) -> None:
    """Write down where the film is: one that is given up after this keeps its address, too."""

    def write() -> None:
        with studio.results.open() as session:
            entries.note_published(session, studio.video, film.url)

    await asyncio.to_thread(write)


async def published(studio: Studio, film: PublishedVideo, at: datetime) -> None:
    """Write down that the film is published, since a moment, and show what it cost."""

    def write() -> None:
        with studio.results.open() as session:
            entries.advance_film(session, studio.video, Status.PUBLISHED, f"published at {film.url}", at)

    await asyncio.to_thread(write)
    await report_costs(studio)


async def report_costs(studio: Studio) -> None:
    """Show what the film has cost so far, by step and call by call, and what each account has used today."""

    def read() -> tuple[tuple[StepCost, ...], tuple[Receipt, ...], dict[tuple[str, str], Decimal]]:
        with studio.results.open() as session:
            used = purchases.usage_since(session, day_start(datetime.now(UTC)))
            return queries.costs_by_step(session, studio.video), queries.receipts_of(session, studio.video), used

    costs, receipts, used = await asyncio.to_thread(read)
    await show_costs(costs, studio)
    await show_receipts(receipts, studio)
    if used:
        await show_usage(used)


def _error_status(step: Step, error: BaseException) -> Status:
    match error:
        case CredentialsRejected():
            return Status.ERROR_CREDENTIALS
        case QuotaExhausted():
            return Status.ERROR_QUOTA
        case BudgetExceeded():
            return Status.ERROR_QUOTA if error.resets_at else Status.ERROR_INVALID_INPUT
        case _:
            return _ERROR_OF_STEP[step]
