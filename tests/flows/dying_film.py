"""Processes that make a film and die where they are told to.

`python -m tests.flows.dying_film` imports everything, says "ready", and reads errands from standard input, a line each. For each
it says "born" with a process id, forks, and says "ended" with how that ended: 0 when the film is finished, 3 when it stopped (the
line before says why), -9 when it was killed. It forks with one thread, nothing open and nothing begun: run it with
OPENBLAS_NUM_THREADS=1, or NumPy starts threads when it is imported.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import Any
from unittest import mock

from blocks.booked import BookedPurchase
from blocks.domain.frozen import Frozen
from blocks.domain.request import VideoRequest
from blocks.domain.stages import Step
from blocks.errors import StudioError
from blocks.http import Door
from blocks.studio import Studio, open_studio
from flows.produce import produce_video
from flows.storyboard import write_storyboard
from tasks import buying
from tasks.books import open_film

STOPPED = 3


class Boundary(StrEnum):
    """Where a purchase can be cut, in the order in which it passes these places."""

    BEFORE_INTENT = "before the intent"
    AFTER_INTENT = "after the intent"
    BEFORE_ASKING = "before the order is announced"
    """Jobs only, as the one after `ANSWER_READ`."""
    BEFORE_ORDER = "before the order goes out"
    ANSWER_READ = "with the answer read and not kept"
    TICKET_KEPT = "with the ticket kept"
    BEFORE_RECORD = "before the record"
    AFTER_RECORD = "after the record"


class Errand(Frozen):
    """What a process has to do."""

    request: VideoRequest
    channel: str
    only_plans: bool = False
    """Whether it ends with the storyboard."""
    step: Step | None = None
    """The product at whose boundary it dies; None for one that lives."""
    boundary: Boundary | None = None


class _Reaper:
    """Ends the process at the one boundary that was named."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._here = threading.local()

    def buys(self, step: Step) -> None:
        """Note what this thread buys from now on."""
        self._here.step = step

    def reach(self, boundary: Boundary | None) -> None:
        """Die if it is here."""
        if boundary is not None and boundary is self._errand.boundary and getattr(self._here, "step", None) is self._errand.step:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(errand: Errand) -> Iterator[None]:
    """Watch every boundary."""
    reaper = _Reaper(errand)
    with ExitStack() as patches:
        for owner, name, instead in (
            (buying, "begin_purchase", _watched_begin(reaper)),
            (Door, "post", _watched_post(reaper)),
            (BookedPurchase, "asking", _watched(BookedPurchase.asking, reaper, before=Boundary.BEFORE_ASKING)),
            (BookedPurchase, "keep", _watched(BookedPurchase.keep, reaper, after=Boundary.TICKET_KEPT)),
            (Studio, "keep", _watched(Studio.keep, reaper, before=Boundary.BEFORE_RECORD, after=Boundary.AFTER_RECORD)),
        ):
            patches.enter_context(mock.patch.object(owner, name, instead))
        yield


def _watched(verb: Callable[..., Any], reaper: _Reaper, before: Boundary | None = None, after: Boundary | None = None):
    def watched(*given, **named):
        reaper.reach(before)
        result = verb(*given, **named)
        reaper.reach(after)
        return result

    return watched


def _watched_begin(reaper: _Reaper):
    begin = _watched(buying.begin_purchase, reaper, before=Boundary.BEFORE_INTENT, after=Boundary.AFTER_INTENT)

    def watched(key: str, step: Step, *rest):
        reaper.buys(step)
        return begin(key, step, *rest)

    return watched


def _watched_post(reaper: _Reaper):
    post = Door.post
    pay = _watched(post, reaper, before=Boundary.BEFORE_ORDER, after=Boundary.ANSWER_READ)

    def watched(door: Door, path: str, *, paid: bool = False, **order):
        return pay(door, path, paid=True, **order) if paid else post(door, path, **order)

    return watched


async def make(errand: Errand) -> None:
    """Make the film, or its storyboard."""
    if not errand.only_plans:
        await produce_video(errand.request, channel=errand.channel)
        return
    video = errand.request.name(errand.channel)
    await open_film(errand.request, await open_studio(video))
    await write_storyboard(errand.request, video)


def main() -> None:
    """Run errands, one after the other, each in a process of its own."""
    say("ready")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(Errand.model_validate_json(line))
            return
        say(f"born {child}")
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


def run(errand: Errand) -> None:
    """Run one errand, and end as it ends."""
    try:
        with dying(errand):
            asyncio.run(make(errand))
    except StudioError as error:
        say(f"{type(error).__name__}: {' '.join(str(error).split())}")
        sys.exit(STOPPED)


def say(text: str) -> None:
    """Tell whoever gave the errand."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
