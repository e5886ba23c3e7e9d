"""What a maker has at hand while it works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.products import Address, Word
from blocks.storage import LocalStorage


@dataclass(frozen=True)
class Bench:
    """An empty folder to work in, and the store to read inputs from. The folder is gone when the task ends."""

    folder: Path
    storage: LocalStorage

    def open(self, address: Address) -> Path:
        """Give a local path of an input; read only.

        Raises:
            ProductMissing: the stored file is gone.
        """
        return self.storage.open(address)


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
