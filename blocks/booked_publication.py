"""A publication that is in the books: what is begun with it survives every death of the process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from blocks.capabilities.publication import PublicationPaper
from blocks.domain.days import day_start
from blocks.domain.publication import Publication
from blocks.domain.status import Status
from blocks.errors import ReviewRejected
from blocks.results import entries, publications, queries
from blocks.results.table import ResultsTable


class BookedPublication(PublicationPaper):
    """One publication in the results table."""

    def __init__(self, results: ResultsTable, entry: Publication) -> None:
        self._results = results
        self._entry = entry

    @property
    def entry(self) -> Publication:
        """The publication as it was last written."""
        return self._entry

    def write(self, entry: Publication) -> None:
        """Write the publication down as it is now."""
        with self._results.open() as session:
            publications.put(session, entry)
        self._entry = entry

    def charge(self, account: str, bucket: str, amount: int) -> None:
        """Count what a call takes of the present day's allowance, Pacific time."""
        day = day_start(datetime.now(UTC)).date()
        with self._results.open() as session:
            publications.charge(session, account, day, bucket, amount)

    def owned_by_others(self, video_ids: Iterable[str]) -> frozenset[str]:
        """Look in the books which of the service's films belong to other publications."""
        with self._results.open() as session:
            return publications.owned_by_others(session, video_ids, self._entry.number)

    def tell(self, progress: str) -> None:
        """Write down how far the film is, where people see it."""
        with self._results.open() as session:
            entries.note_progress(session, self._entry.name, progress)

    def see_that_it_is_wanted(self) -> None:
        """Look in the books whether the film was given up.

        Raises:
            ReviewRejected: it was; at the service it stays as it is, which is private unless it was shown before.
        """
        entry = self._entry
        with self._results.open() as session:
            status = queries.film(session, entry.name).status
        if status is Status.CANCELLED:
            raise ReviewRejected(
                f"{entry.name} was given up while it was being published: the film {entry.video_id} stays at {entry.account} as "
                "it is, private unless it was shown before; delete it there if it shall not be there at all"
            )
