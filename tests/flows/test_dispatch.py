"""Films that wait are begun: each once, fairly, within every limit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from blocks.domain.money import Receipt, Usage
from blocks.domain.priority import Priority
from blocks.domain.status import Actor, Status
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.results import entries, stops
from blocks.results.table import ResultsTable
from flows.dispatch import dispatch_videos
from tests.tasks.films_at_work import Films, films_at_work

AT_ONCE = 3


@pytest.fixture
def films(prefect_api: str, results_table: ResultsTable, tmp_path: Path) -> Iterator[Films]:
    with films_at_work(results_table, tmp_path, AT_ONCE) as at_work:
        yield at_work


def begun() -> list[str]:
    return asyncio.run(dispatch_videos())


def test_the_urgent_come_first_then_channel_after_channel_up_to_the_limit_of_all(films: Films) -> None:
    films.channel("a")
    films.channel("b")
    for number in range(3):
        films.wait("a", f"film-{number}")
    films.wait("b", "film")
    films.wait("a", "urgent", Priority.HIGH)

    assert begun() == ["a/urgent", "b/film", "a/film-0"]
    runs = films.runs()
    assert [run.work_queue_name for run in runs] == ["high", "normal", "normal"]
    assert [run.parameters["request"]["slug"] for run in runs] == ["urgent", "film", "film-0"]
    assert begun() == []


def test_a_channel_has_no_more_films_at_work_than_it_may(films: Films) -> None:
    films.channel("a", max_concurrent_videos=2)
    films.carried("a", "at-work", Status.GENERATING_VIDEO)
    films.carried("a", "published", Status.PUBLISHED)
    for number in range(2):
        films.wait("a", f"film-{number}")

    assert begun() == ["a/film-0"]


def test_a_film_that_waits_for_a_person_takes_nobody_s_place(films: Films) -> None:
    films.channel("a", max_concurrent_videos=1)
    video = films.carried("a", "at-a-gate", Status.GENERATING_ASSETS)
    with films.results.open() as session:
        entries.move_film(session, video, Status.ASSETS_READY, Actor.SYSTEM, "gate assets")
    films.wait("a", "film")

    assert begun() == ["a/film"]


def test_two_who_begin_films_at_once_begin_each_once(films: Films) -> None:
    for name in ("a", "b", "c"):
        films.channel(name)
        films.wait(name, "film")

    async def twice() -> list[list[str]]:
        return await asyncio.gather(dispatch_videos(), dispatch_videos())

    first, second = asyncio.run(twice())

    assert sorted(first + second) == ["a/film", "b/film", "c/film"]
    assert len(films.runs()) == AT_ONCE


def test_one_who_died_before_writing_down_what_it_began_began_nothing_twice(
    films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    films.channel("a")
    films.wait("a", "film")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as mortal:
        mortal.setattr("blocks.results.queue.note_dispatched", die)
        with pytest.raises(KeyboardInterrupt):
            begun()
    assert begun() == ["a/film"]

    assert len(films.runs()) == 1


def test_channels_that_may_not_begin_films_keep_them_in_the_queue(films: Films) -> None:
    films.channel("inactive", active=False)
    films.channel("paid", image_maker=GeminiImageMaker(credentials=GeminiCredentials(api_key="k")), daily_budget_usd=Decimal(5))
    films.channel("free", daily_budget_usd=Decimal(0))
    waiting = [films.wait(name, "film") for name in ("inactive", "paid", "free", "unknown")]
    spent = Receipt(
        key="k",
        channel="paid",
        video="other",
        step="still",
        maker="gemini",
        usage=Usage(lines=()),
        cost_usd=Decimal(5),
        request_id=None,
        account="x",
        delivered=False,
        at=datetime.now(UTC),
    )
    with films.results.open() as session:
        entries.record_undelivered(session, spent)

    assert begun() == ["free/film"]
    assert [films.waits(video) for video in waiting] == [True, True, False, True]


def test_a_channel_waits_while_an_allowance_of_its_makers_is_used_up(films: Films) -> None:
    paid = films.channel("paid", image_maker=GeminiImageMaker(credentials=GeminiCredentials(api_key="k")))
    films.wait("paid", "film")
    now = datetime.now(UTC)
    stop = stops.Stop(
        account=paid.image_maker.account,
        kind="QuotaExhausted",
        why="daily quota",
        request_id=None,
        since=now,
        until=now + timedelta(hours=1),
    )
    with films.results.open() as session:
        stops.stop_account(session, stop)

    assert begun() == []
    with films.results.open() as session:
        stops.lift_stop(session, stop.account)
    assert begun() == ["paid/film"]
