"""The books of what is being bought: each purchase from before its call to its end, and what is at stake meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.orm import Session

from blocks.domain.money import Purchased, PurchaseState, Ticket, Usage
from blocks.domain.request import VideoName
from blocks.errors import BadSpec
from blocks.results.tables import PurchaseRow, ReceiptRow

OPEN = (PurchaseState.BEGUN, PurchaseState.ASKED, PurchaseState.RUNNING, PurchaseState.PARKED)
"""States of a purchase that has no end yet."""
AT_STAKE = (*OPEN, PurchaseState.POSSIBLY_PAID)
"""States in which money may be spent that no receipt tells of."""
KEPT = "kept"
"""Name of the evidence that says where the file of a purchase waits for a store."""


@dataclass(frozen=True)
class Spending:
    """What was spent, in USD."""

    receipts: Decimal
    """By receipts."""
    at_stake: Decimal
    """By purchases without a receipt, at their estimates: under way, parked, or possibly paid."""

    @property
    def total(self) -> Decimal:
        """Give both together."""
        return self.receipts + self.at_stake


def begin(session: Session, purchase: Purchased) -> None:
    """Write a purchase down before its call is made."""
    columns = purchase.model_dump(mode="json", exclude={"video", "begun_at", "estimate_usd"})
    session.add(PurchaseRow(slug=purchase.video, begun_at=purchase.begun_at, estimate_usd=purchase.estimate_usd, **columns))


def unended(session: Session, key: str) -> Purchased | None:
    """Give the purchase for a product that has no end yet; None when there is none."""
    statement = (
        select(PurchaseRow).where(PurchaseRow.key == key, PurchaseRow.state.in_(OPEN)).order_by(PurchaseRow.begun_at.desc())
    )
    row = session.scalars(statement.limit(1)).first()
    return None if row is None else _purchased(row)


def find(session: Session, number: str) -> Purchased | None:
    """Look a purchase up by its number."""
    row = session.get(PurchaseRow, number)
    return None if row is None else _purchased(row)


def note_asking(session: Session, number: str, evidence: Mapping[str, str]) -> None:
    """Write down that the order for a job goes out now."""
    _change(session, number, state=PurchaseState.ASKED, evidence=dict(evidence), asked_at=func.now())


def note_not_ordered(session: Session, number: str) -> None:
    """Write down that the order did not arrive, so that no later charge on the account is taken for its own."""
    _change(session, number, state=PurchaseState.BEGUN, evidence={}, asked_at=None)


def keep_ticket(session: Session, number: str, ticket: Ticket) -> None:
    """Store the ticket of the job that was bought."""
    _change(session, number, state=PurchaseState.RUNNING, ticket=ticket.model_dump(mode="json"))


def hint_job(session: Session, number: str, job: str) -> bool:
    """Take a service's word for which job a purchase bought, if no ticket is known yet; tell whether it was taken.

    The job is asked after with the key before anything is believed of it; an unknown number changes nothing.
    """
    row = session.get(PurchaseRow, number, with_for_update=True)
    if row is None or row.ticket is not None or row.state not in {PurchaseState.ASKED, PurchaseState.PARKED}:
        return False
    row.state, row.ticket = PurchaseState.RUNNING, Ticket(job=job, model=row.maker).model_dump(mode="json")
    return True


def end(session: Session, number: str, state: PurchaseState, why: str = "") -> None:
    """Write down how a purchase ended, or that it is parked."""
    ended_at = None if state is PurchaseState.PARKED else func.now()
    _change(session, number, state=state, why=why.replace("\x00", ""), ended_at=ended_at)


def note_kept(session: Session, number: str, where: str) -> None:
    """Park a purchase whose file is here and no store took: it ends when that is stored, or when a person gives it up."""
    _change(session, number, state=PurchaseState.PARKED, evidence={KEPT: where}, why=f"kept at {where}", ended_at=None)


def tickets_since(session: Session, account: str, number: str) -> dict[str, Ticket]:
    """List what others bought from an account after a purchase was asked for, by purchase number."""
    asked_at = select(PurchaseRow.asked_at).where(PurchaseRow.number == number).scalar_subquery()
    statement = select(PurchaseRow.number, PurchaseRow.ticket).where(
        PurchaseRow.account == account,
        PurchaseRow.number != number,
        PurchaseRow.asked_at >= asked_at,
        PurchaseRow.ticket.is_not(None),
    )
    return {other: Ticket.model_validate(ticket) for other, ticket in session.execute(statement).all()}


def tickets_running_at(session: Session, account: str, number: str) -> dict[str, Ticket]:
    """List what others had bought from an account and had not collected when a purchase was asked for, by purchase number."""
    asked_at = select(PurchaseRow.asked_at).where(PurchaseRow.number == number).scalar_subquery()
    statement = select(PurchaseRow.number, PurchaseRow.ticket).where(
        PurchaseRow.account == account,
        PurchaseRow.number != number,
        PurchaseRow.asked_at < asked_at,
        or_(PurchaseRow.ended_at.is_(None), PurchaseRow.ended_at >= asked_at),
        PurchaseRow.ticket.is_not(None),
    )
    return {other: Ticket.model_validate(ticket) for other, ticket in session.execute(statement).all()}


def in_states(session: Session, states: Iterable[PurchaseState], video: VideoName | None = None) -> tuple[Purchased, ...]:
    """List purchases by state, oldest first: of one film, or of all."""
    conditions: list[ColumnElement[bool]] = [PurchaseRow.state.in_(tuple(states))]
    if video is not None:
        conditions += [PurchaseRow.channel == video.channel, PurchaseRow.slug == video.slug]
    return tuple(
        _purchased(row) for row in session.scalars(select(PurchaseRow).where(*conditions).order_by(PurchaseRow.begun_at))
    )


def spent_on_film(session: Session, video: VideoName) -> Spending:
    """Add up what a film has cost so far."""
    return _spending(
        session,
        (ReceiptRow.channel == video.channel, ReceiptRow.slug == video.slug),
        (PurchaseRow.channel == video.channel, PurchaseRow.slug == video.slug),
    )


def spent_by_channel(session: Session, channel: str, since: datetime) -> Spending:
    """Add up what a channel's films have cost since a moment."""
    return _spending(
        session,
        (ReceiptRow.channel == channel, ReceiptRow.at >= since),
        (PurchaseRow.channel == channel, PurchaseRow.begun_at >= since),
    )


