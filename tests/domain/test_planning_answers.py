"""Answers of language models: their schemas, how kindly they are read, and the storyboards put together from them."""

import json

import jsonschema
import pytest

from blocks.domain.camera import find_camera_moves, split_sentences
from blocks.domain.checks import find_problems
from blocks.domain.planning.answer_schemas import schema_of
from blocks.domain.planning.answer_text import json_text
from blocks.domain.planning.answers import (
    Answers,
    AssetAnswer,
    AssetsAnswer,
    FigureAnswer,
    MetadataAnswer,
    RepairAnswer,
    ResearchAnswer,
    SceneAnswer,
    ScenesAnswer,
    SeedAnswer,
    StoryAnswer,
)
from blocks.domain.planning.assembling import assemble, find_answer_problems, mend, number_scenes
from blocks.domain.planning.planner import plan_storyboard
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import CameraMove, CompositeSeed, SplitSeed

SHAPES = (ResearchAnswer, StoryAnswer, AssetsAnswer, ScenesAnswer, RepairAnswer)
SPEC = PlanSpec(topic="A river in winter", target_seconds=7, style_pack="silhouette")

RIVER = AssetAnswer(id="Frozen_River", kind="environment", prompt="A narrow river under ice at dawn, 35 mm lens.")
THAW = AssetAnswer(id="river-thaw", kind="environment", prompt="The same river in spring.", variation_of="frozen-river")
FOX = AssetAnswer(id="fox", kind="character", prompt="A fox in profile, clear ground.", needs_transparency=True)
SCENE = SceneAnswer(
    number=1,
    beat="setup",
    narration="Under the ice the river keeps moving, and somewhere below it a fish waits.",
    seed=SeedAnswer(kind="composite", asset="frozen-river", figures=(FigureAnswer(asset="fox", scale=9, x=0.3, y=-4),)),
    action="A fox crosses the ice with short careful steps and its head held low",
    details="Each paw presses the snow flat, lifts, and leaves a dark print behind it.",
    surroundings="Thin vapour rises from a seam of open water, and powder slides off a branch.",
    camera_move="push in",
    sounds=("ice settling and cracking", "a thin distant wind", "one far raven."),
)


def answers(*assets: AssetAnswer, scenes: tuple[SceneAnswer, ...] = (SCENE,)) -> Answers:
    return Answers(
        research=ResearchAnswer(
            summary="Rivers freeze from above.",
            textures=("river ice", "wet gravel", "black spruce", "dry snow", "grey stone"),
            facts=("Ice floats.",),
            hooks=("A river holds its breath.", "Who lives below the ice?", "Nothing moves, and everything waits."),
        ),
        story=StoryAnswer(
            title="Below the Ice",
            logline="A fox crosses a river that may not hold.",
            setup="A fox waits.",
            obstacle="The ice is thin.",
            escalation="It cracks.",
            turn="The fox turns.",
            resolution="The river opens.",
            atmosphere="Cool light, thin air, restrained colour, 35 mm lens.",
            exclusions=("modern buildings", "text"),
        ),
        assets=assets or (RIVER, FOX),
        scenes=scenes,
        metadata=MetadataAnswer(title="Below the Ice", description="A fox crosses a river.", tags=("fox", "river, ice")),
    )


def every_schema(schema: dict):
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from every_schema(inner)
    if "items" in schema:
        yield from every_schema(schema["items"])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_schema_has_only_keywords_that_every_vendor_reads(shape) -> None:
    used = {key for schema in every_schema(schema_of(shape)) for key in schema}

    assert used <= {"type", "description", "enum", "properties", "items", "required", "additionalProperties"}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_property_of_a_schema_is_required_and_described(shape) -> None:
    for schema in every_schema(schema_of(shape)):
        if schema["type"] == "object":
            assert schema["required"] == list(schema["properties"])
            assert schema["additionalProperties"] is False
            assert all(one.get("description") for one in schema["properties"].values())


def test_a_schema_is_itself_a_valid_one_and_takes_the_answers_of_its_shape() -> None:
    schema = schema_of(SceneAnswer)

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(SCENE.model_dump_json()), schema)


def test_a_schema_of_some_parts_asks_for_those_alone() -> None:
    schema = schema_of(RepairAnswer, ("scenes", "metadata"))

    assert schema["required"] == ["scenes", "metadata"]
    assert list(schema["properties"]) == ["scenes", "metadata"]


@pytest.mark.parametrize(
    "written",
    [
        '{"a": "b"}',
        ' \n{"a": "b"}\n',
        '```json\n{"a": "b"}\n```',
        'Here it is:\n```\n{"a": "b"}\n```\nEnjoy!',
        '<think>Is {it} JSON?</think>{"a": "b"}',
        'Is {it} JSON?\n</think>\n```json\n{"a": "b"}\n```',
        'Sure: {"a": "b"} I hope this helps.',
    ],
)
def test_json_is_found_in_whatever_stands_around_it(written: str) -> None:
    assert json.loads(json_text(written)) == {"a": "b"}


def test_a_fence_inside_the_json_is_left_alone() -> None:
    assert json_text('{"a": "```json\\nx\\n```"}') == '{"a": "```json\\nx\\n```"}'


def test_a_text_without_json_comes_back_as_it_is() -> None:
    assert json_text("I cannot do that.") == "I cannot do that."


def test_capitals_underscores_nulls_and_keys_too_many_are_read_kindly() -> None:
    told = json.loads(SCENE.model_dump_json()) | {"beat": "Setup", "camera_move": "PUSH_IN", "mood": "calm"}
    told["seed"] |= {"kind": "Composite", "second": None, "references": None}

    read = SceneAnswer.model_validate(told)

    assert read == SCENE


