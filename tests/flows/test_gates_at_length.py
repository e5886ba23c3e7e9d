"""What else happens at gates: films are given up, asked for again and answered in bulk, and processes die there.

These tests build on each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.schemas.responses import SetStateStatus

from blocks.domain.bulk import Action, Wish
from blocks.domain.gates import Gate
from blocks.domain.priority import Priority
from blocks.domain.request import Quality
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.domain.verdicts import Decision
from blocks.results import entries, queries
from blocks.studio import Studio
from flows.bulk import review_videos
from tests.flows.served_line import ServedLine, served_line
from tests.flows.small_film import EXPECTED_CALLS, made_by_step, products_of

pytestmark = pytest.mark.acceptance

REFUSALS = [
    "there is no film test/nothing",
    "'../../etc' is no name of a film",
    'test/a-small-film is at "Published" and waits at no gate',
    'test/a-small-film is at "Published": only a film that stopped',
    'the person cannot move a film from "Cancelled" to "Cancelled"',
    "test/twice waits at the gate final, not at clips",
    "approve sends nothing back",
    "there is no 'clip 7'",
    "say which priority",
    "test/twice was answered at the gate final already",
    "only a film that stopped",
]
"""What is said to the wishes that cannot be done, in their order."""


@pytest.fixture(scope="module")
def line(studio: Studio, home: Path) -> Iterator[ServedLine]:
    with served_line(studio, home / "death") as line:
        yield line


@pytest.fixture(scope="module")
def published(line: ServedLine) -> None:
    """A film that passed all its gates."""
    line.settle(line.start(), "Completed")


def test_the_sound_can_be_heard_at_its_gate_and_a_film_can_be_given_up(line: ServedLine) -> None:
    film = line.of("given-up")
    run = film.start(Gate.AUDIO)
    film.settle(run, "Suspended")
    _, text = film.form(run)
    film.answer(run, decision="cancel", note="not now")
    ended = film.settle(run, "Failed")

    assert '<audio controls src="data:audio/mpeg;base64,' in text
    assert "| effect 2 | 1 |" in text
    assert ", heard at 0:0" in text
    assert "given up at the gate audio: not now" in str(ended.state and ended.state.message)
    assert film.film.status is Status.CANCELLED
    assert film.answer(run, decision="approve").status is SetStateStatus.ABORT


def test_a_draft_waits_for_a_word_before_anything_of_the_film_is_made(line: ServedLine) -> None:
    film = line.of("drafted")
    run = film.start(Gate.DRAFT, quality=Quality.DRAFT)
    film.settle(run, "Suspended")
    _, text = film.form(run)
    film.answer(run, decision="reject", make_again="2")
    film.settle(run, "Suspended")

    assert film.wait is not None
    assert film.wait.gate is Gate.DRAFT
    assert film.film.status is Status.GENERATING_ASSETS
    assert products_of(film.studio).keys().isdisjoint({"videos/clip_01.mp4"})
    assert "drafted__draft" in text
    assert "](data:image/jpeg;base64," in text
    assert "nothing can be sent back here: approve, or cancel" in film.form(run)[1]

    film.answer(run, decision="approve", who="Ann")
    film.settle(run, "Completed")
    assert [(verdict.gate, verdict.who) for verdict in film.said] == [(Gate.DRAFT, "Ann")]
    assert film.film.status is Status.PUBLISHED


def test_a_process_that_dies_at_the_gate_and_after_the_verdict_loses_neither(line: ServedLine) -> None:
    film = line.of("mortal")
    line.deaths.write_text("begin_wait")
    film.settle(film.start(Gate.CLIPS, mortal=True), "Crashed")
    run = film.start(Gate.CLIPS, mortal=True)
    film.settle(run, "Suspended")
    line.deaths.write_text("keep_verdict")
    film.answer(run, decision="approve", who="Ann")
    film.settle(run, "Crashed")
    assert [verdict.decision for verdict in film.said] == [Decision.APPROVE]

    film.settle(film.start(Gate.CLIPS), "Completed")

    assert film.film.status is Status.PUBLISHED
    assert len(film.said) == 1, "what was approved needs no second approval"


def test_a_film_asked_for_again_has_one_form_to_answer(line: ServedLine) -> None:
    film = line.of("twice")
    first = film.start(Gate.FINAL)
    film.settle(first, "Suspended")
    second = film.start(Gate.FINAL)
    film.settle(second, "Suspended")

    film.settle(first, "Cancelled")
    assert film.wait is not None
    assert film.wait.run == str(second)


@pytest.mark.usefixtures("published")
def test_each_wish_of_many_has_its_own_outcome(line: ServedLine) -> None:
    """The film `twice` still waits at its last gate."""
    stopped = line.of("stopped")
    with line.studio.results.open() as session:
        entries.open_film(session, stopped.studio.video, stopped.request(), "Stopped")
        entries.queue_film(session, stopped.studio.video, "asked for")
        entries.advance_film(session, stopped.studio.video, Status.GENERATING_ASSETS, "begun")
        entries.fail_film(session, stopped.studio.video, Status.ERROR_ASSETS, "broken")
    wishes = [
        Wish(video="test/nothing", action=Action.APPROVE),
        Wish(video="../../etc", action=Action.APPROVE),
        Wish(video="test/a-small-film", action=Action.APPROVE),
        Wish(video="test/a-small-film", action=Action.RETRY),
        Wish(video="test/given-up", action=Action.CANCEL),
        Wish(video="test/twice", action=Action.APPROVE, gate=Gate.CLIPS),
        Wish(video="test/twice", action=Action.APPROVE, make_again="clip 1"),
        Wish(video="test/twice", action=Action.REJECT, make_again="clip 7"),
        Wish(video="test/twice", action=Action.PRIORITY),
        Wish(video="test/twice", action=Action.PRIORITY, priority=Priority.HIGH),
        Wish(video="test/twice", action=Action.APPROVE, who="Ann"),
        Wish(video="test/twice", action=Action.APPROVE),
        Wish(video="test/stopped", action=Action.RETRY, who="Ann"),
        Wish(video="test/stopped", action=Action.RETRY),
    ]

    outcomes = asyncio.run(review_videos(wishes))

    assert [(outcome.video, outcome.action) for outcome in outcomes] == [(wish.video, wish.action) for wish in wishes]
    refused = [outcome.what for outcome in outcomes if not outcome.is_done]
    assert [words for words, what in zip(REFUSALS, refused, strict=True) if words not in what] == [], refused
    assert [outcome.what for outcome in outcomes if outcome.is_done][:2] == [
        "normal before, high from its next run on",
        "approve at the gate final",
    ]


def test_what_was_approved_and_retried_in_bulk_is_made(line: ServedLine) -> None:
    for film in (line.of("twice"), line.of("stopped")):
        film.reach(Status.PUBLISHED)

    assert line.of("twice").film.priority is Priority.HIGH
    assert line.of("twice").said[-1].who == "Ann"
    with line.studio.results.open() as session:
        assert "Ann - retried" in [move.why for move in queries.moves_of(session, line.of("stopped").studio.video)]


def test_no_wish_paid_for_anything_twice(line: ServedLine) -> None:
    assert made_by_step(line.studio)[Step.CLIP] == EXPECTED_CALLS["clip"], "all these films are of the same clips"
