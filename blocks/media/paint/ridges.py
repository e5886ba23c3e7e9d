"""Far land: hills in layers, and mountains with lit rock and snow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocks.media.paint.noise import Rng, skyline, tile
from blocks.media.paint.planes import Plane, as_plane, below, depth_below, mixed, sampled, smoothstep, top_of
from blocks.media.paint.stage import Stage


@dataclass(frozen=True)
class Ridge:
    """One line of hills or mountains."""

    base: float
    """Foot, down the frame, 0 to 1."""
    tall: float
    """Height of the highest peaks in frame heights."""
    near: float
    """0 melts into the air, 1 is the darkest dark."""
    level: int
    cells: float = 3.0
    """Peaks across the frame, roughly."""
    sharp: bool = False
    snow: float = 0.0
    """Share of the height that lies under snow, from the top."""
    relief: float = 0.0
    """Strength of light and shade on its face, 0 to 1."""


def paint_ridge(stage: Stage, ridge: Ridge, part: str) -> Plane:
    """Paint one ridge down to the lower edge, and give its line in pixels, one value a column."""
    rng = stage.rng(f"ridge {part}")
    shape = skyline(rng, stage.width, ridge.cells, 8, 0.52 if ridge.sharp else 0.42, sharp=ridge.sharp)
    lift = np.clip(shape * 0.5 + 0.5, 0, 1.1)
    if ridge.sharp:
        lift = lift * 0.72 * _massif(stage, rng) + 0.34 * _massif(stage, rng) ** 2
    line = as_plane((ridge.base - ridge.tall * lift) * stage.height)
    top = top_of(line, stage.height)
    stage.lay(below(line, stage.height, top), _face(stage, ridge, line, rng), ridge.level, top)
    _paint_rim(stage, line, 0.16 * ridge.near)
    return line


def _massif(stage: Stage, rng: Rng) -> Plane:
    """Give one value a column, 0.3 to 1: where the mountains gather round their highest summit."""
    x, total = stage.columns[0], np.zeros(stage.width, np.float32)
    for high in (1.0, rng.uniform(0.5, 0.8), rng.uniform(0.3, 0.7)):
        total = np.maximum(
            total, as_plane(high * np.exp(-(np.abs((x - rng.uniform(0.05, 0.95)) / rng.uniform(0.10, 0.26)) ** 1.4)))
        )
    return as_plane(0.30 + 0.70 * total)


def _face(stage: Stage, ridge: Ridge, line: Plane, rng: Rng) -> Plane:
    flat = stage.tone(ridge.near)
    depth = depth_below(line, stage.height, top_of(line, stage.height))
    foot = smoothstep(0.0, max(0.06, ridge.tall * 1.25), depth)[..., None]
    colour = mixed(flat, stage.air, foot * 0.62 * (1 - 0.35 * ridge.near))
    if ridge.relief <= 0:
        return colour
    lit, rough = _relief(stage, depth, rng)
    toward = as_plane(np.sign(stage.light.x - stage.columns) * 0.8 * np.minimum(np.abs(stage.light.x - stage.columns) * 5, 1))
    sunny = np.clip(0.5 + lit * toward * 3.0 + (rough - 0.5) * 0.25, 0, 1)
    glow = mixed(stage.air, np.minimum(stage.palette.light, 1), 0.30)
    rock = mixed(colour, glow, (sunny**2 * ridge.relief * 0.42 * (1 - 0.8 * foot[..., 0]))[..., None])
    if ridge.snow <= 0:
        return rock
    altitude = (ridge.base * stage.height - line[None]) / np.float32(ridge.tall * stage.height) - depth / np.float32(ridge.tall)
    cover = smoothstep(-0.10, 0.16, altitude - (1 - ridge.snow) + (rough - 0.5) * 1.1 + lit * 0.9)
    bright = 0.50 if stage.light.moon else 1.0
    dim = mixed(stage.air, mixed(stage.palette.upper, as_plane([0.75, 0.8, 0.9]) * bright, 0.35), 0.62)
    white = mixed(np.minimum(stage.palette.light, 1), as_plane([1, 1, 1]), 0.35) * (0.62 if stage.light.moon else 0.98)
    snow = mixed(dim, np.broadcast_to(white, (1, 1, 3)), (smoothstep(0.35, 0.85, sunny) * 0.85)[..., None])
    return mixed(rock, mixed(snow, stage.air, foot * 0.7), (cover * (0.95 - 0.35 * (1 - ridge.near)))[..., None])


def _relief(stage: Stage, depth: Plane, rng: Rng) -> tuple[Plane, Plane]:
    """Give slope across (about -0.5 to 0.5) and roughness (0 to 1) of a rock face whose gullies fall away from its peaks."""
    texture = tile(rng, 512, 6, 6, 0.55)
    x = stage.columns * np.float32(stage.width / stage.height) * 330
    u, v = np.broadcast_to(x, depth.shape), depth * 250
    bend = sampled(texture, as_plane(u * 0.4), as_plane(v * 0.4), wrap=True) * 60
    left = np.abs(sampled(texture, as_plane(u + v * 0.8 + bend), as_plane(v * 0.45), wrap=True) - 0.5)
    right = np.abs(sampled(texture, as_plane(u - v * 0.8 - bend + 200), as_plane(v * 0.45 + 90), wrap=True) - 0.5)
    body = np.minimum(left, right)
    step = max(1, round(stage.height / 360))
    slope = np.roll(body, -step, axis=1) - np.roll(body, step, axis=1)
    fine = sampled(texture, as_plane(u * 2.6), as_plane(v * 2.6), wrap=True)
    return as_plane(np.clip(slope * 5.0, -0.5, 0.5)), as_plane(np.clip(0.6 * fine + 1.0 * (0.40 - body), 0, 1))


def _paint_rim(stage: Stage, line: Plane, strength: float) -> None:
    """Let the light catch the crest below it."""
    if strength <= 0.01 or stage.light.veiled > 0.8:
        return
    top, bottom = max(0, int(line.min()) - 2), min(stage.height, int(line.max()) + 8)
    rows = np.arange(top, bottom, dtype=np.float32)[:, None]
    edge = np.exp(-np.clip(rows - line[None], 0, None) / max(1.0, stage.height / 420)) * np.clip(rows - line[None] + 0.5, 0, 1)
    amount = edge * stage.nearby_light(0.5) * strength * (0.5 if stage.light.moon else 1.0)
    stage.shine(as_plane(amount), stage.palette.light, top)
