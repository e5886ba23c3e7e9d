"""Water: it mirrors what stands above it, broken by ripples, with a path of light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.noise import skyline, tile
from blocks.media.paint.planes import Plane, as_plane, below, depth_below, mixed, sampled, smoothstep, top_of
from blocks.media.paint.stage import Stage

_SIDE = 512


@dataclass(frozen=True)
class Water:
    """A surface of water."""

    top: float
    """Its far edge, down the frame, 0 to 1."""
    ripple: float
    """0 a mirror, 1 a fresh breeze, 2 a storm."""
    depth: float = 0.5
    """How much of its own darkness shows."""


def paint_water(stage: Stage, water: Water, mask: Plane | None = None) -> None:
    """Paint water below its far edge, or where a mask says."""
    top = int(water.top * stage.height)
    rows = stage.height - top
    if rows < 4:
        return
    v = as_plane((np.arange(rows, dtype=np.float32)[:, None] + 0.5) / stage.height)
    across = (stage.columns - 0.5) * np.float32(stage.width / stage.height)
    distance = 1 / (v + 0.020)
    rng = stage.rng("water")
    texture = tile(rng, _SIDE, 7, 6, 0.6)
    u = as_plane(across * distance * 30.0)
    w = as_plane(distance * 64.0 + 0 * u)
    swell = sampled(texture, u, w, wrap=True) - 0.5
    fine = sampled(texture, as_plane(u * 3.1 + 77), as_plane(w * 3.1 + 13), wrap=True) - 0.5
    waves = as_plane(swell * 0.70 + fine * 0.62)
    mirror = _mirror(stage, top, v, waves, water.ripple)
    far = smoothstep(0.42, 0.0, v)
    own = mixed(stage.palette.shade, stage.palette.zenith, 0.42)[None, None] * (0.75 + 0.6 * np.clip(waves, -0.3, 0.5))[..., None]
    colour = mixed(own, mirror * 0.93, (1 - water.depth * (1 - 0.72 * far))[..., None])
    colour += _shimmer(stage, v, waves, water.ripple)[..., None] * stage.palette.light
    full = np.zeros_like(stage.picture)
    full[top:] = colour
    cover = np.zeros((stage.height, stage.width), np.float32)
    cover[top:] = 1.0
    stage.lay(cover if mask is None else as_plane(cover * mask), full, Nearness.WATER)


def _mirror(stage: Stage, top: int, v: Plane, waves: Plane, ripple: float) -> Plane:
    x = np.arange(stage.width, dtype=np.float32)[None] + waves * (v * stage.height * 0.10 * ripple + 2.0 * ripple)
    lift = waves * (v * stage.height * 0.55 + 6.0 * stage.height / 1080) * min(ripple, 1.4)
    y = np.clip(top - 1 - v * stage.height * 1.06 + lift, 0, top - 1)
    return sampled(stage.picture, as_plane(x), as_plane(y))


def _shimmer(stage: Stage, v: Plane, waves: Plane, ripple: float) -> Plane:
    light = stage.light
    low = smoothstep(0.7, 0.0, stage.horizon - light.y)
    wide = 0.022 + (0.05 + 0.12 * ripple) * np.sqrt(v)
    across = (stage.columns - light.x) * np.float32(stage.width / stage.height)
    path = np.exp(-((across / wide) ** 2)) + 0.20 * np.exp(-((across / (wide * 4)) ** 2))
    glints = smoothstep(0.02, 0.16, waves + 0.10 * np.exp(-v * 24))
    strength = (0.65 if light.moon else 1.0) * (1 - 0.85 * light.veiled) * (0.55 + 0.45 * low)
    return as_plane(path * glints * strength * np.exp(-v * 1.1) * 0.95)


def paint_swell(stage: Stage, row: float, tall: float, near: float, part: str) -> None:
    """Paint one long wave of a rough sea, with foam on its crest."""
    rng = stage.rng(f"swell {part}")
    shape = skyline(rng, stage.width, rng.uniform(3.0, 5.5), 6, 0.42)
    peaks = as_plane(np.sign(shape) * np.abs(shape) ** 1.25)
    line = as_plane((row - tall * peaks) * stage.height)
    top = top_of(line, stage.height)
    depth = np.clip(depth_below(line, stage.height, top), 0, 1)
    texture = tile(rng, _SIDE, 7, 6, 0.62)
    u = stage.columns * np.float32(560 / (0.5 + near))
    grain = sampled(texture, u + depth * np.float32(500), depth * np.float32(1500) + 0 * u, wrap=True)
    lit = mixed(stage.tone(0.25 + 0.5 * near), mixed(stage.air, stage.palette.upper, 0.4), 0.35)
    colour = mixed(lit, stage.tone(0.55 + 0.45 * near), smoothstep(0.0, tall * 1.5, depth)[..., None])
    colour *= (np.float32(0.80) + np.float32(0.42) * grain)[..., None]
    foam = np.exp(-depth * np.float32(100)) * smoothstep(0.46, 0.66, grain) * smoothstep(-0.1, 0.7, peaks)[None]
    streaks = smoothstep(0.60, 0.76, grain) * np.exp(-depth * np.float32(1 / (tall * 0.8))) * np.float32(0.35)
    white = np.clip(foam + streaks, 0, 0.9) * np.float32(0.5 if stage.light.moon else 0.75)
    colour = mixed(colour, mixed(stage.air, as_plane([1, 1, 1]), 0.25), white[..., None])
    stage.lay(below(line, stage.height, top), colour, Nearness.WATER, top)
