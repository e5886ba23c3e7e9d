"""Which films wait for a run, which run has them, and whose run has died. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from blocks.domain.fairness import Waiting
from blocks.domain.frozen import Frozen
from blocks.domain.priority import Priority
from blocks.domain.request import DRAFT_MARK, VideoName, VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.errors import BudgetExceeded, QuotaExhausted
from blocks.results.tables import ErrorRow, VideoRow, WaitRow

_AT_GATES = (Status.ASSETS_READY, Status.VIDEO_READY, Status.AUDIO_READY)
_AT_WORK = tuple(status.value for status in Status if not status.is_resting and status not in _AT_GATES)
"""States in which a film needs a run; at a gate it needs a person."""
_OF_ALLOWANCES = (QuotaExhausted.__name__, BudgetExceeded.__name__)
_IN_A_RUN = (*_AT_WORK, *(status.value for status in _AT_GATES), Status.ASSEMBLY_COMPLETE.value)
"""States in which a film has a run, at work or suspended at a gate."""


class Carried(Frozen):
    """A film that a run carries, at work or at a gate."""

    video: VideoName
    status: Status
    run: str
    revivals: int
    """How often its run has died since it last moved on."""
    is_waiting: bool
    """Whether it waits at a gate."""
    moved_at: datetime


def want_run(session: Session, video: VideoName) -> None:
    """Let a film wait for a run; one that waits already keeps its place."""
    session.execute(
        update(VideoRow)
        .where(*_is(video), VideoRow.waiting_since.is_(None))
        .values(waiting_since=func.clock_timestamp(), run=None, updated_at=VideoRow.updated_at)
    )


def note_run(session: Session, video: VideoName, run: str) -> None:
    """Write down which run carries a film; it waits for none any more."""
    session.execute(update(VideoRow).where(*_is(video)).values(waiting_since=None, run=run, updated_at=VideoRow.updated_at))


def lock_dispatch(session: Session) -> None:
    """Be the only one who begins films, until the transaction ends; others wait."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('dispatch'))"))


def waiting_films(session: Session) -> tuple[Waiting, ...]:
    """List the films that wait for a run, longest first, and keep others from changing them; those being changed are left out."""
    statement = (
        select(VideoRow.channel, VideoRow.slug, VideoRow.priority, VideoRow.waiting_since)
        .where(VideoRow.waiting_since.is_not(None))
        .order_by(VideoRow.waiting_since)
        .with_for_update(skip_locked=True)
    )
    return tuple(
        Waiting(video=VideoName(channel=channel, slug=slug), priority=Priority(priority), since=since)
        for channel, slug, priority, since in session.execute(statement)
    )


def count_waiting(session: Session) -> int:
    """Count the films that wait for a run."""
    return session.scalar(select(func.count()).where(VideoRow.waiting_since.is_not(None))) or 0


def run_of(session: Session, video: VideoName) -> str | None:
    """Tell which run carries a film, or carried it last; None when it waits for one."""
    return session.scalar(select(VideoRow.run).where(*_is(video)))


def is_waiting(session: Session, video: VideoName) -> bool:
    """Tell whether a film waits for a run."""
    return session.scalar(select(VideoRow.waiting_since).where(*_is(video))) is not None


def at_work(session: Session) -> dict[str, int]:
    """Count the films at work by channel; those that wait, for a run or for a person, are none of them."""
    statement = (
        select(VideoRow.channel, func.count())
        .where(
            VideoRow.status.in_(_AT_WORK),
            VideoRow.waiting_since.is_(None),
            VideoRow.run.is_not(None),
            ~VideoRow.slug.endswith(DRAFT_MARK, autoescape=True),
        )
        .group_by(VideoRow.channel)
    )
    return dict(session.execute(statement).tuples().all())


def served_at(session: Session, channels: Sequence[str]) -> dict[str, datetime]:
    """Tell when a film of each channel was last begun; channels of which none ever was are left out."""
    rows = session.execute(
        text(
            "SELECT name, (SELECT max(dispatched_at) FROM videos WHERE channel = name AND dispatched_at IS NOT NULL) "
            "FROM unnest(cast(:channels AS text[])) AS name"
        ),
        {"channels": list(channels)},
    )
    return {name: at for name, at in rows if at is not None}


def request_of(session: Session, video: VideoName) -> VideoRequest:
    """Give what was asked for."""
    return VideoRequest.model_validate(session.scalars(select(VideoRow.request).where(*_is(video))).one())


def note_dispatched(session: Session, video: VideoName, run: str) -> None:
    """Write down that a run was begun for a film."""
    session.execute(
        update(VideoRow)
        .where(*_is(video))
        .values(waiting_since=None, run=run, dispatched_at=func.clock_timestamp(), updated_at=VideoRow.updated_at)
    )


