"""Two machines that make films together: workers in processes of their own, with homes of their own and no folder in common."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.settings import PREFECT_API_URL
from prefect.states import Crashed
from prefect.workers.process import ProcessWorker
from sqlalchemy import select

from blocks.domain.orders import Order
from blocks.domain.request import VideoName
from blocks.results import queries
from blocks.results.table import ResultsTable
from blocks.results.tables import ProductRow, VideoRow
from blocks.results.values import Film
from flows.dispatch import dispatch_videos
from flows.produce import produce_video
from flows.queue import queue_videos
from flows.tidy import tidy
from tests.flows.small_film import ROOT

POOL = "machines"
PATIENCE_S = 400


@dataclass(frozen=True)
class Machine:
    """A machine with a disk of its own."""

    home: Path

    @property
    def films(self) -> list[Path]:
        """List what is published on this machine."""
        return sorted(self.home.glob("films/*/*"))

    @property
    def copies(self) -> set[str]:
        """Give the addresses of all copies here."""
        return {file.name for file in self.home.glob("copies/*/*")}

    def laid_out(self, video: VideoName) -> dict[str, Path]:
        """Give the files of a film's folder here, by their names in it."""
        folder = self.home / "workspaces" / video.channel / video.slug
        return {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}

    @contextmanager
    def worker(self) -> Iterator[psutil.Process]:
        """Let it work, until it is killed or the block ends."""
        (self.home / "tmp").mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "PREFECT_HOME": str(self.home / "prefect"),
            "PREFECT_PROFILES_PATH": str(self.home / "prefect/profiles.toml"),
            "PREFECT_API_URL": str(PREFECT_API_URL.value()),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_LOGGING_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
        with (self.home / "worker.log").open("ab") as said:
            worker = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=said, stderr=said)
            try:
                yield psutil.Process(worker.pid)
            finally:
                if worker.poll() is None:
                    pull_the_plug(psutil.Process(worker.pid))
                worker.wait()
                sys.stderr.write((self.home / "worker.log").read_text())


def pull_the_plug(worker: psutil.Process) -> None:
    """Kill a worker and everything that it started, at once."""
    family = [*worker.children(recursive=True), worker]
    for one in family:
        one.kill()
    psutil.wait_procs(family, timeout=20)


@dataclass(frozen=True)
class Books:
    """What both machines' books say."""

    results: ResultsTable
    video: VideoName

    @property
    def film(self) -> Film:
        with self.results.open() as session:
            return queries.film(session, self.video)

    def made(self) -> dict[str, datetime]:
        """Give when each product was made, by its key."""
        with self.results.open() as session:
            return dict(session.execute(select(ProductRow.key, ProductRow.made_at)).tuples().all())

    def steps(self) -> Counter[str]:
        """Count the products by step."""
        with self.results.open() as session:
            return Counter(session.scalars(select(ProductRow.step)))

    def addresses(self) -> set[str]:
        """Give the addresses of all products."""
        with self.results.open() as session:
            return set(session.scalars(select(ProductRow.address)))

    def wait_until(self, arrived: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not arrived():
            assert time.monotonic() < deadline, f"{self.film.status}: {self.steps()}"
            time.sleep(0.05)

    def begin(self, order: Order) -> None:
        """Queue the film, and have it begun."""
        asyncio.run(queue_videos([order]))
        asyncio.run(dispatch_videos())

    def go_on_elsewhere(self) -> None:
        """Note that the machine of the film's run is dead, as the automation does when its heartbeats end, and tidy up."""
        with self.results.open() as session:
            run = session.scalars(select(VideoRow.run).filter_by(channel=self.video.channel, slug=self.video.slug)).one()
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(run, Crashed(message="no sign of life"), force=True)
        asyncio.run(tidy())


@contextmanager
def line_for_all() -> Iterator[None]:
    """Deploy the line, as setting up does, for whatever worker comes."""
    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client, ExitStack() as stack:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template), overwrite=True)
        stack.callback(client.delete_work_pool, POOL)
        deployment = client.create_deployment(
            flow_id=client.create_flow(produce_video),
            name="studio",
            work_pool_name=POOL,
            entrypoint="flows/produce.py:produce_video",
            pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}],
            concurrency_limit=2,
        )
        stack.callback(client.delete_deployment, deployment)
        yield
