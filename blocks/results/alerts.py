"""What people must be told: written down once for each cause, and kept until it is sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from prefect.events import emit_event
from prefect.settings import PREFECT_API_URL
from sqlalchemy import event, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.domain.request import VideoName
from blocks.results.tables import AlertRow, VideoRow

RAISED = "studio.alert.raised"
"""Name of the event by which Prefect hears of new alerts."""


class Alert(Frozen):
    """Something that people must be told."""

    cause: str
    """Tells alerts apart: people are told once of each."""
    video: VideoName | None
    """The film it was noticed at; None when it belongs to no film."""
    title: str
    message: str
    advice: str
    """What a person can do about it; may be empty."""
    run: str | None
    """The flow run to look at."""
    tries: int
    """How often it could not be sent."""
    raised_at: datetime
    sent_at: datetime | None


def raise_alert(  # noqa: PLR0913 -- what people are told, part by part
    session: Session, cause: str, video: VideoName | None, title: str, message: str, *, advice: str = "", run: str | None = None
) -> bool:
    """Write down something that people must be told; tell whether this cause is new.

    Once that is committed, Prefect is told too, so that an automation can send it at once.

    Args:
        session: the caller's transaction.
        cause: what tells it apart from other alerts.
        video: the film it was noticed at, if there is one.
        title: one line.
        message: what happened.
        advice: what a person can do about it.
        run: the flow run to look at; the one that carries the film unless told.
    """
    carrier = select(VideoRow.run).where(VideoRow.channel == video.channel, VideoRow.slug == video.slug) if video else None
    statement = insert(AlertRow).values(
        cause=cause,
        channel=video.channel if video else "",
        slug=video.slug if video else "",
        title=title.replace("\x00", ""),
        message=message.replace("\x00", ""),
        advice=advice,
        run=carrier.scalar_subquery() if run is None and carrier is not None else run,
    )
    is_new = session.scalar(statement.on_conflict_do_nothing().returning(AlertRow.cause)) is not None
    if is_new:
        raised = session.info.setdefault(RAISED, [])
        if not raised:
            event.listen(session, "after_commit", _tell_prefect, once=True)
        raised.append(title)
    return is_new


def unsent(session: Session, limit: int, besides: Collection[str] = ()) -> tuple[Alert, ...]:
    """Take alerts that were not sent yet, oldest first; until the transaction ends, nobody else takes them.

    Args:
        session: the caller's transaction.
        limit: so many at most.
        besides: causes to leave out.
    """
    statement = (
        select(AlertRow)
        .where(AlertRow.sent_at.is_(None), AlertRow.cause.not_in(besides))
        .order_by(AlertRow.raised_at, AlertRow.cause)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return tuple(_alert(row) for row in session.scalars(statement))


def count_unsent(session: Session) -> int:
    """Count the alerts that were not sent yet."""
    return session.scalar(select(func.count()).select_from(AlertRow).where(AlertRow.sent_at.is_(None))) or 0


def latest(session: Session, limit: int) -> tuple[Alert, ...]:
    """List alerts, sent or not, newest first."""
    rows = session.scalars(select(AlertRow).order_by(AlertRow.raised_at.desc(), AlertRow.cause).limit(limit))
    return tuple(_alert(row) for row in rows)


def note_sent(session: Session, cause: str) -> None:
    """Write down that people were told."""
    session.execute(update(AlertRow).where(AlertRow.cause == cause).values(sent_at=func.clock_timestamp()))


def note_failed(session: Session, cause: str) -> None:
    """Write down that an alert could not be sent this time."""
    session.execute(update(AlertRow).where(AlertRow.cause == cause).values(tries=AlertRow.tries + 1))


def _tell_prefect(session: Session) -> None:
    """Tell Prefect of all that one transaction raised."""
    titles = session.info.pop(RAISED)
    if PREFECT_API_URL.value() is not None:  # else Prefect would start a server of its own to tell
        emit_event(RAISED, {"prefect.resource.id": "studio.alerts"}, payload={"titles": titles})


def _alert(row: AlertRow) -> Alert:
    return Alert(
        cause=row.cause,
        video=VideoName(channel=row.channel, slug=row.slug) if row.slug else None,
        title=row.title,
        message=row.message,
        advice=row.advice,
        run=row.run,
        tries=row.tries,
        raised_at=row.raised_at,
        sent_at=row.sent_at,
    )
