"""Smaller places people made: village, ruins, harbour."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Place
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.backdrop import paint_backdrop, paint_meadow_floor, paint_side_trees, tree_sprites, wintry
from blocks.media.paint.cities import landmarks, paint_lamps, paint_smoke
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line, paint_grass, paint_rocks
from blocks.media.paint.houses import (
    Skyline,
    column,
    gabled_house,
    lay_buildings,
    spire,
    tall_ship,
)
from blocks.media.paint.noise import Rng
from blocks.media.paint.planes import Plane, Points, as_plane, filled, mixed
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_water
from blocks.media.paint.woods import TreeRow, paint_trees, rim_edges


def paint_village(stage: Stage) -> None:
    """Paint houses round a church in a fold of the land."""
    rng = stage.rng("village")
    stage.set_horizon(rng.uniform(0.54, 0.62))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=rng.uniform(0.14, 0.26) if rng.random() < 0.5 else 0.0, hills=rng.uniform(0.08, 0.14))
    sprites = tree_sprites(stage, "village", 5, 200)
    line = ground_line(stage, stage.horizon + 0.06, 0.02, 2, "far")
    paint_trees(stage, sprites, line, TreeRow((0.025, 0.06), 60, 0.40, Nearness.WOODS - 15), "far")
    paint_mist(stage, stage.horizon + 0.06, 0.035, 0.35 + 0.45 * mist, "far")
    middle = float(np.clip(1 - stage.light.x + rng.normal(0, 0.12), 0.28, 0.72))
    for number, (down, tall, count, near) in enumerate(((0.10, 0.060, 13, 0.56), (0.165, 0.095, 9, 0.72), (0.26, 0.15, 5, 0.86))):
        land = ground_line(stage, stage.horizon + down, 0.018, 1.8, f"land {number}")
        houses = Skyline()
        for place in rng.normal(middle, 0.15 + 0.07 * number, count):
            at = float(np.clip(place, 0.01, 0.98))
            foot = land[int(at * (stage.width - 1))] + 3
            gabled_house(houses, rng, at * stage.width, foot, tall * rng.uniform(0.6, 1.0) * stage.height)
        if number == 1:
            foot = land[int(middle * (stage.width - 1))] + 3
            spire(houses, rng, middle * stage.width, foot, rng.uniform(0.20, 0.28) * stage.height)
        lay_buildings(stage, houses, near, Nearness.WOODS + 14 * number)
        paint_meadow_floor(stage, land, near, Nearness.WOODS + 14 * number)
        paint_smoke(stage, houses, number)
        row = TreeRow((0.03 + 0.02 * number, 0.07 + 0.05 * number), 12, near + 0.05, Nearness.WOODS + 5 + 14 * number, 0.5)
        paint_trees(stage, sprites, as_plane(land + 0.02 * stage.height), row, f"garden {number}")
        paint_mist(stage, stage.horizon + down + 0.02, 0.03, 0.2 + 0.45 * mist, f"village {number}")
    paint_shafts(stage, 0.22)
    paint_meadow_floor(stage, ground_line(stage, 0.92, 0.02, 1.6, "near", bowl=0.03), 0.94, Nearness.GROUND + 20)
    _paint_fence(stage, rng)
    if rng.random() < 0.5:
        paint_side_trees(stage, 0.7)
    paint_grass(stage, 0.995, 0.10 if not wintry(stage) else 0.05, 500, "front")


def _paint_fence(stage: Stage, rng: Rng) -> None:
    shapes: list[Points] = []
    start, end = (0.0, rng.uniform(0.4, 0.6)) if rng.random() < 0.5 else (rng.uniform(0.4, 0.6), 1.0)
    foot, tall = 0.985 * stage.height, 0.085 * stage.height
    for x in np.arange(start, end, 0.055):
        at, lean = (x + rng.normal(0, 0.003)) * stage.width, rng.normal(0, 0.06) * tall
        shapes.append(
            np.array(
                [
                    [at - tall * 0.05, foot + 20],
                    [at - tall * 0.05 + lean, foot - tall],
                    [at + tall * 0.05 + lean, foot - tall],
                    [at + tall * 0.05, foot + 20],
                ]
            )
        )
    for high in (0.35, 0.78):
        y = foot - tall * high
        left, right = start * stage.width, end * stage.width
        shapes.append(
            np.array([[left, y], [right, y + rng.normal(0, 0.03) * tall], [right, y + tall * 0.08], [left, y + tall * 0.08]])
        )
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(0.96), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.5)


def paint_ruins(stage: Stage) -> None:
    """Paint broken columns and walls, or pyramids, against the light."""
    rng = stage.rng("ruins")
    stage.set_horizon(rng.uniform(0.60, 0.68))
    mist = mistiness(stage)
    dry = Place.DESERT in stage.scenery.also or rng.random() < 0.25
    paint_backdrop(stage, mountains=0.0 if dry else rng.uniform(0.08, 0.18), hills=rng.uniform(0.05, 0.10))
    if dry:
        _paint_pyramids(stage, rng)
    for number, (down, tall, count, near) in enumerate(((0.05, 0.12, 7, 0.36), (0.11, 0.22, 6, 0.58), (0.22, 0.40, 4, 0.82))):
        land = ground_line(stage, stage.horizon + down, 0.014, 2, f"land {number}")
        line = Skyline()
        _colonnade(stage, line, rng, land, (tall, count))
        lay_buildings(stage, line, near, Nearness.WOODS - 15 + 24 * number)
        paint_meadow_floor(stage, land, min(0.95, near + 0.14), Nearness.WOODS - 15 + 24 * number)
        paint_mist(stage, stage.horizon + down + 0.01, 0.03, 0.10 + 0.45 * mist, f"ruins {number}")
    paint_shafts(stage, 0.36)
    paint_meadow_floor(stage, ground_line(stage, 0.92, 0.02, 1.6, "near", bowl=0.03), 0.94, Nearness.GROUND + 20)
    paint_rocks(stage, 0.985, (0.02, 0.07), 10, "blocks")
    if not dry:
        paint_grass(stage, 0.995, 0.12, 600, "front")


def _colonnade(stage: Stage, line: Skyline, rng: Rng, land: Plane, size: tuple[float, int]) -> None:
    tall, count = size[0] * stage.height, size[1]
    start, pitch = rng.uniform(0.04, 0.55), tall * rng.uniform(0.34, 0.44)
    level = float(land[int(start * (stage.width - 1))]) + 4
    standing = rng.random(count) < 0.66
    for number in range(count):
        x = start * stage.width + number * pitch
        whole = bool(standing[number])
        column(line, rng, x, level, tall if whole else tall * rng.uniform(0.25, 0.85), whole=whole)
        if whole and number and standing[number - 1]:
            line.box(x - pitch - tall * 0.07, level - tall * 1.09, x + tall * 0.07, level - tall)
    if standing[:3].all():
        left, right = start * stage.width - tall * 0.1, start * stage.width + 2 * pitch + tall * 0.1
        line.add((left, level - tall * 1.09), ((left * 0.62 + right * 0.38), level - tall * 1.28), (right, level - tall * 1.09))
    line.box(
        start * stage.width - tall * 0.25,
        level - tall * 0.04,
        start * stage.width + (count - 1) * pitch + tall * 0.25,
        level + tall * 0.1,
    )
    if rng.random() < 0.7:
        x, wide = ((start + 0.5) % 1.0) * stage.width, tall * rng.uniform(0.5, 0.8)
        foot = float(land[int(((start + 0.5) % 1.0) * (stage.width - 1))]) + 4
        _arch(line, rng, x, foot, (wide, tall * rng.uniform(0.6, 0.95)))


def _arch(line: Skyline, rng: Rng, x: float, foot: float, size: tuple[float, float]) -> None:
    wide, tall = size
    turn = np.linspace(0, np.pi, 14)
    inner = [(x + np.cos(a) * wide * 0.32, foot - tall * 0.45 - np.sin(a) * wide * 0.32) for a in turn]
    rough = [(x + wide * dx, foot - tall * (1 - rng.uniform(0, 0.12))) for dx in (0.52, 0.3, 0.1, -0.1, -0.3, -0.52)]
    line.add(
        (x + wide * 0.52, foot), *rough, (x - wide * 0.52, foot), (x - wide * 0.32, foot), *inner[::-1], (x + wide * 0.32, foot)
    )


def _paint_pyramids(stage: Stage, rng: Rng) -> None:
    for number, near in enumerate((0.20, 0.34)):
        x, tall = (
            (0.72 if stage.light.x < 0.5 else 0.28) + rng.uniform(-0.22, 0.22),
            rng.uniform(0.14, 0.24) * (0.8 + 0.35 * number),
        )
        foot, half = (stage.horizon + 0.03) * stage.height, tall * 1.45 * stage.height
        peak, at = foot - tall * stage.height, x * stage.width
        fold = at + half * (0.35 if stage.light.x < x else -0.35)
        body = filled(stage.height, stage.width, [np.array([[at - half, foot], [at, peak], [at + half, foot]])])
        stage.lay(body, stage.tone(near + 0.16), Nearness.RIDGES + 10 * number)
        sunny = (
            [[at - half, foot], [at, peak], [fold, foot]] if stage.light.x < x else [[fold, foot], [at, peak], [at + half, foot]]
        )
        lit = mixed(
            stage.tone(near), np.minimum(stage.palette.light, 1) * np.array([1, 0.82, 0.6]), 0.10 if stage.light.moon else 0.30
        )
        stage.lay(filled(stage.height, stage.width, [np.array(sunny)]), lit, Nearness.RIDGES + 10 * number)
        paint_mist(stage, stage.horizon + 0.02, 0.035, 0.4, f"pyramid {number}")


def paint_harbour(stage: Stage) -> None:
    """Paint ships at anchor before a town, mirrored in the basin."""
    rng = stage.rng("harbour")
    stage.set_horizon(rng.uniform(0.54, 0.60))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    paint_ridge(stage, Ridge(stage.horizon + 0.01, rng.uniform(0.05, 0.12), 0.18, Nearness.RIDGES - 10, 2.2), "hills")
    for number, (tall, count, near) in enumerate(((0.05, 44, 0.28), (0.075, 30, 0.44))):
        line = Skyline()
        foot = (stage.horizon + 0.010 + 0.018 * number) * stage.height
        landmarks(stage, line, rng, foot, tall, 1 + number)
        for place in (np.arange(count) + rng.uniform(-0.4, 0.4, count)) / count:
            gabled_house(line, rng, place * stage.width, foot, tall * rng.uniform(0.5, 1.0) * stage.height)
        line.box(0, foot - 3, stage.width, foot + 0.02 * stage.height)
        lay_buildings(stage, line, near, Nearness.RIDGES + 20 + 20 * number)
        paint_mist(stage, stage.horizon + 0.01, 0.03, (0.4 - 0.1 * number) * (0.4 + 0.6 * mist), f"town {number}")
    ships = Skyline()
    for place in (rng.permutation(5)[:3] + rng.uniform(0.2, 0.8, 3)) / 5:
        tall_ship(ships, rng, place * stage.width, (stage.horizon + 0.055) * stage.height, rng.uniform(0.22, 0.34) * stage.height)
    lay_buildings(stage, ships, 0.66, Nearness.WOODS + 10)
    paint_mist(stage, stage.horizon + 0.04, 0.03, 0.2 + 0.5 * mist, "ships")
    paint_water(stage, Water(stage.horizon + 0.052, 0.34 + 0.2 * mist, 0.44))
    paint_shafts(stage, 0.22)
    _paint_pier(stage, rng)


def _paint_pier(stage: Stage, rng: Rng) -> None:
    line, lamps = Skyline(), []
    left = rng.random() < 0.5
    ends = (-0.02, rng.uniform(0.30, 0.46)) if left else (rng.uniform(0.54, 0.70), 1.02)
    top = 0.90 * stage.height
    line.box(ends[0] * stage.width, top, ends[1] * stage.width, top + 0.025 * stage.height)
    for x in np.arange(ends[0] + 0.02, ends[1], 0.052):
        at, thick = x * stage.width, 0.010 * stage.height
        line.box(at - thick, top - rng.uniform(0.005, 0.05) * stage.height, at + thick, 1.02 * stage.height)
    for place in (0.18, 0.80):
        x = (ends[0] + (ends[1] - ends[0]) * place) * stage.width
        line.box(x - 0.004 * stage.height, top - 0.20 * stage.height, x + 0.004 * stage.height, top)
        line.box(x - 0.012 * stage.height, top - 0.235 * stage.height, x + 0.012 * stage.height, top - 0.20 * stage.height)
        lamps.append((x, top - 0.217 * stage.height))
    for _ in range(5):
        x, size = (ends[0] + (ends[1] - ends[0]) * rng.random()) * stage.width, rng.uniform(0.02, 0.05) * stage.height
        line.box(x, top - size, x + size * rng.uniform(0.8, 1.5), top)
    lay_buildings(stage, line, 0.97, Nearness.FOREGROUND)
    paint_lamps(stage, lamps, stage.height * 0.011)
