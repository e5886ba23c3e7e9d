"""`GET /files/...`: stored products, for those who have a link."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import FileResponse, Response

import blocks.providers.notion.storage  # noqa: F401 -- a store is only found by those who know its kind
from blocks.errors import BadSpec, ProductMissing
from blocks.links import read_link
from deployments.receiver.answers import Refused
from deployments.receiver.saved import SavedBlocks

OPENED_AT_ONCE = 4
"""A film that another machine made is fetched from the bucket first."""


class LinkedFiles:
    """Hands out what links lead to, whole or in part, to be looked at in the browser."""

    def __init__(self, blocks: SavedBlocks) -> None:
        self._blocks = blocks
        self._shelf = ThreadPoolExecutor(OPENED_AT_ONCE, "files")

    async def __call__(self, request: Request) -> Response:
        """Answer 200 with the file, or 206 with the parts that were asked for.

        403 when the link was changed or has ended; 404 when the product is gone; 416 for parts that it does not have; 503 when
        the store is away.
        """
        settings, now = self._blocks.now, datetime.now(UTC)
        try:
            file = read_link(request.path_params["address"], request.query_params, settings.receiver.link_key, now)
        except BadSpec as error:
            raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error
        opening = asyncio.get_running_loop().run_in_executor(self._shelf, settings.results.shelves.open, file.address)
        try:
            place = await opening
        except ProductMissing as error:
            raise Refused(HTTPStatus.NOT_FOUND, "this file is gone") from error
        headers = {
            "cache-control": f"private, immutable, max-age={int((file.ends_at - now).total_seconds())}",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }
        return FileResponse(
            place, media_type=file.content_type, headers=headers, filename=file.address, content_disposition_type="inline"
        )
