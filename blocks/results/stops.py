"""Accounts that nobody asks for anything until they are mended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.results.tables import StopRow


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


def was_stopped(session: Session, accounts: Collection[str], kind: str, since: datetime) -> bool:
    """Tell whether an error of this class stopped one of these accounts, now or at any time since a moment."""
    holds = or_(StopRow.over_at.is_(None), StopRow.over_at > since)
    statement = select(StopRow.id).where(StopRow.account.in_(accounts), StopRow.kind == kind, holds).limit(1)
    return session.scalar(statement) is not None


def _stop(row: StopRow) -> Stop:
    return Stop(account=row.account, kind=row.kind, why=row.why, request_id=row.request_id, since=row.since, until=row.until)
