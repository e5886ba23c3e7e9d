"""`python -m tests.campaigns.sprint --films 10`: the Monday sprint in a whole studio, played by an owner who only edits pages.

A studio is started as `make studio` does; its vendors and its Notion are emulated. It alone listens to the desk, begins films and
shows what is true. At the end: how long each step took, what was paid, and which laws were broken.
"""

# ruff: noqa: PLC0415 -- Prefect reads its settings when it is imported

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import pytest_configure

if TYPE_CHECKING:
    from blocks.results.table import ResultsTable
    from tests.flows.desk_owner import Owner
    from tests.flows.paid_studio import Vendors

CHANNELS = ("north", "east", "south")
TOKEN = "ntn_token-of-the-campaign-77c1"
"""Of Notion's integration; nothing else knows it."""
PATIENCE_S = 3600
LOOK_EVERY_S = 1.0
MOST = 10


@dataclass
class Town:
    """A studio at work, its owner, and whom it pays."""

    owner: Owner
    vendors: Vendors
    results: ResultsTable
    folder: Path


@contextmanager
def town_at_work() -> Iterator[Town]:
    """Open a studio with a desk and some channels, all gates manual."""
    from prefect.deployments import run_deployment
    from pydantic import SecretStr

    from blocks.domain.gates import Gate, GateMode
    from blocks.providers.notion.account import NotionCredentials
    from blocks.providers.notion.desk import NotionDesk
    from blocks.providers.offline import OfflinePlanner
    from blocks.results import embedded
    from blocks.results.database import EmbeddedPostgres, forget_engine
    from blocks.results.table import ResultsTable
    from blocks.storage import LocalStorage
    from tests.deployments.studio_at_work import free_port, studio_at_work
    from tests.emulators.notion import served
    from tests.flows.desk_owner import Owner
    from tests.flows.paid_studio import all_vendors, paid_channel

    folder = Path(tempfile.mkdtemp(prefix="sprint-"))
    folder.chmod(0o755)
    database = EmbeddedPostgres(folder=folder / "studio/postgres")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stack.callback(embedded.stop, folder / "studio/postgres")
        stack.callback(forget_engine, database)
        vendors, notion = stack.enter_context(all_vendors()), stack.enter_context(served(token=TOKEN))
        stack.enter_context(studio_at_work(folder, free_port()))
        gates = dict.fromkeys((Gate.ASSETS, Gate.CLIPS, Gate.AUDIO, Gate.FINAL), GateMode.MANUAL)
        settings = {"gates": gates, "planner": OfflinePlanner(), "rate": "8", "target_seconds": 10}
        for name in CHANNELS:
            paid_channel(vendors, folder, name=name, **settings).save(name)
        owner = Owner(notion)
        credentials = NotionCredentials(token=SecretStr(TOKEN), base_url=notion.url)
        NotionDesk(credentials=credentials, data_source_id=owner.source.id).save("default")
        run_deployment("sync-desk/studio", timeout=0)  # its schedule would do so within five minutes
        results = ResultsTable(database=database, storage=LocalStorage(folder=folder / "studio/products"))
        yield Town(owner, vendors, results, folder)


def broken_laws(town: Town) -> list[str]:
    """Hold the laws against the desk, the books of both sides, and what is left."""
    from sqlalchemy import text

    from blocks.domain.request import VideoName
    from blocks.receiver import RECEIVER_BLOCK, Receiver
    from blocks.results import queries
    from blocks.results.database import EmbeddedPostgres
    from tests.flows.desk_owner import misfits
    from tests.flows.leaks import database_rows, files_below, found_in, rows_of
    from tests.flows.paid_studio import KEYS

    with town.results.open() as session:
        films = [
            VideoName(channel=channel, slug=slug) for channel, slug in session.execute(text("SELECT channel, slug FROM videos"))
        ]
        receipts = [one for film in films for one in queries.receipts_of(session, film)]
    paid = sum((one.cost_usd or Decimal(0) for one in receipts), Decimal(0))
    receiver = Receiver.load(RECEIVER_BLOCK)
    signatures = {job.signature for job in town.vendors.kie.jobs.values()}
    keys = (receiver.link_key.get_secret_value(), receiver.notion_header_secret.get_secret_value())
    secrets = {secret.encode() for secret in (TOKEN, *keys, *KEYS.values(), *signatures)}
    home = town.folder / "studio"
    left = {name: content for name, content in files_below(town.folder).items() if not name.startswith(f"{home}/postgres/")}
    prefect = EmbeddedPostgres(folder=home / "postgres", name="prefect")
    left |= database_rows(town.results) | {f"Prefect's {name}": content for name, content in rows_of(prefect).items()}
    broken = [f"a secret in {place}" for place in found_in(secrets, left)] + misfits(town.owner.notion)
    if paid != town.vendors.total_usd:
        broken.append(f"receipts say {paid} USD, the vendors {town.vendors.total_usd}")
    return broken


def play(town: Town, films: int) -> list[str]:
    """Play the sprint and print how long its steps took; gives the laws that were broken."""
    from tests.flows.desk_sprint import Sprint

    sprint = Sprint(town.owner, CHANNELS, films, lambda: time.sleep(LOOK_EVERY_S), PATIENCE_S)
    began = time.monotonic()
    sprint.plan()
    town.owner.notion.books.wait_for("query", 3, PATIENCE_S)  # the studio has seen the drafts
    broken = [f"{town.vendors.total_usd} USD were spent on drafts"] if town.vendors.total_usd else []
    for step in sprint.steps:
        step()
        for what, seconds in sprint.took_s.items():
            sys.stdout.write(f"{seconds:8.1f} s  {what}\n")
        sys.stdout.flush()
        sprint.took_s.clear()
    asked = sum(town.owner.notion.books.by_endpoint().values())
    most = town.owner.notion.most_in_a_second()
    sys.stdout.write(f"{time.monotonic() - began:8.1f} s  {films} films, from the first draft to the last one published\n")
    sys.stdout.write(f"{town.vendors.total_usd} USD billed; {asked} requests to Notion, at most {most} within a second\n")
    return broken + broken_laws(town)


def main() -> None:
    """Play it and print how it went; ends with 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.sprint", description=__doc__)
    parser.add_argument("--films", type=int, default=MOST, choices=range(3, MOST + 1), help="how many ideas are queued")
    given = parser.parse_args()
    pytest_configure()
    with town_at_work() as town:
        broken = play(town, given.films)
    sys.stdout.write(f"laws broken: {', '.join(broken) or 'none'}\n")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
