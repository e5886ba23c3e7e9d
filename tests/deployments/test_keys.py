"""The key of the saved blocks: made once, kept outside the database, never replaced while blocks need it."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_SERVER_DATABASE_CONNECTION_URL, temporary_settings

from blocks.errors import SetupError
from deployments.keys import VARIABLE, KeyOfBlocks, key_file, key_problem, provide_key


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Prefect home of its own with no server; the environment is as it was afterwards."""
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)
    hidden = {PREFECT_API_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL}
    with temporary_settings(updates={PREFECT_HOME: tmp_path / "prefect"}, restore_defaults=hidden):
        (tmp_path / "prefect").mkdir()
        yield tmp_path / "prefect"


def write_database(home: Path, *, key: str, with_key_inside: bool = False) -> None:
    """Make the tables that matter as Prefect's server makes them, with one block."""
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        database.execute("CREATE TABLE block_document (id TEXT, data TEXT, updated TEXT)")
        database.execute("CREATE TABLE configuration (key TEXT, value TEXT)")
        secret = Fernet(key.encode()).encrypt(b"{}").decode()
        database.execute("INSERT INTO block_document VALUES ('one', ?, '2026-11-22')", [json.dumps(secret)])
        if with_key_inside:
            database.execute("INSERT INTO configuration VALUES ('ENCRYPTION_KEY', ?)", [json.dumps({"fernet_key": key})])
        database.commit()


def test_the_key_is_made_once_for_its_owner_alone(home: Path) -> None:
    first, second = provide_key(), provide_key()

    assert "backup" in first[0]
    assert second == []
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert key_problem() is None


def test_a_server_started_here_finds_the_key_in_its_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provide_key()
    monkeypatch.delenv(VARIABLE)

    KeyOfBlocks()

    assert os.environ[VARIABLE] == key_file().read_text().strip()


def test_no_new_key_is_made_while_blocks_need_the_old_one(home: Path) -> None:
    write_database(home, key=Fernet.generate_key().decode())

    with pytest.raises(SetupError, match="backup"):
        provide_key()

    assert not key_file().exists()


def test_a_key_that_lies_in_the_database_is_taken_out_of_it(home: Path) -> None:
    key = Fernet.generate_key().decode()
    write_database(home, key=key, with_key_inside=True)
    assert "make setup" in str(key_problem())

    changed = provide_key()

    assert "taken out" in changed[0]
    assert key_file().read_text().strip() == key
    assert key.encode() not in (home / "prefect.db").read_bytes()


def test_a_key_that_others_can_read_is_told_of(home: Path) -> None:
    provide_key()
    key_file().chmod(0o644)

    assert "chmod 600" in str(key_problem())


def test_a_key_of_other_blocks_is_told_of(home: Path) -> None:
    provide_key()
    write_database(home, key=Fernet.generate_key().decode())

    assert "belongs to others" in str(key_problem())


def test_a_key_that_the_owner_hands_over_is_used_instead(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, Fernet.generate_key().decode())

    assert provide_key() == []
    assert not key_file().exists()
