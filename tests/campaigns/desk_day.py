"""`python -m tests.campaigns.desk_day`: a simulated day of an owner and a studio who change films at random, seen on their pages.

Everything is started here and gone afterwards: PostgreSQL, Prefect's server, and an emulated Notion that is away for an hour.
At the end: what was done, what went wrong on the way, and which laws were broken. A day of 500 pages takes a quarter of an hour.
"""

# ruff: noqa: PLC0415 -- Prefect reads its settings when it is imported

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import pytest_configure

if TYPE_CHECKING:
    from tests.flows.day_account import Account, Size
    from tests.tasks.films_at_work import Films


@contextmanager
def studio_at_home() -> Iterator[Films]:
    """Start a results table and Prefect's server, both empty, and make the deployment of films."""
    from prefect.context import _temporary_global_settings_context, get_settings_context
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL, temporary_settings

    from blocks.results import embedded
    from blocks.results.database import EmbeddedPostgres, embedded_address, forget_engine
    from blocks.results.table import ResultsTable
    from blocks.storage import LocalStorage
    from tests.tasks.films_at_work import films_at_work

    folder = Path(tempfile.mkdtemp(prefix="desk-day-"))
    folder.chmod(0o755)
    database = EmbeddedPostgres(folder=folder / "postgres")
    results = ResultsTable(database=database, storage=LocalStorage(folder=folder / "products"))
    results.migrate()
    address = embedded_address(EmbeddedPostgres(folder=folder / "postgres", name="prefect"), "asyncpg")
    with temporary_settings(updates={PREFECT_SERVER_DATABASE_CONNECTION_URL: address}):
        server = SubprocessASGIServer()
        server.start(timeout=120)
    try:
        with (
            temporary_settings(updates={PREFECT_API_URL: server.api_url}),
            _temporary_global_settings_context(get_settings_context()),
            films_at_work(results, folder) as films,
        ):
            yield films
    finally:
        server.stop()
        forget_engine(database)
        embedded.stop(folder / "postgres")
        shutil.rmtree(folder)


def report(size: Size, account: Account, took_s: float) -> str:
    """Lay out what happened."""
    heard = account.heard_after_s
    rows = {
        "pages, virtual hours, seed": f"{size.pages}, {size.hours:g}, {size.seed}",
        "edits of the owner": _counted(account.owner),
        "changes of the studio": _counted(account.studio),
        "what became of the owner's words": _counted(account.outcomes),
        "a word was heard after, s": f"median {_share(heard, 0.5):.1f}, 99 % within {_share(heard, 0.99):.1f}",
        "requests": _counted(account.requests),
        "faults on the way": _counted(account.faults),
        "deaths of the listener": str(account.deaths),
        "done words that were refused again after a death": str(account.repeated),
        "most requests in a second": str(account.most_in_a_second),
        "crossings in the window that Notion leaves open": _counted(account.crossings),
        "pages changed while Notion was away": f"{account.changed_while_away} (edits {account.said_while_away}, "
        f"changes of the studio {account.moved_while_away})",
        "all of them right after, s": "never" if account.right_after_s is None else f"{account.right_after_s:.1f}",
        "laws broken": str(len(account.broken)),
        "took, real s": f"{took_s:.0f}",
    }
    table = ["| what | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows.items())]
    return "\n".join([*table, *(f"BROKEN: {line}" for line in account.broken)])


def _counted(counted: Counter[str]) -> str:
    parts = ", ".join(f"{name} {count}" for name, count in counted.most_common())
    return f"{sum(counted.values())}" + (f": {parts}" if parts else "")


def _share(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


def tell(line: str) -> None:
    """Say how far the day is."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    """Live through a day and print what happened; ends with 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.desk_day", description=__doc__)
    parser.add_argument("--pages", type=int, default=500, help="films that are asked for in that day")
    parser.add_argument("--hours", type=float, default=24.0, help="virtual hours")
    parser.add_argument("--seed", type=int, default=1, help="fixes what happens when")
    parser.add_argument("--speed", type=float, default=1.0, help="time that things take; below 1 is faster")
    given = parser.parse_args()
    pytest_configure()
    os.environ.update(PREFECT_LOGGING_LEVEL="ERROR", PREFECT_LOGGING_TO_API_ENABLED="false")
    from tests.flows.day_account import Size
    from tests.flows.notion_day import live_through

    away_hours = min(1.0, given.hours / 6)
    size = Size(given.pages, given.hours, given.seed, given.speed, away_from_hour=given.hours * 0.4, away_hours=away_hours)
    started = time.monotonic()
    with studio_at_home() as films:
        account = live_through(size, films, tell)
        sys.stdout.write(f"{report(size, account, time.monotonic() - started)}\n")
        sys.stdout.flush()
    sys.exit(bool(account.broken))


if __name__ == "__main__":
    main()
