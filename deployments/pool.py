"""Where work waits for workers: the pool, its queues, its worker, and runs that were cut off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
    WorkQueueFilter,
)
from prefect.client.schemas.objects import FlowRun, StateType, WorkPool, WorkQueue
from prefect.exceptions import ObjectNotFound
from prefect.states import AwaitingRetry, Cancelled, Crashed
from prefect.workers.process import ProcessWorker

from deployments.server import Place, Program, log_of, start_program, surroundings_of

POOL = "studio"
SIGN_OF_LIFE = timedelta(seconds=60)
"""A worker of the studio gives a sign of life four times a minute."""
QUEUES = {"high": 1, "normal": 2, "low": 3}
"""Queues by priority as setting up makes them; workers empty the lower number first."""


async def make_pool(client: PrefectClient, root: Path) -> list[str]:
    """Make the work pool and the queues that are missing; those that are there stay as their owner changed them.

    Args:
        client: the server.
        root: folder of this project, in which runs are started.

    Returns:
        a line for each thing that was changed.
    """
    changed: list[str] = []
    pool = await find_pool(client)
    if pool is None:
        template = _template(ProcessWorker.get_default_base_job_template(), root)
        description = "Makes films on this machine: each run is a process of its own."
        pool = await client.create_work_pool(
            WorkPoolCreate(name=POOL, type="process", description=description, base_job_template=template)
        )
        changed.append(f"work pool {POOL}: made")
    elif not can_start_runs(pool):
        await client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=_template(pool.base_job_template, root)))
        changed.append(f"work pool {POOL}: runs are started in {root}")
    there = await queues_of(client)
    for name, priority in QUEUES.items():
        if name not in there:
            await client.create_work_queue(name, priority=priority, work_pool_name=POOL)
            changed.append(f"queue {name}: made")
    return changed


async def find_pool(client: PrefectClient) -> WorkPool | None:
    """Look the work pool up; None when there is none."""
    try:
        return await client.read_work_pool(POOL)
    except ObjectNotFound:
        return None


async def queues_of(client: PrefectClient) -> dict[str, WorkQueue]:
    """Give the queues of the pool by name."""
    found = await client.read_work_queues(POOL, work_queue_filter=WorkQueueFilter(), limit=200, offset=0)
    return {queue.name: queue for queue in found}


def can_start_runs(pool: WorkPool) -> bool:
    """Tell whether a pool of processes starts its runs in a folder that is there; pools of other types know better."""
    folder = str(_variables(pool.base_job_template).get("working_dir", {}).get("default") or "")
    return pool.type != "process" or (bool(folder) and Path(folder).is_dir())


def _template(template: dict[str, object], root: Path) -> dict[str, object]:
    """Start runs in the project's folder, where Prefect finds the project's settings."""
    _variables(template).setdefault("working_dir", {})["default"] = str(root)
    return template


def _variables(template: dict[str, object]) -> dict[str, dict[str, object]]:
    variables = template.get("variables")
    properties = variables.get("properties") if isinstance(variables, dict) else None
    return properties if isinstance(properties, dict) else {}


async def put_back(client: PrefectClient) -> list[str]:
    """Let runs begin anew that nobody works on since this machine's worker ended; what they finished comes back from memory.

    A run whose process outlived its worker is left to it. With other workers at work nobody knows whose a run was: those that
    died are noticed when they give no sign of life.

    Returns:
        the names of the runs that go on.
    """
    if await _other_workers(client):
        return []
    back = []
    for run in await _runs(client, (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)):
        if _lives(run):
            continue
        if run.state_type is StateType.CANCELLING:
            await client.set_flow_run_state(run.id, Cancelled(message="nobody worked on it any more"), force=True)
            continue
        # Which gives back its place among the runs of its deployment.
        await client.set_flow_run_state(run.id, Crashed(message="its worker ended"), force=True)
        await client.set_flow_run_state(run.id, AwaitingRetry(message="its worker ended; it goes on"), force=True)
        back.append(run.name)
    return back


async def _other_workers(client: PrefectClient) -> bool:
    oldest = datetime.now(UTC) - SIGN_OF_LIFE
    workers = await client.read_workers_for_work_pool(POOL)
    return any(one.name != POOL and one.last_heartbeat_time and one.last_heartbeat_time > oldest for one in workers)


def _lives(run: FlowRun) -> bool:
    """Tell whether the process of a run is at work on this machine."""
    try:
        return any("prefect" in word for word in psutil.Process(int(run.infrastructure_pid or 0)).cmdline())
    except (psutil.Error, ValueError):
        return False


async def _runs(client: PrefectClient, types: Sequence[StateType]) -> list[FlowRun]:
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))
    return await client.read_flow_runs(work_pool_filter=pool, flow_run_filter=FlowRunFilter(state=state), limit=200)


def start_worker(place: Place) -> Program:
    """Start a worker of the pool. It is killed at the end, as anything may be: what was at work goes on later."""
    environment = {
        **surroundings_of(place),
        "PREFECT_WORKER_QUERY_SECONDS": "3",
        "PREFECT_WORKER_HEARTBEAT_SECONDS": "15",
        "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",  # what the server answers while its database is started again
    }
    command = ["prefect", "worker", "start", "--pool", POOL, "--name", POOL]
    return start_program("worker", command, 0, environment=environment, log=log_of("worker"), shows_errors=True)
