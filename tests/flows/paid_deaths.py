"""Where and when a process that makes a film can be killed, and the processes that wait to go on with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prefect.settings import PREFECT_API_URL

from blocks.domain.stages import Step
from tests.flows.dying_film import Boundary
from tests.flows.paid_studio import ROOT

PATIENCE_S = 400
WORK = frozenset({"generateContent", "upload", "createTask", "recordInfo", "download", "with-timestamps", "sound-generation"})
"""Endpoints that are called for a product; the others are preflight."""
_AT_ONCE = (
    Boundary.BEFORE_INTENT,
    Boundary.AFTER_INTENT,
    Boundary.BEFORE_ORDER,
    "the call",
    Boundary.ANSWER_READ,
    Boundary.BEFORE_RECORD,
    Boundary.AFTER_RECORD,
)
_JOB = (
    Boundary.BEFORE_INTENT,
    Boundary.AFTER_INTENT,
    "upload",
    Boundary.BEFORE_ASKING,
    Boundary.BEFORE_ORDER,
    "createTask",
    Boundary.ANSWER_READ,
    Boundary.TICKET_KEPT,
    "recordInfo",
    "download",
    Boundary.BEFORE_RECORD,
    Boundary.AFTER_RECORD,
)
_CALL = {
    Step.ANSWER: "generateContent",
    Step.STILL: "generateContent",
    Step.NARRATION: "with-timestamps",
    Step.EFFECT: "sound-generation",
}

Moment = Callable[[], bool]
"""Tells that it is time to kill."""


@dataclass(frozen=True)
class Death:
    """One place to die at."""

    step: Step
    place: Boundary | str
    """A boundary inside the process, or the endpoint of a call that is under way."""

    def __str__(self) -> str:
        return f"{self.step} {self.place if isinstance(self.place, Boundary) else f'during {self.place}'}"


def deaths_of(step: Step) -> list[Death]:
    """List the places a purchase of a step can be cut at, in its order; an item that was cut at one still comes to the next."""
    return [Death(step, _CALL[step] if place == "the call" else place) for place in (_JOB if step is Step.CLIP else _AT_ONCE)]


class Spares:
    """Processes that have imported everything and wait, so that a restart takes as long as the film needs and no longer."""

    def __init__(self, count: int = 1) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the last of them
        self._waiting = deque(self._start() for _ in range(count))

    def take(self) -> subprocess.Popen[str]:
        """Give one that is ready."""
        self._waiting.append(self._start())
        process = self._waiting.popleft()
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", self.complaints()
        return process

    def complaints(self) -> str:
        """Give the end of what they wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-4000:]

    def close(self) -> None:
        """End those that wait."""
        for process in self._waiting:
            process.kill()
            process.communicate()
        self._errors.close()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.flows.dying_film"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_LOGGING_LEVEL": "CRITICAL"},
        )


@contextmanager
def spare_processes(count: int = 1) -> Iterator[Spares]:
    """Keep processes at hand."""
    spares = Spares(count)
    try:
        yield spares
    finally:
        spares.close()


def kill_at(moment: Moment, process: subprocess.Popen[str]) -> None:
    """Kill a process when it is time, unless it ends before."""
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None:
        if moment():
            process.kill()
            return
        assert time.monotonic() < deadline, "neither ended nor came to its moment"
        time.sleep(0.003)
