"""Where products live: by content, under one folder, never outside it."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field

from blocks.domain.products import Address
from blocks.errors import ProductMissing


class LocalStorage(Block):
    """Keeps products in a folder of this machine, each under the hash of its bytes."""

    _block_type_name = "Local Storage"

    kind: Literal["local"] = "local"
    folder: Path = Field(description="Folder that holds all products; made when needed.")

    def put(self, file: Path) -> Address:
        """Move a finished file into the store and give its address; equal bytes are stored once.

        The file appears whole or not at all: it is hashed, written beside its place, flushed to disk, and renamed.
        """
        digest = sha256_of(file)
        address = f"{digest}{file.suffix.lower()}"
        place = self._place(address)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            aside = place.with_name(f".{place.name}.{os.getpid()}.{os.urandom(4).hex()}")
            try:
                shutil.copyfile(file, aside)
                with aside.open("rb") as written:
                    os.fsync(written.fileno())
                aside.replace(place)
            finally:
                aside.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        return address

    def has(self, address: Address, size_bytes: int) -> bool:
        """Tell whether the file is there with the size that was measured when it was stored."""
        place = self._place(address)
        return place.is_file() and place.stat().st_size == size_bytes

    def open(self, address: Address) -> Path:
        """Give a local path to read the file from; never write to it.

        Raises:
            ProductMissing: the file is gone.
        """
        place = self._place(address)
        if not place.is_file():
            raise ProductMissing(
                f"the stored file {address} is gone from {self.folder}: run the film again to make it anew", path=place
            )
        return place

    def _place(self, address: Address) -> Path:
        return self.folder / address[:2] / address


def sha256_of(file: Path) -> str:
    """Hash a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
