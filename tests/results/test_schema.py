import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from blocks.errors import SetupError
from blocks.results.database import EmbeddedPostgres, engine_of, forget_engine
from blocks.results.schema import migrate, needs_migration
from blocks.results.table import ResultsTable
from blocks.results.tables import APPEND_ONLY, Row
from blocks.storage import LocalStorage


@pytest.fixture
def empty(postgres_folder, request):
    database = EmbeddedPostgres(folder=postgres_folder, name=f"empty_{abs(hash(request.node.name))}")
    yield database
    forget_engine(database)


def test_migrating_from_empty_gives_exactly_the_tables_of_the_models(empty):
    assert needs_migration(empty)
    assert migrate(empty)
    with engine_of(empty).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []


def test_a_second_migration_has_nothing_to_do(database):
    assert not needs_migration(database)
    assert not migrate(database)


def test_every_table_that_is_written_once_has_its_guard(database):
    with engine_of(database).connect() as connection:
        guards = "SELECT DISTINCT event_object_table::text FROM information_schema.triggers WHERE action_timing = 'BEFORE'"
        guarded = connection.scalars(text(guards)).all()
    assert set(guarded) == set(APPEND_ONLY)


def test_two_that_migrate_at_the_same_moment_do_it_once(empty):
    needs_migration(empty)
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(migrate(empty))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]


def test_a_database_without_tables_says_which_command_makes_them(empty, tmp_path):
    table = ResultsTable(database=empty, storage=LocalStorage(folder=tmp_path))
    with pytest.raises(SetupError, match="python -m deployments setup"):
        table.find("anything")
