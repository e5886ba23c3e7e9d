"""The pace of requests to Notion, held over real processes by the real lane."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deployments.setup import make_lanes
from tests.emulators.notion import NotionEmulator, served
from tests.flows.test_desk import IDEA

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
CALLERS = 2
REQUESTS_EACH = 12
MOST_A_SECOND = 3
LEAST_A_SECOND = 1.5
"""Prefect lets whoever finds a lane taken wait for a time drawn by chance: two callers reach about 1.9 of the lane's 2.5."""


@pytest.fixture
def notion() -> Iterator[NotionEmulator]:
    with served(per_second=MOST_A_SECOND) as notion:
        yield notion


def test_two_processes_together_keep_the_pace_and_do_not_starve(prefect_api: str, notion: NotionEmulator) -> None:
    asyncio.run(make_lanes())
    source = notion.make_database("Films", {"Title": "title", "Channel": "select", "Topic": "rich_text"} | _OTHERS).sources[0]
    page = notion.add_page(IDEA | {"Status": "Draft"})
    line = [sys.executable, "-m", "tests.flows.pace_caller", notion.url, notion.token, source.id, page, str(REQUESTS_EACH)]
    with ExitStack() as stack:
        callers = [
            stack.enter_context(
                subprocess.Popen(
                    line, cwd=ROOT, env=os.environ | {"PREFECT_API_URL": prefect_api}, text=True,
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                )
            )
            for _ in range(CALLERS)
        ]  # fmt: skip
        for caller in callers:  # the time it takes to start is not part of the pace
            assert caller.stdout is not None
            assert caller.stdout.readline() == "ready\n"
        for caller in callers:
            assert caller.stdin is not None
            caller.stdin.write("go\n")
            caller.stdin.flush()
        for caller in callers:
            caller.communicate(timeout=60)
        assert [caller.returncode for caller in callers] == [0] * CALLERS

    arrivals_s = sorted(notion.pace.arrivals_s)
    assert len(arrivals_s) == CALLERS * REQUESTS_EACH
    assert notion.most_in_a_second() <= MOST_A_SECOND
    assert (len(arrivals_s) - 1) / (arrivals_s[-1] - arrivals_s[0]) > LEAST_A_SECOND


_OTHERS = {"Story Direction": "rich_text", "Status": ("status", ["Draft"])}
