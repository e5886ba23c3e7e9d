"""How fast requests arrive: every arrival is written down, and a limit may turn away what comes too fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pace:
    """Arrivals of requests. Safe to use from many threads."""

    clock: Callable[[], float] = time.monotonic
    """In seconds; it only goes forward."""
    arrivals_s: list[float] = field(default_factory=list)
    """Of all requests, also of those that are turned away or go wrong."""
    _taken_s: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self) -> None:
        """Write down that a request arrives now."""
        with self._lock:
            self.arrivals_s.append(self.clock())

    def most_within(self, window_s: float) -> int:
        """Give the greatest number of requests that arrived within any stretch of time this long."""
        with self._lock:
            arrivals_s = sorted(self.arrivals_s)
        most = first = 0
        for last, arrival_s in enumerate(arrivals_s):
            while arrival_s - arrivals_s[first] >= window_s:
                first += 1
            most = max(most, last - first + 1)
        return most

    def take(self, per_second: int) -> bool:
        """Take a request, unless so many were taken within the last second."""
        with self._lock:
            now_s = self.clock()
            self._taken_s = [taken_s for taken_s in self._taken_s if now_s - taken_s < 1]
            if len(self._taken_s) >= per_second:
                return False
            self._taken_s.append(now_s)
            return True
