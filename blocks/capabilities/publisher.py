"""The step that shows the film to an audience."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench
from blocks.capabilities.maker import Maker
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo


class Publisher(Maker):
    """Publishes one film at a time."""

    @abstractmethod
    def holds(self, film: PublishedVideo) -> bool:
        """Tell whether a film that was published is still there, without asking any service."""

    @abstractmethod
    def publish(self, spec: PublishSpec, bench: Bench) -> PublishedVideo:
        """Publish a finished film with all that belongs to it; publishing the same again replaces, never adds.

        Raises:
            TransientError: worth trying again.
            TerminalError: never will be.
        """
