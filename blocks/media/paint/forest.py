"""Forests: among the trunks, a clearing, wooded slopes."""

from __future__ import annotations

from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_beams, paint_mist, paint_shafts
from blocks.media.paint.backdrop import paint_backdrop, paint_side_trees, tree_sprites, wintry
from blocks.media.paint.ground import (
    ground_line,
    paint_canopy,
    paint_grass,
    paint_ground,
)
from blocks.media.paint.planes import as_plane
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.snow import lay_snow
from blocks.media.paint.stage import Stage
from blocks.media.paint.trunks import paint_trunks
from blocks.media.paint.woods import TreeRow, paint_trees


def paint_forest(stage: Stage) -> None:
    """Choose between standing among the trunks, a clearing, and wooded slopes."""
    choice = stage.rng("kind of forest").random()
    if choice < 0.45:
        _paint_among_trunks(stage)
    elif choice < 0.75:
        _paint_clearing(stage)
    else:
        _paint_slopes(stage)


def _paint_among_trunks(stage: Stage) -> None:
    rng = stage.rng("trunk forest")
    stage.set_horizon(rng.uniform(0.64, 0.74))
    paint_sky(stage)
    mist = mistiness(stage)
    sprites = tree_sprites(stage, "far", 5, 300)
    for number, near in enumerate((0.10, 0.24)):
        line = ground_line(stage, stage.horizon + 0.02 * number, 0.012, 3, f"far {number}")
        paint_trees(
            stage, sprites, line, TreeRow((0.30, 0.62), 46 - 10 * number, near, Nearness.RIDGES + 20 * number), f"far {number}"
        )
        paint_mist(stage, stage.horizon - 0.02, 0.13, 0.45 + 0.35 * mist, f"far {number}")
    for number, (near, wide, count) in enumerate(((0.40, 0.013, 22), (0.62, 0.022, 11), (0.82, 0.038, 5))):
        line = ground_line(stage, stage.horizon + 0.03 + 0.045 * number, 0.014, 4, f"mid {number}", bowl=0.015)
        paint_trunks(stage, line, wide, count, near, f"mid {number}")
        paint_mist(
            stage, stage.horizon + 0.03 + 0.04 * number, 0.08, (0.60 - 0.14 * number) * (0.4 + 0.6 * mist), f"mid {number}"
        )
    if stage.light.veiled < 0.6:
        paint_beams(stage, 0.55)
    line = ground_line(stage, 0.87, 0.018, 3, "near", bowl=0.02)
    if wintry(stage):
        lay_snow(stage, line, Nearness.GROUND)
    else:
        paint_ground(stage, line, 0.92, Nearness.GROUND, lit=1.2)
        paint_grass(stage, 0.92, 0.07, 900, "near", level=Nearness.GROUND + 20)
    paint_shafts(stage, 0.42)
    paint_trunks(stage, ground_line(stage, 1.02, 0.0, 2, "front"), 0.062, 3, 0.97, "front")
    if not wintry(stage):
        paint_canopy(stage, rng.uniform(0.22, 0.36), "front")
    paint_grass(stage, 1.0, 0.10 if not wintry(stage) else 0.05, 500, "front")


def _paint_clearing(stage: Stage) -> None:
    rng = stage.rng("clearing")
    stage.set_horizon(rng.uniform(0.58, 0.66))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=0.0 if rng.random() < 0.5 else rng.uniform(0.16, 0.26), hills=0.11)
    sprites = tree_sprites(stage, "row", 6, 320)
    for number, (near, low, high, count) in enumerate(((0.36, 0.07, 0.15, 90), (0.55, 0.12, 0.25, 54), (0.74, 0.18, 0.40, 30))):
        line = ground_line(stage, stage.horizon + 0.045 + 0.05 * number, 0.015, 3, f"row {number}", bowl=0.02)
        level = Nearness.WOODS - 20 + 20 * number
        paint_trees(
            stage, sprites, line, TreeRow((low, high), count, near, level, 0.10 * number + 0.12 * (number == 2)), f"row {number}"
        )
        paint_mist(
            stage, stage.horizon + 0.04 + 0.045 * number, 0.05, (0.7 - 0.1 * number) * (0.35 + 0.65 * mist), f"row {number}"
        )
    paint_shafts(stage, 0.34)
    line = ground_line(stage, 0.85, 0.02, 3, "near", bowl=0.03)
    if wintry(stage):
        lay_snow(stage, line, Nearness.GROUND)
    else:
        paint_ground(stage, line, 0.90, Nearness.GROUND)
        paint_grass(stage, 0.90, 0.06, 900, "mid", level=Nearness.GROUND + 15)
    paint_side_trees(stage, 0.90)
    paint_grass(stage, 0.985, 0.11 if not wintry(stage) else 0.05, 700, "front")


def _paint_slopes(stage: Stage) -> None:
    rng = stage.rng("slopes")
    stage.set_horizon(rng.uniform(0.50, 0.58))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=rng.uniform(0.14, 0.24), hills=0.0)
    sprites = tree_sprites(stage, "slope", 6, 260)
    tilt = rng.choice([-1.0, 1.0])
    for number, near in enumerate((0.26, 0.42, 0.60, 0.80)):
        way = tilt * (-1) ** number
        line = ground_line(stage, stage.horizon + 0.07 + 0.105 * number, 0.05, 2.2, f"slope {number}")
        line = as_plane(line + (stage.columns[0] - 0.5) * way * 0.20 * stage.height)
        tall = 0.055 + 0.050 * number
        row = TreeRow((tall * 0.5, tall), 120 - 22 * number, near, Nearness.RIDGES + 25 + 22 * number)
        paint_trees(stage, sprites, line, row, f"slope {number}")
        paint_mist(
            stage, stage.horizon + 0.13 + 0.10 * number, 0.055, (0.75 - 0.1 * number) * (0.3 + 0.7 * mist), f"slope {number}"
        )
    paint_shafts(stage, 0.26)
    paint_side_trees(stage, 0.85)
