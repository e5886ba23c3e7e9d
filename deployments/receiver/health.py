"""`GET /health`: how the studio stands, for probes and the doctor; it tells nothing that anybody must not know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal, TypeVar

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import PrefectHTTPStatusError
from starlette.requests import Request
from starlette.responses import Response

from blocks.domain.frozen import Frozen
from blocks.errors import StudioError
from blocks.results.queue import count_waiting
from blocks.results.table import ResultsTable
from deployments.pool import POOL, SIGN_OF_LIFE
from deployments.receiver.saved import AWAY, SavedBlocks

KEPT_S = 1.0
LOOKING_LIMIT_S = 3.0
FoundT = TypeVar("FoundT")


class Health(Frozen):
    """How the studio stands."""

    status: Literal["healthy", "degraded", "unhealthy"]
    """Unhealthy without its database; degraded without Prefect, or without a worker."""
    database: Literal["up", "away"]
    prefect: Literal["up", "away"]
    queue_depth: int | None
    """Films that wait for a run; None when nobody knows."""
    workers: int | None
    """Workers that gave a sign of life within a minute; None when nobody knows."""


class HealthReport:
    """Looks at most once a second, however many ask."""

    def __init__(self, blocks: SavedBlocks, client: PrefectClient) -> None:
        self._blocks = blocks
        self._client = client
        self._eye = ThreadPoolExecutor(2, "health")
        self._looking = asyncio.Lock()
        self._seen: Health | None = None
        self._seen_at_s = 0.0

    async def __call__(self, request: Request) -> Response:  # noqa: ARG002 -- as every endpoint
        """Answer 200, or 503 when unhealthy."""
        async with self._looking:
            if self._seen is None or time.monotonic() - self._seen_at_s >= KEPT_S:
                self._seen = await self._look()
                self._seen_at_s = time.monotonic()
            seen = self._seen
        status = HTTPStatus.SERVICE_UNAVAILABLE if seen.status == "unhealthy" else HTTPStatus.OK
        return Response(
            seen.model_dump_json(), status, media_type="application/json", headers={"cache-control": f"max-age={KEPT_S:g}"}
        )

    async def _look(self) -> Health:
        queue_depth, workers = await asyncio.gather(_known(self._queue_depth()), _known(self._workers()))
        status: Literal["healthy", "degraded", "unhealthy"] = "healthy" if workers else "degraded"
        return Health(
            status="unhealthy" if queue_depth is None else status,
            database="away" if queue_depth is None else "up",
            prefect="away" if workers is None else "up",
            queue_depth=queue_depth,
            workers=workers,
        )

    async def _queue_depth(self) -> int:
        return await asyncio.get_running_loop().run_in_executor(self._eye, _count, self._blocks.now.results)

    async def _workers(self) -> int:
        try:
            workers = await self._client.read_workers_for_work_pool(POOL)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != HTTPStatus.NOT_FOUND:
                raise
            return 0  # there is no pool yet
        oldest = datetime.now(UTC) - SIGN_OF_LIFE
        return sum(one.last_heartbeat_time is not None and one.last_heartbeat_time > oldest for one in workers)


async def _known(finding: Awaitable[FoundT]) -> FoundT | None:
    """Give what is found, or None when whoever knows it is away."""
    try:
        return await asyncio.wait_for(finding, LOOKING_LIMIT_S)
    except (StudioError, *AWAY):
        return None


def _count(results: ResultsTable) -> int:
    with results.open() as session:
        return count_waiting(session)
