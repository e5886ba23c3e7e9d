"""`python -m tests.campaigns.kills`: kill every part of a studio at work, in every stage of a film, and see it go on by itself.

The vendors are emulated and live on. A server or a studio that was killed is started again, as its owner would; everything else
is the studio's own business. For each kill: when the film reached its next stage and its end, what was paid, and which laws were
broken. It takes most of an hour; name victims and places to try only these.
"""

# ruff: noqa: PLC0415 -- Prefect reads its settings when it is imported

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tests.conftest import pytest_configure

if TYPE_CHECKING:
    import psutil

    from blocks.domain.request import VideoName, VideoRequest
    from blocks.results.table import ResultsTable
    from blocks.results.values import Film
    from tests.deployments.studio_at_work import StudioAtWork
    from tests.flows.paid_studio import Vendors

VICTIMS = ("flow", "worker", "worker and flow", "server", "database", "everything")
PLACES = ("pictures", "clips", "waiting for a retry", "sound", "assembling", "at a gate")
NOBODY = ("flow", "at a gate")
"""A film that waits there has no process."""
LIMIT_S = 900
RETRY_S = 45
"""How long an item waits for its next try where the kill comes into that wait."""


@dataclass
class Outcome:
    """What became of one film."""

    victim: str
    place: str
    went_on_s: float
    finished_s: float
    receipts: int
    paid_usd: Decimal
    billed_usd: Decimal
    possibly_usd: Decimal
    broken: list[str] = field(default_factory=list)


class Town:
    """One studio, the vendors, and what a hand from outside can do to them."""

    def __init__(self, folder: Path, port: int, vendors: Vendors) -> None:
        self.folder, self.port, self.vendors = folder, port, vendors
        self._life = ExitStack()
        self.studio: StudioAtWork = self._open()

    def _open(self) -> StudioAtWork:
        from tests.deployments.studio_at_work import studio_at_work

        return self._life.enter_context(studio_at_work(self.folder, self.port))

    def reopen(self) -> None:
        """Start a studio that ended, as its owner would."""
        self._life.close()
        self.studio = self._open()

    def close(self) -> None:
        self._life.close()

    @property
    def results(self) -> ResultsTable:
        from blocks.results.database import EmbeddedPostgres
        from blocks.results.table import ResultsTable
        from blocks.storage import LocalStorage

        home = self.folder / "studio"
        return ResultsTable(database=EmbeddedPostgres(folder=home / "postgres"), storage=LocalStorage(folder=home / "products"))

    def film(self, video: VideoName) -> Film:
        """Look at a film, as soon as the database answers."""
        from sqlalchemy.exc import SQLAlchemyError

        from blocks.errors import StudioError
        from blocks.results import queries
        from blocks.results.database import forget_engine

        deadline = time.monotonic() + LIMIT_S
        while True:
            try:
                with self.results.open() as session:
                    return queries.film(session, video)
            except (SQLAlchemyError, StudioError):
                if time.monotonic() > deadline:
                    raise
                forget_engine(self.results.database)
                time.sleep(0.3)

    def wait(self, video: VideoName, arrived: Callable[[Film], bool]) -> Film:
        """Wait until a film is as it should be."""
        deadline = time.monotonic() + LIMIT_S
        while not arrived(film := self.film(video)):
            if time.monotonic() > deadline or film.status.is_error:
                raise AssertionError(f"{video} is at {film.status}, {film.progress!r}:\n{self.studio.said}")
            time.sleep(0.1)
        return film

    def rest(self) -> None:
        """Wait until no run is under way: one that is suspended takes a moment to end its process."""
        deadline = time.monotonic() + LIMIT_S
        while self._flows():
            if time.monotonic() > deadline:
                raise AssertionError(f"runs do not end:\n{self.studio.said}")
            time.sleep(0.3)

    def kill(self, victim: str) -> None:
        """Kill a part of the studio, and start again what only its owner can."""
        doomed = {
            "flow": self._flows,
            "worker": self._workers,
            "worker and flow": lambda: [*self._flows(), *self._workers()],
            "server": self._servers,
            "database": self._databases,
            "everything": lambda: [*self._databases(), *self.studio.family()],
        }[victim]()
        if not doomed:
            raise AssertionError(f"there is no {victim} to kill")
        if victim == "everything":
            self.studio.process.kill()
        for one in doomed:
            if one.is_running():
                one.kill()
        if victim in {"server", "everything"}:
            self.studio.process.wait(120)
            self.reopen()

    def _flows(self) -> list[psutil.Process]:
        runs = [one for worker in self._workers() for one in worker.children(recursive=True)]
        return [one for one in runs if "ffmpeg" not in one.name()]

    def _workers(self) -> list[psutil.Process]:
        return self._commanded("prefect", "worker", "start")

    def _servers(self) -> list[psutil.Process]:
        servers = self._commanded("prefect", "server", "start")
        return [*servers, *(one for server in servers for one in server.children(recursive=True))]

    def _databases(self) -> list[psutil.Process]:
        import psutil

        number = (self.folder / "studio/postgres/cluster/postmaster.pid").read_text().split()[0]
        return [psutil.Process(int(number))]

    def _commanded(self, *words: str) -> list[psutil.Process]:
        """List the programs with such words on their command line; not those that hold their leash."""
        import psutil

        found = []
        for one in self.studio.family():
            with suppress(psutil.NoSuchProcess):  # it has just ended
                line = " ".join(one.cmdline())
                if " ".join(words) in line and "deployments.leash" not in line:
                    found.append(one)
        return found


