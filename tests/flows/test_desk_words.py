"""No word of the owner is lost, whatever happens between its being heard and the page's being written."""

from __future__ import annotations

import pytest

from blocks.domain.priority import Priority
from blocks.domain.status import Status
from tasks import desk as listening
from tests.emulators import faults
from tests.flows.test_desk import Desk, desk, notion  # noqa: F401 -- fixtures


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
