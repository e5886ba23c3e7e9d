"""The results table as a block: Prefect's memory, and the short verbs tasks and flows use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from prefect.filesystems import WritableFileSystem
from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.money import Receipt
from blocks.domain.products import Product
from blocks.results import entries, queries
from blocks.results.database import Database, transaction
from blocks.results.shelves import Shelves
from blocks.results.tables import MemoryRow, ProductRow
from blocks.s3_storage import S3Storage
from blocks.storage import LocalStorage

_log = logging.getLogger(__name__)


class ResultsTable(WritableFileSystem):
    """Remembers everything that was made, what it cost, and where every film stands, in a PostgreSQL database.

    It is also Prefect's result storage: `@flow(result_storage="results-table/default", persist_result=True)`.
    """

    _block_type_name = "Results Table"
    _block_type_slug = "results-table"

    database: Database = Field(description="The PostgreSQL database.")
    storage: LocalStorage | S3Storage = Field(
        discriminator="kind", description="Where the products of channels without a store of their own are kept."
    )

    @property
    def shelves(self) -> Shelves:
        """All stores, to read products from."""
        return Shelves(self.database, self.storage)

    def migrate(self) -> bool:
        """Make the tables, or bring them up to this release; tell whether there was anything to do.

        Raises:
            ProviderUnavailable: the database does not answer.
            SetupError: it cannot be started.
        """
        from blocks.results.schema import migrate  # noqa: PLC0415 -- only set-up needs Alembic, whose import takes 0.2 s

        return migrate(self.database)

    @contextmanager
    def open(self) -> Iterator[Session]:
        """Open one transaction for the functions of `entries` and `queries`: committed at the end, undone by an error.

        Never call a provider inside.

        Raises:
            ProviderUnavailable: the database does not answer.
            SetupError: it cannot be started, or its tables are missing or old.
        """
        with transaction(self.database) as session:
            yield session

    def find(self, key: str) -> Product | None:
        """Look up a product whose file is there; None when it has to be made.

        Ask this before every paid call: Prefect's own record is written after the task has ended, and is missing when the process
        was killed between.

        Raises:
            ProviderUnavailable: the database does not answer.
            SetupError: it cannot be started, its tables are missing or old, or the store that the product lies in is not there.
            TransientError: that store is away.
        """
        with self.open() as session:
            product = queries.find_product(session, key)
        if product is None or self.shelves.holds(product):
            return product
        self._say_gone(product)
        return None

    def record(self, product: Product, receipt: Receipt | None) -> None:
        """Write down a product and its one receipt (None for a step that calls no maker), both or neither.

        Raises:
            ProviderUnavailable: the database does not answer.
        """
        with self.open() as session:
            entries.record_product(session, product, receipt)

    def bill(self, receipt: Receipt) -> None:
        """Write down a call that was billed and gave nothing.

        Raises:
            ProviderUnavailable: the database does not answer.
        """
        with self.open() as session:
            entries.record_undelivered(session, receipt)

    def read_path(self, path: str, **_: object) -> bytes:  # type: ignore[override]  # Prefect asks for both kinds, sync and async
        """Give Prefect a record it wrote; one whose product is gone is dropped, so that the task runs again.

        Prefect asks after it has taken the lock of the key (`prefect.transactions.Transaction.begin`, 3.8.8).

        Raises:
            ValueError: there is no such record, as Prefect's own storages put it.
        """
        with self.open() as session:
            body = session.scalar(select(MemoryRow.body).filter_by(key=path))
            product = queries.find_product(session, path)
        if product is not None and not self.shelves.holds(product):
            with self.open() as session:
                session.execute(delete(MemoryRow).filter_by(key=path))
            self._say_gone(product)
            body = None
        if body is None:
            raise ValueError(f"the results table remembers nothing under {path}")
        return body

    def write_path(self, path: str, content: bytes, **_: object) -> None:  # type: ignore[override]
        """Keep a record for Prefect; an earlier one under the same path gives way."""
        statement = insert(MemoryRow).values(key=path, body=content)
        with self.open() as session:
            session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"body": content, "at": func.now()}))

    async def aread_path(self, path: str, **_: object) -> bytes:
        """As `read_path`, without holding up the event loop."""
        return await asyncio.to_thread(self.read_path, path)

    async def awrite_path(self, path: str, content: bytes, **_: object) -> None:
        """As `write_path`, without holding up the event loop."""
        await asyncio.to_thread(self.write_path, path, content)

    def _say_gone(self, product: Product) -> None:
        with self.open() as session:
            made_at = session.scalars(select(ProductRow.made_at).filter_by(key=product.key)).one()
        _tell_gone(product.step, product.address, made_at)

    def _resolve_path(self, path: str, validate: bool = False) -> str:  # noqa: ARG002 -- Prefect's signature
        return path


@lru_cache(maxsize=1000)
def _tell_gone(step: str, address: str, made_at: datetime) -> None:
    """Say it once for each making, however many ask."""
    _log.warning(
        "the stored file %s (%s, made %s) is gone and will be made again", address, step, made_at.isoformat(" ", "minutes")
    )
