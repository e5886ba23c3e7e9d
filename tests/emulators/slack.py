"""Slack's incoming webhooks on loopback: one address, which posts messages into one channel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from tests.emulators import faults as ways
from tests.emulators.serving import Emulator, Handler, Visit, serving

SECRET = "T0FOXES12/B0WOLVES3/dZ8KqVt2mXcR7pLw4NsYb1Hg"
"""What makes the address of the webhook a secret: `https://hooks.slack.com/services/...`."""
WORDS = {
    "invalid_payload": 400,
    "user_not_found": 400,
    "no_text": 400,
    "action_prohibited": 403,
    "invalid_token": 403,
    "channel_not_found": 404,
    "no_service": 404,
    "channel_is_archived": 410,
    "rollup_error": 500,
}
"""What Slack answers in plain text when it does not post, with its status; each is a fault of that name, too."""
_COMMON = {ways.BROKEN: "rollup_error"}
_MOST_ATTACHMENTS = 100
_MOST_BLOCKS = 50
_LONGEST_TEXT = 40_000


@dataclass
class SlackEmulator(Emulator):
    """Answers as Slack's documents say: `ok`, or one word for what is wrong (docs.slack.dev, incoming webhooks, 2026-11)."""

    retry_after_s: int = 30
    """`Retry-After` of 429."""
    posted: list[dict[str, Any]] = field(default_factory=list)
    """What people read, in order."""

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {("POST", "/services/{team}/{app}/{token}"): ("webhook", self.post)}

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        match fault:
            case ways.RATE_LIMITED:
                return Response("rate_limited", 429, {"retry-after": str(self.retry_after_s)})
            case ways.OVERLOADED:
                return Response("service_unavailable", 503)
        return refused(_COMMON.get(fault, fault))

    def post(self, visit: Visit) -> Response:
        address, known = visit.call.path.removeprefix("/services/").split("/"), SECRET.split("/")
        if address[:2] != known[:2]:
            return refused("no_service")
        if address != known:
            return refused("invalid_token")
        body = visit.call.body
        if not isinstance(body, dict):
            return refused("invalid_payload")
        if problem := _problem(body):
            return Response(problem, 400)
        self.posted.append(body)
        return Response("ok", 200)


def refused(word: str) -> Response:
    """Refuse in Slack's one word.

    Raises:
        KeyError: Slack has no such word.
    """
    return Response(word, WORDS[word])


def _problem(body: dict[str, Any]) -> str:
    attachments = body.get("attachments", [])
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        return "invalid_attachments"
    if len(attachments) > _MOST_ATTACHMENTS:
        return "too_many_attachments"
    if not isinstance(blocks := body.get("blocks", []), list) or len(blocks) > _MOST_BLOCKS:
        return "invalid_blocks"
    texts = [body.get("text"), *(one.get("text") for one in attachments)]
    if not any(texts) and not blocks:
        return "no_text"
    return "msg_too_long" if any(len(text or "") > _LONGEST_TEXT for text in texts) else ""


@contextmanager
def served(**settings: Any) -> Iterator[SlackEmulator]:
    """Serve an emulated Slack on loopback."""
    slack = SlackEmulator(**settings)
    with serving(slack):
        yield slack
