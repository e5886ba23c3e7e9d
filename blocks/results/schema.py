"""Brings the tables of a results database up to this release."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from blocks.results.database import Database, engine_of, told

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x5241_4C42_4D49_4752
"""Key of the advisory lock that lets one process migrate at a time; any fixed number that nothing else uses."""


def migrate(database: Database) -> bool:
    """Make or update the tables; all steps take effect together or not at all. Safe in several processes at the same moment.

    Returns:
        whether there was anything to do.

    Raises:
        ProviderUnavailable: the database does not answer.
        SetupError: it cannot be started.
    """
    with told(database), engine_of(database).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _is_current(MigrationContext.configure(connection)):
            return False
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True


def needs_migration(database: Database) -> bool:
    """Tell whether the tables are missing or of another release."""
    with told(database), engine_of(database).connect() as connection:
        return not _is_current(MigrationContext.configure(connection))


def _is_current(context: MigrationContext) -> bool:
    return set(context.get_current_heads()) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
