"""What one film is made with: its name, its channel, and the results table."""

from __future__ import annotations

import errno
import logging
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from pydantic import ConfigDict

from blocks.booked import BookedPurchase
from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Maker
from blocks.capabilities.purchase import Purchase, Unwritten
from blocks.channel import Channel, block_name
from blocks.domain.frozen import Frozen
from blocks.domain.layout import film_name
from blocks.domain.money import Receipt, Usage
from blocks.domain.products import Address, Product, Provenance
from blocks.domain.request import VideoName
from blocks.domain.stages import Step
from blocks.errors import BadSpec, ProviderUnavailable, SetupError, StudioError
from blocks.media.probe import measure
from blocks.results import entries, purchases
from blocks.results.shelves import Shelves
from blocks.results.table import ResultsTable
from blocks.storage import free_mb
from blocks.unstored import Aside, Unstored, kept_aside, waiting_room
from blocks.workspace import film_folder, lay_out

RESULTS_BLOCK = "results-table/default"
"""Name of the saved block that is the truth: Prefect's memory and the studio's books."""
RECORD_PAUSES_S = (1.0, 3.0, 10.0, 30.0, 60.0, 120.0)
"""Waits before a row is written again: a database that is started anew is back within minutes, and what was paid for is not."""
_log = logging.getLogger(__name__)
_SET_UP = "run `make setup` (or `python -m deployments setup`), then try again"


class Studio(Frozen):
    """One film's surroundings, as tasks need them."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    video: VideoName
    channel: Channel
    results: ResultsTable
    run: str | None = None
    """The run that carries the film; None where nobody looked, or none did."""

    @property
    def folder(self) -> Path:
        """Folder of the film."""
        return film_folder(self.channel.workspaces, self.video)

    @property
    def draft(self) -> Path:
        """Where the film's draft lies for people, once it is made."""
        draft = self.video.draft
        return film_folder(self.channel.workspaces, draft) / f"{film_name(draft.slug)}.mp4"

    @property
    def storage(self) -> Shelves:
        """All stores, to read products from; that of the channel is known even when it is not saved."""
        return replace(self.results.shelves, channel=self.channel.storage)

    @contextmanager
    def bench(self, purchase: Purchase | None = None) -> Iterator[Bench]:
        """Clear a place to work; it is gone afterwards, whatever happened.

        Args:
            purchase: the paper of the call that will be paid for there.

        Raises:
            SetupError: the disk is full.
        """
        try:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                yield Bench(folder=Path(folder), storage=self.storage, purchase=purchase or Unwritten())
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            place = error.filename or tempfile.gettempdir()
            raise SetupError(f"the disk is full at {place}: make room and run again; what is finished is kept") from error

    def see_store(self) -> None:
        """See that the store that new products go to is there and takes them, before anything is made or bought.

        Raises:
            SetupError: it is not, and products lie in it, as when a disk is not mounted; or it refuses, or is nearly full.
            TransientError: it is away.
        """
        self.results.shelves.see_open(self.channel.storage or self.results.storage)

    def keep(
        self, key: str, step: Step, spec: Frozen, maker: object, made: Made, purchase: BookedPurchase | None = None
    ) -> Product:
        """Store a fresh file, measure it, and write its row, its receipt and the end of its purchase in one transaction.

        What was paid for is never lost for want of a store: when the channel's own cannot take it now, the studio's does, and so
        with a file that the channel's never can; when none can, it waits on this machine for `take_up`, and the error says where.
        A database that is away is waited for some minutes.

        Raises:
            MediaError: the file is broken.
            SetupError: no store can be written to.
            TransientError: the stores are away, or the database, for too long.
        """
        is_paid = isinstance(maker, Maker) and maker.price(made.usage) != 0
        unstored = Unstored(made=made, purchase=None if purchase is None else purchase.number) if is_paid else None
        with kept_aside(waiting_room(self.channel.workspaces), key, unstored) as aside:
            facts, size_bytes = measure(made.file), made.file.stat().st_size
            address, store = self._put(made.file, is_paid=is_paid)
            product = Product(
                key=key,
                step=step,
                address=address,
                store=store,
                size_bytes=size_bytes,
                facts=facts,
                provenance=Provenance(
                    maker=getattr(maker, "kind", "local"),
                    model=made.model,
                    spec=spec.model_dump_json(),
                    request_id=made.request_id,
                ),
                words=made.words,
            )
            aside.product = product
            self._record(product, self._receipt_for(product, maker, made, purchase), aside)
        return product

    def waits(self, key: str) -> Path | None:
        """Tell where something that was paid for waits on this machine for a store, or for the books; None when nothing does.

        Raises:
            SetupError: what waits cannot be read.
        """
        waits = waiting_room(self.channel.workspaces).find(key)
        return None if waits is None else waits.made.file

    def take_up(self, key: str, step: Step, spec: Frozen, maker: object) -> Product | None:
        """Store what was paid for before and no store took then, and write it down; None when nothing waits.

        Ask this before every paid call, as `results.find`.

        Raises:
            SetupError: no store can be written to, or what waits cannot be read.
            TransientError: the stores are away, or the database.
        """
        room = waiting_room(self.channel.workspaces)
        waits = room.find(key)
        if waits is None:
            return None
        purchase = None
        if waits.purchase is not None:
            with self.results.open() as session:
                entry = purchases.find(session, waits.purchase)
            purchase = None if entry is None else BookedPurchase(self.results, entry)
        if waits.product is None:
            return self.keep(key, step, spec, maker, waits.made, purchase)
        if not self.storage.holds(waits.product):
            room.drop(key)
            return None
        self.results.record(waits.product, self._receipt_for(waits.product, maker, waits.made, purchase))
        room.drop(key)
        return waits.product

    def bill(self, key: str, step: Step, maker: object, error: StudioError, purchase: BookedPurchase | None = None) -> None:
        """Write down what a failed call was billed anyway, and that its purchase has ended."""
        if isinstance(maker, Maker) and error.usage is not None:
            receipt = self._receipt(key, step, maker, error.usage, request_id=error.request_id, delivered=False)
            self.results.bill(receipt if purchase is None else _settling(receipt, purchase))

    def place(self, names: Mapping[str, Product]) -> None:
        """Lay products out in the film's folder under the names people look for, and write the names down.

        Args:
            names: products by their name in the folder, without suffix; the suffix is the product's.

        Raises:
            SetupError: the folder cannot be written to, or a store that has a product is unknown or cannot be read.
            ProductMissing: a product is gone.
            TransientError: a store is away.
        """
        files = {name + Path(product.address).suffix: product for name, product in names.items()}
        try:
            for name, product in files.items():
                lay_out(self.folder, name, self.storage.open(product.address))
        except OSError as error:
            raise SetupError(
                f"cannot write the film's folder {self.folder}: {error.strerror}; {free_mb(self.folder)} MB are free there: make "
                "room, or see that the folder is ours to write to, and run again; what is finished is kept"
            ) from error
        with self.results.open() as session:
            for name, product in files.items():
                entries.link_product(session, self.video, name, product.key)

    def _put(self, file: Path, *, is_paid: bool) -> tuple[Address, str]:
        """Give the file's address, and the name of the store that took it."""
        own = self.channel.storage
        if own is not None:
            try:
                self.results.shelves.see_ready(own)
                # A death while a store is waited for would lose what was paid for: the studio's own is there sooner.
                return own.put(file, patient=not is_paid), own.store_name
            except StudioError as error:
                if not is_paid and not isinstance(error, BadSpec):
                    raise
                _log.warning("%s is kept in the studio's own store, not in %s: %s", file.name, own.store_name, error)
        self.results.shelves.see_ready(self.results.storage)
        # What is paid for waits in a place of its own, where a death cannot lose it: see `keep`.
        return self.results.storage.put(file, patient=not is_paid), ""

    def _record(self, product: Product, receipt: Receipt | None, aside: Aside) -> None:
        for pause_s in RECORD_PAUSES_S:
            try:
                self.results.record(product, receipt)
            except ProviderUnavailable as error:
                _log.warning("%s is stored, and is written into the books in %g s: %s", product.address, pause_s, error)
            else:
                return
            aside.keep()  # a death while the database is waited for would lose what was paid for
            time.sleep(pause_s)
        self.results.record(product, receipt)

    def _receipt_for(self, product: Product, maker: object, made: Made, purchase: BookedPurchase | None) -> Receipt | None:
        """Give the receipt of a product; None for a step that calls no maker, or one whose parts have their own."""
        if not isinstance(maker, Maker) or (purchase is None and maker.pays_by_part):
            return None
        receipt = self._receipt(product.key, Step(product.step), maker, made.usage, request_id=made.request_id)
        return receipt if purchase is None else _settling(receipt, purchase)

    def _receipt(
        self, key: str, step: Step, maker: Maker, usage: Usage, *, request_id: str | None, delivered: bool = True
    ) -> Receipt:
        return Receipt(
            key=key,
            channel=self.video.channel,
            video=self.video.slug,
            step=step,
            maker=maker.kind,
            usage=usage,
            cost_usd=maker.price(usage),
            delivered=delivered,
            request_id=request_id,
            account=maker.account if maker.lane else "",
            at=datetime.now(UTC),
        )


