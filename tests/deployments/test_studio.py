"""The studio as one command: it starts, works, stops, and goes on where it stopped."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.deployments import run_deployment
from sqlalchemy import text

from blocks.domain.gates import Gate, GateMode
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Status
from blocks.errors import SetupError
from blocks.home import prefect_database
from blocks.results import embedded, queries
from blocks.results.database import EmbeddedPostgres, engine_of, forget_engine
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from deployments.releases import entries
from deployments.server import Place, check_place
from tasks.lanes import LEASE_S
from tests.deployments.studio_at_work import (
    FILM_LIMIT_S,
    STOP_LIMIT_S,
    StudioAtWork,
    deployments,
    free_port,
    studio_at_work,
)
from tests.flows.small_film import ROOT, small_request

pytestmark = pytest.mark.acceptance

LEEWAY_S = 20
"""For a busy machine."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where everything of one studio is, Prefect's own home included."""
    folder = Path(tempfile.mkdtemp(prefix="studio-"))
    folder.chmod(0o755)
    yield folder
    embedded.stop(folder / "studio/postgres")
    shutil.rmtree(folder)


def film(slug: str, **gates: GateMode) -> VideoRequest:
    """Ask for the small film under a name of its own."""
    modes = dict.fromkeys(Gate, GateMode.AUTO) | {Gate(gate): mode for gate, mode in gates.items()}
    return small_request().model_copy(update={"slug": slug, "gates": modes})


def test_a_studio_stops_in_the_middle_and_goes_on_where_it_was(folder: Path) -> None:
    port = free_port()
    with studio_at_work(folder, port) as studio:
        waiting = studio.start_film(film("waiting", assets=GateMode.MANUAL))
        assert studio.settle(waiting).state_type is StateType.PAUSED
        at_work = studio.start_film(film("at-work"))
        studio.wait_for(at_work, lambda run: run.state_type is StateType.RUNNING)
        family = studio.family()
        took_s = studio.stop()

    assert took_s < STOP_LIMIT_S
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    with studio_at_work(folder, port) as again:
        assert "made" not in again.said
        assert again.settle(at_work).state_type is StateType.COMPLETED, again.said
        assert again.settle(waiting).state_type is StateType.PAUSED
        asyncio.run(_approve(waiting))
        assert again.settle(waiting).state_type is StateType.COMPLETED, again.said


async def _approve(run: object) -> None:
    async with get_client() as client:
        answer = await client.resume_flow_run(run, run_input={"decision": "approve", "who": "a tester"})
        assert answer.status.value == "ACCEPT", answer


@pytest.fixture(scope="module")
def settled(folder: Path) -> Iterator[StudioAtWork]:
    """A studio that is open, for questions that change nothing."""
    with studio_at_work(folder, free_port()) as studio:
        yield studio


def test_every_flow_can_be_run_from_its_form(settled: StudioAtWork) -> None:
    async def read() -> dict[str, dict[str, object]]:
        async with get_client() as client:
            found = await client.read_deployments()
            return {one.entrypoint or "": one.parameter_openapi_schema or {} for one in found}

    schemas = asyncio.run(read())

    assert set(schemas) == {entry.entrypoint for entry in entries(ROOT)}
    form = json.dumps(schemas["flows/produce.py:produce_video"])
    assert "What the film is about, in a few words." in form
    assert "id of the channel that the film is for" in form


@pytest.fixture
def rest(settled: StudioAtWork) -> Iterator[httpx.Client]:
    """Prefect's API as any other program reaches it."""
    with httpx.Client(base_url=settled.api, timeout=30) as client:
        yield client


def test_other_programs_start_answer_and_cancel_films_over_http(
    settled: StudioAtWork, rest: httpx.Client, results: ResultsTable
) -> None:
    deployment = rest.get("/deployments/name/produce-video/studio").json()["id"]
    asked = {"request": film("by-http", assets=GateMode.MANUAL).model_dump(mode="json"), "channel": "demo"}
    run = UUID(rest.post(f"/deployments/{deployment}/create_flow_run", json={"parameters": asked}).json()["id"])
    assert settled.settle(run).state_type is StateType.PAUSED

    assert rest.post(f"/flow_runs/{run}/resume", json={"run_input": {"decision": "approve"}}).json()["status"] == "ACCEPT"
    settled.wait_for(run, lambda found: found.state_type is StateType.RUNNING)
    cancelling = {"state": {"type": "CANCELLING"}}
    assert rest.post(f"/flow_runs/{run}/set_state", json=cancelling).json()["status"] == "ACCEPT"

    assert settled.settle(run).state_type is StateType.CANCELLED
    settled.wait_until(lambda: status_of(results, "by-http") is Status.CANCELLED)


def test_a_film_that_was_cancelled_is_made_when_python_asks_again(settled: StudioAtWork, results: ResultsTable) -> None:
    request = film("by-http")

    run = run_deployment("produce-video/studio", parameters={"request": request, "channel": "demo"}, timeout=FILM_LIMIT_S)

    assert run.state_type is StateType.COMPLETED, settled.said
    assert status_of(results, "by-http") is Status.PUBLISHED


@pytest.fixture(scope="module")
def results(settled: StudioAtWork, folder: Path) -> Iterator[ResultsTable]:
    """The books of the open studio."""
    database = EmbeddedPostgres(folder=folder / "studio/postgres")
    yield ResultsTable(database=database, storage=LocalStorage(folder=folder / "studio/products"))
    forget_engine(database)


