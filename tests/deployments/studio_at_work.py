"""`make studio` as a program of its own, seen from outside: what it prints, how it ends, what its server knows."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psutil
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from blocks.domain.request import VideoRequest
from tests.flows.small_film import ROOT

START_LIMIT_S = 400
FILM_LIMIT_S = 300
STOP_LIMIT_S = 15
SCHEDULER_LIMIT_S = 150
"""Prefect's scheduler looks once a minute."""
OPEN = "Ctrl-C stops it"
AT_REST = frozenset({StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED, StateType.PAUSED})


@dataclass
class StudioAtWork:
    """One life of a studio."""

    folder: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def family(self) -> list[psutil.Process]:
        """List everything that it started and that runs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, how: signal.Signals = signal.SIGINT) -> float:
        """End it as a person does; gives how many seconds it took."""
        started = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(60)
        return time.monotonic() - started

    def start_film(self, request: VideoRequest) -> UUID:
        """Ask for a film of the demo channel, as the run form does."""
        asked = {"request": request.model_dump(mode="json"), "channel": "demo"}
        with get_client(sync_client=True) as client:
            deployment = client.read_deployment_by_name("produce-video/studio")
            return client.create_flow_run_from_deployment(deployment.id, parameters=asked).id

    def when_it_answers(self, ask: Callable[[], UUID]) -> UUID:
        """Ask again and again until the server can answer."""
        deadline = time.monotonic() + SCHEDULER_LIMIT_S
        while True:
            try:
                return ask()
            except PrefectHTTPStatusError:
                assert time.monotonic() < deadline, self.said
                time.sleep(1)

    def settle(self, run: UUID) -> FlowRun:
        """Wait until a run rests."""
        return self.wait_for(run, lambda found: found.state_type in AT_REST)

    def wait_for(self, run: UUID, arrived: Callable[[FlowRun], bool]) -> FlowRun:
        """Wait until a run is as it should be."""
        return asyncio.run(_wait_for(run, arrived))

    def wait_until(self, arrived: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + FILM_LIMIT_S
        while not arrived():
            assert time.monotonic() < deadline, self.said
            time.sleep(0.3)

    def wait_for_runs_of(self, deployment: str, state: StateType) -> None:
        """Wait until a deployment has a run in a state."""
        asyncio.run(_wait_for_runs(deployment, state))


async def _wait_for_runs(name: str, state: StateType) -> None:
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(name)
        of_it = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
        in_state = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[state])))
        deadline = time.monotonic() + SCHEDULER_LIMIT_S
        while not await client.read_flow_runs(deployment_filter=of_it, flow_run_filter=in_state):
            assert time.monotonic() < deadline, f"{name} has no run that is {state}"
            await asyncio.sleep(0.5)


async def _wait_for(run: UUID, arrived: Callable[[FlowRun], bool]) -> FlowRun:
    async with get_client() as client:
        deadline = time.monotonic() + FILM_LIMIT_S
        while not arrived(found := await client.read_flow_run(run)):
            assert time.monotonic() < deadline, f"{found.name} is {found.state}"
            await asyncio.sleep(0.3)
        return found


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def deployments(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `python -m deployments` in a studio's folder, and let it end."""
    command = [sys.executable, "-m", "deployments", "--home", str(folder / "studio"), *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=_surroundings(folder), capture_output=True, text=True, timeout=START_LIMIT_S, check=False
    )


@contextmanager
def studio_at_work(folder: Path, port: int) -> Iterator[StudioAtWork]:
    """Start a studio and wait until it is open; everything in this process speaks to its server meanwhile."""
    command = [sys.executable, "-m", "deployments", "--home", str(folder / "studio"), "studio", "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=_surroundings(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    studio = StudioAtWork(folder, port, process)
    is_open = threading.Event()
    reader = threading.Thread(target=_read, args=(studio, is_open))
    reader.start()
    try:
        assert is_open.wait(START_LIMIT_S), studio.said
        assert process.poll() is None, studio.said
        with temporary_settings(updates={PREFECT_API_URL: studio.api, PREFECT_HOME: folder / "prefect"}):
            yield studio
    finally:
        if process.poll() is None:
            studio.stop()
        reader.join(STOP_LIMIT_S)
        assert process.stdout is not None
        process.stdout.close()


def _read(studio: StudioAtWork, is_open: threading.Event) -> None:
    assert studio.process.stdout is not None
    for line in studio.process.stdout:
        studio.lines.append(line)
        if OPEN in line:
            is_open.set()
    is_open.set()


def _surroundings(folder: Path) -> dict[str, str]:
    home = folder / "prefect"
    own = {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    hidden = {"PREFECT_API_URL", "PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_SERVER_ENCRYPTION_KEY"}
    return {**{name: value for name, value in os.environ.items() if name not in hidden}, **own}
