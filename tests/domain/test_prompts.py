"""Specs from a storyboard: the final prompts, and nothing that does not change the product."""

from pathlib import Path

import pytest

from blocks.domain.prompts import clip_spec, effect_spec, generated_seed_spec, image_spec, narration_spec, seed_spec
from blocks.domain.specs import CompositeSpec, CoverSpec, SplitSpec
from blocks.domain.storyboard import AssetKind, GeneratedSeed, Scene, Storyboard
from blocks.storyboard_files import load_storyboard

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
CORE = f"{'c' * 64}.png"
SEED = f"{'5' * 64}.png"


@pytest.fixture(scope="module")
def board() -> Storyboard:
    return load_storyboard(SAMPLES / "documentary.yaml")


@pytest.fixture(scope="module")
def addresses(board: Storyboard) -> dict[str, str]:
    return {asset.id: f"{at:064x}.png" for at, asset in enumerate(board.assets)}


def scene(board: Storyboard, number: int) -> Scene:
    return board.scenes[number - 1]


def test_a_core_carries_the_atmosphere_a_blank_line_and_its_prompt(board: Storyboard):
    spec = image_spec(board, board.asset("headwater"))
    atmosphere, asset = spec.prompt.split("\n\n")
    assert atmosphere == " ".join(board.style.atmosphere.split())
    assert asset == " ".join(board.asset("headwater").prompt.split())
    assert (spec.width_px, spec.height_px, spec.transparent) == (1920, 1080, False)
    assert spec.exclusions == ("text", "watermark", "logo", "cartoon", "extra limbs")


def test_a_variation_looks_at_its_core_and_leaves_the_atmosphere_out(board: Storyboard):
    spec = image_spec(board, board.asset("flood-river"), (CORE,))
    assert spec.prompt == " ".join(board.asset("flood-river").prompt.split())
    assert spec.references == (CORE,)


def test_an_asset_may_refuse_the_atmosphere(board: Storyboard):
    assert image_spec(board, board.asset("whale")).prompt == " ".join(board.asset("whale").prompt.split())


def test_a_cut_out_is_square_with_a_clear_ground(board: Storyboard):
    spec = image_spec(board, board.asset("whale"))
    assert (spec.width_px, spec.height_px, spec.transparent) == (1024, 1024, True)


def test_every_kind_of_seed_becomes_its_spec(board: Storyboard, addresses: dict[str, str]):
    assert seed_spec(scene(board, 1), addresses) == CoverSpec(picture=addresses["frozen-river"])
    split = seed_spec(scene(board, 5), addresses)
    assert split == SplitSpec(direction="vertical", first=addresses["moonlit-river"], second=addresses["gravel-bed"])
    composite = seed_spec(scene(board, 8), addresses)
    assert isinstance(composite, CompositeSpec)
    assert [figure.picture for figure in composite.figures] == [addresses["whale"], addresses["salmon-core"]]
    assert composite.figures[0].scale == 0.46


def test_a_generated_seed_is_drawn_and_not_put_together(board: Storyboard, addresses: dict[str, str]):
    seed = scene(board, 14).seed
    assert isinstance(seed, GeneratedSeed)
    with pytest.raises(TypeError, match="scene 14"):
        seed_spec(scene(board, 14), addresses)
    spec = generated_seed_spec(board, seed, addresses)
    assert spec.kind is AssetKind.ENVIRONMENT
    assert spec.references == (addresses["headwater"],)
    assert spec.prompt.startswith(" ".join(board.style.atmosphere.split()) + "\n\nA mountain range")


def test_a_clip_moves_its_seed_as_long_as_the_scene_says(board: Storyboard):
    spec = clip_spec(board, scene(board, 1), SEED)
    assert (spec.seed, spec.seconds, spec.camera_move) == (SEED, 10, scene(board, 1).camera_move)
    assert spec.atmosphere == " ".join(board.style.atmosphere.split())


def test_a_neighbours_words_change_nothing_of_a_scenes_recording(board: Storyboard):
    changed = scene(board, 2).model_copy(update={"narration": "Something else is said here, and it is quite a bit longer."})
    edited = board.model_copy(update={"scenes": (board.scenes[0], changed, *board.scenes[2:])})
    assert narration_spec(edited, scene(edited, 1)) == narration_spec(board, scene(board, 1))
    assert narration_spec(edited, scene(edited, 2)) != narration_spec(board, scene(board, 2))


def test_scenes_that_ask_for_the_same_share_a_spec(board: Storyboard):
    twin = scene(board, 1).model_copy(update={"number": 9})
    assert clip_spec(board, twin, SEED) == clip_spec(board, scene(board, 1), SEED)
    assert effect_spec(twin) == effect_spec(scene(board, 1))


def test_how_lines_are_broken_in_the_file_changes_nothing(board: Storyboard):
    wrapped = scene(board, 1).model_copy(update={"effect_prompt": scene(board, 1).effect_prompt.replace(" ", "\n  ")})
    assert effect_spec(wrapped) == effect_spec(scene(board, 1))


def test_another_take_is_another_spec(board: Storyboard):
    first = scene(board, 1)
    assert clip_spec(board, first, SEED, take=2) != clip_spec(board, first, SEED)
    assert narration_spec(board, first, take=2).take == effect_spec(first, take=2).take == 2
    assert image_spec(board, board.assets[0], take=3).take == 3
