"""Lanes on the server of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound


async def open_lanes(places: Mapping[str, int]) -> None:
    """Make lanes in which nobody is; the places that the dead hold are gone, which the server of the tests never frees."""
    async with get_client() as client:
        for lane, count in places.items():
            await close_lane(lane)
            await client.upsert_global_concurrency_limit_by_name(lane, count)


async def close_lane(name: str) -> None:
    """Take a lane away, if it is there."""
    async with get_client() as client:
        with suppress(ObjectNotFound):
            await client.delete_global_concurrency_limit_by_name(name)
