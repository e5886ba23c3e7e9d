"""The receiver served on loopback, with blocks of its own, and a Notion that signs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from blocks.receiver import Receiver
from blocks.results.table import ResultsTable
from deployments.receiver.app import make_server
from deployments.server import Place

TOKEN = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"
START_LIMIT_S = 60
PATIENCE_S = 20


@dataclass(frozen=True)
class Outside:
    """Somebody who posts to a receiver."""

    client: httpx.Client
    receiver: Receiver

    def post_event(self, event: dict[str, object], token: str = TOKEN) -> httpx.Response:
        """Post an event of Notion's integration."""
        return self.post_signed(json.dumps(event, ensure_ascii=False).encode(), token)

    def post_signed(self, raw: bytes, token: str = TOKEN) -> httpx.Response:
        return self.post(raw, {"x-notion-signature": signature(raw, token)})

    def post(self, raw: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Post a body to Notion's address."""
        return self.client.post("/webhook/notion", content=raw, headers=headers)

    def post_automation(self, body: object, secret: str | None = None) -> httpx.Response:
        said = self.receiver.notion_header_secret.get_secret_value() if secret is None else secret
        return self.client.post("/webhook/notion", json=body, headers={"X-Studio-Secret": said})


def local(link: str) -> str:
    """Give a link without the public address."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def signature(raw: bytes, token: str = TOKEN) -> str:
    """Sign as Notion does."""
    return f"sha256={hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()}"


def an_event(**changes: object) -> dict[str, object]:
    """Make an event of Notion's integration."""
    return {
        "id": str(uuid.uuid4()),
        "timestamp": datetime.now(UTC).isoformat(),
        "workspace_id": str(uuid.uuid4()),
        "type": "page.properties_updated",
        "authors": [{"id": str(uuid.uuid4()), "type": "person"}],
        "attempt_number": 1,
        "entity": {"id": "0f5e9d6a-5c0f-4c36-8c3a-000000000001", "type": "page"},
        "data": {"parent": {"id": str(uuid.uuid4()), "type": "database"}, "updated_properties": ["%3AU%7C"]},
    } | changes


def an_automation(event_id: str) -> dict[str, object]:
    """Make the body of an automation's webhook."""
    return {
        "source": {"type": "automation", "automation_id": "a", "action_id": "b", "event_id": event_id, "attempt": 1},
        "data": {"object": "page", "id": "0f5e9d6a-5c0f-4c36-8c3a-000000000002", "properties": {"Title": {"title": []}}},
    }


def paired() -> Receiver:
    """Make a receiver that Notion was paired with."""
    return Receiver.fresh().paired(SecretStr(TOKEN))


@contextmanager
def receiver_at_work(results: ResultsTable, receiver: Receiver, api: str | None = None) -> Iterator[Outside]:
    """Save both blocks and serve a receiver that reads them; they are forgotten afterwards.

    Args:
        results: the table that it writes to.
        receiver: what it is told.
        api: where it looks for Prefect's server, if not where everybody does.
    """
    results.save("default", overwrite=True)
    receiver.save("default", overwrite=True)
    server = make_server(Place(host="127.0.0.1", port=0))
    with temporary_settings(updates={} if api is None else {PREFECT_API_URL: api}):
        thread = threading.Thread(target=copy_context().run, args=(server.run,), daemon=True)
        thread.start()
    deadline = time.monotonic() + START_LIMIT_S
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            yield Outside(client, receiver)
    finally:
        server.should_exit = True
        thread.join(START_LIMIT_S)
        asyncio.run(_forget())


async def _forget() -> None:
    await Receiver.adelete("default")
    await ResultsTable.adelete("default")


def pairing(ago: timedelta = timedelta(0)) -> Receiver:
    """Make a receiver that Notion may be paired with, since a while."""
    return Receiver.fresh().pairing(datetime.now(UTC) - ago)


class Wire:
    """A way to a server that can be cut."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname, there.port)
        self._ends: list[socket.socket] = []
        self._here = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._here.getsockname()[1]}{there.path}"
        threading.Thread(target=self._listen, args=(self._here,), daemon=True).start()

    def cut(self) -> None:
        """Cut everybody off, and let nobody through."""
        for one in (self._here, *self._ends):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._ends.clear()

    def _listen(self, here: socket.socket) -> None:
        with suppress(OSError):  # it was cut
            while True:
                near, _ = here.accept()
                far = socket.create_connection(self._there)
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
