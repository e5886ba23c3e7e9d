"""Accounts that nobody asks for anything until they are mended, and what people are told about it, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.domain.request import VideoName
from blocks.results.tables import AlertRow, StopRow


class Stop(Frozen):
    """An account that is stopped."""

    account: str
    kind: str
    """Class of the error that stopped it: `QuotaExhausted` or `CredentialsRejected`."""
    why: str
    """The service's own words."""
    request_id: str | None
    since: datetime
    until: datetime | None
    """None: until somebody mends it."""


def stop_account(session: Session, stop: Stop) -> bool:
    """Stop an account; tell whether it was not stopped before."""
    statement = insert(StopRow).values(**stop.model_dump())
    is_new = session.scalar(statement.on_conflict_do_nothing().returning(StopRow.id))
    return is_new is not None


def standing_stop(session: Session, account: str, now: datetime) -> Stop | None:
    """Give the stop that holds for an account now; None when it may be asked. One whose time is over ends here."""
    row = session.scalars(select(StopRow).where(StopRow.account == account, StopRow.over_at.is_(None))).one_or_none()
    if row is None:
        return None
    if row.until is not None and row.until <= now:
        lift_stop(session, account)
        return None
    return _stop(row)


def standing_stops(session: Session) -> tuple[Stop, ...]:
    """List the stops that nobody has lifted, oldest first."""
    rows = session.scalars(select(StopRow).where(StopRow.over_at.is_(None)).order_by(StopRow.since))
    return tuple(_stop(row) for row in rows)


def lift_stop(session: Session, account: str) -> bool:
    """Let an account be asked again; tell whether it was stopped."""
    statement = update(StopRow).where(StopRow.account == account, StopRow.over_at.is_(None)).values(over_at=func.now())
    return session.scalar(statement.returning(StopRow.id)) is not None


def raise_alert(session: Session, cause: str, video: VideoName, title: str, message: str) -> bool:
    """Write down something that people must be told; tell whether this cause is new."""
    statement = insert(AlertRow).values(cause=cause, channel=video.channel, slug=video.slug, title=title, message=message)
    return session.scalar(statement.on_conflict_do_nothing().returning(AlertRow.cause)) is not None


def _stop(row: StopRow) -> Stop:
    return Stop(account=row.account, kind=row.kind, why=row.why, request_id=row.request_id, since=row.since, until=row.until)
