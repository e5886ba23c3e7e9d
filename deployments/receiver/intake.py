"""What was told is written down, many at once; `sync-desk` takes it from there within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from blocks.errors import ProviderUnavailable
from blocks.results.notices import Heard, keep_notices
from blocks.results.table import ResultsTable
from deployments.receiver.saved import SavedBlocks

MOST_WAITING = 5_000
MOST_AT_ONCE = 200
GATHERING_S = 0.01
"""So long is waited for others: writing five down costs hardly more than writing one."""
WRITING_LIMIT_S = 8.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Telling:
    """What a service tells, before it is written down."""

    heard: Heard
    about: str
    """What happened, for the log."""


class Intake:
    """Writes notices down: those that come together, in one transaction."""

    def __init__(self, blocks: SavedBlocks) -> None:
        self._blocks = blocks
        self._waiting: list[tuple[Telling, asyncio.Future[bool]]] = []
        self._has_come = asyncio.Event()
        self._pen = ThreadPoolExecutor(1, "notices")

    async def keep(self, told: Telling) -> bool:
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
                is_new = await written
        except TimeoutError as error:
            raise ProviderUnavailable(f"the results database did not write a notice down in {WRITING_LIMIT_S:g} s") from error
        _log.info("%s %s: %s%s", told.heard.source, told.heard.id, told.about, "" if is_new else ", known already")
        return is_new

    async def run(self) -> None:
        """Write for as long as the receiver lives."""
        while True:
            await self._has_come.wait()
            await asyncio.sleep(GATHERING_S)
            batch = [one for one in self._waiting[:MOST_AT_ONCE] if not one[1].done()]
            del self._waiting[:MOST_AT_ONCE]
            if not self._waiting:
                self._has_come.clear()
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[tuple[Telling, asyncio.Future[bool]]]) -> None:
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._pen, _write, self._blocks.now.results, [told.heard for told, _ in batch])
        [outcome] = await asyncio.gather(work, return_exceptions=True)
        if isinstance(outcome, BaseException):
            for _, written in batch:
                if not written.done():
                    written.set_exception(outcome)
            return
        for told, written in batch:
            is_new = told.heard.id in outcome
            outcome.discard(told.heard.id)  # the same may be in here twice
            if not written.done():
                written.set_result(is_new)


def _write(results: ResultsTable, heard: Sequence[Heard]) -> set[str]:
    with results.open() as session:
        return keep_notices(session, heard)
