"""The shipped storyboards keep every rule, and the offline studio reads in them what they say."""

import itertools
from pathlib import Path

import pytest

from blocks.domain.pacing import count_words, film_seconds
from blocks.domain.prompts import image_spec
from blocks.domain.scenery import read_scenery
from blocks.domain.soundscape import read_soundscape
from blocks.domain.storyboard import AssetKind, CompositeSeed, DirectSeed, Storyboard
from blocks.domain.subjects import find_subjects
from blocks.storyboard_files import load_storyboard

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
NAMES = ("short", "documentary")


@pytest.fixture(scope="module", params=NAMES)
def board(request: pytest.FixtureRequest) -> Storyboard:
    return load_storyboard(SAMPLES / f"{request.param}.yaml")


def ground_of(board: Storyboard, at: int) -> str | None:
    seed = board.scenes[at].seed
    if isinstance(seed, CompositeSeed):
        return seed.background
    return seed.asset if isinstance(seed, DirectSeed) else None


@pytest.mark.parametrize(("name", "scenes", "assets", "seconds"), [("short", 8, 16, 60), ("documentary", 18, 22, 135)])
def test_the_samples_have_the_promised_size(name: str, scenes: int, assets: int, seconds: int):
    board = load_storyboard(SAMPLES / f"{name}.yaml")
    assert (len(board.scenes), len(board.assets), board.video.target_seconds) == (scenes, assets, seconds)
    assert film_seconds(scene.narration for scene in board.scenes) == pytest.approx(seconds, rel=0.05)


def test_the_documentary_uses_every_kind_of_seed():
    board = load_storyboard(SAMPLES / "documentary.yaml")
    assert {scene.seed.kind for scene in board.scenes} == {"direct", "composite", "split", "generated"}


def test_every_line_leaves_its_clip_room(board: Storyboard):
    assert all(14 <= count_words(scene.narration) <= 16 for scene in board.scenes)
    assert all(scene.clip_seconds >= 9 for scene in board.scenes)


def test_every_place_is_painted_as_its_prompt_says_and_neighbours_differ(board: Storyboard):
    read = {asset.id: read_scenery(image_spec(board, asset).prompt) for asset in board.assets}
    looks = [read.get(ground_of(board, at) or "") for at in range(len(board.scenes))]
    seen = [None if look is None else (look.place, look.hour, look.weather) for look in looks]
    assert all(one != two for one, two in itertools.pairwise(seen) if one is not None)


def test_every_figure_is_one_the_offline_studio_has(board: Storyboard):
    figures = [asset for asset in board.assets if asset.kind is not AssetKind.ENVIRONMENT]
    assert figures
    for asset in figures:
        assert find_subjects(asset.prompt), asset.id


def test_every_effect_is_heard_as_three_or_four_sounds(board: Storyboard):
    assert all(3 <= len(read_soundscape(scene.effect_prompt)) <= 4 for scene in board.scenes)


def test_neighbouring_scenes_have_different_camera_moves(board: Storyboard):
    moves = [scene.camera_move for scene in board.scenes]
    assert all(one is not two for one, two in itertools.pairwise(moves))
