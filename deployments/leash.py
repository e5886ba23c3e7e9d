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

import psutil


def main() -> None:
    """Run the program; gives its exit code when it ends by itself."""
    grace_s, command = float(sys.argv[1]), sys.argv[2:]
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    # Ctrl-C is for whoever holds the leash; set after the start, for a program inherits what is ignored.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(program,), daemon=True).start()
    sys.stdin.buffer.read()
    _end(program, grace_s)
    os._exit(0)


def _follow(program: subprocess.Popen[bytes]) -> None:
    code = program.wait()
    os._exit(code if code >= 0 else 128 - code)


def _end(program: subprocess.Popen[bytes], grace_s: float) -> None:
    family = _family(program.pid)
    if grace_s > 0:
        program.terminate()
        psutil.wait_procs(family, timeout=grace_s)
    while family:  # what was started between the look and the kill is found from those that were killed too late to start more
        heirs = [child for one in family for child in _family(one.pid) if child not in family]
        for one in family:
            if one.is_running():
                one.kill()
        family = heirs


def _family(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


if __name__ == "__main__":
    main()
