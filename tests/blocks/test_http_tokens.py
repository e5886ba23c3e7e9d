"""What a door sends beside JSON, and how it carries a token that ends."""

from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from blocks.errors import BadSpec, CredentialsRejected
from blocks.http import Door, plain_fault
from tests.emulators.books import Books
from tests.emulators.serving import Emulator, as_json, serving

FORM_SECRET = "form-secret-987654"


@dataclass
class Gate(Emulator):
    """Lets those in who carry its token."""

    good: str = "token-2"

    def routes(self):
        return {(method, "/thing"): ("thing", self.let_in) for method in ("GET", "POST", "PUT", "DELETE")}

    def let_in(self, visit):
        if visit.request.headers.get("authorization") == f"Bearer {self.good}":
            return as_json({"id": "made"})
        return as_json({"error": f"token of {visit.raw!r} and {visit.request.headers.get('authorization')} is no good"}, 401)

    def fault_answer(self, visit, fault):
        raise AssertionError(fault)


@dataclass
class Tokens:
    """Gives token-1 until it is refused, then token-2."""

    refused: list[str] = field(default_factory=list)

    def token(self, refused=None):
        if refused is not None:
            self.refused.append(refused.get_secret_value())
        return SecretStr(f"token-{min(2, len(self.refused) + 1)}")


@pytest.fixture(scope="module")
def served():
    emulator = Gate()
    with serving(emulator):
        yield emulator


@pytest.fixture
def gate(served):
    served.good, served.books = "token-2", Books()
    return served


@pytest.fixture
def tokens():
    return Tokens()


@pytest.fixture
def door(gate, tokens):
    with Door("Gate", gate.url, plain_fault, bearer=tokens, secrets=(SecretStr(FORM_SECRET),), read_s=5) as opened:
        yield opened


@pytest.mark.parametrize("ask", ["get", "delete", "post", "put"])
def test_a_token_that_is_refused_is_renewed_and_the_request_sent_again(door, gate, tokens, ask):
    answer = getattr(door, ask)("/thing", **({"json": {"a": 1}} if ask in {"post", "put"} else {}))

    assert answer.status == 200
    assert tokens.refused == ["token-1"]
    assert [call.body for call in gate.books.calls] == [{"a": 1} if ask in {"post", "put"} else None] * 2


def test_a_token_that_is_refused_twice_ends_it_without_being_told(door, gate):
    gate.good = "another"

    with pytest.raises(CredentialsRejected) as caught:
        door.get("/thing")
    assert len(gate.books.calls) == 2
    assert "token-" not in str(caught.value)


def test_a_range_of_bytes_is_not_sent_again_with_the_new_token(door, gate, tokens):
    headers = {"Content-Range": "bytes 0-2/9", "Content-Type": "video/mp4"}

    with pytest.raises(CredentialsRejected):
        door.send("PUT", "/thing", content=b"abc", headers=headers)
    assert len(gate.books.calls) == 1
    assert tokens.refused == ["token-1"]
    assert door.send("PUT", "/thing", content=b"abc", headers=headers).status == 200


def test_raw_bytes_go_with_their_length_and_what_they_are(door, gate):
    door.send("POST", "/thing", content=b"\xff\xd8 picture", headers={"Content-Type": "image/jpeg"}, params={"videoId": "v"})

    last = gate.books.calls[-1]
    assert (last.headers["content-type"], last.headers["content-length"], last.query) == ("image/jpeg", "10", {"videoId": "v"})


def test_a_form_is_sent_as_forms_are(door, gate):
    door.post("/thing", form={"grant_type": "refresh_token", "secret": "a&b"})

    last = gate.books.calls[-1]
    assert last.headers["content-type"] == "application/x-www-form-urlencoded"
    assert last.body == "grant_type=refresh_token&secret=a%26b"


def test_no_message_repeats_a_secret_of_a_form(gate):
    with (
        Door("Gate", gate.url, plain_fault, secrets=(SecretStr(FORM_SECRET),)) as door,
        pytest.raises((CredentialsRejected, BadSpec)) as caught,
    ):
        door.post("/thing", form={"secret": FORM_SECRET})
    assert "is no good" in str(caught.value)
    assert FORM_SECRET not in str(caught.value)


def test_a_key_that_is_no_token_is_refused_without_telling_it(gate):
    class Odd:
        def token(self, refused=None):
            return SecretStr("token\nwith a break")

    with Door("Gate", gate.url, plain_fault, bearer=Odd()) as door, pytest.raises(CredentialsRejected) as caught:
        door.get("/thing")
    assert "with a break" not in str(caught.value)
    assert gate.books.calls == []


def test_an_answer_without_a_token_asked_for_is_an_answer(gate):
    gate.good = ""
    with Door("Gate", gate.url, lambda _: None) as door:
        assert door.get("/thing").status == 401


def test_a_door_without_a_body_sends_none(door, gate):
    door.delete("/thing")

    assert gate.books.calls[-1].body is None
