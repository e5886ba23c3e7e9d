"""Waiting in tests for what others do: for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, f"it was not so within {limit_s:g} s"
        time.sleep(0.01)
