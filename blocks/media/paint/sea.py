"""Salt water: the open sea and its coast."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Weather
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line, paint_grass, paint_rocks
from blocks.media.paint.noise import Rng, field, skyline
from blocks.media.paint.places_water import paint_shore, roughness
from blocks.media.paint.planes import Plane, Points, as_plane, below, filled, mixed, resized, smoothstep
from blocks.media.paint.ridges import Ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_swell, paint_water
from blocks.media.paint.woods import rim_edges


def paint_sea(stage: Stage) -> None:
    """Paint open water, calm with a path of light or rough with long waves."""
    rng = stage.rng("sea")
    rough = roughness(stage)
    stage.set_horizon(rng.uniform(0.52, 0.66))
    paint_sky(stage)
    paint_clouds(stage)
    if stage.scenery.weather is Weather.STORM:
        _paint_lightning(stage)
    elif rng.random() < 0.4:
        island = Ridge(stage.horizon + 0.006, rng.uniform(0.03, 0.09), 0.22, Nearness.RIDGES, 1.6, sharp=True)
        _paint_island(stage, island, rng)
    paint_mist(stage, stage.horizon, 0.02, 0.30 + 0.5 * mistiness(stage), "offing")
    paint_water(stage, Water(stage.horizon, 0.45 + rough, 0.62))
    paint_shafts(stage, 0.26)
    if rough > 0.6:
        waves = ((0.06, 0.018, 0.34), (0.13, 0.034, 0.52), (0.24, 0.060, 0.70), (0.42, 0.085, 0.9))
        for number, (down, tall, near) in enumerate(waves):
            paint_swell(stage, stage.horizon + down, tall * min(1.0, rough * 0.7), near, f"{number}")
            paint_mist(stage, stage.horizon + down, 0.03, 0.18, f"spray {number}")


def _paint_island(stage: Stage, ridge: Ridge, rng: Rng) -> None:
    middle, wide = (0.78 if stage.light.x < 0.5 else 0.22) + rng.uniform(-0.08, 0.08), rng.uniform(0.08, 0.2)
    shape = np.clip(1 - ((stage.columns[0] - middle) / wide) ** 2, 0, 1) ** 0.7
    rough = 0.62 + 0.38 * skyline(rng, stage.width, 6, 6, 0.5)
    line = as_plane((ridge.base - ridge.tall * shape * rough) * stage.height + (shape <= 0) * stage.height)
    mask = below(line, stage.height)
    mask[int(ridge.base * stage.height) :] = 0
    stage.lay(mask, stage.tone(ridge.near), ridge.level)


def _paint_lightning(stage: Stage) -> None:
    rng = stage.rng("lightning")
    x = float(np.clip(1 - stage.light.x + rng.normal(0, 0.08), 0.1, 0.9))
    count = 40
    t = np.linspace(0, 1, count)
    wander = np.cumsum(rng.normal(0, 0.0055, count)) + rng.normal(0, 0.0035, count)
    path = np.stack([(x + wander) * stage.width, t * (stage.horizon - 0.01) * stage.height], axis=1)
    shapes = [_bolt(path, 0.9 * stage.height / 1080)]
    for start in rng.integers(6, 28, size=3):
        long = int(rng.integers(6, 11))
        way = rng.choice([-1.0, 1.0]) * rng.uniform(0.006, 0.012) * stage.width
        steps = np.stack([way + rng.normal(0, abs(way) * 0.7, long), np.full(long, stage.height * 0.016)], axis=1)
        shapes.append(
            _bolt(np.concatenate([path[start : start + 1], path[start] + np.cumsum(steps, axis=0)]), 0.5 * stage.height / 1080)
        )
    mask = filled(stage.height, stage.width, shapes)
    glow = np.exp(-(((stage.columns - x) * stage.width / stage.height / 0.30) ** 2)) * smoothstep(
        1.1, 0.0, stage.rows / stage.horizon
    )
    cold = as_plane([0.80, 0.86, 1.0])
    stage.shine(as_plane(glow * 0.30 * (stage.rows < stage.horizon)), cold)
    stage.shine(as_plane(mask * 1.1), cold)


def _bolt(path: Points, half: float) -> Points:
    thin = np.linspace(1.3, 0.5, len(path))[:, None] * np.array([[max(half, 0.6), 0.0]])
    return np.concatenate([path - thin, (path + thin)[::-1]])


def paint_coast(stage: Stage) -> None:
    """Paint cliffs that step down into the sea, with surf at their feet."""
    rng = stage.rng("coast")
    stage.set_horizon(rng.uniform(0.54, 0.62))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    if stage.scenery.weather is Weather.STORM:
        _paint_lightning(stage)
    paint_mist(stage, stage.horizon, 0.02, 0.3 + 0.5 * mist, "offing")
    paint_water(stage, Water(stage.horizon, 0.4 + roughness(stage), 0.58))
    side = 1 if stage.light.x < 0.5 else 0
    for number, (reach, tall, near) in enumerate(((0.62, 0.12, 0.24), (0.46, 0.22, 0.44), (0.30, 0.36, 0.68))):
        _paint_headland(stage, side, (reach * rng.uniform(0.85, 1.1), tall * rng.uniform(0.8, 1.15), near), number)
        paint_mist(stage, stage.horizon + 0.02 + 0.04 * number, 0.03, 0.25 + 0.4 * mist, f"head {number}")
    paint_shafts(stage, 0.24)
    line = ground_line(stage, 0.93, 0.02, 1.6, "beach")
    tilt = (stage.columns[0] - 0.5) * (0.10 if side == 0 else -0.10)
    paint_shore(stage, as_plane(line + tilt * stage.height), 0.92, Nearness.GROUND)
    _paint_surf(stage, as_plane(line + tilt * stage.height))
    if rng.random() < 0.5:
        paint_rocks(stage, 0.99, (0.015, 0.07), 10, "beach")
    paint_grass(stage, 1.005, 0.13, 460, "beach")


def _paint_headland(stage: Stage, side: int, shape: tuple[float, float, float], number: int) -> None:
    reach, tall, near = shape
    rng = stage.rng(f"headland {number}")
    x = stage.columns[0] if side == 0 else 1 - stage.columns[0]
    foot = stage.horizon + 0.008 + 0.045 * number
    ragged = x + 0.020 * skyline(rng, stage.width, 16, 5, 0.6)
    drop = np.clip((reach - ragged) / (reach * 0.16), 0, 1)
    fall = 0.62 * drop**0.45 + 0.38 * smoothstep(0.0, 1.0, (reach - ragged) / (reach * 0.75))
    top = tall * fall * (0.90 + 0.10 * skyline(rng, stage.width, 7, 6, 0.5)) * (ragged < reach)
    line = as_plane((foot - top) * stage.height + (top <= 0) * stage.height)
    mask = below(line, stage.height) * smoothstep(foot + 0.004, foot, stage.rows)
    grain = resized(field(rng, stage.height // 3, stage.width // 3, (9, 26), 5, 0.6), stage.height, stage.width)
    beds = resized(field(rng, stage.height // 3, stage.width // 3, (60, 3), 3, 0.6), stage.height, stage.width)
    colour = stage.tone(near) * (0.86 + 0.18 * grain + 0.10 * beds)[..., None]
    toward = smoothstep(0.55, 0.75, grain) * stage.nearby_light(0.6) * 0.07 * (1 - 0.8 * stage.light.veiled)
    colour = colour + toward[..., None] * np.minimum(stage.palette.light, 1)
    fade = smoothstep(foot - 0.06, foot, stage.rows) * 0.40
    stage.lay(mask, mixed(colour, stage.air, fade[..., None] * (1 - near)), Nearness.WOODS - 20 + 22 * number)
    rim_edges(stage, mask, 0.4)
    foam = (
        np.exp(-(((stage.rows - foot) / 0.004) ** 2))
        * (x < reach * 1.03)[None]
        * np.clip(0.5 + 0.9 * skyline(rng, stage.width, 30, 4), 0, 1)[None]
    )
    stage.lay(as_plane(foam * 0.5), mixed(stage.air, as_plane([1, 1, 1]), 0.3), None)


def _paint_surf(stage: Stage, line: Plane) -> None:
    rng = stage.rng("surf")
    bright = mixed(stage.air, as_plane([1, 1, 1]), 0.15 if stage.light.moon else 0.35)
    for number in range(3):
        wave = line - (0.006 + 0.022 * number + 0.010 * skyline(rng, stage.width, 4, 5, 0.5)) * stage.height
        off = (np.arange(stage.height, dtype=np.float32)[:, None] - wave[None]) / stage.height
        lace = np.clip(0.35 + 0.9 * skyline(rng, stage.width, 26, 5, 0.7), 0, 1)[None]
        foam = np.exp(-np.where(off > 0, off / 0.006, -off / 0.0012)) * lace
        stage.lay(as_plane(foam * (0.62 - 0.16 * number) * (stage.nearness == Nearness.WATER)), bright, None)
