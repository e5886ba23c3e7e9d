import hashlib
from pathlib import Path

import numpy as np
import pytest

from blocks.domain.specs import CompositeSpec, CoverSpec, Figure, SplitSpec
from blocks.errors import MediaError
from blocks.media.compose import compose_seed
from blocks.media.nearness import Nearness, load_still, save_still


class Shelf:
    """Files by address, as a bench gives them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, picture, nearness=None) -> str:
        path = self.folder / "new.png"
        save_still(path, np.asarray(picture, np.uint8), None if nearness is None else np.asarray(nearness, np.uint8))
        address = hashlib.sha256(path.read_bytes()).hexdigest() + ".png"
        path.rename(self.folder / address)
        return address

    def open(self, address: str) -> Path:
        return self.folder / address


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def flat(colour, height=90, width=160):
    return np.full((height, width, len(colour)), colour, np.uint8)


def compose(spec, shelf):
    target = shelf.folder / "seed.png"
    compose_seed(spec, shelf.open, target)
    picture, nearness = load_still(target)
    assert picture.shape == (1080, 1920, 3)
    assert isinstance(spec, SplitSpec) or nearness.shape == (1080, 1920)
    return picture, nearness


def dark_block(height=80, width=40, margin=20):
    picture = np.zeros((height + 2 * margin, width + 2 * margin, 4), np.uint8)
    picture[margin:-margin, margin:-margin] = (10, 10, 12, 255)
    return picture


@pytest.mark.parametrize("size", [(90, 160), (400, 90), (90, 700), (1080, 1920), (33, 57)])
def test_a_cover_fills_the_frame_without_bars(size, shelf):
    picture, nearness = compose(CoverSpec(picture=shelf.put(flat((180, 120, 60), *size))), shelf)
    assert picture.min(axis=(0, 1)).tolist() == pytest.approx([180, 120, 60], abs=2)
    assert set(np.unique(nearness)) == {Nearness.GROUND}


def test_a_cover_keeps_the_layers_of_its_picture(shelf):
    layers = np.repeat(np.array([[Nearness.SKY]] * 45 + [[Nearness.WATER]] * 45), 160, axis=1)
    _, nearness = compose(CoverSpec(picture=shelf.put(flat((90, 90, 90)), layers)), shelf)
    assert nearness[5, 5] == Nearness.SKY
    assert nearness[-5, 5] == Nearness.WATER


def test_a_cut_out_as_cover_is_flattened_onto_a_ground(shelf):
    picture, _ = compose(CoverSpec(picture=shelf.put(dark_block(120, 120))), shelf)
    assert picture[20, 20].min() > 30
    assert picture[540, 960].max() < 40


def test_a_figure_stands_where_it_was_placed_at_the_height_that_was_asked(shelf):
    spec = CompositeSpec(
        background=shelf.put(flat((200, 160, 120))),
        figures=(Figure(picture=shelf.put(dark_block()), scale=0.5, x=0.25, y=0.9),),
    )
    picture, nearness = compose(spec, shelf)
    rows, columns = np.nonzero(nearness == Nearness.FIGURE)
    assert rows.max() + 1 == pytest.approx(0.9 * 1080, abs=3)
    assert rows.max() - rows.min() == pytest.approx(0.5 * 1080, abs=4)
    assert columns.mean() == pytest.approx(0.25 * 1920, abs=3)
    assert picture[700, 480].max() < 60


def test_a_figure_takes_the_haze_of_its_place_and_light_on_its_edge(shelf):
    cut_out = shelf.put(dark_block())
    seeds = {}
    for name, colour in (("warm", (220, 130, 60)), ("cold", (60, 110, 200))):
        spec = CompositeSpec(background=shelf.put(flat(colour)), figures=(Figure(picture=cut_out, scale=0.6, x=0.5, y=0.95),))
        picture, nearness = compose(spec, shelf)
        seeds[name] = picture[nearness == Nearness.FIGURE].astype(float)
    assert seeds["warm"][:, 0].mean() > seeds["warm"][:, 2].mean()
    assert seeds["cold"][:, 2].mean() > seeds["cold"][:, 0].mean()
    assert seeds["warm"][:, 0].max() > 3 * np.median(seeds["warm"][:, 0])


def test_a_coloured_cut_out_keeps_its_colours(shelf):
    bright = dark_block()
    bright[20:-20, 20:-20, :3] = (220, 60, 40)
    spec = CompositeSpec(
        background=shelf.put(flat((150, 150, 150))), figures=(Figure(picture=shelf.put(bright), scale=0.5, x=0.5, y=0.9),)
    )
    picture, nearness = compose(spec, shelf)
    mean = picture[nearness == Nearness.FIGURE].mean(axis=0)
    assert mean[0] > 1.8 * mean[1]


def test_grass_of_the_background_stays_in_front_of_the_feet(shelf):
    layers = np.full((90, 160), Nearness.GROUND)
    layers[80:] = Nearness.FOREGROUND
    background = flat((180, 180, 180))
    background[80:] = (40, 90, 40)
    spec = CompositeSpec(
        background=shelf.put(background, layers), figures=(Figure(picture=shelf.put(dark_block()), scale=0.5, x=0.5, y=0.97),)
    )
    picture, nearness = compose(spec, shelf)
    assert nearness[1020, 960] == Nearness.FOREGROUND
    assert picture[1020, 960, 1] > 70
    assert nearness[800, 960] == Nearness.FIGURE


@pytest.mark.parametrize(("x", "y", "scale"), [(-0.5, 0.5, 0.5), (1.5, 1.5, 2.0), (0.5, -0.5, 0.1), (0.0, 1.2, 1.5)])
def test_a_figure_partly_or_wholly_outside_the_frame_is_cut(x, y, scale, shelf):
    figure = Figure(picture=shelf.put(dark_block()), scale=scale, x=x, y=y)
    compose(CompositeSpec(background=shelf.put(flat((120, 120, 120))), figures=(figure,)), shelf)


def test_an_empty_cut_out_changes_nothing(shelf):
    empty = Figure(picture=shelf.put(np.zeros((20, 20, 4))), scale=0.5, x=0.5, y=0.9)
    picture, nearness = compose(CompositeSpec(background=shelf.put(flat((120, 130, 140))), figures=(empty,)), shelf)
    assert picture.reshape(-1, 3).min(axis=0).tolist() == pytest.approx([120, 130, 140], abs=1)
    assert Nearness.FIGURE not in nearness


def test_a_cut_out_on_plain_ground_is_freed_from_it(shelf):
    opaque = flat((255, 255, 255), 120, 80)
    opaque[20:100, 20:60] = (20, 20, 20)
    spec = CompositeSpec(
        background=shelf.put(flat((90, 120, 160))), figures=(Figure(picture=shelf.put(opaque), scale=0.5, x=0.5, y=0.9),)
    )
    picture, _ = compose(spec, shelf)
    assert picture.max() < 250


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
def test_the_halves_of_a_split_come_from_their_pictures(direction, shelf):
    spec = SplitSpec(direction=direction, first=shelf.put(flat((200, 40, 40))), second=shelf.put(flat((40, 40, 200))))
    picture, nearness = compose(spec, shelf)
    second = (540, 1900) if direction == "horizontal" else (1060, 960)
    assert picture[10, 10].tolist() == pytest.approx([200, 40, 40], abs=2)
    assert picture[second].tolist() == pytest.approx([40, 40, 200], abs=2)
    assert picture[540, 960].max() < 40
    assert nearness is None  # one half's layers must not slide over the seam


def test_the_same_spec_gives_the_same_bytes(shelf):
    spec = CompositeSpec(
        background=shelf.put(flat((200, 160, 120))), figures=(Figure(picture=shelf.put(dark_block()), scale=0.4, x=0.3, y=0.8),)
    )
    compose_seed(spec, shelf.open, shelf.folder / "a.png")
    compose_seed(spec, shelf.open, shelf.folder / "b.png")
    assert (shelf.folder / "a.png").read_bytes() == (shelf.folder / "b.png").read_bytes()


def test_an_input_that_is_no_picture_is_refused_by_name(shelf):
    (shelf.folder / "broken.png").write_bytes(b"nothing")
    with pytest.raises(MediaError, match="broken"):
        compose_seed(CoverSpec(picture="0" * 64 + ".png"), lambda _: shelf.folder / "broken.png", shelf.folder / "seed.png")
