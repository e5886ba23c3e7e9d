"""Still and running water: lake, river, swamp."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Weather
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.backdrop import paint_backdrop, paint_side_trees, tree_sprites, wintry
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line, paint_grass, paint_ground, paint_reeds, paint_rocks
from blocks.media.paint.noise import Rng, skyline
from blocks.media.paint.planes import Plane, as_plane, below, smoothstep
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.snow import lay_snow
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_water
from blocks.media.paint.woods import TreeRow, broadleaf, paint_trees, rim_edges, stamp


def roughness(stage: Stage) -> float:
    """How rough water lies in this weather; see `Water.ripple`."""
    return {Weather.STORM: 1.6, Weather.RAIN: 0.8, Weather.CLOUDY: 0.45, Weather.FOG: 0.12, Weather.SNOW: 0.3}.get(
        stage.scenery.weather, 0.28
    )


def paint_shore(stage: Stage, line: Plane, near: float, level: int) -> None:
    """Fill the near bank: snow in winter, dark ground else."""
    if wintry(stage):
        lay_snow(stage, line, level)
    else:
        paint_ground(stage, line, near, level)


def paint_lake(stage: Stage) -> None:
    """Paint a still lake that mirrors woods and mountains."""
    rng = stage.rng("lake")
    stage.set_horizon(rng.uniform(0.50, 0.60))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=rng.uniform(0.16, 0.32) if rng.random() < 0.75 else 0.0, hills=rng.uniform(0.05, 0.10))
    sprites = tree_sprites(stage, "shore", 6, 220)
    shore = stage.horizon + 0.055
    for number, near in enumerate((0.42, 0.62)):
        line = ground_line(stage, shore - 0.022 + 0.016 * number, 0.012, 2.4, f"shore {number}", bowl=0.03 + 0.04 * number)
        line = np.minimum(line, shore * stage.height - 2)
        row = TreeRow((0.03, 0.085 + 0.04 * number), 110 - 40 * number, near, Nearness.WOODS - 15 + 15 * number, 0.45 * number)
        paint_trees(stage, sprites, as_plane(line), row, f"shore {number}")
    paint_mist(stage, shore - 0.01, 0.03, 0.35 + 0.5 * mist, "shore")
    paint_water(stage, Water(shore, roughness(stage) * 0.7))
    paint_mist(stage, shore + 0.02, 0.03, 0.30 + 0.5 * mist, "water")
    paint_shafts(stage, 0.24)
    _paint_near_shore(stage, rng)


def _paint_near_shore(stage: Stage, rng: Rng) -> None:
    line = ground_line(stage, 0.965, 0.02, 1.8, "near shore", bowl=0.07)
    paint_shore(stage, line, 0.94, Nearness.GROUND)
    choice = rng.random()
    if choice < 0.45:
        paint_side_trees(stage, 0.88)
    elif choice < 0.75:
        paint_reeds(stage, 1.0, 0.34, 70, "near shore")
    else:
        paint_rocks(stage, 0.985, (0.015, 0.055), 10, "near shore")
    paint_grass(stage, 1.0, 0.10 if not wintry(stage) else 0.05, 420, "near shore")


def paint_river(stage: Stage) -> None:
    """Paint a river that winds towards the viewer between wooded banks."""
    rng = stage.rng("river")
    stage.set_horizon(rng.uniform(0.46, 0.56))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=rng.uniform(0.14, 0.28) if rng.random() < 0.6 else 0.0, hills=0.08)
    sprites = tree_sprites(stage, "bank", 6, 300)
    line = ground_line(stage, stage.horizon + 0.05, 0.010, 2.4, "far bank")
    paint_trees(stage, sprites, line, TreeRow((0.04, 0.10), 110, 0.44, Nearness.WOODS - 20), "far bank")
    paint_mist(stage, stage.horizon + 0.04, 0.04, 0.4 + 0.5 * mist, "far bank")
    paint_ground(stage, as_plane(line + 0.012 * stage.height), 0.60, Nearness.WOODS, lit=0.7)
    top = stage.horizon + 0.06
    if wintry(stage):
        lay_snow(stage, as_plane(line + 0.016 * stage.height), Nearness.WOODS)
    bed = _River(top, stage, rng)
    paint_water(stage, Water(top, roughness(stage) * 1.15 + 0.15, 0.42), bed.mask)
    paint_mist(stage, top + 0.02, 0.035, 0.35 + 0.5 * mist, "river")
    for number, v in enumerate((0.06, 0.13, 0.24, 0.40)):
        _paint_riverside(stage, sprites, bed, v, number)
        paint_mist(stage, top + (1 - top) * v, 0.03, 0.12 + 0.35 * mist, f"bank {number}")
    paint_shafts(stage, 0.28)
    line = ground_line(stage, 0.99, 0.01, 2, "near", bowl=0.12)
    paint_shore(stage, line, 0.95, Nearness.GROUND + 20)
    if rng.random() < 0.5:
        paint_rocks(stage, 0.97, (0.02, 0.06), 9, "river")
    else:
        paint_reeds(stage, 1.0, 0.26, 46, "river")
    paint_grass(stage, 1.0, 0.10, 420, "river")


class _River:
    """The bed of a river in perspective."""

    def __init__(self, top: float, stage: Stage, rng: Rng) -> None:
        self.top = top
        v = np.clip((stage.rows[:, 0] - top) / (1 - top), 0, 1)
        bend, phase = rng.uniform(0.10, 0.22) * rng.choice([-1, 1]), rng.uniform(0, 6)
        drift = (stage.light.x - 0.5) * (1 - v) * 0.9
        self.middle = as_plane(0.5 + drift + bend * np.sin(phase + 5.5 * v**0.6) * (0.25 + 0.75 * v) * (1 - 0.6 * v))
        rough = 1 + 0.12 * skyline(stage.rng("river edge"), stage.height, 14, 5, 0.6)
        self.half = as_plane((0.035 + 0.46 * v**1.35) * rough)
        edge = as_plane(0.003 + 0.004 * v)[:, None]
        inside = (np.abs(stage.columns - self.middle[:, None]) - self.half[:, None]) / edge
        self.mask = smoothstep(1.0, -1.0, inside) * as_plane(v > 0)[:, None]


def _paint_riverside(stage: Stage, sprites: list[Plane], bed: _River, v: float, number: int) -> None:
    """Let bushes and trees stand on both banks at one depth."""
    rng = stage.rng(f"riverside {number}")
    row = bed.top + (1 - bed.top) * v
    at = int(min(row, 0.999) * stage.height)
    mask = np.zeros((stage.height, stage.width), np.float32)
    tall = 0.08 + 0.62 * v
    for side in (-1, 1):
        edge = bed.middle[at] + side * bed.half[at]
        for _ in range(int(rng.integers(4, 8))):
            x = edge + side * (0.015 + abs(rng.normal(0.04, 0.16)) * (0.5 + v))
            size = tall * rng.uniform(0.35, 1.0)
            foot = (row + rng.uniform(-0.01, 0.012)) * stage.height
            stamp(
                mask,
                sprites[int(rng.integers(len(sprites)))],
                (x * stage.width, foot),
                size * stage.height,
                flip=bool(rng.integers(2)),
            )
        bank = edge + side * 0.008
        x = (stage.columns[0] - bank) * side
        mound = (
            smoothstep(0.0, 0.12, x)
            * (0.010 + 0.030 * v)
            * (0.6 + 0.4 * np.clip(skyline(rng, stage.width, 30, 5, 0.75) + 0.4, 0, 1))
        )
        body = (
            below(as_plane((row - mound) * stage.height), stage.height)
            * (x > 0)[None]
            * smoothstep(row + 0.004 + 0.02 * v, row, stage.rows)
        )
        mask = np.maximum(mask, as_plane(body))
    near = 0.46 + 0.9 * v
    stage.lay(mask, stage.tone(min(near, 0.9)), Nearness.WOODS + 10 * number)
    rim_edges(stage, mask, 0.4)


def paint_swamp(stage: Stage) -> None:
    """Paint dark standing water between drowned trees, under hanging moss."""
    rng = stage.rng("swamp")
    stage.set_horizon(rng.uniform(0.54, 0.62))
    mist = max(0.5, mistiness(stage))
    paint_sky(stage)
    paint_clouds(stage)
    sprites = tree_sprites(stage, "far", 5, 260)
    for number, near in enumerate((0.14, 0.30)):
        line = ground_line(stage, stage.horizon + 0.015 * number, 0.008, 3, f"far {number}")
        paint_trees(
            stage, sprites, line, TreeRow((0.10, 0.26), 60 - 16 * number, near, Nearness.RIDGES + 20 * number), f"far {number}"
        )
        paint_mist(stage, stage.horizon - 0.01, 0.05, 0.35 + 0.35 * mist, f"far {number}")
    bare = [broadleaf(rng, max(90, round(stage.height * 0.42)), leaves=0.0) for _ in range(3)]
    _paint_drowned(stage, bare, (stage.horizon + 0.05, 0.34, 0.55), "mid")
    paint_water(stage, Water(stage.horizon + 0.035, 0.12 + 0.3 * roughness(stage), 0.40))
    paint_mist(stage, stage.horizon + 0.06, 0.035, 0.35 + 0.4 * mist, "water")
    for number in range(2):
        _paint_islets(stage, stage.horizon + 0.10 + 0.11 * number, 0.62 + 0.18 * number, number)
    _paint_drowned(stage, bare, (0.86, 0.74, 0.90), "near")
    paint_mist(stage, stage.horizon + 0.16, 0.04, 0.2 + 0.3 * mist, "near water")
    paint_shafts(stage, 0.3)
    paint_reeds(stage, 1.0, 0.40, 90, "near")
    paint_grass(stage, 1.0, 0.12, 500, "near")


def _paint_drowned(stage: Stage, sprites: list[Plane], place: tuple[float, float, float], part: str) -> None:
    row, tall, near = place
    rng = stage.rng(f"drowned {part}")
    mask = np.zeros((stage.height, stage.width), np.float32)
    for number in range(5 if near < 0.8 else 2):
        at = rng.random() if near < 0.8 else ((0.02 + 0.14 * rng.random()) if number % 2 else (0.84 + 0.14 * rng.random()))
        stamp(
            mask,
            sprites[int(rng.integers(len(sprites)))],
            (at * stage.width, row * stage.height),
            tall * rng.uniform(0.6, 1.0) * stage.height,
            flip=bool(rng.integers(2)),
        )
    stage.lay(mask, stage.tone(near), Nearness.WOODS if near < 0.8 else Nearness.GROUND)
    rim_edges(stage, mask, 0.45)


def _paint_islets(stage: Stage, row: float, near: float, number: int) -> None:
    rng = stage.rng(f"islets {number}")
    mask = np.zeros((stage.height, stage.width), np.float32)
    for _ in range(4):
        middle, wide = rng.random(), rng.uniform(0.04, 0.15)
        hump = np.clip(1 - ((stage.columns[0] - middle) / wide) ** 2, 0, 1)
        grass = np.clip(0.4 + 0.9 * skyline(rng, stage.width, 60, 5, 0.8), 0, 1)
        high = hump**0.6 * (0.006 + 0.030 * grass)
        line = (row + rng.uniform(-0.01, 0.02)) * stage.height
        rows = np.arange(stage.height, dtype=np.float32)[:, None]
        body = np.clip(rows - (line - high[None] * stage.height) + 0.5, 0, 1) * np.clip(line + 2 - rows, 0, 1) * (hump > 0)[None]
        mask = np.maximum(mask, as_plane(body))
    stage.lay(mask, stage.tone(near), Nearness.GROUND - 15 + 10 * number)
