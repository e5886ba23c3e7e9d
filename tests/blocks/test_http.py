"""The door to the network, against a real server: what becomes of every answer, and what is never told."""

import logging
import pickle
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import BaseModel, SecretStr
from starlette.responses import Response, StreamingResponse

from blocks import http
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    SetupError,
)
from blocks.http import Answer, Door, Fault, FaultKind, plain_fault, seconds_of
from tests.emulators import faults as ways
from tests.emulators.books import Books
from tests.emulators.faults import Faults
from tests.emulators.serving import Emulator, as_json, serving

KEY = "sk-very-secret-1234567890"


@dataclass
class Vendor(Emulator):
    """Answers whatever a test wants."""

    answer: Response | None = None

    def routes(self):
        return {
            ("GET", "/look"): ("look", self.tell),
            ("POST", "/order"): ("order", self.tell),
        }

    def tell(self, visit):
        return self.answer or as_json({"id": "made"}, headers={"x-request-id": visit.request_id})

    def fault_answer(self, visit, fault):
        return as_json({"fault": fault}, {ways.RATE_LIMITED: 429, ways.OVERLOADED: 503, ways.BROKEN: 500}[fault])


class Thing(BaseModel):
    id: str


@pytest.fixture(scope="module")
def served():
    emulator = Vendor()
    with serving(emulator):
        yield emulator


@pytest.fixture
def vendor(served):
    served.answer, served.slow_s, served.books, served.faults = None, 1.0, Books(), Faults()
    return served


@pytest.fixture
def door(vendor):
    with Door("Vendor", vendor.url, plain_fault, {"authorization": SecretStr(f"Bearer {KEY}")}, read_s=5) as opened:
        yield opened


@pytest.fixture
def closed_url():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def speaking(fault):
    return lambda answer: fault if answer.status >= 300 else None


# What becomes of answers


def test_an_answer_is_read_as_a_model(door):
    assert door.post("/order", json={"wish": 1}).read(Thing) == Thing(id="made")


def test_an_answer_knows_its_request_id(door, vendor):
    vendor.answer = as_json({}, headers={"request-id": "req-7"})

    assert door.get("/look").request_id == "req-7"


def test_the_key_is_sent_as_it_was_given(door, vendor):
    door.get("/look")

    assert vendor.books.calls[0].headers["authorization"] == f"Bearer {KEY}"


def test_white_space_around_a_pasted_key_is_not_sent(vendor):
    with Door("Vendor", vendor.url, plain_fault, {"x-key": SecretStr(f" {KEY}\n")}) as door:
        door.get("/look")

    assert vendor.books.calls[0].headers["x-key"] == KEY


def test_files_and_their_form_are_sent_together(door, vendor):
    door.post("/order", files={"file": ("a.png", b"abc", "image/png")}, form={"path": "seeds"})

    assert vendor.books.calls[0].body == {
        "file": {"filename": "a.png", "content_type": "image/png", "bytes": 3},
        "path": "seeds",
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, BadSpec),
        (400, BadSpec),
        (401, CredentialsRejected),
        (402, QuotaExhausted),
        (403, CredentialsRejected),
        (404, BadSpec),
        (408, ProviderUnavailable),
        (409, ProviderUnavailable),
        (422, BadSpec),
        (425, ProviderUnavailable),
        (429, RateLimited),
        (500, ProviderUnavailable),
        (502, ProviderUnavailable),
        (503, ProviderUnavailable),
        (504, ProviderUnavailable),
        (522, ProviderUnavailable),
        (599, ProviderUnavailable),
    ],
)
def test_every_status_becomes_its_error(door, vendor, status, kind):
    vendor.answer = Response(b"", status)

    with pytest.raises(kind) as caught:
        door.get("/look")
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.UNAVAILABLE, ProviderUnavailable),
        (FaultKind.RATE_LIMITED, RateLimited),
        (FaultKind.QUOTA, QuotaExhausted),
        (FaultKind.CREDENTIALS, CredentialsRejected),
        (FaultKind.REFUSED, ContentRefused),
        (FaultKind.INVALID, BadSpec),
    ],
)
def test_every_kind_of_trouble_that_a_vendor_tells_becomes_its_error(vendor, kind, error):
    vendor.answer = as_json({}, 418)
    with (
        Door("Vendor", vendor.url, speaking(Fault(kind=kind, message="no"))) as door,
        pytest.raises(error, match="Vendor: GET /look answered 418: no; "),
    ):
        door.get("/look")


def test_a_fault_in_an_answer_with_status_200_is_an_error_too(vendor):
    with (
        Door("Vendor", vendor.url, lambda answer: Fault(kind=FaultKind.REFUSED, message="blocked")) as door,
        pytest.raises(ContentRefused),
    ):
        door.post("/order", json={}, paid=True)


def test_a_message_names_the_call_its_code_its_request_and_the_way_out(vendor):
    vendor.answer = as_json({}, 400, headers={"x-request-id": "req-7"})
    fault = Fault(kind=FaultKind.INVALID, code="BAD_SIZE", message="size is wrong.", advice="choose 1K")
    with Door("Vendor", vendor.url, speaking(fault)) as door, pytest.raises(BadSpec) as caught:
        door.get("/look")

    assert str(caught.value) == "Vendor: GET /look answered 400 BAD_SIZE, request req-7: size is wrong; choose 1K"
    assert caught.value.request_id == "req-7"


