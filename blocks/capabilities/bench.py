"""What a maker has at hand while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from blocks.capabilities.publication import PublicationPaper, UnwrittenPublication
from blocks.capabilities.purchase import Purchase, Unwritten
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.products import Address, Word
from blocks.storage import Source


class Made(Frozen):
    """A file plus its bill, fresh from a maker."""

    file: Path
    """On the bench; its suffix says what it is."""
    usage: Usage
    model: str
    """The maker's own name for what it used, with its version."""
    words: tuple[Word, ...] = ()
    """Word times of a recording, when known."""
    request_id: str | None = None


class BuysPart(Protocol):
    """Buys one call of several that a product takes, once."""

    def __call__(self, spec: Frozen, estimate: Usage, ask: Callable[[Bench], Made]) -> Path:
        """Give the file that `ask` makes, from memory when it was made before."""
        ...


@dataclass(frozen=True)
class Bench:
    """An empty folder to work in, and the stores to read inputs from. The folder is gone when the task ends."""

    folder: Path
    storage: Source
    purchase: Purchase = field(default_factory=Unwritten)
    """The paper of the call that is being paid for."""
    publication: PublicationPaper = field(default_factory=UnwrittenPublication)
    """The paper of the film that is being published."""
    buy_part: BuysPart | None = None
    """None outside a task: a part is then simply asked for."""

    def open(self, address: Address) -> Path:
        """Give a local path of an input; read only.

        Raises:
            ProductMissing: the stored file is gone.
        """
        return self.storage.open(address)

    def part(self, spec: Frozen, estimate: Usage, ask: Callable[[Bench], Made]) -> Path:
        """Make one paid call of several that a product takes: each has its own memory, purchase and receipt.

        Args:
            spec: everything that may change the answer; the maker's fingerprint is added to it.
            estimate: what the call will bill.
            ask: makes the call; it may be asked again when that may help.

        Returns:
            the file that `ask` made, now or before; read only.
        """
        return ask(self).file if self.buy_part is None else self.buy_part(spec, estimate, ask)
