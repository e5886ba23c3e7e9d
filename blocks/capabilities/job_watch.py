"""Waiting for a job at a service: how often it is looked at, and what counts as its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from blocks.domain.frozen import Frozen
from blocks.errors import JobLate, PaymentUnclear, ProviderUnavailable, RateLimited
from blocks.http import Answer

_log = logging.getLogger(__name__)
R = TypeVar("R")
J = TypeVar("J", bound="JobRecord")

_CLOSELY, _AT_LEISURE = 10, 40
"""Paces after which a job is looked at less often."""
_UNSEEN_PACES = 30
"""For how many paces (90 s at 3 s) a job may be without a record: services write it down late."""
_EMPTY_PACES = 10
"""For how many paces a job that has ended well may be without its result."""


class JobRecord(Protocol):
    """A job as its service keeps it."""

    @property
    def has_failed(self) -> bool:
        """Whether it has ended without a result."""
        ...

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended well."""
        ...

    @property
    def result_url(self) -> str | None:
        """Address of its result; None while there is none."""
        ...


class Pace(Frozen):
    """How often a running job is asked after: every `first_s` seconds at first, then less and less.

    With 3 s: every 3 s for half a minute, every 7.5 s until two minutes are over, every 18 s from then on.
    """

    first_s: float

    def pause_s(self, waited_s: float) -> float:
        """Give the seconds until the next look, after so many of waiting."""
        if waited_s < _CLOSELY * self.first_s:
            return self.first_s
        return self.first_s * (2.5 if waited_s < _AT_LEISURE * self.first_s else 6)


def wait_for(look: Callable[[], R | None], pace: Pace, patience_s: float, job: str) -> R:
    """Look at once, and again until there is something to see; a look that fails is only taken again.

    Args:
        look: gives None while the job runs.
        pace: how often.
        patience_s: how long at most.
        job: its name, for the message.

    Raises:
        JobLate: it still runs.
        StudioError: what `look` raised, when looking again cannot help.
    """
    started = time.monotonic()
    trouble = ""
    while True:
        asked_to_wait_s = 0.0
        try:
            if (seen := look()) is not None:
                return seen
            trouble = ""
        except RateLimited as error:
            asked_to_wait_s, trouble = error.retry_after_s or 0.0, f"; the last look failed: {error}"
        except ProviderUnavailable as error:
            trouble = f"; the last look failed: {error}"
        waited_s = time.monotonic() - started
        if waited_s >= patience_s:
            raise JobLate(f"{job} has not ended after {waited_s:.0f} s of waiting; it is paid for, and collected later{trouble}")
        if trouble:
            _log.info("%s is looked at again%s", job, trouble)
        time.sleep(min(max(asked_to_wait_s, pace.pause_s(waited_s)), patience_s - waited_s))


@dataclass
class JobWatch(Generic[J]):
    """One job that is looked at until it has ended."""

    service: str
    job: str
    """The service's id of it."""
    poll_s: float
    read: Callable[[], tuple[Answer, J | None]]
    """Asks for its record; None when the service has none."""
    _unseen_since: float | None = None
    _empty_since: float | None = None

    def until_ended(self, patience_s: float) -> tuple[Answer, J]:
        """Wait for its end.

        Returns:
            the last answer and its record, which has failed, or has a result, or ought to have one.

        Raises:
            JobLate: it still runs.
            PaymentUnclear: the service does not know it, and had time to.
            StudioError: the service cannot be asked, and asking again cannot help.
        """
        return wait_for(self._look, Pace(first_s=self.poll_s), patience_s, f"{self.service}'s job {self.job}")

    def _look(self) -> tuple[Answer, J] | None:
        answer, record = self.read()
        now = time.monotonic()
        if record is None:
            self._unseen_since = self._unseen_since or now
            if now - self._unseen_since < _UNSEEN_PACES * self.poll_s:
                return None
            raise PaymentUnclear(
                f"{self.service}: job {self.job} was bought and {self.service} has no record of it: a person looks at the list "
                "of tasks there and says with the flow settle-purchase what became of it",
                request_id=self.job,
            )
        self._unseen_since = None
        if record.has_failed:
            return answer, record
        if not record.has_succeeded:
            return None
        self._empty_since = self._empty_since or now
        has_waited = now - self._empty_since >= _EMPTY_PACES * self.poll_s
        return (answer, record) if record.result_url or has_waited else None
