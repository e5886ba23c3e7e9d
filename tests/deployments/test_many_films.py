"""Ten films of three channels at once, while vendors fail, one worker is killed and another comes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import psutil
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.deployments import run_deployment
from sqlalchemy import select

from blocks.domain.gates import Gate, GateMode
from blocks.domain.money import PurchaseState
from blocks.domain.orders import Order
from blocks.domain.priority import Priority
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Status
from blocks.results import embedded, purchases, queries
from blocks.results.database import EmbeddedPostgres, forget_engine
from blocks.results.table import ResultsTable
from blocks.results.tables import VideoRow
from blocks.storage import LocalStorage
from tests.deployments.studio_at_work import StudioAtWork, free_port, studio_at_work
from tests.emulators import faults
from tests.flows.paid_line import brief_board
from tests.flows.paid_studio import Vendors, all_vendors, paid_channel
from tests.flows.small_film import ROOT

pytestmark = pytest.mark.acceptance

CHANNELS = {"north": 4, "east": 3, "south": 3}
"""Films that each channel wants."""
CLIPS = 2
"""Of each film."""
PLACES = {"gemini": 4, "kling": 2, "elevenlabs": 2}
AT_ONCE = 2
"""Films that each channel may have at work at once."""
RATES = {faults.RATE_LIMITED: 0.04, faults.OVERLOADED: 0.04, faults.BROKEN: 0.04, faults.RESET: 0.03}
"""Of the vendors' answers; none of these bills anything."""
LIMIT_S = 1500


