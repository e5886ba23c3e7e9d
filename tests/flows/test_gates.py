"""Gates as people meet them: suspended runs of a deployment, answered from outside. These tests build on each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.schemas.responses import SetStateStatus

from blocks.domain.gates import Gate
from blocks.domain.specs import ClipSpec
from blocks.domain.status import Status
from blocks.domain.verdicts import Decision, Retake
from blocks.studio import Studio
from tests.flows.served_line import ServedLine, served_line
from tests.flows.small_film import made_by_step, products_of, small_board

pytestmark = pytest.mark.acceptance


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
    assert "As things stand, it is private as soon as it is published." in text
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
