"""The receiver believes what is proven, keeps it once, answers fast, and tells nothing."""

from __future__ import annotations

import json
import logging
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from blocks.receiver import Receiver
from blocks.results.notices import Notice, take_notices
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from deployments.receiver.answers import MOST_BYTES
from deployments.receiver.notion import is_signed
from tests.deployments.receiver_at_work import (
    TOKEN,
    Outside,
    an_automation,
    an_event,
    local,
    paired,
    receiver_at_work,
    signature,
)

FLOOD = 500
PATIENCE_S = 20
PAGE = "0f5e9d6a-5c0f-4c36-8c3a-000000000001"
VECTOR = '{"id":"e1","type":"page.properties_updated","data":{"x":"é"}}'.encode()
VECTOR_SIGNED = "sha256=935234b06a7607c22db0c42165d0373487d5de2e320c6fda2623ec1813723357"


@pytest.fixture(scope="module")
def results(_migrated, prefect_api: str) -> Iterator[ResultsTable]:
    """The results table that the receiver of this file writes to."""
    with tempfile.TemporaryDirectory(prefix="receiver-") as folder:
        yield ResultsTable(database=_migrated, storage=LocalStorage(folder=Path(folder)))


@pytest.fixture(scope="module")
def outside_of_all(results: ResultsTable) -> Iterator[Outside]:
    with receiver_at_work(results, paired()) as outside:
        yield outside


@pytest.fixture
def outside(outside_of_all: Outside, database: object) -> Outside:
    """Somebody who posts to a receiver that keeps no notice yet."""
    return outside_of_all


def kept(results: ResultsTable) -> list[Notice]:
    """Take everything that was kept."""
    with results.open() as session:
        return list(take_notices(session, 10_000))


def test_notions_own_signature_is_known() -> None:
    token = paired().notion_verification_token

    assert is_signed(token, VECTOR, VECTOR_SIGNED)
    assert not is_signed(token, VECTOR + b" ", VECTOR_SIGNED)
    assert not is_signed(token, VECTOR, VECTOR_SIGNED.upper())
    assert not is_signed(token, VECTOR, "é")
    assert not is_signed(None, VECTOR, VECTOR_SIGNED)


def test_a_signed_event_is_kept(outside: Outside, results: ResultsTable) -> None:
    event = an_event()

    assert outside.post_event(event).json() == {"status": "kept"}

    (notice,) = kept(results)
    assert (notice.id, notice.source, notice.page) == (event["id"], "notion event", PAGE)


def test_what_is_changed_in_a_table_is_kept_without_a_page(outside: Outside, results: ResultsTable) -> None:
    entity = {"id": "0f5e9d6a-5c0f-4c36-8c3a-000000000009", "type": "data_source"}

    assert outside.post_event(an_event(type="data_source.schema_updated", entity=entity)).json() == {"status": "kept"}

    assert [notice.page for notice in kept(results)] == [""]


@pytest.mark.parametrize(
    "changes",
    [
        {"authors": [{"id": "x", "type": "bot"}]},
        {"authors": [{"id": "x", "type": "bot"}, {"id": "y", "type": "bot"}]},
        {"type": "comment.created", "entity": {"id": "c", "type": "comment"}},
    ],
)
def test_what_programs_wrote_or_nobody_asked_for_is_thanked_for_and_not_kept(
    changes: dict[str, object], outside: Outside, results: ResultsTable
) -> None:
    answer = outside.post_event(an_event(**changes))

    assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})
    assert kept(results) == []


@pytest.mark.parametrize("kinds", [("bot", "person"), ("agent",), ()])
def test_what_a_person_had_a_hand_in_is_kept(kinds: tuple[str, ...], outside: Outside, results: ResultsTable) -> None:
    outside.post_event(an_event(authors=[{"id": "x", "type": kind} for kind in kinds]))

    assert len(kept(results)) == 1


