"""Every rule of a storyboard: a board that keeps it passes, one that breaks it is told where, which and what to do."""

from pathlib import Path
from typing import Any

import pytest

from blocks.domain.camera import find_camera_moves
from blocks.domain.checks import find_problems, tag_characters
from blocks.domain.pacing import count_words, film_seconds
from blocks.domain.scene_checks import find_person
from blocks.domain.storyboard import CameraMove, Storyboard
from blocks.storyboard_files import load_storyboard

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


@pytest.fixture(scope="module")
def board() -> Storyboard:
    return load_storyboard(SAMPLES / "short.yaml")


def changed(board: Storyboard, *path: str | int, to: object) -> Storyboard:
    """Give the board with one value deep inside it changed."""
    document: dict[str, Any] = board.model_dump()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return Storyboard.model_validate(document)


def rules(board: Storyboard) -> set[tuple[str, str]]:
    return {(problem.where, problem.rule) for problem in find_problems(board)}


def test_a_good_board_has_no_problems(board: Storyboard):
    assert find_problems(board) == ()


LINE = "scenes", 1, "narration"
MOTION = "scenes", 1, "motion_prompt"
EFFECT = "scenes", 1, "effect_prompt"
LONG_MOTION = (
    "The old guide turns his head slowly toward the light and stands very still. " * 2 + "Sand runs down beside his feet. "
)


@pytest.mark.parametrize(
    ("path", "value", "where", "rule"),
    [
        (("video", "title"), " ", "video", "empty-text"),
        (("video", "logline"), "", "video", "empty-text"),
        (("video", "language"), "English", "video", "language"),
        (("video", "target_seconds"), 0, "video", "target-seconds"),
        (("video", "target_seconds"), 75, "video", "length"),
        (("video", "target_seconds"), 50, "video", "length"),
        (("research", "textures"), ("sand", "salt", "wool", "ash"), "research", "textures"),
        (("research", "textures"), ("sand", "Sand", "wool", "ash", "ember"), "research", "textures"),
        (("research", "hooks"), ("one", "two"), "research", "hooks"),
        (("research", "facts"), (), "research", "facts"),
        (("story", "turn"), "", "story", "empty-text"),
        (("style", "atmosphere"), "", "style", "empty-text"),
        (("style", "atmosphere"), "One paragraph.\n\nAnother.", "style", "atmosphere-paragraph"),
        (("style", "exclusions"), ("text", ""), "style", "exclusions"),
        (("assets", 0, "id"), "Salt_Camp", "asset Salt_Camp", "id-form"),
        (("assets", 1, "id"), "salt-camp", "asset salt-camp", "unique-id"),
        (("assets", 0, "prompt"), "", "asset salt-camp", "image-prompt"),
        (("assets", 0, "prompt"), "sand " * 600, "asset salt-camp", "image-prompt-length"),
        (("assets", 0, "needs_transparency"), True, "asset salt-camp", "environment-transparency"),
        (("assets", 0, "variation_of"), "salt-camp", "asset salt-camp", "core-exists"),
        (("assets", 0, "variation_of"), "nowhere", "asset salt-camp", "core-exists"),
        (("assets", 0, "variation_of"), "last-dune", "asset salt-camp", "core-first"),
        (("assets", 9, "variation_of"), "salt-camp", "asset camel-resting", "variation-kind"),
        (("assets", 10, "variation_of"), "camel-resting", "asset guide", "variation-of-variation"),
        (("scenes", 3, "number"), 9, "scenes", "scene-numbers"),
        (("scenes", 3, "beat"), "setup", "scene 4", "beat-order"),
        (("scenes", 6, "beat"), "escalation", "scenes", "beats"),
        (("scenes", 7, "seed"), {"kind": "direct", "asset": "last-dun"}, "scene 8", "asset-exists"),
        (("scenes", 7, "seed"), {"kind": "direct", "asset": "guide"}, "scene 8", "seed-ground"),
        (("scenes", 7, "seed"), {"kind": "direct", "asset": "star-desert"}, "asset last-dune", "unused-asset"),
        (("scenes", 7, "seed"), {"kind": "generated", "prompt": " ", "references": ("last-dune",)}, "scene 8", "seed-prompt"),
        (("scenes", 1, "seed", "background"), "guide", "scene 2", "background-kind"),
        (("scenes", 1, "seed", "figures"), (), "scene 2", "figure-count"),
        (("scenes", 1, "seed", "figures", 0, "asset"), "last-dune", "scene 2", "figure-kind"),
        (("assets", 10, "needs_transparency"), False, "scene 2", "figure-transparency"),
        (MOTION, "The guide turns. The camera pushes in slowly.", "scene 2", "motion-words"),
        (MOTION, LONG_MOTION * 3 + "The camera pushes in.", "scene 2", "motion-words"),
        (MOTION, "a" * 2600 + " word" * 30 + ". The camera pushes in.", "scene 2", "motion-characters"),
        (MOTION, "The camera pushes in slowly. " + LONG_MOTION, "scene 2", "camera-last"),
        (MOTION, LONG_MOTION + "Everything is quiet.", "scene 2", "camera-named"),
        (MOTION, LONG_MOTION + "The camera pushes in and tilts up.", "scene 2", "camera-once"),
        (MOTION, LONG_MOTION + "The camera pans left.", "scene 2", "camera-match"),
        (LINE, "The guide is blind in one eye.", "scene 2", "narration-words"),
        (
            LINE,
            "The guide is blind \u2014 in one eye and nobody alive knows the shifting dunes better.",
            "scene 2",
            "narration-em-dash",
        ),
        (LINE, "The guide is blind in one eye\nand nobody alive knows the shifting dunes better.", "scene 2", "narration-line"),
        (LINE, "Our guide is blind in one eye, and nobody alive knows the dunes better.", "scene 2", "narration-person"),
        (("scenes", 1, "clip_seconds"), 6, "scene 2", "narration-fits-clip"),
        (("scenes", 1, "clip_seconds"), 16, "scene 2", "clip-seconds"),
        (EFFECT, "", "scene 2", "effect-prompt"),
        (EFFECT, "wind " * 100, "scene 2", "effect-characters"),
        (EFFECT, "Soft wind with gentle piano music", "scene 2", "effect-ambience"),
        (EFFECT, "A market, people talking", "scene 2", "effect-ambience"),
        (("scenes", 1, "effect_seconds"), 4.5, "scene 2", "effect-seconds"),
        (("scenes", 1, "effect_seconds"), float("nan"), "scene 2", "effect-seconds"),
        (("metadata", "title"), "t" * 101, "metadata", "title-length"),
        (("metadata", "title"), "a < b", "metadata", "angle-brackets"),
        (("metadata", "tags"), ("salt", "<i>"), "metadata", "angle-brackets"),
        (("metadata", "description"), "é" * 2501, "metadata", "description-length"),
        (("metadata", "tags"), ("tag",) * 130, "metadata", "tags-length"),
        (("metadata", "tags"), ("",), "metadata", "tags-empty"),
    ],
)
def test_a_broken_rule_is_named_with_its_place(
    board: Storyboard, path: tuple[str | int, ...], value: object, where: str, rule: str
):
    assert (where, rule) in rules(changed(board, *path, to=value))


