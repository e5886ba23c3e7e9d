"""Where requests come from and states are shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import ClassVar, Protocol

from blocks.described import DescribedOnce
from blocks.domain.desk import Change, Page, Prepared

Pace = Callable[[], None]
"""Waits until one more request may be sent, over all processes."""


class OpenDesk(Protocol):
    """A desk that is spoken to."""

    def page(self, page: str) -> Page | None:
        """Read a page as it is now; None when it was thrown away.

        Raises:
            TransientError: the desk cannot be reached now.
            TerminalError: it never will be, until somebody mends something.
        """
        ...

    def edited_since(self, moment: datetime) -> tuple[Page, ...]:
        """List the pages that anybody, we included, edited since; at the latest the last minute's may be missing."""
        ...

    def write(self, page: str, changes: Mapping[str, Change]) -> None:
        """Write on a page, by the names of the fields of `Page`; what is not named stays."""
        ...

    def prepare(self) -> Prepared:
        """Make what pages of films need, as far as we can; what is there stays."""
        ...

    def lacks(self) -> tuple[str, ...]:
        """Say what pages of films need and do not have."""
        ...

    def offer_channels(self, channels: Collection[str]) -> None:
        """Let people choose among these channels."""
        ...


class Desk(DescribedOnce, ABC):
    """A desk, configured and saved."""

    kind: str
    """Tells desks apart; each implementation fixes it."""

    lane: ClassVar[str]
    """Name of the limit, so many requests a second, that all processes share."""

    @abstractmethod
    def open(self, pace: Pace) -> AbstractContextManager[OpenDesk]:
        """Open the desk; each request waits for its turn."""
