"""Gates as people meet them: suspended runs of a deployment, answered from outside. These tests build on each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.schemas.responses import SetStateStatus

from blocks.domain.bulk import Action, Wish
from blocks.domain.gates import Gate
from blocks.domain.priority import Priority
from blocks.domain.specs import ClipSpec
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.domain.verdicts import Decision, Retake
from blocks.results import entries, queries
from blocks.studio import Studio
from flows.bulk import review_videos
from tests.flows.served_line import ServedLine, served_line
from tests.flows.small_film import made_by_step, products_of, small_board

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
    studio.channel.model_copy(update={"rate": "8"}).save("test", overwrite=True)  # few pictures a second are soon drawn
    with served_line(studio, home / "death") as line:
        yield line


@pytest.fixture(scope="module")
def waiting(line: ServedLine) -> UUID:
    """A run of a film that waits at the gate of its clips."""
    run = line.start(Gate.CLIPS, Gate.FINAL)
    line.settle(run, "Suspended")
    return run


def test_a_film_waits_at_its_gate(line: ServedLine, waiting: UUID) -> None:
    assert line.film.status is Status.VIDEO_READY
    assert line.wait is not None
    assert (line.wait.gate, line.wait.run, line.wait.items) == (Gate.CLIPS, str(waiting), ("clip 1", "clip 2"))


def test_the_form_shows_the_pictures_the_items_and_the_cost(line: ServedLine, waiting: UUID) -> None:
    schema, text = line.form(waiting)

    assert set(schema["properties"]) == {"decision", "make_again", "note", "who"}
    assert schema["required"] == ["decision"], "nobody approves by pressing a button that was there"
    assert "](data:image/jpeg;base64," in text
    assert "It has cost 0.00 USD so far. Approving costs about 0.00 USD" in text
    assert all(f"| clip {scene.number} | 1 | 8.0 s | {scene.motion_prompt} |" in text for scene in small_board().scenes)


@pytest.mark.parametrize("form", [{}, {"decision": "perhaps"}, {"decision": "approve", "hurry": True}], ids=str)
def test_an_impossible_form_is_refused_and_the_film_waits_on(line: ServedLine, waiting: UUID, form: dict[str, object]) -> None:
    answer = line.answer(waiting, **form)

    assert answer.status is SetStateStatus.REJECT
    line.settle(waiting, "Suspended")


def test_unknown_items_bring_the_form_back_with_the_reason(line: ServedLine, waiting: UUID) -> None:
    assert line.answer(waiting, decision="reject", make_again="2, 9").status is SetStateStatus.ACCEPT
    line.settle(waiting, "Suspended")

    _, text = line.form(waiting)
    assert "there is no '9'. What can be sent back here: clip 1, clip 2" in text
    assert "](data:image/jpeg;base64," in text
    assert line.said == ()


def test_a_rejected_clip_is_made_again_and_nothing_else(line: ServedLine, waiting: UUID) -> None:
    before = made_by_step(line.studio)
    line.answer(waiting, decision="reject", make_again="clip 2: too dark", who="Ann", note="nearly")
    line.settle(waiting, "Suspended")

    assert made_by_step(line.studio) - before == {"clip": 1, "contact sheet": 1}
    assert Counter(spec.take for spec in clip_orders(line.studio)) == {1: 2, 2: 1}
    (verdict,) = line.said
    assert (verdict.decision, verdict.who, verdict.note) == (Decision.REJECT, "Ann", "nearly")
    assert verdict.retakes == (Retake(item="clip 2", reason="too dark"),)


def test_the_new_take_is_marked_at_the_gate(line: ServedLine, waiting: UUID) -> None:
    _, text = line.form(waiting)

    assert "Made again since you sent it back: **clip 2** (too dark)." in text
    assert "| clip 2 | 2 **NEW** |" in text
    assert "| clip 1 | 1 |" in text
    assert line.film.status is Status.VIDEO_READY


def test_an_approved_film_goes_on_to_its_last_gate(line: ServedLine, waiting: UUID) -> None:
    line.answer(waiting, decision="approve", who="Ann")
    line.settle(waiting, "Suspended")

    assert line.film.status is Status.ASSEMBLY_COMPLETE
    assert line.wait is not None
    assert line.wait.gate is Gate.FINAL
    _, text = line.form(waiting)
    assert "| film | 1 |" in text
    assert "What can be made again: clip, narration and effect 1 to 2, such as `clip 2`, and the pictures `" in text


def test_what_the_last_gate_sends_back_passes_the_earlier_gate_again(line: ServedLine, waiting: UUID) -> None:
    before = made_by_step(line.studio)
    line.answer(waiting, decision="reject", make_again="clip 1")
    line.settle(waiting, "Suspended")

    assert line.film.status is Status.VIDEO_READY
    assert "| clip 1 | 2 **NEW** |" in line.form(waiting)[1]
    assert (made_by_step(line.studio) - before)["clip"] == 1


def test_a_film_approved_at_every_gate_is_published(line: ServedLine, waiting: UUID) -> None:
    line.answer(waiting, decision="approve")
    line.settle(waiting, "Suspended")
    line.answer(waiting, decision="approve")
    line.settle(waiting, "Completed")

    used = [products_of(line.studio)[f"videos/clip_0{number}.mp4"].provenance.spec for number in (1, 2)]
    assert [ClipSpec.model_validate_json(spec).take for spec in used] == [2, 2]
    assert line.wait is None
    assert line.moves == [
        "Draft", "Queued", "Generating Assets", "Generating Video",
        "Video Ready", "Generating Video",
        "Video Ready", "Approved - Video", "Generating Audio", "Assembling", "Assembly Complete", "Generating Video",
        "Video Ready", "Approved - Video", "Generating Audio", "Assembling", "Assembly Complete",
        "Uploading", "Published",
    ]  # fmt: skip


def test_an_approval_that_comes_twice_is_refused(line: ServedLine, waiting: UUID) -> None:
    answer = line.answer(waiting, decision="approve")

    assert answer.status is SetStateStatus.ABORT
    assert "not paused" in answer.details.reason


def clip_orders(studio: Studio) -> list[ClipSpec]:
    """Give the spec of every clip that was ever made."""
    with studio.results.open() as session:
        specs = session.connection().exec_driver_sql("SELECT provenance ->> 'spec' FROM products WHERE step = 'clip'")
        return [ClipSpec.model_validate_json(spec) for (spec,) in specs]


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


def test_each_wish_of_many_has_its_own_outcome(line: ServedLine) -> None:
    """The film `twice` still waits at its last gate, and the first film is published."""
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
    assert made_by_step(line.studio)[Step.CLIP] == 4, "two clips, and one more take of each"
