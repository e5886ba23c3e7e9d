"""Wishes for films that no worker is busy with."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
from prefect.exceptions import ParameterTypeError

from blocks.domain.audience import Privacy
from blocks.domain.bulk import Action, Outcome, Wish
from blocks.domain.gates import Gate
from blocks.domain.priority import Priority
from blocks.domain.request import VideoRequest
from blocks.domain.status import Actor, Status
from blocks.errors import BadSpec, ReviewRejected
from blocks.results import entries, queries, verdicts
from blocks.results.verdicts import Wait
from blocks.studio import Studio
from flows.bulk import MOST, review_videos
from tasks.books import advance, open_film

REQUEST = VideoRequest(topic="a test")


def wish_for(studio: Studio, action: Action) -> Outcome:
    """Say one wish for the film."""
    (outcome,) = asyncio.run(review_videos([Wish(video=str(studio.video), action=action, who="Ann")]))
    return outcome


def status_of(studio: Studio) -> Status:
    with studio.results.open() as session:
        return queries.film(session, studio.video).status


def move(studio: Studio, *path: Status, who: Actor = Actor.SYSTEM) -> None:
    with studio.results.open() as session:
        for status in path:
            entries.move_film(session, studio.video, status, who, "as told")


def test_a_film_at_work_is_cancelled_and_begins_no_further_stage(studio: Studio) -> None:
    move(studio, Status.GENERATING_ASSETS)

    assert wish_for(studio, Action.CANCEL).what == "cancelled; what is under way is finished, and no further stage begins"
    with pytest.raises(BadSpec, match='cannot move a film from "Cancelled" to "Generating Video"'):
        asyncio.run(advance(studio, Status.GENERATING_VIDEO))


def test_a_film_whose_run_is_gone_is_to_be_retried(studio: Studio) -> None:
    move(studio, Status.GENERATING_ASSETS, Status.ASSETS_READY)
    with studio.results.open() as session:
        verdicts.begin_wait(
            session, Wait(video=studio.video, gate=Gate.ASSETS, run=str(uuid.uuid4()), items=("fox",), since=datetime.now(UTC))
        )

    refused = wish_for(studio, Action.APPROVE)

    assert not refused.is_done
    assert refused.what == "the run of test/film is gone from Prefect: retry it"


def test_without_a_deployment_nothing_is_retried_and_the_mend_is_named(studio: Studio) -> None:
    move(studio, Status.GENERATING_ASSETS, Status.ERROR_ASSETS)

    refused = wish_for(studio, Action.RETRY)

    assert not refused.is_done
    assert "there is no deployment produce-video/studio: run `make setup`" in refused.what
    assert status_of(studio) is Status.ERROR_ASSETS


def test_who_may_watch_a_film_and_when_is_said_until_its_publishing_begins(studio: Studio) -> None:
    evening = datetime(2099, 12, 1, 17, tzinfo=UTC)
    wishes = [
        Wish(video="test/film", action=Action.SHOWING, privacy=Privacy.PUBLIC),
        Wish(video="test/film", action=Action.SHOWING),
        Wish(video="test/film", action=Action.SHOWING, publish_at=datetime(2020, 1, 1, tzinfo=UTC)),
        Wish(video="test/film", action=Action.SHOWING, publish_at=evening),
    ]

    outcomes = asyncio.run(review_videos(wishes))

    assert [one.what for one in outcomes] == [
        "public as soon as it is published",
        "as its channel says, as soon as it is published",
        "test/film: it cannot be published at 2020-01-01 00:00 UTC, which is past: name a moment that lies ahead, or none",
        "public from 2099-12-01 17:00 UTC on, private until then",
    ]
    with studio.results.open() as session:
        assert queries.film(session, studio.video).request.publish_at == evening


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_nobody_asks_for_nothing_or_for_too_many(studio: Studio, count: int) -> None:
    with pytest.raises(ParameterTypeError, match="wishes"):
        asyncio.run(review_videos([Wish(video="test/film", action=Action.CANCEL)] * count))


def test_of_a_hundred_wishes_those_that_can_be_done_are_done_and_each_other_says_why_not(studio: Studio) -> None:
    move(studio, Status.GENERATING_ASSETS)
    impossible = [
        Wish(video="test/film", action=Action.APPROVE),
        Wish(video="test/film", action=Action.RETRY),
        Wish(video="nowhere/film", action=Action.RETRY),
    ]
    wishes = [*impossible * 33, Wish(video="test/film", action=Action.PRIORITY, priority=Priority.HIGH)]

    *refused, done = asyncio.run(review_videos(wishes))

    assert len(refused) == MOST - 1
    assert not any(one.is_done for one in refused)
    assert 'test/film is at "Generating Assets" and waits at no gate' in refused[0].what
    assert 'test/film is at "Generating Assets": only a film that stopped with an error' in refused[1].what
    assert "there is no film nowhere/film" in refused[2].what
    assert done.is_done


@pytest.fixture
def _goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", "2")


@pytest.mark.usefixtures("_goes_on")
def test_a_run_does_not_go_on_with_a_film_that_was_given_up(studio: Studio) -> None:
    move(studio, Status.CANCELLED, who=Actor.PERSON)

    with pytest.raises(ReviewRejected, match="start a new run"):
        asyncio.run(open_film(REQUEST, studio))
    assert status_of(studio) is Status.CANCELLED


@pytest.mark.usefixtures("_goes_on")
def test_a_run_that_goes_on_at_the_last_gate_leaves_the_film_there(studio: Studio) -> None:
    move(studio, Status.GENERATING_ASSETS, Status.GENERATING_VIDEO, Status.GENERATING_AUDIO, Status.ASSEMBLING)
    move(studio, Status.ASSEMBLY_COMPLETE)

    asyncio.run(open_film(REQUEST, studio))

    assert status_of(studio) is Status.ASSEMBLY_COMPLETE


def test_a_new_run_asks_for_a_film_that_was_given_up(studio: Studio) -> None:
    move(studio, Status.CANCELLED, who=Actor.PERSON)

    asyncio.run(open_film(REQUEST, studio))

    assert status_of(studio) is Status.QUEUED
