"""The limit that all calls to one service share, over all processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency

from blocks.capabilities.maker import Maker
from blocks.pace import lane_trouble

LANES = {"gemini": 12, "kling": 8, "elevenlabs": 6, "chat": 2, "youtube": 2}
"""Places in each lane as setting up makes it; Prefect's global limits of these names are the truth, and may be changed."""
PACES = {"notion": 2.5}
"""Requests a second to services that count these: three are allowed, and what is sent evenly may arrive less so."""
LEASE_S = 60.0
"""How long after the death of its holder a place in a lane is free again."""


@contextmanager
def lane(maker: Maker) -> Iterator[None]:
    """Wait for a place in a maker's lane, over all processes.

    Raises:
        SetupError: there is no such lane.
        ProviderUnavailable: Prefect does not answer.
    """
    if maker.lane is None:
        yield
        return
    places = concurrency(maker.lane, occupy=1, strict=True, lease_duration=LEASE_S, raise_on_lease_renewal_failure=False)
    try:
        places.__enter__()
    except ConcurrencySlotAcquisitionError as error:
        raise lane_trouble(maker.lane, error) from error
    try:
        yield
    finally:
        places.__exit__(None, None, None)
