"""What a call consumed and what that costs. Money is Decimal; unknown is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from blocks.domain.frozen import Frozen


class UsageLine(Frozen):
    """An amount of one billed unit."""

    unit: str = Field(min_length=1)
    """What is counted: `picture`, `character`, `credit`, `input_token`, `second`."""
    amount: Decimal = Field(ge=0)


class Usage(Frozen):
    """What one call consumed, in the units its provider counts; without lines, for certain nothing."""

    lines: tuple[UsageLine, ...] = ()

    @classmethod
    def of(cls, **amounts: Decimal | int) -> Usage:
        """Build a usage from unit names: `Usage.of(picture=1)`."""
        return cls(lines=tuple(UsageLine(unit=unit, amount=Decimal(amount)) for unit, amount in amounts.items()))

    def __add__(self, other: Usage) -> Usage:
        """Give both together, a line for each unit."""
        amounts: dict[str, Decimal] = {}
        for line in (*self.lines, *other.lines):
            amounts[line.unit] = amounts.get(line.unit, Decimal(0)) + line.amount
        return Usage.of(**amounts)


class Price(Frozen):
    """The price of one unit, as a provider lists it."""

    unit: str
    usd: Decimal = Field(ge=0)
    model: str = ""
    """Model that the price is for; empty when it is the same for all."""
    source: str = ""
    """Where the price was read."""
    as_of: date | None = None
    """When it was read."""
    until: date | None = None
    """Last day on which it holds; None when no end was announced."""


class Receipt(Frozen):
    """What one call consumed, written down for good."""

    key: str
    """Memory key of the product the call was for."""
    channel: str
    video: str
    step: str
    maker: str
    """Kind of the maker that was called, e.g. `offline`."""
    usage: Usage
    cost_usd: Decimal | None
    """None when no price is known."""
    delivered: bool
    """False when the call was billed and gave nothing."""
    request_id: str | None = None
    account: str = ""
    """Whose allowance it was taken from, as `Maker.account`."""
    purchase: str | None = None
    """Number of the purchase it ended; None for a maker that nobody pays."""
    at: datetime


class PurchaseState(StrEnum):
    """How far a purchase is. A purchase that has no end was possibly paid."""

    BEGUN = "begun"
    """Written down; the call is under way, or the process died in it."""
    ASKED = "asked"
    """The order for a job is being sent."""
    RUNNING = "running"
    """The job is bought and its ticket is here."""
    SETTLED = "settled"
    """Ended by a receipt."""
    VOID = "void"
    """Ended; nothing was bought."""
    POSSIBLY_PAID = "possibly paid"
    """Ended without an answer: the provider may have billed it."""
    PARKED = "parked"
    """A job may be running and cannot be found: a person says what became of it."""


class Ticket(Frozen):
    """The provider's id of a job that is paid for and still running."""

    job: str = Field(min_length=1)
    model: str
    """The maker's own name for what does the job."""


class Purchased(Frozen):
    """One purchase as the books hold it."""

    number: str
    """Its own name, never used twice: also the dedupe id for services that take one."""
    key: str
    """Memory key of the product it is for."""
    channel: str
    video: str
    step: str
    maker: str
    account: str
    state: PurchaseState
    estimate: Usage
    estimate_usd: Decimal | None
    ticket: Ticket | None
    evidence: dict[str, str]
    """What the maker noted before it asked, to find out later what became of the order."""
    begun_at: datetime


def price_of(usage: Usage, prices: Iterable[Price]) -> Decimal | None:
    """Give the cost of a usage in USD, or None when a unit has no price."""
    table = {price.unit: price.usd for price in prices}
    if any(line.unit not in table for line in usage.lines):
        return None
    return sum((table[line.unit] * line.amount for line in usage.lines), Decimal(0))
