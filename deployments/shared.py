"""What several machines share, as the environment tells it: the results database, the bucket that keeps products, and the address
that the outside knows.

Containers are told in no other way. Only setting up reads this, and saves it as the blocks `results-table/default` and
`receiver/default`; whoever makes films loads them from Prefect's server.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from blocks.errors import SetupError
from blocks.results import entries, queries
from blocks.results.database import Database, EmbeddedPostgres, PostgresServer
from blocks.results.table import ResultsTable
from blocks.s3_storage import S3Credentials, S3Storage
from blocks.storage import LocalStorage
from blocks.studio import saved_names


class SharedThings(BaseSettings):
    """The variables `STUDIO_...`; one that is empty counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix="STUDIO_", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    results_host: str = ""
    """Name or address of the PostgreSQL server; without it the database is the one that comes with the project."""
    results_port: int = 5432
    results_user: str = "studio"
    results_password: SecretStr | None = None
    results_name: str = "results"
    results_ssl_mode: Literal["disable", "prefer", "require", "verify-full"] = "prefer"
    s3_bucket: str = ""
    """Name of the bucket; without it products are kept in a folder."""
    s3_prefix: str = "products"
    s3_region: str = "us-east-1"
    s3_endpoint_url: str = ""
    s3_access_key_id: str = ""
    s3_secret_access_key: SecretStr | None = None
    s3_cache_gb: float = 20
    receiver_url: str = ""
    """How the outside reaches the receiver; without it the saved block keeps what it says."""


def shared_results(home: Path) -> ResultsTable | None:
    """Give the results table that the environment describes; None when it says nothing.

    Args:
        home: folder of everything the studio makes, for what is not shared.

    Raises:
        SetupError: a variable makes no sense; its value is not shown.
    """
    try:
        told = SharedThings()
        if not (told.results_host or told.s3_bucket):
            return None
        return ResultsTable(database=_database(told, home), storage=_storage(told, home))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        what = "_".join(str(step) for step in first["loc"]).upper() or "S3"
        raise SetupError(
            f"the results database and the bucket cannot be used as the environment describes them: {what}: {first['msg']}; "
            "mend the variables STUDIO_RESULTS_... and STUDIO_S3_..., then run `python -m deployments setup`"
        ) from None  # the cause would show the values


async def save_shared(told: ResultsTable, changed: list[str]) -> ResultsTable:
    """Save the results table that the environment describes, unless it is saved like that; the environment wins.

    Products that lie in another store than it names from now on are read from there still: that store becomes a block.

    Args:
        told: from `shared_results`.
        changed: gets a line for each thing that was changed.

    Raises:
        ProviderUnavailable: the database does not answer; nothing was changed.
    """
    if "default" in await saved_names("results-table"):
        saved: ResultsTable = await ResultsTable.aload("default")
        if saved.database == told.database and saved.storage.model_dump() == told.storage.model_dump():
            return saved
        if saved.storage.store_name != told.storage.store_name:
            await _stay_readable(saved.storage, told, changed)
    await told.asave("default", overwrite=True)
    place = f"the bucket {told.storage.bucket}" if isinstance(told.storage, S3Storage) else told.storage.folder
    changed.append(f"results table: kept in the database {told.database}, products in {place}")
    return told


async def _stay_readable(old: LocalStorage | S3Storage, told: ResultsTable, changed: list[str]) -> None:
    """Save the store that products were put into so far as a block, and write its name beside each of them.

    In this order, whoever dies on the way leaves nothing that cannot be found, and is followed by one who does the rest.
    """
    if await asyncio.to_thread(told.migrate):
        changed.append("database: brought up to date")
    if not await asyncio.to_thread(_has_unnamed, told):
        return
    name = f"studio-storage-{hashlib.sha256(old.store_name.encode()).hexdigest()[:8]}"
    await old.model_copy().asave(name, overwrite=True)
    count = await asyncio.to_thread(_name_store, told, old.store_name)
    changed.append(f"store {old.store_name}: saved as the block {name}, and {count} products are read from there as before")


def _has_unnamed(told: ResultsTable) -> bool:
    with told.open() as session:
        return queries.has_stored_in(session, {""})


def _name_store(told: ResultsTable, store: str) -> int:
    with told.open() as session:
        return entries.name_store(session, store)


def _database(told: SharedThings, home: Path) -> Database:
    if not told.results_host:
        return EmbeddedPostgres(folder=home / "postgres")
    return PostgresServer(
        host=told.results_host,
        port=told.results_port,
        user=told.results_user,
        password=told.results_password,
        name=told.results_name,
        ssl_mode=told.results_ssl_mode,
    )


def _storage(told: SharedThings, home: Path) -> LocalStorage | S3Storage:
    if not told.s3_bucket:
        return LocalStorage(folder=home / "products")
    return S3Storage(
        bucket=told.s3_bucket,
        prefix=told.s3_prefix,
        region=told.s3_region,
        endpoint_url=told.s3_endpoint_url,
        credentials=S3Credentials(access_key_id=told.s3_access_key_id, secret_access_key=told.s3_secret_access_key),
        cache_gb=told.s3_cache_gb,
    )