def carried_films(session: Session) -> tuple[Carried, ...]:
    """List the films that a run carries: their runs may have died."""
    statement = (
        select(VideoRow, WaitRow.gate)
        .outerjoin(WaitRow, (WaitRow.channel == VideoRow.channel) & (WaitRow.slug == VideoRow.slug))
        .where(
            VideoRow.status.in_(_IN_A_RUN),
            VideoRow.run.is_not(None),
            VideoRow.waiting_since.is_(None),
            ~VideoRow.slug.endswith(DRAFT_MARK, autoescape=True),
        )
        .order_by(VideoRow.updated_at)
    )
    return tuple(_carried(row, is_waiting=gate is not None) for row, gate in session.execute(statement))


def revive(session: Session, video: VideoName, run: str) -> None:
    """Let a film whose run died wait for another one, before those that were begun later; not if another has it already."""
    session.execute(
        update(VideoRow)
        .where(*_is(video), VideoRow.run == run)
        .values(
            waiting_since=func.coalesce(VideoRow.dispatched_at, func.clock_timestamp()),
            run=None,
            revivals=VideoRow.revivals + 1,
            updated_at=VideoRow.updated_at,
        )
    )


def films_to_wake(session: Session, reset_before: datetime) -> tuple[VideoName, ...]:
    """List the films that stopped for want of an allowance that was there again before a moment."""
    latest = (
        select(func.max(ErrorRow.next_try_at))
        .where(ErrorRow.channel == VideoRow.channel, ErrorRow.slug == VideoRow.slug, ErrorRow.kind.in_(_OF_ALLOWANCES))
        .scalar_subquery()
    )
    statement = (
        select(VideoRow.channel, VideoRow.slug)
        .where(VideoRow.status == Status.ERROR_QUOTA.value, latest <= reset_before)
        .order_by(VideoRow.updated_at)
    )
    return tuple(VideoName(channel=channel, slug=slug) for channel, slug in session.execute(statement))


def films_held_back(session: Session, channel: str) -> tuple[VideoName, ...]:
    """List the films of a channel that are finished, and could not be published because the channel's leave was refused."""
    latest = (
        select(ErrorRow.step)
        .where(ErrorRow.channel == VideoRow.channel, ErrorRow.slug == VideoRow.slug)
        .order_by(ErrorRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(VideoRow.channel, VideoRow.slug)
        .where(
            VideoRow.channel == channel,
            VideoRow.status == Status.ERROR_CREDENTIALS.value,
            latest == Step.PUBLISHED.value,
        )
        .order_by(VideoRow.updated_at)
    )
    return tuple(VideoName(channel=channel, slug=slug) for channel, slug in session.execute(statement))


def unmoved_films(session: Session, since_before: datetime, now: datetime) -> tuple[Carried, ...]:
    """List the films at work in which nothing has moved since before a moment, and nothing is to be tried again later."""
    retry = (
        select(func.max(ErrorRow.next_try_at))
        .where(ErrorRow.channel == VideoRow.channel, ErrorRow.slug == VideoRow.slug)
        .scalar_subquery()
    )
    statement = (
        select(VideoRow)
        .where(
            VideoRow.status.in_(_AT_WORK),
            VideoRow.updated_at <= since_before,
            VideoRow.run.is_not(None),
            VideoRow.waiting_since.is_(None),
            ~VideoRow.slug.endswith(DRAFT_MARK, autoescape=True),
            func.coalesce(retry <= now, True),
        )
        .order_by(VideoRow.updated_at)
    )
    return tuple(_carried(row, is_waiting=False) for row in session.scalars(statement))


def published_before(session: Session, moment: datetime) -> tuple[VideoName, ...]:
    """List the films that were published before a moment, oldest first."""
    statement = (
        select(VideoRow.channel, VideoRow.slug)
        .where(VideoRow.status == Status.PUBLISHED.value, VideoRow.updated_at < moment)
        .order_by(VideoRow.updated_at)
    )
    return tuple(VideoName(channel=channel, slug=slug) for channel, slug in session.execute(statement))


def _carried(row: VideoRow, *, is_waiting: bool) -> Carried:
    return Carried(
        video=VideoName(channel=row.channel, slug=row.slug),
        status=Status(row.status),
        run=row.run or "",
        revivals=row.revivals,
        is_waiting=is_waiting,
        moved_at=row.updated_at,
    )


def _is(video: VideoName) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VideoRow.channel == video.channel, VideoRow.slug == video.slug
