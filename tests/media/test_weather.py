"""What moves by itself: read from words, true to depth, gentle, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from blocks.domain.storyboard import CameraMove
from blocks.media.animation_stage import Stage
from blocks.media.camera import plan_camera
from blocks.media.layers_planes import new_canvas, to_yuv
from blocks.media.layers_splitting import split_layers
from blocks.media.nearness import Nearness
from blocks.media.weather import forecast
from blocks.media.weather_particles import Swarm, scatter

WIDTH, HEIGHT = 320, 180
RATE = 24.0
CALM = "A bare plain at noon under a clear sky."
MOST_MEAN_CHANGE = 12.0
"""Steps of 255 that weather may change a picture's brightness by on average: felt, not loud."""

Frames = npt.NDArray[np.uint8]


def night_lake() -> tuple[Frames, Frames]:
    """Paint a dark starred sky over dark water."""
    generator = np.random.default_rng(3)
    picture = np.full((HEIGHT, WIDTH, 3), 30, np.float32)
    texture = cv2.GaussianBlur(generator.normal(0, 60, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.5)
    nearness = np.zeros((HEIGHT, WIDTH), np.uint8)
    picture[100:] = 70 + texture[100:, :, None]
    nearness[100:] = Nearness.WATER
    rows, columns = generator.integers(5, 90, 60), generator.integers(5, WIDTH - 5, 60)
    picture[rows, columns] = 190
    return np.clip(picture, 0, 255).astype(np.uint8), nearness


def clouded_field() -> tuple[Frames, Frames]:
    picture = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
    nearness = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(picture, (160, 45), (60, 18), 0, 0, 360, (225, 225, 225), -1)
    cv2.ellipse(nearness, (160, 45), (60, 18), 0, 0, 360, int(Nearness.CLOUDS), -1)
    picture[110:] = 90
    nearness[110:] = Nearness.GROUND
    return picture, nearness


def luma_of(words: str, picture: Frames, nearness: Frames, count: int = 24, root: bytes = b"root") -> Frames:
    """Draw the brightness of the first frames under a camera that stands still."""
    return np.stack(list(_luma(words, picture, nearness, count, root)))


def _luma(words: str, picture: Frames, nearness: Frames, count: int, root: bytes) -> Iterator[Frames]:
    path = plan_camera(CameraMove.STATIC, 10, (WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2))
    scene = split_layers(to_yuv(picture), nearness, path.reach_px)
    stage = Stage(scene, path, forecast(words, ""), root)
    # A clip of very many frames: the camera hardly moves during the first of them.
    for number, frame in enumerate(stage.frames(100_000, RATE)):
        if number == count:
            return
        yield np.frombuffer(frame, np.uint8)[: WIDTH * HEIGHT].reshape(HEIGHT, WIDTH).copy()


@pytest.mark.parametrize(
    "words",
    [
        "Snow falls over a meadow in the afternoon.",
        "Heavy rain over a meadow in the afternoon.",
        "A storm over a meadow with thunder.",
        "Thick fog over a meadow.",
        "Dust blows over the desert.",
        "Embers rise from a campfire in a meadow at night.",
        "Fireflies over a meadow at night.",
        "A clear golden dusk over a meadow.",
        "Dust hangs in the candlelight of a workshop.",
        "Bubbles rise underwater over the reef.",
        "An aurora over the meadow.",
    ],
)
def test_each_weather_changes_the_picture_and_keeps_moving(words: str) -> None:
    picture, nearness = clouded_field()
    calm = luma_of(CALM, picture, nearness, 13)
    weather = luma_of(words, picture, nearness, 13).astype(np.int16)
    assert np.abs(weather[12] - calm[12]).max() >= 5
    assert np.abs(weather[12] - calm[12]).mean() < MOST_MEAN_CHANGE
    assert np.abs(weather[12] - weather[0]).max() >= 3


def test_the_prompts_own_weather_wins_over_the_atmosphere() -> None:
    snowing = forecast("Snow falls on the meadow.", "")
    assert forecast("Snow falls on the meadow.", "Heavy rain at dusk.") == forecast("Snow falls on the meadow.", "Rain at dusk.")
    assert len(snowing.swarms) == len(forecast("Snow falls on the meadow.", "Heavy rain at dusk.").swarms)


def test_no_snow_falls_indoors() -> None:
    outside = forecast("Snow falls on the meadow.", "")
    inside = forecast("A clockmaker works in his workshop.", "Snowfall, winter, at night.")
    assert max(swarm.count for swarm in outside.swarms) > max(swarm.count for swarm in inside.swarms)
    assert inside.air.mist == 0


def test_snow_falls_downwards_and_embers_rise() -> None:
    (snow, *_) = forecast("Snow falls on the meadow.", "").swarms
    (embers, *_) = forecast("Embers rise from the campfire in the meadow.", "").swarms
    assert min(snow.fall) > 0 > max(embers.fall)


def test_near_flakes_are_larger_and_faster_than_far_ones() -> None:
    (snow, *_) = forecast("Snow falls on the meadow.", "").swarms
    assert snow.radius[0] < snow.radius[1]
    assert snow.fall[0] < snow.fall[1]


def test_particles_move_continuously_and_come_back() -> None:
    generator = np.random.default_rng(1)
    swarm = Swarm(count=40, near=(0.2, 1.0), radius=(1, 3), strength=(0.5, 0.9), fall=(40, 120), sway_px=10)
    field = scatter(swarm, generator)
    path = plan_camera(CameraMove.TRACK_LEFT, 10, (WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2))
    canvas = new_canvas(WIDTH, HEIGHT)
    places = [field._places(canvas, second / 24, path.at(second / 240)) for second in range(240)]
    down = np.diff(np.stack([y for _, y in places]), axis=0)
    steps = down[down > -HEIGHT / 2]
    assert steps.max() < 3
    assert (down < -HEIGHT / 2).sum() > 10
    heights = np.stack([y for _, y in places])
    assert heights.min() > -HEIGHT / 4
    assert heights.max() < HEIGHT * 1.25


def test_water_ripples_and_the_sky_above_it_does_not() -> None:
    picture, nearness = night_lake()
    nearness_dry = np.where(nearness == Nearness.WATER, np.uint8(Nearness.GROUND), nearness)
    wet, dry = (luma_of(CALM, picture, near, 13).astype(np.int16) for near in (nearness, nearness_dry))
    moved, stayed = ((np.abs(luma[12, 120:] - luma[0, 120:]) > 1).sum() for luma in (wet, dry))
    assert moved > 1000 > 10 * stayed
    assert np.abs(wet[:, :90] - dry[:, :90]).max() <= 1


def test_stars_twinkle_at_night_only() -> None:
    picture, nearness = night_lake()
    night = luma_of("A clear night over the lake.", picture, nearness, 20)[:, :95].astype(np.int16)
    noon = luma_of(CALM, picture, nearness, 20)[:, :95].astype(np.int16)
    assert (np.ptp(night, axis=0) > 12).sum() > 40
    assert (np.ptp(noon, axis=0) > 12).sum() == 0


def test_clouds_drift() -> None:
    picture, nearness = clouded_field()
    luma = luma_of("Wind drives clouds over the meadow at noon.", picture, nearness, 73)
    middles = []
    for frame in luma[[0, 72]]:
        bright = frame[:80].astype(np.float64) - 160
        bright[bright < 20] = 0
        middles.append((bright.sum(axis=0) * np.arange(WIDTH)).sum() / bright.sum())
    assert middles[1] - middles[0] > 1


def test_weather_is_the_same_for_the_same_root_and_other_for_another() -> None:
    picture, nearness = clouded_field()
    one, two = (luma_of("Snow falls over a meadow.", picture, nearness, 3) for _ in range(2))
    other = luma_of("Snow falls over a meadow.", picture, nearness, 3, root=b"another")
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_the_sun_stays_while_clouds_drift() -> None:
    picture, nearness = clouded_field()
    cv2.circle(picture, (175, 45), 8, (255, 255, 250), -1)
    luma = luma_of("Wind drives clouds over the meadow at noon.", picture, nearness, 97)
    middles = [np.argwhere(frame[:80] > 226).mean(axis=0) for frame in luma[[0, 96]]]
    assert np.abs(middles[0] - middles[1]).max() < 0.5


def test_a_sandstorm_brings_dust_and_no_rain() -> None:
    storm = forecast("The storm tears sand off the dunes around the camels.", "")
    assert storm == forecast("Sand blows in the wind off the dunes around the camels, a dust storm.", "")
    assert all(swarm.streak == 0 for swarm in storm.swarms)


def test_where_the_camera_sees_past_every_layer_the_still_itself_shows() -> None:
    picture, nearness = clouded_field()
    path = plan_camera(CameraMove.PULL_BACK, 10, (WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2))
    scene = replace(split_layers(to_yuv(picture), nearness, path.reach_px), behind=(), floor=None, before=())
    stage = Stage(scene, path, forecast("A clear noon.", ""), b"root")

    first = np.frombuffer(next(iter(stage.frames(24, RATE))), np.uint8)

    # Chroma of 0 is a garish green.
    assert first[WIDTH * HEIGHT :].min() > 100
