"""The step that makes pictures move."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Maker
from blocks.domain.money import Usage
from blocks.domain.specs import ClipSpec


class ClipAnimator(Maker):
    """Makes one silent clip at a time from a seed."""

    @abstractmethod
    def estimate(self, spec: ClipSpec) -> Usage:
        """Give the usage that animating this would bill, without calling anything."""

    @abstractmethod
    def animate(self, spec: ClipSpec, bench: Bench) -> Made:
        """Animate one seed.

        Returns:
            an MP4 of about `spec.seconds`, H.264, without sound.

        Raises:
            TransientError: worth trying again.
            TerminalError: never will be.
        """
