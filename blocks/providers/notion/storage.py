"""Notion as a store: a database of its own, a page for each product, the file on the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from pydantic import Field

from blocks.copies import Copies
from blocks.described import DescribedOnce
from blocks.domain.products import Address
from blocks.errors import BadSpec, CredentialsRejected, ProductMissing, RateLimited, SetupError, TransientError
from blocks.http import download
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.files import LARGEST_FILE, FilePages, FileTooLarge, forget_columns
from blocks.s3_storage import PUT_PAUSES_S
from blocks.storage import check_address, sha256_of

GONE_PAUSES_S = (1.0, 4.0)
"""Waits before Notion is asked again for a file that it does not list: a list may be older than a page that another machine made
a moment ago, and what is gone is made, and paid for, again."""
LONGEST_WAIT_S = 120.0
"""A longer wait that Notion wants is the task's."""


class NotionStorage(DescribedOnce):
    """Keeps products in a Notion database, a page for each, named by the hash of its bytes; with copies on each machine.

    Notion takes a few requests a second from everybody together, so a bucket is quicker. Nothing is ever deleted there.
    """

    _block_type_name = "Notion Storage"

    kind: Literal["notion"] = "notion"
    credentials: NotionCredentials = Field(description="The integration that reads and writes; the database is shared with it.")
    data_source_id: str = Field(
        pattern=r"^[0-9a-fA-F-]{32,36}$",
        description="Id of the data source whose pages hold the files: menu of an empty database, Manage data sources.",
    )
    folder: Path = Field(
        default=Path("~/.cache/ai-video-generator-notion"),
        description="Folder of each machine for copies of what is in use; ~ is the home of whoever runs it. Made when needed.",
    )
    cache_gb: float = Field(
        default=20, gt=0, description="Room for copies, in GB; the longest unused give way, none within an hour of its use."
    )

    @property
    def store_name(self) -> str:
        """Name the store by its data source."""
        return f"notion:{self.data_source_id.replace('-', '').lower()}"

    def put(self, file: Path, *, patient: bool = True) -> Address:
        """Send a finished file to Notion and give its address; it becomes this machine's copy. Tries for some minutes
        when it is to be patient.

        Whether the file is there is asked first, each time: one whose answer was lost is not kept twice.

        Raises:
            BadSpec: the workspace's plan takes no file of this size, or the name has no suffix that says what it is.
            SetupError: Notion refuses; the file is still where it was.
            TransientError: Notion is away; the file is still where it was.
        """
        address = check_address(f"{sha256_of(file)}{file.suffix.lower()}")
        for pause_s in (*(PUT_PAUSES_S if patient else PUT_PAUSES_S[:1]), None):
            try:
                with self._open() as pages:
                    pages.keep(address, file)
                break
            except TransientError as error:
                asked_s = error.retry_after_s if isinstance(error, RateLimited) else None
                if pause_s is None or (asked_s or 0) > LONGEST_WAIT_S:
                    raise
                time.sleep(pause_s if asked_s is None else asked_s)
        with suppress(OSError):  # without a copy it is fetched when it is needed; that will say what ails the disk
            self._copies.keep(address, file)
        file.unlink(missing_ok=True)
        return address

    def has(self, address: Address, size_bytes: int) -> bool:
        """Tell whether the file is there; Notion takes files whole only, and is not asked for one that has a copy here.

        Raises:
            SetupError: the database is gone, is not shared with the integration, or the secret is refused.
            TransientError: Notion is away.
        """
        if self._copies.has(address, size_bytes):
            return True
        return self._find(check_address(address)) is not None

    def open(self, address: Address) -> Path:
        """Give this machine's copy to read from, fetched when needed; it stays for an hour at least. Never write to it.

        Raises:
            ProductMissing: its page or its file is gone, or its bytes are not those it was stored with.
            SetupError: Notion refuses, or this machine has no room.
            TransientError: Notion is away.
            BadSpec: this is no address.
        """
        mend = (
            f"the file of the page {address} in Notion does not hold the bytes it is named by: delete that page, then run the "
            "film again to make it anew"
        )
        return self._copies.open(address, lambda aside: self._fetch(address, aside), mend=mend)

    def see_there(self) -> None:
        """See nothing: a database that is gone has said so when it was asked for the file."""

    def check(self) -> None:
        """See, free of charge, that the database is shared with the integration and can hold files.

        Raises:
            SetupError: it is not, or cannot.
            TransientError: Notion is away.
        """
        with self._open() as pages:
            pages.columns(anew=True)

    def _fetch(self, address: Address, aside: Path) -> str:
        url = self._find(address)
        if url is None:
            raise ProductMissing(f"the stored file {address} is gone from Notion: run the film again to make it anew")
        # The address is signed, and ends after an hour: it was asked for a moment ago, and is not kept.
        download(url, aside, service="Notion", looks_right=lambda _: True, longest_bytes=LARGEST_FILE)
        return sha256_of(aside)

    def _find(self, address: Address) -> str | None:
        """Give an address to fetch a file from; None when Notion has said several times that it is gone."""
        with self._open() as pages:
            for pause_s in (*GONE_PAUSES_S, None):
                found = pages.find(address)
                if found is not None and found.url is not None:
                    return found.url
                if pause_s is not None:
                    time.sleep(pause_s)
        return None

    @contextmanager
    def _open(self) -> Iterator[FilePages]:
        """Open the database; what Notion refuses is for a person to mend, and never a file that is gone."""
        try:
            with self.credentials.get_client() as door:
                yield FilePages(door, self.data_source_id)
        except FileTooLarge:
            raise
        except (BadSpec, CredentialsRejected) as error:
            forget_columns(self.data_source_id)
            raise SetupError(f"the store {self.store_name} refuses: {error}") from error

    @property
    def _copies(self) -> Copies:
        return Copies(folder=self.folder, limit_bytes=int(self.cache_gb * 1e9))
