"""What all makers have in common."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal
from typing import ClassVar

from pydantic import Field, JsonValue, SecretStr

from blocks.described import DescribedOnce
from blocks.domain.frozen import Frozen
from blocks.domain.money import Price, Usage, price_of


class Standing(Frozen):
    """How much of an account's allowance is used, as its provider counts it."""

    used: Decimal
    limit: Decimal
    unit: str


class Maker(DescribedOnce, ABC):
    """An implementation of one production step, configured and saved."""

    kind: str
    """Tells makers of one capability apart; each implementation fixes it."""

    lane: ClassVar[str | None] = None
    """Name of the limit that all calls to this maker's service share; None for a maker that calls no service."""

    pays_by_part: ClassVar[bool] = False
    """Whether one product takes several paid calls, each bought with `Bench.part`; the verb itself is free then."""

    prices: ClassVar[tuple[Price, ...]] = ()
    """The tariff, for all models; empty means that everything is free."""

    own_prices: dict[str, Decimal] = Field(
        default_factory=dict, description="Your own prices in USD by unit, where they differ from the list."
    )

    @abstractmethod
    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the settings that shape the output, as JSON; no names, ids or secrets."""

    @property
    def account(self) -> str:
        """Name whose allowance the calls use, without saying the key: the kind, and for a paid maker a mark of its key."""
        return self.kind

    @property
    def allowances(self) -> tuple[str, ...]:
        """Name all accounts that the calls take from: its own, and those that it shares with others."""
        return (self.account,)

    @property
    def charged_model(self) -> str:
        """Name the model whose prices hold; empty when the service has one price for all."""
        return ""

    @property
    def daily_calls(self) -> int | None:
        """Give the number of paid calls a day that the account is allowed; None when nobody set one."""
        return None

    def check(self) -> Standing | None:
        """See, free of charge, that the service would take an order: key, model, voice.

        Returns:
            how much of the allowance is used, where the service tells.

        Raises:
            CredentialsRejected: the key is not accepted.
            QuotaExhausted: nothing is left of the allowance.
            BadSpec: the model is retired, the voice does not exist.
            TransientError: the service cannot be asked now.
        """
        return None

    def tariff(self, on: date | None = None) -> dict[str, Decimal]:
        """Give the prices that hold for this maker, in USD by unit: its own, else the list's on that day (today unless told)."""
        day = on or date.today()  # noqa: DTZ011 -- price lists change at somebody's midnight
        listed = [
            price
            for price in self.prices
            if price.model in {"", self.charged_model} and (price.until is None or day <= price.until)
        ]
        # The price that ends first holds first.
        listed.sort(key=lambda price: price.until or date.max, reverse=True)
        return {price.unit: price.usd for price in listed} | self.own_prices

    def price(self, usage: Usage) -> Decimal | None:
        """Give what a usage costs in USD; None when a unit has no known price."""
        tariff = self.tariff()
        if self.lane is None and not tariff:
            return Decimal(0)
        return price_of(usage, (Price(unit=unit, usd=usd) for unit, usd in tariff.items()))


def account_name(vendor: str, secret: SecretStr) -> str:
    """Name an account by its vendor and a mark of its key, from which the key cannot be found again: `gemini:3f9a0c21b7e4`."""
    return f"{vendor}:{hashlib.sha256(secret.get_secret_value().encode()).hexdigest()[:12]}"
