"""The step that speaks."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Maker
from blocks.domain.money import Usage
from blocks.domain.specs import NarrationSpec


class Narrator(Maker):
    """Speaks one line at a time with one voice."""

    @abstractmethod
    def estimate(self, spec: NarrationSpec) -> Usage:
        """Give the usage that speaking this would bill, without calling anything."""

    @abstractmethod
    def speak(self, spec: NarrationSpec, bench: Bench) -> Made:
        """Speak one line.

        Returns:
            mono speech without music, silence trimmed at both ends, with word times when the maker knows them.

        Raises:
            TransientError: worth trying again.
            TerminalError: never will be.
        """