def test_a_request_id_in_the_body_counts_before_the_header(vendor):
    vendor.answer = as_json({}, 400, headers={"x-request-id": "outer"})
    fault = Fault(kind=FaultKind.INVALID, message="no", request_id="inner")
    with Door("Vendor", vendor.url, speaking(fault)) as door, pytest.raises(BadSpec) as caught:
        door.get("/look")

    assert caught.value.request_id == "inner"


def test_when_a_quota_comes_back_is_handed_on(vendor):
    midnight = datetime(2026, 11, 23, 8, tzinfo=UTC)
    vendor.answer = as_json({}, 429)
    fault = Fault(kind=FaultKind.QUOTA, message="used up", resets_at=midnight)
    with Door("Vendor", vendor.url, speaking(fault)) as door, pytest.raises(QuotaExhausted) as caught:
        door.get("/look")

    assert caught.value.resets_at == midnight


def test_a_long_answer_is_quoted_in_part_and_on_one_line(door, vendor):
    vendor.answer = Response("<html>\n <p>" + "gone wrong " * 10_000, 500)

    with pytest.raises(ProviderUnavailable) as caught:
        door.get("/look")
    assert len(str(caught.value)) < 700
    assert "\n" not in str(caught.value)


# Waits


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_in_seconds_is_handed_on(door, vendor, status):
    vendor.answer = as_json({}, status, headers={"retry-after": "7"})

    with pytest.raises(RateLimited) as caught:
        door.get("/look")
    assert caught.value.retry_after_s == 7


def test_a_wait_until_a_date_becomes_seconds():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    assert seconds_of(later) == pytest.approx(90, abs=2)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("-3", 0.0),
        ("1.5", 1.5),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_a_wait_is_never_negative_nor_endless(header, wait_s):
    assert seconds_of(header) == wait_s


# Answers that never came


@pytest.mark.parametrize("paid", [False, True])
def test_a_request_that_was_never_sent_costs_nothing(closed_url, paid):
    with (
        Door("Vendor", closed_url, plain_fault) as door,
        pytest.raises(ProviderUnavailable, match=r"Vendor: POST /order could not be reached"),
    ):
        door.post("/order", json={}, paid=paid)


@pytest.mark.parametrize("fault", [ways.RESET, ways.LOST_ANSWER, ways.TRUNCATED, ways.SLOW])
@pytest.mark.parametrize(("paid", "kind"), [(False, ProviderUnavailable), (True, OutcomeUnknown)])
def test_an_answer_that_is_lost_leaves_the_outcome_of_a_paid_call_open(vendor, fault, paid, kind):
    vendor.faults.next("order", fault)
    with Door("Vendor", vendor.url, plain_fault, read_s=0.3) as door, pytest.raises(kind, match="Vendor: POST /order"):
        door.post("/order", json={}, paid=paid)


@pytest.mark.parametrize("status", [502, 504, 520, 524])
def test_a_gateway_that_gives_up_leaves_the_outcome_of_a_paid_call_open(door, vendor, status):
    vendor.answer = Response("bad gateway", status, headers={"cf-ray": "ray-1"})

    with pytest.raises(OutcomeUnknown, match="bad gateway") as caught:
        door.post("/order", json={}, paid=True)
    assert caught.value.request_id == "ray-1"


@pytest.mark.parametrize("status", [500, 503, 521, 522])
def test_a_service_that_says_it_is_away_has_billed_nothing(door, vendor, status):
    vendor.answer = Response("away", status)

    with pytest.raises(ProviderUnavailable):
        door.post("/order", json={}, paid=True)


def test_an_answer_that_drips_endlessly_is_given_up(door, vendor, monkeypatch):
    monkeypatch.setattr(http, "LONGEST_ANSWER_S", 0.2)

    async def drip():
        import asyncio  # noqa: PLC0415

        while True:
            yield b" "
            await asyncio.sleep(0.02)

    vendor.answer = StreamingResponse(drip())

    with pytest.raises(ProviderUnavailable, match="had not come to its end"):
        door.get("/look")


def test_an_answer_longer_than_any_of_ours_is_not_read_to_its_end(door, vendor, monkeypatch):
    monkeypatch.setattr(http, "LONGEST_ANSWER_BYTES", 1000)
    vendor.answer = Response(b"x" * 1001)

    with pytest.raises(ProviderUnavailable, match="longer than anything"):
        door.get("/look")


# Answers that cannot be read


@pytest.mark.parametrize("read", [Answer.json, lambda answer: answer.read(Thing)], ids=["json", "read"])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": ', b'{"id": "\xff"}'])
def test_an_answer_that_is_no_json_is_tried_again(door, vendor, read, body):
    vendor.answer = Response(body)

    with pytest.raises(ProviderUnavailable, match="Vendor: GET /look answered 200"):
        read(door.get("/look"))


