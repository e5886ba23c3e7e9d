from pathlib import Path

import numpy as np
import pytest

from blocks.domain.creatures import CREATURE_WORDS
from blocks.domain.scenery import WATER_PLACES, Hour, Place
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.domain.things import THING_WORDS
from blocks.errors import BadSpec
from blocks.media.nearness import Nearness, load_still
from blocks.media.paint.figures import FIGURES_FOLDER, choose_pose, figure_names, outline
from blocks.media.paint.still import paint_still

WIDTH_PX, HEIGHT_PX = 240, 135
LUMA = np.array([0.2126, 0.7152, 0.0722])


def place_spec(prompt: str, **changes) -> ImageSpec:
    fields = {
        "kind": AssetKind.ENVIRONMENT,
        "prompt": prompt,
        "style_pack": "silhouette",
        "width_px": WIDTH_PX,
        "height_px": HEIGHT_PX,
    }
    return ImageSpec(**{**fields, **changes})


def figure_spec(prompt: str, kind: AssetKind = AssetKind.CHARACTER, **changes) -> ImageSpec:
    fields = {"kind": kind, "prompt": prompt, "style_pack": "silhouette", "width_px": 256, "height_px": 256, "transparent": True}
    return ImageSpec(**{**fields, **changes})


def paint(spec: ImageSpec, target: Path, *references: Path):
    paint_still(spec, references, target)
    return load_still(target)


@pytest.mark.parametrize("place", Place)
def test_every_place_is_painted_at_every_hour(place, tmp_path):
    for hour in Hour:
        picture, nearness = paint(place_spec(f"{place} at {hour}"), tmp_path / "still.png")
        assert picture.shape == (HEIGHT_PX, WIDTH_PX, 3)
        assert nearness is not None
        luma = picture @ LUMA / 255
        assert luma.std() > 0.03, f"{place} at {hour} is flat"
        assert 0.02 < luma.mean() < 0.72, f"{place} at {hour} is badly exposed: {luma.mean():.2f}"
        assert (luma > 0.98).mean() < 0.10, f"{place} at {hour} is burnt out"
        assert len(np.unique(nearness)) >= 3, f"{place} at {hour} has no depth"
        assert (Nearness.WATER in nearness) or place not in WATER_PLACES


@pytest.mark.parametrize(
    "weather", ["fog", "rain", "thunderstorm", "snowfall", "dust storm", "northern lights", "overcast", "cloudless"]
)
def test_every_weather_is_painted(weather, tmp_path):
    picture, _ = paint(place_spec(f"A lake among mountains, {weather}"), tmp_path / "still.png")
    assert (picture @ LUMA / 255).std() > 0.03


