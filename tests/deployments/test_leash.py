"""Programs on a leash: none outlives the one who started it."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from deployments.server import Program, start_program

LIMIT_S = 20
FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Program, psutil.Process]:
    """A program that runs, and its child in another session."""
    (tmp_path / "family.py").write_text(FAMILY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    log = tmp_path / "log"
    program = start_program("family", ["family"], 0, environment={}, log=log)
    return program, _child(log)


def _child(log: Path) -> psutil.Process:
    while not log.read_text().strip():
        assert psutil.Process().is_running()
    return psutil.Process(int(log.read_text()))


def test_a_program_ends_with_all_it_started(family: tuple[Program, psutil.Process]) -> None:
    program, child = family

    program.stop()

    psutil.wait_procs([child], timeout=LIMIT_S)
    assert not child.is_running()


def test_a_program_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    (tmp_path / "family.py").write_text(FAMILY)
    owner = f"""
        import os, pathlib, time
        os.environ["PYTHONPATH"] = {str(tmp_path)!r}
        from deployments.server import start_program
        start_program("family", ["family"], 0, environment={{}}, log=pathlib.Path({str(tmp_path / "log")!r}))
        time.sleep(600)
    """
    (tmp_path / "log").touch()
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(owner)])
    child = _child(tmp_path / "log")

    process.send_signal(signal.SIGKILL)
    process.wait()

    psutil.wait_procs([child], timeout=LIMIT_S)
    assert not child.is_running()


def test_a_program_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    program = start_program("nothing", ["this"], 0, environment={}, log=tmp_path / "log")

    program.process.wait(LIMIT_S)

    assert program.has_ended
    program.stop()
