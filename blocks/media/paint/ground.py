"""Near land: the ground underfoot, grass, reeds, rocks, dunes and what frames a picture from close by."""

from __future__ import annotations

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.noise import Rng, field, skyline, tile
from blocks.media.paint.planes import Plane, Points, as_plane, below, filled, mixed, resized, sampled, smoothstep
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import rim_edges


def ground_line(stage: Stage, row: float, swell: float, cells: float, part: str, *, bowl: float = 0.0) -> Plane:
    """Give a gentle line, in pixels from the top per column; `bowl` lifts both ends, in frame heights."""
    shape = skyline(stage.rng(f"line {part}"), stage.width, cells, 5, 0.45)
    ends = (np.abs(stage.columns[0] - 0.5) * 2) ** 2 * bowl
    return as_plane((row + swell * shape - ends) * stage.height)


def paint_ground(stage: Stage, line: Plane, near: float, level: int, *, lit: float = 0.5) -> None:
    """Fill everything below a line with dark land that the light strokes below the sky's brightest part."""
    depth = np.clip((np.arange(stage.height, dtype=np.float32)[:, None] - line[None]) / (0.34 * stage.height), 0, 1)
    colour = mixed(stage.tone(near * 0.86), stage.palette.shade[None, None], smoothstep(0.0, 0.75, depth)[..., None])
    rng = stage.rng(f"ground {near:.2f}")
    u = stage.columns * 640 / (0.35 + depth)
    v = as_plane(np.log1p(depth * 6) * 330) + 0 * u
    grain = sampled(tile(rng, 512, 9, 5, 0.62), as_plane(u), as_plane(v), wrap=True)
    stroke = stage.nearby_light(0.75) * np.exp(-depth * 4.2) * smoothstep(0.42, 0.72, grain)
    strength = lit * (0.18 if stage.light.moon else 0.36) * (1 - 0.75 * stage.light.veiled)
    mask = below(line, stage.height)
    colour = colour * (0.86 + 0.28 * grain)[..., None] + (stroke * strength)[..., None] * stage.palette.light
    stage.lay(mask, as_plane(colour), level)


def paint_grass(stage: Stage, row: float, tall: float, count: int, part: str, *, near: float = 0.97, level: int = Nearness.FOREGROUND) -> None:
    """Let blades of grass stand along the lower part of the picture.

    Args:
        stage: picture.
        row: their foot, down the frame; blades stand a little above and below it.
        tall: height of the longest, in frame heights.
        count: number of blades.
        part: name of the generator.
        near: 0 melts into the air, 1 is the darkest dark.
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
    stage.lay(mask, stage.tone(near), level)
    rim_edges(stage, mask, 0.30)


def _blade(rng: Rng, foot: tuple[float, float], tall: float) -> Points:
    x, y = foot
    lean = rng.normal(0.05, 0.26) * tall
    t = np.array([0.0, 0.35, 0.7, 1.0])
    spine = np.stack([x + lean * t**2, y - tall * t * (1 - 0.10 * t)], axis=1)
    wide = max(0.8, tall * 0.018) * np.array([1.0, 0.85, 0.5, 0.05])
    side = np.stack([wide, 0 * wide], axis=1)
    return np.concatenate([spine - side, (spine + side)[::-1]])


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
        shapes.append(np.array([[foot[0] - thin, foot[1]], tip - [thin * 0.6, 0], tip + [thin * 0.6, 0], [foot[0] + thin, foot[1]]]))
        shapes.append(_blade(rng, foot, size * rng.uniform(0.5, 0.8)))
        if rng.random() < 0.45:
            turn = np.linspace(0, 2 * np.pi, 14)
            oval = np.stack([np.cos(turn) * size * 0.016, np.sin(turn) * size * 0.075], axis=1)
            shapes.append(oval + tip + [0, size * 0.07])
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
    """Paint one sweep of sand with a lit and a shaded flank, and give its line in pixels."""
    rng = stage.rng(f"dune {part}")
    crest = np.clip(skyline(rng, stage.width, rng.uniform(1.3, 2.6), 3, 0.34), -1, 1)
    line = as_plane((row - tall * (0.5 + 0.5 * crest)) * stage.height)
    mask = below(line, stage.height)
    depth = np.clip((np.arange(stage.height, dtype=np.float32)[:, None] - line[None]) / np.float32(stage.height), 0, 1)
    sway = field(rng, stage.height // 3, stage.width // 3, (2, 3), 2)
    sway = resized(sway, stage.height, stage.width) - 0.5
    edge = np.gradient(crest) * stage.width * 0.10
    toward = np.sign(stage.light.x - stage.columns[0])
    slope = np.clip(edge * -toward, -0.6, 0.6)[None] + sway * 1.5 + 0.16
    flank = smoothstep(-0.10, 0.16, slope - depth * 1.1)
    sun = np.minimum(stage.palette.light, 1)
    bright = mixed(stage.tone(near * 0.42), mixed(stage.air, sun * [1.0, 0.80, 0.56], 0.5), 0.30 if stage.light.moon else 0.62)
    dark = stage.tone(0.30 + near * 0.55)
    strength = (1 - 0.55 * stage.light.veiled) * (0.45 if stage.light.moon else 0.85)
    colour = mixed(dark, bright, (flank * strength)[..., None])
    colour = colour * (1 + _sand_ripples(stage, depth, sway, rng) * near)[..., None]
    colour = mixed(colour, dark, (smoothstep(0.02, 0.62, depth) * 0.45)[..., None])
    stage.lay(mask, colour, level)
    glint = np.exp(-depth * stage.height / max(1.2, stage.height / 500)) * mask * stage.nearby_light(0.5)
    stage.shine(as_plane(glint * 0.34 * strength), sun)
    return line


def _sand_ripples(stage: Stage, depth: Plane, sway: Plane, rng: Rng) -> Plane:
    wide = resized(field(rng, stage.height // 4, stage.width // 4, (5, 9), 3), stage.height, stage.width)
    phase = np.log(depth + 0.05) * 62 + sway * 34 + wide * 26
    return as_plane(np.sin(phase) * 0.055 * smoothstep(0.02, 0.22, depth) * smoothstep(0.35, 0.7, wide))
