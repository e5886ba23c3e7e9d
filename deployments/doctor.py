"""What ails the studio, in plain words, each with the command that mends it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from prefect.client.orchestration import PrefectClient, get_client
from prefect.settings import get_current_settings

from blocks.errors import StudioError
from blocks.results.database import EmbeddedPostgres, answers
from blocks.results.schema import needs_migration
from blocks.results.table import ResultsTable
from blocks.studio import saved_names
from deployments.ailments import Finding, money_trouble, trouble_of_channel, trouble_of_desk, trouble_of_disk
from deployments.automations import missing_automations
from deployments.keys import key_problem
from deployments.pool import POOL, QUEUES, SIGN_OF_LIFE, can_start_runs, find_pool, queues_of
from deployments.receiver.ailments import trouble_of_receiver
from deployments.releases import stale
from deployments.server import Place
from deployments.setup import ROOT
from deployments.sign_ins import trouble_of_sign_ins
from tasks.lanes import LANES, PACES

_SETUP = "`make setup`"


async def examine(
    home: Path, *, runs_here: bool, database: EmbeddedPostgres | None = None, receiver: Place | None = None
) -> list[Finding]:
    """Look at everything; asks services only what is free of charge.

    Args:
        home: folder of everything the studio makes.
        runs_here: whether the studio of this folder runs.
        database: Prefect's database when it is the studio's own; its blocks are tried with the key.
        receiver: where the receiver of this machine should listen; without, its public address is asked, if it has one.

    Returns:
        what is wrong, what others depend on first; nothing when all is well.
    """
    found = trouble_of_disk(home)
    key = await asyncio.to_thread(key_problem, database)
    if key is not None:  # without it no block can be read, and a server would make another one
        what, _, mend = key.rpartition(": ")
        return [*found, Finding(what, mend)]
    server = get_current_settings().api.url
    if server is None and not runs_here:
        found.append(Finding("the studio does not run: nobody works on films, and nobody can look at them", "`make studio`"))
    async with get_client() as client:
        problem = await client.api_healthcheck()
        if problem is not None:
            return [*found, Finding(f"Prefect's server at {server} does not answer ({problem})", "`make studio`")]
        found += await _trouble_of_pool(client, is_running=server is not None or runs_here)
        found += [Finding(f"the deployment {name} is {what}", _SETUP) for name, what in (await _stale(client)).items()]
        found += await _trouble_of_lanes(client)
    found += await _trouble_of_blocks() + await trouble_of_sign_ins()
    return found + await trouble_of_receiver(receiver) + await trouble_of_desk()


async def _stale(client: PrefectClient) -> dict[str, str]:
    return await stale(client, ROOT)


async def _trouble_of_pool(client: PrefectClient, *, is_running: bool) -> list[Finding]:
    pool = await find_pool(client)
    if pool is None:
        return [Finding(f"there is no work pool {POOL}: no run can be started from the UI or by a schedule", _SETUP)]
    found = []
    if pool.is_paused:
        found.append(
            Finding(f"the work pool {POOL} is paused: its runs wait", f"`python -m deployments prefect work-pool resume {POOL}`")
        )
    if not can_start_runs(pool):
        found.append(Finding(f"the work pool {POOL} starts its runs in a folder that is gone", _SETUP))
    queues = await queues_of(client)
    found += [Finding(f"the work pool {POOL} has no queue {name}", _SETUP) for name in QUEUES if name not in queues]
    found += [
        Finding(
            f"the queue {name} is paused: its runs wait",
            f"`python -m deployments prefect work-queue resume {name} --pool {POOL}`",
        )
        for name, queue in queues.items()
        if queue.is_paused
    ]
    oldest = datetime.now(UTC) - SIGN_OF_LIFE
    workers = await client.read_workers_for_work_pool(POOL)
    if is_running and not any(one.last_heartbeat_time is not None and one.last_heartbeat_time > oldest for one in workers):
        found.append(
            Finding(
                f"no worker of the pool {POOL} gives a sign of life",
                f"`python -m deployments prefect worker start --pool {POOL}`",
            )
        )
    missing = await missing_automations(client)
    return found + [Finding(f"the automation {name!r} is missing", _SETUP) for name in missing]


async def _trouble_of_lanes(client: PrefectClient) -> list[Finding]:
    there = {limit.name: limit for limit in await client.read_global_concurrency_limits(limit=200, offset=0)}
    found = [Finding(f"there is no lane {name}: the desk is not heard", _SETUP) for name in PACES if name not in there]
    for name in LANES:
        if name not in there:
            found.append(Finding(f"there is no lane {name}: makers that share it stop", _SETUP))
        elif not there[name].active or there[name].limit == 0:
            found.append(
                Finding(
                    f"the lane {name} lets nobody pass, or everybody",
                    f"`python -m deployments prefect gcl update {name} --enable --limit {LANES[name]}`",
                )
            )
    return found


async def _trouble_of_blocks() -> list[Finding]:
    if "default" not in await saved_names("results-table"):
        return [Finding("the block results-table/default is missing: nothing can be remembered", _SETUP)]
    try:
        results = await ResultsTable.aload("default")
    except (ValueError, RuntimeError) as error:
        return [Finding(f"the block results-table/default cannot be read: {error}", "save it anew in the UI, under Blocks")]
    found = await asyncio.to_thread(_trouble_of_results, results)
    for name in sorted(await saved_names("channel")):
        found += await trouble_of_channel(name)
    return found


def _trouble_of_results(results: ResultsTable) -> list[Finding]:
    try:
        answers(results.database)
        if needs_migration(results.database):
            return [Finding(f"the results database {results.database} lacks tables of this release", _SETUP)]
    except StudioError as error:
        return [Finding(f"the results database is away: {error}", "start it, or mend the block results-table/default in the UI")]
    found = trouble_of_disk(results.storage.folder.expanduser())
    try:
        results.storage.check()
    except StudioError as error:
        found.append(
            Finding(f"the products cannot be read: {error}", "mend the block results-table/default in the UI, or start the store")
        )
    return found + money_trouble(results)
