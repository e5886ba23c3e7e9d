"""So many requests a second to a service, over all processes."""

from __future__ import annotations

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import rate_limit

from blocks.errors import ProviderUnavailable, SetupError


def pace(lane: str) -> None:
    """Wait until a service may be asked once more, over all processes.

    Raises:
        SetupError: there is no such lane.
        ProviderUnavailable: Prefect does not answer.
    """
    try:
        rate_limit(lane, strict=True)
    except ConcurrencySlotAcquisitionError as error:
        raise lane_trouble(lane, error) from error


def lane_trouble(lane: str, error: ConcurrencySlotAcquisitionError) -> ProviderUnavailable | SetupError:
    """Tell why a lane let nobody in; Prefect 3.8.8 gives all that went wrong one class."""
    if error.__cause__ is not None:
        return ProviderUnavailable(f"Prefect does not answer for the lane {lane!r}: {type(error.__cause__).__name__}")
    return SetupError(f"there is no lane {lane!r}: run `make setup`, which makes it, and run again")
