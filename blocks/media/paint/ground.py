"""Near land: the ground underfoot, grass, reeds, rocks, dunes and what frames a picture from close by."""

from __future__ import annotations

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.noise import Rng, field, skyline, tile
from blocks.media.paint.planes import (
    Plane,
    Points,
    as_plane,
    below,
    depth_below,
    filled,
    mixed,
    resized,
    sampled,
    smoothstep,
    top_of,
)
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import rim_edges


def ground_line(stage: Stage, row: float, swell: float, cells: float, part: str, *, bowl: float = 0.0) -> Plane:
    """Give a gentle line, in pixels from the top per column; `bowl` lifts both ends, in frame heights."""
    shape = skyline(stage.rng(f"line {part}"), stage.width, cells, 5, 0.45)
    ends = (np.abs(stage.columns[0] - 0.5) * 2) ** 2 * bowl
    return as_plane((row + swell * shape - ends) * stage.height)


def paint_ground(stage: Stage, line: Plane, near: float, level: int, *, lit: float = 0.5) -> None:
    """Fill everything below a line with dark land that the light strokes below the sky's brightest part."""
    top = top_of(line, stage.height)
    depth = np.clip(depth_below(line, stage.height, top) / np.float32(0.34), 0, 1)
    colour = mixed(stage.tone(near * 0.86), stage.palette.shade[None, None], smoothstep(0.0, 0.75, depth)[..., None])
    rng = stage.rng(f"ground {near:.2f}")
    u = stage.columns * 1000 / (np.float32(0.35) + depth)
    v = np.log1p(depth * 6) * np.float32(520)
    grain = sampled(tile(rng, 512, 26, 4, 0.7), u, v, wrap=True)
    stroke = stage.nearby_light(0.75) * np.exp(-depth * np.float32(4.2)) * (0.6 + 0.4 * smoothstep(0.40, 0.75, grain))
    strength = lit * (0.18 if stage.light.moon else 0.36) * (1 - 0.75 * stage.light.veiled)
    colour *= (np.float32(0.88) + np.float32(0.24) * grain)[..., None]
    mask = below(line, stage.height, top)
    stage.lay(mask, colour, level, top)
    stage.shine(as_plane(stroke * strength * mask), stage.palette.light, top)


def paint_grass(stage: Stage, row: float, tall: float, count: int, part: str, *, level: int = Nearness.FOREGROUND) -> None:
    """Let blades of grass stand along the lower part of the picture.

    Args:
        stage: picture.
        row: their foot, down the frame; blades stand a little above and below it.
        tall: height of the longest, in frame heights.
        count: number of blades.
        part: name of the generator.
        level: nearness.
    """
    rng = stage.rng(f"grass {part}")
    clump = skyline(stage.rng(f"clump {part}"), 512, 7, 4, 0.6) * 0.5 + 0.5
    x = rng.random(count) * 1.04 - 0.02
    thick = np.interp(x, np.linspace(0, 1, 512), np.clip(clump, 0.05, 1))
    blades = []
    for place, size in zip(x, thick * rng.uniform(0.35, 1.0, count), strict=True):
        foot = (place * stage.width, (row + rng.uniform(-0.004, 0.03)) * stage.height)
        blades.append(_blade(rng, foot, tall * size * stage.height))
    mask = filled(stage.height, stage.width, blades)
    mask = np.maximum(mask, below(as_plane(np.full(stage.width, (row + 0.006) * stage.height)), stage.height))
    stage.lay(mask, stage.tone(0.97 if level >= Nearness.FOREGROUND else 0.945), level)
    rim_edges(stage, mask, 0.30)


def _blade(rng: Rng, foot: tuple[float, float], tall: float) -> Points:
    x, y = foot
    lean = rng.normal(0.05, 0.26) * tall
    t = np.array([0.0, 0.35, 0.7, 1.0])
    spine = np.stack([x + lean * t**2, y - tall * t * (1 - 0.10 * t)], axis=1)
    wide = max(0.8, tall * 0.018) * np.array([1.0, 0.85, 0.5, 0.05])
    side = np.stack([wide, 0 * wide], axis=1)
    return np.concatenate([spine - side, (spine + side)[::-1]])


