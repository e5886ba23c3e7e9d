"""What all tests share: a Prefect home of their own, one PostgreSQL server, and Prefect's server for those that ask for it."""

# ruff: noqa: PLC0415 -- Prefect reads its settings when it is imported, and tests of pure functions need not wait for that

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest


def pytest_configure() -> None:
    """Keep the tests out of the user's own Prefect, before anything imports it."""
    home = tempfile.mkdtemp(prefix="prefect-home-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    authority = Path(home, "authority.pem")
    authority.write_text(re.split(r"(?<=END CERTIFICATE-----)", Path(certifi.where()).read_text())[0])
    os.environ.update(
        PREFECT_HOME=home,
        PREFECT_API_SSL_CERT_FILE=str(authority),  # each task run reads it, and all authorities of the world take 0.1 s
        PREFECT_PROFILES_PATH=f"{home}/profiles.toml",
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",
        DO_NOT_TRACK="1",
    )
    for name in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """The folder of the one PostgreSQL server of this session, open to the account the server runs as."""
    from blocks.results import embedded

    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    folder.chmod(0o755)
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def _migrated(postgres_folder):
    """The one database of this session, with all tables."""
    from blocks.results.database import EmbeddedPostgres
    from blocks.results.schema import migrate

    database = EmbeddedPostgres(folder=postgres_folder)
    migrate(database)
    return database


@pytest.fixture
def database(_migrated):
    """A database with all tables and no rows."""
    from sqlalchemy import text

    from blocks.results.database import engine_of
    from blocks.results.tables import Row

    with engine_of(_migrated).begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # past the guards of what is written once
        for table in reversed(Row.metadata.sorted_tables):
            connection.execute(table.delete())
    return _migrated


@pytest.fixture
def results_table(database, tmp_path):
    """A results table with nothing in it, not saved."""
    from blocks.results.table import ResultsTable
    from blocks.storage import LocalStorage

    return ResultsTable(database=database, storage=LocalStorage(folder=tmp_path / "products"))


@pytest.fixture(scope="session")
def prefect_database(postgres_folder: Path):
    """Where Prefect's server keeps what it knows: PostgreSQL, for on SQLite it answers 503 whenever two write at once."""
    from blocks.results.database import EmbeddedPostgres

    return EmbeddedPostgres(folder=postgres_folder, name="prefect")


@pytest.fixture(scope="session")
def prefect_api(prefect_database) -> Iterator[str]:
    """The address of a Prefect server of this session, where the studio's certificate is saved.

    It takes some 20 s to start, so only tests that run flows ask for it.
    """
    from prefect.context import _temporary_global_settings_context, get_settings_context
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL, temporary_settings

    from blocks.results.database import embedded_address
    from blocks.signing import STUDIO_CERTIFICATE, SigningCertificate

    with temporary_settings(updates={PREFECT_SERVER_DATABASE_CONNECTION_URL: embedded_address(prefect_database, "asyncpg")}):
        server = SubprocessASGIServer()
        server.start(timeout=120)
    with (
        temporary_settings(updates={PREFECT_API_URL: server.api_url}),
        _temporary_global_settings_context(get_settings_context()),
    ):
        SigningCertificate.fresh().save(STUDIO_CERTIFICATE)
        yield server.api_url
    server.stop()


@pytest.fixture
def gemini():
    """An emulated Gemini on loopback."""
    from tests.emulators.gemini import served

    with served() as vendor:
        yield vendor


@pytest.fixture
def kie():
    """An emulated KIE on loopback, with its hosts for uploads and results."""
    from tests.emulators.kie import served

    with served() as vendor:
        yield vendor


@pytest.fixture
def kling():
    """An emulated Kling on loopback."""
    from tests.emulators.kling import served

    with served() as vendor:
        yield vendor


@pytest.fixture
def elevenlabs():
    """An emulated ElevenLabs on loopback."""
    from tests.emulators.elevenlabs import served

    with served() as vendor:
        yield vendor


@pytest.fixture
def openai_chat():
    """An emulated chat that speaks OpenAI's dialect, on loopback."""
    from tests.emulators.openai_chat import served

    with served() as vendor:
        yield vendor


@pytest.fixture(scope="session")
def _bucket_store():
    """A store of buckets on loopback, which takes a while to start."""
    from tests.blocks.served_buckets import served

    with served() as store:
        yield store


@pytest.fixture
def buckets(_bucket_store):
    """A store with one empty bucket."""
    _bucket_store.begin_anew()
    return _bucket_store
