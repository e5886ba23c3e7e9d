"""Where the results database is, and the one door to it: engines, transactions, and its errors as ours."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector  # type: ignore[import-untyped]
from psycopg import errors as refusals
from pydantic import Field, SecretStr
from sqlalchemy import Dialect, Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.errors import BadSpec, ProviderUnavailable, SetupError, TerminalError
from blocks.results import embedded

DRIVER = "postgresql+psycopg"
CONNECT_LIMIT_S = 5
_NAME = r"^[a-z_][a-z0-9_]{0,62}$"


class EmbeddedPostgres(Frozen):
    """The PostgreSQL server that comes with the project; it is started when needed and stopped after its last user."""

    kind: Literal["embedded"] = "embedded"
    folder: Path = Field(description="Folder for the database files; made when needed.")
    name: str = Field(default="studio", pattern=_NAME, description="Name of the database inside the server; made when needed.")

    def __str__(self) -> str:
        return f"{self.name} in {self.folder}"


class PostgresServer(Frozen):
    """A PostgreSQL server that somebody runs, version 14 or later. A pooler in front of it must keep sessions apart."""

    kind: Literal["server"] = "server"
    host: str = Field(description="Name or address of the server.")
    port: int = Field(default=5432, ge=1, le=65535, description="Port of the server.")
    user: str = Field(description="Account to connect as; it must be allowed to make tables.")
    password: SecretStr | None = Field(default=None, description="Password of the account.")
    name: str = Field(default="studio", description="Name of the database; it must exist.")
    ssl_mode: Literal["disable", "prefer", "require", "verify-full"] = Field(default="prefer", description="As libpq's sslmode.")

    def __str__(self) -> str:
        return f"{self.name} at {self.host}:{self.port}"


Database = Annotated[EmbeddedPostgres | PostgresServer, Field(discriminator="kind")]
"""Where the results database is."""

_engines: dict[tuple[int, Database], Engine] = {}
_engines_lock = threading.Lock()


def engine_of(database: Database) -> Engine:
    """Give the engine of a database, the same one for all callers in this process. Connects to nothing yet."""
    key = (os.getpid(), database)
    with _engines_lock:
        if key not in _engines:
            _engines[key] = _open_engine(database)
            atexit.register(forget_engine, database)
        return _engines[key]


def embedded_address(database: EmbeddedPostgres, driver: str) -> str:
    """Give the address of an embedded database for a program that connects by itself, and a SQLAlchemy driver.

    The server is started and the database made; both stay at least as long as this process uses them.
    """
    with engine_of(database).connect():
        sockets = embedded.join(database.folder)
    return f"postgresql+{driver}://{embedded.SUPERUSER}@/{database.name}?host={quote(str(sockets))}"


def forget_engine(database: Database) -> None:
    """Close this process's connections to a database; the next use opens new ones."""
    with _engines_lock:
        engine = _engines.pop((os.getpid(), database), None)
    if engine is not None:
        engine.dispose()


@contextmanager
def transaction(database: Database) -> Iterator[Session]:
    """Open one transaction: committed at the end, undone by an error.

    Raises:
        ProviderUnavailable: the database does not answer.
        SetupError: it cannot be started, or its tables are missing or old.
        BadSpec: it refused a value.
    """
    with told(database), Session(engine_of(database)) as session, session.begin():
        yield session


@contextmanager
def told(database: Database) -> Iterator[None]:
    """Turn the errors of SQLAlchemy and its driver into ours."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolExhausted) as error:
        raise ProviderUnavailable(
            f"the results database {database} does not answer: {_reason(error)}; {_way_out(database)}"
        ) from error
    except ProgrammingError as error:
        if isinstance(error.orig, refusals.UndefinedTable | refusals.UndefinedColumn | refusals.InvalidSchemaName):
            raise SetupError(
                f"the results database {database} lacks tables of this release: run `python -m deployments setup`"
            ) from error
        raise TerminalError(f"the results database {database} refused a statement: {_reason(error)}") from error
    except IntegrityError as error:
        raise BadSpec(
            f"the results database {database} refused a row that belongs to nothing it knows: {_reason(error)}"
        ) from error
    except DBAPIError as error:
        raise TerminalError(f"the results database {database} refused: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)


def _way_out(database: Database) -> str:
    if isinstance(database, EmbeddedPostgres):
        return "it is started again by the next attempt"
    return "see that it runs, and that host, port, user, password and name in the block results-table are right"


def _open_engine(database: Database) -> Engine:
    if isinstance(database, PostgresServer):
        return _engine(_components_of(database), CONNECTION_CARE)
    engine = _engine(ConnectionComponents(driver=DRIVER, username=embedded.SUPERUSER, database=database.name), {})
    event.listen(engine, "do_connect", _EmbeddedDoor(database))
    return engine


CONNECTION_CARE: dict[str, int | str] = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""A peer whose machine died is noticed within a minute, on our side by these."""
_SERVER_CARE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The same on the server's side, so that the locks of a machine that died are freed."""


def _components_of(database: PostgresServer) -> ConnectionComponents:
    return ConnectionComponents(
        driver=DRIVER,
        host=database.host,
        port=database.port,
        username=database.user,
        password=database.password,
        database=database.name,
        query={"sslmode": database.ssl_mode},
    )


def _engine(components: ConnectionComponents, care: dict[str, int | str]) -> Engine:
    options = f"-c timezone=UTC {_SERVER_CARE if care else ''}"
    arguments = {"connect_timeout": CONNECT_LIMIT_S, "application_name": "ai-video-generator", "options": options, **care}
    connector = SqlAlchemyConnector(connection_info=components, connect_args=arguments)
    engine: Engine = connector.get_engine(pool_pre_ping=True, pool_size=4, max_overflow=12, pool_recycle=1800)
    return engine


class _EmbeddedDoor:
    """Connects to an embedded server, which is started, and given its database, when it is not there."""

    def __init__(self, database: EmbeddedPostgres) -> None:
        self._database = database
        self._sockets: Path | None = None

    def __call__(self, dialect: Dialect, _record: object, args: tuple[str, ...], options: dict[str, object]) -> DBAPIConnection:
        if self._sockets is not None:
            try:
                return dialect.connect(*args, **{**options, "host": str(self._sockets)})
            except dialect.loaded_dbapi.OperationalError:
                self._sockets = None  # it was stopped or killed: started again below
        sockets = embedded.join(self._database.folder)
        self._make_database(dialect, {**options, "host": str(sockets)})
        self._sockets = sockets
        return dialect.connect(*args, **{**options, "host": str(sockets)})

    def _make_database(self, dialect: Dialect, options: dict[str, object]) -> None:
        connection = dialect.connect(**{**options, "dbname": "postgres"})
        try:
            connection.autocommit = True  # CREATE DATABASE works only outside a transaction
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._database.name])
            if known.fetchone() is None:
                connection.execute(f'CREATE DATABASE "{self._database.name}"')
        except (refusals.DuplicateDatabase, refusals.UniqueViolation):
            pass  # another process was quicker
        finally:
            connection.close()


def answers(database: Database) -> None:
    """Ask the database for a sign of life.

    Raises:
        ProviderUnavailable: it does not answer.
        SetupError: it cannot be started.
    """
    with told(database), engine_of(database).connect() as connection:
        connection.execute(text("SELECT 1"))
