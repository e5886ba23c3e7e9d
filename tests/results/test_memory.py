import asyncio
import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from pydantic import SecretStr

from blocks.errors import ProviderUnavailable
from blocks.results.database import PostgresServer
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage

ROOT = Path(__file__).parents[2]
FLOW = Path(__file__).with_name("remembering.py")
LIMIT_S = 120


@pytest.fixture(scope="module")
def remembering():
    spec = importlib.util.spec_from_file_location("remembering", FLOW)
    module = importlib.util.module_from_spec(spec)
    sys.modules["remembering"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def saved(prefect_api, results_table):
    """The results table as Prefect's result storage."""
    results_table.save("default", overwrite=True)
    return results_table


@pytest.fixture
def diary(tmp_path):
    return tmp_path / "diary"


class Run:
    """The flow in a process of its own."""

    def __init__(self, api, spec, diary, seconds=0.0):
        environment = {**os.environ, "PREFECT_API_URL": api, "PYTHONPATH": str(ROOT), "PREFECT_LOGGING_LEVEL": "ERROR"}
        command = [sys.executable, str(FLOW), spec, str(diary), str(seconds)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def outcome(self):
        said, _ = self.process.communicate(timeout=LIMIT_S)
        assert self.process.returncode == 0
        return said.split()[-2]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def wait_for(diary):
    """Wait until somebody is at work."""
    deadline = time.monotonic() + LIMIT_S
    while not diary.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def names(outcome):
    return [name for name, _ in outcome]


def makings(diary):
    return len(diary.read_text().splitlines())


def test_a_results_table_comes_back_from_prefect_as_it_was_saved(saved):
    loaded = ResultsTable.load("default", _sync=True)
    assert (loaded.database, loaded.storage.folder) == (saved.database, saved.storage.folder)
    assert type(loaded.database) is type(saved.database)


def test_the_password_of_a_server_is_masked_and_still_comes_back(prefect_api, tmp_path):
    server = PostgresServer(host="db", user="studio", password=SecretStr("hush"))
    ResultsTable(database=server, storage=LocalStorage(folder=tmp_path)).save("away", overwrite=True)
    assert ResultsTable.load("away", _sync=True).database == server
    with get_client(sync_client=True) as client:
        shown = client.read_block_document_by_name("away", "results-table", include_secrets=False)
    assert "hush" not in shown.model_dump_json()


def test_a_remembered_task_does_not_run_again_in_the_same_process(remembering, saved, diary):
    first = asyncio.run(remembering.remember(["fox", "owl", "fox"], diary))
    second = asyncio.run(remembering.remember(["fox", "owl"], diary))
    assert sorted(names(first)) == ["Cached", "Completed", "Completed"]
    assert names(second) == ["Cached", "Cached"]
    assert [product for _, product in second] == [first[0][1], first[1][1]]
    assert makings(diary) == 2


@pytest.mark.parametrize("damage", ["gone", "cut short"])
def test_a_product_whose_file_is_damaged_is_made_again_and_says_so_once(remembering, saved, diary, caplog, damage):
    [(_, product)] = asyncio.run(remembering.remember([damage], diary))
    place = saved.storage.open(product.address)
    if damage == "gone":
        place.unlink()
    else:
        os.truncate(place, 1)
    again = asyncio.run(remembering.remember([damage, damage], diary))
    assert sorted(names(again)) == ["Cached", "Completed"]
    assert makings(diary) == 2
    assert saved.storage.has(product.address, product.size_bytes)
    assert [record.levelname for record in caplog.records if "is gone and will be made again" in record.message] == ["WARNING"]


def test_processes_that_ask_at_the_same_moment_make_it_once(remembering, prefect_api, saved, diary):
    others = [Run(prefect_api, "wolf", diary, seconds=1) for _ in range(2)]
    wait_for(diary)
    mine = names(asyncio.run(remembering.remember(["wolf"], diary)))
    assert sorted([*mine, *(run.outcome() for run in others)]) == ["Cached", "Cached", "Completed"]
    assert makings(diary) == 1


def test_a_maker_that_is_killed_leaves_the_work_to_the_next_one(remembering, prefect_api, saved, diary):
    victim = Run(prefect_api, "bear", diary, seconds=LIMIT_S)
    wait_for(diary)
    victim.kill()
    assert names(asyncio.run(remembering.remember(["bear"], diary))) == ["Completed"]
    assert makings(diary) == 2


def test_a_database_that_is_away_makes_nothing_and_says_so(remembering, prefect_api, diary, tmp_path):
    away = PostgresServer(host="127.0.0.1", port=9, user="studio")
    ResultsTable(database=away, storage=LocalStorage(folder=tmp_path)).save("default", overwrite=True)
    with pytest.raises(ProviderUnavailable, match="does not answer"):
        asyncio.run(remembering.remember(["lynx"], diary))
    assert not diary.exists()


def test_prefect_reads_what_it_wrote_and_nothing_else(results_table):
    results_table.write_path("a", b"1", _sync=True)
    asyncio.run(results_table.awrite_path("a", b"2"))
    assert results_table.read_path("a", _sync=True) == asyncio.run(results_table.aread_path("a")) == b"2"
    with pytest.raises(ValueError, match="remembers nothing under b"):
        results_table.read_path("b")