def status_of(results: ResultsTable, slug: str) -> Status:
    with results.open() as session:
        return queries.film(session, VideoName(channel="demo", slug=slug)).status


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"topic": "A lighthouse", "target_seconds": 100_000}, "100000"),
        ({"topic": "A lighthouse", "gates": {"assets": "perhaps"}}, "perhaps"),
        ({"topic": "A lighthouse", "colour": "red"}, "colour"),
    ],
    ids=["a length", "a gate", "a field"],
)
def test_a_run_form_with_impossible_values_is_refused(rest: httpx.Client, asked: dict[str, object], problem: str) -> None:
    deployment = rest.get("/deployments/name/produce-video/studio").json()["id"]

    answer = rest.post(f"/deployments/{deployment}/create_flow_run", json={"parameters": {"request": asked}})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert problem in answer.text


def test_a_place_in_a_lane_is_free_a_minute_after_its_holder_died(settled: StudioAtWork) -> None:
    with get_client(sync_client=True) as client:
        client.update_global_concurrency_limit("chat", GlobalConcurrencyLimitUpdate(limit=1))

        def taken() -> int:
            return client.read_global_concurrency_limit_by_name("chat").active_slots

        begin = "from prefect.concurrency.sync import concurrency"
        program = f"{begin}\nwith concurrency('chat', lease_duration={LEASE_S}):\n    input()"
        environment = os.environ | {"PREFECT_API_URL": settled.api}
        with subprocess.Popen([sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE) as holder:
            settled.wait_until(lambda: taken() == 1)
            holder.kill()
        died = time.monotonic()
        settled.wait_until(lambda: taken() == 0)

    assert time.monotonic() - died < LEASE_S + LEEWAY_S


def test_a_schedule_fires_by_itself(settled: StudioAtWork) -> None:
    soon = IntervalSchedule(interval=timedelta(seconds=30), anchor_date=datetime.now(UTC))
    with get_client(sync_client=True) as client:
        reminders = client.read_deployment_by_name("remind-of-gates/studio")
        (schedule,) = client.create_deployment_schedules(reminders.id, [(soon, True)])
        settled.wait_for_runs_of("remind-of-gates/studio", StateType.COMPLETED)
        client.delete_deployment_schedule(reminders.id, schedule.id)


def test_schedules_of_the_project_are_planned(settled: StudioAtWork) -> None:
    settled.wait_for_runs_of("remind-of-gates/studio", StateType.SCHEDULED)


def test_the_queues_are_emptied_in_order(settled: StudioAtWork) -> None:
    async def read() -> dict[str, int]:
        async with get_client() as client:
            names = ("high", "normal", "low")
            return {name: (await client.read_work_queue_by_name(name, work_pool_name="studio")).priority or 0 for name in names}

    priorities = asyncio.run(read())

    assert priorities["high"] < priorities["normal"] < priorities["low"]


def test_setting_up_beside_it_changes_nothing(settled: StudioAtWork, folder: Path) -> None:
    done = deployments(folder, "setup")

    assert done.stdout == "everything is there already\n", done.stdout + done.stderr


def test_nothing_ails_it(settled: StudioAtWork, folder: Path) -> None:
    done = deployments(folder, "doctor")

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_studio_of_the_same_folder_is_refused(settled: StudioAtWork, folder: Path) -> None:
    done = deployments(folder, "studio", "--port", str(free_port()))

    assert done.returncode == 1
    assert "runs already at http://127.0.0.1:" in done.stderr


def test_the_key_of_the_blocks_lies_in_a_file_of_its_owner_and_not_in_the_database(settled: StudioAtWork, folder: Path) -> None:
    key = folder / "prefect/blocks.key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    files = [file for file in (folder / "studio/postgres/cluster").rglob("*") if file.is_file()]
    assert not any(key.read_bytes().strip() in file.read_bytes() for file in files)
    assert "ENCRYPTION_KEY" not in _ask(folder, "SELECT key FROM configuration")


def _ask(folder: Path, question: str) -> list[object]:
    database = prefect_database(folder / "studio")
    with engine_of(database).connect() as connection:
        answer = list(connection.scalars(text(question)))
    forget_engine(database)
    return answer


def test_prefect_keeps_what_it_knows_beside_the_results(settled: StudioAtWork, folder: Path) -> None:
    assert not list((folder / "prefect").glob("prefect.db*"))
    assert "produce-video" in _ask(folder, "SELECT name FROM flow")


def test_prefects_own_commands_speak_to_it(settled: StudioAtWork, folder: Path) -> None:
    done = deployments(folder, "prefect", "work-queue", "ls", "--pool", "studio")

    assert "high" in done.stdout, done.stdout + done.stderr


def test_it_goes_on_after_its_database_was_killed(settled: StudioAtWork, folder: Path) -> None:
    number = (folder / "studio/postgres/cluster/postmaster.pid").read_text().split()[0]
    os.kill(int(number), signal.SIGKILL)

    film_of_after = settled.when_it_answers(lambda: settled.start_film(film("after-a-death")))

    assert settled.settle(film_of_after).state_type is StateType.COMPLETED, settled.said
    assert "it was started again" in settled.said


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SetupError, match=rf"127\.0\.0\.1:{port}.*PORT="):
            check_place(Place(host="127.0.0.1", port=port))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "studio.example.org"])
def test_an_address_that_others_can_reach_needs_a_password(host: str) -> None:
    with pytest.raises(SetupError, match="PREFECT_SERVER_API_AUTH_STRING"):
        check_place(Place(host=host, port=free_port()))
