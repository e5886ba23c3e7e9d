"""When a task tries again, and how long it waits first."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, SupportsIndex, overload

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from blocks.errors import RateLimited, TransientError

RETRIES = 4
RETRY_DELAYS_S = (60.0, 300.0, 900.0, 3600.0)
RETRY_JITTER = 0.25

_asked_to_wait_s: ContextVar[float | None] = ContextVar("asked_to_wait_s", default=None)


def is_worth_retrying(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Tell whether the same call may work later; remembers how long the service asked to wait."""
    # Said outright: a task called from an async flow runs in the thread of its loop, where Prefect would hand out a coroutine.
    error = state.result(raise_on_failure=False, _sync=True)  # type: ignore[call-overload]  # not in its signature
    _asked_to_wait_s.set(error.retry_after_s if isinstance(error, RateLimited) else None)
    return isinstance(error, TransientError)


def wait_before(retry: int, waits_s: Sequence[float]) -> float:
    """Give the wait before a retry, in seconds, before it is spread: to be asked after `is_worth_retrying`, in its thread.

    Args:
        retry: which one, from 0.
        waits_s: the planned waits.
    """
    asked = _asked_to_wait_s.get()
    return asked if asked is not None else waits_s[min(retry, len(waits_s) - 1)]


class RetryDelays(list[float]):
    """Waits before each retry, in seconds, unless the service said how long to wait.

    Prefect asks the condition and then looks the delay up, in one thread: what the condition heard is therefore this run's own,
    while changing the task's `retry_delay_seconds` would change every run's.
    """

    @overload
    def __getitem__(self, index: SupportsIndex) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> list[float]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> float | list[float]:
        """Give the service's own wait when it named one, else the planned one."""
        if isinstance(index, slice):
            return super().__getitem__(index)
        asked = _asked_to_wait_s.get()
        return asked if asked is not None else super().__getitem__(index)
