"""A road to the horizon."""

from __future__ import annotations

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.backdrop import paint_backdrop, paint_meadow_floor, tree_sprites, wintry
from blocks.media.paint.ground import ground_line, paint_grass
from blocks.media.paint.noise import Rng, skyline
from blocks.media.paint.planes import Plane, as_plane, filled, mixed, smoothstep
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import TreeRow, paint_trees, rim_edges, stamp


def paint_road(stage: Stage) -> None:
    """Paint a road that winds to the horizon, with poles or trees along it."""
    rng = stage.rng("road")
    stage.set_horizon(rng.uniform(0.54, 0.62))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=rng.uniform(0.12, 0.26) if rng.random() < 0.6 else 0.0, hills=rng.uniform(0.05, 0.10))
    line = ground_line(stage, stage.horizon + 0.03, 0.008, 2, "land")
    sprites = tree_sprites(stage, "road", 5, 260)
    paint_trees(stage, sprites, line, TreeRow((0.02, 0.055), 50, 0.40, Nearness.WOODS - 10, 0.2), "far")
    paint_meadow_floor(stage, line, 0.62, Nearness.GROUND - 10)
    paint_mist(stage, stage.horizon + 0.03, 0.03, 0.35 + 0.45 * mist, "far")
    top = stage.horizon + 0.032
    v = np.clip((stage.rows[:, 0] - top) / (1 - top), 0, 1)
    bend, phase = rng.uniform(0.05, 0.15) * rng.choice([-1, 1]), rng.uniform(0, 3)
    goal = float(np.clip(stage.light.x, 0.3, 0.7))
    middle = goal + (0.5 - goal) * v**0.8 + bend * np.sin(phase + 4.2 * v**0.5) * (1 - v) * (0.3 + v)
    half = 0.004 + 0.21 * v**1.25
    _lay_road(stage, as_plane(middle), as_plane(half), as_plane(v))
    _paint_wayside(stage, sprites, middle, half, top, rng)
    paint_shafts(stage, 0.26)
    paint_grass(stage, 0.985, 0.08 if not wintry(stage) else 0.045, 320, "verge")


def _lay_road(stage: Stage, middle: Plane, half: Plane, v: Plane) -> None:
    rng = stage.rng("roadbed")
    rough = 1 + 0.05 * skyline(rng, stage.height, 30, 4, 0.7)
    off = (stage.columns - middle[:, None]) / (half * rough)[:, None]
    mask = smoothstep(1.0, 0.93, np.abs(off)) * as_plane(v > 0)[:, None]
    sheen = mixed(stage.air, stage.palette.upper[None, None], 0.35)
    colour = mixed(sheen * 0.86, stage.tone(0.80), smoothstep(0.0, 0.75, v)[:, None, None] * 0.85)
    ruts = np.exp(-(((np.abs(off) - 0.48) / 0.13) ** 2)) * 0.30
    stage.lay(mask, mixed(colour, stage.palette.shade[None, None], as_plane(ruts)[..., None]), None)


def _paint_wayside(stage: Stage, sprites: list[Plane], middle: Plane, half: Plane, top: float, rng: Rng) -> None:
    poles = rng.random() < 0.5
    side = -1 if stage.light.x > 0.5 else 1
    for number, v in enumerate((0.04, 0.085, 0.15, 0.25, 0.40, 0.62)):
        row = top + (1 - top) * v
        at = min(stage.height - 1, int(row * stage.height))
        near = min(0.95, 0.48 + 0.9 * v)
        level = Nearness.GROUND - 10 + 12 * number
        for way in (side,) if poles else (-1, 1):
            x = (middle[at] + way * (half[at] * 1.25 + 0.012)) * stage.width
            if poles:
                _pole(stage, x, row * stage.height, (0.05 + 0.80 * v) * stage.height, (near, level))
            elif rng.random() < 0.85:
                shift = way * rng.uniform(0, 0.06) * (0.4 + v) * stage.width
                _wayside_tree(
                    stage,
                    sprites[int(rng.integers(len(sprites)))],
                    (x + shift, row * stage.height),
                    (0.05 + 0.80 * v * rng.uniform(0.6, 1.0)) * stage.height,
                    (near, level),
                )


def _pole(stage: Stage, x: float, foot: float, tall: float, depth: tuple[float, int]) -> None:
    thin = max(0.7, tall * 0.011)
    shapes = [np.array([[x - thin, foot], [x - thin * 0.7, foot - tall], [x + thin * 0.7, foot - tall], [x + thin, foot]])]
    for high, reach in ((0.93, 0.13), (0.84, 0.10)):
        y = foot - tall * high
        shapes.append(
            np.array(
                [
                    [x - tall * reach, y - thin],
                    [x + tall * reach, y - thin],
                    [x + tall * reach, y + thin],
                    [x - tall * reach, y + thin],
                ]
            )
        )
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(depth[0]), depth[1])
    rim_edges(stage, mask, 0.4)


def _wayside_tree(stage: Stage, sprite: Plane, foot: tuple[float, float], tall: float, depth: tuple[float, int]) -> None:
    mask = np.zeros((stage.height, stage.width), np.float32)
    stamp(mask, sprite, foot, tall)
    stage.lay(mask, stage.tone(depth[0]), depth[1])
    rim_edges(stage, mask, 0.4)