@dataclass
class Crowd:
    """A studio with many films, and the books of both sides."""

    studio: StudioAtWork
    vendors: Vendors
    results: ResultsTable
    first: list[str] = field(default_factory=list)
    """The films that were begun first, in order; a film whose run died counts as begun when it is begun again."""

    def statuses(self) -> Counter[Status]:
        """Count the films by status."""
        with self.results.open() as session:
            return Counter(Status(status) for status in session.scalars(select(VideoRow.status)))

    def wait_until(self, arrived: object) -> None:
        """Wait until the films are as they should be."""
        deadline = time.monotonic() + LIMIT_S
        while not arrived(self.statuses()):
            assert time.monotonic() < deadline, f"{self.statuses()}\n{self.studio.said}"
            time.sleep(1)

    def begun(self) -> list[str]:
        """List the films in the order in which they were begun."""
        with self.results.open() as session:
            rows = session.execute(select(VideoRow.channel, VideoRow.slug).order_by(VideoRow.dispatched_at))
            return [f"{channel}/{slug}" for channel, slug in rows]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    folder = Path(tempfile.mkdtemp(prefix="studio-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stack.callback(embedded.stop, folder / "studio/postgres")
        studio = stack.enter_context(studio_at_work(folder, free_port()))
        vendors = stack.enter_context(all_vendors(11, RATES))
        database = EmbeddedPostgres(folder=folder / "studio/postgres")
        stack.callback(forget_engine, database)
        results = ResultsTable(database=database, storage=LocalStorage(folder=folder / "studio/products"))
        for name in CHANNELS:
            settings = {"max_concurrent_videos": AT_ONCE, "rate": "8", "retry_waits_s": (1,) * 6}
            paid_channel(vendors, folder, **settings).save(name)
        _widen(PLACES)
        yield Crowd(studio, vendors, results)


def _widen(places: dict[str, int]) -> None:
    with get_client(sync_client=True) as client:
        for name, limit in places.items():
            client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(limit=limit))


def order(channel: str, number: int, priority: Priority = Priority.NORMAL) -> Order:
    """Ask for a film that shares nothing with the others."""
    board = brief_board(f"Film {number}", place=f"{channel}-{number}")
    gates = dict.fromkeys(Gate, GateMode.AUTO)
    return Order(channel=channel, request=VideoRequest(storyboard=board, priority=priority, gates=gates))


@contextmanager
def worker(studio: StudioAtWork, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Let one more worker come."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "studio", "--name", name, "--limit", "2"]
    home = {"PREFECT_API_URL": studio.api, "PREFECT_HOME": str(studio.folder / name), "PREFECT_WORKER_QUERY_SECONDS": "2"}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | home, stdout=said, stderr=said, start_new_session=True)
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """List what a worker has started."""
    return psutil.Process(process.pid).children(recursive=True)


def carries_films(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether runs of films, which take longer than others, are among it."""
    young = time.time() - 15
    return any(one.is_running() and one.create_time() < young for one in family(process))


def test_all_films_are_finished_though_a_worker_and_a_run_are_killed(crowd: Crowd) -> None:
    orders = [order(channel, number) for channel, count in CHANNELS.items() for number in range(1, count + 1)]
    with ExitStack() as stack:
        second = stack.enter_context(worker(crowd.studio, "second"))
        queued = run_deployment("queue-videos/studio", parameters={"films": [one.model_dump(mode="json") for one in orders]})
        assert queued.state is not None
        assert queued.state.is_completed(), crowd.studio.said
        crowd.wait_until(lambda statuses: statuses[Status.PUBLISHED] >= 2 and carries_films(second))
        crowd.first = crowd.begun()[: AT_ONCE * len(CHANNELS)]
        stack.enter_context(worker(crowd.studio, "third"))
        _kill(second)
        _widen({"kling": 1})
        crowd.vendors.kie.books.peak = 0
        crowd.wait_until(lambda statuses: statuses[Status.PUBLISHED] == len(orders))

    assert crowd.statuses() == {Status.PUBLISHED: len(orders)}


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker and all it had started, as when a machine goes down."""
    doomed = family(process)
    process.kill()
    for one in doomed:
        one.kill()


def test_channels_took_turns(crowd: Crowd) -> None:
    assert Counter(name.partition("/")[0] for name in crowd.first) == dict.fromkeys(CHANNELS, AT_ONCE)


def test_every_product_was_paid_for_once(crowd: Crowd) -> None:
    jobs = [charge for charge in crowd.vendors.kie.books.charges if charge.endpoint == "createTask"]
    with crowd.results.open() as session:
        films = [VideoName(channel=row.channel, slug=row.slug) for row in session.scalars(select(VideoRow))]
        receipts = [receipt for film in films for receipt in queries.receipts_of(session, film)]
        doubtful = purchases.in_states(session, [PurchaseState.POSSIBLY_PAID])
        open_ends = purchases.in_states(session, [PurchaseState.BEGUN, PurchaseState.PARKED])

    assert len(jobs) == CLIPS * sum(CHANNELS.values())
    assert max(Counter(receipt.key for receipt in receipts).values()) == 1
    assert open_ends == ()
    paid = sum((receipt.cost_usd or Decimal(0) for receipt in receipts), Decimal(0))
    at_stake = sum((one.estimate_usd or Decimal(0) for one in doubtful), Decimal(0))
    assert paid <= crowd.vendors.total_usd <= paid + at_stake * Decimal("1.05")


def test_no_lane_was_ever_wider_than_it_was(crowd: Crowd) -> None:
    assert crowd.vendors.gemini.books.peak <= PLACES["gemini"]
    assert crowd.vendors.elevenlabs.books.peak <= PLACES["elevenlabs"]
    assert crowd.vendors.kie.books.peak <= 1 + 1, "one job, and the one that was under way when the lane was made narrower"


def test_what_happened_to_each_film_is_in_its_audit(crowd: Crowd) -> None:
    with crowd.results.open() as session:
        films = [VideoName(channel=row.channel, slug=row.slug) for row in session.scalars(select(VideoRow))]
        for film in films:
            moves = queries.moves_of(session, film)
            assert [move.to for move in moves][:2] == [Status.DRAFT, Status.QUEUED]
            assert moves[-1].to is Status.PUBLISHED
