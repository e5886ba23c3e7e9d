"""What people said at the gates, and which films wait for them to say something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.domain.gates import Gate
from blocks.domain.request import VideoName
from blocks.domain.verdicts import Decision, Retake, Verdict
from blocks.results.tables import VerdictRow, WaitRow


class Wait(Frozen):
    """A film that waits at a gate."""

    video: VideoName
    gate: Gate
    run: str
    """Id of the flow run that goes on when a person has said something."""
    items: tuple[str, ...]
    """What can be sent back."""
    since: datetime
    reminded_at: datetime | None = None


def record_verdict(session: Session, video: VideoName, verdict: Verdict) -> bool:
    """Write a verdict down; tell whether it is new, and not the replay of a run that died after it was written."""
    columns = verdict.model_dump(mode="json", exclude={"at"})
    statement = insert(VerdictRow).values(channel=video.channel, slug=video.slug, at=verdict.at, **columns)
    return session.scalar(statement.on_conflict_do_nothing().returning(VerdictRow.id)) is not None


def verdicts_of(session: Session, video: VideoName) -> tuple[Verdict, ...]:
    """List what was said of a film at its gates, oldest first."""
    statement = select(VerdictRow).where(VerdictRow.channel == video.channel, VerdictRow.slug == video.slug)
    return tuple(_verdict(row) for row in session.scalars(statement.order_by(VerdictRow.id)))


def begin_wait(session: Session, wait: Wait) -> None:
    """Write down that a film waits; one that waited elsewhere waits here now, one that waits here already keeps its time."""
    columns = {"gate": wait.gate.value, "run": wait.run, "items": list(wait.items)}
    there = session.get(WaitRow, (wait.video.channel, wait.video.slug))
    if there is not None and there.gate == wait.gate:
        there.run, there.items = wait.run, list(wait.items)
        return
    statement = insert(WaitRow).values(channel=wait.video.channel, slug=wait.video.slug, since=wait.since, **columns)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "slug"], set_={**columns, "since": wait.since, "reminded_at": None}
        )
    )


def end_wait(session: Session, video: VideoName) -> None:
    """Write down that a film waits no more."""
    session.execute(delete(WaitRow).where(WaitRow.channel == video.channel, WaitRow.slug == video.slug))


def find_wait(session: Session, video: VideoName) -> Wait | None:
    """Tell where a film waits; None when it does not."""
    row = session.get(WaitRow, (video.channel, video.slug))
    return None if row is None else _wait(row)


def waits_to_remind_of(session: Session, since_before: datetime) -> tuple[Wait, ...]:
    """List the films that have waited since before a moment and of which nobody was reminded, longest first."""
    statement = select(WaitRow).where(WaitRow.since <= since_before, WaitRow.reminded_at.is_(None)).order_by(WaitRow.since)
    return tuple(_wait(row) for row in session.scalars(statement))


def note_reminded(session: Session, video: VideoName, at: datetime) -> None:
    """Write down that people were reminded of a film that waits."""
    session.execute(update(WaitRow).where(WaitRow.channel == video.channel, WaitRow.slug == video.slug).values(reminded_at=at))


def _verdict(row: VerdictRow) -> Verdict:
    return Verdict(
        gate=Gate(row.gate),
        turn=row.turn,
        shown=row.shown,
        decision=Decision(row.decision),
        retakes=tuple(Retake.model_validate(retake) for retake in row.retakes),
        note=row.note,
        who=row.who,
        at=row.at,
    )


def _wait(row: WaitRow) -> Wait:
    return Wait(
        video=VideoName(channel=row.channel, slug=row.slug),
        gate=Gate(row.gate),
        run=row.run,
        items=tuple(row.items),
        since=row.since,
        reminded_at=row.reminded_at,
    )
