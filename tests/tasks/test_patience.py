"""A call that was billed is never made again to be patient."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocks.domain.money import Usage
from blocks.errors import JobLate, ProviderUnavailable, RateLimited, StudioError
from tasks.patience import Pauses, patiently
from tests.tasks.makers_for_tests import CountingMaker

PAUSES = Pauses(late=(0.0,) * 3, quick=(0.0,) * 3, rate=(0.0,) * 3)


def calls_after(error: StudioError, tmp_path: Path) -> int:
    """Count the calls that are made when each ends with an error."""
    calls: list[StudioError] = []

    def call() -> None:
        calls.append(error)
        raise error

    with pytest.raises(type(error)):
        patiently(CountingMaker(calls=tmp_path / "calls.txt"), PAUSES, call)
    return len(calls)


@pytest.mark.parametrize("kind", [RateLimited, JobLate, ProviderUnavailable])
def test_a_call_that_failed_is_made_again_only_when_it_was_not_billed(kind: type[StudioError], tmp_path: Path) -> None:
    """As when the studio's own store asks for patience, after the service has done its work."""
    billed = kind("wait")
    billed.usage = Usage.of(picture=1)

    assert calls_after(billed, tmp_path) == 1
    assert calls_after(kind("wait"), tmp_path) == 4
