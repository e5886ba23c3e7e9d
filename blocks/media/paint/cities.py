"""Old and modern cities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.houses import (
    Skyline,
    dome,
    gabled_house,
    high_rise,
    lamps_lit,
    lay_buildings,
    spire,
    tower,
)
from blocks.media.paint.noise import Rng, skyline
from blocks.media.paint.planes import Points, as_plane, blurred, filled
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_water

_Builder = Callable[[Skyline, Rng, float, float, float], None]


def paint_old_city(stage: Stage) -> None:
    """Paint roofs behind roofs, with spires, domes and towers, down to those close by."""
    rng = stage.rng("old city")
    stage.set_horizon(rng.uniform(0.56, 0.64))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    paint_ridge(stage, Ridge(stage.horizon + 0.02, rng.uniform(0.06, 0.14), 0.14, Nearness.RIDGES - 20, 2.0), "hills")
    paint_mist(stage, stage.horizon, 0.04, 0.4 + 0.3 * mist, "hills")
    layers = ((0.05, 0.055, 60, 0.24), (0.11, 0.085, 44, 0.42), (0.20, 0.13, 30, 0.62), (0.33, 0.19, 22, 0.82))
    for number, (down, tall, count, near) in enumerate(layers):
        line = Skyline()
        foot = (stage.horizon + down) * stage.height
        landmarks(stage, line, rng, foot, tall, number)
        for place in (np.arange(count) + rng.uniform(-0.4, 0.4, count)) / count:
            rise = 0.05 * np.sin(place * 5 + number) * tall * 4
            gabled_house(
                line, rng, place * stage.width, foot - rise * stage.height * 0.2, tall * rng.uniform(0.55, 1.0) * stage.height
            )
        line.box(0, foot - 2, stage.width, stage.height)
        lay_buildings(stage, line, near, Nearness.RIDGES + 10 + 28 * number)
        paint_mist(stage, stage.horizon + down, 0.035, (0.50 - 0.09 * number) * (0.45 + 0.55 * mist), f"roofs {number}")
        if number > 0:
            paint_smoke(stage, line, number)
    paint_shafts(stage, 0.26)
    _near_roofs(stage, rng)


def landmarks(stage: Stage, line: Skyline, rng: Rng, foot: float, tall: float, number: int) -> None:
    """Add spires, domes and towers to one of four layers of a town, 0 the farthest."""
    kinds: tuple[_Builder, ...] = (spire, dome, tower, tower)
    for _ in range((4, 3, 2, 1)[number]):
        build = kinds[int(rng.integers(len(kinds)))]
        place = rng.uniform(0.06, 0.94)
        build(line, rng, place * stage.width, foot, tall * rng.uniform(1.9, 3.0) * (1.25 if number == 0 else 0.9) * stage.height)


def _near_roofs(stage: Stage, rng: Rng) -> None:
    line = Skyline()
    for place in (np.arange(7) + rng.uniform(-0.35, 0.35, 7)) / 6:
        edge = abs(place - 0.5) * 2
        size = rng.uniform(0.15, 0.22) + 0.15 * edge**2
        gabled_house(line, rng, place * stage.width, (1.05 + 0.02 * rng.random()) * stage.height, size * stage.height)
    lay_buildings(stage, line, 0.97, Nearness.FOREGROUND)


def paint_smoke(stage: Stage, line: Skyline, number: int) -> None:
    """Let thin smoke rise from a few roofs of a layer."""
    rng = stage.rng(f"smoke {number}")
    roofs = [shape for shape in line.shapes if len(shape) == 4 and np.ptp(shape[:, 0]) < stage.height * 0.03]
    plumes: list[Points] = []
    for pick in rng.permutation(len(roofs))[:3]:
        x, y = roofs[pick][:, 0].mean(), roofs[pick][:, 1].min()
        tall = stage.height * rng.uniform(0.06, 0.14)
        t = np.linspace(0, 1, 18)
        drift = rng.choice([-1, 1]) * tall * 0.5 * t**1.5 + skyline(rng, 18, 3, 2) * tall * 0.05 * t
        wide = stage.height * (0.002 + 0.009 * t * (1.15 - t))
        spine = np.stack([x + drift, y - tall * t], axis=1)
        half = np.stack([wide, 0 * wide], axis=1)
        plumes.append(np.concatenate([spine - half, (spine + half)[::-1]]))
    mask = filled(stage.height, stage.width, plumes)
    stage.lay(as_plane(blurred(mask, max(1.0, stage.height / 260)) * 0.36), stage.air, None)


def paint_modern_city(stage: Stage) -> None:
    """Paint towers behind towers, over water or over near roofs."""
    rng = stage.rng("modern city")
    by_water = rng.random() < 0.5
    stage.set_horizon(rng.uniform(0.60, 0.66) if by_water else rng.uniform(0.66, 0.74))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    paint_mist(stage, stage.horizon, 0.08, 0.4 + 0.3 * mist, "far")
    middle = rng.uniform(0.3, 0.7)
    for number, (tall, count, near) in enumerate(((0.30, 40, 0.20), (0.36, 24, 0.40), (0.30, 16, 0.62))):
        line = Skyline()
        foot = (stage.horizon + 0.010 + 0.022 * number) * stage.height
        for place in rng.random(count):
            bulk = 0.35 + 0.65 * np.exp(-(((place - middle) / 0.26) ** 2))
            high_rise(line, rng, place * stage.width, foot, tall * bulk * rng.uniform(0.35, 1.15) * stage.height)
        line.box(0, foot - 0.014 * stage.height, stage.width, stage.height)
        lay_buildings(stage, line, near, Nearness.RIDGES + 10 + 25 * number)
        paint_mist(stage, stage.horizon - 0.01, 0.06, (0.45 - 0.1 * number) * (0.4 + 0.6 * mist), f"city {number}")
    paint_shafts(stage, 0.24)
    if by_water:
        paint_water(stage, Water(stage.horizon + 0.06, 0.42, 0.42))
        _paint_quay(stage, rng)
        return
    for number, (down, tall, count, near) in enumerate(((0.10, 0.17, 30, 0.78), (0.32, 0.26, 20, 0.92))):
        line = Skyline()
        foot = min(1.02, stage.horizon + down) * stage.height
        for place in (np.arange(count) + rng.uniform(-0.4, 0.4, count)) / count:
            high_rise(line, rng, place * stage.width, foot, tall * rng.uniform(0.4, 1.0) * stage.height)
        line.box(0, foot - 0.03 * stage.height, stage.width, stage.height)
        lay_buildings(stage, line, near, Nearness.GROUND - 20 + 40 * number)


def _paint_quay(stage: Stage, rng: Rng) -> None:
    """Paint a railing with lamps along the lower edge."""
    line = Skyline()
    top, foot = 0.945 * stage.height, 1.01 * stage.height
    line.box(0, 0.972 * stage.height, stage.width, foot)
    line.box(0, top, stage.width, top + stage.height * 0.005)
    for x in np.arange(0, stage.width, stage.height * 0.022):
        line.box(x, top, x + max(1.0, stage.height * 0.002), foot)
    lamps = []
    for place in np.arange(rng.uniform(0.02, 0.2), 1, 0.27):
        x, head = place * stage.width, 0.74 * stage.height
        line.box(x - stage.height * 0.003, head, x + stage.height * 0.003, foot)
        line.box(x - stage.height * 0.011, head - stage.height * 0.03, x + stage.height * 0.011, head)
        lamps.append((x, head - stage.height * 0.015))
    lay_buildings(stage, line, 0.97, Nearness.FOREGROUND)
    paint_lamps(stage, lamps, stage.height * 0.012)


def paint_lamps(stage: Stage, places: list[tuple[float, float]], size: float) -> None:
    """Light lamps at places given in pixels, when the hour wants them."""
    if lamps_lit(stage) < 0.3 or not places:
        return
    turn = np.linspace(0, 2 * np.pi, 16)[:-1]
    discs = [np.stack([x + np.cos(turn) * size, y + np.sin(turn) * size], axis=1) for x, y in places]
    glow = filled(stage.height, stage.width, discs)
    halo = blurred(glow, stage.height / 90) * 0.9 + blurred(glow, stage.height / 28) * 0.9
    stage.shine(as_plane(glow * 0.9 + halo * 0.6), as_plane([1.0, 0.72, 0.38]))
