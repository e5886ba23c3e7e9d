"""Drift ice: floes and icebergs on dark water."""

from __future__ import annotations

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist
from blocks.media.paint.noise import Rng, field
from blocks.media.paint.planes import Plane, Points, as_plane, filled, mixed, resized, smoothstep
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_water


def paint_ice_sea(stage: Stage) -> None:
    """Paint icebergs, the water that mirrors them, and floes drawing nearer."""
    rng = stage.rng("ice")
    for number, (tall, near) in enumerate(((0.08, 0.20), (0.19, 0.34))):
        _paint_bergs(stage, stage.horizon + 0.012 + 0.012 * number, tall, near, rng)
    paint_mist(stage, stage.horizon, 0.02, 0.2 + 0.4 * mistiness(stage), "ice")
    paint_water(stage, Water(stage.horizon + 0.018, 0.22, 0.40))
    for number, v in enumerate((0.03, 0.07, 0.13, 0.22, 0.36)):
        _paint_floes(stage, stage.horizon + 0.02 + v, v, number)


def _paint_bergs(stage: Stage, foot: float, tall: float, near: float, rng: Rng) -> None:
    shapes: list[Points] = []
    for _ in range(int(rng.integers(2, 5))):
        middle, wide = rng.random(), rng.uniform(0.04, 0.11) * (1 + 2 * tall)
        count = int(rng.integers(6, 10))
        x = np.linspace(-1, 1, count) + rng.uniform(-0.08, 0.08, count)
        y = np.clip(1 - np.abs(x - rng.uniform(-0.4, 0.4)) ** 1.3, 0.12, 1) * rng.uniform(0.55, 1.0, count) * tall
        top = np.stack([(middle + x * wide) * stage.width, (foot - y) * stage.height], axis=1)
        ends = np.array(
            [[(middle + wide) * stage.width, foot * stage.height], [(middle - wide) * stage.width, foot * stage.height]]
        )
        shapes.append(np.concatenate([top, ends]))
    mask = filled(stage.height, stage.width, shapes)
    facets = resized(field(rng, stage.height // 3, stage.width // 3, (16, 22), 4, 0.55), stage.height, stage.width)
    slope = np.roll(facets, 4, axis=1) - np.roll(facets, -4, axis=1)
    lit = np.clip(0.45 + slope * 9 * np.sign(stage.light.x - stage.columns), 0, 1)
    stage.lay(mask, _ice_colour(stage, lit, near), Nearness.RIDGES + round(60 * near))


def _ice_colour(stage: Stage, lit: Plane, near: float) -> Plane:
    moon = stage.light.moon
    blue = mixed(stage.palette.upper, as_plane([0.55, 0.72, 0.82]) * (0.30 if moon else 0.92), 0.45)
    white = mixed(np.minimum(stage.palette.light, 1), as_plane([1, 1, 1]), 0.4) * (0.55 if moon else 0.98)
    share = lit * (1 - 0.55 * stage.light.veiled) * (0.4 + 0.6 * stage.nearby_light(0.9))
    return mixed(mixed(blue[None, None], white[None, None], share[..., None]), stage.air, 0.42 - 0.5 * near)


def _paint_floes(stage: Stage, row: float, v: float, number: int) -> None:
    rng = stage.rng(f"floes {number}")
    tops: list[Points] = []
    for _ in range(int(rng.integers(7, 12))):
        middle, wide = rng.random(), rng.uniform(0.03, 0.11) * (0.35 + 3.2 * v)
        turn = np.linspace(0, 2 * np.pi, 12)[:-1] + rng.uniform(-0.2, 0.2, 11)
        reach = rng.uniform(0.75, 1.0, 11)
        flat = 0.10 + 0.22 * v
        oval = np.stack([np.cos(turn) * reach * wide * stage.width, np.sin(turn) * reach * wide * flat * stage.width], axis=1)
        middle_row = row + rng.uniform(-0.01, 0.02) * (1 + 4 * v)
        tops.append(oval + np.array([middle * stage.width, middle_row * stage.height]))
    thick = (0.002 + 0.016 * v) * stage.height
    level = Nearness.GROUND - 25 + 10 * number
    stage.lay(
        filled(stage.height, stage.width, [top + np.array([0.0, thick]) for top in tops]), stage.tone(0.55 + 0.7 * v), level
    )
    lit = np.clip(
        0.55 + 0.6 * (resized(field(rng, stage.height // 4, stage.width // 4, (20, 14), 4), stage.height, stage.width) - 0.5),
        0,
        1,
    )
    colour = mixed(_ice_colour(stage, lit, 0.5), stage.tone(0.75), smoothstep(0.1, 0.55, v))
    stage.lay(filled(stage.height, stage.width, tops), as_plane(colour), level)
