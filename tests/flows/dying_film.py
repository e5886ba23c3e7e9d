"""A process that makes a film and dies where it is told to. It is started beforehand, and waits for its errand on standard input.

`python -m tests.flows.dying_film` says "ready" once everything is imported. It ends with 0 when the film is finished, with 3 when
the film stopped (its last line says why), and by SIGKILL where it was to die.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
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

    def reach(self, boundary: Boundary) -> None:
        """Die if it is here."""
        if boundary is self._errand.boundary and getattr(self._here, "step", None) is self._errand.step:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(errand: Errand) -> Iterator[None]:
    """Watch every boundary."""
    reaper = _Reaper(errand)
    begin, post = buying.begin_purchase, Door.post
    announce, keep_ticket, keep = BookedPurchase.asking, BookedPurchase.keep, Studio.keep

    def begin_purchase(key, step, *rest):
        reaper.buys(step)
        reaper.reach(Boundary.BEFORE_INTENT)
        purchase = begin(key, step, *rest)
        reaper.reach(Boundary.AFTER_INTENT)
        return purchase

    def post_paid(self, path, *, paid=False, **order):
        if paid:
            reaper.reach(Boundary.BEFORE_ORDER)
        answer = post(self, path, paid=paid, **order)
        if paid:
            reaper.reach(Boundary.ANSWER_READ)
        return answer

    def asking(self, **evidence):
        reaper.reach(Boundary.BEFORE_ASKING)
        announce(self, **evidence)

    def keep_job(self, ticket):
        keep_ticket(self, ticket)
        reaper.reach(Boundary.TICKET_KEPT)

    def keep_product(self, key, step, *rest):
        if step is errand.step:
            reaper.reach(Boundary.BEFORE_RECORD)
        product = keep(self, key, step, *rest)
        if step is errand.step:
            reaper.reach(Boundary.AFTER_RECORD)
        return product

    with ExitStack() as patches:
        for owner, name, instead in (
            (buying, "begin_purchase", begin_purchase),
            (Door, "post", post_paid),
            (BookedPurchase, "asking", asking),
            (BookedPurchase, "keep", keep_job),
            (Studio, "keep", keep_product),
        ):
            patches.enter_context(mock.patch.object(owner, name, instead))
        yield


async def make(errand: Errand) -> None:
    """Make the film, or its storyboard."""
    if not errand.only_plans:
        await produce_video(errand.request, channel=errand.channel)
        return
    video = errand.request.name(errand.channel)
    await open_film(errand.request, await open_studio(video))
    await write_storyboard(errand.request, video)


def main() -> None:
    """Wait for an errand, and run it."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    errand = Errand.model_validate_json(sys.stdin.readline())
    try:
        with dying(errand):
            asyncio.run(make(errand))
    except StudioError as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
