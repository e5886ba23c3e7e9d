import asyncio
import copy
import pickle
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from prefect.locking.protocol import LockManager
from sqlalchemy import text

from blocks.errors import ProviderUnavailable, SetupError
from blocks.results import embedded, locks
from blocks.results.database import PostgresServer, engine_of
from blocks.results.locks import PostgresLocks

SOON_S = 30
"""Long enough for a busy machine; nothing here takes that long when it works."""


@pytest.fixture
def manager(database):
    return PostgresLocks(database)


@contextmanager
def somebody_else(database, key):
    """Another process that holds the lock of a key; its connection ends with the block, as it does when it is killed."""
    sockets = embedded.join(database.folder)
    with psycopg.connect(host=str(sockets), user="postgres", dbname=database.name, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s::bigint)", [locks._number(key)])
        yield connection


def connections(database):
    with engine_of(database).connect() as connection:
        return connection.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )


def test_it_is_a_lock_manager_for_prefect(manager):
    assert isinstance(manager, LockManager)


def test_a_lock_is_held_by_one_holder_until_it_is_given_back(manager):
    assert manager.acquire_lock("k", "me")
    assert manager.is_locked("k")
    assert manager.is_lock_holder("k", "me")
    assert not manager.is_lock_holder("k", "you")
    assert not manager.is_locked("another key")
    manager.release_lock("k", "me")
    assert not manager.is_locked("k")
    assert manager.acquire_lock("k", "you", acquire_timeout=0)
    manager.release_lock("k", "you")


def test_a_holder_may_ask_for_its_lock_again(manager):
    assert manager.acquire_lock("k", "me")
    assert manager.acquire_lock("k", "me", acquire_timeout=0)
    manager.release_lock("k", "me")
    assert not manager.is_locked("k")


def test_only_the_holder_gives_a_lock_back(manager):
    manager.acquire_lock("k", "me")
    with pytest.raises(ValueError, match="you does not hold the lock of k"):
        manager.release_lock("k", "you")
    manager.release_lock("k", "me")
    with pytest.raises(ValueError, match="me does not hold"):
        manager.release_lock("k", "me")


@pytest.mark.parametrize("limit_s", [0, 0.3])
def test_waiting_for_another_process_ends_at_the_limit(manager, database, limit_s):
    with somebody_else(database, "k"):
        began = time.monotonic()
        assert not manager.acquire_lock("k", "me", acquire_timeout=limit_s)
        assert not manager.wait_for_lock("k", timeout=limit_s)
        assert 2 * limit_s <= time.monotonic() - began < 2 * limit_s + SOON_S
        assert manager.is_locked("k")


def test_the_lock_of_a_process_that_died_is_free_at_once(manager, database):
    got = threading.Event()

    def wait():
        assert manager.acquire_lock("k", "me")
        got.set()

    with somebody_else(database, "k"):
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not got.wait(0.2)
    assert got.wait(SOON_S)
    waiting.join()
    manager.release_lock("k", "me")


def test_many_threads_on_many_keys_share_one_connection(manager, database):
    everybody_holds = threading.Barrier(64)

    def hold(number):
        assert manager.acquire_lock(f"k{number}", f"holder {number}")
        everybody_holds.wait(30)
        manager.release_lock(f"k{number}", f"holder {number}")

    before = connections(database)
    with ThreadPoolExecutor(64) as threads:
        list(threads.map(hold, range(64)))
    assert connections(database) <= before + 2
    assert not any(manager.is_locked(f"k{number}") for number in range(64))


def test_threads_that_want_one_key_take_turns(manager):
    inside, most = [], []

    def work(number):
        assert manager.acquire_lock("k", f"holder {number}")
        inside.append(number)
        most.append(len(inside))
        inside.remove(number)
        manager.release_lock("k", f"holder {number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert most == [1] * 8


def test_copies_and_pickles_are_the_same_locks(manager):
    twin = pickle.loads(pickle.dumps(copy.deepcopy(manager)))
    assert twin == manager
    manager.acquire_lock("k", "me")
    assert twin.is_lock_holder("k", "me")
    twin.release_lock("k", "me")
    assert not manager.is_locked("k")


def test_a_hold_with_a_limit_ends_by_itself(manager):
    assert manager.acquire_lock("k", "me", hold_timeout=0.1)
    assert manager.wait_for_lock("k", timeout=SOON_S)
    assert manager.acquire_lock("k", "you", acquire_timeout=0)
    manager.release_lock("k", "you")


def test_a_thread_that_asks_again_does_not_wait_for_itself(manager):
    manager.acquire_lock("k", "a transaction Prefect forgot")
    assert manager.acquire_lock("k", "the next attempt", acquire_timeout=0)
    assert manager.is_lock_holder("k", "the next attempt")
    manager.release_lock("k", "the next attempt")


def test_a_lost_connection_is_told_and_replaced(manager, database, caplog):
    manager.acquire_lock("k", "me")
    with engine_of(database).connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()")
        )
    manager.release_lock("k", "me")
    assert "the lock of k was lost" in caplog.text
    assert manager.acquire_lock("k", "me", acquire_timeout=0)
    manager.release_lock("k", "me")


def test_waiting_in_an_event_loop_holds_nothing_up(manager, database):
    async def wait():
        waiting = asyncio.create_task(manager.aacquire_lock("k", "me"))
        with somebody_else(database, "k"):
            for _ in range(20):
                await asyncio.sleep(0.01)
            assert not waiting.done()
            assert not await manager.await_for_lock("k", timeout=0)
        assert await asyncio.wait_for(waiting, SOON_S)
        manager.release_lock("k", "me")
        assert await manager.await_for_lock("k", timeout=SOON_S)
        return True

    assert asyncio.run(wait())


def test_a_waiting_coroutine_that_is_cancelled_leaves_no_lock(manager, database):
    async def wait():
        with somebody_else(database, "k"):
            waiting = asyncio.create_task(manager.aacquire_lock("k", "me"))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(wait())
    assert manager.wait_for_lock("k", timeout=SOON_S)


def test_a_database_that_is_away_is_one_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = PostgresLocks(PostgresServer(host="127.0.0.1", port=port, user="studio"))
    with pytest.raises(ProviderUnavailable, match="does not answer"):
        away.acquire_lock("k", "me")


def test_without_a_results_table_the_message_says_how_to_get_one():
    with pytest.raises(SetupError, match="result_storage='results-table/default'"):
        PostgresLocks().acquire_lock("k", "me")
