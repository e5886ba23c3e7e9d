"""A paid film whose makers are killed one after the other, each by SIGKILL, while the vendors and the books live on."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from blocks.channel import Channel
from blocks.domain.layout import seed_name
from blocks.domain.money import Purchased, PurchaseState
from blocks.domain.prompts import clip_spec
from blocks.domain.request import VideoRequest
from blocks.domain.specs import ClipSpec
from blocks.domain.stages import Step
from blocks.results import purchases, queries
from blocks.results.database import EmbeddedPostgres, forget_engine
from blocks.results.schema import migrate
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from blocks.studio import Studio, saved_names
from tasks.generation import memory_key
from tasks.lanes import LANES
from tasks.settling import Outcome, settle
from tests.emulators.kie_api import Job
from tests.flows.dying_film import STOPPED, Boundary, Errand
from tests.flows.paid_deaths import Death, Moment, Nursery, never
from tests.flows.paid_studio import Vendors, all_vendors, paid_channel
from tests.lanes import open_lanes

PLACES = 5000
"""Of each lane: the places of the dead are free only after their leases, and none of these runs shall wait for them."""
LATENCY_S = 0.1
"""How long each answer takes: long enough to die before it comes."""
JOB_S = 0.4
"""How long each clip takes."""
MOST_STOPS = 3
"""How often it is run again after a stop that it should not have come to."""


@dataclass(frozen=True)
class Kill:
    """One process that was killed."""

    kind: str
    at: datetime


@dataclass(frozen=True)
class Ending:
    """How a process ended."""

    was_killed: bool
    stopped_by: str = ""
    """Why the film stopped; empty when it is finished."""

    @property
    def is_finished(self) -> bool:
        return not (self.was_killed or self.stopped_by)


@dataclass
class Line:
    """One film, and all that its makers leave behind."""

    studio: Studio
    vendors: Vendors
    request: VideoRequest
    nursery: Nursery
    address: str
    """Where callbacks are received."""
    hints: list[str]
    """Purchases whose job a callback brought."""
    kills: list[Kill] = field(default_factory=list)
    runs: int = 0
    parked: list[Purchased] = field(default_factory=list)
    """Every purchase that waited for a person's word."""
    stops: list[str] = field(default_factory=list)
    """Why it stopped, other than that."""
    only_plans: bool = False

    def listen(self, calls_back: bool) -> None:
        """Let the next processes give KIE an address for callbacks, or none."""
        animator = self.studio.channel.clip_animator.model_copy(update={"callback_url": self.address if calls_back else ""})
        self.studio.channel.model_copy(update={"clip_animator": animator}).save(self.studio.video.channel, overwrite=True)

    def wait_for_callback(self) -> None:
        """Wait until a callback has brought a job back."""
        deadline = time.monotonic() + 60
        while not self.hints:
            assert time.monotonic() < deadline, "KIE told of no job"
            time.sleep(0.01)

    def calls(self, *endpoints: str) -> int:
        """Count the vendors' calls of some endpoints."""
        books = (self.vendors.gemini.books, self.vendors.kie.books, self.vendors.elevenlabs.books)
        counts = [book.by_endpoint() for book in books]
        return sum(count[endpoint] for count in counts for endpoint in endpoints)

    def die(self, death: Death) -> Ending:
        """Run until the process dies at a place."""
        if isinstance(death.place, Boundary):
            return self.run(str(death), step=death.step, boundary=death.place)
        return self.run(str(death), self.after_calls(1, death.place))

    def after_calls(self, count: int, *endpoints: str) -> Moment:
        """Choose the moment when so many more calls have arrived."""
        before = self.calls(*endpoints)
        return lambda: self.calls(*endpoints) >= before + count

    def run(
        self, kind: str = "", moment: Moment = never, *, step: Step | None = None, boundary: Boundary | None = None
    ) -> Ending:
        """Go on with the film in a process of its own until it ends, or until it is time to kill it."""
        errand = Errand(
            request=self.request,
            channel=self.studio.video.channel,
            only_plans=self.only_plans,
            step=step,
            boundary=boundary,
        )
        self.runs += 1
        end = self.nursery.run(errand, moment)
        if end.was_killed:
            self.kills.append(Kill(kind, datetime.now(UTC)))
        return Ending(was_killed=end.was_killed, stopped_by=end.words if end.code == STOPPED else "")

    def finish(self) -> None:
        """Go on until the film is finished; a person gives the word that parked purchases wait for."""
        while not (ending := self.run()).is_finished:
            assert self.goes_on_after(ending), f"the film stopped: {ending.stopped_by}"

    def goes_on_after(self, ending: Ending) -> bool:
        """Clear what stopped the film out of its way, and tell whether it may go on: a few times it is simply run again."""
        if self.give_word():
            return True
        self.stops.append(ending.stopped_by)
        return len(self.stops) <= MOST_STOPS

    def give_word(self) -> int:
        """Say what became of every parked purchase, as a person who sees KIE's list of tasks; tell how many there were."""
        with self.studio.results.open() as session:
            parked = purchases.in_states(session, (PurchaseState.PARKED,), self.studio.video)
            wanted = self._clips(session)
        for purchase in parked:
            jobs = self.jobs_for(wanted[purchase.key])
            outcome = Outcome.JOB_IS_THERE if jobs else Outcome.NOTHING_WAS_BOUGHT
            settle.fn(purchase.number, outcome, jobs[0].task_id if jobs else "", self.studio.results)
        self.parked += parked
        return len(parked)

    def jobs_for(self, spec: ClipSpec) -> list[Job]:
        """Find the jobs that animate a picture in a way, whatever became of them."""
        return [
            job
            for job in self.vendors.kie.jobs.values()
            if job.order["input"]["prompt"] == spec.prompt and Path(spec.seed).stem in job.order["input"]["image_url"]
        ]

    def clips(self) -> dict[str, ClipSpec]:
        """Give what each clip was ordered by, by memory key."""
        with self.studio.results.open() as session:
            return self._clips(session)

    def _clips(self, session) -> dict[str, ClipSpec]:
        board = queries.film(session, self.studio.video).storyboard
        named = {item.name.partition(".")[0]: item.product for item in queries.products_of(session, self.studio.video)}
        channel = self.studio.channel
        assert board is not None
        specs = [
            clip_spec(board, scene, named[seed_name(scene.number)].address, rate=channel.rate)
            for scene in board.scenes
            if seed_name(scene.number) in named
        ]
        return {memory_key(Step.CLIP, spec, channel.clip_animator): spec for spec in specs}