def play(town: Town, victim: str, place: str, number: int) -> Outcome:
    """Make one film and kill something on its way."""
    from blocks.domain.gates import Gate, GateMode
    from blocks.domain.request import VideoName, VideoRequest
    from blocks.domain.status import LINE, Status
    from tests.emulators import faults
    from tests.flows.paid_line import brief_board

    statuses = {
        "pictures": Status.GENERATING_ASSETS,
        "clips": Status.GENERATING_VIDEO,
        "waiting for a retry": Status.GENERATING_VIDEO,
        "sound": Status.GENERATING_AUDIO,
        "assembling": Status.ASSEMBLING,
        "at a gate": Status.VIDEO_READY,
    }
    is_at_gate, retries = place == "at a gate", place == "waiting for a retry"
    modes = dict.fromkeys(Gate, GateMode.AUTO) | ({Gate.CLIPS: GateMode.MANUAL} if is_at_gate else {})
    board = brief_board(f"Film {number}", place=f"Taghaza-{number}")
    request = VideoRequest(storyboard=board, slug=f"film-{number}", gates=modes)
    video = VideoName(channel="paid", slug=f"film-{number}")
    before = town.vendors.total_usd
    if retries:
        town.vendors.kie.faults.always("createTask", faults.OVERLOADED)
    run = _start(town, request)
    town.wait(video, lambda film: film.status is statuses[place] and (not retries or "next" in film.progress))
    town.vendors.kie.faults.always("createTask", None)
    if is_at_gate:
        town.studio.settle(run)
        town.rest()
    started = time.monotonic()
    town.kill(victim)
    if is_at_gate:
        _approve(town, video)
    later = LINE[LINE.index(statuses[place]) + 1 :]
    town.wait(video, lambda film: film.status in later)
    went_on_s = time.monotonic() - started
    town.wait(video, lambda film: film.status is Status.PUBLISHED)
    return _account(town, video, Outcome(victim, place, went_on_s, time.monotonic() - started, 0, *[Decimal(0)] * 3), before)


def _start(town: Town, request: VideoRequest) -> UUID:
    from prefect.client.orchestration import get_client

    asked = {"request": request.model_dump(mode="json"), "channel": "paid"}
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("produce-video/studio")
        return town.studio.when_it_answers(lambda: client.create_flow_run_from_deployment(deployment.id, parameters=asked).id)


def _approve(town: Town, video: VideoName) -> None:
    from prefect.client.orchestration import get_client

    from blocks.results import verdicts

    town.film(video)  # as soon as the database answers
    with town.results.open() as session:
        wait = verdicts.find_wait(session, video)
    if wait is None:
        raise AssertionError(f"{video} waits no more")
    run = UUID(wait.run)

    def approve() -> UUID:
        with get_client(sync_client=True) as client:
            client.resume_flow_run(run, run_input={"decision": "approve", "who": "the campaign"})
        return run

    town.studio.when_it_answers(approve)


