"""Where the embedded PostgreSQL keeps its data, its programs and its socket, and as which account it runs."""

from __future__ import annotations

import hashlib
import logging
import os
import pwd
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from blocks.errors import SetupError
from blocks.results.programs import POSTGRES_VERSION, RunAs, bundled_programs

_log = logging.getLogger(__name__)

ACCOUNTS = ("pgserver", "postgres", "nobody")
"""PostgreSQL refuses to run as root (its documentation, 18.1): the first of these that exists runs it then."""
SHARED_STATE = Path("/var/lib/ai-video-generator")
PRIVATE_STATE = Path(".local/share/ai-video-generator")
"""Below the home folder."""

_SPECIAL = re.compile(r'["$`\\\n]')
"""pg_ctl puts paths between double quotes on a shell's command line."""
_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
_SOCKET_FOLDER_LIMIT_BYTES = 88
"""A socket's whole path may have 103 bytes (104 with its end in sys/un.h of macOS, 108 on Linux)."""
_SOCKET_PREFIX = "results-socket-"


@dataclass(frozen=True)
class Account:
    """The account PostgreSQL runs as when this process is root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """Everything about where one server lives."""

    home: Path
    """Ours: lock files, and the cluster in `data`."""
    programs: Path
    account: Account | None
    """None: the account of this process."""

    @property
    def data(self) -> Path:
        """The cluster itself; nobody but the server's account can enter it."""
        return self.home / "cluster"

    @property
    def run_as(self) -> RunAs:
        """How to start PostgreSQL's programs."""
        if self.account is None:
            return {"cwd": self.home}
        return {"cwd": self.home, "user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a file or folder to the account the server runs as."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def choose_place(folder: Path) -> Place:
    """Choose where the server of a results folder lives, and make that folder.

    That is the folder itself, unless PostgreSQL cannot use it: as root it runs as another account, which may not be able to
    enter (a clone below /root), and some characters cannot be written in its start command. The log says so then.

    Raises:
        SetupError: there is no account to run as, or the data belongs to somebody else.
    """
    folder = folder.expanduser().resolve()
    elsewhere = _state_folder() / f"results-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    for home in (folder, elsewhere):
        if (home / "cluster").exists() and _can_use(home, account := _account_for(home)):
            return _place(home, account, folder)
    _make(folder)
    account = _account_for(folder)
    if _can_use(folder, account):
        return _place(folder, account, folder)
    _make(elsewhere)
    return _place(elsewhere, account, folder)


def _place(home: Path, account: Account | None, folder: Path) -> Place:
    if home != folder:
        _tell_once(
            f"PostgreSQL{f' (account {account.name})' if account else ''} cannot use {folder}; the results are kept in {home}"
        )
    version = home / "cluster" / "PG_VERSION"
    try:
        found = version.read_text().strip() if version.exists() else str(POSTGRES_VERSION)
    except PermissionError as error:
        raise SetupError(
            f"the results in {home} belong to another account: run as that one, or name another folder in the block results-table"
        ) from error
    if found != str(POSTGRES_VERSION):
        raise SetupError(
            f"the results in {home} were written by PostgreSQL {found}, this project brings {POSTGRES_VERSION}: move them away"
        )
    return Place(home, usable_programs(bundled_programs(), account), account)


@cache
def _tell_once(message: str) -> None:
    _log.warning(message)


def _account_for(home: Path) -> Account | None:
    """Name the account to run as: the owner of the data if there is some, else the first one that exists."""
    if os.geteuid() != 0:
        return None
    try:
        if (home / "cluster").exists():
            found = pwd.getpwuid((home / "cluster").stat().st_uid)
            return Account(found.pw_name, found.pw_uid, found.pw_gid)
    except KeyError as error:
        raise SetupError(
            f"the results in {home} belong to an account that does not exist here: chown them, or choose another folder"
        ) from error
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return Account(name, known[name].pw_uid, known[name].pw_gid)
    raise SetupError(
        "PostgreSQL does not run as root and no other account exists: run `useradd pgserver`, or work as an ordinary user"
    )


def _can_use(path: Path, account: Account | None) -> bool:
    """Tell whether the server could work in a folder that exists."""
    if _SPECIAL.search(str(path)):
        return False
    return account is None or all(_may_enter(step.stat(), account) for step in (path, *path.parents))


def _may_enter(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _make(folder: Path) -> None:
    """Make a folder; as root, open what was made (and nothing else) to the account the server runs as."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for step in missing:
            step.chmod(0o755)


def _state_folder() -> Path:
    return SHARED_STATE if os.geteuid() == 0 else Path.home() / PRIVATE_STATE


def usable_programs(programs: Path, account: Account | None) -> Path:
    """Give PostgreSQL's programs where its account can start them: copied once when the installation is out of its reach."""
    if _can_use(programs, account) and _may_enter((programs / "postgres").stat(), account or _ROOT):
        return programs
    copy = _state_folder() / f"postgresql-{POSTGRES_VERSION}"
    if not copy.exists():
        _make(copy.parent)
        aside = Path(tempfile.mkdtemp(prefix=f".{copy.name}-", dir=copy.parent))
        shutil.copytree(programs.parent, aside, symlinks=True, dirs_exist_ok=True)
        for path in (aside, *aside.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        _keep_first(aside, copy)
    return copy / "bin"


_ROOT = Account("root", 0, 0)


def _keep_first(aside: Path, place: Path) -> None:
    """Rename a finished folder into place; if somebody else was first, theirs is as good."""
    try:
        aside.rename(place)
    except OSError:
        if not place.exists():
            raise
        shutil.rmtree(aside)


def make_socket_folder(place: Place) -> Path:
    """Give a folder for the socket that only the server's account (and root) can enter.

    The data folder, unless its path is too long for a socket or cannot be written in a start command; then a temporary one, which
    has the same name each time, for there are programs that keep the address while the server is started again.
    """
    if _fits(place.data):
        return place.data
    name = f"{_SOCKET_PREFIX}{hashlib.sha256(os.fsencode(place.data)).hexdigest()[:12]}"
    for parent in (Path("/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 -- first, as TMPDIR may be another one next time
        if _fits(parent / name) and _can_use(parent, place.account):
            folder = _private_folder(parent / name, place)
            place.give(folder)
            return folder
    raise SetupError(
        f"no folder is fit for the socket of the results server: set TMPDIR to one of less than 70 letters, or move {place.home}"
    )


def _private_folder(wanted: Path, place: Place) -> Path:
    """Make a folder for its owner alone; one of another name when that name is taken by somebody else."""
    try:
        wanted.mkdir(mode=0o700)
    except FileExistsError:
        found = wanted.lstat()
        owners = {os.geteuid(), place.account.uid if place.account else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or stat.S_IMODE(found.st_mode) & 0o077:
            _log.warning("%s is not ours alone; the socket of the results server gets another folder", wanted)
            return Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir=wanted.parent))
    return wanted


def remove_socket_folder(folder: Path) -> None:
    """Remove a temporary socket folder; a data folder stays."""
    if folder.name.startswith(_SOCKET_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _fits(folder: Path) -> bool:
    return bool(_PLAIN.fullmatch(str(folder))) and len(os.fsencode(folder)) <= _SOCKET_FOLDER_LIMIT_BYTES
