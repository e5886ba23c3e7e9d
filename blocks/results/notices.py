"""What services told us by themselves: kept once, taken once. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.results.tables import NoticeRow

_KEEP = text(  # one statement for any number of rows: SQLAlchemy would word it anew for each number
    "INSERT INTO notices (id, source, page) "
    "SELECT * FROM unnest(cast(:id AS text[]), cast(:source AS text[]), cast(:page AS text[])) "
    "ON CONFLICT DO NOTHING RETURNING id"
)


class Heard(Frozen):
    """Something that a service tells us."""

    id: str
    """The service's own name for it; it comes again under the same."""
    source: str
    """Who told it: `notion event`, `notion automation`."""
    page: str
    """The page it is about; empty when it is about something else, as the columns of a table."""


class Notice(Heard):
    """Something that a service told us."""

    received_at: datetime


def keep_notices(session: Session, heard: Sequence[Heard]) -> set[str]:
    """Keep what services tell; gives the ids of what is new.

    Everybody writes in the same order, so two who are told the same at the same moment never wait for each other in a circle.
    """
    ordered = sorted(heard, key=lambda one: one.id)
    columns = {name: [getattr(one, name) for one in ordered] for name in ("id", "source", "page")}
    return set(session.scalars(_KEEP, columns))


def keep_notice(session: Session, notice_id: str, source: str, page: str) -> bool:
    """Keep what a service tells; tell whether it is new."""
    return bool(keep_notices(session, [Heard(id=notice_id, source=source, page=page)]))


def take_notices(session: Session, limit: int) -> tuple[Notice, ...]:
    """Take notices that nobody took, oldest first; what others are taking at this moment is left to them.

    Whoever takes them looks at their pages: a notice says that something changed, and not what.

    Args:
        session: the caller's transaction; if it is undone, so is the taking.
        limit: so many at most.
    """
    rows = session.execute(
        select(NoticeRow.id, NoticeRow.source, NoticeRow.page, NoticeRow.received_at)
        .where(NoticeRow.taken_at.is_(None))
        .order_by(NoticeRow.received_at, NoticeRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(update(NoticeRow).where(NoticeRow.id.in_([row.id for row in rows])).values(taken_at=func.clock_timestamp()))
    return tuple(Notice(id=row.id, source=row.source, page=row.page, received_at=row.received_at) for row in rows)


def forget_notices(session: Session, before: datetime) -> int:
    """Forget what was received before a moment, taken or not; gives how many.

    A service may repeat itself for a day: what was forgotten earlier would be new again.
    """
    forgotten = session.execute(delete(NoticeRow).where(NoticeRow.received_at < before).returning(NoticeRow.id))
    return len(forgotten.all())
