"""One maker at a time for each memory key, over all processes and machines that share a results database."""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from prefect.locking.protocol import LockManager
from prefect.results import get_result_store
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from blocks.errors import SetupError
from blocks.results.database import Database, engine_of, told
from blocks.results.table import ResultsTable

_log = logging.getLogger(__name__)

_FIRST_WAIT_S = 0.01
_LONGEST_WAIT_S = 0.25

_TRY = text("SELECT pg_try_advisory_lock(CAST(:number AS bigint))")
_GIVE_BACK = text("SELECT pg_advisory_unlock(CAST(:number AS bigint))")
_IS_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND CAST(classid AS bigint) = (CAST(:number AS bigint) >> 32) & 4294967295"
    " AND CAST(objid AS bigint) = CAST(:number AS bigint) & 4294967295)"
)


@dataclass(frozen=True)
class PostgresLocks(LockManager):
    """Prefect's lock manager on PostgreSQL's session advisory locks.

    All locks of a process live on one connection, however many there are; when the process dies, in whatever way, the connection
    drops and the locks are free. Waiting is by asking again, at most a quarter of a second apart.
    """

    database: Database | None = None
    """None: the one in which the running task keeps its result. Nothing is connected to before the first lock."""

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Wait for the lock of a key, at most `acquire_timeout` seconds; tell whether it was got.

        Raises:
            ProviderUnavailable: the database does not answer.
        """
        ring = self._ring()
        ring.drop_forgotten(key, holder)
        for wait_s in _waits(acquire_timeout):
            if ring.take(key, holder, hold_timeout, threading.get_ident()):
                return True
            time.sleep(wait_s)
        return False

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """As `acquire_lock`, without holding up the event loop."""
        ring = self._ring()
        for wait_s in _waits(acquire_timeout):
            if await _finish(ring, key, holder, hold_timeout):
                return True
            await asyncio.sleep(wait_s)
        return False

    def release_lock(self, key: str, holder: str) -> None:
        """Give the lock of a key back.

        Raises:
            ValueError: this holder does not have it, as Prefect's own lock managers put it.
        """
        self._ring().release(key, holder)

    def is_locked(self, key: str) -> bool:
        """Tell whether anybody holds the lock of a key."""
        return self._ring().is_locked(key)

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """Tell whether this holder, in this process, holds the lock of a key."""
        return self._ring().holder_of(key) == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody holds the lock of a key, at most `timeout` seconds; tell whether it came to that."""
        ring = self._ring()
        for wait_s in _waits(timeout):
            if not ring.is_locked(key):
                return True
            time.sleep(wait_s)
        return False

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:  # noqa: ASYNC109 -- Prefect's signature
        """As `wait_for_lock`, without holding up the event loop."""
        ring = self._ring()
        for wait_s in _waits(timeout):
            if not await asyncio.to_thread(ring.is_locked, key):
                return True
            await asyncio.sleep(wait_s)
        return False

    def _ring(self) -> _KeyRing:
        return _key_ring(self.database or _database_of_running_task())


def _database_of_running_task() -> Database:
    storage = get_result_store().result_storage
    if not isinstance(storage, ResultsTable):
        raise SetupError(
            f"this task keeps its result in {type(storage).__name__}, not in a results table: "
            "give its flow result_storage='results-table/default'; `python -m deployments setup` makes that block"
        )
    return storage.database


@dataclass(frozen=True)
class _Held:
    holder: str
    connection: Connection
    thread: int | None
    """The thread that is busy with it; None for a coroutine."""
    expiry: threading.Timer | None


