"""Places under ground and under water."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from blocks.domain.scenery import Hour
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line, paint_rocks
from blocks.media.paint.noise import Rng, field, skyline, tile
from blocks.media.paint.planes import Plane, Points, as_plane, below, blurred, filled, mixed, resized, sampled, smoothstep
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_water
from blocks.media.paint.woods import rim_edges


def paint_cave(stage: Stage) -> None:
    """Paint the view out of a cave's mouth, past rows of rock, often over a still pool."""
    rng = stage.rng("cave")
    stage.palette = replace(stage.palette, key=stage.palette.key * 0.62)
    stage.set_horizon(rng.uniform(0.56, 0.62))
    paint_sky(stage)
    paint_clouds(stage)
    paint_ridge(
        stage,
        Ridge(stage.horizon + 0.02, rng.uniform(0.10, 0.22), 0.22, Nearness.RIDGES, 2.4, sharp=True, snow=0.4, relief=0.7),
        "far",
    )
    paint_mist(stage, stage.horizon, 0.06, 0.4 + 0.4 * mistiness(stage), "far")
    paint_ridge(stage, Ridge(stage.horizon + 0.07, 0.06, 0.45, Nearness.RIDGES + 20, 3.0), "near")
    mouth = (float(np.clip(stage.light.x + rng.normal(0, 0.05), 0.30, 0.70)), stage.horizon - 0.06)
    sizes = ((0.40, 0.34, 0.62), (0.52, 0.43, 0.80), (0.66, 0.54, 0.93))
    pool = rng.random() < 0.6
    _rock_ring(stage, mouth, sizes[0], 0)
    if pool:
        paint_water(stage, Water(stage.horizon + 0.16, 0.10, 0.35))
    for number in (1, 2):
        paint_shafts(stage, 0.30)
        _rock_ring(stage, mouth, sizes[number], number)
    line = ground_line(stage, 0.95, 0.03, 3, "floor", bowl=0.08)
    stage.lay(below(line, stage.height), stage.tone(0.97), Nearness.FOREGROUND)
    paint_rocks(stage, 0.985, (0.02, 0.08), 12, "floor")


