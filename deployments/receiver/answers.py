"""How bodies are read, and how requests that cannot be served are answered."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from blocks.errors import SetupError, StudioError, TransientError

MOST_BYTES = 1_000_000
READING_LIMIT_S = 10.0
OLDEST = timedelta(days=1)
"""Services repeat themselves for about a day."""
EARLIEST = timedelta(minutes=5)
"""So far a service's clock may be ahead of ours."""
_log = logging.getLogger(__name__)


class Told(BaseModel):
    """A part of somebody's message; what we do not read is left out, and what we refuse is not repeated."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


ToldT = TypeVar("ToldT", bound=Told)


class Refused(Exception):
    """A request that is not served."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


async def read_body(request: Request) -> bytes:
    """Read a body, never more of it than is allowed.

    Raises:
        Refused: it is too long, takes too long, or was broken off.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MOST_BYTES:
        raise _too_long()
    parts: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(READING_LIMIT_S):
            async for part in request.stream():
                length += len(part)
                if length > MOST_BYTES:
                    raise _too_long()
                parts.append(part)
    except TimeoutError as error:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "the body did not come in time") from error
    except ClientDisconnect as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body was broken off") from error
    return b"".join(parts)


def read_as(kind: type[ToldT], raw: bytes) -> ToldT:
    """Read a body as JSON of a kind.

    Raises:
        Refused: it is none.
    """
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"][:4])
        why = f"the body cannot be read{f' at {where}' if where else ''}: {first['type']}"
        raise Refused(HTTPStatus.BAD_REQUEST, why) from None  # the cause would show the body


def check_age(said_at: datetime, now: datetime) -> None:
    """See that a signed message is of these days, so that an old one cannot be played again when nobody remembers it.

    Raises:
        Refused: it is not.
    """
    if not now - OLDEST <= said_at <= now + EARLIEST:
        raise Refused(HTTPStatus.UNAUTHORIZED, f"it is dated {said_at:%Y-%m-%d %H:%M}, too far from now")


def answer_refused(request: Request, error: Exception) -> Response:
    """Answer a request that is not served, in a line for the one who asked and a line for us."""
    assert isinstance(error, Refused)
    _log.warning("refused %s %s from %s: %d, %s", request.method, _place(request), _peer(request), error.status, error.why)
    ends = {"connection": "close"} if error.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE else None
    return JSONResponse({"error": error.why}, status_code=error.status, headers=ends)


def answer_trouble(request: Request, error: Exception) -> Response:
    """Answer that the studio cannot now: whoever asked may ask again later."""
    assert isinstance(error, StudioError)
    may_work_later = isinstance(error, TransientError | SetupError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if may_work_later else HTTPStatus.INTERNAL_SERVER_ERROR
    _log.error("could not serve %s %s: %s", request.method, _place(request), error)
    return PlainTextResponse("the studio cannot now, ask again later", status_code=status, headers={"retry-after": "30"})


class Edge:
    """The outermost edge: a mistake of ours is one answer and one line, which shows nothing of what was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens."""
        has_begun = False

        async def note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:  # noqa: BLE001 -- nothing is above
            last = error.__traceback__
            while last is not None and last.tb_next is not None:
                last = last.tb_next
            where = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else "nowhere"
            _log.error("a mistake in the receiver: %s at %s", type(error).__name__, where)
            if scope["type"] == "http" and not has_begun:
                await PlainTextResponse("a mistake of the studio", status_code=500)(scope, receive, send)


def _too_long() -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has more than {MOST_BYTES} bytes")


def _place(request: Request) -> str:
    """Give the path without what follows it, which may be what opens a file."""
    return quote("/".join(request.url.path.split("/")[:3])[:90])


def _peer(request: Request) -> str:
    return request.client.host if request.client else "nowhere"
