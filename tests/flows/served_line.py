"""The line as a deployment: a work pool, a worker in a process of its own, and what a person does with a film from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import OrchestrationResult
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from blocks.domain.gates import Gate, GateMode
from blocks.domain.request import Quality, VideoRequest
from blocks.domain.status import Status
from blocks.domain.verdicts import Verdict
from blocks.results import queries, verdicts
from blocks.results.values import Film
from blocks.results.verdicts import Wait
from blocks.studio import Studio
from flows.produce import produce_video
from tests.flows.small_film import ROOT, small_board

POOL = "gates"
ORDER = "DIE_AT_GATE"
"""Environment variable that names a file; the file names the verb of `flows.review` after which the process dies, once."""
PATIENCE_S = 600
_SETTLED = {StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED, StateType.PAUSED}


@dataclass
class ServedLine:
    """A deployment of the line with a worker, seen from outside."""

    studio: Studio
    deployment: UUID
    mortal: UUID
    """The same line in a process that can be killed at a gate."""
    deaths: Path

    def of(self, slug: str) -> ServedLine:
        """Look at another film of the channel."""
        video = self.studio.video.model_copy(update={"slug": slug})
        return replace(self, studio=self.studio.model_copy(update={"video": video}))

    def start(self, *manual: Gate, mortal: bool = False, quality: Quality = Quality.FINAL) -> UUID:
        """Ask for the small film under this name, as the run form does; gives the run's id.

        Args:
            manual: gates that wait for a person; the others do not.
            mortal: whether the process dies where the file `deaths` says.
            quality: whether a draft comes first.
        """
        asked = {"request": self.request(*manual, quality=quality).model_dump(mode="json"), "channel": self.studio.video.channel}
        with get_client(sync_client=True) as client:
            return client.create_flow_run_from_deployment(self.mortal if mortal else self.deployment, parameters=asked).id

    def request(self, *manual: Gate, quality: Quality = Quality.FINAL) -> VideoRequest:
        """Word the request for the small film under this name."""
        gates = {gate: GateMode.MANUAL if gate in manual else GateMode.AUTO for gate in Gate}
        return VideoRequest(storyboard=small_board(), slug=self.studio.video.slug, gates=gates, quality=quality)

    def settle(self, run: UUID, name: str) -> FlowRun:
        """Wait until a run rests, at a gate or at its end, and see that it is in the state of that name."""
        deadline = time.monotonic() + PATIENCE_S
        with get_client(sync_client=True) as client:
            found = client.read_flow_run(run)
            while time.monotonic() < deadline and not (found.state and found.state.type in _SETTLED):
                time.sleep(0.3)
                found = client.read_flow_run(run)
            if found.state and found.state.is_paused():
                _await_form(client, found, deadline)
        assert found.state is not None
        assert found.state.name == name, f"{found.state.name}: {found.state.message}"
        return found

    def reach(self, status: Status) -> None:
        """Wait until the film is in a state."""
        deadline = time.monotonic() + PATIENCE_S
        while self.film.status is not status:
            assert time.monotonic() < deadline, f"{self.studio.video} is still at {self.film.status}"
            time.sleep(0.3)

    def answer(self, run: UUID, **form: object) -> OrchestrationResult:
        """Fill in the form of a run that waits."""
        with get_client(sync_client=True) as client:
            return client.resume_flow_run(run, run_input=form)

    def form(self, run: UUID) -> tuple[dict[str, object], str]:
        """Read the form of a run that waits, as the UI does: its schema and its description."""
        with get_client(sync_client=True) as client:
            waiting = client.read_flow_run(run).state
            assert waiting is not None
            keyset = waiting.state_details.run_input_keyset
            schema, text = (json.loads(client.read_flow_run_input(run, keyset[part])) for part in ("schema", "description"))
        return schema, text

    @property
    def film(self) -> Film:
        """What the results table knows of the film."""
        with self.studio.results.open() as session:
            return queries.film(session, self.studio.video)

    @property
    def wait(self) -> Wait | None:
        """Where the film waits."""
        with self.studio.results.open() as session:
            return verdicts.find_wait(session, self.studio.video)

    @property
    def said(self) -> tuple[Verdict, ...]:
        """What was said of the film."""
        with self.studio.results.open() as session:
            return verdicts.verdicts_of(session, self.studio.video)

    @property
    def moves(self) -> list[str]:
        """Every state the film was in."""
        with self.studio.results.open() as session:
            return [move.to.value for move in queries.moves_of(session, self.studio.video)]


@contextmanager
def served_line(studio: Studio, deaths: Path) -> Iterator[ServedLine]:
    """Deploy the line to a pool, with a worker that takes its runs.

    Args:
        studio: the channel.
        deaths: a file that is not there; see `mortal_gates`.
    """
    deployments = _deploy()
    with _worker(deaths):
        yield ServedLine(studio, *deployments, deaths)
    with get_client(sync_client=True) as client:
        for deployment in deployments:
            client.delete_deployment(deployment)
        client.delete_work_pool(POOL)


def _deploy() -> tuple[UUID, UUID]:
    """Give the ids of the deployment as it is, and of the one that can be killed."""
    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template), overwrite=True)
        flow = client.create_flow(produce_video)

        def deploy(name: str, file: str) -> UUID:
            return client.create_deployment(
                flow_id=flow,
                name=name,
                work_pool_name=POOL,
                entrypoint=f"{file}:produce_video",
                pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}],
                parameter_openapi_schema=parameter_schema(produce_video).model_dump_for_openapi(),
                enforce_parameter_schema=True,
            )

        return deploy("studio", "flows/produce.py"), deploy("mortal", "tests/flows/mortal_gates.py")


@contextmanager
def _worker(deaths: Path) -> Iterator[None]:
    environment = os.environ | {
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        ORDER: str(deaths),
    }
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
    with tempfile.TemporaryFile("w+") as said:
        worker = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=said, stderr=said)
        try:
            yield
            assert worker.poll() is None, "the worker ended by itself"
        finally:
            worker.send_signal(signal.SIGINT)
            try:
                worker.wait(timeout=20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            said.seek(0)
            sys.stderr.write(said.read())


def _await_form(client: SyncPrefectClient, run: FlowRun, deadline: float) -> None:
    """Wait until the form is there: Prefect saves it after it has suspended the run, its description last."""
    assert run.state is not None
    while time.monotonic() < deadline:
        try:
            client.read_flow_run_input(run.id, run.state.state_details.run_input_keyset["description"])
        except PrefectHTTPStatusError:
            time.sleep(0.2)
        else:
            return
