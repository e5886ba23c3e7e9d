"""Waiting for a service's pace."""

from __future__ import annotations

import asyncio

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.errors import ProviderUnavailable, SetupError
from blocks.pace import pace
from tests.lanes import close_lane

NOBODY = "http://127.0.0.1:9/api"
"""Where no server listens."""


@pytest.mark.usefixtures("prefect_api")
def test_a_lane_that_is_not_there_names_the_command_that_makes_it() -> None:
    asyncio.run(close_lane("notion"))

    with pytest.raises(SetupError, match="make setup"):
        pace("notion")


@pytest.mark.usefixtures("prefect_api")
def test_a_server_that_is_away_is_worth_another_try() -> None:
    lane = "away"  # one that nobody asked for: Prefect keeps a connection for each lane, and would go on with that one

    with (
        temporary_settings(updates={PREFECT_API_URL: NOBODY}),
        pytest.raises(ProviderUnavailable, match="Prefect does not answer for the lane 'away': ConnectError"),
    ):
        pace(lane)
