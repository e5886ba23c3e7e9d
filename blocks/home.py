"""Where the studio keeps everything, Prefect's own database included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL, get_current_settings, temporary_settings

from blocks.results.database import EmbeddedPostgres, embedded_address, told

HOME = Path("studio")
"""Where everything lives that the studio makes: databases, products, workspaces, films."""
_OWN = {"connection_url", "driver", "host", "name"}


def prefect_database(home: Path) -> EmbeddedPostgres:
    """Say where a Prefect server of this home keeps what it knows: in the PostgreSQL server that holds the results."""
    return EmbeddedPostgres(folder=home.resolve() / "postgres", name="prefect")


def keeps_prefect() -> bool:
    """Tell whether a Prefect server that is started here keeps its data in the home; not if the settings name a database."""
    return not get_current_settings().server.database.model_fields_set & _OWN


@contextmanager
def prefect_at_home(home: Path = HOME) -> Iterator[EmbeddedPostgres | None]:
    """Let Prefect servers that this process starts keep their data at home; on Prefect's SQLite two cannot write at once.

    Gives None, and changes nothing, when the settings name a Prefect server, or a database of their own. The database runs at
    least until this process ends, so it outlives the servers.

    Raises:
        SetupError: the database cannot be started.
        ProviderUnavailable: it does not answer.
    """
    if get_current_settings().api.url is not None or not keeps_prefect():
        yield None
        return
    database = prefect_database(home)
    with told(database):
        address = embedded_address(database, "asyncpg")
    with temporary_settings(updates={PREFECT_SERVER_DATABASE_CONNECTION_URL: address}):
        yield database
