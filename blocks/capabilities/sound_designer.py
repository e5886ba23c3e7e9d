"""The step that makes ambience."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Maker
from blocks.domain.money import Usage
from blocks.domain.specs import EffectSpec


class SoundDesigner(Maker):
    """Makes one ambience at a time."""

    @abstractmethod
    def estimate(self, spec: EffectSpec) -> Usage:
        """Give the usage that designing this would bill, without calling anything."""

    @abstractmethod
    def design(self, spec: EffectSpec, bench: Bench) -> Made:
        """Make one ambience.

        Returns:
            stereo sound of about `spec.seconds`, without speech or music.

        Raises:
            TransientError: worth trying again.
            TerminalError: never will be.
        """
