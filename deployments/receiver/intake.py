"""What was told is written down, many at once, and Prefect hears of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from prefect.client.orchestration import PrefectClient
from prefect.events import Event

from blocks.errors import ProviderUnavailable
from blocks.results.notices import NOTICED, keep_notice
from blocks.results.table import ResultsTable
from deployments.receiver.saved import AWAY, SavedBlocks

MOST_WAITING = 5_000
MOST_AT_ONCE = 200
WRITING_LIMIT_S = 8.0
WAKE_EVERY_S = 1.0
LONGEST_PAUSE_S = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notification:
    """What a service told, before it is written down."""

    id: str
    source: str
    page: str
    about: str
    """What happened, for the log."""


class Waker:
    """Tells Prefect that there are new notices: once a second at most, again until it hears, and nobody waits for it."""

    def __init__(self, client: PrefectClient) -> None:
        self._client = client
        self._is_due = asyncio.Event()

    def wake(self) -> None:
        """Have Prefect told."""
        self._is_due.set()

    async def run(self) -> None:
        """Tell it for as long as the receiver lives."""
        pause_s = WAKE_EVERY_S
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            try:
                await self._tell()
                pause_s = WAKE_EVERY_S
            except AWAY as error:
                if pause_s == WAKE_EVERY_S:
                    _log.warning("Prefect does not hear of new notices: %s; it is told again", type(error).__name__)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                self._is_due.set()
            await asyncio.sleep(pause_s)

    async def _tell(self) -> None:
        event = Event(event=NOTICED, resource={"prefect.resource.id": "studio.desk"})
        answer = await self._client.request("POST", "/events", json=[event.model_dump(mode="json")])
        answer.raise_for_status()


class Intake:
    """Writes notices down: those that come together, in one transaction."""

    def __init__(self, blocks: SavedBlocks, waker: Waker) -> None:
        self._blocks = blocks
        self._waker = waker
        self._waiting: list[tuple[Notification, asyncio.Future[bool]]] = []
        self._has_come = asyncio.Event()
        self._pen = ThreadPoolExecutor(1, "notices")

    async def keep(self, told: Notification) -> bool:
        """Write one down; tell whether it is new.

        Raises:
            ProviderUnavailable: the database is away, or does not keep up; it may be written down all the same.
            StudioError: the database refuses.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise ProviderUnavailable(f"{MOST_WAITING} notices wait to be written down already")
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((told, written))
        self._has_come.set()
        try:
            async with asyncio.timeout(WRITING_LIMIT_S):
                return await written
        except TimeoutError as error:
            raise ProviderUnavailable(f"the results database did not write a notice down in {WRITING_LIMIT_S:g} s") from error

    async def run(self) -> None:
        """Write for as long as the receiver lives."""
        while True:
            await self._has_come.wait()
            batch = [one for one in self._waiting[:MOST_AT_ONCE] if not one[1].done()]
            del self._waiting[:MOST_AT_ONCE]
            if not self._waiting:
                self._has_come.clear()
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[tuple[Notification, asyncio.Future[bool]]]) -> None:
        # Everybody writes in the same order, so that two receivers never wait for each other.
        ordered = sorted(batch, key=lambda one: one[0].id)
        work = asyncio.get_running_loop().run_in_executor(
            self._pen, _write, self._blocks.now.results, [told for told, _ in ordered]
        )
        [outcome] = await asyncio.gather(work, return_exceptions=True)
        for number, (_, written) in enumerate(ordered):
            if written.done():
                continue
            if isinstance(outcome, BaseException):
                written.set_exception(outcome)
            else:
                written.set_result(outcome[number])
        if not isinstance(outcome, BaseException) and any(outcome):
            self._waker.wake()


def _write(results: ResultsTable, notices: Sequence[Notification]) -> list[bool]:
    with results.open() as session:
        are_new = [keep_notice(session, one.id, one.source, one.page) for one in notices]
    for one, is_new in zip(notices, are_new, strict=True):
        _log.info("%s %s: %s%s", one.source, one.id, one.about, "" if is_new else ", known already")
    return are_new
