"""The paper of one publication: what a publisher writes down while it publishes."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime

from blocks.domain.products import Address
from blocks.domain.publication import Publication, PublicationState, PublishingStep, Session


class PublicationPaper(ABC):
    """One publication in the books. What is written here survives every death of the process, before anything else is done."""

    @property
    @abstractmethod
    def entry(self) -> Publication:
        """The publication as it was last written."""

    @abstractmethod
    def write(self, entry: Publication) -> None:
        """Write the publication down as it is now, for good."""

    @abstractmethod
    def charge(self, account: str, bucket: str, amount: int) -> None:
        """Count what a call takes of an allowance of the day."""

    @abstractmethod
    def owned_by_others(self, video_ids: Iterable[str]) -> frozenset[str]:
        """Tell which of the service's films belong to other publications."""

    @abstractmethod
    def tell(self, progress: str) -> None:
        """Say how far it is, for people: `uploading 45 of 100 MB`."""

    @abstractmethod
    def see_that_it_is_wanted(self) -> None:
        """See that nobody gave the film up, or asked for it anew, while it was being published.

        Raises:
            ReviewRejected: somebody did.
        """

    def is_done(self, step: PublishingStep, mark: str = "") -> bool:
        """Tell whether a step is finished, with just this."""
        return self.entry.done.get(step) == mark

    def finish(self, step: PublishingStep, mark: str = "") -> None:
        """Write down that a step is finished, and with what."""
        self.write(self.entry.model_copy(update={"done": self.entry.done | {step: mark}}))

    def keep_session(self, session: Session) -> None:
        """Store the address of an upload before its first byte is sent."""
        self.write(self.entry.model_copy(update={"session": session, "state": PublicationState.UPLOADING}))

    def note_last_bytes(self) -> None:
        """Write down that the last bytes go out now."""
        if self.entry.session is not None:
            session = self.entry.session.model_copy(update={"last_sent": True, "last_sent_at": datetime.now(UTC)})
            self.write(self.entry.model_copy(update={"session": session}))

    def drop_session(self) -> None:
        """Write down that an upload is gone, and that the film is not there either."""
        self.write(self.entry.model_copy(update={"session": None, "state": PublicationState.CLAIMED}))

    def keep_video(self, video_id: str, film: Address) -> None:
        """Store the service's own name for the film that is there now, and the file that it is; its session is over."""
        known = {"video_id": video_id, "film": film, "uploaded_at": datetime.now(UTC), "session": None}
        self.write(self.entry.model_copy(update=known | {"state": PublicationState.UPLOADED}))

    def begin_anew(self, why: str) -> None:
        """Write down that nothing of the film is at the service any more."""
        nothing: dict[str, object] = {"video_id": "", "film": None, "uploaded_at": None, "session": None, "done": {}}
        self.write(self.entry.model_copy(update=nothing | {"state": PublicationState.CLAIMED, "why": why}))

    def end(self, url: str) -> None:
        """Write down where the audience finds the film."""
        self.write(self.entry.model_copy(update={"state": PublicationState.PUBLISHED, "url": url}))


class UnwrittenPublication(PublicationPaper):
    """A publication that is in nobody's books: for trying a publisher out by itself."""

    def __init__(self, master: Address = f"{'0' * 64}.mp4") -> None:
        self._entry = Publication(
            number=uuid.uuid4().hex,
            master=master,
            channel="nobody",
            video="nothing",
            account="",
            state=PublicationState.CLAIMED,
            claimed_at=datetime.now(UTC),
        )
        self.charged: dict[tuple[str, str], int] = {}
        """What was taken, by account and bucket."""

    @property
    def entry(self) -> Publication:
        """The publication, in this object."""
        return self._entry

    def write(self, entry: Publication) -> None:
        """Keep it in this object."""
        self._entry = entry

    def charge(self, account: str, bucket: str, amount: int) -> None:
        """Count in this object."""
        self.charged[account, bucket] = self.charged.get((account, bucket), 0) + amount

    def owned_by_others(self, video_ids: Iterable[str]) -> frozenset[str]:  # noqa: ARG002 -- nobody is asked
        """Nobody else is known."""
        return frozenset()

    def tell(self, progress: str) -> None:
        """Nobody listens."""

    def see_that_it_is_wanted(self) -> None:
        """Nobody can give it up."""
