import pickle
import socket
import time
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text

from blocks.errors import ProviderUnavailable, SetupError, TerminalError
from blocks.results import embedded
from blocks.results.database import Database, EmbeddedPostgres, PostgresServer, answers, engine_of, forget_engine, transaction
from blocks.results.schema import migrate
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage

SERVER = PostgresServer(host="db.example.org", user="studio", password="hush")


@pytest.mark.parametrize("database", [EmbeddedPostgres(folder=Path("/srv/results")), SERVER])
def test_the_kind_of_a_database_survives_being_written_down(database):
    adapter = TypeAdapter(Database)
    assert type(adapter.validate_json(adapter.dump_json(database))) is type(database)
    assert pickle.loads(pickle.dumps(database)) == database


def test_a_password_shows_nowhere():
    assert "hush" not in repr(SERVER) + str(SERVER) + SERVER.model_dump_json()


def test_a_database_has_one_engine_in_a_process(database):
    assert engine_of(database) is engine_of(EmbeddedPostgres.model_validate(database.model_dump()))


def test_times_come_back_in_utc(database):
    with engine_of(database).connect() as connection:
        assert str(connection.scalar(text("SELECT now()")).tzinfo) == "UTC"


def test_a_server_somebody_runs_is_used_as_well(database):
    sockets = embedded.join(database.folder)
    served = PostgresServer(host=str(sockets), user="postgres", password="hush", name=database.name)
    with transaction(served) as session:
        assert session.scalar(text("SELECT current_database()")) == database.name
    assert not migrate(served)
    forget_engine(served)


def test_an_embedded_server_that_was_stopped_is_started_again_by_the_next_use(database):
    answers(database)
    embedded.stop(database.folder)
    answers(database)


def test_a_server_that_refuses_connections_is_one_clear_error_at_once():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = PostgresServer(host="127.0.0.1", port=port, user="studio", password="hush")
    with pytest.raises(ProviderUnavailable) as told:
        answers(away)
    assert f"studio at 127.0.0.1:{port} does not answer" in str(told.value)
    assert "host, port, user, password and name in the block results-table" in str(told.value)
    assert "hush" not in str(told.value)
    assert "\n" not in str(told.value)
    forget_engine(away)


def test_a_server_that_never_answers_is_given_up_within_seconds():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = PostgresServer(host="127.0.0.1", port=silent.getsockname()[1], user="studio")
        began = time.monotonic()
        with pytest.raises(ProviderUnavailable):
            answers(away)
        assert time.monotonic() - began < 30
        forget_engine(away)


def test_a_statement_the_database_refuses_is_no_reason_to_try_again(database):
    with pytest.raises(TerminalError, match="refused"), transaction(database) as session:
        session.execute(text("SELECT 1 / 0"))


def test_a_table_of_results_in_a_folder_nobody_can_make_is_a_matter_of_set_up(tmp_path):
    (tmp_path / "file").write_text("")
    table = ResultsTable(database=EmbeddedPostgres(folder=tmp_path / "file" / "x"), storage=LocalStorage(folder=tmp_path))
    with pytest.raises(SetupError, match="cannot be set up"):
        table.find("anything")


def test_a_refused_transaction_leaves_nothing_behind(database):
    with pytest.raises(TerminalError), transaction(database) as session:
        session.execute(
            text("WITH kept AS (INSERT INTO memory (key, body) VALUES ('k', '') RETURNING 0 AS none) SELECT 1 / none FROM kept")
        )
    with transaction(database) as session:
        assert session.scalar(text("SELECT count(*) FROM memory")) == 0
