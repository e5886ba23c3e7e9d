"""Trunks seen from among them."""

from __future__ import annotations

import numpy as np

from blocks.media.nearness import Nearness
from blocks.media.paint.noise import Rng, skyline
from blocks.media.paint.planes import Plane, Points, below, filled
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import brushed, rim_edges


def paint_trunks(stage: Stage, line: Plane, wide: float, count: int, near: float, part: str) -> None:
    """Let trunks rise out of the picture from a line of ground.

    Args:
        stage: picture.
        line: ground, in pixels from the top per column.
        wide: width of a trunk in frame heights.
        count: how many.
        near: 0 melts into the air, 1 is the darkest dark.
        part: name of the generator; `front` keeps them to the sides, as a frame.
    """
    rng = stage.rng(f"trunks {part}")
    shapes: list[Points] = []
    for number in range(count):
        place = (number + rng.uniform(0.1, 0.9)) / count
        if part == "front":
            place = rng.uniform(-0.02, 0.13) if (number + int(stage.light.x < 0.5)) % 2 else 1 - rng.uniform(-0.02, 0.13)
        foot = float(line[int(np.clip(place * stage.width, 0, stage.width - 1))]) + 4
        shapes.extend(_trunk(rng, stage, place * stage.width, foot, wide * rng.uniform(0.6, 1.3) * stage.height))
    mask = filled(stage.height, stage.width, shapes)
    land = np.maximum(mask, below(brushed(stage, line, 0.010 + wide * 0.45, part), stage.height))
    level = int(np.interp(near, [0.3, 0.9, 1.0], [Nearness.WOODS - 15, Nearness.GROUND, Nearness.FOREGROUND]))
    stage.lay(land, stage.tone(near), level)
    rim_edges(stage, mask, 0.55 * near, width_px=max(1.0, wide * stage.height * 0.09))


def _trunk(rng: Rng, stage: Stage, x: float, foot: float, wide: float) -> list[Points]:
    count = 90
    t = np.linspace(0, 1, count)
    y = foot * (1 - t) - 10 * t
    lean = rng.normal(0, 0.028) * stage.height
    sway = skyline(rng, count, 2, 3) * wide * 0.35
    flare = 1 + 0.75 * np.exp(-t * 30)
    half = wide / 2 * flare * (1 - 0.34 * t)
    left = half * (1 + 0.13 * skyline(rng, count, 12, 4, 0.8))
    right = half * (1 + 0.13 * skyline(rng, count, 12, 4, 0.8))
    spine = x + lean * t + sway
    shapes = [np.concatenate([np.stack([spine - left, y], 1), np.stack([spine + right, y], 1)[::-1]])]
    for _ in range(int(rng.integers(2, 7))):
        at = int(rng.integers(count // 3, count - 2))
        reach = wide * rng.uniform(0.8, 3.2) * rng.choice([-1.0, 1.0])
        shapes.extend(_branch(rng, np.array([spine[at], y[at]]), reach, wide * rng.uniform(0.05, 0.13)))
    return shapes


def _branch(rng: Rng, root: Points, reach: float, thick: float) -> list[Points]:
    """Give a dead branch with a few twigs."""
    t = np.linspace(0, 1, 7)
    rise, sag = rng.uniform(-0.1, 0.7) * abs(reach), rng.uniform(-0.3, 0.5) * abs(reach)
    spine = root + np.stack([reach * t, -rise * t + sag * t**2 + rng.normal(0, thick * 0.6, 7)], axis=1)
    half = np.stack([0 * t, thick * (1 - t) + 0.3], axis=1)
    shapes = [np.concatenate([spine - half, (spine + half)[::-1]])]
    for at in rng.integers(2, 6, size=3):
        tip = spine[at] + [reach * rng.uniform(0.05, 0.25), -abs(reach) * rng.uniform(-0.12, 0.22)]
        shapes.append(np.array([spine[at] - [0, thick * 0.4], tip, spine[at] + [0, thick * 0.4]]))
    return shapes
