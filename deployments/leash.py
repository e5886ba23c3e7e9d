"""`python -m deployments.leash GRACE_S PROGRAM ...`: run a program that ends when the one who started it does, in whatever way.

Whoever starts it holds the other end of standard input. When that is closed, or its holder killed, the program is asked to end,
and after GRACE_S seconds it is killed with everything it started, in whichever session that runs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import psutil


def main() -> None:
    """Run the program; gives its exit code when it ends by itself."""
    grace_s, command = float(sys.argv[1]), sys.argv[2:]
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    # Ctrl-C is for whoever holds the leash; set after the start, for a program inherits what is ignored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    is_ending = threading.Event()
    threading.Thread(target=_follow, args=(program, is_ending), daemon=True).start()
    sys.stdin.buffer.read()
    is_ending.set()
    _end(program, grace_s)
    os._exit(0)


def _follow(program: subprocess.Popen[bytes], is_ending: threading.Event) -> None:
    code = program.wait()
    if not is_ending.is_set():  # else what it started is still to be ended
        os._exit(code if code >= 0 else 128 - code)


def _end(program: subprocess.Popen[bytes], grace_s: float) -> None:
    doomed: list[psutil.Process] = []
    if grace_s > 0:
        doomed = _family(program.pid)
        program.terminate()
        psutil.wait_procs(doomed, timeout=grace_s)
    while strangers := [one for one in _family(program.pid) if one not in doomed]:
        for one in strangers:  # who stands still starts nobody more
            with suppress(psutil.NoSuchProcess):
                one.suspend()
        doomed += strangers
    for one in doomed:
        with suppress(psutil.NoSuchProcess):
            one.kill()


def _family(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


if __name__ == "__main__":
    main()
