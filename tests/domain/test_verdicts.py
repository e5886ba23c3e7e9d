"""What a person says at a gate, and what it means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blocks.domain.gates import Gate, GateMode, gate_mode
from blocks.domain.verdicts import (
    Decision,
    Retake,
    Verdict,
    VerdictRefused,
    items_at,
    maker_gate,
    read_retakes,
    retakes_of,
    takes_after,
)
from blocks.storyboard_files import load_storyboard
from tests.flows.small_film import ROOT

CLIPS = tuple(f"clip {number}" for number in range(1, 9))
AUDIO = tuple(f"{what} {number}" for what in ("narration", "effect") for number in (1, 2))
ASSETS = ("fox-core", "fox-running", "den")


@pytest.mark.parametrize(
    ("words", "items"),
    [
        ("3, 7", ["clip 3", "clip 7"]),
        ("3 7", None),
        ("clip 3", ["clip 3"]),
        ("Clips 3 and 7", ["clip 3", "clip 7"]),
        ("clip 3; clip 7", ["clip 3", "clip 7"]),
        ("3\n7\n", ["clip 3", "clip 7"]),
        ("3, 3", ["clip 3"]),
        ("", []),
    ],
)
def test_clips_are_named_as_people_name_them(words: str, items: list[str] | None) -> None:
    if items is None:
        with pytest.raises(VerdictRefused):
            read_retakes(words, CLIPS)
    else:
        assert [retake.item for retake in read_retakes(words, CLIPS)] == items


def test_a_reason_follows_its_item() -> None:
    assert read_retakes("3: too dark, no wolf to be seen; clip 7: five legs", CLIPS) == (
        Retake(item="clip 3", reason="too dark, no wolf to be seen"),
        Retake(item="clip 7", reason="five legs"),
    )


def test_assets_are_named_by_id_or_by_their_number() -> None:
    assert [retake.item for retake in read_retakes("den, 1", ASSETS)] == ["den", "fox-core"]


def test_unknown_items_are_all_named_with_what_there_is() -> None:
    with pytest.raises(VerdictRefused, match=r"there is no '9'; there is no 'wolf'.*clip 1, clip 2"):
        read_retakes("3, 9, wolf", CLIPS)


def test_a_number_that_could_be_two_things_is_asked_back() -> None:
    with pytest.raises(VerdictRefused, match="'2' could be narration 2 or effect 2: say which"):
        read_retakes("2", AUDIO)


def test_an_item_s_take_is_one_more_than_it_was_sent_back() -> None:
    def rejecting(turn: int, *items: str) -> Verdict:
        retakes = tuple(Retake(item=item) for item in items)
        return Verdict(
            gate=Gate.CLIPS, turn=turn, shown="", decision=Decision.REJECT, retakes=retakes, at=datetime(2026, 11, 22, tzinfo=UTC)
        )

    takes = takes_after([rejecting(1, "clip 3", "clip 7"), rejecting(2, "clip 3")])

    assert takes.numbers == {"clip 3": 3, "clip 7": 2}
    assert (takes.of("clip 3"), takes.of("clip 1")) == (3, 1)
    assert takes.new == {"clip 3"}, "clip 7 was looked at when clip 3 was sent back again"


def test_the_final_gate_can_send_everything_back() -> None:
    board = load_storyboard(ROOT / "docs/samples/short.yaml")
    everything = {item for gate in (Gate.ASSETS, Gate.CLIPS, Gate.AUDIO) for item in items_at(gate, board)}

    assert set(items_at(Gate.FINAL, board)) == everything


def test_an_approval_that_names_items_is_asked_back() -> None:
    with pytest.raises(VerdictRefused, match="approve sends nothing back, and 'clip 3' was named"):
        retakes_of(Decision.APPROVE, "clip 3", CLIPS)


def test_where_nothing_can_be_sent_back_a_rejection_says_what_can_be_done() -> None:
    with pytest.raises(VerdictRefused, match="nothing can be sent back here: approve, or cancel"):
        retakes_of(Decision.REJECT, "clip 3", ())


def test_the_draft_and_the_finished_film_wait_for_a_person_unless_told() -> None:
    assert [gate for gate in Gate if gate_mode(gate, {}, {}) is GateMode.MANUAL] == [Gate.DRAFT, Gate.FINAL]


def test_a_rejection_without_items_says_what_there_is() -> None:
    with pytest.raises(VerdictRefused, match=r"names the items to make again.*clip 1, clip 2"):
        retakes_of(Decision.REJECT, " ", CLIPS)


@pytest.mark.parametrize(
    ("item", "gate"),
    [
        ("fox-core", Gate.ASSETS),
        ("clip 3", Gate.CLIPS),
        ("seed 3", Gate.CLIPS),
        ("narration 3", Gate.AUDIO),
        ("effect 3", Gate.AUDIO),
    ],
)
def test_each_item_belongs_to_the_stage_that_makes_it(item: str, gate: Gate) -> None:
    assert maker_gate(item) is gate
