"""The paper of one purchase: what a maker that pays writes down while it buys."""

from __future__ import annotations

import threading
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from blocks.domain.money import Ticket


class Purchase(ABC):
    """One purchase, in the books before anything is asked of a service.

    A maker whose calls answer at once need not touch it. One that buys jobs writes down what it is about to do, and keeps the
    ticket of the job at once, so that a process that dies leaves enough behind for the next one to adopt the job.
    """

    @property
    @abstractmethod
    def number(self) -> str:
        """Its own name, 32 hexadecimal digits, the same after a crash: the dedupe id for services that take one."""

    @property
    @abstractmethod
    def ticket(self) -> Ticket | None:
        """The ticket of a job that was bought already: collect it, never order again."""

    @property
    @abstractmethod
    def evidence(self) -> dict[str, str]:
        """What was noted before the order was sent; empty when it never was."""

    @abstractmethod
    def asking(self, **evidence: str) -> None:
        """Write down, for good, that the order goes out now, with what will tell later whether it arrived (`balance="1200"`)."""

    @abstractmethod
    def keep(self, ticket: Ticket) -> None:
        """Store the ticket of the job that was bought, before anything else is done with it."""

    @abstractmethod
    def bought_since(self) -> dict[str, Ticket]:
        """List the jobs that others bought from the same account after this one was asked for: tickets by purchase number."""

    @abstractmethod
    def running_then(self) -> dict[str, Ticket]:
        """List the jobs that others had bought from the same account and that still ran when this one was asked for.

        What they took may be given back since, which would hide that this one was billed.
        """

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """Keep every other process from ordering from the same account meanwhile."""


class Unwritten(Purchase):
    """A purchase that is in nobody's books: for trying a maker out by itself."""

    def __init__(self) -> None:
        self._number = uuid.uuid4().hex
        self._ticket: Ticket | None = None
        self._evidence: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def number(self) -> str:
        """Its own name."""
        return self._number

    @property
    def ticket(self) -> Ticket | None:
        """The ticket, once kept."""
        return self._ticket

    @property
    def evidence(self) -> dict[str, str]:
        """What was noted."""
        return self._evidence

    def asking(self, **evidence: str) -> None:
        """Note it in this object."""
        self._evidence = evidence

    def keep(self, ticket: Ticket) -> None:
        """Keep it in this object."""
        self._ticket = ticket

    def bought_since(self) -> dict[str, Ticket]:
        """Nobody else is known."""
        return {}

    def running_then(self) -> dict[str, Ticket]:
        """Nobody else is known."""
        return {}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else is there."""
        with self._lock:
            yield
