"""The line, in a process for which it is another time once a file says so; a deployment names this file as its entrypoint."""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from flows.produce import produce_video
from tests.tasks.films_at_work import clock_at

__all__ = ["produce_video"]

CLOCK = "FILMS_CLOCK"
"""Environment variable that names the file; the file holds a time, which it is then when a process begins."""

_clock = ExitStack()
_file = Path(os.environ.get(CLOCK, ""))
if _file.is_file():
    _clock.enter_context(clock_at(datetime.fromisoformat(_file.read_text())))
    atexit.register(_clock.close)  # which keeps it until then
