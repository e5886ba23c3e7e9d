"""Locks on files, kept by the kernel: a process that dies lets go at once, in whatever way it died."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def hold(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Wait for the lock on a file and hold it; several can hold a shared one together."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def free_of(path: Path, *, inherited: bool = False) -> Iterator[BinaryIO | None]:
    """Take the lock on a file if nobody holds it; gives None, without waiting, if somebody does.

    With `inherited`, a program that was started with the file open goes on holding the lock, until its last process ends.
    """
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        try:
            yield file
        finally:
            if not inherited:
                fcntl.flock(file, fcntl.LOCK_UN)