def test_an_event_that_comes_again_is_kept_once(outside: Outside, results: ResultsTable) -> None:
    event = an_event()

    said = [outside.post_event(event | {"attempt_number": attempt}).json()["status"] for attempt in (1, 2, 3)]

    assert said == ["kept", "known", "known"]
    assert len(kept(results)) == 1
    assert outside.post_event(event).json() == {"status": "known"}
    assert kept(results) == []


def test_events_may_come_in_any_order(outside: Outside, results: ResultsTable) -> None:
    now = datetime.now(UTC)
    events = [an_event(timestamp=(now - timedelta(hours=hours)).isoformat()) for hours in (1, 23, 0, 5)]

    assert [outside.post_event(event).status_code for event in events] == [200] * 4

    assert {notice.id for notice in kept(results)} == {event["id"] for event in events}


def test_a_flood_is_kept_whole_and_once(outside: Outside, results: ResultsTable) -> None:
    events = [an_event() for _ in range(FLOOD // 2)]

    def post(event: dict[str, object]) -> httpx.Response:
        return outside.post_event(event)

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(post, [*events, *reversed(events)]))

    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["status"] for answer in answers) == ["kept"] * (FLOOD // 2) + ["known"] * (FLOOD // 2)
    assert sorted(notice.id for notice in kept(results)) == sorted(str(event["id"]) for event in events)


@pytest.mark.parametrize(
    "said",
    ["", "sha256=", "sha256=none", f"sha256={'0' * 64}", signature(b"another body"), VECTOR_SIGNED.removeprefix("sha256="), "é"],
)
def test_a_wrong_signature_is_refused(said: str, outside: Outside, results: ResultsTable) -> None:
    raw = json.dumps(an_event()).encode()

    answer = outside.client.post("/webhook/notion", content=raw, headers=[(b"x-notion-signature", said.encode())])

    assert answer.status_code == 401
    assert kept(results) == []


def test_a_signature_by_somebody_else_is_refused(outside: Outside, results: ResultsTable) -> None:
    assert outside.post_event(an_event(), token="secret_of_somebody_else").status_code == 401
    assert outside.post(json.dumps(an_event()).encode()).status_code == 401
    assert kept(results) == []


def test_a_body_that_was_changed_after_it_was_signed_is_refused(outside: Outside) -> None:
    assert outside.post(VECTOR + b" ", {"x-notion-signature": VECTOR_SIGNED}).status_code == 401
    # Rightly signed, it is read; it tells of no page.
    assert outside.post(VECTOR, {"x-notion-signature": VECTOR_SIGNED}).status_code == 400


@pytest.mark.parametrize("age", [timedelta(days=1, minutes=1), timedelta(days=400), timedelta(minutes=-6)])
def test_a_signed_event_of_another_time_is_refused(age: timedelta, outside: Outside, results: ResultsTable) -> None:
    answer = outside.post_event(an_event(timestamp=(datetime.now(UTC) - age).isoformat()))

    assert answer.status_code == 401
    assert kept(results) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(an_event(id=7)).encode(),
        json.dumps(an_event(id="a\x00b")).encode(),
        json.dumps(an_event(id="x" * 200)).encode(),
        json.dumps(an_event(timestamp="yesterday")).encode(),
        json.dumps(an_event(timestamp="2026-11-22T07:00:00")).encode(),
        json.dumps(an_event(entity={"id": "line\nbreak", "type": "page"})).encode(),
        json.dumps(an_event(entity=None)).encode(),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_even_if_signed(raw: bytes, outside: Outside, results: ResultsTable) -> None:
    assert outside.post_signed(raw).status_code == 400
    assert kept(results) == []


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"verification_token"'])
def test_a_body_that_cannot_be_read_is_refused_unsigned(raw: bytes, outside: Outside) -> None:
    assert outside.post(raw).status_code == 400


def test_an_automation_with_the_secret_is_kept_once(outside: Outside, results: ResultsTable) -> None:
    said = [outside.post_automation(an_automation(event)).json()["status"] for event in ("a1", "a1", "a2")]

    assert said == ["kept", "known", "kept"]
    assert [(notice.id, notice.source) for notice in kept(results)] == [("a1", "notion automation"), ("a2", "notion automation")]


def test_an_automation_without_the_secret_is_refused(outside: Outside, results: ResultsTable) -> None:
    assert outside.post_automation(an_automation("a1"), secret="a guess").status_code == 401
    assert outside.post_automation(an_automation("a1"), secret="").status_code == 401
    assert outside.client.post("/webhook/notion", json=an_automation("a1")).status_code == 401
    assert outside.post_automation({"source": {}, "data": {"id": "x"}}).status_code == 400
    assert kept(results) == []


def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(outside: Outside) -> None:
    with socket.create_connection((outside.client.base_url.host, outside.client.base_url.port or 0), PATIENCE_S) as wire:
        wire.sendall(b"POST /webhook/notion HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (MOST_BYTES + 1))
        answer = wire.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_grows_too_long_is_refused_while_it_comes(outside: Outside) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 65_536
            yield b" " * 65_536

    answer = outside.client.post("/webhook/notion", content=endless())

    assert answer.status_code == 413
    assert sent < 20 * MOST_BYTES


def test_a_long_body_that_is_allowed_is_kept(outside: Outside) -> None:
    event = an_event(data={"note": "x" * (MOST_BYTES - 2_000)})

    assert outside.post_event(event).json() == {"status": "kept"}


def test_other_methods_and_addresses_are_refused(outside: Outside) -> None:
    assert outside.client.get("/webhook/notion").status_code == 405
    assert outside.client.post("/health").status_code == 405
    assert outside.client.get("/").status_code == 404
    assert outside.client.get("/docs").status_code == 404
    assert outside.client.get("/files/..%2F..%2Fetc%2Fpasswd").status_code in {403, 404}


def test_nobody_hands_in_a_token_while_nobody_is_pairing(outside: Outside) -> None:
    answer = outside.post(b'{"verification_token": "secret_of_somebody_else"}')

    assert answer.status_code == 403
    assert Receiver.load("default").notion_verification_token == outside.receiver.notion_verification_token
    assert outside.post_event(an_event()).status_code == 200


def test_pairing_that_is_opened_while_the_receiver_runs_is_noticed_at_once(outside: Outside) -> None:
    outside.receiver.pairing(datetime.now(UTC)).save("default", overwrite=True)
    try:
        assert outside.post(json.dumps({"verification_token": TOKEN}).encode()).status_code == 200
    finally:
        outside.receiver.save("default", overwrite=True)


@pytest.fixture
def film(results: ResultsTable, tmp_path: Path) -> str:
    """The address of a stored file of 1000 bytes."""
    file = tmp_path / "film.mp4"
    file.write_bytes(bytes(range(250)) * 4)
    return results.storage.put(file)


def test_no_secret_and_no_body_is_in_the_log_or_in_an_answer(
    outside: Outside, film: str, caplog: pytest.LogCaptureFixture
) -> None:
    for of_the_client in ("httpx", "httpcore"):
        caplog.set_level(logging.WARNING, of_the_client)
    caplog.set_level(logging.DEBUG)
    link = local(outside.receiver.link(film, timedelta(hours=1)))
    signed = an_event(data={"note": "what nobody must read"})
    answers = [
        outside.post_event(signed),
        outside.post_event(an_event(entity="what nobody must read")),
        outside.post_event(an_event(), token="secret_of_somebody_else"),
        outside.post(json.dumps({"verification_token": TOKEN}).encode()),
        outside.post_automation(an_automation("a1")),
        outside.post_automation(an_automation("a1"), secret="a guess at it"),
        outside.client.get(link + "x"),
        outside.client.get("/health"),
    ]
    receiver = outside.receiver
    told = "\n".join([*caplog.messages, *(answer.text for answer in answers)])

    assert str(signed["id"]) in told
    assert "refused POST /webhook/notion from 127.0.0.1: 401" in told
    for secret in (receiver.link_key, receiver.notion_header_secret, receiver.notion_verification_token):
        assert secret is not None
        assert secret.get_secret_value() not in told
    for word in ("what nobody must read", "secret_of_somebody_else", "a guess at it", urlsplit(link).query):
        assert word not in told
