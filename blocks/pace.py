"""So many requests a second to a service, over all processes."""

from __future__ import annotations

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import rate_limit

from blocks.errors import SetupError


def pace(lane: str) -> None:
    """Wait until a service may be asked once more, over all processes.

    Raises:
        SetupError: there is no such lane.
    """
    try:
        rate_limit(lane, strict=True)
    except ConcurrencySlotAcquisitionError as error:
        raise SetupError(f"there is no lane {lane!r}: run `make setup`, which makes it") from error
