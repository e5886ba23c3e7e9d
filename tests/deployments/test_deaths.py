"""How many deaths of its worker a studio bears."""

from __future__ import annotations

from unittest import mock

import pytest

from deployments import studio
from deployments.studio import MOST_DEATHS, MOST_DEATHS_WITHIN_S, Deaths


@pytest.mark.parametrize(("apart_s", "expected"), [(1.0, True), (MOST_DEATHS_WITHIN_S, False)], ids=["in a row", "now and then"])
def test_only_deaths_in_a_row_are_too_many(apart_s: float, expected: bool) -> None:
    deaths, times = Deaths(), 4 * MOST_DEATHS
    with mock.patch.object(studio.time, "monotonic", side_effect=[number * apart_s for number in range(times)]):
        too_many = [deaths.are_too_many_with_this() for _ in range(times)]

    assert not any(too_many[: MOST_DEATHS - 1])
    assert too_many[-1] is expected
