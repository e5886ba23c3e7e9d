"""The step that makes still pictures."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Maker
from blocks.domain.money import Usage
from blocks.domain.specs import ImageSpec


class ImageMaker(Maker):
    """Makes one still picture at a time."""

    @abstractmethod
    def estimate(self, spec: ImageSpec) -> Usage:
        """Give the usage that drawing this would bill, without calling anything."""

    @abstractmethod
    def draw(self, spec: ImageSpec, bench: Bench) -> Made:
        """Draw one picture.

        Returns:
            a PNG of `spec.width_px` x `spec.height_px`, RGB, or RGBA with a clear ground when `spec.transparent`.

        Raises:
            TransientError: worth trying again.
            TerminalError: never will be.
        """
