"""Dry and cold plains: desert, savanna, tundra."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Place
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.backdrop import paint_backdrop
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import (
    ground_line,
    paint_dunes,
    paint_grass,
    paint_ground,
    paint_rocks,
)
from blocks.media.paint.ice import paint_ice_sea
from blocks.media.paint.noise import Rng
from blocks.media.paint.planes import Plane, filled
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.snow import lay_snow
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import TreeRow, acacia, conifer, palm, rim_edges, stamp


def paint_desert(stage: Stage) -> None:
    """Paint dunes behind dunes, or tables of rock."""
    rng = stage.rng("desert")
    stage.set_horizon(rng.uniform(0.52, 0.64))
    paint_sky(stage)
    paint_clouds(stage)
    mist = mistiness(stage)
    if rng.random() < 0.45:
        _paint_mesas(stage, rng)
    else:
        paint_ridge(
            stage, Ridge(stage.horizon + 0.01, rng.uniform(0.05, 0.12), 0.16, Nearness.RIDGES, 2.6, sharp=True, relief=0.5), "far"
        )
    paint_mist(stage, stage.horizon, 0.035, 0.45 + 0.3 * mist, "far")
    levels = ((0.04, 0.05, 0.24, Nearness.WOODS), (0.12, 0.09, 0.42, Nearness.GROUND - 25), (0.26, 0.14, 0.62, Nearness.GROUND))
    for number, (down, tall, near, level) in enumerate(levels):
        paint_dunes(stage, stage.horizon + down, tall, near, level, f"{number}")
        paint_mist(stage, stage.horizon + down + 0.01, 0.03, 0.16 + 0.35 * mist, f"dune {number}")
    if rng.random() < 0.35:
        _paint_oasis(stage, rng)
    paint_shafts(stage, 0.2)
    paint_dunes(stage, 1.04, rng.uniform(0.10, 0.18), 0.92, Nearness.FOREGROUND, "front")


def _paint_mesas(stage: Stage, rng: Rng) -> None:
    for number, near in enumerate((0.16, 0.30)):
        shapes = []
        for _ in range(int(rng.integers(2, 4))):
            x, wide, tall = rng.random(), rng.uniform(0.05, 0.16), rng.uniform(0.06, 0.19) * (0.7 + 0.3 * number)
            steps = [
                (-1.5, 0.0),
                (-1.08, 0.30),
                (-1.0, 0.34),
                (-0.92, 0.78),
                (-0.86, 0.8),
                (-0.82, 1.0),
                (0.80, 0.98),
                (0.85, 0.76),
                (0.93, 0.72),
                (1.0, 0.3),
                (1.5, 0.0),
            ]
            shapes.append(
                np.array(
                    [
                        [
                            (x + wide * (sx + rng.uniform(-0.03, 0.03))) * stage.width,
                            (stage.horizon + 0.02 - tall * sy) * stage.height,
                        ]
                        for sx, sy in steps
                    ]
                )
            )
        mask = filled(stage.height, stage.width, shapes)
        stage.lay(mask, stage.tone(near), Nearness.RIDGES + 10 * number)
        rim_edges(stage, mask, 0.3)
        paint_mist(stage, stage.horizon - 0.01, 0.04, 0.35, f"mesa {number}")


def _paint_oasis(stage: Stage, rng: Rng) -> None:
    mask = np.zeros((stage.height, stage.width), np.float32)
    middle = rng.uniform(0.15, 0.85)
    sprites = [palm(rng, max(60, round(stage.height * 0.2))) for _ in range(3)]
    for _ in range(int(rng.integers(4, 9))):
        x = (middle + rng.normal(0, 0.045)) * stage.width
        stamp(
            mask,
            sprites[int(rng.integers(3))],
            (x, (stage.horizon + 0.16) * stage.height),
            rng.uniform(0.10, 0.19) * stage.height,
            flip=bool(rng.integers(2)),
        )
    stage.lay(mask, stage.tone(0.72), Nearness.GROUND - 20)
    rim_edges(stage, mask, 0.5)


def paint_tundra(stage: Stage) -> None:
    """Paint a plain of snow, or ice drifting on dark water, under a wide sky."""
    rng = stage.rng("tundra")
    stage.set_horizon(rng.uniform(0.56, 0.66))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    far = Ridge(stage.horizon + 0.01, rng.uniform(0.10, 0.20), 0.16, Nearness.RIDGES - 10, 2.6, sharp=True, snow=0.95, relief=0.8)
    paint_ridge(stage, far, "far")
    paint_mist(stage, stage.horizon + 0.01, 0.03, 0.3 + 0.4 * mist, "far")
    if Place.SEA in stage.scenery.also or Place.COAST in stage.scenery.also or rng.random() < 0.35:
        paint_ice_sea(stage)
    else:
        _paint_snow_plain(stage, rng)


def _paint_snow_plain(stage: Stage, rng: Rng) -> None:
    mist = mistiness(stage)
    ridge = Ridge(
        stage.horizon + 0.03, rng.uniform(0.05, 0.13), 0.30, Nearness.RIDGES + 10, 2.0, sharp=True, snow=0.9, relief=0.9
    )
    paint_ridge(stage, ridge, "near")
    for number in range(3):
        down = stage.horizon + 0.025 + 0.085 * number
        lay_snow(stage, ground_line(stage, down, 0.016 + 0.012 * number, 1.7, f"drift {number}"), Nearness.WOODS + 16 * number)
        if number < 2 and rng.random() < 0.6:
            sprites = [conifer(rng, max(50, round(stage.height * 0.14))) for _ in range(3)]
            row = TreeRow(
                (0.02 + 0.03 * number, 0.06 + 0.05 * number), 24 - 12 * number, 0.5 + 0.2 * number, Nearness.WOODS + 16 * number
            )
            _paint_lone_trees(stage, sprites, ground_line(stage, down + 0.02, 0.012, 2, f"stand {number}"), row)
        paint_mist(stage, down + 0.02, 0.025, 0.15 + 0.4 * mist, f"drift {number}")
    lay_snow(stage, ground_line(stage, 0.90, 0.035, 1.6, "near", bowl=0.05), Nearness.GROUND)
    paint_rocks(stage, 1.0, (0.012, 0.045), 8, "near")
    paint_grass(stage, 1.005, 0.055, 200, "front")


def _paint_lone_trees(stage: Stage, sprites: list[Plane], line: Plane, row: TreeRow) -> None:
    rng = stage.rng("lone trees")
    mask = np.zeros((stage.height, stage.width), np.float32)
    for _ in range(row.count):
        x = rng.beta(0.6, 0.6)
        tall = rng.uniform(*row.tall) * stage.height
        stamp(mask, sprites[int(rng.integers(len(sprites)))], (x * stage.width, line[int(x * (stage.width - 1))] + 2), tall)
    stage.lay(mask, stage.tone(row.near), row.level)


def paint_savanna(stage: Stage) -> None:
    """Paint a plain of dry grass with flat-topped trees."""
    rng = stage.rng("savanna")
    stage.set_horizon(rng.uniform(0.66, 0.74))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=0.0, hills=rng.uniform(0.03, 0.07))
    sprites = [acacia(rng, max(60, round(stage.height * 0.24))) for _ in range(4)]
    line = ground_line(stage, stage.horizon + 0.035, 0.006, 2, "far row")
    _row_of(stage, sprites, line, TreeRow((0.03, 0.07), 22, 0.40, Nearness.WOODS - 10), "far")
    paint_ground(stage, line, 0.40, Nearness.WOODS, lit=1.0)
    paint_mist(stage, stage.horizon + 0.04, 0.025, 0.35 + 0.4 * mist, "far")
    line = ground_line(stage, stage.horizon + 0.09, 0.010, 2, "mid row")
    _row_of(stage, sprites, line, TreeRow((0.10, 0.20), 5, 0.66, Nearness.GROUND - 20), "mid")
    paint_ground(stage, line, 0.62, Nearness.GROUND - 20, lit=1.1)
    big = acacia(rng, max(90, round(stage.height * 0.50)))
    mask = np.zeros((stage.height, stage.width), np.float32)
    x = float(np.clip(1 - stage.light.x + rng.normal(0, 0.08), 0.08, 0.92))
    stamp(mask, big, (x * stage.width, 0.89 * stage.height), rng.uniform(0.34, 0.50) * stage.height)
    paint_ground(stage, ground_line(stage, 0.88, 0.012, 2, "near"), 0.88, Nearness.GROUND, lit=0.8)
    stage.lay(mask, stage.tone(0.92), Nearness.GROUND + 10)
    rim_edges(stage, mask, 0.6)
    paint_shafts(stage, 0.22)
    paint_grass(stage, 0.94, 0.07, 900, "mid", level=Nearness.GROUND + 20)
    paint_grass(stage, 1.0, 0.15, 800, "front")


def _row_of(stage: Stage, sprites: list[Plane], line: Plane, row: TreeRow, part: str) -> None:
    rng = stage.rng(f"row of {part}")
    mask = np.zeros((stage.height, stage.width), np.float32)
    for place in rng.random(row.count):
        tall = rng.uniform(*row.tall) * stage.height
        column = int(place * (stage.width - 1))
        stamp(
            mask,
            sprites[int(rng.integers(len(sprites)))],
            (place * stage.width, line[column] + 3),
            tall,
            flip=bool(rng.integers(2)),
        )
    stage.lay(mask, stage.tone(row.near), row.level)
    rim_edges(stage, mask, 0.4)
