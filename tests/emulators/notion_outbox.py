"""What an emulated Notion posts to an address of somebody's: in rounds, when a test says so.

Its faults are what the webhook pages of the reference warn of (2026-11): duplicates, disorder, delay, and somebody who pretends.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.emulators.faults import Faults
from tests.emulators.notion import NotionEmulator

DUPLICATED = "duplicated"
"""The event comes twice, its copy after all others."""
LATE = "late"
"""The event waits for the next round."""
OUT_OF_ORDER = "out of order"
"""The event comes after all others of its round."""
LOST = "lost"
"""The event is never sent."""
FORGED = "forged"
"""Signed with another key."""
ALTERED = "altered"
"""Signed rightly, and changed on the way."""
MALFORMED = "malformed"
"""A signature that is none."""
UNSIGNED = "unsigned"
"""No signature."""
MOST_ATTEMPTS = 8


def open_client(patience_s: float) -> httpx.Client:
    """Open a client for one round."""
    return httpx.Client(verify=False, trust_env=False, timeout=patience_s)  # certificates take longer to read than these calls


@dataclass(frozen=True)
class Delivery:
    """One post, and what it was answered."""

    body: dict[str, Any]
    raw: bytes
    headers: dict[str, str]
    fault: str | None
    status: int | None
    """None when nobody answered."""
    seconds: float
    """How long the answer took."""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Waiting:
    """A body that is still to be taken."""

    number: int
    """Which of the outbox it is; a plan of faults does not depend on ids, which are new in every run."""
    body: dict[str, Any]
    attempts: int = 0


@dataclass
class Outbox(ABC):
    """What is posted to one address."""

    notion: NotionEmulator
    url: str
    faults: Faults = field(default_factory=Faults)
    """Of the endpoint `event`."""
    patience_s: float = 10.0
    """How long an answer is waited for."""
    waiting: list[Waiting] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    given_up: list[Waiting] = field(default_factory=list)
    _put: int = 0

    @abstractmethod
    def mark_attempt(self, body: dict[str, Any], attempt: int) -> None:
        """Write into a body which attempt this is."""

    @abstractmethod
    def headers_of(self, raw: bytes, fault: str | None) -> dict[str, str]:
        """Give the headers that tell a genuine body, or those of the fault."""

    def put(self, body: dict[str, Any]) -> None:
        """Let a body wait for the next round."""
        self._put += 1
        self.waiting.append(Waiting(self._put, body))

    def deliver(self) -> list[Delivery]:
        """Post everything that waits, once; what is not taken waits for another round, eight in all."""
        first, last = self._plan_round()
        planned = first + last
        for one in {one.number: one for one, _ in planned}.values():
            one.attempts += 1
            self.mark_attempt(one.body, one.attempts)
        with open_client(self.patience_s) as client:
            delivered = [self.post(client, one.body, fault) for one, fault in planned]
        taken = {one.number for (one, _), delivery in zip(planned, delivered, strict=True) if delivery.is_taken}
        for one in {one.number: one for one, _ in planned}.values():
            if one.number not in taken:
                (self.waiting if one.attempts < MOST_ATTEMPTS else self.given_up).append(one)
        return delivered

    def _plan_round(self) -> tuple[list[tuple[Waiting, str | None]], list[tuple[Waiting, str | None]]]:
        due, self.waiting = self.waiting, []
        first: list[tuple[Waiting, str | None]] = []
        last: list[tuple[Waiting, str | None]] = []
        for one in due:
            fault = self.faults.draw("event", str(one.number))
            if fault == LATE:
                self.waiting.append(one)
            elif fault != LOST:
                (last if fault == OUT_OF_ORDER else first).append((one, fault))
            if fault == DUPLICATED:
                last.append((one, fault))
        return first, last

    def post(self, client: httpx.Client, body: dict[str, Any], fault: str | None = None) -> Delivery:
        """Post one body."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"content-type": "application/json", "user-agent": "notion-api"} | self.headers_of(raw, fault)
        raw = raw + b" " if fault == ALTERED else raw
        began_s = time.monotonic()
        try:
            status = client.post(self.url, content=raw, headers=headers).status_code
        except httpx.TransportError:
            status = None
        delivery = Delivery(json.loads(raw), raw, headers, fault, status, time.monotonic() - began_s)
        self.sent.append(delivery)
        return delivery