@contextmanager
def mortal_line(
    request: VideoRequest, home: Path, postgres: Path, nursery: Nursery, *, calls_back: bool, only_plans: bool = False
) -> Iterator[Line]:
    """Set up an empty studio over vendors of its own.

    Args:
        request: the film.
        home: an empty folder; its name becomes the channel's and the database's.
        postgres: folder of the PostgreSQL server.
        nursery: starts its processes.
        calls_back: whether KIE tells of finished jobs.
        only_plans: whether the line ends with the storyboard.
    """
    name = home.name
    database = EmbeddedPostgres(folder=postgres, name=f"deaths_{name}".replace("-", "_"))
    migrate(database)
    results = ResultsTable(database=database, storage=LocalStorage(folder=home / "products"))
    with (
        _saved(results, name),
        all_vendors(latency_s=LATENCY_S, dwell_s=JOB_S) as vendors,
        callbacks(results) as (address, hints),
    ):
        vendors.gemini.latency_s = vendors.elevenlabs.latency_s = LATENCY_S
        vendors.elevenlabs.at_once = PLACES
        studio = Studio(video=request.name(name), channel=paid_channel(vendors, home), results=results)
        line = Line(studio, vendors, request, nursery, address, hints, only_plans=only_plans)
        line.listen(calls_back)
        yield line


@contextmanager
def _saved(results: ResultsTable, channel: str) -> Iterator[None]:
    """Let flows find the results table, and lanes wide enough for the dead; everything is as before afterwards."""
    results.save("default", overwrite=True)
    asyncio.run(open_lanes(dict.fromkeys(LANES, PLACES)))
    try:
        yield
    finally:
        asyncio.run(_forget(channel))
        asyncio.run(open_lanes(LANES))
        forget_engine(results.database)


async def _forget(channel: str) -> None:
    if channel in await saved_names("channel"):
        await Channel.adelete(channel)
    if "default" in await saved_names("results-table"):  # another film's line may have been here since
        await ResultsTable.adelete("default")


@contextmanager
def callbacks(results: ResultsTable) -> Iterator[tuple[str, list[str]]]:
    """Receive KIE's callbacks as the studio's own address will; gives that address, and the purchases that were helped."""
    taken: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            (number,) = parse_qs(urlsplit(self.path).query)["purchase"]
            with results.open() as session:
                if purchases.hint_job(session, number, told["data"]["taskId"]):
                    taken.append(number)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/kie", taken
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
