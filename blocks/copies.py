"""Copies of stored files on this machine: each is fetched once, and the longest unused give way to others."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address
from blocks.errors import ProductMissing, SetupError
from blocks.storage import beside, check_address, flush, free_mb, move_into, sha256_of

IN_USE_S = 3600.0
"""A copy that was asked for within the last hour may still be read, and stays."""

_seen_whole: dict[Path, tuple[int, int, int]] = {}
"""Copies whose bytes this process has checked against their address, with what changes when they are written to."""


class Copies(Frozen):
    """A folder of copies that may be deleted at any time but while they are in use; all processes of the machine share it."""

    folder: Path
    limit_bytes: int
    """What the copies may take in all. Those in use, and those that a film's folder links to, are not counted."""

    def open(self, address: Address, fetch: Callable[[Path], str], *, mend: str) -> Path:
        """Give the copy to read from; where there is none, the file is fetched, and is kept when it is the right one.

        Args:
            address: the file.
            fetch: writes the file's bytes where it is told to, a place that nobody else has, and gives their SHA-256.
            mend: what the store holds instead and what to do about it, for people, when the bytes are not those of the address.

        Raises:
            ProductMissing: the bytes are not those of the address, or `fetch` found none; its path is where the copy would be.
            SetupError: this machine has no room, or the folder cannot be written to.
            BadSpec: this is no address.
        """
        try:
            return self.find(address) or self._fetch(address, fetch, mend)
        except OSError as error:
            folder = self.folder.expanduser()
            raise SetupError(
                f"cannot keep a copy of {address} in {folder}: {error.strerror}; {free_mb(folder)} MB are free: make room, or "
                "choose another folder for copies, and run again"
            ) from error

    def find(self, address: Address) -> Path | None:
        """Look a copy up and mark it as used; None when there is none, or one whose bytes are not those of its address.

        The bytes are read once in each process; after that, any change to the file is noticed by its size and its time.
        """
        place = self.place(address)
        try:
            there = place.stat()
            mark = (there.st_ino, there.st_size, there.st_mtime_ns)
            if _seen_whole.get(place) != mark:
                if sha256_of(place) != address.partition(".")[0]:
                    return None
                _seen_whole[place] = mark
            os.utime(place, ns=(time.time_ns(), there.st_mtime_ns))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return place

    def has(self, address: Address, size_bytes: int) -> bool:
        """Tell whether there is a copy of this size, without reading it."""
        try:
            return self.place(address).stat().st_size == size_bytes
        except (FileNotFoundError, NotADirectoryError):
            return False

    def keep(self, address: Address, file: Path) -> Path:
        """Move a whole file among the copies, and make room for it."""
        place = self.place(address)
        place.parent.mkdir(parents=True, exist_ok=True)
        move_into(place, file)
        there = place.stat()
        os.utime(place, ns=(time.time_ns(), there.st_mtime_ns))
        _seen_whole[place] = (there.st_ino, there.st_size, there.st_mtime_ns)
        self._make_room()
        return place

    def place(self, address: Address) -> Path:
        """Give where the copy of a file is, or would be.

        Raises:
            BadSpec: this is no address.
        """
        return self.folder.expanduser() / address[:2] / check_address(address)

    def _fetch(self, address: Address, fetch: Callable[[Path], str], mend: str) -> Path:
        place = self.place(address)
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = beside(place)
        try:
            if fetch(aside) != address.partition(".")[0]:
                raise ProductMissing(mend)
            flush(aside)
            return self.keep(address, aside)
        except ProductMissing as error:
            error.path = place
            raise
        finally:
            aside.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Delete the longest unused copies above the limit, and what killed processes left half written."""
        oldest_in_use = time.time() - IN_USE_S
        copies: list[tuple[float, int, Path]] = []
        for file, there in self._files():
            if file.name.startswith("."):
                if there.st_mtime < oldest_in_use:
                    file.unlink(missing_ok=True)
            elif there.st_nlink == 1:  # to delete one that a film's folder links to would free nothing
                copies.append((there.st_atime, there.st_size, file))
        taken_bytes = sum(size for _, size, _ in copies)
        for used_at, size, file in sorted(copies):
            if taken_bytes <= self.limit_bytes or used_at > oldest_in_use:
                return
            if _is_unused_since(file, oldest_in_use):
                file.unlink(missing_ok=True)
                taken_bytes -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for file in self.folder.expanduser().glob("*/*"):
            try:
                yield file, file.stat()
            except FileNotFoundError:
                continue  # another process made room, too


def _is_unused_since(file: Path, moment: float) -> bool:
    """Look once more: another process may have taken a copy into use after all were listed."""
    try:
        return file.stat().st_atime <= moment
    except FileNotFoundError:
        return True  # that process made room, too
