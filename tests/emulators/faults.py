"""What goes wrong in an emulator: on demand, or by a plan that a seed fixes whatever order requests arrive in."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

RATE_LIMITED = "rate limited"
"""429 of the short window."""
OVERLOADED = "overloaded"
"""503 or the vendor's like."""
BROKEN = "broken"
"""500 or the vendor's like; nothing was done, nothing is billed."""
RESET = "reset"
"""The connection drops before anything is done."""
LOST_ANSWER = "lost answer"
"""The work is done and billed, and the connection drops before the answer."""
TRUNCATED = "truncated"
"""The work is done and billed, and the answer breaks off in its middle."""
SLOW = "slow"
"""The answer comes late (`Emulator.slow_s`)."""

TRANSIENT = (RATE_LIMITED, OVERLOADED, BROKEN, RESET, LOST_ANSWER, TRUNCATED)
"""All that may be over the next time. Each vendor adds faults of its own, named in its file."""


@dataclass
class Faults:
    """The faults of one emulator. Those asked for come first, then those of the plan."""

    seed: int = 0
    rates: Mapping[str, float] = field(default_factory=dict)
    """Share of calls that each fault of the plan hits, 0 to 1 in sum: `{RATE_LIMITED: 0.1, RESET: 0.05}`."""
    only: frozenset[str] = frozenset()
    """Endpoints that the plan is for; empty for all."""
    _queued: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _always: dict[str, str] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)
    _planned: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, endpoint: str, *faults: str) -> None:
        """Let the next calls of an endpoint go wrong in these ways, one each; an empty name lets one pass."""
        with self._lock:
            self._queued[endpoint].extend(faults)

    def always(self, endpoint: str, fault: str | None) -> None:
        """Let every call of an endpoint go wrong until told otherwise (None)."""
        with self._lock:
            if fault is None:
                self._always.pop(endpoint, None)
            else:
                self._always[endpoint] = fault

    def draw(self, endpoint: str, about: str) -> str | None:
        """Say what goes wrong with this call; `about` tells calls apart, so that a plan does not depend on their order."""
        with self._lock:
            if self._queued[endpoint]:
                return self._queued[endpoint].popleft() or None
            if endpoint in self._always:
                return self._always[endpoint]
            self._seen[f"{endpoint} {about}"] += 1
            nth = self._seen[f"{endpoint} {about}"]
        if not self.rates or (self.only and endpoint not in self.only):
            return None
        digest = hashlib.sha256(f"{self.seed} {endpoint} {about} {nth}".encode()).digest()
        share = int.from_bytes(digest[:8]) / 2**64
        for fault, rate in self.rates.items():
            share -= rate
            if share < 0:
                with self._lock:
                    self._planned[fault] += 1
                return fault
        return None

    def planned(self) -> Counter[str]:
        """Count the faults of the plan that calls have met, by kind."""
        with self._lock:
            return Counter(self._planned)
