"""How long a task waits before it tries again."""

import asyncio
from contextvars import copy_context

import pytest
from prefect.client.schemas.objects import TaskRun
from prefect.states import State, exception_to_failed_state
from prefect.tasks import Task

from blocks.errors import ContentRefused, ProviderUnavailable, RateLimited
from tasks.retries import RETRY_DELAYS_S, RetryDelays, is_worth_retrying


async def ask(error: Exception) -> tuple[bool, float]:
    """Ask as Prefect does, condition first and then the delay, in a context of its own."""
    state: State = await exception_to_failed_state(error)

    def condition_then_delay() -> tuple[bool, float]:
        run = TaskRun.model_construct()
        return is_worth_retrying(Task(fn=lambda: None, name="any"), run, state), RetryDelays(RETRY_DELAYS_S)[0]

    return copy_context().run(condition_then_delay)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RateLimited("slow down", retry_after_s=7.5), (True, 7.5)),
        (RateLimited("slow down"), (True, 60.0)),
        (ProviderUnavailable("away"), (True, 60.0)),
        (ContentRefused("never"), (False, 60.0)),
    ],
    ids=["named wait", "no named wait", "away", "terminal"],
)
def test_a_service_s_own_wait_wins_and_is_its_run_s_alone(error: Exception, expected: tuple[bool, float]) -> None:
    assert asyncio.run(ask(error)) == expected
    assert RetryDelays(RETRY_DELAYS_S)[0] == 60.0
