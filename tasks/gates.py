"""What is written down of films that wait at a gate, and of what people say there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from blocks.domain.gates import Gate
from blocks.domain.status import Actor, Status
from blocks.domain.storyboard import Storyboard
from blocks.domain.verdicts import Decision, Takes, Verdict, items_at, maker_gate, takes_after
from blocks.results import entries, queries, verdicts
from blocks.results.verdicts import Wait
from blocks.studio import Studio
from tasks.leftovers import tell_leftovers

READY = {
    Gate.ASSETS: Status.ASSETS_READY,
    Gate.CLIPS: Status.VIDEO_READY,
    Gate.AUDIO: Status.AUDIO_READY,
    Gate.FINAL: Status.ASSEMBLY_COMPLETE,
}
_APPROVED = {
    Gate.ASSETS: Status.APPROVED_ASSETS,
    Gate.CLIPS: Status.APPROVED_VIDEO,
    Gate.AUDIO: Status.APPROVED_AUDIO,
    Gate.FINAL: Status.UPLOADING,
}
_SENT_BACK = {
    Gate.ASSETS: Status.GENERATING_ASSETS,
    Gate.CLIPS: Status.GENERATING_VIDEO,
    Gate.AUDIO: Status.GENERATING_AUDIO,
}
"""The stage that makes again what is sent back to it."""


async def takes_of(studio: Studio) -> Takes:
    """Give the take each item is at."""

    def read() -> Takes:
        with studio.results.open() as session:
            return takes_after(verdicts.verdicts_of(session, studio.video))

    return await asyncio.to_thread(read)


async def verdicts_at(gate: Gate, studio: Studio) -> tuple[Verdict, ...]:
    """List what was said of the film at a gate, oldest first."""

    def read() -> tuple[Verdict, ...]:
        with studio.results.open() as session:
            return tuple(verdict for verdict in verdicts.verdicts_of(session, studio.video) if verdict.gate is gate)

    return await asyncio.to_thread(read)


async def take_over(run: str, studio: Studio) -> None:
    """End the run in which the film waits, if it is another one: the film was asked for again, and has one form to answer."""

    def read() -> Wait | None:
        with studio.results.open() as session:
            return verdicts.find_wait(session, studio.video)

    def end() -> None:
        with studio.results.open() as session:
            verdicts.end_wait(session, studio.video)

    wait = await asyncio.to_thread(read)
    if wait is None or wait.run == run:
        return
    async with get_client() as client:
        try:
            older = await client.read_flow_run(UUID(wait.run))
        except ObjectNotFound:
            older = None
        if older is not None and older.state is not None and older.state.is_paused():
            ended: State[None] = Cancelled(message=f"{studio.video} was asked for again: run {run} goes on with it")
            await client.set_flow_run_state(older.id, ended, force=True)
            get_run_logger().info("run %s, which waited at the gate %s, is ended: this one goes on", older.name, wait.gate)
    await asyncio.to_thread(end)


async def begin_wait(gate: Gate, board: Storyboard, run: str, studio: Studio) -> None:
    """Write down which flow run waits for a person's word, and move the film to its gate, from further on as well."""

    def write() -> None:
        wait = Wait(video=studio.video, gate=gate, run=run, items=items_at(gate, board), since=datetime.now(UTC))
        with studio.results.open() as session:
            if gate in READY and queries.film(session, studio.video).status is not READY[gate]:
                entries.move_film(session, studio.video, READY[gate], Actor.SYSTEM, f"gate {gate}")
            verdicts.begin_wait(session, wait)

    await asyncio.to_thread(write)


async def keep_verdict(verdict: Verdict, studio: Studio) -> None:
    """Write down what a person said and move the film accordingly, both or neither; what was said first holds."""
    who = f"{verdict.who}: " if verdict.who else ""
    items = ", ".join(f"{one.item} ({one.reason})" if one.reason else one.item for one in verdict.retakes)
    why = who + " - ".join(part for part in (str(verdict.decision), items, verdict.note) if part)

    def write() -> None:
        with studio.results.open() as session:
            goal = _goal(verdict)
            if verdicts.record_verdict(session, studio.video, verdict) and goal is not None:
                entries.move_film(session, studio.video, goal, Actor.PERSON, why)
            if goal is Status.CANCELLED:  # it may have been published before it was asked for again
                tell_leftovers(session, studio.video)
            verdicts.end_wait(session, studio.video)

    await asyncio.to_thread(write)


def _goal(verdict: Verdict) -> Status | None:
    """Tell where the film goes; None where it stays, as at the draft, before anything of it was made."""
    match verdict.decision:
        case Decision.APPROVE:
            return _APPROVED.get(verdict.gate)
        case Decision.REJECT:
            stages = {maker_gate(retake.item) for retake in verdict.retakes}
            return next(status for gate, status in _SENT_BACK.items() if gate in stages)
        case Decision.CANCEL:
            return Status.CANCELLED
