"""The books as an accountant reads them: line by line, exact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Numeric, Select, case, cast, literal, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.results.purchases import AT_STAKE
from blocks.results.tables import PurchaseRow, ReceiptRow

_AT_ONCE = 2_000


class BookLine(Frozen):
    """One paid call, or one purchase that may have been paid."""

    time: datetime
    """When the call was billed, or the purchase begun; UTC."""
    channel: str
    film: str
    step: str
    maker: str
    account: str
    kind: str
    """`receipt` or `purchase`."""
    state: str
    """Of a receipt, `delivered` or `gave nothing`; of a purchase, how far it is."""
    used: str
    """Of a receipt, what was used; of a purchase, what would be: `1 picture, 1290 output_token`."""
    usd: Decimal | None
    """Of a receipt; None when the price is unknown, and of a purchase."""
    possibly_paid_usd: Decimal | None
    """Of a purchase, at its estimate; None of a receipt."""
    request_id: str | None
    """The provider's name for the call."""
    purchase: str | None
    """Number of the purchase."""
    product: str
    """Memory key of the product that it was for."""


class Span(Frozen):
    """Which lines are wanted."""

    since: datetime | None = None
    until: datetime | None = None
    """The first moment after the span."""
    channel: str | None = None


def book_lines(session: Session, span: Span) -> Iterator[BookLine]:
    """Read receipts, and purchases that may have been paid and that no receipt tells of, oldest first.

    Lines come as they are read, so that books of any length fit into memory.
    """
    receipts = select(
        ReceiptRow.at.label("time"),
        ReceiptRow.channel,
        ReceiptRow.slug,
        ReceiptRow.step,
        ReceiptRow.maker,
        ReceiptRow.account,
        literal("receipt").label("kind"),
        case((ReceiptRow.delivered, "delivered"), else_="gave nothing").label("state"),
        ReceiptRow.usage,
        ReceiptRow.cost_usd,
        cast(null(), Numeric).label("staked"),
        ReceiptRow.request_id,
        ReceiptRow.purchase,
        ReceiptRow.key,
    ).where(*_within(span, ReceiptRow.at, ReceiptRow.channel))
    rows = session.execute(_with_purchases(receipts, span), execution_options={"yield_per": _AT_ONCE})
    for row in rows:
        amounts = Usage.model_validate(row.usage).lines
        yield BookLine(
            time=row.time,
            channel=row.channel,
            film=row.slug,
            step=row.step,
            maker=row.maker,
            account=row.account,
            kind=row.kind,
            state=row.state,
            used=", ".join(f"{line.amount.normalize():f} {line.unit}" for line in amounts),
            usd=row.cost_usd,
            possibly_paid_usd=row.staked,
            request_id=row.request_id,
            purchase=row.purchase,
            product=row.key,
        )


def _with_purchases(receipts: Select[tuple[object, ...]], span: Span) -> Select[tuple[object, ...]]:
    purchases = select(
        PurchaseRow.begun_at,
        PurchaseRow.channel,
        PurchaseRow.slug,
        PurchaseRow.step,
        PurchaseRow.maker,
        PurchaseRow.account,
        literal("purchase"),
        PurchaseRow.state,
        PurchaseRow.estimate,
        cast(null(), Numeric),
        PurchaseRow.estimate_usd,
        PurchaseRow.ticket["job"].astext,
        PurchaseRow.number,
        PurchaseRow.key,
    ).where(PurchaseRow.state.in_(AT_STAKE), *_within(span, PurchaseRow.begun_at, PurchaseRow.channel))
    both = union_all(receipts, purchases).subquery()
    return select(both).order_by(both.c.time, both.c.kind, both.c.key, both.c.purchase)


def _within(
    span: Span, at: InstrumentedAttribute[datetime], channel: InstrumentedAttribute[str]
) -> tuple[ColumnElement[bool], ...]:
    conditions: list[ColumnElement[bool]] = []
    if span.since is not None:
        conditions.append(at >= span.since)
    if span.until is not None:
        conditions.append(at < span.until)
    if span.channel is not None:
        conditions.append(channel == span.channel)
    return tuple(conditions)
