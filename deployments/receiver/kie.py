"""`POST /webhook/kie?purchase=...`: KIE tells that a job has ended, which tells us the job's name if its order's answer was lost.

Source: KIE's documents as mirrored on 2026-08-19. The body is never signed, only the job's name and the time: what it says is a
hint, and the job itself is asked after with the key.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import AliasChoices, Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from blocks.errors import ProviderUnavailable
from blocks.results import purchases
from blocks.results.table import ResultsTable
from deployments.receiver.answers import Refused, Told, check_age, read_as, read_body
from deployments.receiver.saved import SavedBlocks

SIGNATURE, TIMESTAMP = "x-webhook-signature", "x-webhook-timestamp"
WRITING_LIMIT_S = 8.0
_MOST_LETTERS = 100
_log = logging.getLogger(__name__)


class _Job(Told):
    # The documents disagree on its name.
    task_id: str = Field(validation_alias=AliasChoices("taskId", "task_id"), pattern=r"^[A-Za-z0-9._:-]{1,200}$")


class _Record(Told):
    data: _Job


def is_signed(key: SecretStr, job: str, timestamp: str, signature: str) -> bool:
    """Tell whether KIE signed the name of a job and a time with the key: base64 of an HMAC-SHA256."""
    wanted = hmac.digest(key.get_secret_value().encode(), f"{job}.{timestamp}".encode(), "sha256")
    return hmac.compare_digest(base64.b64encode(wanted), signature.encode())


class KieWebhook:
    """Takes what KIE posts."""

    def __init__(self, blocks: SavedBlocks) -> None:
        self._blocks = blocks
        self._pen = ThreadPoolExecutor(2, "kie")

    async def __call__(self, request: Request) -> Response:
        """Answer 200 for everything that can be read, also where it helps nobody.

        400 when it cannot be read; 401 when a key is set and the signature is wrong or old; 503 when the database is away.
        """
        job = read_as(_Record, await read_body(request)).data.task_id
        settings = self._blocks.now
        if (key := settings.receiver.kie_callback_key) is not None:
            _check(key, job, request)
        number = request.query_params.get("purchase", "")
        if not number.isalnum() or not number.isascii() or len(number) > _MOST_LETTERS:
            raise Refused(HTTPStatus.BAD_REQUEST, "the address names no purchase")
        helped = await self._hint(settings.results, number, job)
        _log.info("kie: purchase %s is the job %s%s", number, job, "" if helped else ", which helps nobody")
        return JSONResponse({"status": "kept" if helped else "ignored"})

    async def _hint(self, results: ResultsTable, number: str, job: str) -> bool:
        work = asyncio.get_running_loop().run_in_executor(self._pen, _hint, results, number, job)
        try:
            return await asyncio.wait_for(work, WRITING_LIMIT_S)
        except TimeoutError as error:
            raise ProviderUnavailable("the results database did not write a callback down in time") from error


def _check(key: SecretStr, job: str, request: Request) -> None:
    timestamp, signature = (request.headers.get(name, "") for name in (TIMESTAMP, SIGNATURE))
    if not is_signed(key, job, timestamp, signature):
        raise Refused(HTTPStatus.UNAUTHORIZED, "the signature is wrong, or there is none")
    try:
        said_at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(HTTPStatus.UNAUTHORIZED, "what was signed is no time") from error
    check_age(said_at, datetime.now(UTC))


def _hint(results: ResultsTable, number: str, job: str) -> bool:
    with results.open() as session:
        return purchases.hint_job(session, number, job)
