"""What a call consumed and what that costs. Money is Decimal; unknown is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from pydantic import Field

from blocks.domain.frozen import Frozen


class UsageLine(Frozen):
    """An amount of one billed unit."""

    unit: str = Field(min_length=1)
    """What is counted: `picture`, `character`, `credit`, `input_token`, `second`."""
    amount: Decimal = Field(ge=0)


class Usage(Frozen):
    """What one call consumed, in the units its provider counts."""

    lines: tuple[UsageLine, ...] = ()

    @classmethod
    def of(cls, **amounts: Decimal | int) -> Usage:
        """Build a usage from unit names: `Usage.of(picture=1)`."""
        return cls(lines=tuple(UsageLine(unit=unit, amount=Decimal(amount)) for unit, amount in amounts.items()))


class Price(Frozen):
    """The price of one unit."""

    unit: str
    usd: Decimal = Field(ge=0)


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
    at: datetime


def price_of(usage: Usage, prices: Iterable[Price]) -> Decimal | None:
    """Give the cost of a usage in USD, or None when a unit has no price."""
    table = {price.unit: price.usd for price in prices}
    if any(line.unit not in table for line in usage.lines):
        return None
    return sum((table[line.unit] * line.amount for line in usage.lines), Decimal(0))