def _settling(receipt: Receipt, purchase: BookedPurchase) -> Receipt:
    return receipt.model_copy(update={"purchase": purchase.number})


async def open_studio(video: VideoName) -> Studio:
    """Load what a film is made with from its saved blocks.

    Raises:
        BadSpec: no channel has this name; the message lists those there are.
        SetupError: the studio was never set up.
    """
    try:
        results: ResultsTable = await ResultsTable.aload("default")
    except ValueError as error:
        if "default" in await saved_names("results-table"):
            raise
        raise SetupError(f"the studio has no results table yet: {_SET_UP}") from error
    name = block_name(video.channel)
    try:
        channel: Channel = await Channel.aload(name)
    except ValueError as error:
        if name in (channels := await saved_names("channel")):
            raise
        known = ", ".join(sorted(channels)) or "none yet"
        raise BadSpec(
            f"there is no channel {video.channel!r}; the channels are: {known}. Name one of them, or {_SET_UP}"
        ) from error
    if video.channel != (wanted := channel.id or name):
        # Money and uploads are counted by this word: two spellings would have two budgets.
        raise BadSpec(f"there is no channel {video.channel!r}; it is written {wanted!r}")
    return Studio(video=video, channel=channel.drafting() if video.is_draft else channel, results=results)


async def saved_names(block_type: str) -> set[str]:
    """Give the names of all saved blocks of a type, by the type's slug; none for a type that was never registered."""
    async with get_client() as client:
        try:
            documents = await client.read_block_documents_by_type(block_type)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != HTTPStatus.NOT_FOUND:
                raise
            return set()
    return {document.name for document in documents if document.name}
