"""Slack's own SDK speaks to the emulated webhook."""

from collections.abc import Iterator

import httpx
import pytest
from slack_sdk.webhook import WebhookClient

from tests.emulators import faults as ways
from tests.emulators.slack import SECRET, WORDS, SlackEmulator, served


@pytest.fixture(scope="module")
def server() -> Iterator[SlackEmulator]:
    with served() as vendor:
        yield vendor


@pytest.fixture
def slack(server: SlackEmulator) -> SlackEmulator:
    vars(server).update(vars(SlackEmulator(url=server.url)))
    return server


def client(slack: SlackEmulator, path: str = SECRET) -> WebhookClient:
    return WebhookClient(f"{slack.url}/services/{path}", retry_handlers=[])


def test_a_message_is_posted(slack: SlackEmulator) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Film 3* stopped"}}]

    answer = client(slack).send(text="Film 3 stopped", blocks=blocks)

    assert (answer.status_code, answer.body) == (200, "ok")
    assert slack.posted == [{"text": "Film 3 stopped", "blocks": blocks}]


REFUSED = {
    "nothing": ({}, "invalid_payload"),
    "a name alone": ({"username": "studio"}, "no_text"),
    "no words": ({"text": ""}, "no_text"),
    "too many blocks": ({"text": "a", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    "too many attachments": ({"attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
    "too many words": ({"text": "a" * 40_001}, "msg_too_long"),
}


@pytest.mark.parametrize("message", REFUSED)
def test_a_message_is_refused_for(slack: SlackEmulator, message: str) -> None:
    body, word = REFUSED[message]

    answer = client(slack).send_dict(body)

    assert (answer.status_code, answer.body, slack.posted) == (400, word, [])


def test_what_is_no_json_is_refused(slack: SlackEmulator) -> None:
    answer = httpx.post(f"{slack.url}/services/{SECRET}", content=b"hello")

    assert (answer.status_code, answer.text) == (400, "invalid_payload")


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("T0NOBODY/B0WOLVES3/dZ8KqVt2mXcR7pLw4NsYb1Hg", 404, "no_service"),
        ("T0FOXES12/B0NOBODY/dZ8KqVt2mXcR7pLw4NsYb1Hg", 404, "no_service"),
        ("T0FOXES12/B0WOLVES3/another", 403, "invalid_token"),
    ],
)
def test_an_address_of_nobody_is_refused(slack: SlackEmulator, path: str, status: int, word: str) -> None:
    answer = client(slack, path).send(text="Film 3 stopped")

    assert (answer.status_code, answer.body, slack.posted) == (status, word, [])


@pytest.mark.parametrize("word", WORDS)
def test_slack_says_in_one_word_what_is_wrong(slack: SlackEmulator, word: str) -> None:
    slack.faults.next("webhook", word)

    answer = client(slack).send(text="Film 3 stopped")

    assert (answer.status_code, answer.body, slack.posted) == (WORDS[word], word, [])


def test_too_many_messages_are_to_come_later(slack: SlackEmulator) -> None:
    slack.faults.next("webhook", ways.RATE_LIMITED)

    answer = client(slack).send(text="Film 3 stopped")

    assert (answer.status_code, answer.headers["retry-after"], slack.posted) == (429, "30", [])


@pytest.mark.parametrize(
    ("fault", "status", "word"), [(ways.BROKEN, 500, "rollup_error"), (ways.OVERLOADED, 503, "service_unavailable")]
)
def test_slack_may_be_out_of_order(slack: SlackEmulator, fault: str, status: int, word: str) -> None:
    slack.faults.next("webhook", fault)

    answer = client(slack).send(text="Film 3 stopped")

    assert (answer.status_code, answer.body) == (status, word)


def test_a_message_may_be_posted_although_nobody_says_so(slack: SlackEmulator) -> None:
    slack.faults.next("webhook", ways.LOST_ANSWER)

    with pytest.raises(ConnectionError):
        client(slack).send(text="Film 3 stopped")

    assert len(slack.posted) == 1
