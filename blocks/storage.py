"""Where products live: by content, under one folder, never outside it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Field

from blocks.described import DescribedOnce
from blocks.domain.products import Address
from blocks.errors import BadSpec, ProductMissing, SetupError

_ADDRESS = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


class Source(Protocol):
    """Where products are read from."""

    def open(self, address: Address) -> Path:
        """Give a local path to read the file from; never write to it.

        Raises:
            ProductMissing: the file is gone.
            SetupError: the store cannot be read, or this machine has no room for the file.
            ProviderUnavailable: the store is away.
            BadSpec: this is no address.
        """
        ...


class Storage(Source, Protocol):
    """A store of products, whoever keeps it."""

    @property
    def store_name(self) -> str:
        """Name the store by its kind and place, the same on every machine, without a secret: `s3:https://host/bucket/products`."""
        ...

    def put(self, file: Path, *, patient: bool = True) -> Address:
        """Move a finished file into the store and give its address; equal bytes are stored once.

        Args:
            file: the file.
            patient: whether a store that is away is tried for some minutes, or only once more.

        Raises:
            SetupError: the store cannot be written to; the file is still where it was.
            ProviderUnavailable: the store is away; the file is still where it was.
            BadSpec: the file's name has no suffix that says what it is.
        """
        ...

    def has(self, address: Address, size_bytes: int) -> bool:
        """Tell whether the file is there with the size that was measured when it was stored.

        Raises:
            SetupError: the store cannot be read.
            ProviderUnavailable: the store is away.
        """
        ...

    def see_there(self) -> None:
        """See that the store itself is there, when a file that was put into it is not: only then is the file gone.

        Raises:
            SetupError: it is not, as when a disk is not mounted.
            ProviderUnavailable: it is away.
        """
        ...

    def check(self) -> None:
        """See, free of charge, that products can be kept and read.

        Raises:
            SetupError: something must be mended first.
            ProviderUnavailable: the store is away.
        """
        ...


class LocalStorage(DescribedOnce):
    """Keeps products in a folder of this machine, each under the hash of its bytes."""

    _block_type_name = "Local Storage"

    kind: Literal["local"] = "local"
    folder: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        description="Folder that holds all products; ~ is the home of whoever runs it. Made when needed."
    )

    @property
    def store_name(self) -> str:
        """Name the store by its folder."""
        return f"local:{self.folder.absolute()}"

    def put(self, file: Path, *, patient: bool = True) -> Address:  # noqa: ARG002 -- a disk is there or is not
        """Move a finished file into the store and give its address; equal bytes are stored once.

        The file appears whole or not at all, whatever is killed: it is hashed, flushed to disk, and renamed into its place; one
        from another disk is copied beside that place before. A stored file that was cut short is replaced.

        Raises:
            SetupError: the disk is full, or the folder cannot be written to; the file is still where it was.
            BadSpec: the file's name has no suffix that says what it is.
        """
        digest, size_bytes = sha256_of(file), file.stat().st_size
        address = f"{digest}{file.suffix.lower()}"
        place = self._place(address)
        try:
            if not self.has(address, size_bytes):
                place.parent.mkdir(parents=True, exist_ok=True)
                move_into(place, file)
            file.unlink(missing_ok=True)
        except OSError as error:
            raise SetupError(
                f"cannot store {file.name} ({size_bytes / 1e6:.1f} MB) in {self.folder}: {error.strerror}; "
                f"{free_mb(self.folder)} MB are free: make room, or choose another folder for the storage, and run again; "
                "what is finished is kept"
            ) from error
        return address

    def has(self, address: Address, size_bytes: int) -> bool:
        """Tell whether the file is there with the size that was measured when it was stored.

        Raises:
            SetupError: the folder cannot be read.
            BadSpec: this is no address.
        """
        try:
            return self._place(address).stat().st_size == size_bytes
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._unreadable(error) from error

    def open(self, address: Address) -> Path:
        """Give a local path to read the file from; never write to it.

        Raises:
            ProductMissing: the file is gone.
            SetupError: the folder cannot be read.
            BadSpec: this is no address.
        """
        place = self._place(address)
        try:
            is_there = place.is_file()
        except OSError as error:
            raise self._unreadable(error) from error
        if not is_there:
            raise ProductMissing(
                f"the stored file {address} is gone from {self.folder}: run the film again to make it anew", path=place
            )
        return place

    def see_there(self) -> None:
        """See that the folder is there, and not just the empty place of a disk that is not mounted.

        Raises:
            SetupError: it is not.
        """
        try:
            if next(self.folder.iterdir(), None) is not None:
                return
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise self._unreadable(error) from error
        raise SetupError(
            f"the folder of products {self.folder} is not there, or is empty: mount its disk, or bring its files back, and run "
            "again. If they are lost for good, and shall be made and paid for again, say so: "
            f"`mkdir -p {self.folder / 'lost'}`"
        )

    def check(self) -> None:
        """See that products can be read; a folder that is not there yet is made when it is needed.

        Raises:
            SetupError: what is there is no folder, or not ours to read.
        """
        try:
            next(self.folder.iterdir(), None)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> SetupError:
        return SetupError(
            f"the folder of products {self.folder} cannot be read: {error.strerror}; see that its disk is well and that it is "
            "ours to read, and run again"
        )

    def _place(self, address: Address) -> Path:
        return self.folder / address[:2] / check_address(address)


def check_address(address: str) -> Address:
    """Give an address back if it is one, and so leads nowhere else.

    Raises:
        BadSpec: it is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise BadSpec(f"{address!r} is no address of a stored file: that is 64 hexadecimal digits, a dot, and a suffix of 1 to 8")
    return address


def move_into(place: Path, file: Path) -> None:
    """Rename a file into its place, flushed to disk before; through a copy beside it from another disk."""
    if _is_renamed(place, file):
        return
    aside = beside(place)
    try:
        shutil.copyfile(file, aside)
        flush(aside)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def _is_renamed(place: Path, file: Path) -> bool:
    """Flush a file and rename it into a place on the same disk; tells whether that could be done."""
    if file.stat().st_dev != place.parent.stat().st_dev:
        return False
    flush(file)
    try:
        file.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False  # two volumes of one disk, as containers have them: nothing is renamed from one into the other
    return True


def beside(place: Path) -> Path:
    """Give a name beside a place, for what is not whole yet; nobody else is given the same."""
    return place.with_name(f".{place.name}.{os.getpid()}.{os.urandom(4).hex()}")


def flush(file: Path) -> None:
    """See that a file's bytes are on the disk."""
    with file.open("rb") as written:
        os.fsync(written.fileno())


def free_mb(folder: Path) -> int:
    """Give the free room where a folder is, or will be made, in millions of bytes."""
    there = next(step for step in (folder, *folder.absolute().parents) if step.exists())
    return shutil.disk_usage(there).free // 1_000_000


def sha256_of(file: Path) -> str:
    """Hash a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
