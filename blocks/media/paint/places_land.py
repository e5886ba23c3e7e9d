"""Open land: meadow and mountains."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Place, Weather
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.backdrop import paint_backdrop, paint_meadow_floor, paint_side_trees, tree_sprites, wintry
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import (
    ground_line,
    paint_flowers,
    paint_grass,
    paint_ground,
    paint_rocks,
)
from blocks.media.paint.noise import Rng
from blocks.media.paint.planes import Plane
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.snow import lay_snow
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import TreeRow, broadleaf, paint_trees, rim_edges, stamp


def paint_meadow(stage: Stage) -> None:
    """Paint rolling grassland under a wide sky, with woods on the swells and often a lone tree."""
    rng = stage.rng("meadow")
    stage.set_horizon(rng.uniform(0.58, 0.68))
    mist = mistiness(stage)
    far_peaks = Place.MOUNTAINS in stage.scenery.also or rng.random() < 0.25
    paint_backdrop(stage, mountains=0.14 if far_peaks else 0.0, hills=rng.uniform(0.07, 0.14))
    sprites = tree_sprites(stage, "meadow", 5, 200)
    for number, (near, low, high, count) in enumerate(((0.40, 0.02, 0.05, 70), (0.58, 0.03, 0.085, 34), (0.74, 0.05, 0.13, 12))):
        line = ground_line(stage, stage.horizon + 0.05 + 0.065 * number, 0.040, 1.7, f"swell {number}")
        row = TreeRow((low, high), count, near, Nearness.WOODS - 10 + 16 * number, rng.uniform(0.0, 0.3))
        paint_trees(stage, sprites, line, row, f"swell {number}")
        paint_mist(stage, stage.horizon + 0.06 + 0.06 * number, 0.035, 0.2 + 0.55 * mist, f"swell {number}")
    line = ground_line(stage, stage.horizon + 0.22, 0.035, 1.5, "mid")
    lone = rng.random() < 0.65
    if lone:
        _paint_lone_tree(stage, line, rng)
    paint_meadow_floor(stage, line, 0.84, Nearness.GROUND)
    paint_shafts(stage, 0.2)
    paint_meadow_floor(stage, ground_line(stage, 0.93, 0.03, 1.6, "near"), 0.94, Nearness.GROUND + 15)
    if not wintry(stage):
        paint_grass(stage, 0.95, 0.07, 1000, "mid", level=Nearness.GROUND + 20)
        paint_flowers(stage, 1.0, rng.uniform(0.12, 0.22), "front")
    paint_grass(stage, 0.995, 0.15 if not wintry(stage) else 0.06, 700, "front")


def _paint_lone_tree(stage: Stage, line: Plane, rng: Rng) -> None:
    mask = np.zeros((stage.height, stage.width), np.float32)
    x = float(np.clip((1 - stage.light.x) * 0.8 + rng.uniform(0.0, 0.2), 0.08, 0.92))
    foot = line[int(x * (stage.width - 1))] + 4
    tree = broadleaf(rng, max(80, round(stage.height * 0.44)), leaves=0.0 if wintry(stage) else 1.0)
    stamp(mask, tree, (x * stage.width, foot), rng.uniform(0.26, 0.44) * stage.height)
    stage.lay(mask, stage.tone(0.86), Nearness.GROUND)
    rim_edges(stage, mask, 0.6)


def paint_mountains(stage: Stage) -> None:
    """Paint high ridges behind each other, and a foreground of rock or spruces."""
    rng = stage.rng("mountains")
    stage.set_horizon(rng.uniform(0.62, 0.72))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    snow = 0.85 if wintry(stage) else rng.uniform(0.40, 0.58)
    tall = rng.uniform(0.34, 0.46)
    layers = ((0.62, 0.12, 2.8, 0.45), (1.0, 0.30, 1.9, 1.0), (0.62, 0.50, 2.6, 0.7))
    for number, (share, near, cells, relief) in enumerate(layers):
        base = stage.horizon + 0.05 * number
        level = Nearness.RIDGES - 15 + 15 * number
        paint_ridge(
            stage,
            Ridge(base, tall * share, near, level, cells, sharp=True, snow=max(0.0, snow - 0.18 * (number == 2)), relief=relief),
            f"{number}",
        )
        paint_mist(stage, base - 0.02, 0.055, 0.35 + 0.5 * mist, f"{number}")
    sprites = tree_sprites(stage, "slope", 6, 260)
    for number, near in enumerate((0.62, 0.80)):
        line = ground_line(stage, stage.horizon + 0.14 + 0.09 * number, 0.055, 2.0, f"wood {number}")
        row = TreeRow((0.03 + 0.03 * number, 0.075 + 0.05 * number), 110 - 40 * number, near, Nearness.WOODS + 15 * number)
        paint_trees(stage, sprites, line, row, f"wood {number}")
        paint_mist(stage, stage.horizon + 0.15 + 0.08 * number, 0.04, 0.25 + 0.45 * mist, f"wood {number}")
    paint_shafts(stage, 0.22)
    _paint_near_ground(stage, rng)


def _paint_near_ground(stage: Stage, rng: Rng) -> None:
    line = ground_line(stage, 0.93, 0.03, 2.0, "near", bowl=0.06)
    if wintry(stage) or stage.scenery.weather is Weather.SNOW:
        lay_snow(stage, line, Nearness.GROUND)
    else:
        paint_ground(stage, line, 0.93, Nearness.GROUND)
    if rng.random() < 0.5:
        paint_side_trees(stage, 0.72)
    else:
        paint_rocks(stage, 0.99, (0.02, 0.07), 9, "near")
    paint_grass(stage, 0.995, 0.06, 420, "front")