@pytest.mark.parametrize("read", [Answer.json, lambda answer: answer.read(Thing)], ids=["json", "read"])
def test_a_paid_success_that_cannot_be_read_may_have_been_billed(door, vendor, read):
    vendor.answer = Response(b"<html>", headers={"x-request-id": "req-7"})

    with pytest.raises(OutcomeUnknown) as caught:
        read(door.post("/order", json={}, paid=True))
    assert caught.value.request_id == "req-7"


def test_an_answer_of_another_shape_names_the_field_and_tells_nothing_of_it(door, vendor):
    vendor.answer = as_json({"id": ["https://files.example/x?signature=abc"]})

    with pytest.raises(ProviderUnavailable, match=r"no Thing \(id: ") as caught:
        door.get("/look").read(Thing)
    assert "signature" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


# What is never told


@pytest.mark.parametrize("status", [400, 500, 502])
def test_no_message_repeats_our_key(door, vendor, status):
    vendor.answer = Response(f'{{"error": "the key {KEY} is odd"}}', status)

    with pytest.raises((BadSpec, ProviderUnavailable, OutcomeUnknown)) as caught:
        door.post("/order", json={}, paid=True)
    assert KEY not in str(caught.value)
    assert "the key *** is odd" in str(caught.value)


@pytest.mark.parametrize("before", range(480, 505, 4))
def test_no_message_repeats_half_of_our_key_either(door, vendor, before):
    vendor.answer = Response("." * before + KEY, 500)

    with pytest.raises(ProviderUnavailable) as caught:
        door.get("/look")
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        "see https://files.example/x.mp4?signature=abc&expires=1 for it",
        '{"url":"https://files.example/x.mp4?signature=abc","code":7}',
        '{"url":"https:\\/\\/files.example\\/x.mp4?signature=abc","code":7}',
        "two: https://files.example/a?signature=abc\nhttps://files.example/b?signature=abc",
    ],
)
def test_no_message_repeats_a_signed_address(door, vendor, words):
    vendor.answer = Response(words, 500)

    with pytest.raises(ProviderUnavailable, match=r"files\.example") as caught:
        door.get("/look")
    assert "abc" not in str(caught.value)


def test_words_after_a_signed_address_are_still_told(door, vendor):
    vendor.answer = Response('{"url":"https://files.example/x?signature=abc","reason":"too big"}', 500)

    with pytest.raises(ProviderUnavailable, match="too big"):
        door.get("/look")


def test_no_log_tells_a_key_or_a_query(door, vendor, caplog):
    caplog.set_level(logging.DEBUG)
    vendor.answer = Response(b"{}", 200, headers={"location": "https://files.example/x?signature=abc"})

    door.get("/look", params={"token": "hidden-token"})

    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "/look" in told
    assert [word for word in (KEY, "hidden-token", "signature=abc") if word in told] == []


def test_our_log_tells_the_call_its_status_and_its_request(door, caplog):
    caplog.set_level(logging.DEBUG, logger="blocks.http")

    answer = door.get("/look")

    assert "Vendor: GET /look: 200 in 0.0" in caplog.text.replace(" in 0.1", " in 0.0")
    assert answer.request_id in caplog.text


@pytest.mark.parametrize("key", ["sk-1234\nsk-5678", "sk-“1234”"])
def test_a_key_that_no_header_can_carry_is_refused_without_telling_it(vendor, key):
    with pytest.raises(CredentialsRejected) as caught:
        Door("Vendor", vendor.url, plain_fault, {"x-key": SecretStr(key)})
    assert "1234" not in repr(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("address", ["", "api.example", "ftp://api.example", "https://", "http://[::1"])
def test_a_base_address_that_is_none_is_a_mistake_of_the_set_up(address):
    with pytest.raises(SetupError, match="credentials block"):
        Door("Vendor", address, plain_fault)


@pytest.mark.parametrize("path", ["https://elsewhere.example/x?signature=abc", "look"])
def test_the_door_opens_to_no_other_address_than_its_own(door, vendor, path):
    with pytest.raises(ValueError, match="slash") as caught:
        door.get(path)
    assert "abc" not in str(caught.value)
    assert vendor.books.count() == 0


def test_a_redirect_is_not_followed_with_our_key(door, vendor):
    other = Vendor()
    with serving(other):
        vendor.answer = Response(b"", 307, headers={"location": f"{other.url}/look"})
        with pytest.raises(BadSpec):
            door.get("/look")

    assert other.books.count() == 0


# What survives the way to another process


@pytest.mark.parametrize(
    ("status", "headers"),
    [(429, {"retry-after": "7", "x-request-id": "req-7"}), (402, {"x-request-id": "req-7"}), (400, {"x-request-id": "req-7"})],
)
def test_errors_survive_pickling_with_all_their_fields(door, vendor, status, headers):
    vendor.answer = as_json({"why": "because"}, status, headers=headers)
    with pytest.raises(Exception, match="because") as caught:
        door.get("/look")

    again = pickle.loads(pickle.dumps(caught.value))

    assert type(again) is type(caught.value)
    assert vars(again) == vars(caught.value)
    assert str(again) == str(caught.value)
