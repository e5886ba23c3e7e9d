"""What becomes of the key of the saved blocks: made once, tried on the blocks, taken out of their database."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from prefect.settings import get_current_settings
from sqlalchemy import text

from blocks.errors import SetupError
from blocks.results.database import EmbeddedPostgres, engine_of, told
from blocks.results.file_locks import hold
from deployments.key_file import VARIABLE, is_given, key_file

_MINE = (
    "put the file back from your backup; without it, `python -m deployments setup --forget-blocks`, then save your blocks anew"
)
_BLOCKS = "block_document"
_SETTINGS = "configuration"


def provide_key(database: EmbeddedPostgres | None) -> list[str]:
    """Make the key, once; call this before the first server is started. One that lay in the database is taken out of it.

    Args:
        database: Prefect's database when it is the studio's own; blocks that are kept elsewhere are not looked at.

    Returns:
        a line for what was changed.

    Raises:
        SetupError: the key is gone, or another one, while there are blocks that were encrypted with it.
    """
    if is_given() or get_current_settings().api.url is not None:
        return []
    file = key_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold(file.with_suffix(".lock")):
        changed = [] if file.is_file() else _make(file, database)
    problem = key_problem(database)
    if problem is not None:
        raise SetupError(problem)
    os.environ[VARIABLE] = file.read_text().strip()
    return changed


def key_problem(database: EmbeddedPostgres | None) -> str | None:
    """Say what is wrong with the key, and what mends it; None when nothing is, or when the key is not ours to keep."""
    if is_given():
        return None
    file = key_file()
    if not file.is_file():
        return None if database is None else _missing(file, database)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return f"the key of the saved blocks, {file}, can be read by other accounts of this machine: `chmod 600 {file}`"
    if database is not None and not _opens(database, file.read_text().strip()):
        return f"the saved blocks cannot be read with the key in {file}: it belongs to others; {_MINE}"
    return None


def forget_blocks(database: EmbeddedPostgres | None) -> list[str]:
    """Delete all saved blocks if their key is lost; does nothing while they can be read.

    Returns:
        a line for what was changed.

    Raises:
        SetupError: a server is at work, or Prefect's database is not the studio's own.
    """
    if database is None or get_current_settings().api.url is not None:
        raise SetupError("blocks are forgotten only where nothing runs: stop the studio, unset PREFECT_API_URL, and try again")
    file = key_file()
    if _key_in(database) is not None or (file.is_file() and _opens(database, file.read_text().strip())):
        return []
    if not _blocks_in(database):
        return []
    with told(database), engine_of(database).begin() as connection:
        count = connection.execute(text("DELETE FROM block_document")).rowcount
    return [f"saved blocks: {count} forgotten, their key is lost"]


def _missing(file: Path, database: EmbeddedPostgres) -> str | None:
    if _key_in(database) is not None:
        return "the key of the saved blocks lies in the database that it encrypts: stop the studio, then `make setup`"
    if not _blocks_in(database):
        return None
    return f"the key of the saved blocks, {file}, is gone, and no new one is made while blocks need the old one: {_MINE}"


def _make(file: Path, database: EmbeddedPostgres | None) -> list[str]:
    old = None if database is None else _key_in(database)
    if old is None and database is not None and _blocks_in(database):
        raise SetupError(key_problem(database) or "the key of the saved blocks is gone")
    aside = file.with_suffix(f".{os.getpid()}")
    with open(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as written:  # noqa: PTH123 -- never wider than 0600
        written.write(f"{old or Fernet.generate_key().decode()}\n")
        written.flush()
        os.fsync(written.fileno())
    aside.replace(file)
    if old is not None and database is not None:
        _forget_key(database)
    came = "made" if old is None else "taken out of the database"
    return [f"key of the saved blocks: {came}, in {file}; put it into your backup: without it no saved block can be read"]


def _rows(database: EmbeddedPostgres, table: str, query: str) -> list[object]:
    """Ask for one column; nothing comes while the server has not made the table yet."""
    with told(database), engine_of(database).connect() as connection:
        if connection.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is None:
            return []
        return list(connection.scalars(text(query)))


def _blocks_in(database: EmbeddedPostgres) -> bool:
    return bool(_rows(database, _BLOCKS, "SELECT id FROM block_document LIMIT 1"))


def _key_in(database: EmbeddedPostgres) -> str | None:
    found = _rows(database, _SETTINGS, "SELECT value ->> 'fernet_key' FROM configuration WHERE key = 'ENCRYPTION_KEY'")
    return str(found[0]) if found else None


def _forget_key(database: EmbeddedPostgres) -> None:
    """Delete the key, and write its table anew: a deleted row stays in the table's file."""
    with told(database), engine_of(database).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DELETE FROM configuration WHERE key = 'ENCRYPTION_KEY'"))
        connection.execute(text("VACUUM FULL configuration"))


def _opens(database: EmbeddedPostgres, key: str) -> bool:
    try:
        lock = Fernet(key.encode())
        for secret in _rows(database, _BLOCKS, "SELECT data #>> '{}' FROM block_document ORDER BY updated DESC LIMIT 3"):
            lock.decrypt(str(secret).encode())
    except (InvalidToken, ValueError):
        return False
    return True
