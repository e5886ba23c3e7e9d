"""All stores of the studio as one to read from: a product is found where it was put, whichever channel asks for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from prefect.blocks.core import Block, UnknownBlockType
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import PrefectHTTPStatusError
from pydantic import ValidationError

from blocks.domain.products import Address, Product
from blocks.errors import ProductMissing, ProviderUnavailable, SetupError, StudioError
from blocks.results import queries
from blocks.results.database import Database, transaction
from blocks.storage import LocalStorage, Storage, check_address, free_mb

STORE_KINDS = ("local", "s3", "notion")
FRESH_S = 60.0
"""How long what was loaded of saved stores is taken for true."""
CHECKED_S = 30.0
"""How long a store that took orders is taken to do so still."""
LEAST_ROOM_MB = 200
"""Free room on the disk of a store in a folder, below which nothing more is made: a clip of ten seconds has some 20 MB."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelves:
    """The studio's own store, that of the channel that asks, and all that are saved as blocks."""

    database: Database
    studio: Storage
    channel: Storage | None = None
    """None when the channel has none of its own."""

    def holds(self, product: Product) -> bool:
        """Tell whether a product's file is there, in its store or, of equal bytes, in another.

        Raises:
            SetupError: its store is unknown or not there: it never looks like one whose files are gone.
            TransientError: its store is away, or Prefect, that knows the stores.
        """
        trouble: list[StudioError] = []
        tried: set[str] = set()
        for name in self._names_of(product):
            store = self._named(name)
            if store is None:
                trouble.append(_unknown(name))
                continue
            tried.add(store.store_name)
            try:
                if store.has(product.address, product.size_bytes):
                    return True
                store.see_there()
            except StudioError as error:
                trouble.append(error)
        if not trouble and product.store:
            return False
        for store in self._others(tried) if trouble else self._earlier(tried):
            with suppress(StudioError):
                if store.has(product.address, product.size_bytes):
                    return True
        if not trouble:
            return False
        raise trouble[0]

    def open(self, address: Address) -> Path:
        """Give a local path to read a file from, whichever store has it; never write to it.

        Raises:
            ProductMissing: it is gone from every store that had it.
            SetupError: a store that had it is unknown, cannot be read, or this machine has no room for the file.
            TransientError: a store that had it is away, or Prefect, that knows the stores.
            BadSpec: this is no address.
        """
        check_address(address)
        with transaction(self.database) as session:
            names = queries.stores_of(session, address) or ("",)
        missing: ProductMissing | None = None
        trouble: list[StudioError] = []
        tried: set[str] = set()
        for name in names:
            store = self._named(name)
            if store is None:
                trouble.append(_unknown(name))
                continue
            tried.add(store.store_name)
            try:
                try:
                    return store.open(address)
                except ProductMissing as error:
                    missing = error
                store.see_there()
            except StudioError as error:
                trouble.append(error)
        for store in self._others(tried) if trouble else self._earlier(tried) if "" in names else ():
            with suppress(StudioError):
                return store.open(address)
        raise trouble[0] if trouble or missing is None else missing

    def see_ready(self, store: Storage) -> None:
        """See that a store is there before more is put into it: what a disk holds that is not mounted would look gone afterwards.

        A store that nothing was put into yet is made when it is needed. The books are only asked when it is not there.

        Raises:
            SetupError: it is not there, and products lie in it.
            TransientError: it is away.
        """
        try:
            store.see_there()
        except SetupError:
            names = {store.store_name, "" if store.store_name == self.studio.store_name else store.store_name}
            with transaction(self.database) as session:
                is_known = queries.has_stored_in(session, names)
            if is_known:
                raise

    def see_open(self, store: Storage) -> None:
        """See that a store is there, lets us in and has room, before anything is made or bought for it; asked once in a while.

        Raises:
            SetupError: it is not there, refuses, or its disk is nearly full.
            TransientError: it is away.
        """
        self.see_ready(store)
        if time.monotonic() < _checked_at.get(store.store_name, float("-inf")) + CHECKED_S:
            return
        store.check()
        if isinstance(store, LocalStorage) and (free := free_mb(store.folder)) < LEAST_ROOM_MB:
            raise SetupError(
                f"only {free} MB are free where {store.folder} is, and nothing was made: make room ({LEAST_ROOM_MB} MB at least) "
                "or choose another folder for the storage, and run again; what is finished is kept"
            )
        _checked_at[store.store_name] = time.monotonic()

    def _names_of(self, product: Product) -> Iterator[str]:
        """Name the stores that have equal bytes, the product's own first; the books are only asked when that lacks it."""
        yield product.store
        with transaction(self.database) as session:
            names = queries.stores_of(session, product.address)
        yield from (name for name in names if name != product.store)

    def _named(self, name: str) -> Storage | None:
        if not name:
            return self.studio
        own = (store for store in (self.channel, self.studio) if store is not None and store.store_name == name)
        return next(own, None) or _saved.find(name)

    def _earlier(self, tried: set[str]) -> Iterator[Storage]:
        """Give the other stores that the books know: the studio's own was another when a film under way put a file there."""
        with transaction(self.database) as session:
            names = queries.all_stores(session)
        for name in names:
            if name and name not in tried and (store := self._named(name)) is not None:
                yield store

    def _others(self, tried: set[str]) -> list[Storage]:
        near = [store for store in (self.channel, self.studio) if store is not None]
        found = {store.store_name: store for store in (*near, *_saved.all())}
        return [store for name, store in found.items() if name not in tried]


