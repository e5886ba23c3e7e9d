"""Where and when a process that makes a film can be killed, and what starts the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prefect.settings import PREFECT_API_URL

from blocks.domain.stages import Step
from tests.flows.dying_film import STOPPED, Boundary, Errand
from tests.flows.paid_studio import ROOT

PATIENCE_S = 900
"""No process lives longer."""
WORK = frozenset({"generateContent", "upload", "createTask", "recordInfo", "download", "with-timestamps", "sound-generation"})
"""Endpoints that are called for a product; the others are preflight."""
PAID = frozenset({"generateContent", "createTask", "with-timestamps", "sound-generation"})
"""Those of them that bill."""
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


def never() -> bool:
    """Let it live."""
    return False


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


@dataclass(frozen=True)
class End:
    """How a process ended."""

    code: int
    words: str
    """The last line it said."""

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Nursery:
    """Starts processes that have everything imported, so that a restart takes as long as the film needs and no longer."""

    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with it
        settings = {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.dying_film"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=os.environ | settings | {"OPENBLAS_NUM_THREADS": "1"},
        )
        assert self._read() == "ready"

    def run(self, errand: Errand, moment: Moment) -> End:
        """Run an errand in a new process until it ends, or until it is time to kill it."""
        assert self._process.stdin is not None
        self._process.stdin.write(errand.model_dump_json() + "\n")
        self._process.stdin.flush()
        born, words = self._read().partition(" ")[2], ""
        with _killing(int(born), moment):
            while not (line := self._read()).startswith("ended "):
                words = line
        end = End(int(line.partition(" ")[2]), words)
        assert end.was_killed or end.code in {0, STOPPED}, f"ended with {end.code}: {self._complaints()}"
        return end

    def close(self) -> None:
        """Start no more."""
        self._process.communicate()
        self._errors.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the nursery is gone: {self._complaints()}"
        return line.rstrip("\n")

    def _complaints(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-4000:]


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Keep a nursery."""
    kept = Nursery()
    try:
        yield kept
    finally:
        kept.close()


@contextmanager
def _killing(process: int, moment: Moment) -> Iterator[None]:
    """Kill a process when it is time, or when everybody's patience is over; one that ends before is left alone."""
    is_over, lived_too_long = threading.Event(), threading.Event()

    def watch() -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_over.wait(0.005):
            if time.monotonic() > deadline:
                lived_too_long.set()
            if moment() or lived_too_long.is_set():
                os.kill(process, signal.SIGKILL)
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
    assert not lived_too_long.is_set(), f"neither ended nor came to its moment in {PATIENCE_S} s"
