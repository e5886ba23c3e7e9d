"""What KIE calls back about is a hint for the purchase it names, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from blocks.receiver import Receiver
from blocks.results import purchases
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from tests.deployments.receiver_at_work import Outside, receiver_at_work
from tests.results.test_purchases import ask_for

NUMBER = "00000000000000000000000000000001"
KEY = "a key of the console"


@pytest.fixture(scope="module")
def results(_migrated, prefect_api: str) -> Iterator[ResultsTable]:
    """The results table with the books of purchases."""
    with tempfile.TemporaryDirectory(prefix="receiver-") as folder:
        yield ResultsTable(database=_migrated, storage=LocalStorage(folder=Path(folder)))


@pytest.fixture
def kie(results: ResultsTable, database: object) -> Iterator[Outside]:
    """A KIE that calls back unsigned, and empty books."""
    with receiver_at_work(results, Receiver.fresh()) as outside:
        yield outside


def call_back(
    outside: Outside, job: str, number: str = NUMBER, *, word: str = "taskId", headers: dict[str, str] | None = None
) -> httpx.Response:
    body = {"code": 200, "msg": "success", "data": {word: job, "state": "success"}}
    return outside.client.post(f"/webhook/kie?purchase={number}", json=body, headers=headers)


def signed(job: str, at: float, key: str = KEY) -> dict[str, str]:
    """Sign as KIE does."""
    timestamp = str(int(at))
    digest = hmac.new(key.encode(), f"{job}.{timestamp}".encode(), hashlib.sha256).digest()
    return {"X-Webhook-Timestamp": timestamp, "X-Webhook-Signature": base64.b64encode(digest).decode()}


def job_of(results: ResultsTable) -> str | None:
    with results.open() as session:
        bought = purchases.find(session, NUMBER)
    return None if bought is None or bought.ticket is None else bought.ticket.job


@pytest.mark.parametrize("word", ["taskId", "task_id"])
def test_a_job_whose_name_was_lost_is_found_again(word: str, kie: Outside, results: ResultsTable) -> None:
    ask_for(results, NUMBER)

    assert call_back(kie, "task_1", word=word).json() == {"status": "kept"}

    assert job_of(results) == "task_1"


def test_a_job_that_is_known_stays_what_it_is(kie: Outside, results: ResultsTable) -> None:
    ask_for(results, NUMBER)

    said = [call_back(kie, job).json()["status"] for job in ("task_1", "task_1", "task_2")]

    assert said == ["kept", "ignored", "ignored"]
    assert job_of(results) == "task_1"


def test_a_purchase_that_we_do_not_know_changes_nothing(kie: Outside, results: ResultsTable) -> None:
    answer = call_back(kie, "task_1")

    assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})
    assert job_of(results) is None


def test_what_cannot_be_read_is_refused(kie: Outside) -> None:
    assert call_back(kie, "task_1", "").status_code == 400
    assert call_back(kie, "task_1", "a%00b").status_code == 400
    assert call_back(kie, "task_1", "a" * 101).status_code == 400
    assert call_back(kie, "a\x00b").status_code == 400
    assert kie.client.post(f"/webhook/kie?purchase={NUMBER}", json={"data": None}).status_code == 400
    assert kie.client.post(f"/webhook/kie?purchase={NUMBER}", content=b"{").status_code == 400


def test_with_a_key_only_what_is_signed_these_days_is_believed(results: ResultsTable, database: object) -> None:
    ask_for(results, NUMBER)
    receiver = Receiver.fresh().model_copy(update={"kie_callback_key": SecretStr(KEY)})
    now = time.time()
    far = signed("task_1", now) | {"X-Webhook-Timestamp": "9" * 30}
    wrong = [
        {},
        signed("task_2", now),
        signed("task_1", now, "another key"),
        signed("task_1", now - 90_000),
        signed("task_1", now + 900),
        signed("task_1", 10**15),
        far,
    ]
    with receiver_at_work(results, receiver) as outside:
        refused = [call_back(outside, "task_1", headers=headers).status_code for headers in wrong]
        assert job_of(results) is None
        taken = call_back(outside, "task_1", headers=signed("task_1", now))

    assert refused == [401] * len(wrong)
    assert taken.json() == {"status": "kept"}
    assert job_of(results) == "task_1"
