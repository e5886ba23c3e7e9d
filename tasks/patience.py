"""How one call of a service is tried again inside its task: at no attempt's cost, and with its lane free in between."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from blocks.capabilities.maker import Maker
from blocks.errors import JobLate, ProviderUnavailable, RateLimited
from tasks.lanes import lane

T = TypeVar("T")

RATE_PAUSES_S = (5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0)
"""Waits after a service asked for patience without saying how long; they cost no attempt of the task."""
LONGEST_RATE_PAUSE_S = 120.0
"""A service that wants a longer wait gets it from the task, which counts it as an attempt."""
QUICK_PAUSES_S = (1.0, 3.0, 9.0)
"""Waits before a call that failed and cost nothing is tried again; after these, each costs an attempt of the task."""


@dataclass(frozen=True)
class Pauses:
    """The waits before further tries, in seconds, each kind for itself."""

    late: Iterable[float]
    """After a job that is late."""
    quick: Iterable[float]
    """After a failure that cost nothing."""
    rate: Iterable[float]
    """After the service asked for patience."""


def patiently(maker: Maker, pauses: Pauses, call: Callable[[], T]) -> T:
    """Make a call in its maker's lane, again and again while that costs nothing and may help.

    Between tries, and while a job is late, the place in the lane is free for others.

    Raises:
        StudioError: as the call has it, when no pause is left, or when the call was billed.
    """
    rate, late, quick = iter(pauses.rate), iter(pauses.late), iter(pauses.quick)
    while True:
        try:
            with lane(maker):
                return call()
        except (RateLimited, JobLate, ProviderUnavailable) as error:
            if error.usage is not None:
                raise  # it was billed: to call again is to pay again, whoever it was that asked to wait
            match error:
                case RateLimited():
                    pause_s = _pause_for(error, next(rate, None))
                case JobLate():
                    pause_s = next(late, None)
                case _:
                    pause_s = next(quick, None)
            if pause_s is None:
                raise
        time.sleep(pause_s)


def _pause_for(limited: RateLimited, planned_s: float | None) -> float | None:
    """Give how long to wait for a service that asked for it; None when it wants too much, or was waited for often enough."""
    asked_s = limited.retry_after_s if limited.retry_after_s is not None else planned_s
    if planned_s is None or asked_s is None or asked_s > LONGEST_RATE_PAUSE_S:
        return None
    return asked_s * random.uniform(1.0, 1.25)  # noqa: S311 -- spreads those that wait together
