"""The receiver when something is missing or waited for: a token, its database, a worker, Prefect."""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.errors import SetupError
from blocks.receiver import Receiver
from blocks.results.database import PostgresServer, forget_engine
from blocks.results.notices import take_notices
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from deployments.pool import POOL
from deployments.receiver.ailments import trouble_of_receiver
from deployments.receiver.pairing import pair_with_notion
from deployments.receiver.place import receiver_place, save_receiver
from deployments.server import Place
from tests.deployments.receiver_at_work import (
    TOKEN,
    Wire,
    an_automation,
    an_event,
    paired,
    pairing,
    receiver_at_work,
)

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def results(_migrated, prefect_api: str) -> Iterator[ResultsTable]:
    """The results table that the receivers of this file write to."""
    with tempfile.TemporaryDirectory(prefix="receiver-") as folder:
        yield ResultsTable(database=_migrated, storage=LocalStorage(folder=Path(folder)))


def test_while_pairing_one_token_is_taken_and_no_other(results: ResultsTable, database: object) -> None:
    with receiver_at_work(results, pairing()) as outside:
        assert outside.post_event(an_event()).status_code == 401
        first = outside.post(json.dumps({"verification_token": TOKEN}).encode())
        second = outside.post(b'{"verification_token": "secret_of_somebody_else"}')
        again = outside.post(json.dumps({"verification_token": TOKEN}).encode())
        answer = outside.post_event(an_event())
        saved = Receiver.load("default")

    assert [first.status_code, second.status_code, again.status_code, answer.status_code] == [200, 403, 200, 200]
    assert saved == outside.receiver.paired(saved.notion_verification_token)
    assert saved.notion_verification_token is not None
    assert saved.notion_verification_token.get_secret_value() == TOKEN


def test_pairing_ends_by_itself(results: ResultsTable, database: object) -> None:
    with receiver_at_work(results, pairing(ago=timedelta(minutes=10, seconds=1))) as outside:
        assert outside.post(json.dumps({"verification_token": TOKEN}).encode()).status_code == 403


def test_with_the_database_away_notion_is_told_to_come_again(results: ResultsTable, prefect_api: str) -> None:
    nowhere = PostgresServer(host="127.0.0.1", port=9, user="x")
    with receiver_at_work(results.model_copy(update={"database": nowhere}), paired()) as outside:
        answer = outside.post_event(an_event())
        automation = outside.post_automation(an_automation("a1"))
        health = outside.client.get("/health")
    forget_engine(nowhere)

    assert (answer.status_code, automation.status_code) == (503, 503)
    assert answer.headers["retry-after"] == "30"
    assert health.status_code == 503
    assert health.json()["status"] == "unhealthy"
    assert (health.json()["database"], health.json()["queue_depth"]) == ("away", None)


def test_health_tells_of_workers_and_of_prefect(results: ResultsTable, database: object) -> None:
    async def give_a_sign() -> None:
        async with get_client() as client:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
            await client.send_worker_heartbeat(work_pool_name=POOL, worker_name="a worker")

    async def forget() -> None:
        async with get_client() as client:
            await client.delete_work_pool(POOL)

    with receiver_at_work(results, paired()) as outside:
        without = outside.client.get("/health")
    asyncio.run(give_a_sign())
    try:
        with receiver_at_work(results, paired()) as outside:
            with_one = outside.client.get("/health")
    finally:
        asyncio.run(forget())

    degraded = {"status": "degraded", "database": "up", "prefect": "up", "queue_depth": 0, "workers": 0}
    assert (without.status_code, without.json()) == (200, degraded)
    assert (with_one.status_code, with_one.json()) == (200, degraded | {"status": "healthy", "workers": 1})


