"""Waiting for a service's pace."""

from __future__ import annotations

import pytest
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError

from blocks import pace
from blocks.errors import ProviderUnavailable, SetupError


def refusing(cause: Exception | None):
    """Stand in for Prefect's limit, as 3.8.8 fails."""

    def rate_limit(lane: str, *, strict: bool) -> None:
        raise ConcurrencySlotAcquisitionError(f"Unable to acquire concurrency slots on {lane}") from cause

    return rate_limit


def test_a_server_that_is_away_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "rate_limit", refusing(ConnectionError("refused")))

    with pytest.raises(ProviderUnavailable, match="Prefect does not answer for the lane 'notion'"):
        pace.pace("notion")


def test_a_lane_that_is_not_there_names_the_command_that_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "rate_limit", refusing(None))

    with pytest.raises(SetupError, match="make setup"):
        pace.pace("notion")
