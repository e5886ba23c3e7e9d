"""No word of the owner is lost, whatever happens between its being heard and the page's being written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blocks.domain.audience import Privacy
from blocks.domain.priority import Priority
from blocks.domain.publication import Publication, PublicationState
from blocks.domain.status import Status
from blocks.results import publications
from tasks import desk as listening
from tests.emulators import faults
from tests.flows.test_desk import Desk, desk, notion  # noqa: F401 -- fixtures
from tests.tasks.films_at_work import LINE


class Death(Exception):
    """The listener's process ends."""


def test_a_refusal_that_could_not_be_shown_is_shown_later_whatever_else_was_asked_for(desk: Desk) -> None:  # noqa: F811
    page = desk.add()
    desk.sync()
    desk.notion.edit(page, {"Status": "Published"})
    desk.notion.faults.next("update page", faults.OVERLOADED)
    desk.sync()
    desk.notion.edit(page, {"Priority": "High"})
    desk.forget_waits()
    desk.sync()

    assert desk.film("the-salt-road").priority is Priority.HIGH
    assert desk.page(page)["Status"] == "Queued"
    assert 'cannot move a film from "Queued" to "Published"' in desk.page(page)["Error Log"]


def test_a_word_said_while_an_older_one_is_still_to_be_done_is_not_written_over(
    desk: Desk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def die(*_: object) -> None:
        raise Death

    page = desk.add()
    desk.sync()
    desk.notion.edit(page, {"Priority": "High"})
    with monkeypatch.context() as patch:
        patch.setattr(listening, "fulfil", die)
        with pytest.raises(Death):
            desk.sync()
    desk.move("the-salt-road", Status.GENERATING_ASSETS)
    desk.notion.edit(page, {"Status": "Cancelled"})
    desk.sync()

    assert desk.film("the-salt-road").status is Status.CANCELLED
    assert desk.film("the-salt-road").priority is Priority.HIGH
    assert desk.page(page)["Status"] == "Cancelled"


def test_a_film_that_is_queued_again_has_the_priority_its_page_says(desk: Desk) -> None:  # noqa: F811
    page = desk.add()
    desk.sync()
    desk.notion.edit(page, {"Priority": "High"})
    desk.sync()
    desk.notion.edit(page, {"Status": "Cancelled"})
    desk.sync()
    desk.notion.edit(page, {"Status": "Queued", "Priority": "Normal"})
    desk.sync()

    assert desk.film("the-salt-road").status is Status.QUEUED
    assert desk.film("the-salt-road").priority is Priority.NORMAL


def test_a_page_that_comes_back_from_the_trash_stands_for_its_film_again(desk: Desk) -> None:  # noqa: F811
    page = desk.add()
    desk.sync()
    desk.notion.trash(page)
    desk.move("the-salt-road", Status.GENERATING_ASSETS)
    desk.sync()
    desk.notion.restore(page)
    desk.move("the-salt-road", Status.GENERATING_VIDEO)
    desk.sync()

    assert desk.page(page)["Status"] == "Generating Video"
    desk.notion.edit(page, {"Status": "Cancelled"})
    desk.sync()
    assert desk.film("the-salt-road").status is Status.CANCELLED


def test_the_page_of_a_film_that_is_given_up_says_where_it_still_is(desk: Desk) -> None:  # noqa: F811
    page = desk.add()
    desk.sync()
    film = desk.film("the-salt-road").name
    there = Publication(
        number="0" * 32,
        master=f"{'0' * 64}.mp4",
        channel=film.channel,
        video=film.slug,
        account="youtube:UC1",
        state=PublicationState.PUBLISHED,
        video_id="abc",
        url="https://youtu.be/abc",
        claimed_at=datetime.now(UTC),
    )
    with desk.films.results.open() as session:
        publications.put(session, there)
    desk.notion.edit(page, {"Status": "Cancelled"})
    desk.sync()

    assert desk.page(page)["Status"] == "Cancelled"
    assert "it is still at https://youtu.be/abc" in desk.page(page)["Error Log"]


EVENING = datetime(2099, 12, 1, 17, tzinfo=UTC)


def showing_of(desk: Desk) -> tuple[Privacy | None, datetime | None]:  # noqa: F811
    request = desk.film("the-salt-road").request
    return request.privacy, request.publish_at


def test_a_film_is_queued_to_become_public_when_its_page_says(desk: Desk) -> None:  # noqa: F811
    page = desk.add(**{"Privacy": "Private", "Publish At": "2099-12-01T18:00:00.000+01:00"})
    desk.sync()

    assert showing_of(desk) == (Privacy.PRIVATE, EVENING)
    assert desk.page(page)["Publish At"] == "2099-12-01T18:00:00.000+01:00", "it says what is true, and is left alone"


def test_a_moment_that_is_past_is_told_on_the_page_and_nothing_is_queued(desk: Desk) -> None:  # noqa: F811
    page = desk.add(**{"Publish At": "2020-01-01"})
    desk.sync()

    assert desk.waiting() == []
    assert desk.page(page)["Status"] == "Error: Invalid Input"
    assert (
        "cannot be published at 2020-01-01 00:00 UTC, which is past: name a moment that lies ahead"
        in desk.page(page)["Error Log"]
    )


def test_who_may_watch_and_when_is_changed_while_the_film_is_made(desk: Desk) -> None:  # noqa: F811
    page = desk.add()
    desk.sync()
    desk.move("the-salt-road", Status.GENERATING_ASSETS, Status.GENERATING_VIDEO)
    desk.notion.edit(page, {"Privacy": "Unlisted"})
    desk.sync()
    assert showing_of(desk) == (Privacy.UNLISTED, None)

    desk.notion.edit(page, {"Privacy": None, "Publish At": "2099-12-01T17:00:00Z"})
    desk.sync()

    assert showing_of(desk) == (None, EVENING)
    assert desk.page(page)["Error Log"] == ""


def test_a_column_that_was_deleted_shows_nobody_a_private_film_and_shows_the_truth_when_it_is_back(
    desk: Desk,  # noqa: F811
) -> None:
    page = desk.add(Privacy="Private")
    desk.sync()
    desk.notion.set_property(desk.source, "Privacy", None)
    desk.move("the-salt-road", Status.GENERATING_ASSETS, Status.GENERATING_VIDEO)
    desk.sync()

    assert desk.page(page)["Status"] == "Generating Video"
    assert showing_of(desk) == (Privacy.PRIVATE, None)

    desk.notion.set_property(desk.source, "Privacy", ("select", ["Private", "Unlisted", "Public"]))
    desk.notion.edit(page, {"Notes": "it is back"})
    desk.sync()

    assert showing_of(desk) == (Privacy.PRIVATE, None)
    assert desk.page(page)["Privacy"] == "Private"
    assert desk.page(page)["Error Log"] == ""


def test_a_change_to_what_cannot_be_is_taken_back_and_told(desk: Desk) -> None:  # noqa: F811
    page = desk.add(**{"Publish At": "2099-12-01T17:00:00Z"})
    desk.sync()
    desk.notion.edit(page, {"Privacy": "Public"})
    desk.sync()

    assert showing_of(desk) == (None, EVENING)
    assert desk.page(page)["Privacy"] is None
    assert "private until then, not public" in desk.page(page)["Error Log"]


def test_a_change_after_publishing_began_comes_too_late_is_told_so_and_taken_back(desk: Desk) -> None:  # noqa: F811
    page = desk.add(Privacy="Unlisted")
    desk.sync()
    desk.move("the-salt-road", *LINE[1 : LINE.index(Status.UPLOADING) + 1])
    desk.notion.edit(page, {"Privacy": None, "Publish At": "2099-12-01"})
    desk.sync()

    assert showing_of(desk) == (Privacy.UNLISTED, None)
    assert (desk.page(page)["Privacy"], desk.page(page)["Publish At"]) == ("Unlisted", None)
    assert (
        'it is too late to say who may watch a/the-salt-road, or when, for it is at "Uploading"' in desk.page(page)["Error Log"]
    )