def test_without_prefect_notices_are_kept(results: ResultsTable, database: object, prefect_api: str) -> None:
    wire = Wire(prefect_api)
    with receiver_at_work(results, paired(), api=wire.url) as outside:
        wire.cut()
        answers = [outside.post_event(an_event()) for _ in range(5)]
        health = outside.client.get("/health")
    with results.open() as session:
        kept = take_notices(session, 100)

    assert {answer.status_code for answer in answers} == {200}
    assert max(answer.elapsed for answer in answers) < timedelta(seconds=2)
    assert health.status_code == 200
    away = {"status": "degraded", "database": "up", "prefect": "away", "queue_depth": 0, "workers": None}
    assert health.json() == away
    assert len(kept) == 5


def test_without_its_blocks_it_says_so_and_believes_nobody(results: ResultsTable, prefect_api: str) -> None:
    wire = Wire(prefect_api)
    wire.cut()
    with receiver_at_work(results, paired(), api=wire.url) as outside:
        answers = [
            outside.post_event(an_event()),
            outside.post(json.dumps({"verification_token": TOKEN}).encode()),
            outside.client.get(f"/files/{'0' * 64}.mp4"),
            outside.client.get("/health"),
        ]

    assert {answer.status_code for answer in answers} == {503}


def test_the_owner_is_shown_the_token_when_it_came(results: ResultsTable, prefect_api: str) -> None:
    said: list[str] = []
    is_said = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        is_said.set()

    with receiver_at_work(results, Receiver.fresh()) as outside:

        async def pair() -> None:
            waiting = asyncio.create_task(pair_with_notion(say, look_every_s=0.05))
            assert await asyncio.to_thread(is_said.wait, 20)
            answer = await asyncio.to_thread(outside.post, json.dumps({"verification_token": TOKEN}).encode())
            assert answer.status_code == 200
            await waiting

        asyncio.run(pair())

    text = "\n".join(said)
    assert "http://127.0.0.1:4280/webhook/notion" in text
    assert outside.receiver.notion_header_secret.get_secret_value() in text
    assert said[-1].endswith(TOKEN)


def test_pairing_without_a_studio_names_the_command() -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}), pytest.raises(SetupError, match="make studio"):
        asyncio.run(pair_with_notion(print))


def test_setting_up_makes_secrets_once_and_keeps_the_owners_address(prefect_api: str) -> None:
    studio = receiver_place(Place(host="127.0.0.1", port=4300))

    async def set_up() -> None:
        try:
            assert await save_receiver() == ["receiver: reached at http://127.0.0.1:4280"]
            first = await Receiver.aload("default")
            assert await save_receiver() == []
            assert await save_receiver(studio) == ["receiver: reached at http://127.0.0.1:4380"]
            await first.model_copy(update={"public_url": "https://films.example.org"}).asave("default", overwrite=True)
            assert await save_receiver(studio) == []
            assert await Receiver.aload("default") == first.model_copy(update={"public_url": "https://films.example.org"})
        finally:
            await Receiver.adelete("default")

    asyncio.run(set_up())


def test_what_the_environment_says_of_the_address_wins(prefect_api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_RECEIVER_URL", "https://films.example.org/")

    async def set_up() -> None:
        try:
            assert await save_receiver() == ["receiver: reached at https://films.example.org"]
            assert await save_receiver() == []
            monkeypatch.setenv("STUDIO_RECEIVER_URL", "films.example.org")
            with pytest.raises(SetupError, match="STUDIO_RECEIVER_URL"):
                await save_receiver()
        finally:
            await Receiver.adelete("default")

    asyncio.run(set_up())


def test_the_doctor_says_when_it_does_not_answer(results: ResultsTable, database: object) -> None:
    with receiver_at_work(results, paired()) as outside:
        url = outside.client.base_url
        place = Place(host=url.host, port=url.port or 0)
        well, elsewhere = asyncio.run(trouble_of_receiver(place)), asyncio.run(trouble_of_receiver(None))
    paired().save("default")
    try:
        (ill,) = asyncio.run(trouble_of_receiver(place))
    finally:
        Receiver.delete("default")
    (missing,) = asyncio.run(trouble_of_receiver(place))

    assert (well, elsewhere) == ([], [])
    assert "does not answer" in ill.what
    assert "receive" in ill.mend
    assert "missing" in missing.what
    assert "make setup" in missing.mend