def paint_flowers(stage: Stage, row: float, tall: float, part: str) -> None:
    """Let wild flowers and seed heads rise above the grass."""
    rng = stage.rng(f"flowers {part}")
    shapes: list[Points] = []
    patches = rng.random(4)
    for _ in range(34):
        place = float(np.clip(rng.choice(patches) + rng.normal(0, 0.09), -0.02, 1.02))
        size = tall * rng.uniform(0.45, 1.0) * stage.height
        foot = (place * stage.width, row * stage.height)
        lean = rng.normal(0, 0.12) * size
        t = np.linspace(0, 1, 5)
        spine = np.stack([foot[0] + lean * t**2, foot[1] - size * t], axis=1)
        thin = np.array([[max(0.7, size * 0.007), 0.0]])
        shapes.append(np.concatenate([spine - thin, (spine + thin)[::-1]]))
        turn = np.linspace(0, 2 * np.pi, 11)[:-1]
        petal = size * 0.040 * (1 + 0.45 * (np.arange(10) % 2)) * rng.uniform(0.7, 1.2)
        shapes.append(spine[-1] + np.stack([np.cos(turn) * petal, np.sin(turn) * petal * rng.uniform(0.4, 0.8)], axis=1))
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(0.97), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.5)


def paint_reeds(stage: Stage, row: float, tall: float, count: int, part: str) -> None:
    """Let reeds with their heads stand at both sides of the picture."""
    rng = stage.rng(f"reeds {part}")
    left = rng.random() < 0.5
    shapes: list[Points] = []
    for _ in range(count):
        place = abs(rng.normal(0, 0.16)) if rng.random() < (0.72 if left else 0.28) else 1 - abs(rng.normal(0, 0.16))
        size = tall * rng.uniform(0.45, 1.0) * stage.height
        foot = (place * stage.width, (row + rng.uniform(0, 0.04)) * stage.height)
        lean = rng.normal(0, 0.07) * size
        tip = np.array([foot[0] + lean, foot[1] - size])
        thin = max(0.7, size * 0.006)
        thin_side = np.array([thin * 0.6, 0.0])
        shapes.append(np.array([[foot[0] - thin, foot[1]], tip - thin_side, tip + thin_side, [foot[0] + thin, foot[1]]]))
        shapes.append(_blade(rng, foot, size * rng.uniform(0.5, 0.8)))
        if rng.random() < 0.45:
            turn = np.linspace(0, 2 * np.pi, 14)
            oval = np.stack([np.cos(turn) * size * 0.016, np.sin(turn) * size * 0.075], axis=1)
            shapes.append(oval + tip + np.array([0.0, size * 0.07]))
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(0.98), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.45)


def paint_rocks(stage: Stage, row: float, sizes: tuple[float, float], count: int, part: str) -> None:
    """Set dark rocks on the ground, more of them towards the sides."""
    rng = stage.rng(f"rocks {part}")
    shapes = []
    for _ in range(count):
        place = rng.beta(0.55, 0.55)
        size = rng.uniform(*sizes) * stage.height
        shapes.append(boulder(rng, (place * stage.width, (row + rng.uniform(0, 0.05)) * stage.height), size))
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(0.95), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.5)


def boulder(rng: Rng, foot: tuple[float, float], size: float) -> Points:
    """Give the outline of a rock around a foot point in pixels."""
    turn = np.sort(rng.uniform(0, 2 * np.pi, 13))
    reach = size * rng.uniform(0.72, 1.0, 13)
    return np.stack([foot[0] + np.cos(turn) * reach * 1.5, foot[1] + np.sin(turn) * reach * 0.8], axis=1)


def paint_canopy(stage: Stage, reach: float, part: str, *, near: float = 0.97) -> None:
    """Hang leaves into the picture from above, `reach` frame heights at the corners."""
    rng = stage.rng(f"canopy {part}")
    height, width = stage.height // 2, stage.width // 2
    leaves = field(rng, height, width, (11, 20), 6, 0.72)
    side = rng.uniform(-0.35, 0.35)
    bow = np.abs(np.linspace(-1, 1, width, dtype=np.float32) - side) ** 1.6
    depth = np.linspace(0, 1, height, dtype=np.float32)[:, None] / (reach * (0.22 + 0.78 * bow))[None]
    cover = smoothstep(-0.05, 0.05, leaves * 0.9 + 0.42 - depth)
    mask = resized(cover, stage.height, stage.width).clip(0, 1)
    stage.lay(mask, stage.tone(near), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.25)


