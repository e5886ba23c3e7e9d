"""The key that Prefect encrypts saved blocks with: a file beside its database, never inside it.

Prefect's server reads the key from its environment alone (`prefect.server.utilities.encryption`, 3.8.8); without one it makes
a key and keeps it in the very database that it encrypts. `logging.yml` is what every process of Prefect reads in this folder
before it does anything, so that is where the key is handed over, whoever starts the server.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from prefect.settings import get_current_settings

from blocks.errors import SetupError
from blocks.results.file_locks import hold

VARIABLE = "PREFECT_SERVER_ENCRYPTION_KEY"
_MINE = (
    "put the file back from your backup; without it, delete the file prefect.db beside it, run `make setup`, save the blocks anew"
)


class KeyOfBlocks(logging.Filter):
    """Gives the server its key; as a filter it lets everything pass, and no handler uses it."""

    def __init__(self) -> None:
        super().__init__()
        file = key_file()
        if VARIABLE not in os.environ and file.is_file():
            os.environ[VARIABLE] = file.read_text().strip()


def key_file() -> Path:
    """Give the place of the key: beside Prefect's own database."""
    return get_current_settings().home.expanduser() / "blocks.key"


def is_given() -> bool:
    """Tell whether the owner hands the key over in the environment instead, as containers do; then the file is not used."""
    given = os.environ.get(VARIABLE)
    return given is not None and not (key_file().is_file() and key_file().read_text().strip() == given)


def provide_key() -> list[str]:
    """Make the key, once; call this before the first server is started. One that lay in the database is taken out of it.

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
        changed = [] if file.is_file() else _make(file)
    problem = key_problem()
    if problem is not None:
        raise SetupError(problem)
    os.environ[VARIABLE] = file.read_text().strip()
    return changed


def key_problem() -> str | None:
    """Say what is wrong with the key, and what mends it; None when nothing is, or when the key is not ours to keep."""
    if is_given():
        return None
    file, database = key_file(), _database()
    if not file.is_file():
        return None if database is None else _missing(file, database)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return f"the key of the saved blocks, {file}, can be read by other accounts of this machine: `chmod 600 {file}`"
    if database is not None and not _opens(database, file.read_text().strip()):
        return f"the saved blocks cannot be read with the key in {file}: it belongs to others; {_MINE}"
    return None


def _missing(file: Path, database: Path) -> str | None:
    if _key_in(database) is not None:
        return "the key of the saved blocks lies in the database that it encrypts: stop the studio, then `make setup`"
    if not _blocks_in(database):
        return None
    return f"the key of the saved blocks, {file}, is gone, and no new one is made while blocks need the old one: {_MINE}"


def _make(file: Path) -> list[str]:
    database = _database()
    old = None if database is None else _key_in(database)
    if old is None and database is not None and _blocks_in(database):
        raise SetupError(key_problem() or "the key of the saved blocks is gone")
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


def _database() -> Path | None:
    """Find Prefect's database when it is a file of this machine that is there."""
    configured = get_current_settings().server.database.connection_url
    url = f"sqlite:///{key_file().parent / 'prefect.db'}" if configured is None else configured.get_secret_value()
    scheme, _, path = url.partition(":///")
    if not scheme.startswith("sqlite"):
        return None
    file = Path(path.partition("?")[0])
    return file if file.is_file() else None


@contextmanager
def _open(database: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)) as connection:
        yield connection


def _rows(database: Path, query: str) -> list[str]:
    with _open(database) as connection:
        try:
            return [row[0] for row in connection.execute(query)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # a server began to make it, and was killed
                return []
            raise SetupError(f"Prefect's database {database} cannot be read: {error}; see who uses it, and try again") from error


def _blocks_in(database: Path) -> bool:
    return bool(_rows(database, "SELECT id FROM block_document LIMIT 1"))


def _key_in(database: Path) -> str | None:
    found = _rows(database, "SELECT value FROM configuration WHERE key = 'ENCRYPTION_KEY'")
    return str(json.loads(found[0])["fernet_key"]) if found else None


def _forget_key(database: Path) -> None:
    with _open(database, "rw") as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM configuration WHERE key = 'ENCRYPTION_KEY'")
        connection.commit()


def _opens(database: Path, key: str) -> bool:
    try:
        lock = Fernet(key.encode())
        for data in _rows(database, "SELECT data FROM block_document ORDER BY updated DESC LIMIT 3"):
            lock.decrypt(json.loads(data).encode())
    except (InvalidToken, ValueError):
        return False
    return True
