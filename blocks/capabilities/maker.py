"""What all makers have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import JsonValue

from blocks.domain.money import Price, Usage, price_of


class Maker(Block, ABC):
    """An implementation of one production step, configured and saved."""

    kind: str
    """Tells makers of one capability apart; each implementation fixes it."""

    lane: ClassVar[str | None] = None
    """Name of the limit that all calls to this maker's service share; None for a maker that calls no service."""

    prices: ClassVar[tuple[Price, ...]] = ()
    """The tariff; empty means that everything is free."""

    @abstractmethod
    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the settings that shape the output, as JSON; no names, ids or secrets."""

    def price(self, usage: Usage) -> Decimal | None:
        """Give what a usage costs in USD; None when a unit has no known price."""
        return price_of(usage, self.prices) if self.prices else Decimal(0)
