"""What an emulator counts: every call, every cent, and how many calls were in flight at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    number: int
    endpoint: str
    """The emulator's own name for what was called: `generateContent`, `createTask`."""
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: Any
    """Parsed JSON, the form of a multipart body (file contents as their length), or None."""


@dataclass(frozen=True)
class Charge:
    """One thing the vendor bills."""

    request_id: str
    endpoint: str
    usd: Decimal
    item: str
    """What it was for, as the request says it: the prompt or the text."""


@dataclass
class Books:
    """Everything that happened to one emulator. Safe to use from many threads."""

    calls: list[Call] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    peak: int = 0
    """Most calls that were in flight at one moment."""
    _in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, endpoint: str, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Call:
        """Write a call down."""
        with self._lock:
            call = Call(len(self.calls) + 1, endpoint, method, path, query, headers, body)
            self.calls.append(call)
        return call

    def charge(self, request_id: str, endpoint: str, usd: Decimal, item: str) -> None:
        """Bill something."""
        with self._lock:
            self.charges.append(Charge(request_id, endpoint, usd, item))

    def refund(self, request_id: str) -> None:
        """Take a charge back."""
        with self._lock:
            self.charges = [charge for charge in self.charges if charge.request_id != request_id]

    @property
    def total_usd(self) -> Decimal:
        """Everything billed so far."""
        with self._lock:
            return sum((charge.usd for charge in self.charges), Decimal(0))

    def count(self, endpoint: str | None = None) -> int:
        """Count the calls, of one endpoint or all."""
        with self._lock:
            return sum(1 for call in self.calls if endpoint in {None, call.endpoint})

    def by_endpoint(self) -> Counter[str]:
        """Count the calls by endpoint."""
        with self._lock:
            return Counter(call.endpoint for call in self.calls)

    def requests(self, endpoint: str) -> list[Any]:
        """Give the bodies that were sent to an endpoint, in order."""
        with self._lock:
            return [call.body for call in self.calls if call.endpoint == endpoint]

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Count a call as being in flight."""
        with self._lock:
            self._in_flight += 1
            self.peak = max(self.peak, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def wait_for(self, endpoint: str, count: int = 1, patience_s: float = 60) -> None:
        """Wait until an endpoint was called so often."""
        deadline = time.monotonic() + patience_s
        while self.count(endpoint) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{endpoint} was called {self.count(endpoint)} times, not {count}")
            time.sleep(0.005)
