"""A purchase that is in the books: what is bought with it survives every death of the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from blocks.capabilities.purchase import Purchase
from blocks.domain.money import Purchased, PurchaseState, Ticket
from blocks.results import purchases
from blocks.results.locks import PostgresLocks
from blocks.results.table import ResultsTable


class BookedPurchase(Purchase):
    """One purchase in the results table."""

    def __init__(self, results: ResultsTable, entry: Purchased) -> None:
        self._results = results
        self._entry = entry

    @property
    def number(self) -> str:
        """Its own name."""
        return self._entry.number

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that is kept; read from the books, because a callback may have brought it meanwhile."""
        return self._read().ticket

    @property
    def evidence(self) -> dict[str, str]:
        """What was noted before the order was sent."""
        return self._entry.evidence

    @property
    def entry(self) -> Purchased:
        """The purchase as it was last written."""
        return self._entry

    @property
    def is_in_doubt(self) -> bool:
        """Whether an order was sent and no ticket came back."""
        return self._entry.state in {PurchaseState.ASKED, PurchaseState.PARKED} and self.ticket is None

    def asking(self, **evidence: str) -> None:
        """Write down that the order goes out now."""
        with self._results.open() as session:
            purchases.note_asking(session, self.number, evidence)
        self._entry = self._entry.model_copy(update={"state": PurchaseState.ASKED, "evidence": evidence})

    def take_back(self) -> None:
        """Write down that the order, as has been found out, did not arrive: nobody need find it out again."""
        with self._results.open() as session:
            purchases.note_not_ordered(session, self.number)
        self._entry = self._entry.model_copy(update={"state": PurchaseState.BEGUN, "evidence": {}})

    def keep(self, ticket: Ticket) -> None:
        """Store the ticket."""
        with self._results.open() as session:
            purchases.keep_ticket(session, self.number, ticket)
        self._entry = self._entry.model_copy(update={"state": PurchaseState.RUNNING, "ticket": ticket})

    def end(self, state: PurchaseState, why: str = "") -> None:
        """Write down how it ended, when no receipt says so."""
        with self._results.open() as session:
            purchases.end(session, self.number, state, why)
        self._entry = self._entry.model_copy(update={"state": state})

    def set_aside(self, where: str) -> None:
        """Write down that it is paid for, and where its file waits for a store: it is bought again by nobody meanwhile."""
        with self._results.open() as session:
            purchases.note_kept(session, self.number, where)
        self._entry = self._entry.model_copy(update={"state": PurchaseState.PARKED, "evidence": {purchases.KEPT: where}})

    def bought_since(self) -> dict[str, Ticket]:
        """List what others bought from the account since this one was asked for."""
        with self._results.open() as session:
            return purchases.tickets_since(session, self._entry.account, self.number)

    def running_then(self) -> dict[str, Ticket]:
        """List the jobs of others that still ran when this one was asked for."""
        with self._results.open() as session:
            return purchases.tickets_running_at(session, self._entry.account, self.number)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the account's one place for ordering, over all processes."""
        locks, name = PostgresLocks(self._results.database), f"orders of {self._entry.account}"
        locks.acquire_lock(name, self.number)
        try:
            yield
        finally:
            locks.release_lock(name, self.number)

    def _read(self) -> Purchased:
        if self._entry.ticket is None:
            with self._results.open() as session:
                self._entry = purchases.find(session, self.number) or self._entry
        return self._entry
