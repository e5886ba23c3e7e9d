"""Cutting a subject out of a flat colour, on pictures whose true cover is known."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from blocks.media.cut_out import MARGIN, GroundUnclear, cut_out

GREEN, MAGENTA, BLUE = (9, 243, 16), (240, 12, 232), (20, 24, 238)
SIDE_PX = 512


def deer(*, furry: bool = False) -> np.ndarray:
    """Give the true cover of an animal with four legs, thin antlers, and a ring on its back that can be looked through."""
    side = SIDE_PX * 2
    cover = np.zeros((side, side), np.uint8)

    def points(*places: tuple[float, float]) -> np.ndarray:
        return np.array([[round(x * side), round(y * side)] for x, y in places], np.int32)

    cv2.ellipse(cover, points((0.5, 0.48))[0].tolist(), (side * 24 // 100, side * 12 // 100), 0, 0, 360, 255, -1)
    for x in (0.30, 0.38, 0.60, 0.68):
        cv2.fillPoly(cover, [points((x - 0.02, 0.48), (x + 0.035, 0.48), (x + 0.02, 0.80), (x - 0.012, 0.80))], 255)
    cv2.fillPoly(cover, [points((0.66, 0.45), (0.74, 0.26), (0.80, 0.24), (0.86, 0.32), (0.80, 0.34), (0.74, 0.52))], 255)
    for x in (0.70, 0.77, 0.84):
        cv2.line(cover, points((0.78, 0.25))[0].tolist(), points((x, 0.13))[0].tolist(), 255, 7)
    cv2.circle(cover, points((0.5, 0.30))[0].tolist(), side * 6 // 100, 255, side * 2 // 100)
    if furry:
        rng = np.random.default_rng(1)
        for outline in cv2.findContours(cover, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]:
            for x, y in outline[::14, 0].tolist():
                turn, long = rng.uniform(0, 2 * np.pi), rng.uniform(10, 30)
                tip = (round(x + np.cos(turn) * long), round(y + np.sin(turn) * long))
                cv2.line(cover, (x, y), tip, 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    return cv2.resize(cover, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def coat(*colour: int, texture: float = 0.0) -> np.ndarray:
    """Give the colours of a subject."""
    grain = np.random.default_rng(2).standard_normal((SIDE_PX, SIDE_PX)).astype(np.float32)
    soft = cv2.GaussianBlur(grain, (0, 0), 3)
    return np.array(colour, np.float32) + (soft / soft.std() * texture)[..., None]


def rimmed(cover: np.ndarray) -> np.ndarray:
    """Give a black coat with a thin bright rim where the light comes from."""
    light = np.clip(cv2.Sobel(cv2.GaussianBlur(cover, (0, 0), 4), cv2.CV_32F, 1, 0) * 20, 0, 1)
    edge = cv2.distanceTransform((cover > 0.5).astype(np.uint8), cv2.DIST_L2, 5) < 5
    rim = cv2.dilate(light * edge, np.ones((3, 3)))[..., None]
    return coat(14, 14, 18) * (1 - rim) + np.array((250, 235, 205), np.float32) * rim


def shot(
    cover: np.ndarray,
    colours: np.ndarray,
    key: tuple[int, int, int],
    *,
    noise: float = 0.0,
    drift: float = 0.0,
    shadow: float = 0.0,
    spill: float = 0.0,
    jpeg: int = 0,
    dirt: int = 0,
) -> np.ndarray:
    """Photograph a subject before a ground, with what goes wrong in front of a camera."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32) / SIDE_PX
    shade = 1 - shadow * np.clip(1.4 * np.exp(-(((x - 0.52) / 0.28) ** 2 + ((y - 0.80) / 0.035) ** 2)), 0, 1)
    ground = np.array(key, np.float32) * ((1 - 2 * drift * ((x - 0.5) ** 2 + (y - 0.4) ** 2)) * shade)[..., None]
    deep = cv2.distanceTransform((cover > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    thrown = (np.exp(-deep / 4) * spill)[..., None]
    lit = colours + thrown * (np.array(key, np.float32) * 0.6 - colours * 0.2)
    picture = cover[..., None] * lit + (1 - cover[..., None]) * ground + rng.standard_normal(lit.shape) * noise
    for top, left in rng.integers(8, SIDE_PX - 8, (dirt, 2)).tolist():
        if cover[top - 8 : top + 8, left - 8 : left + 8].max() == 0:
            picture[top : top + 2, left : left + 2] = (80, 40, 90)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    if not jpeg:
        return pixels
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=jpeg)
    return np.asarray(Image.open(stream).convert("RGB"))


def placed(cover: np.ndarray) -> np.ndarray:
    """Stand a true cover where `cut_out` stands a figure."""
    rows, columns = np.flatnonzero((cover > 0.25).any(axis=1)), np.flatnonzero((cover > 0.25).any(axis=0))
    seen = cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(SIDE_PX * (1 - MARGIN) / seen.shape[0], SIDE_PX * (1 - 2 * MARGIN) / seen.shape[1])
    size = (round(seen.shape[1] * scale), round(seen.shape[0] * scale))
    frame = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    left = (SIDE_PX - size[0]) // 2
    frame[SIDE_PX - size[1] :, left : left + size[0]] = cv2.resize(seen, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(frame, 0, 1)


HARD: dict[str, tuple[Callable[[], np.ndarray], float]] = {
    "clean": (lambda: shot(deer(), coat(14, 14, 18), GREEN), 0.5),
    "noisy ground": (lambda: shot(deer(), coat(14, 14, 18), GREEN, noise=6), 0.6),
    "drifting ground": (lambda: shot(deer(), coat(120, 84, 52, texture=15), GREEN, drift=0.5, noise=2), 0.8),
    "soft shadow": (lambda: shot(deer(), coat(14, 14, 18), GREEN, shadow=0.55, noise=2), 0.8),
    "spill": (lambda: shot(deer(), coat(120, 84, 52, texture=15), MAGENTA, spill=0.3, noise=2), 1.5),
    "jpeg": (lambda: shot(deer(), coat(228, 226, 220, texture=6), GREEN, noise=2, jpeg=85), 2.5),
    "dirt": (lambda: shot(deer(), coat(14, 14, 18), GREEN, dirt=60, noise=2), 0.6),
    "black on blue": (lambda: shot(deer(), coat(14, 14, 18), BLUE, noise=3), 0.6),
    "black on white": (lambda: shot(deer(), coat(14, 14, 18), (246, 246, 244), noise=3), 0.6),
}
"""Pictures of the plain deer, and the mean error of cover that is allowed, of 255."""


@pytest.mark.parametrize("name", HARD)
def test_the_cover_is_near_the_truth(name: str) -> None:
    shoot, allowed = HARD[name]

    found = cut_out(shoot(), SIDE_PX, SIDE_PX)[..., 3].astype(np.float32)

    # Where the frame lies may differ by part of a pixel; that is no error of cover.
    truth = placed(deer()) * 255
    error = min(np.abs(np.roll(found, (down, right), (0, 1)) - truth).mean() for down in (-1, 0, 1) for right in (-1, 0, 1))
    assert error < allowed + 1.2


def test_fur_keeps_its_hairs() -> None:
    bald = cut_out(shot(deer(), coat(30, 26, 22), GREEN, noise=3), SIDE_PX, SIDE_PX)[..., 3]
    furry = cut_out(shot(deer(furry=True), coat(30, 26, 22), GREEN, noise=3), SIDE_PX, SIDE_PX)[..., 3]

    half = [float(((alpha > 20) & (alpha < 235)).mean()) for alpha in (bald, furry)]
    assert half[1] > 1.5 * half[0]


def test_the_inside_is_solid_and_the_ground_is_clear() -> None:
    alpha = cut_out(shot(deer(furry=True), coat(120, 84, 52, texture=18), GREEN, noise=4, spill=0.2), SIDE_PX, SIDE_PX)[..., 3]
    inside = cv2.erode((alpha > 128).astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    far = cv2.dilate((alpha > 128).astype(np.uint8), np.ones((31, 31), np.uint8)) == 0

    assert inside.sum() > 10_000
    assert alpha[inside].min() == 255
    assert alpha[far].max() == 0
    assert [int(alpha[row, column]) for row in (0, -1) for column in (0, -1)] == [0, 0, 0, 0]


def test_what_is_seen_between_legs_and_through_rings_is_clear() -> None:
    cover = deer()
    alpha = cut_out(shot(cover, coat(14, 14, 18), GREEN, noise=3), SIDE_PX, SIDE_PX)[..., 3]
    truth = placed(cover)
    holes = cv2.erode((truth < 0.01).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0

    assert alpha[holes].max() == 0


def test_a_soft_shadow_on_the_ground_is_left_out() -> None:
    with_shadow, without = (
        cut_out(shot(deer(), coat(14, 14, 18), GREEN, shadow=shadow, noise=1), SIDE_PX, SIDE_PX)[..., 3] for shadow in (0.5, 0.0)
    )

    assert np.abs(with_shadow.astype(int) - without).mean() < 0.5


def test_a_floor_in_a_darker_shade_of_the_ground_is_left_out() -> None:
    cover = deer()
    picture = shot(cover, coat(228, 226, 220), GREEN, noise=1)
    floored = picture.copy()
    floored[SIDE_PX * 7 // 10 :] = np.where(cover[..., None] > 0.5, picture, picture * 0.78)[SIDE_PX * 7 // 10 :]

    plain, found = (cut_out(one, SIDE_PX, SIDE_PX)[..., 3].astype(int) for one in (picture, floored))

    assert np.abs(found - plain).mean() < 1.5


def test_a_bright_rim_around_a_dark_body_stays() -> None:
    cover = deer()
    picture = cut_out(shot(cover, rimmed(cover), GREEN, noise=2), SIDE_PX, SIDE_PX)

    bright = (picture[..., :3].min(axis=2) > 150) & (picture[..., 3] > 200)
    assert bright.sum() > 500


@pytest.mark.parametrize(("key", "channel"), [(GREEN, 1), (BLUE, 2)])
def test_edges_hold_no_colour_of_the_ground(key: tuple[int, int, int], channel: int) -> None:
    picture = cut_out(shot(deer(furry=True), coat(150, 130, 120), key, spill=0.3, noise=2), SIDE_PX, SIDE_PX).astype(int)
    edge = (picture[..., 3] > 40) & (picture[..., 3] < 250)
    others = [colour for colour in range(3) if colour != channel]

    excess = picture[edge][:, channel] - picture[edge][:, others].max(axis=1)
    assert np.quantile(excess, 0.98) < 25


def test_dirt_on_the_ground_is_swept_away() -> None:
    alpha = cut_out(shot(deer(), coat(14, 14, 18), GREEN, dirt=80), SIDE_PX, SIDE_PX)[..., 3]

    assert cv2.connectedComponents((alpha > 30).astype(np.uint8))[0] == 2


def test_several_figures_stay_together() -> None:
    cover = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    for x in (100, 200, 300, 400):
        cv2.circle(cover, (x, 250), 24, 1.0, -1)

    alpha = cut_out(shot(cover, coat(14, 14, 18), GREEN), SIDE_PX, SIDE_PX)[..., 3]

    assert cv2.connectedComponents((alpha > 128).astype(np.uint8))[0] == 5


@pytest.mark.parametrize(("width_px", "height_px"), [(256, 256), (1024, 1024), (300, 200)])
def test_the_figure_stands_on_the_lower_edge_and_leaves_a_margin(width_px: int, height_px: int) -> None:
    picture = cut_out(shot(deer(), coat(14, 14, 18), GREEN), width_px, height_px)
    rows, columns = np.nonzero(picture[..., 3] > 128)

    assert picture.shape == (height_px, width_px, 4)
    assert rows.max() == height_px - 1
    assert rows.min() >= round(height_px * MARGIN) - 1
    assert min(columns.min(), width_px - 1 - columns.max()) >= round(width_px * MARGIN) - 1


def test_a_large_picture_is_cut_out_as_well() -> None:
    large = cv2.resize(shot(deer(), coat(14, 14, 18), GREEN), (2048, 2048), interpolation=cv2.INTER_CUBIC)

    assert cut_out(large, 512, 512)[..., 3].max() == 255


def landscape() -> np.ndarray:
    rows = np.linspace(0, 1, SIDE_PX)[:, None, None]
    picture = np.broadcast_to(
        np.array((250, 200, 150)) * (1 - rows) + np.array((20, 40, 90)) * rows, (SIDE_PX, SIDE_PX, 3)
    ).copy()
    picture[300:] = (20, 20, 24)
    return picture.astype(np.uint8)


def halved() -> np.ndarray:
    picture = np.full((SIDE_PX, SIDE_PX, 3), GREEN, np.uint8)
    picture[:, SIDE_PX // 2 :] = MAGENTA
    return picture


UNCLEAR = {
    "a landscape": landscape,
    "two grounds": halved,
    "grain": lambda: np.random.default_rng(1).integers(0, 255, (SIDE_PX, SIDE_PX, 3), np.uint8),
    "nothing on the ground": lambda: np.full((SIDE_PX, SIDE_PX, 3), GREEN, np.uint8),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_picture_without_a_subject_on_a_flat_ground_is_refused(name: str) -> None:
    with pytest.raises(GroundUnclear):
        cut_out(UNCLEAR[name](), 256, 256)


def test_the_same_picture_is_cut_out_to_the_same_bytes() -> None:
    picture = shot(deer(), coat(14, 14, 18), GREEN, noise=3)

    assert cut_out(picture, 256, 256).tobytes() == cut_out(picture, 256, 256).tobytes()
