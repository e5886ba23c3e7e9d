"""Virtual time: a clock that a plan of moments drives, for those who ask it and for nobody else."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import count


@dataclass
class VirtualTime:
    """A clock, and what happens when."""

    now: datetime
    _plan: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def seconds(self) -> float:
        """Give the time as a number that only grows."""
        return self.now.timestamp()

    def at(self, moment: datetime, what: Callable[[], None]) -> None:
        """Plan that something happens."""
        heapq.heappush(self._plan, (moment, next(self._numbers), what))

    def after(self, wait_s: float, what: Callable[[], None]) -> None:
        """Plan that something happens a while from now."""
        self.at(self.now + timedelta(seconds=wait_s), what)

    def next_moment(self) -> datetime | None:
        """Tell when something happens next."""
        return self._plan[0][0] if self._plan else None

    def go_to(self, moment: datetime) -> None:
        """Let the time pass until a moment; whatever is due by then happens at its own time."""
        while self._plan and self._plan[0][0] <= moment:
            at, _, what = heapq.heappop(self._plan)
            self.now = max(self.now, at)
            what()
        self.now = max(self.now, moment)

    def as_datetime(self) -> type[datetime]:
        """Give a `datetime` whose present is this clock's, to stand in for a module's own."""
        time = self

        class Virtual(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return time.now.astimezone(tz)

        return Virtual
