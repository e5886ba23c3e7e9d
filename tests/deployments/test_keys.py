"""The key of the saved blocks: made once, kept outside the database, never replaced while blocks need it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_SERVER_DATABASE_CONNECTION_URL, temporary_settings
from sqlalchemy import text

from blocks.errors import SetupError
from blocks.results.database import EmbeddedPostgres, engine_of, forget_engine
from deployments.key_file import VARIABLE, KeyOfBlocks, key_file
from deployments.keys import forget_blocks, key_problem, provide_key


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Prefect home of its own with no server; the environment is as it was afterwards."""
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)
    hidden = {PREFECT_API_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL}
    with temporary_settings(updates={PREFECT_HOME: tmp_path / "prefect"}, restore_defaults=hidden):
        (tmp_path / "prefect").mkdir()
        yield tmp_path / "prefect"


@pytest.fixture
def database(postgres_folder: Path) -> Iterator[EmbeddedPostgres]:
    """Where Prefect's server would keep the blocks; it has made nothing yet."""
    database = EmbeddedPostgres(folder=postgres_folder, name=f"keys_{uuid4().hex}")
    yield database
    forget_engine(database)


def write(database: EmbeddedPostgres, *, key: str, with_key_inside: bool = False) -> None:
    """Make the tables that matter as Prefect's server makes them, with one block."""
    secret = json.dumps(Fernet(key.encode()).encrypt(b"{}").decode())
    with engine_of(database).begin() as connection:
        connection.execute(text("CREATE TABLE block_document (id uuid, data json, updated timestamptz)"))
        connection.execute(text("CREATE TABLE configuration (key text, value json)"))
        connection.execute(
            text("INSERT INTO block_document VALUES (gen_random_uuid(), CAST(:data AS json), now())"), {"data": secret}
        )
        if with_key_inside:
            value = json.dumps({"fernet_key": key})
            connection.execute(
                text("INSERT INTO configuration VALUES ('ENCRYPTION_KEY', CAST(:value AS json))"), {"value": value}
            )


def bytes_of(database: EmbeddedPostgres, table: str) -> bytes:
    """Read a table as it lies on the disk."""
    with engine_of(database).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        whole = connection.scalar(text("SELECT pg_read_binary_file(pg_relation_filepath(:table))"), {"table": table})
    return bytes(whole or b"")


def test_the_key_is_made_once_for_its_owner_alone(home: Path, database: EmbeddedPostgres) -> None:
    first, second = provide_key(database), provide_key(database)

    assert "backup" in first[0]
    assert second == []
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert key_problem(database) is None


def test_a_server_started_here_finds_the_key_in_its_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provide_key(None)
    monkeypatch.delenv(VARIABLE)

    KeyOfBlocks()

    assert os.environ[VARIABLE] == key_file().read_text().strip()


def test_no_new_key_is_made_while_blocks_need_the_old_one(home: Path, database: EmbeddedPostgres) -> None:
    write(database, key=Fernet.generate_key().decode())

    with pytest.raises(SetupError, match="backup"):
        provide_key(database)

    assert not key_file().exists()


def test_a_key_that_lies_in_the_database_is_taken_out_of_it(home: Path, database: EmbeddedPostgres) -> None:
    key = Fernet.generate_key().decode()
    write(database, key=key, with_key_inside=True)
    assert key.encode() in bytes_of(database, "configuration")
    assert "make setup" in str(key_problem(database))

    changed = provide_key(database)

    assert "taken out" in changed[0]
    assert key_file().read_text().strip() == key
    assert key.encode() not in bytes_of(database, "configuration")


def test_a_key_that_others_can_read_is_told_of(home: Path) -> None:
    provide_key(None)
    key_file().chmod(0o644)

    assert "chmod 600" in str(key_problem(None))


def test_a_key_of_other_blocks_is_told_of(home: Path, database: EmbeddedPostgres) -> None:
    provide_key(database)
    write(database, key=Fernet.generate_key().decode())

    assert "belongs to others" in str(key_problem(database))
    assert key_problem(None) is None, "blocks that somebody else keeps are not looked at"


def test_blocks_whose_key_is_lost_can_be_forgotten(home: Path, database: EmbeddedPostgres) -> None:
    write(database, key=Fernet.generate_key().decode())

    assert "1 forgotten" in forget_blocks(database)[0]

    assert "made" in provide_key(database)[0]
    assert key_problem(database) is None


@pytest.mark.parametrize("inside", [True, False])
def test_blocks_that_can_be_read_are_not_forgotten(home: Path, database: EmbeddedPostgres, *, inside: bool) -> None:
    key = Fernet.generate_key().decode()
    write(database, key=key, with_key_inside=inside)
    if not inside:
        key_file().write_text(key)

    assert forget_blocks(database) == []


def test_blocks_are_not_forgotten_while_a_server_may_use_them(home: Path, database: EmbeddedPostgres) -> None:
    with (
        temporary_settings(updates={PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(SetupError, match="stop the studio"),
    ):
        forget_blocks(database)


def test_a_key_that_the_owner_hands_over_is_used_instead(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, Fernet.generate_key().decode())

    assert provide_key(None) == []
    assert not key_file().exists()
