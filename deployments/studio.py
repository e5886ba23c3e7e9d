"""The studio at work on one machine: a server, a worker, a receiver, and all they need, from one command until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from blocks.errors import ProviderUnavailable, SetupError
from blocks.home import bring_back, prefect_at_home
from blocks.results.database import EmbeddedPostgres
from blocks.results.file_locks import free_of
from deployments.keys import provide_key
from deployments.pool import put_back, start_worker
from deployments.receiver.place import receiver_place, start_receiver
from deployments.server import Place, Program, check_place, check_port, log_of, speaking_to, start_server, wait_until_up
from deployments.setup import set_up, set_up_work

LOOK_EVERY_S = 1.0
MOST_DEATHS = 5
MOST_DEATHS_WITHIN_S = 120.0
"""A worker or a receiver that ends so often in so short a time is not started again: it cannot work here."""


def run_studio(place: Place, home: Path, say: Callable[[str], None]) -> None:
    """Run the studio until Ctrl-C or SIGTERM; then everything it started ends within seconds.

    Args:
        place: where the server shall listen.
        home: folder of everything the studio makes, as an absolute path.
        say: tells a person one line.

    Raises:
        SetupError: a studio is there already, the place cannot be used, the blocks' key is gone, or a program does not start.
    """
    # It starts a server of its own, whichever the settings name.
    with _alone(place), temporary_settings(restore_defaults={PREFECT_API_URL}), prefect_at_home(home) as database:
        for line in provide_key(database):
            say(line)
        with speaking_to(place), ExitStack() as programs:
            asyncio.run(_Studio(place, home, say, programs, database).run())
    say("stopped: films that were at work go on, and films that wait for you still wait, when the studio starts again")


def running_studio() -> Place | None:
    """Tell where the studio of this folder listens; None when it does not run."""
    file, lock = _address_file(), _lock_file()
    if not lock.is_file():
        return None
    with free_of(lock) as nobody:
        if nobody is not None or not file.is_file():
            return None
    return Place.model_validate_json(file.read_text())


class _Studio:
    """The programs of one studio."""

    def __init__(
        self, place: Place, home: Path, say: Callable[[str], None], programs: ExitStack, database: EmbeddedPostgres | None
    ) -> None:
        self._place = place
        self._home = home
        self._say = say
        self._programs = programs
        self._database = database
        self._told_to_stop = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(one, self._told_to_stop.set)
        work = asyncio.create_task(self._work())
        told = asyncio.create_task(self._told_to_stop.wait())
        await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if self._told_to_stop.is_set():
            self._say("stopping")
            work.cancel()
        await asyncio.gather(work, return_exceptions=self._told_to_stop.is_set())
        await asyncio.to_thread(self._programs.close)

    async def _work(self) -> None:
        self._say("starting Prefect")
        server = self._start(start_server)
        await wait_until_up(server)
        for line in await set_up(self._home, receiver_place(self._place)):
            self._say(line)
        for line in await set_up_work():
            self._say(line)
        await self._go_on()
        worker, receiver = self._start(start_worker), self._start(start_receiver)
        for line in self._addresses():
            self._say(line)
        await self._watch(server, worker, receiver)

    async def _watch(self, server: Program, worker: Program, receiver: Program | None) -> None:
        """Keep the database, the worker and the receiver at work, and end with the server."""
        deaths, deaths_of_receivers = Deaths(), Deaths()
        while not server.has_ended:
            await asyncio.sleep(LOOK_EVERY_S)
            await self._bring_database_back()
            if worker.has_ended:
                if deaths.are_too_many_with_this():
                    raise SetupError(
                        f"the worker ended {MOST_DEATHS} times in a row: read worker.log in Prefect's home, and run `make doctor`"
                    )
                self._say("the worker ended; another one takes its place")
                await self._go_on()
                worker = self._start(start_worker)
            if receiver is not None and receiver.has_ended:
                receiver = self._next_receiver(deaths_of_receivers)
        raise SetupError("Prefect's server ended: read server.log in Prefect's home, and start the studio again; nothing is lost")

    def _next_receiver(self, deaths: Deaths) -> Program | None:
        if deaths.are_too_many_with_this():
            self._say(
                f"the receiver ended {MOST_DEATHS} times in a row: films go on, nothing is heard; read {log_of('receiver')}"
            )
            return None
        self._say("the receiver ended; another one takes its place")
        return self._start(start_receiver)

    async def _bring_database_back(self) -> None:
        try:
            if self._database is not None and await asyncio.to_thread(bring_back, self._database):
                self._say("the database ended; it was started again")
        except ProviderUnavailable as error:
            self._say(str(error))

    def _start(self, start: Callable[[Place], Program]) -> Program:
        program = start(self._place)
        self._programs.callback(program.stop)
        return program

    async def _go_on(self) -> None:
        async with get_client() as client:
            for name in await put_back(client):
                self._say(f"goes on: {name}")

    def _addresses(self) -> list[str]:
        return [
            f"the studio is open:  {self._place.ui}",
            f"from Python:         PREFECT_API_URL={self._place.api}",
            f"messages come in at  {receiver_place(self._place).ui}",
            f"films are kept in    {self._home / 'films'}",
            "Ctrl-C stops it",
        ]


class Deaths:
    """How often a program ended lately."""

    def __init__(self) -> None:
        self._at_s: deque[float] = deque(maxlen=MOST_DEATHS)

    def are_too_many_with_this(self) -> bool:
        """Count one more, and tell whether that many in so short a time are too many."""
        self._at_s.append(time.monotonic())
        return len(self._at_s) == MOST_DEATHS and self._at_s[-1] - self._at_s[0] < MOST_DEATHS_WITHIN_S


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Be the one studio of this folder."""
    home = get_current_settings().home.expanduser()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with free_of(_lock_file()) as nobody_else:
        if nobody_else is None:
            there = _address_file().read_text() if _address_file().is_file() else ""
            where = f" at {Place.model_validate_json(there).ui}" if there else ""
            raise SetupError(f"the studio of this folder runs already{where}: use that one, or stop it with Ctrl-C first")
        check_place(place)
        check_port(receiver_place(place))
        _address_file().write_text(place.model_dump_json())
        try:
            yield
        finally:
            _address_file().unlink(missing_ok=True)


def _lock_file() -> Path:
    return get_current_settings().home.expanduser() / "studio.lock"


def _address_file() -> Path:
    return get_current_settings().home.expanduser() / "studio.json"
