"""How far the items of a stage are, for people: which are done, and which wait to be tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import Task, get_run_logger
from prefect.client.schemas.objects import State, TaskRun

from blocks.domain.stages import Step
from blocks.errors import StudioError
from blocks.studio import Studio
from tasks.books import Failure, note_retry
from tasks.retries import is_worth_retrying, wait_before

_NAMED = 3
"""So many waiting items are named; of the others the number is told."""


class Progress:
    """Counts the items of one step that are done, and keeps what there is to say of those that wait."""

    def __init__(self, step: Step, total: int, studio: Studio) -> None:
        self._step, self._total, self._done, self._studio = step, total, 0, studio
        self._waiting: dict[str, str] = {}
        self._attempts: dict[str, int] = {}

    def __str__(self) -> str:
        waiting = list(self._waiting.values())
        more = [f"{len(waiting) - _NAMED} more wait"] if len(waiting) > _NAMED else []
        return "; ".join([f"{self._step} {self._done} of {self._total}", *waiting[:_NAMED], *more])

    def end(self, item: str) -> None:
        """Count an item as done, or as failed for good."""
        self._done += 1
        self._waiting.pop(item, None)

    def attempt_of(self, item: str) -> int:
        """Give the number of an item's present try."""
        return self._attempts.get(item, 1)

    def condition(self, item: str) -> Callable[[Task[..., Any], TaskRun, State[Any]], bool]:
        """Give what Prefect asks after a try of an item failed, while there is one left; each is written down."""

        def is_worth_retrying_and_told(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
            if not is_worth_retrying(task, run, state):
                return False
            self._tell(item, state.result(raise_on_failure=False, _sync=True))  # type: ignore[call-overload]  # as in `retries`
            return True

        return is_worth_retrying_and_told  # Prefect 3.8.8 asks functions only, and takes anything else for a no

    def _tell(self, item: str, error: BaseException) -> None:
        attempt, waits_s = self.attempt_of(item), self._studio.channel.retry_waits_s
        next_try_at = datetime.now(UTC) + timedelta(seconds=wait_before(attempt - 1, waits_s))
        self._attempts[item] = attempt + 1
        self._waiting[item] = f"{item}: attempt {attempt + 1} of {1 + len(waits_s)}, next {next_try_at:%H:%M} UTC"
        failure = Failure(item=item, error=error, attempt=attempt, next_try_at=next_try_at)
        try:
            note_retry(self._studio, self._step, failure, str(self))
        except StudioError as unwritten:  # the books are away: no reason not to try again
            get_run_logger().warning("%s is tried again, which could not be written down: %s", item, unwritten)