@dataclass
class _KeyRing:
    """The locks of this process in one database, and the connection they live on.

    The server lets one connection take the same lock twice, so threads of this process are kept apart here.
    """

    database: Database
    pid: int = field(default_factory=os.getpid)
    guard: threading.RLock = field(default_factory=threading.RLock)
    held: dict[str, _Held] = field(default_factory=dict)
    connection: Connection | None = None

    def drop_forgotten(self, key: str, holder: str) -> None:
        """Give back a lock that this thread took for another holder: a thread that asks is not working under it any more.

        Prefect (3.8.8, `Transaction.rollback`) keeps the lock when a record exists and cannot be read, and would wait for itself.
        """
        with self.guard:
            held = self.held.get(key)
            if held is not None and held.thread == threading.get_ident() and held.holder != holder:
                self.release(key, held.holder)

    def take(self, key: str, holder: str, hold_timeout: float | None, thread: int | None) -> bool:
        """Try once to get the lock."""
        with self.guard:
            if key in self.held:
                return self.held[key].holder == holder
            if not self._ask(_TRY, key):
                return False
            assert self.connection is not None
            expiry = None
            if hold_timeout is not None:
                expiry = threading.Timer(hold_timeout, self._expire, (key, holder))
                expiry.daemon = True
                expiry.start()
            self.held[key] = _Held(holder, self.connection, thread, expiry)
            return True

    def release(self, key: str, holder: str) -> None:
        with self.guard:
            if self.holder_of(key) != holder:
                raise ValueError(f"{holder} does not hold the lock of {key}")
            held = self.held.pop(key)
            if held.expiry is not None:
                held.expiry.cancel()
            if held.connection is not self.connection or not self._gave_back(key):
                _log.warning(
                    "the lock of %s was lost with its connection before it was given back; it may have been made twice", key
                )

    def holder_of(self, key: str) -> str | None:
        held = self.held.get(key)
        return None if held is None else held.holder

    def is_locked(self, key: str) -> bool:
        with self.guard:
            return key in self.held or self._ask(_IS_HELD, key)

    def close(self) -> None:
        """Give up the connection, and with it every lock."""
        with self.guard:
            connection, self.connection = self.connection, None
            if connection is not None and self.pid == os.getpid():
                connection.invalidate()
                connection.close()

    def _expire(self, key: str, holder: str) -> None:
        with self.guard:
            if self.holder_of(key) == holder:
                self.release(key, holder)

    def _gave_back(self, key: str) -> bool:
        try:
            return self._ask_once(_GIVE_BACK, key)
        except DBAPIError:
            return False

    def _ask(self, question: TextClause, key: str) -> bool:
        """Ask the server; a second time, on a new connection, when the old one turns out to be dead."""
        was_connected = self.connection is not None
        with told(self.database):
            try:
                return self._ask_once(question, key)
            except DBAPIError:
                if not was_connected:
                    raise
                return self._ask_once(question, key)

    def _ask_once(self, question: TextClause, key: str) -> bool:
        if self.connection is None:
            self.connection = engine_of(self.database).connect().execution_options(isolation_level="AUTOCOMMIT")
            atexit.unregister(self.close)
            atexit.register(self.close)
        try:
            return bool(self.connection.scalar(question, {"number": _number(key)}))
        except DBAPIError:
            broken, self.connection = self.connection, None
            broken.invalidate()
            broken.close()
            raise


_rings: dict[tuple[int, Database], _KeyRing] = {}
_rings_guard = threading.Lock()


def _key_ring(database: Database) -> _KeyRing:
    with _rings_guard:
        return _rings.setdefault((os.getpid(), database), _KeyRing(database))


def _number(key: str) -> int:
    """Give the advisory lock's number for a key: 64 bits of its hash."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def _waits(limit_s: float | None) -> Iterator[float]:
    """Give how long to wait after each try that failed, until the limit is reached; there is always a first try."""
    deadline = None if limit_s is None else time.monotonic() + limit_s
    wait_s = _FIRST_WAIT_S
    while True:
        left_s = _LONGEST_WAIT_S if deadline is None else deadline - time.monotonic()
        yield max(0.0, min(wait_s, left_s))
        if deadline is not None and time.monotonic() >= deadline:
            return
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)


async def _finish(ring: _KeyRing, key: str, holder: str, hold_timeout: float | None) -> bool:
    """Try once to get the lock in a thread; a lock that is got while the caller is being cancelled is given back."""
    attempt = asyncio.ensure_future(asyncio.to_thread(ring.take, key, holder, hold_timeout, None))
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        if await attempt:
            ring.release(key, holder)
        raise