def paint_dunes(stage: Stage, row: float, tall: float, near: float, level: int, part: str) -> Plane:
    """Paint one sweep of sand with lit and shaded flanks, and give its line in pixels."""
    rng = stage.rng(f"dune {part}")
    peaks = np.sort((np.arange(3) + rng.uniform(0.1, 0.9, 3)) / 3) + rng.uniform(-0.1, 0.1)
    highs = rng.uniform(0.35, 1.0, 3)
    x = stage.columns[0]
    crest = np.zeros(stage.width, np.float32)
    for peak, high in zip(peaks, highs, strict=True):
        steep, gentle = rng.uniform(0.10, 0.18), rng.uniform(0.20, 0.34)
        crest = np.maximum(
            crest,
            as_plane(
                high * np.exp(-((np.abs(x - peak) / np.where((x > peak) == (stage.light.x < peak), steep, gentle)) ** 1.25))
            ),
        )
    crest = as_plane(crest + 0.10 * skyline(rng, stage.width, 2, 3))
    line = as_plane((row - tall * crest) * stage.height)
    top = top_of(line, stage.height)
    depth = np.clip(depth_below(line, stage.height, top), 0, 1)
    sway = resized(field(rng, stage.height // 4, stage.width // 4, (2, 3), 2), stage.height, stage.width)[top:] - np.float32(0.5)
    shaded = np.zeros_like(depth)
    for peak, high in zip(peaks, highs, strict=True):
        _shade_slip_face(stage, shaded, depth, (peak, tall * (0.5 + high)), rng)
    sun = np.minimum(stage.palette.light, 1)
    bright = mixed(stage.tone(near * 0.36), mixed(stage.air, sun * [1.0, 0.80, 0.56], 0.55), 0.5 if stage.light.moon else 0.66)
    dark = mixed(stage.tone(0.26 + near * 0.62), mixed(stage.palette.zenith, stage.palette.shade, 0.5)[None, None], 0.25)
    strength = (1 - 0.60 * stage.light.veiled) * (0.9 if stage.light.moon else 1.0)
    share = (1 - shaded * 0.92) * (0.62 + 0.7 * sway) * strength * (1 - 0.55 * near * smoothstep(0.0, 0.5, depth))
    colour = mixed(dark, bright, np.clip(share + 0.10, 0, 1)[..., None])
    colour *= (1 + _sand_ripples(stage, depth, sway, rng) * near)[..., None]
    mask = below(line, stage.height, top)
    stage.lay(mask, colour, level, top)
    glint = np.exp(-depth * np.float32(stage.height / max(1.2, stage.height / 500))) * mask * stage.nearby_light(0.5)
    stage.shine(as_plane(glint * 0.30 * strength), sun, top)
    return line


def _shade_slip_face(stage: Stage, shaded: Plane, depth: Plane, dune: tuple[float, float], rng: Rng) -> None:
    """Shade one flank of a dune, given by its peak across the frame and its length: crisp along the crest, soft at the foot."""
    peak, long = dune
    away = 1.0 if peak > stage.light.x else -1.0
    bend, sweep = rng.uniform(-0.05, 0.05), rng.uniform(0.3, 1.1) * rng.choice([-1.0, 1.0])
    reach = slice(0, 1 + int(np.flatnonzero(depth.min(axis=1) < long * 1.9)[-1]))
    near = depth[reach]
    crest = np.float32(peak) + np.float32(sweep) * near + np.float32(bend) * np.sin(near * np.float32(4.5 / long))
    beyond = (stage.columns - crest) * np.float32(away)
    wide = (np.float32(0.045) + np.float32(0.9) * near) * np.clip(1 - near * np.float32(1 / (long * 1.9)), 0, 1) + np.float32(
        1e-4
    )
    edge = np.float32(0.0012) + np.float32(0.03) * np.clip(near * np.float32(1 / long), 0, 1) ** 2
    face = smoothstep(0.0, 1.0, beyond / edge) * smoothstep(1.0, 0.15, beyond / wide)
    face *= smoothstep(long * 1.9, long * 0.9, near)
    np.maximum(shaded[reach], face, out=shaded[reach])


def _sand_ripples(stage: Stage, depth: Plane, sway: Plane, rng: Rng) -> Plane:
    wide = resized(field(rng, stage.height // 4, stage.width // 4, (5, 9), 3), stage.height, stage.width)[-depth.shape[0] :]
    phase = np.log(depth + np.float32(0.05)) * np.float32(62) + sway * np.float32(34) + wide * np.float32(26)
    return as_plane(np.sin(phase) * np.float32(0.055) * smoothstep(0.02, 0.22, depth) * smoothstep(0.35, 0.7, wide))
