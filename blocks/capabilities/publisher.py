"""The step that shows the film to an audience."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench
from blocks.capabilities.maker import Maker
from blocks.domain.publication import Need, Publication
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo


class Publisher(Maker):
    """Publishes one film at a time."""

    @property
    def shows_on(self) -> str:
        """Give the service's id of the channel that films are shown on; empty where there is none."""
        return ""

    @property
    def waits_s(self) -> tuple[float, ...]:
        """Give the waits, in seconds, before each further look at a film that the service still works on (`JobLate`)."""
        return ()

    def needs(self, publication: Publication) -> tuple[Need, ...]:  # noqa: ARG002 -- by default nothing is counted
        """Say what the rest of a publication takes of allowances that are counted by the day."""
        return ()

    @abstractmethod
    def holds(self, film: PublishedVideo) -> bool:
        """Tell whether a film that was published is still there, without asking any service."""

    @abstractmethod
    def publish(self, spec: PublishSpec, bench: Bench) -> PublishedVideo:
        """Publish a finished film with all that belongs to it; publishing the same again replaces, never adds.

        How far it is, is written on `bench.publication`: what was begun is gone on with, and what is done is not done again.

        Raises:
            JobLate: the film is there, and the service still works on it; worth another look after a while.
            TransientError: worth trying again.
            TerminalError: never will be.
        """

    def is_gone(self, publication: Publication) -> bool:  # noqa: ARG002 -- by default nobody is asked
        """Ask the service whether surely nothing of a film is there any more.

        Raises:
            StudioError: it cannot be asked.
        """
        return False
