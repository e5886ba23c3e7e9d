"""Films that nobody carries any more are helped on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.states import Cancelled, Crashed, Failed, Running
from sqlalchemy import select, update

from blocks.domain.status import Status
from blocks.results import entries, notices
from blocks.results.table import ResultsTable
from blocks.results.tables import AlertRow, NoticeRow
from blocks.results.values import Failure
from flows.tidy import clean_up, tidy
from tasks.tidying import MOST_REVIVALS
from tests.tasks.films_at_work import Films, clock_at, films_at_work


@pytest.fixture
def films(prefect_api: str, results_table: ResultsTable, tmp_path: Path) -> Iterator[Films]:
    with films_at_work(results_table, tmp_path) as at_work:
        at_work.channel("a")
        yield at_work


def alerts(films: Films) -> list[str]:
    with films.results.open() as session:
        return list(session.scalars(select(AlertRow.title).order_by(AlertRow.raised_at)))


@pytest.mark.parametrize("status", [Status.QUEUED, Status.GENERATING_VIDEO, Status.ASSEMBLY_COMPLETE, Status.UPLOADING])
def test_a_film_whose_run_died_goes_on_with_another(films: Films, status: Status) -> None:
    died = films.run(Crashed(name="Lost"))
    video = films.carried("a", "film", status, died)

    asyncio.run(tidy())

    _, another = films.runs()
    assert another.parameters["request"]["slug"] == "film"
    assert films.status(video) is status
    asyncio.run(tidy())
    assert len(films.runs()) == 2, "the other run lives"


@pytest.mark.parametrize("state", [Running(), None], ids=["running", "scheduled"])
def test_a_film_whose_run_lives_is_left_alone(films: Films, state: object) -> None:
    films.carried("a", "film", Status.GENERATING_VIDEO, films.run(state))

    asyncio.run(tidy())

    assert len(films.runs()) == 1


def test_a_film_whose_runs_die_again_and_again_is_stopped_and_people_are_told(films: Films) -> None:
    video = films.carried("a", "film", Status.GENERATING_VIDEO, films.run(Crashed()))
    for deaths in range(1, MOST_REVIVALS + 1):
        asyncio.run(tidy())
        assert len(films.runs()) == deaths + 1
        films_last = films.runs()[-1].id
        _set(films_last, Crashed())

    asyncio.run(tidy())

    assert films.status(video) is Status.ERROR_VIDEO
    assert len(films.runs()) == MOST_REVIVALS + 1
    assert alerts(films) == [f"a/film stopped: its runs died {MOST_REVIVALS + 1} times in this stage"]


def test_a_film_whose_run_failed_unexplained_is_stopped_and_people_are_told(films: Films) -> None:
    video = films.carried("a", "film", Status.GENERATING_AUDIO, films.run(Failed(message="no module named x")))

    asyncio.run(tidy())

    assert films.status(video) is Status.ERROR_NARRATION
    assert alerts(films) == ["a/film stopped: its run failed: no module named x"]


def test_a_film_whose_run_was_cancelled_is_given_up(films: Films) -> None:
    video = films.carried("a", "film", Status.GENERATING_VIDEO, films.run(Cancelled()))

    asyncio.run(tidy())

    assert films.status(video) is Status.CANCELLED


@pytest.mark.parametrize(("minutes", "expected"), [(4, Status.ERROR_QUOTA), (6, Status.QUEUED)])
def test_a_film_goes_on_five_minutes_after_its_allowance_is_there_again(films: Films, minutes: int, expected: Status) -> None:
    video = films.carried("a", "film", Status.GENERATING_ASSETS)
    failure = Failure(
        at=datetime.now(UTC) - timedelta(hours=3),
        step="still",
        item="fox",
        kind="QuotaExhausted",
        message="daily quota",
        next_try_at=datetime.now(UTC) - timedelta(minutes=minutes),
        action="wait",
    )
    with films.results.open() as session:
        entries.record_error(session, video, failure)
        entries.fail_film(session, video, Status.ERROR_QUOTA, "daily quota")

    asyncio.run(tidy())

    assert films.status(video) is expected
    assert len(films.runs()) == (expected is Status.QUEUED)


def test_people_are_told_once_of_a_film_that_does_not_move(films: Films) -> None:
    films.carried("a", "moving", Status.GENERATING_VIDEO)
    stuck = films.carried("a", "stuck", Status.GENERATING_VIDEO)
    films.unmoved_since(stuck, datetime.now(UTC) - timedelta(minutes=61))

    asyncio.run(tidy())
    asyncio.run(tidy())

    (told,) = alerts(films)
    assert told.startswith("a/stuck has not moved since ")


def test_a_film_that_waits_for_its_next_try_is_not_stuck(films: Films) -> None:
    video = films.carried("a", "patient", Status.GENERATING_VIDEO)
    failure = Failure(
        at=datetime.now(UTC),
        step="clip",
        item="clip 3",
        kind="ProviderUnavailable",
        message="503",
        next_try_at=datetime.now(UTC) + timedelta(minutes=20),
        action="nothing",
    )
    with films.results.open() as session:
        entries.record_error(session, video, failure)
    films.unmoved_since(video, datetime.now(UTC) - timedelta(minutes=61))

    asyncio.run(tidy())

    assert alerts(films) == []


def test_only_films_that_were_published_long_ago_lose_their_folders(films: Films, tmp_path: Path) -> None:
    old = films.carried("a", "old", Status.PUBLISHED)
    films.carried("a", "new", Status.PUBLISHED)
    waiting = films.carried("a", "waiting", Status.ASSEMBLY_COMPLETE)
    for slug in ("old", "old__draft", "new", "waiting"):
        (tmp_path / "workspaces/a" / slug / "videos").mkdir(parents=True)
    for video in (old, waiting):
        films.unmoved_since(video, datetime.now(UTC) - timedelta(days=8))

    assert asyncio.run(clean_up()) == ["a/old"]

    assert sorted(folder.name for folder in (tmp_path / "workspaces/a").iterdir()) == ["new", "waiting"]
    assert films.status(old) is Status.PUBLISHED
    assert asyncio.run(clean_up()) == []


def test_what_services_told_long_ago_is_forgotten(films: Films) -> None:
    with films.results.open() as session:
        for name, days in (("told long ago", 8), ("told lately", 6)):
            notices.keep_notice(session, name, "notion event", "p")
            session.execute(
                update(NoticeRow).where(NoticeRow.id == name).values(received_at=datetime.now(UTC) - timedelta(days=days))
            )

    asyncio.run(clean_up())

    with films.results.open() as session:
        assert session.scalars(select(NoticeRow.id)).all() == ["told lately"]


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=3)], ids=["back", "ahead"])
def test_a_clock_that_jumps_and_comes_back_loses_nothing(films: Films, jump: timedelta) -> None:
    waiting, at_gate = films.wait("a", "waiting"), films.carried("a", "at-gate", Status.ASSEMBLY_COMPLETE, films.run(Running()))
    at_work = films.carried("a", "at-work", Status.GENERATING_VIDEO, films.run(Running()))
    before = len(films.runs())
    with clock_at(datetime.now(UTC) + jump):
        asyncio.run(tidy())
        asyncio.run(clean_up())

    asyncio.run(tidy())

    begun = films.runs()[before:]
    assert [run.parameters["request"]["slug"] for run in begun] == ["waiting"], "once, whatever the clock says"
    assert [films.status(video) for video in (waiting, at_gate, at_work)] == [
        Status.QUEUED,
        Status.ASSEMBLY_COMPLETE,
        Status.GENERATING_VIDEO,
    ]


def _set(run: object, state: object) -> None:
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(run, state, force=True)
