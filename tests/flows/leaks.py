"""Looking for secrets in everything that making films leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.client.orchestration import get_client
from sqlalchemy import text

from blocks.results.database import Database, transaction
from blocks.results.table import ResultsTable
from tests.flows.paid_line import PaidLine
from tests.flows.paid_studio import KEYS

_PAGE = 200
"""The most that Prefect's server gives at once."""


def secrets_of(line: PaidLine) -> set[bytes]:
    """List what must be found nowhere: the keys, and the signatures in the addresses of results."""
    signatures = {job.signature for job in line.vendors.kie.jobs.values()}
    return {secret.encode() for secret in (*KEYS.values(), *signatures)}


def found_in(secrets: set[bytes], places: dict[str, bytes]) -> list[str]:
    """Name the places that hold a secret."""
    return sorted(name for name, content in places.items() if any(secret in content for secret in secrets))


def database_rows(results: ResultsTable) -> dict[str, bytes]:
    """Give every table of the results database as text, and what is stored in it as bytes as those bytes."""
    places = rows_of(results.database)
    with results.open() as session:
        places["memory"] = b"\n".join(session.scalars(text("SELECT body FROM memory")).all())
    return places


def rows_of(database: Database) -> dict[str, bytes]:
    """Give every table of a database as text."""
    with transaction(database) as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {
            f"table {table}": "\n".join(session.scalars(text(f'SELECT "{table}"::text FROM "{table}"')).all()).encode()
            for table in tables
        }


def files_below(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder: products, workspaces, films, logs."""
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def told_by_prefect() -> dict[str, bytes]:
    """Give what Prefect's server tells everybody: logs, artifacts, runs, and blocks without their secrets."""
    places: dict[str, bytes] = {}
    async with get_client() as client:
        for kind in ("logs", "artifacts", "flow_runs", "task_runs", "block_documents"):
            offset = 0
            while True:
                reply = await client.request("POST", f"/{kind}/filter", json={"limit": _PAGE, "offset": offset})
                places[f"{kind} from {offset}"] = reply.content
                if len(reply.json()) < _PAGE:
                    break
                offset += _PAGE
    return places


@contextmanager
def watching_command_lines(pace_s: float = 0.1) -> Iterator[set[bytes]]:
    """Collect the command lines of everything that runs on this machine meanwhile."""
    seen: set[bytes] = set()
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(pace_s):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(file.read_bytes())
                except OSError:
                    continue  # it has ended meanwhile

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join(timeout=10)