@dataclass
class _SavedStores:
    """The stores that are saved, on their own or inside channels, as they were a moment ago."""

    _stores: dict[str, Storage] = field(default_factory=dict)
    _loaded_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, name: str) -> Storage | None:
        """Look a store up by its name, anew when it is not known."""
        with self._lock:
            if name not in self._stores or self._is_old():
                self._load()
            return self._stores.get(name)

    def all(self) -> tuple[Storage, ...]:
        """List them."""
        with self._lock:
            if self._is_old():
                self._load()
            return tuple(self._stores.values())

    def _is_old(self) -> bool:
        return time.monotonic() > self._loaded_at + FRESH_S

    def _load(self) -> None:
        try:
            with get_client(sync_client=True) as client:
                documents = tuple(_documents(client))
        except Exception as error:  # of httpx, which Prefect's client hands on, and one file of ours alone knows
            raise ProviderUnavailable(f"Prefect does not say which stores are saved: {type(error).__name__}") from error
        found = [store for document in documents for store in _stores_in(document)]
        self._stores, self._loaded_at = {store.store_name: store for store in found}, time.monotonic()


_saved = _SavedStores()
_checked_at: dict[str, float] = {}
"""When each store, by its name, last let us in."""


def _documents(client: SyncPrefectClient) -> Iterator[BlockDocument]:
    for slug in ("channel", *(f"{kind}-storage" for kind in STORE_KINDS)):
        try:
            yield from client.read_block_documents_by_type(slug, include_secrets=True)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != HTTPStatus.NOT_FOUND:
                raise  # else nobody ever saved one


def _stores_in(document: BlockDocument) -> Iterator[Storage]:
    slug = document.block_type.slug if document.block_type else ""
    settings = document.data.get("storage") if slug == "channel" else document.data
    if not isinstance(settings, dict):
        return
    try:
        kind = Block.get_block_class_from_key(slug if slug != "channel" else f"{settings.get('kind')}-storage")
        yield kind.model_validate(settings)  # type: ignore[misc]  # every kind of store is a `Storage`
    except (ValidationError, UnknownBlockType) as error:
        _log.warning("the store of the block %s/%s cannot be read: %s", slug, document.name, type(error).__name__)


def _unknown(name: str) -> SetupError:
    kind, _, place = name.partition(":")
    title = {"local": "Local Storage", "s3": "S3 Storage", "notion": "Notion Storage"}.get(kind, kind)
    return SetupError(
        f"a product lies in the store {name}, and no saved block describes that store any more: save a block {title} for {place} "
        "under any name, or copy its files to a store that a channel has; then run again. Nothing was made again"
    )