def test_the_same_spec_gives_the_same_bytes_and_another_take_does_not(tmp_path):
    spec = place_spec("A forest at dawn, fog")
    paint(spec, tmp_path / "a.png")
    paint(spec, tmp_path / "b.png")
    paint(spec.model_copy(update={"take": 2}), tmp_path / "c.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "c.png").read_bytes()


def test_two_prompts_of_one_place_look_different(tmp_path):
    first, _ = paint(place_spec("Dusk.\n\nA lake with an island"), tmp_path / "a.png")
    second, _ = paint(place_spec("Dusk.\n\nA lake under the hills"), tmp_path / "b.png")
    assert np.abs(first.astype(int) - second.astype(int)).mean() > 8


def test_a_hundred_grey_levels_keep_gradients_from_banding(tmp_path):
    picture, _ = paint(place_spec("The open sea at dusk, cloudless"), tmp_path / "still.png")
    sky = picture[: HEIGHT_PX // 3].astype(int)
    steps = np.abs(np.diff(sky, axis=1))
    assert (steps == 0).mean() < 0.9
    assert np.median(steps) <= 3


def test_night_is_darker_than_noon(tmp_path):
    noon, _ = paint(place_spec("A meadow at noon"), tmp_path / "noon.png")
    night, _ = paint(place_spec("A meadow at night"), tmp_path / "night.png")
    assert (night @ LUMA).mean() < 0.6 * (noon @ LUMA).mean()


def test_a_variation_keeps_the_land_of_its_core_and_changes_the_hour(tmp_path):
    paint(place_spec("A mountain lake at dawn"), tmp_path / "core.png")
    bright, _ = paint(place_spec("The same shore at noon"), tmp_path / "noon.png", tmp_path / "core.png")
    dark, near = paint(place_spec("The same shore at night"), tmp_path / "night.png", tmp_path / "core.png")
    assert near is not None
    assert Nearness.WATER in near
    assert (dark @ LUMA).mean() < (bright @ LUMA).mean()


def test_a_landmark_in_the_prompt_stands_in_the_place(tmp_path):
    spec = place_spec("The open sea at dusk, a sailing ship", width_px=640, height_px=360)
    _, near = paint(spec, tmp_path / "still.png")
    assert near is not None
    assert Nearness.WOODS + 12 in near


@pytest.mark.parametrize("size", [(200, 400), (400, 200), (64, 64), (333, 187)])
def test_any_size_is_filled_to_its_edges(size, tmp_path):
    width, height = size
    picture, near = paint(place_spec("A harbour at dusk", width_px=width, height_px=height), tmp_path / "still.png")
    assert picture.shape[:2] == (height, width)
    assert near is not None
    assert near.shape == (height, width)
    assert picture[0].max() > 20


def test_a_cut_out_stands_on_the_lower_edge_with_clear_corners(tmp_path):
    picture, _ = paint(figure_spec("Dusk.\n\nA red fox, side on"), tmp_path / "fox.png")
    alpha = picture[..., 3]
    assert picture.shape == (256, 256, 4)
    assert [int(alpha[y, x]) for y in (0, -1) for x in (0, -1)] == [0, 0, 0, 0]
    assert alpha[-2].max() > 200
    body = picture[alpha > 200][:, :3] @ LUMA
    assert np.median(body) < 60
    assert body.max() > 80


def test_a_tall_figure_fills_the_height(tmp_path):
    picture, _ = paint(figure_spec("A monk"), tmp_path / "monk.png")
    rows = np.flatnonzero(picture[..., 3].max(axis=1) > 100)
    assert rows[0] < 20
    assert rows[-1] == 255


@pytest.mark.parametrize("kind", [AssetKind.CHARACTER, AssetKind.PROP])
def test_an_unknown_subject_falls_back_to_a_plain_figure(kind, tmp_path):
    picture, _ = paint(figure_spec("zorblax qwrt", kind), tmp_path / "figure.png")
    assert (picture[..., 3] > 200).mean() > 0.03


def test_a_lantern_shines(tmp_path):
    picture, _ = paint(figure_spec("A lantern", AssetKind.PROP), tmp_path / "lantern.png")
    hot = picture[(picture[..., 3] > 200)][:, :3]
    assert ((hot[:, 0] > 200) & (hot[:, 2] < 190)).any()


def test_a_figure_keeps_its_identity_in_another_pose(tmp_path):
    paint(figure_spec("A grey wolf"), tmp_path / "core.png")
    howl, _ = paint(figure_spec("It howls at the moon"), tmp_path / "howl.png", tmp_path / "core.png")
    person, _ = paint(figure_spec("It howls at the moon"), tmp_path / "alone.png")
    wide = [np.ptp(np.flatnonzero(picture[..., 3].max(axis=0) > 128)) for picture in (howl, person)]
    assert wide[0] > 2 * wide[1]


@pytest.mark.parametrize(
    ("figure", "prompt", "pose"),
    [
        ("salmon", "A salmon leaps up the fall", "salmon"),
        ("salmon", "A salmon swims up to the fall and leaps", "salmon"),
        ("salmon", "A salmon holds against the current", "salmon_swim"),
        ("salmon", "A salmon, deep under water", "salmon_swim"),
        ("camel", "A loaded camel walking", "camel"),
        ("camel", "The same camel at rest, its load taken off", "camel_rest"),
    ],
)
def test_the_words_of_a_prompt_choose_the_pose(figure, prompt, pose):
    assert choose_pose(figure, prompt, np.random.default_rng(1)) == pose


def test_a_figure_without_transparency_stands_in_its_scenery(tmp_path):
    spec = figure_spec("Dusk over the savanna.\n\nAn elephant", transparent=False, width_px=320, height_px=180)
    picture, near = paint(spec, tmp_path / "elephant.png")
    assert picture.shape[2] == 3
    assert near is not None
    assert Nearness.FIGURE in near


def test_a_reference_from_elsewhere_does_no_harm(tmp_path):
    (tmp_path / "foreign.bin").write_bytes(b"not a picture at all")
    picture, _ = paint(place_spec("A meadow at noon"), tmp_path / "still.png", tmp_path / "foreign.bin")
    assert picture.shape == (HEIGHT_PX, WIDTH_PX, 3)


def test_every_subject_has_a_figure_and_every_figure_a_licence():
    names = set(figure_names())
    licences = (FIGURES_FOLDER / "LICENCES.md").read_text("utf-8")
    wanted = {row.split()[0] for row in {**CREATURE_WORDS, **THING_WORDS}}
    assert wanted <= names
    assert [name for name in names if f"| {name}.svg |" not in licences] == []
    for name in names:
        assert 0.02 < outline(name, 96, 96).mean() <= 1.0, name


def test_a_missing_figure_is_named():
    with pytest.raises(BadSpec, match="gryphon"):
        outline("gryphon", 10, 10)
