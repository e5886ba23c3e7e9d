"""The quota Friday, played by an owner who only edits pages of Notion, the last gate manual. The tests build on each other."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from sqlalchemy import text

from blocks.domain.gates import Gate, GateMode
from blocks.domain.status import Status
from blocks.results import stops
from blocks.results.database import EmbeddedPostgres
from blocks.results.table import ResultsTable
from flows.tidy import tidy
from tests.flows.desk_owner import misfits
from tests.flows.desk_played import Played, played
from tests.flows.late_line import CLOCK
from tests.flows.leaks import found_in
from tests.tasks.films_at_work import clock_at

pytestmark = pytest.mark.acceptance

TITLES = ("Cold Salt", "Dry Salt", "Hot Salt", "Mild Salt", "Wet Salt")
RAISED = TITLES[2:]
"""Films that their owner raises to High while all wait; they were asked for last."""
PATIENCE_S = 550
"""For what a test waits for; one that takes 600 s ends the run."""


@pytest.fixture(scope="module")
def clock(home: Path) -> Path:
    """The file that says what time it is for the processes that make films."""
    return home / "clock"


@pytest.fixture(scope="module")
def desk(results: ResultsTable, home: Path, clock: Path) -> Iterator[Played]:
    gates = {Gate.FINAL: GateMode.MANUAL}
    with (
        mock.patch.dict(os.environ, {CLOCK: str(clock)}),
        played(results, home, ("friday",), gates=gates, max_concurrent_videos=5) as desk,
    ):
        with get_client(sync_client=True) as client:
            client.update_deployment(desk.line.deployment, DeploymentUpdate(entrypoint="tests/flows/late_line.py:produce_video"))
        yield desk


def play(desk: Played, arrived: Callable[[], bool]) -> None:
    """Let the studio work until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not arrived():
        assert time.monotonic() < deadline, [desk.owner.reads(title) for title in desk.owner.pages]
        desk.work()


def shown(desk: Played) -> set[str]:
    return set(desk.owner.sees("Status").values())


def begun(desk: Played) -> list[str]:
    """List the films in the order in which they were begun last."""
    with desk.results.open() as session:
        return list(session.scalars(text("SELECT title FROM videos ORDER BY dispatched_at")))


@pytest.fixture(scope="module")
def reset_at(desk: Played) -> datetime:
    """All five have stopped at the allowance for pictures; the time at which it is there again."""
    desk.vendors.gemini.calls_a_day = 1
    for title in TITLES:
        place = title.lower()
        story = f"A caravan crosses the {place}. The scout of the {place} is lost. At night they find the well."
        desk.owner.adds(title, Channel="friday", Topic=f"a road of {place}", Story_Direction=story, Status=Status.QUEUED)
    play(desk, lambda: shown(desk) == {Status.ERROR_QUOTA})
    desk.vendors.gemini.calls_a_day = 1000
    with desk.results.open() as session:
        (stop,) = stops.standing_stops(session)
    assert stop.until is not None
    return stop.until


def test_people_are_told_once(desk: Played, reset_at: datetime) -> None:
    (alert,) = desk.paid().alerts()

    assert f"is stopped until {reset_at:%Y-%m-%d %H:%M}" in alert


def test_each_page_says_why_it_waits_and_until_when(desk: Played, reset_at: datetime) -> None:
    for title in TITLES:
        log = desk.owner.reads(title)["Error Log"]
        day = "" if log.startswith(f"{reset_at:%Y-%m-%d}") else f"{reset_at:%Y-%m-%d} "
        assert f", next try {day}{reset_at:%H:%M} UTC: " in log
        assert "gemini" in log.lower()


def test_before_the_reset_nobody_goes_on(desk: Played, reset_at: datetime) -> None:
    for title in RAISED:
        desk.owner.edits(title, Priority="High")
    desk.work()
    with clock_at(reset_at + timedelta(minutes=4)):
        asyncio.run(tidy())
    desk.work()

    assert shown(desk) == {Status.ERROR_QUOTA}
    assert desk.owner.sees("Priority", RAISED) == dict.fromkeys(RAISED, "High")


def test_at_the_reset_all_go_on_by_themselves_the_urgent_ones_first(desk: Played, clock: Path, reset_at: datetime) -> None:
    later = reset_at + timedelta(minutes=6)
    clock.write_text(later.isoformat())
    with clock_at(later):
        asyncio.run(tidy())
        play(desk, lambda: shown(desk) == {Status.ASSEMBLY_COMPLETE})

    assert set(begun(desk)[: len(RAISED)]) == set(RAISED)
    assert len(desk.paid().alerts()) == 1


def test_all_are_published_when_their_owner_says_so(desk: Played, reset_at: datetime) -> None:
    for title in TITLES:
        desk.owner.edits(title, Status=Status.UPLOADING)
    play(desk, lambda: shown(desk) == {Status.PUBLISHED})

    assert len(desk.paid().alerts()) == 1


def test_all_requests_fit_notions_own_types(desk: Played, reset_at: datetime) -> None:
    assert misfits(desk.owner.notion) == []


def test_no_secret_is_left_anywhere(desk: Played, reset_at: datetime, prefect_database: EmbeddedPostgres) -> None:
    secrets = desk.secrets()
    desk.end()
    places = desk.places(prefect_database)

    assert "table videos" in found_in({TITLES[0].encode()}, places), "what is there would not be found"
    assert found_in(secrets, places) == []