def _rock_ring(stage: Stage, mouth: tuple[float, float], size: tuple[float, float, float], number: int) -> None:
    """Paint rock all around an opening: its half width and half height in frame heights, and how near it is."""
    rng = stage.rng(f"rock ring {number}")
    across = (stage.columns - mouth[0]) * (stage.width / stage.height) / size[0]
    down = (stage.rows - mouth[1]) / size[1]
    angle = np.arctan2(down, across)
    steps = np.linspace(-np.pi, np.pi, 1024)
    ragged = skyline(rng, 1024, 7, 8, 0.62, sharp=True) * np.sin((steps + np.pi) / 2) ** 0.3
    far = np.sqrt(across**2 + (down * np.where(down > 0, 1.2, 1.0)) ** 2) + 0.24 * as_plane(np.interp(angle, steps, ragged))
    mask = np.maximum(smoothstep(0.995, 1.005 + 0.01 * number, far), _stalactites(stage, far, number))
    facets = resized(np.abs(field(rng, stage.height // 3, stage.width // 3, (4, 6), 5, 0.5) - 0.5), stage.height, stage.width)
    slope = np.clip(0.5 + (np.roll(facets, 3, axis=1) - np.roll(facets, -3, axis=1)) * 4 * np.sign(across), 0, 1)
    colour = stage.tone(size[2]) * (0.72 + 0.45 * slope)[..., None]
    lip = np.exp(-np.clip(far - 1, 0, None) / 0.16) * smoothstep(0.45, 0.75, slope)
    strength = (0.30 if stage.light.moon else 0.40) * (1.15 - size[2])
    colour = colour + as_plane(lip * strength * 1.6)[..., None] * mixed(stage.air, np.minimum(stage.palette.light, 1), 0.5)
    stage.lay(mask, as_plane(colour), Nearness.WOODS + 45 * number)


def _stalactites(stage: Stage, far: Plane, number: int) -> Plane:
    """Give the mask of stones that hang from the roof of an opening."""
    rng = stage.rng(f"stalactites {number}")
    roofs = np.argmax(far < 1.0, axis=0)
    shapes: list[Points] = []
    for place in rng.random(16):
        column = int(place * (stage.width - 1))
        if roofs[column] == 0:
            continue
        long, half = rng.uniform(0.02, 0.11) * stage.height * (0.7 + 0.3 * number), rng.uniform(0.005, 0.014) * stage.height
        top = float(roofs[column]) - half * 5
        bend = [(-1.0, 0.0), (-0.45, 0.35), (-0.2, 0.7), (0.0, 1.0), (0.22, 0.66), (0.5, 0.30), (1.0, 0.0)]
        shapes.append(np.array([[column + half * dx, top + (long + half * 5) * dy] for dx, dy in bend]))
    return filled(stage.height, stage.width, shapes)


_DEPTHS = {
    Hour.DAWN: ("0a2c44", "1d6b7e", "a9d8c4"),
    Hour.MORNING: ("06324f", "1580a0", "bdeee4"),
    Hour.NOON: ("053a5c", "1290b4", "d2f8ee"),
    Hour.AFTERNOON: ("08344a", "1f8292", "d8ecc0"),
    Hour.DUSK: ("0a1f3c", "265a7a", "e2b98e"),
    Hour.NIGHT: ("030b1c", "0c2c4c", "6fa6c8"),
}


def paint_underwater(stage: Stage) -> None:
    """Paint the depth: light from the surface, shafts, far rocks, weed and drifting specks."""
    rng = stage.rng("underwater")
    stage.set_horizon(0.62)
    deep, middle, bright = (
        as_plane([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]) for code in _DEPTHS[stage.scenery.hour]
    )
    sun = float(np.clip(stage.light.x, 0.25, 0.75))
    across = (stage.columns - sun) * np.float32(stage.width / stage.height)
    far = np.sqrt(across**2 * 0.75 + (stage.rows + 0.12) ** 2)
    stage.picture[:] = mixed(
        mixed(middle, deep, smoothstep(0.15, 1.15, far)[..., None]), bright, (np.exp(-far / 0.24) * 1.25).clip(0, 1)[..., None]
    )
    _paint_surface(stage, across, bright, rng)
    _depth_tones(stage, deep, middle)
    _paint_sunbeams(stage, sun, bright, rng)
    for number, near in enumerate((0.18, 0.40, 0.66)):
        _paint_sea_bed(stage, near, number)
    _paint_sunbeams(stage, sun, bright * 0.45, rng)
    _paint_weeds(stage, rng)
    _paint_specks(stage, bright)


def _depth_tones(stage: Stage, deep: Plane, middle: Plane) -> None:
    """Make far things melt into the water's own colour instead of the air's."""
    band = stage.picture[int(0.55 * stage.height) : int(0.72 * stage.height)].mean(axis=0, keepdims=True)
    stage.__dict__["air"] = as_plane(blurred(np.repeat(band, 3, axis=0), stage.width * 0.06, 0.3)[1:2])
    stage.palette = replace(
        stage.palette, shade=deep * 0.16, haze=middle, light=mixed(middle, as_plane([0.9, 1, 1]), 0.6), glow=0.5
    )


def _paint_surface(stage: Stage, across: Plane, bright: Plane, rng: Rng) -> None:
    texture = tile(rng, 512, 9, 5, 0.6)
    v = stage.rows + np.float32(0.015)
    u, w = as_plane(across / v * 22), as_plane(9 / v + 0 * across)
    waves = np.abs(sampled(texture, u, w, wrap=True) - 0.5)
    caustic = smoothstep(0.085, 0.0, waves) * smoothstep(0.26, 0.0, stage.rows) * np.exp(-((across / 0.9) ** 2))
    stage.shine(as_plane(caustic * 0.42), bright)


def _paint_sunbeams(stage: Stage, sun: float, bright: Plane, rng: Rng) -> None:
    height, width = stage.height // 3, stage.width // 3
    x = (np.arange(width, dtype=np.float32)[None] / width - sun) * np.float32(stage.width / stage.height)
    y = np.arange(height, dtype=np.float32)[:, None] / height
    angle = as_plane(x / (y + 0.55))
    total = np.zeros((height, width), np.float32)
    for _ in range(13):
        total += as_plane(np.exp(-(((angle - rng.normal(0, 0.36)) / rng.uniform(0.010, 0.055)) ** 2)) * rng.uniform(0.25, 1.0))
    fade = np.exp(-y * rng.uniform(1.5, 2.2))
    beams = resized(blurred(as_plane(np.minimum(total, 1.5) * fade), 1.5), stage.height, stage.width)
    stage.shine(np.maximum(beams, 0) * np.float32(0.30), bright)


def _paint_sea_bed(stage: Stage, near: float, number: int) -> None:
    rng = stage.rng(f"sea bed {number}")
    row = 0.76 + 0.085 * number
    lumps = np.clip(skyline(rng, stage.width, 3.0, 7, 0.55), -0.6, 1)
    sides = (np.abs(stage.columns[0] - 0.5) * 2) ** 2 * (0.16 + 0.12 * number)
    line = as_plane((row - 0.10 * lumps - sides) * stage.height)
    mask = below(line, stage.height)
    shapes: list[Points] = []
    for _ in range(16 - 3 * number):
        x = rng.beta(0.6, 0.6)
        foot = float(line[int(x * (stage.width - 1))]) + 5
        shapes.extend(_coral(rng, x * stage.width, foot, rng.uniform(0.03, 0.10) * (1 + 0.6 * number) * stage.height))
    mask = np.maximum(mask, filled(stage.height, stage.width, shapes))
    depth = np.clip((np.arange(stage.height, dtype=np.float32)[:, None] - line[None]) / (0.3 * stage.height), 0, 1)
    colour = mixed(stage.tone(near), stage.tone(min(1.0, near + 0.30)), depth[..., None])
    stage.lay(mask, colour, Nearness.RIDGES + 40 * number)
    top = (
        np.clip(mask - np.roll(mask, round(max(1.0, stage.height / 360)), axis=0), 0, 1) * stage.nearby_light(0.55) * 0.30 * near
    )
    stage.shine(as_plane(top), stage.palette.light)


def _coral(rng: Rng, x: float, foot: float, size: float) -> list[Points]:
    if rng.random() < 0.4:
        turn = np.linspace(np.pi, 0, 12)
        reach = size * rng.uniform(0.4, 0.7) * (1 + 0.10 * rng.standard_normal(12))
        return [np.stack([x + np.cos(turn) * reach * 1.2, foot - np.sin(turn) * reach], axis=1)]
    shapes = []
    for angle in rng.uniform(0.5, np.pi - 0.5, int(rng.integers(4, 8))):
        long, thin = size * rng.uniform(0.5, 1.0), size * 0.055
        knee = np.array([x + np.cos(angle) * long * 0.5, foot - np.sin(angle) * long * 0.45])
        tip = np.array([x + np.cos(angle) * long * 0.75, foot - long])
        side = np.array([thin, 0.0])
        shapes.append(
            np.array(
                [
                    [x - thin, foot],
                    knee - side,
                    tip - side * 0.6,
                    tip + side * 0.6,
                    knee + side,
                    [x + thin, foot],
                ]
            )
        )
    return shapes


def _paint_weeds(stage: Stage, rng: Rng) -> None:
    shapes: list[Points] = []
    left = rng.random() < 0.5
    for _ in range(20):
        place = abs(rng.normal(0, 0.10))
        x = (place if (rng.random() < 0.7) == left else 1 - place) * stage.width
        long = rng.uniform(0.25, 0.85) * stage.height
        t = np.linspace(0, 1, 18)
        sway = np.sin(t * rng.uniform(4, 8) + rng.uniform(0, 6)) * 0.018 * stage.height * (0.3 + t)
        spine = np.stack([x + sway + rng.normal(0, 0.03) * long * t, 1.02 * stage.height - long * t], axis=1)
        wide = stage.height * 0.006 * (1 - 0.7 * t)
        half = np.stack([wide, 0 * wide], axis=1)
        shapes.append(np.concatenate([spine - half, (spine + half)[::-1]]))
        for at in range(2, 17):
            side = 1 if at % 2 else -1
            tip = spine[at] + [side * stage.height * 0.030 * (1 - 0.5 * t[at]), -stage.height * 0.022]
            shapes.append(
                np.array(
                    [
                        spine[at],
                        (spine[at] + tip) / 2 + [0, stage.height * 0.007],
                        tip,
                        (spine[at] + tip) / 2 - [0, stage.height * 0.008],
                    ]
                )
            )
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(0.95), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.3)


def _paint_specks(stage: Stage, bright: Plane) -> None:
    rng = stage.rng("specks")
    count = 420
    specks = np.zeros((stage.height, stage.width), np.float32)
    rows, columns = (rng.random(count) * stage.height).astype(int), (rng.random(count) * stage.width).astype(int)
    np.maximum.at(specks, (rows, columns), as_plane(rng.random(count) ** 2))
    scale = stage.height / 1080
    stage.shine(as_plane(blurred(specks, 1.1 * scale + 0.2) * 2.4 * scale), bright)