def test_a_good_answer_becomes_a_storyboard_without_problems() -> None:
    board = assemble(SPEC, answers())

    assert find_answer_problems(board, answers()) == ()


def test_ids_are_written_one_way_wherever_they_stand() -> None:
    board = assemble(SPEC, answers())

    assert [asset.id for asset in board.assets] == ["frozen-river", "fox"]
    assert board.scenes[0].seed.background == "frozen-river"


def test_a_core_comes_before_its_variation_and_what_nobody_uses_is_left_out() -> None:
    shown = SCENE.model_copy(update={"seed": SeedAnswer(kind="direct", asset="river-thaw")})

    board = assemble(SPEC, answers(THAW, RIVER, FOX, scenes=(shown,)))

    assert [asset.id for asset in board.assets] == ["frozen-river", "river-thaw"]


def test_a_cut_out_does_not_carry_the_atmosphere() -> None:
    assert not assemble(SPEC, answers()).asset("fox").uses_atmosphere


def test_a_motion_prompt_ends_with_the_one_camera_move() -> None:
    for move in CameraMove:
        scene = assemble(SPEC, answers(scenes=(SCENE.model_copy(update={"camera_move": move}),))).scenes[0]

        assert find_camera_moves(split_sentences(scene.motion_prompt)[-1]) == (move,)
        assert len(split_sentences(scene.motion_prompt)) == 4


def test_a_figure_outside_all_bounds_is_brought_back() -> None:
    seed = assemble(SPEC, answers()).scenes[0].seed

    assert isinstance(seed, CompositeSeed)
    assert (seed.figures[0].scale, seed.figures[0].x, seed.figures[0].y) == (2.0, 0.3, -0.5)


def test_a_split_seed_keeps_its_halves_and_direction() -> None:
    split = SeedAnswer(kind="split", asset="Frozen_River", second="river-thaw", direction="vertical")

    seed = assemble(SPEC, answers(RIVER, THAW, scenes=(SCENE.model_copy(update={"seed": split}),))).scenes[0].seed

    assert seed == SplitSeed(direction="vertical", first="frozen-river", second="river-thaw")


def test_a_wished_title_is_kept_everywhere() -> None:
    board = assemble(SPEC.model_copy(update={"title": "The Last Ice"}), answers())

    assert (board.video.title, board.metadata.title) == ("The Last Ice", "The Last Ice")


def test_the_default_exclusions_are_never_lost() -> None:
    exclusions = assemble(SPEC, answers()).style.exclusions

    assert {"text", "watermark", "modern buildings"} <= set(exclusions)
    assert len(exclusions) == len(set(exclusions))


def test_the_audience_is_told_that_a_computer_made_the_film() -> None:
    assert "made by computer" in assemble(SPEC, answers()).metadata.description


def test_too_few_sounds_are_a_problem_of_their_scene() -> None:
    quiet = answers(scenes=(SCENE.model_copy(update={"sounds": ("wind", "  ")}),))

    (problem,) = find_answer_problems(assemble(SPEC, quiet), quiet)

    assert (problem.where, problem.rule) == ("scene 1", "effect-sounds")


def test_whatever_is_wrong_is_left_for_the_checks() -> None:
    wrong = answers(scenes=(SCENE.model_copy(update={"narration": "I \u2014 we."}),))

    rules = {problem.rule for problem in find_problems(assemble(SPEC, wrong))}

    assert {"narration-words", "narration-em-dash", "narration-person"} <= rules


def test_scenes_are_numbered_from_one_in_their_own_order() -> None:
    second, first = SCENE.model_copy(update={"number": 7}), SCENE.model_copy(update={"number": 0, "narration": "First."})

    assert [(scene.number, scene.narration[:5]) for scene in number_scenes((second, first))] == [(1, "First"), (2, "Under")]


def test_a_repair_replaces_scenes_by_number_and_pictures_by_id() -> None:
    draft = answers(scenes=(SCENE, SCENE.model_copy(update={"number": 2})))
    better = SCENE.model_copy(update={"number": 2, "narration": "Better."})

    mended = mend(
        draft, RepairAnswer(scenes=(better,), assets=(FOX.model_copy(update={"prompt": "A red fox."}),)), all_scenes=False
    )

    assert [scene.narration[:6] for scene in mended.scenes] == ["Under ", "Better"]
    assert [asset.prompt[:9] for asset in mended.assets] == ["A narrow ", "A red fox"]
    assert (mended.research, mended.story, mended.metadata) == (draft.research, draft.story, draft.metadata)


def test_a_repair_of_all_scenes_leaves_no_old_one() -> None:
    draft = answers(scenes=(SCENE, SCENE.model_copy(update={"number": 2})))

    assert len(mend(draft, RepairAnswer(scenes=(SCENE,)), all_scenes=True).scenes) == 1


def test_a_repair_that_gives_nothing_takes_nothing_away() -> None:
    assert mend(answers(), RepairAnswer(), all_scenes=True) == answers()


def test_a_film_planned_by_rules_is_the_same_after_it_was_told_and_assembled() -> None:
    from tests.emulators.answers import _parts  # noqa: PLC0415 -- only here the two are compared

    spec = PlanSpec(topic="Salmon run in an Alaskan river", target_seconds=60, style_pack="silhouette")
    board = plan_storyboard(spec)

    told = assemble(spec, Answers.model_validate(_parts(board)))

    assert [(scene.seed, scene.motion_prompt, scene.narration) for scene in told.scenes] == [
        (scene.seed, scene.motion_prompt, scene.narration) for scene in board.scenes
    ]
