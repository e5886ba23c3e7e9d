"""Setting the studio up: idempotent, and says what it changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate

from blocks.catalog import BLOCK_TYPES
from blocks.channel import Channel
from blocks.providers.offline import FolderPublisher
from blocks.results.database import EmbeddedPostgres
from blocks.results.schema import migrate
from blocks.results.table import ResultsTable
from blocks.signing import STUDIO_CERTIFICATE, SigningCertificate
from blocks.storage import LocalStorage
from blocks.studio import saved_names
from deployments.automations import make_automations
from deployments.pool import make_pool
from deployments.receiver.place import save_receiver
from deployments.releases import deploy
from deployments.server import Place
from deployments.shared import save_shared, shared_results
from tasks.lanes import LANES, PACES

ROOT = Path(__file__).parents[1]
"""The folder of this project."""


async def set_up(home: Path, receiver: Place | None = None) -> list[str]:
    """Make what is missing and leave what is there.

    Args:
        home: folder that holds everything the studio makes, as an absolute path.
        receiver: where this machine's receiver listens, when the one who sets up will start it.

    Returns:
        a line for each thing that was changed.

    Raises:
        SetupError: the database cannot be started.
    """
    changed: list[str] = []
    for block_type in BLOCK_TYPES:
        await block_type.aregister_type_and_schema()
    results = await _results_table(home, changed)
    if await asyncio.to_thread(migrate, results.database):
        changed.append("database: brought up to date")
    changed += await make_lanes()
    changed += await save_receiver(receiver)
    if STUDIO_CERTIFICATE not in await saved_names(SigningCertificate.get_block_type_slug()):
        await SigningCertificate.fresh().asave(STUDIO_CERTIFICATE)
        changed.append(f"certificate {STUDIO_CERTIFICATE}: made, to sign films with")
    if "demo" not in await saved_names("channel"):
        channel = Channel(name="Demo", workspaces=home / "workspaces", publisher=FolderPublisher(folder=home / "films"))
        await channel.asave("demo")
        changed.append("channel demo: made")
    return changed


async def set_up_work() -> list[str]:
    """Make what runs from the UI, from schedules and from outside need: work pool, queues, automations, deployments.

    Returns:
        a line for each thing that was changed.

    Raises:
        SetupError: Prefect refuses the deployments.
    """
    async with get_client() as client:
        return [*await make_pool(client, ROOT), *await deploy(client, ROOT), *await make_automations(client)]


async def make_lanes() -> list[str]:
    """Make the lanes that are missing; one that is there keeps its limit, which its owner may have changed."""
    changed = []
    async with get_client() as client:
        there = {limit.name for limit in await client.read_global_concurrency_limits(limit=200, offset=0)}
        for name, places in LANES.items():
            if name not in there:
                await client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=places))
                changed.append(f"lane {name}: {places} calls at once")
        for name, per_second in PACES.items():
            if name not in there:
                limit = GlobalConcurrencyLimitCreate(name=name, limit=1, slot_decay_per_second=per_second)
                await client.create_global_concurrency_limit(limit)
                changed.append(f"lane {name}: {per_second} requests a second")
    return changed


async def _results_table(home: Path, changed: list[str]) -> ResultsTable:
    if (told := shared_results(home)) is not None:
        return await save_shared(told, changed)
    if "default" in await saved_names("results-table"):
        saved: ResultsTable = await ResultsTable.aload("default")
        if not isinstance(saved.database, EmbeddedPostgres) or saved.database.folder.parent.is_dir():
            return saved
    results = ResultsTable(database=EmbeddedPostgres(folder=home / "postgres"), storage=LocalStorage(folder=home / "products"))
    await results.asave("default", overwrite=True)
    changed.append(f"results table: kept in {home}")
    return results
