"""A publication that is in the books: what is begun with it survives every death of the process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from blocks.capabilities.publication import PublicationPaper
from blocks.domain.days import day_start
from blocks.domain.publication import Publication
from blocks.domain.status import Status
from blocks.errors import ReviewRejected
from blocks.results import entries, publications, queries, queue
from blocks.results.table import ResultsTable

_MAY_BE_SHOWN = frozenset({Status.UPLOADING, Status.PUBLISHED})
"""States in which a film goes to its audience: its last gate was answered. A published one may get another showing."""


class BookedPublication(PublicationPaper):
    """One publication in the results table."""

    def __init__(self, results: ResultsTable, entry: Publication, run: str | None = None) -> None:
        """Take a publication up.

        Args:
            results: the books.
            entry: the publication as it is in them.
            run: the film's run that publishes it; None when it is not known.
        """
        self._results = results
        self._entry = entry
        self._run = run

    @property
    def entry(self) -> Publication:
        """The publication as it was last written."""
        return self._entry

    def write(self, entry: Publication) -> None:
        """Write the publication down as it is now.

        Raises:
            ReviewRejected: it was taken out of the books meanwhile; as the first write comes before the first byte, nothing of
                it was sent.
        """
        with self._results.open() as session:
            if not publications.go_on(session, entry):
                raise ReviewRejected(
                    f"another version of {entry.name} has taken the place of this one, or a person has released it: nothing of "
                    "this one is sent any more"
                )
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
        """Look in the books whether the film is still to be shown as this run was told.

        Raises:
            ReviewRejected: it was given up, or asked for anew since; at the service it stays as it is, which is private unless it
                was shown before.
        """
        entry = self._entry
        with self._results.open() as session:
            status, run = queries.film(session, entry.name).status, queue.run_of(session, entry.name)
        where = f"the film {entry.video_id} stays at {entry.account} as it is, private unless it was shown before"
        if status is Status.CANCELLED:
            raise ReviewRejected(
                f"{entry.name} was given up while it was being published: {where}; delete it there if it is not wanted at all"
            )
        # Who asked anew may have asked for another showing, or not have looked at the film yet.
        if status not in _MAY_BE_SHOWN or (self._run is not None and run != self._run):
            raise ReviewRejected(
                f'{entry.name} was asked for anew while it was being published, and is at "{status}": {where}; the run that has '
                "the film now goes on with it"
            )
