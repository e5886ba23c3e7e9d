"""Real HTTP servers on loopback for the emulators, with connections that can be cut."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from tests.emulators import faults as ways
from tests.emulators.books import Books, Call
from tests.emulators.faults import Faults

FAULT_HEADER = "x-emulator-fault"
"""A request by hand may ask for its own fault: `curl -H 'x-emulator-fault: rate limited' ...`."""


class Gone(Exception):
    """A connection ended in the middle: the client left, or a handler raises this to cut it."""


@dataclass
class Visit:
    """One request that is being answered."""

    call: Call
    request: Request
    raw: bytes
    """The whole body; empty where an endpoint reads its body itself."""
    files: dict[str, bytes]
    """Uploaded files by field."""
    request_id: str
    fault: str | None
    """What goes wrong with it, for the faults that only the vendor's own code can play."""
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))
    """The body as it arrives, where an endpoint reads its body itself; raises `Gone` when the client leaves in its middle."""


Handler = Callable[[Visit], Response]
"""Answers one request; runs in a thread of its own, so it may take its time."""


@dataclass
class Emulator(ABC):
    """A vendor's server. A subclass names its endpoints in `routes`, and words the common faults in `fault_answer`."""

    latency_s: float = 0.0
    """How long every answer takes."""
    slow_s: float = 5.0
    """How long the answers of the fault `slow` take."""
    faults: Faults = field(default_factory=Faults)
    books: Books = field(default_factory=Books)
    url: str = ""
    """Its address, once it is served."""

    @abstractmethod
    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        """Give, by method and path pattern, the endpoint's name and who answers: `{("POST", "/v1/x/{id}"): ("x", self.x)}`."""

    @abstractmethod
    def fault_answer(self, visit: Visit, fault: str) -> Response:
        """Answer a fault that is an answer, in the vendor's words; one it does not know is a mistake of the test."""

    def counts_as_in_flight(self, endpoint: str) -> bool:
        """Tell whether calls of an endpoint count for `books.peak`."""
        return True

    def reads_itself(self, endpoint: str) -> bool:
        """Tell whether an endpoint reads its body itself, piece by piece, to keep what came before a connection was cut."""
        return False

    def parse(self, raw: bytes, content_type: str) -> Any:
        """Read a body that is no form, for the books."""
        try:
            return json.loads(raw)
        except ValueError:
            return raw.decode("utf-8", "replace")

    def app(self) -> Starlette:
        """Build the server's application."""
        return Starlette(
            routes=[
                Route(path, _Endpoint(self, name, handler), methods=[method])
                for (method, path), (name, handler) in self.routes().items()
            ]
        )


class _Endpoint:
    """One endpoint as an ASGI application, so that it can cut its connection."""

    def __init__(self, emulator: Emulator, name: str, handler: Handler) -> None:
        self.emulator, self.name, self.handler = emulator, name, handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        emulator, request = self.emulator, Request(scope, receive)
        visit = await self._read(request)
        if emulator.counts_as_in_flight(self.name):
            with emulator.books.in_flight():
                await self._answer(visit, scope, receive, send)
        else:
            await self._answer(visit, scope, receive, send)

    async def _read(self, request: Request) -> Visit:
        emulator = self.emulator
        pieces = _arriving(request.receive, asyncio.get_running_loop()) if emulator.reads_itself(self.name) else iter(())
        raw = b"" if emulator.reads_itself(self.name) else await request.body()
        kind = request.headers.get("content-type", "")
        body: Any = None
        files: dict[str, bytes] = {}
        if kind.startswith("multipart/form-data"):
            body = {}
            async with request.form() as form:
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        files[name] = await value.read()
                        body[name] = {"filename": value.filename, "content_type": value.content_type, "bytes": len(files[name])}
                    else:
                        body[name] = value
        elif raw:
            body = emulator.parse(raw, kind)
        path, query = request.url.path, dict(request.query_params)
        call = emulator.books.note(self.name, request.method, path, query, dict(request.headers), body)
        fault = request.headers.get(FAULT_HEADER) or emulator.faults.draw(self.name, about(call, files))
        return Visit(call, request, raw, files, uuid.uuid4().hex, fault, pieces)

    async def _answer(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        fault = visit.fault
        await asyncio.sleep(self.emulator.slow_s if fault == ways.SLOW else self.emulator.latency_s)
        if fault == ways.RESET:
            return hang_up(receive)
        try:
            if fault in {None, ways.SLOW, ways.LOST_ANSWER, ways.TRUNCATED}:
                response = await asyncio.to_thread(self.handler, visit)
            else:
                assert fault is not None
                response = await asyncio.to_thread(self.emulator.fault_answer, visit, fault)
        except Gone:
            return hang_up(receive)
        if fault == ways.LOST_ANSWER:
            return hang_up(receive)
        if fault == ways.TRUNCATED:
            return await _break_off(response, receive, send)
        await response(scope, receive, send)
        return None


def _arriving(receive: Receive, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
    """Give a body as it arrives, in another thread than the server's."""
    more = True
    while more:
        message = asyncio.run_coroutine_threadsafe(_next(receive), loop).result()
        if message["type"] == "http.disconnect":
            raise Gone
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _next(receive: Receive) -> Message:
    return await receive()


def about(call: Call, files: dict[str, bytes]) -> str:
    """Tell calls apart by what they ask for, whenever they arrive."""
    inside = json.dumps(call.body, sort_keys=True, default=str)
    digests = [hashlib.sha256(content).hexdigest() for content in files.values()]
    return hashlib.sha256(f"{call.path} {sorted(call.query.items())} {inside} {digests}".encode()).hexdigest()


def hang_up(receive: Receive) -> None:
    """Cut the connection of a request without an answer."""
    receive.__self__.transport.abort()  # type: ignore[attr-defined]  # uvicorn's request cycle holds its transport


async def _break_off(response: Response, receive: Receive, send: Send) -> None:
    body = bytes(response.body)
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": body[: max(1, len(body) // 2)], "more_body": True})
    await asyncio.sleep(0.02)
    hang_up(receive)


@contextmanager
def serving(*emulators: Emulator, ports: tuple[int, ...] = ()) -> Iterator[None]:
    """Serve emulators on loopback, each at its `url`, until the context ends.

    Args:
        emulators: what to serve.
        ports: the port of each; free ones are found when none are named.
    """
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []
    try:
        for emulator, port in zip(emulators, ports or (0,) * len(emulators), strict=True):
            config = uvicorn.Config(
                emulator.app(), host="127.0.0.1", port=port, log_level="critical", access_log=False, http="h11", lifespan="off"
            )
            server = uvicorn.Server(config)
            server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            servers.append((server, thread))
            _wait_until(lambda server=server: server.started)
            emulator.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield
    finally:
        for server, _ in servers:
            server.should_exit = server.force_exit = True
        for _, thread in servers:
            thread.join(timeout=10)


def _wait_until(condition: Callable[[], bool], patience_s: float = 20) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("an emulator did not start")
        time.sleep(0.01)


def as_json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    """Answer with JSON."""
    return JSONResponse(content, status_code=status, headers=headers)
