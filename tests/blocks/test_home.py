"""Where a Prefect server that is started here keeps its data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_SERVER_DATABASE_CONNECTION_URL,
    PREFECT_SERVER_DATABASE_NAME,
    get_current_settings,
    temporary_settings,
)

from blocks.home import prefect_at_home, prefect_database
from blocks.results.database import forget_engine


@pytest.fixture
def home(tmp_path: Path, postgres_folder: Path) -> Iterator[Path]:
    """A home whose database is the one of all tests, and settings that name no server."""
    (tmp_path / "postgres").symlink_to(postgres_folder)
    with temporary_settings(restore_defaults={PREFECT_API_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL}):
        yield tmp_path
    forget_engine(prefect_database(tmp_path))


def address() -> str:
    url = get_current_settings().server.database.connection_url
    assert url is not None
    return url.get_secret_value()


def test_a_server_that_is_started_here_keeps_its_data_in_the_postgresql_of_the_home(home: Path) -> None:
    before = address()

    with prefect_at_home(home) as database:
        assert database == prefect_database(home)
        assert asyncio.run(ask(address().replace("+asyncpg", ""))) == "prefect"

    assert address() == before


async def ask(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("SELECT current_database()"))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "named",
    [
        {PREFECT_API_URL: "http://127.0.0.1:9/api"},
        {PREFECT_SERVER_DATABASE_CONNECTION_URL: "sqlite+aiosqlite:////nowhere/own.db"},
        {PREFECT_SERVER_DATABASE_NAME: "/nowhere/own.db"},
    ],
    ids=["a server", "an address", "a database"],
)
def test_whoever_names_a_server_or_a_database_is_left_alone(home: Path, named: dict[object, str]) -> None:
    with temporary_settings(updates=named):
        before = address()

        with prefect_at_home(home) as database:
            assert database is None
            assert address() == before