def test_a_film_has_one_to_sixty_scenes_and_assets(board: Storyboard):
    empty = board.model_copy(update={"scenes": (), "assets": ()})
    assert {("scenes", "scene-count"), ("assets", "asset-count")} <= rules(empty)
    crowded = board.model_copy(update={"scenes": board.scenes * 8, "assets": board.assets * 4})
    assert {("scenes", "scene-count"), ("assets", "asset-count")} <= rules(crowded)


def test_four_scenes_need_not_have_five_beats(board: Storyboard):
    short = board.model_copy(update={"scenes": board.scenes[:4]})
    assert ("scenes", "beats") not in rules(short)


def test_a_problem_names_place_rule_and_way_out(board: Storyboard):
    found = find_problems(changed(board, "scenes", 7, "seed", to={"kind": "direct", "asset": "last-dun"}))
    assert (
        str(found[-1])
        == "scene 8: its seed names the asset last-dun, which does not exist; did you mean last-dune? [asset-exists]"
    )


def test_the_same_asset_missing_twice_in_a_scene_is_reported_once(board: Storyboard):
    seed = {"kind": "split", "direction": "horizontal", "first": "gone", "second": "gone"}
    found = [problem for problem in find_problems(changed(board, "scenes", 7, "seed", to=seed)) if problem.rule == "asset-exists"]
    assert len(found) == 1


@pytest.mark.parametrize(
    "prompt",
    ["A forest, no music, no speech", "Wind and rain without music or voices", "birds singing, whale song", "a wordless crowd"],
)
def test_an_effect_may_say_what_it_does_not_want(board: Storyboard, prompt: str):
    assert ("scene 2", "effect-ambience") not in rules(changed(board, *EFFECT, to=prompt))


@pytest.mark.parametrize(
    ("sentence", "moves"),
    [
        ("The camera pushes in slowly.", (CameraMove.PUSH_IN,)),
        ("Slow push-in toward the lamp.", (CameraMove.PUSH_IN,)),
        ("The camera pulls slowly away.", (CameraMove.PULL_BACK,)),
        ("Camera pans to the left.", (CameraMove.PAN_LEFT,)),
        ("The camera tilts gently upward.", (CameraMove.TILT_UP,)),
        ("The camera tracks beside her to the right.", (CameraMove.TRACK_RIGHT,)),
        ("The camera cranes up over the crest.", (CameraMove.CRANE_UP,)),
        ("The camera holds perfectly still.", (CameraMove.STATIC,)),
        ("Static camera.", (CameraMove.STATIC,)),
        ("The still water shines.", ()),
    ],
)
def test_camera_moves_are_found_as_people_write_them(sentence: str, moves: tuple[CameraMove, ...]):
    assert find_camera_moves(sentence) == moves


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("We follow the river.", "We"),
        ("Between you and the sea lies a wall.", "you"),
        ("Here I stand.", "I"),
        ("Charles I loses his crown in the US.", ""),
        ("“I came, I saw,” writes Caesar.", ""),
        ("The house is theirs; time is its own.", ""),
    ],
)
def test_first_and_second_person_are_found(line: str, person: str):
    assert find_person(line) == person


def test_words_are_counted_as_they_are_spoken():
    assert count_words("The sea-ice, white - and 40 miles wide, breaks.") == 8


def test_a_film_lasts_its_words_and_a_pause_a_scene():
    assert film_seconds(["one two three four five six seven eight nine ten eleven twelve"] * 2) == pytest.approx(
        2 * (12 / 2.4 + 1.1)
    )


def test_tags_are_counted_with_commas_and_quotation_marks():
    assert tag_characters(("sea", "deep sea")) == len('sea,"deep sea"')
