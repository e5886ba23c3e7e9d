"""Space: stars, gas and worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.noise import Rng, field, tile
from blocks.media.paint.planes import as_plane, blurred, filled, mixed, resized, sampled, smoothstep
from blocks.media.paint.stage import Stage


def paint_space(stage: Stage) -> None:
    """Paint stars, a veil of gas and the lit limb of a world."""
    rng = stage.rng("space")
    stage.set_horizon(1.0)
    stage.palette = replace(stage.palette, key=0.15)
    stage.picture[:] = as_plane([0.008, 0.010, 0.022])
    _paint_gas(stage, rng)
    _paint_star_field(stage)
    big = rng.random() < 0.6
    side = 1.0 if stage.light.x < 0.5 else -1.0
    if big:
        size = rng.uniform(0.9, 1.5)
        _paint_world(
            stage,
            (0.5 + side * rng.uniform(0.0, 0.35), 1.0 + size * rng.uniform(0.42, 0.62)),
            size,
            (side, Nearness.GROUND),
            "world",
        )
        _paint_world(
            stage,
            (0.5 - side * rng.uniform(0.1, 0.32), rng.uniform(0.20, 0.38)),
            rng.uniform(0.025, 0.06),
            (side, Nearness.RIDGES),
            "moon",
        )
    else:
        _paint_world(
            stage,
            (0.5 + side * rng.uniform(0.02, 0.22), rng.uniform(0.42, 0.58)),
            rng.uniform(0.22, 0.34),
            (side, Nearness.WOODS),
            "world",
        )
        _paint_boulders(stage, rng)


_GASES = (
    ("3a1d6e", "b0446e", "e59a62"),
    ("0d3a66", "2f86a6", "a6d6d0"),
    ("4a1638", "c25a3c", "f0b46a"),
    ("16304a", "5a4a9a", "c88ac0"),
)


def _paint_gas(stage: Stage, rng: Rng) -> None:
    height, width = stage.height // 2, stage.width // 2
    body = field(rng, height, width, (2, 3), 7, 0.58)
    fold = np.abs(field(rng, height, width, (3, 5), 7, 0.6) - 0.5)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = (
        (x / width - 0.5) * width / height * np.sin(angle) - (y / height - rng.uniform(0.3, 0.6)) * np.cos(angle)
    ) + 0.35 * (body - 0.5)
    band = np.exp(-((across / rng.uniform(0.20, 0.32)) ** 2))
    cloud = band * smoothstep(0.32, 0.85, body + 0.35 * (0.25 - fold))
    lanes = 1 - 0.55 * smoothstep(0.12, 0.0, fold) * band
    codes = _GASES[int(stage.rng("gas colour").integers(len(_GASES)))]
    low, mid, high = (as_plane([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]) for code in codes)
    colour = mixed(mixed(low, mid, smoothstep(0.15, 0.55, cloud)[..., None]), high, smoothstep(0.5, 0.95, cloud)[..., None])
    glow = colour * as_plane(cloud * lanes)[..., None] * 1.0
    stage.picture += resized(as_plane(glow), stage.height, stage.width).clip(0, None)


def _paint_star_field(stage: Stage) -> None:
    rng = stage.rng("stars")
    layer = np.zeros((stage.height, stage.width), np.float32)
    count = 4200
    rows, columns = (rng.random(count) * stage.height).astype(int), (rng.random(count) * stage.width).astype(int)
    np.maximum.at(layer, (rows, columns), as_plane(np.minimum(rng.pareto(1.9, count) * 0.10 + 0.05, 1.6)))
    scale = stage.height / 1080
    soft = (
        blurred(layer, 0.7 * scale + 0.1) * 3.0 * scale + blurred(np.where(layer > 0.6, layer, 0), 3.0 * scale + 0.1) * 11 * scale
    )
    stage.shine(as_plane(np.minimum(soft, 1.6)), as_plane([0.88, 0.93, 1.0]))


def _paint_world(stage: Stage, middle: tuple[float, float], size: float, side_level: tuple[float, int], part: str) -> None:
    """Paint a sphere lit from one side: its middle as shares of the frame, its radius in frame heights."""
    rng = stage.rng(f"world {part}")
    side, level = side_level
    x = (stage.columns - middle[0]) * np.float32(stage.width / stage.height) / size
    y = (stage.rows - middle[1]) / np.float32(size)
    far2 = x * x + y * y
    z = np.sqrt(np.clip(1 - far2, 0, 1))
    lift = -0.62 if part == "world" else -0.35
    lit = np.clip((-side * 0.72 * x + lift * y + 0.10 * z), 0, 1)
    texture = tile(rng, 512, 5, 7, 0.58)
    u, v = (np.broadcast_to(as_plane(np.arcsin(np.clip(axis, -1, 1)) * 120 + 200), far2.shape) for axis in (x, y))
    land, warp = sampled(texture, u, v, wrap=True), sampled(texture, v, u, wrap=True)
    cloud = sampled(texture, as_plane(u * 1.7 + 60 * warp), as_plane(v * 2.3 + 30 * warp), wrap=True)
    pick = int(rng.integers(2)) if part == "world" else 2
    sea, soil = (
        (as_plane([0.05, 0.16, 0.34]), as_plane([0.20, 0.24, 0.20])),
        (as_plane([0.34, 0.16, 0.09]), as_plane([0.58, 0.33, 0.20])),
        (as_plane([0.22, 0.22, 0.24]), as_plane([0.46, 0.45, 0.44])),
    )[pick]
    ground = mixed(sea, soil, smoothstep(0.49, 0.56, land)[..., None]) * (0.7 + 0.7 * land)[..., None]
    if pick == 0:
        ground = mixed(ground, as_plane([0.92, 0.95, 1.0]), (smoothstep(0.50, 0.72, cloud) * 0.85)[..., None])
    disc = smoothstep(1.0 + 1.6 / (size * stage.height), 1.0 - 1.6 / (size * stage.height), np.sqrt(far2))
    stage.lay(disc, ground * (lit**0.8 * 1.35)[..., None] + as_plane([0.004, 0.006, 0.012]), level)
    tint = (as_plane([0.35, 0.62, 1.0]), as_plane([1.0, 0.62, 0.36]), as_plane([0.8, 0.82, 0.9]))[pick]
    edge = np.sqrt(far2) - 1
    thick = 0.018 if size > 0.5 else 0.05
    air = np.where(edge > 0, np.exp(-np.maximum(edge, 0) / thick), np.exp(np.minimum(edge, 0) / (thick * 3.2)) * 0.8)
    toward = np.clip(-side * 0.72 * x + lift * y + 0.25, 0, 1) ** 1.2
    stage.shine(as_plane(air * toward * (0.85 if pick < 2 else 0.12)), tint)


def _paint_boulders(stage: Stage, rng: Rng) -> None:
    shapes = []
    for _ in range(9):
        turn = np.linspace(0, 2 * np.pi, 14)[:-1]
        size = rng.pareto(2.2) * 0.012 + 0.008
        reach = min(size, 0.10) * stage.height * rng.uniform(0.7, 1.0, 13)
        foot = (rng.beta(0.5, 0.5) * stage.width, rng.uniform(0.72, 1.0) * stage.height)
        shapes.append(np.stack([foot[0] + np.cos(turn) * reach * 1.3, foot[1] + np.sin(turn) * reach], axis=1))
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, as_plane([0.016, 0.016, 0.022]), Nearness.FOREGROUND)
    step = max(1, round(stage.height / 300))
    edge = np.clip(mask - np.roll(mask, step if stage.light.x < 0.5 else -step, axis=1), 0, 1)
    stage.shine(as_plane(edge * 0.35), as_plane([0.85, 0.85, 0.9]))
