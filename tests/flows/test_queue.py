"""Many films asked for at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.domain.orders import Order, Queued
from blocks.domain.request import VideoRequest
from blocks.domain.status import Status
from blocks.results import entries, queue
from blocks.results.table import ResultsTable
from flows.queue import queue_videos
from tests.tasks.films_at_work import Films, films_at_work

TABLE = "channel,topic,target_seconds\na,One,60\na,Two,5\nnowhere,Three,\na,Four,\n"


@pytest.fixture
def films(prefect_api: str, results_table: ResultsTable, tmp_path: Path) -> Iterator[Films]:
    with films_at_work(results_table, tmp_path) as at_work:
        at_work.channel("a")
        yield at_work


def queued(**asked: object) -> list[Queued]:
    return asyncio.run(queue_videos(**asked))


def waiting(films: Films) -> list[str]:
    with films.results.open() as session:
        return [str(film.video) for film in queue.waiting_films(session)]


def test_the_good_rows_of_a_table_are_queued_and_each_bad_one_is_named(films: Films) -> None:
    outcomes = queued(table=TABLE)

    assert [(one.where, one.is_queued) for one in outcomes] == [
        ("row 2", True),
        ("row 3", False),
        ("row 4", False),
        ("row 5", True),
    ]
    assert "column target_seconds is '5'" in outcomes[1].what
    assert outcomes[2].what == "there is no channel 'nowhere'; the channels are: a"
    assert waiting(films) == ["a/one", "a/four"]


def test_a_table_that_cannot_be_read_queues_nothing(films: Films) -> None:
    (refused,) = queued(table="topic\nOne\n")

    assert "there is no column channel" in refused.what
    assert waiting(films) == []


def test_a_film_that_waits_or_is_on_its_way_or_published_is_left_as_it_is(films: Films) -> None:
    films.wait("a", "waiting")
    films.carried("a", "at-work", Status.GENERATING_VIDEO)
    published = films.carried("a", "published", Status.PUBLISHED)
    orders = [
        Order(channel="a", request=VideoRequest(topic="a test", slug=slug)) for slug in ("waiting", "at-work", "published", "new")
    ]

    outcomes = queued(films=orders)

    assert [one.what for one in outcomes] == [
        "it waits for its turn already",
        'it is on its way: "Generating Video"',
        "it is published already; name it with another slug, or run it again from its run form",
        "it is begun when its turn comes",
    ]
    assert waiting(films) == ["a/waiting", "a/new"]
    assert films.status(published) is Status.PUBLISHED


def test_a_film_that_is_named_twice_is_queued_once(films: Films) -> None:
    outcomes = queued(table="channel,topic\na,One\na,One\n")

    assert [one.is_queued for one in outcomes] == [True, False]
    assert waiting(films) == ["a/one"]


def test_a_film_that_stopped_is_asked_for_again(films: Films) -> None:
    video = films.carried("a", "stopped", Status.GENERATING_VIDEO)
    with films.results.open() as session:
        entries.fail_film(session, video, Status.ERROR_VIDEO, "broken")

    queued(films=[Order(channel="a", request=VideoRequest(topic="a test", slug="stopped"))])

    assert waiting(films) == ["a/stopped"]
    assert films.status(video) is Status.QUEUED


def test_a_film_that_is_to_become_public_at_a_moment_that_is_past_is_named_and_the_others_are_queued(films: Films) -> None:
    past, ahead = queued(table="channel,topic,publish_at\na,One,2020-01-01T00:00Z\na,Two,2099-01-01T00:00Z\n")

    assert "cannot be published at 2020-01-01 00:00 UTC, which is past" in past.what
    assert ahead.is_queued
    assert waiting(films) == ["a/two"]