def calls_since(session: Session, account: str, since: datetime) -> int:
    """Count the paid calls that were made from an account since a moment; those that never went out do not count."""
    statement = select(func.count()).where(
        PurchaseRow.account == account, PurchaseRow.begun_at >= since, PurchaseRow.state != PurchaseState.VOID
    )
    return session.scalar(statement) or 0


def usage_since(session: Session, since: datetime) -> dict[tuple[str, str], Decimal]:
    """Add up what each account used since a moment, by account and unit."""
    rows = session.execute(
        text(
            "SELECT account, line ->> 'unit', sum((line ->> 'amount')::numeric) "
            "FROM receipts, jsonb_array_elements(usage -> 'lines') AS line WHERE at >= :since AND account <> '' GROUP BY 1, 2"
        ),
        {"since": since},
    )
    return {(row[0], row[1]): row[2] for row in rows}


def lock_books(session: Session, channel: str) -> None:
    """Let one purchase of a channel be begun at a time, until the transaction ends: what is allowed is never allowed twice."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:books, 0))"), {"books": f"books of {channel}"})


def _change(session: Session, number: str, **columns: object) -> None:
    changed = session.execute(
        update(PurchaseRow).where(PurchaseRow.number == number).values(**columns).returning(PurchaseRow.number)
    )
    if changed.first() is None:
        raise BadSpec(f"there is no purchase {number}: look for its number in the table purchases")


def _spending(
    session: Session, of_receipts: tuple[ColumnElement[bool], ...], of_purchases: tuple[ColumnElement[bool], ...]
) -> Spending:
    receipts = session.scalar(select(func.sum(ReceiptRow.cost_usd)).where(*of_receipts))
    staked = session.scalar(select(func.sum(PurchaseRow.estimate_usd)).where(*of_purchases, PurchaseRow.state.in_(AT_STAKE)))
    return Spending(receipts=receipts or Decimal(0), at_stake=staked or Decimal(0))


def _purchased(row: PurchaseRow) -> Purchased:
    return Purchased(
        number=row.number,
        key=row.key,
        channel=row.channel,
        video=row.slug,
        step=row.step,
        maker=row.maker,
        account=row.account,
        state=PurchaseState(row.state),
        estimate=Usage.model_validate(row.estimate),
        estimate_usd=row.estimate_usd,
        ticket=None if row.ticket is None else Ticket.model_validate(row.ticket),
        evidence=row.evidence,
        begun_at=row.begun_at,
    )