def _account(town: Town, video: VideoName, outcome: Outcome, before: Decimal) -> Outcome:
    """Hold the laws against the books of both sides."""
    from blocks.domain.money import PurchaseState
    from blocks.results import purchases, queries
    from tests.flows.paid_line import PAID_CALLS

    with town.results.open() as session:
        receipts = queries.receipts_of(session, video)
        doubtful = purchases.in_states(session, [PurchaseState.POSSIBLY_PAID], video)
        open_ends = purchases.in_states(session, [PurchaseState.BEGUN, PurchaseState.PARKED], video)
    outcome.receipts = len(receipts)
    outcome.paid_usd = sum((one.cost_usd or Decimal(0) for one in receipts), Decimal(0))
    outcome.billed_usd = town.vendors.total_usd - before
    outcome.possibly_usd = sum((one.estimate_usd or Decimal(0) for one in doubtful), Decimal(0))
    if len(receipts) != sum(PAID_CALLS.values()):
        outcome.broken.append(f"{len(receipts)} receipts instead of {sum(PAID_CALLS.values())}")
    if twice := [key for key, count in Counter(one.key for one in receipts).items() if count > 1]:
        outcome.broken.append(f"{len(twice)} products paid for twice")
    if open_ends:
        outcome.broken.append(f"{len(open_ends)} purchases without an end")
    if not outcome.paid_usd <= outcome.billed_usd <= outcome.paid_usd + outcome.possibly_usd * Decimal("1.05"):
        outcome.broken.append("the books differ by more than what is possibly paid")
    return outcome


def report(outcomes: list[Outcome]) -> str:
    """Lay the outcomes out as a table."""
    words = ("killed", "while", "next stage after, s", "finished after, s", "receipts", "USD by receipts", "possibly paid")
    head = f"| {' | '.join(words)} | vendors' books | laws broken |"
    rows = [
        f"| {one.victim} | {one.place} | {one.went_on_s:.0f} | {one.finished_s:.0f} | {one.receipts} | {one.paid_usd:.4f} "
        f"| {one.possibly_usd:.4f} | {one.billed_usd:.4f} | {', '.join(one.broken) or 'none'} |"
        for one in outcomes
    ]
    return "\n".join([head, "| --- | --- | --: | --: | --: | --: | --: | --: | --- |", *rows])


@contextmanager
def town_at_work() -> Iterator[Town]:
    """Open a studio whose channel buys from emulated vendors."""
    from blocks.results import embedded
    from blocks.results.database import forget_engine
    from tests.deployments.studio_at_work import free_port
    from tests.flows.paid_studio import all_vendors, paid_channel

    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    folder.chmod(0o755)
    with all_vendors() as vendors:
        town = Town(folder, free_port(), vendors)
        try:
            paid_channel(vendors, folder, rate="8", retry_waits_s=(RETRY_S,) * 4).save("paid")
            yield town
        finally:
            town.close()
            forget_engine(town.results.database)
            embedded.stop(folder / "studio/postgres")
            shutil.rmtree(folder)


def main() -> None:
    """Kill what was named, or everything, and print what became of the films; ends with 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.kills", description=__doc__)
    parser.add_argument("--victim", action="append", choices=VICTIMS, help="kill only this; may be given again")
    parser.add_argument("--place", action="append", choices=PLACES, help="kill only here; may be given again")
    given = parser.parse_args()
    pytest_configure()
    outcomes = []
    with town_at_work() as town:
        for victim in given.victim or VICTIMS:
            for place in given.place or PLACES:
                if (victim, place) == NOBODY:
                    continue
                outcomes.append(play(town, victim, place, len(outcomes) + 1))
                sys.stdout.write(f"{report(outcomes[-1:]).splitlines()[-1]}\n")
                sys.stdout.flush()
    sys.stdout.write(f"\n{report(outcomes)}\n")
    sys.exit(any(one.broken for one in outcomes))


if __name__ == "__main__":
    main()
