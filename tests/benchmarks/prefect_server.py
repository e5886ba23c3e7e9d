"""Prefect's server as those who make films have it. Import this where Prefect may read its settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.home import prefect_at_home
from blocks.results import embedded

START_LIMIT_S = 120


@contextmanager
def prefect_served(home: Path) -> Iterator[None]:
    """Serve Prefect on the PostgreSQL server of this home, which is stopped at the end, whoever uses it."""
    server = SubprocessASGIServer()
    try:
        with prefect_at_home(home):
            server.start(timeout=START_LIMIT_S)
        with temporary_settings(updates={PREFECT_API_URL: server.api_url}):
            yield
    finally:
        server.stop()
        embedded.stop(home / "postgres")
