"""`POST /webhook/notion`: events of the integration, which are signed; posts of automations, which bring a secret; the handshake.

Sources: the reference's webhook pages, the types of @notionhq/client 5.26.0, and the help page on webhook actions (2026-11).
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import AwareDatetime, Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from blocks.receiver import same
from blocks.results.notices import Heard
from deployments.receiver.answers import Refused, Told, check_age, read_as, read_body
from deployments.receiver.intake import Intake, Telling
from deployments.receiver.saved import SavedBlocks

SIGNATURE = "x-notion-signature"
SECRET = "x-studio-secret"  # noqa: S105 -- the name of a header
EVENT, AUTOMATION = "notion event", "notion automation"
HANDSHAKE_BYTES = 4096
_ID = r"^[A-Za-z0-9_-]{1,100}$"
_OF_PAGES = ("page", "database", "data_source")
"""What the desk looks at; of comments, uploads and views it makes nothing."""
_log = logging.getLogger(__name__)


class _Handshake(Told):
    verification_token: SecretStr | None = Field(default=None, min_length=16, max_length=400)


class _Author(Told):
    type: str = Field(max_length=40)


class _Entity(Told):
    id: str = Field(pattern=_ID)
    type: str = Field(max_length=40)


class _Event(Told):
    id: str = Field(pattern=_ID)
    timestamp: AwareDatetime
    type: str = Field(pattern=r"^[a-z_.]{1,60}$")
    entity: _Entity
    authors: tuple[_Author, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether programs alone had a hand in it, as when the studio writes a page."""
        return bool(self.authors) and all(one.type == "bot" for one in self.authors)


class _Source(Told):
    event_id: str = Field(pattern=_ID)


class _Page(Told):
    id: str = Field(pattern=_ID)


class _Automation(Told):
    source: _Source
    data: _Page


def is_signed(token: SecretStr | None, raw: bytes, signature: str) -> bool:
    """Tell whether Notion signed these bytes with a verification token: `sha256=` and 64 hexadecimal digits."""
    if token is None:
        return False
    wanted = hmac.new(token.get_secret_value().encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={wanted}".encode(), signature.encode())


class NotionWebhook:
    """Takes what Notion posts; told twice, it is kept once, and the order does not matter."""

    def __init__(self, blocks: SavedBlocks, intake: Intake) -> None:
        self._blocks = blocks
        self._intake = intake

    async def __call__(self, request: Request) -> Response:
        """Answer 200 when a message is kept or needs no keeping.

        400 when it cannot be read; 401 when nothing proves who sent it, or it is dated too far from now; 403 for a handshake
        while nobody is pairing; 408 and 413 for bodies too slow or too long; 503 when the database is away.
        """
        raw = await read_body(request)
        if (signature := request.headers.get(SIGNATURE)) is not None:
            return await self._take_event(raw, signature)
        if (secret := request.headers.get(SECRET)) is not None:
            return await self._take_automation(raw, secret)
        return await self._shake_hands(raw)

    async def _take_event(self, raw: bytes, signature: str) -> Response:
        if not is_signed(self._blocks.now.receiver.notion_verification_token, raw, signature):
            raise Refused(HTTPStatus.UNAUTHORIZED, "the signature is wrong")
        event = read_as(_Event, raw)
        check_age(event.timestamp, datetime.now(UTC))
        if event.is_ours or event.entity.type not in _OF_PAGES:
            _log.info("%s %s: %s, nothing for the desk", EVENT, event.id, event.type)
            return _answer("ignored")
        page = event.entity.id if event.entity.type == "page" else ""
        return await self._keep(Heard(id=event.id, source=EVENT, page=page), f"{event.type} of {event.entity.id}")

    async def _take_automation(self, raw: bytes, secret: str) -> Response:
        if not same(self._blocks.now.receiver.notion_header_secret, secret):
            raise Refused(HTTPStatus.UNAUTHORIZED, "the secret is wrong")
        told = read_as(_Automation, raw)
        heard = Heard(id=told.source.event_id, source=AUTOMATION, page=told.data.id)
        return await self._keep(heard, f"fired for {told.data.id}")

    async def _keep(self, heard: Heard, about: str) -> Response:
        return _answer("kept" if await self._intake.keep(Telling(heard, about)) else "known")

    async def _shake_hands(self, raw: bytes) -> Response:
        unsigned = Refused(HTTPStatus.UNAUTHORIZED, "it is not signed")
        if len(raw) > HANDSHAKE_BYTES:
            raise unsigned
        if (token := read_as(_Handshake, raw).verification_token) is None:
            raise unsigned
        if not await self._blocks.pair(token):
            raise Refused(HTTPStatus.FORBIDDEN, "nobody is pairing: `python -m deployments pair notion` opens it for ten minutes")
        _log.info("notion: paired")
        return _answer("paired")


def _answer(what: str) -> Response:
    return JSONResponse({"status": what})
