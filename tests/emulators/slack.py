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
_MOST_ATTACHMENTS = 100
_LONGEST_TEXT = 40_000


@dataclass
class SlackEmulator(Emulator):
    """Answers as Slack's documents say: `ok`, or one word for what is wrong (docs.slack.dev, incoming webhooks)."""

    posted: list[dict[str, Any]] = field(default_factory=list)
    """What people read, in order."""

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {("POST", "/services/{team}/{app}/{token}"): ("webhook", self.post)}

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        match fault:
            case ways.RATE_LIMITED:
                return Response("rate_limited", 429, {"retry-after": "30"})
            case ways.BROKEN:
                return Response("server_error", 500)
        raise ValueError(f"no fault of Slack is called {fault!r}")

    def post(self, visit: Visit) -> Response:
        if visit.call.path != f"/services/{SECRET}":
            return Response("invalid_token", 403)
        body = visit.call.body
        if not isinstance(body, dict):
            return Response("invalid_payload", 400)
        if problem := _problem(body):
            return Response(problem, 400)
        self.posted.append(body)
        return Response("ok", 200)


def _problem(body: dict[str, Any]) -> str:
    attachments = body.get("attachments", [])
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        return "invalid_attachments"
    if len(attachments) > _MOST_ATTACHMENTS:
        return "too_many_attachments"
    texts = [body.get("text"), *(one.get("text") for one in attachments)]
    if not any(texts) and not body.get("blocks"):
        return "no_text"
    return "msg_too_long" if any(len(text or "") > _LONGEST_TEXT for text in texts) else ""


@contextmanager
def served(**settings: Any) -> Iterator[SlackEmulator]:
    """Serve an emulated Slack on loopback."""
    slack = SlackEmulator(**settings)
    with serving(slack):
        yield slack
