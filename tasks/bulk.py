"""What a person wants done with one film of many, from outside its run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from prefect import task
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import ObjectNotFound
from pydantic import ValidationError
from sqlalchemy.orm import Session

from blocks.domain.audience import Showing
from blocks.domain.bulk import Action, Outcome, Wish
from blocks.domain.request import VideoName
from blocks.domain.status import Actor, Status
from blocks.domain.verdicts import Decision, VerdictRefused, retakes_of
from blocks.errors import BadSpec, StudioError
from blocks.results import entries, queries, queue, verdicts
from blocks.results.table import ResultsTable
from blocks.results.values import Film
from blocks.results.verdicts import Wait
from tasks.dispatching import begin_run, films_deployment
from tasks.leftovers import tell_leftovers

T = TypeVar("T")
AT_GATE_WITHIN = timedelta(seconds=20)
"""How long after a film came to its gate an answer may find its run not ready for it."""


@task(name="fulfil wish")
async def fulfil(wish: Wish, results: ResultsTable) -> Outcome:
    """Do what a person wants done with a film, or say why it cannot be done."""
    left = ""
    try:
        what = await _do(wish, results)
        if wish.action is Action.CANCEL:
            left = await _within(results, lambda session: tell_leftovers(session, _named(wish.video)))
    except StudioError as refused:
        return Outcome(video=wish.video, action=wish.action, is_done=False, what=str(refused))
    what = "; ".join(part for part in (what, left) if part)
    return Outcome(video=wish.video, action=wish.action, is_done=True, what=what, left=left)


async def _do(wish: Wish, results: ResultsTable) -> str:
    video = _named(wish.video)
    film = await _within(results, lambda session: queries.film(session, video))
    wait = await _within(results, lambda session: verdicts.find_wait(session, video))
    match wish.action:
        case Action.PRIORITY:
            return await _prioritise(wish, film, results)
        case Action.SHOWING:
            return await _show(wish, film, results)
        case Action.RETRY:
            return await _retry(wish, film, wait, results)
        case Action.CANCEL if wait is None or not await _is_paused(wait):
            return await _give_up(wish, film, results)
        case _:
            return await _answer(wish, film, wait, results)


def _named(words: str) -> VideoName:
    channel, _, slug = words.strip().partition("/")
    try:
        return VideoName(channel=channel, slug=slug)
    except ValidationError as error:
        raise BadSpec(f"{words!r} is no name of a film: write channel/film, as its folder is called") from error


async def _within(results: ResultsTable, read: Callable[[Session], T]) -> T:
    def inside() -> T:
        with results.open() as session:
            return read(session)

    return await asyncio.to_thread(inside)


async def _prioritise(wish: Wish, film: Film, results: ResultsTable) -> str:
    priority = wish.priority
    if priority is None:
        raise BadSpec("say which priority: high, normal or low")
    await _within(results, lambda session: entries.prioritise_film(session, film.name, priority))
    return f"{film.priority} before, {priority} from its next run on"


async def _show(wish: Wish, film: Film, results: ResultsTable) -> str:
    await _within(results, lambda session: entries.show_film(session, film.name, wish.privacy, wish.publish_at))
    if wish.privacy is None and wish.publish_at is None:
        return "as its channel says, as soon as it is published"
    return str(film.request.shown_otherwise(wish.privacy, wish.publish_at).showing(Showing()))


async def _retry(wish: Wish, film: Film, wait: Wait | None, results: ResultsTable) -> str:
    """Run a film again that stopped, or whose run ended while it waited."""
    is_left = wait is not None and await _has_ended(wait)
    if not film.status.is_error and not is_left:
        raise BadSpec(f'{film.name} is at "{film.status}": only a film that stopped with an error, or whose run died, is retried')

    def begin() -> FlowRun:
        with get_client(sync_client=True) as client:
            return begin_run(client, films_deployment(client), film.name, film.request, film.priority)

    run = await asyncio.to_thread(begin)
    why = " - ".join(part for part in (wish.who, "retried", wish.note) if part)

    def write(session: Session) -> None:
        if film.status.is_error:
            entries.queue_film(session, film.name, why)
        queue.note_run(session, film.name, str(run.id))

    await _within(results, write)
    return f"run {run.name} goes on where it stopped"


async def _give_up(wish: Wish, film: Film, results: ResultsTable) -> str:
    """Cancel a film that no run waits with; one that is at work stops before its next stage."""
    why = " - ".join(part for part in (wish.who, "cancelled", wish.note) if part)

    def write(session: Session) -> None:
        entries.move_film(session, film.name, Status.CANCELLED, Actor.PERSON, why)
        verdicts.end_wait(session, film.name)

    await _within(results, write)
    return "cancelled" if film.status.is_resting else "cancelled; what is under way is finished, and no further stage begins"


async def _answer(wish: Wish, film: Film, wait: Wait | None, results: ResultsTable) -> str:
    """Fill in the form of the run that waits."""
    if wait is None:
        raise BadSpec(f'{film.name} is at "{film.status}" and waits at no gate')
    if wish.gate is not None and wish.gate is not wait.gate:
        raise BadSpec(f"{film.name} waits at the gate {wait.gate}, not at {wish.gate}")
    decision = Decision(wish.action.value)
    try:
        retakes = retakes_of(decision, wish.make_again, wait.items)
    except VerdictRefused as refused:
        raise BadSpec(str(refused)) from refused
    form = {"decision": decision.value, "make_again": wish.make_again, "note": wish.note, "who": wish.who}
    if await _state_of(wait) is None:  # Prefect 3.8.8 fails with a 500 when such a run is resumed
        raise BadSpec(f"the run of {film.name} is gone from Prefect: retry it")
    async with get_client() as client:
        answered = await client.resume_flow_run(UUID(wait.run), run_input=form)
        # A film is at its gate a moment before its run is suspended, and suspended before its form is there.
        until = wait.since + AT_GATE_WITHIN
        while answered.status is not SetStateStatus.ACCEPT and datetime.now(UTC) < until and await _is_open(wait, results):
            await asyncio.sleep(0.5)
            answered = await client.resume_flow_run(UUID(wait.run), run_input=form)
    if answered.status is not SetStateStatus.ACCEPT:
        raise BadSpec(await _why_not(wait, results, getattr(answered.details, "reason", "")))
    again = f": {', '.join(retake.item for retake in retakes)} made again" if retakes else ""
    return f"{wish.action} at the gate {wait.gate}{again}"


async def _why_not(wait: Wait, results: ResultsTable, reason: str) -> str:
    if await _is_paused(wait):
        return f"{wait.video}: Prefect refused: {reason}"
    if await _stands(wait, results) and await _has_ended(wait):
        return f"the run of {wait.video} ended while it waited at the gate {wait.gate}: retry it"
    return f"{wait.video} was answered at the gate {wait.gate} already and is on its way, or has only just come there"


async def _is_open(wait: Wait, results: ResultsTable) -> bool:
    """Tell whether a film may still be answered at its gate."""
    return await _stands(wait, results) and not await _has_ended(wait)


async def _stands(wait: Wait, results: ResultsTable) -> bool:
    """Tell whether a film waits as it did: its run ends it as soon as it has heard the answer."""
    now = await _within(results, lambda session: verdicts.find_wait(session, wait.video))
    return now is not None and (now.run, now.since) == (wait.run, wait.since)


async def _is_paused(wait: Wait) -> bool:
    return await _state_of(wait) is StateType.PAUSED


async def _has_ended(wait: Wait) -> bool:
    state = await _state_of(wait)
    return state is None or state in {StateType.CANCELLED, StateType.FAILED, StateType.CRASHED, StateType.COMPLETED}


async def _state_of(wait: Wait) -> StateType | None:
    """Give the state of the run that a film waits in; None when Prefect no longer knows it."""
    async with get_client() as client:
        try:
            run = await client.read_flow_run(UUID(wait.run))
        except ObjectNotFound:
            return None
    return run.state.type if run.state else None
