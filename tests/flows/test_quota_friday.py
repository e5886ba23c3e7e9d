"""Quota Friday: five films stop at one allowance, people are told once, and at the reset all go on by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from blocks.domain.bulk import Action, Wish
from blocks.domain.priority import Priority
from blocks.domain.request import VideoRequest
from blocks.domain.status import Status
from blocks.errors import QuotaExhausted
from blocks.results.table import ResultsTable
from flows.bulk import review_videos
from flows.tidy import tidy
from tests.flows.paid_line import CHANNEL, PaidLine, brief_board
from tests.tasks.films_at_work import Films, clock_at, deployed

pytestmark = pytest.mark.acceptance

FILMS = {name: VideoRequest(storyboard=brief_board(name, name)) for name in ("cold", "dry", "hot", "mild", "wet")}
RAISED = ("hot", "mild", "wet")
"""Films that are raised to High while all wait; they were asked for last."""


@pytest.fixture(scope="module")
def films(line: PaidLine, results: ResultsTable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Films]:
    """The deployment of films, whose runs nobody takes up, with room for all."""
    line.change({"max_concurrent_videos": 5})
    with deployed(results, tmp_path_factory.mktemp("films"), at_once=5) as made:
        yield made


@pytest.fixture(scope="module")
def reset_at(line: PaidLine, films: Films) -> datetime:
    """Five films have stopped at the allowance; the time at which it is there again."""
    line.vendors.gemini.calls_a_day = 1
    for request in FILMS.values():
        with pytest.raises(QuotaExhausted) as refused:
            line.produce(request)
    assert refused.value.resets_at is not None
    line.vendors.gemini.calls_a_day = 1000
    return refused.value.resets_at


def statuses(line: PaidLine) -> set[Status]:
    return {line.film(request).status for request in FILMS.values()}


def test_people_are_told_once(line: PaidLine, reset_at: datetime) -> None:
    (alert,) = line.alerts()

    assert f"is stopped until {reset_at:%Y-%m-%d %H:%M}" in str(alert)
    assert statuses(line) == {Status.ERROR_QUOTA}


def test_before_the_reset_nobody_goes_on(line: PaidLine, films: Films, reset_at: datetime) -> None:
    names = [str(FILMS[name].name(CHANNEL)) for name in RAISED]
    wishes = [Wish(video=name, action=Action.PRIORITY, priority=Priority.HIGH) for name in names]
    assert all(outcome.is_done for outcome in asyncio.run(review_videos(wishes)))

    with clock_at(reset_at + timedelta(minutes=4)):
        asyncio.run(tidy())

    assert statuses(line) == {Status.ERROR_QUOTA}
    assert films.runs() == []


def test_five_minutes_after_the_reset_all_go_on_the_urgent_ones_first(line: PaidLine, films: Films, reset_at: datetime) -> None:
    with clock_at(reset_at + timedelta(minutes=6)):
        asyncio.run(tidy())

    begun = [run.parameters["request"]["storyboard"]["video"]["title"] for run in films.runs()]
    assert set(begun[: len(RAISED)]) == set(RAISED)
    assert sorted(begun) == sorted(FILMS)
    assert len(line.alerts()) == 1


def test_what_goes_on_is_finished(line: PaidLine, films: Films, reset_at: datetime) -> None:
    with clock_at(reset_at + timedelta(minutes=7)):
        line.produce(FILMS["hot"])

    assert line.film(FILMS["hot"]).status is Status.PUBLISHED
