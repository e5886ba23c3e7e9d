"""The deployments of `prefect.yaml` on a server: which are missing or old; brought up to date by Prefect's own command."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.settings import get_current_settings
from prefect.utilities.callables import parameter_schema
from pydantic import ConfigDict, Field

from blocks.domain.frozen import Frozen
from blocks.errors import SetupError

FILE = Path("prefect.yaml")


class _Loose(Frozen):
    """Part of a file that Prefect checks; only what is compared is read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Queue(_Loose):
    name: str
    work_queue_name: str


class _Limit(_Loose):
    limit: int
    collision_strategy: str


class _Schedule(_Loose):
    cron: str
    timezone: str = "UTC"


class Entry(_Loose):
    """One deployment as `prefect.yaml` names it."""

    name: str
    entrypoint: str
    description: str = ""
    tags: tuple[str, ...] = ()
    work_pool: _Queue
    concurrency_limit: _Limit | None = None
    schedules: tuple[_Schedule, ...] = ()
    parameters: dict[str, object] = Field(default_factory=dict)


class _File(_Loose):
    deployments: tuple[Entry, ...]


def entries(root: Path) -> tuple[Entry, ...]:
    """Read `prefect.yaml`."""
    return _File.model_validate(yaml.safe_load((root / FILE).read_text())).deployments


async def stale(client: PrefectClient, root: Path) -> dict[str, str]:
    """Compare a server's deployments with `prefect.yaml` and the flows themselves.

    Returns:
        for each deployment that is missing or old, by its full name, what is not as the file says.
    """
    found: dict[str, str] = {}
    for entry in entries(root):
        flow: Flow[..., object] = await asyncio.to_thread(load_flow_from_entrypoint, entry.entrypoint)
        name = f"{flow.name}/{entry.name}"
        try:
            there = await client.read_deployment_by_name(name)
        except ObjectNotFound:
            found[name] = "missing"
            continue
        differing = _differences(entry, there, root)
        if _filled(there.parameter_openapi_schema) != _filled(parameter_schema(flow).model_dump_for_openapi()):
            differing.append("parameters")
        if differing:
            found[name] = f"old in its {', '.join(differing)}"
    return found


def _filled(schema: Mapping[str, object] | None) -> dict[str, object]:
    """Leave out what is empty, as the server does."""
    return {name: value for name, value in (schema or {}).items() if value}


async def deploy(client: PrefectClient, root: Path) -> list[str]:
    """Bring the deployments up to date when any is missing or old; tells which.

    Raises:
        SetupError: Prefect refuses the file.
    """
    old = await stale(client, root)
    if not old:
        return []
    await _deploy_all(root)
    return [f"deployment {name}: {'made' if what == 'missing' else 'brought up to date'}" for name, what in old.items()]


async def _deploy_all(root: Path) -> None:
    settings = get_current_settings().to_environment_variables(exclude_unset=True, include_secrets=True)
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=root,
        env={**os.environ, **settings, "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:  # the studio is told to stop meanwhile
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        said = "\n".join(output.decode(errors="replace").strip().splitlines()[-12:])
        raise SetupError(f"the deployments of {root / FILE} could not be made: `python -m prefect deploy --all` said:\n{said}")


def _differences(entry: Entry, there: DeploymentResponse, root: Path) -> list[str]:
    limit = there.global_concurrency_limit
    strategy = there.concurrency_options.collision_strategy.value if there.concurrency_options else ""
    crons = {(getattr(one.schedule, "cron", ""), getattr(one.schedule, "timezone", None) or "UTC") for one in there.schedules}
    folders = [
        step.get("directory")
        for steps in there.pull_steps or []
        for name, step in steps.items()
        if name.endswith("set_working_directory")
    ]
    pairs = {
        "entrypoint": (entry.entrypoint, there.entrypoint),
        "description": (entry.description.strip(), (there.description or "").strip()),
        "tags": (set(entry.tags), set(there.tags)),
        "work pool": (entry.work_pool.name, there.work_pool_name),
        "queue": (entry.work_pool.work_queue_name, there.work_queue_name),
        "concurrency limit": (entry.concurrency_limit.limit if entry.concurrency_limit else None, limit.limit if limit else None),
        "collision strategy": (entry.concurrency_limit.collision_strategy if entry.concurrency_limit else "", strategy),
        "schedule": ({(one.cron, one.timezone) for one in entry.schedules}, crons),
        "default parameters": (entry.parameters, there.parameters),
        "folder": ([str(root)], folders),
    }
    return [what for what, (wanted, found) in pairs.items() if wanted != found]
