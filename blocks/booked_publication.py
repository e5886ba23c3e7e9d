"""A publication that is in the books: what is begun with it survives every death of the process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from blocks.capabilities.publication import PublicationPaper
from blocks.domain.days import day_start
from blocks.domain.publication import Publication
from blocks.domain.status import Status
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

    def is_given_up(self) -> bool:
        """Look in the books whether the film was cancelled."""
        with self._results.open() as session:
            return queries.find_status(session, self._entry.name) is Status.CANCELLED
