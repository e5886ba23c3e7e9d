"""The step that turns an idea into a storyboard."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Maker
from blocks.domain.money import Usage
from blocks.domain.specs import PlanSpec


class Planner(Maker):
    """Plans one film at a time."""

    @abstractmethod
    def estimate(self, spec: PlanSpec) -> Usage:
        """Give the usage that planning this would bill, without calling anything."""

    @abstractmethod
    def plan(self, spec: PlanSpec, bench: Bench) -> Made:
        """Plan a film.

        Returns:
            a JSON file of a `Storyboard` that passes every check.

        Raises:
            TransientError: worth trying again.
            TerminalError: never will be; `BadSpec` when the idea cannot be planned.
        """
