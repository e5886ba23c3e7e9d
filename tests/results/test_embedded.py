import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from blocks.errors import SetupError
from blocks.results import embedded, placing
from blocks.results.file_locks import free_of

ROOT = Path(__file__).parents[2]
LIMIT_S = 60


class User:
    """Another process that uses the server of a folder."""

    def __init__(self, folder):
        command = [sys.executable, "-W", "error", str(Path(__file__).with_name("user_of_postgres.py")), str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def sockets(self):
        line = self.process.stdout.readline()
        assert line, "it never got to use the server"
        return Path(line.strip())

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(LIMIT_S) == 0
        self.process.stdout.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(LIMIT_S)
        self.process.stdin.close()
        self.process.stdout.close()


def ask(sockets, question):
    with psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


def is_running(home):
    with free_of(home / "server.lock") as gone:
        return gone is None


@contextmanager
def open_folder():
    """A folder that PostgreSQL's account can enter; pytest's own cannot be entered by it."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for home in {lock.parent for lock in folder.rglob("server.lock")}:
            embedded.stop(home)
        shutil.rmtree(folder)


@contextmanager
def moved(home, there):
    """The stopped server of a folder in another place; making a new one takes longer."""
    User(home).end()
    there.parent.mkdir(parents=True, exist_ok=True)
    home.rename(there)
    try:
        yield
    finally:
        embedded.stop(there)
        there.rename(home)


@pytest.fixture(scope="module")
def folder():
    with open_folder() as parent:
        yield parent / "postgres"


def test_processes_share_a_server_and_it_outlives_the_killed_one_that_started_it(folder):
    starter, other = User(folder), User(folder)
    sockets = starter.sockets()
    assert other.sockets() == sockets
    starter.kill()
    assert ask(sockets, "SELECT 1") == [(1,)]
    late = User(folder)
    assert late.sockets() == sockets
    late.end()
    assert ask(sockets, "SELECT 1") == [(1,)], "another user is left"
    other.end()
    assert not is_running(folder)


def test_what_was_written_is_there_for_the_next_process(folder):
    first = User(folder)
    ask(first.sockets(), "CREATE TABLE kept AS SELECT 42 AS number")
    first.end()
    second = User(folder)
    assert ask(second.sockets(), "SELECT number FROM kept") == [(42,)]
    second.end()


def test_a_killed_server_is_started_again_with_everything_that_was_committed(folder):
    user = User(folder)
    ask(user.sockets(), "CREATE TABLE committed AS SELECT 7 AS number")
    postmaster = int((folder / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(postmaster, signal.SIGKILL)
    next_user = User(folder)
    assert ask(next_user.sockets(), "SELECT number FROM committed") == [(7,)]
    next_user.end()
    user.end()


def test_a_living_process_with_the_number_of_a_dead_server_is_not_taken_for_it(folder):
    User(folder).end()
    pid_file = folder / "cluster" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder}/cluster\n1\n5432\n{folder}/cluster\n\n0 0\nready   \n")
    user = User(folder)
    assert ask(user.sockets(), "SELECT 1") == [(1,)]
    user.end()


def test_the_socket_is_closed_to_other_accounts(folder):
    user = User(folder)
    sockets = user.sockets()
    assert stat.S_IMODE(sockets.stat().st_mode) & 0o077 == 0
    user.end()


def test_a_folder_whose_first_start_was_killed_is_started_by_the_next():
    with open_folder() as parent:
        folder = parent / "postgres"
        victim = User(folder)
        deadline = time.monotonic() + LIMIT_S
        while not any(folder.glob("new-*")) and time.monotonic() < deadline:
            time.sleep(0.005)
        victim.kill()
        users = [User(folder) for _ in range(3)]
        assert len({user.sockets() for user in users}) == 1
        for user in users:
            user.end()
        assert not list(folder.glob("new-*"))


def test_a_long_path_with_spaces_and_quotes_works(folder):
    there = folder.parent / "my films (é)" / "it's" / ("long" * 30)
    assert len(str(there)) > 130
    with moved(folder, there):
        user = User(there)
        sockets = user.sockets()
        assert ask(sockets, "SHOW data_directory") == [(str(there / "cluster"),)]
        user.end()
        assert not is_running(there)
        assert not sockets.exists()


def test_an_address_given_before_a_kill_is_good_after_it(folder):
    there = folder.parent / "my films" / ("long" * 30)
    with moved(folder, there):
        first = User(there)
        given = first.sockets()
        assert there not in given.parents, "the path is too long for a socket"
        os.kill(int((there / "cluster" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        second = User(there)
        assert second.sockets() == given
        assert ask(given, "SELECT 1") == [(1,)]
        second.end()
        first.end()


@pytest.mark.parametrize("taken_by", ["another account", "a folder that others may enter", "a link"])
def test_a_socket_folder_that_is_not_ours_alone_is_not_used(taken_by, tmp_path, monkeypatch, caplog):
    place = placing.Place(home=tmp_path / ("long" * 30), programs=tmp_path, account=None)
    wanted = placing.make_socket_folder(place)
    assert placing.make_socket_folder(place) == wanted
    try:
        if taken_by == "another account":
            uid = os.geteuid() + 1
            monkeypatch.setattr(os, "geteuid", lambda: uid)
        elif taken_by == "a link":
            wanted.rmdir()
            wanted.symlink_to(tmp_path)
        else:
            wanted.chmod(0o750)
        found = placing.make_socket_folder(place)
        assert found != wanted
        assert stat.S_IMODE(found.stat().st_mode) == 0o700
        assert f"{wanted} is not ours alone" in caplog.text
        placing.remove_socket_folder(found)
    finally:
        if wanted.is_symlink():
            wanted.unlink()
        else:
            wanted.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another account")
def test_a_private_folder_of_root_stays_private_and_the_data_goes_elsewhere(folder, monkeypatch, caplog):
    monkeypatch.setattr(placing, "SHARED_STATE", folder.parent / "state")
    private = folder.parent / "private"
    private.mkdir(mode=0o700)
    wanted = private / "clone" / "postgres"
    place = placing.choose_place(wanted)
    assert place.home.parent == folder.parent / "state"
    assert f"cannot use {wanted}; the results are kept in {place.home}" in caplog.text
    place.home.rmdir()
    with moved(folder, place.home):
        assert ask(embedded.join(wanted), "SELECT 1") == [(1,)]
        embedded.stop(wanted)
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        private.chmod(0o755)
        assert placing.choose_place(wanted).home == place.home, "what was begun elsewhere stays there"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another account")
def test_programs_out_of_reach_of_their_account_are_copied_once(monkeypatch):
    with open_folder() as elsewhere, open_folder() as private:
        monkeypatch.setattr(placing, "SHARED_STATE", elsewhere / "state")
        programs = private / "installed" / "bin"
        programs.mkdir(parents=True)
        (programs / "postgres").write_text("#!/bin/sh\n")
        (programs / "postgres").chmod(0o700)
        private.chmod(0o700)
        account = placing.Account("nobody", 65534, 65534)
        found = placing.usable_programs(programs, account)
        assert found == elsewhere / "state" / f"postgresql-{placing.POSTGRES_VERSION}" / "bin"
        assert (found / "postgres").stat().st_mode & 0o005 == 0o005
        assert placing.usable_programs(programs, account) == found
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_data_of_another_release_is_refused_with_a_way_out():
    with open_folder() as parent:
        cluster = parent / "cluster"
        cluster.mkdir()
        (cluster / "PG_VERSION").write_text("15\n")
        with pytest.raises(SetupError, match="written by PostgreSQL 15, this project brings 18: move them away"):
            embedded.join(parent)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SetupError, match=r"cannot be set up: .*Not a directory"):
        embedded.join(tmp_path / "file" / "postgres")
