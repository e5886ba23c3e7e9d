"""Trees: outlines grown from a seed, rows of them, and trunks close by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from blocks.media.paint.noise import Rng, skyline
from blocks.media.paint.planes import Plane, Points, as_plane, below, filled, resized
from blocks.media.paint.stage import Stage


@dataclass(frozen=True)
class TreeRow:
    """A row of trees along a line."""

    tall: tuple[float, float]
    """Least and greatest height in frame heights."""
    count: int
    near: float
    level: int
    gaps: float = 0.0
    """Share of the row left open in the middle, for a view."""


def conifer(rng: Rng, tall: int) -> Plane:
    """Give the outline of a spruce, `tall` pixels high, standing on the lower edge."""
    wide = int(tall * rng.uniform(0.30, 0.50))
    middle, shapes = wide / 2, []
    trunk = tall * 0.010 + 0.6
    shapes.append(np.array([[middle - 0.4, 0], [middle + 0.4, 0], [middle + trunk, tall], [middle - trunk, tall]]))
    levels = int(np.clip(tall / 7, 14, 34))
    spare = rng.uniform(0.04, 0.10)
    for level in range(levels):
        t = 0.03 + (0.97 - spare) * (level + rng.uniform(-0.3, 0.3)) / levels
        reach = middle * max(0.03, t) ** 0.95 * rng.uniform(0.55, 1.0)
        for side in (-1, 1):
            length = reach * rng.uniform(0.72, 1.04)
            shapes.append(_bough(rng, (middle, max(0.0, t) * tall), side * length, tall / levels))
    return filled(tall, wide, shapes)


def _bough(rng: Rng, root: tuple[float, float], reach: float, thick: float) -> Points:
    """Give a drooping branch with hanging needles on its lower edge."""
    x, y = root
    droop = abs(reach) * rng.uniform(0.20, 0.62)
    top = [[x, y - thick * 0.7], [x + reach * 0.55, y + droop * 0.35 - thick * 0.15], [x + reach, y + droop]]
    under = []
    for part in (0.86, 0.72, 0.58, 0.44, 0.28):
        hang = thick * rng.uniform(0.55, 1.35) * (1.15 - part * 0.6)
        under.append([x + reach * (part + 0.05), y + droop * part + thick * 0.2])
        under.append([x + reach * part, y + droop * part + hang])
    return np.array([*top, *under, [x, y + thick * 0.9]])


def broadleaf(rng: Rng, tall: int, *, leaves: float = 1.0) -> Plane:
    """Give the outline of a broad-leaved tree, about `tall` pixels high; `leaves` goes from 0 bare to 1 full."""
    mask = np.zeros((round(tall * 1.15), round(tall * 1.9)), np.uint8)
    tips: list[tuple[float, float, float]] = []
    start = (mask.shape[1] / 2, float(mask.shape[0]), -np.pi / 2 + rng.normal(0, 0.05), tall * 0.22, tall * 0.036)
    _grow(rng, mask, start, tips)
    kept = np.array(tips)[rng.random(len(tips)) < leaves] if tips else np.zeros((0, 3))
    return _trimmed(np.maximum(as_plane(mask) / np.float32(255), _foliage(rng, mask.shape, kept, (1.1, 0.95))))


def _trimmed(mask: Plane) -> Plane:
    """Cut empty space away above and at both sides; the foot stays on the lower edge."""
    rows, columns = np.flatnonzero(mask.max(axis=1) > 0.1), np.flatnonzero(mask.max(axis=0) > 0.1)
    middle = mask.shape[1] // 2
    reach = int(max(middle - columns[0], columns[-1] - middle)) + 1
    return mask[rows[0] :, max(0, middle - reach) : middle + reach]


def acacia(rng: Rng, tall: int) -> Plane:
    """Give the outline of a flat-topped tree of the savanna, `tall` pixels high."""
    side = int(tall * 2.0)
    foot = np.array([side / 2, float(tall)])
    fork = foot + np.array([rng.normal(0, 0.05) * tall, -tall * rng.uniform(0.30, 0.42)])
    limbs = [_limb(foot[0], foot[1], fork[0], fork[1], tall * 0.045)]
    tips: list[tuple[float, float, float]] = []
    for reach in np.linspace(-0.62, 0.62, int(rng.integers(5, 8))):
        end = np.array([fork[0] + (reach + rng.normal(0, 0.05)) * tall, tall * (0.13 + 0.10 * abs(reach) + rng.uniform(0, 0.07))])
        knee = (fork + end) / 2 + [reach * 0.08 * tall, rng.uniform(0.0, 0.05) * tall]
        limbs += [_limb(fork[0], fork[1], knee[0], knee[1], tall * 0.024), _limb(knee[0], knee[1], end[0], end[1], tall * 0.015)]
        tips += [(end[0] + rng.normal(0, 0.09) * tall, end[1] - abs(rng.normal(0, 0.012)) * tall, tall * 0.060) for _ in range(9)]
    wood = filled(tall, side, limbs)
    return _trimmed(np.maximum(wood, _foliage(rng, wood.shape, np.array(tips), (1.25, 0.32))))


def _foliage(rng: Rng, shape: tuple[int, ...], tips: Points, spread: tuple[float, float]) -> Plane:
    """Give clusters of leaves around twig ends: x, y and size in pixels, one row each."""
    crown = np.zeros(shape, np.uint8)
    each = 24
    sizes = np.repeat(tips[:, 2:], each, axis=0)
    centers = np.repeat(tips[:, :2], each, axis=0) + rng.normal(0, 1, (len(sizes), 2)) * sizes * np.array(spread)
    radii = np.maximum(0.8, sizes[:, 0] * rng.uniform(0.07, 0.26, len(sizes)))
    for (x, y), radius in zip(
        np.round(centers * 16).astype(int).tolist(), np.round(radii * 16).astype(int).tolist(), strict=True
    ):
        cv2.circle(crown, (x, y), radius, (255,), -1, cv2.LINE_AA, 4)
    return as_plane(crown) / np.float32(255)


def _grow(
    rng: Rng, mask: npt.NDArray[np.uint8], start: tuple[float, float, float, float, float], tips: list[tuple[float, float, float]]
) -> None:
    """Draw trunk and branches, and collect where leaves grow. `start` is x, y, direction, length and thickness of the trunk."""
    tall = mask.shape[0]
    depth_limit = 8 if tall > 300 else 7 if tall > 140 else 6
    stack = [(*start, 0)]
    while stack:
        x, y, angle, length, thick, depth = stack.pop()
        end_x, end_y = x + np.cos(angle) * length, y + np.sin(angle) * length
        cv2.fillPoly(mask, [np.round(_limb(x, y, end_x, end_y, thick) * 16).astype(np.int32)], (255,), cv2.LINE_AA, 4)
        if depth >= 3:
            tips.append((end_x, end_y, tall * 0.034))
        if depth >= depth_limit or length < 2:
            continue
        branches = 3 if rng.random() < (0.45 if depth < 3 else 0.12) else 2
        for number in range(branches):
            spread = rng.uniform(0.42, 0.78) if depth < 3 else rng.uniform(0.55, 1.0)
            turn = (number - (branches - 1) / 2) * spread + rng.normal(0, 0.18)
            turn -= 0.14 * np.sin(angle + np.pi / 2) if depth < 4 else 0.0
            droop = 0.05 * np.cos(angle + turn) if depth > 3 else 0.0
            stack.append(
                (end_x, end_y, angle + turn + droop, length * rng.uniform(0.64, 0.86), max(0.7, thick * 0.64), depth + 1)
            )


def _limb(x: float, y: float, end_x: float, end_y: float, thick: float) -> Points:
    long = max(1e-6, float(np.hypot(end_x - x, end_y - y)))
    nx, ny = -(end_y - y) / long, (end_x - x) / long
    thin = thick * 0.72
    return np.array(
        [
            [x + nx * thick / 2, y + ny * thick / 2],
            [end_x + nx * thin / 2, end_y + ny * thin / 2],
            [end_x - nx * thin / 2, end_y - ny * thin / 2],
            [x - nx * thick / 2, y - ny * thick / 2],
        ]
    )


def palm(rng: Rng, tall: int) -> Plane:
    """Give the outline of a date palm."""
    side = int(tall * 0.9)
    lean = rng.uniform(-0.16, 0.16) * tall
    foot, shapes = side / 2 - lean / 2, []
    t = np.linspace(0, 1, 14)
    spine = np.stack([foot + lean * t**1.6, tall - t * tall * 0.74], axis=1)
    wide = tall * (0.026 - 0.012 * t) * (1 + 0.12 * (np.arange(14) % 2))
    shapes.append(np.concatenate([spine - np.stack([wide, 0 * wide], 1), (spine + np.stack([wide, 0 * wide], 1))[::-1]]))
    head = spine[-1]
    for angle in np.linspace(-0.35, np.pi + 0.35, 13) + rng.normal(0, 0.08, 13):
        shapes.extend(_frond(rng, head, angle, tall * rng.uniform(0.27, 0.36)))
    return filled(tall, side, shapes)


def _frond(rng: Rng, head: Points, angle: float, long: float) -> list[Points]:
    t = np.linspace(0, 1, 16)
    x = head[0] + np.cos(angle) * long * t
    y = head[1] - np.sin(angle) * long * t + long * (0.62 + 0.2 * rng.random()) * t**2.1
    leaves = []
    for i in range(1, 15):
        size = long * 0.17 * np.sin(np.pi * (0.12 + 0.84 * t[i]))
        for side in (-1, 1):
            tip_x, tip_y = x[i] + np.cos(angle) * size * 0.6, y[i] + size * (0.8 if side > 0 else 0.35)
            leaves.append(np.array([[x[i - 1], y[i - 1]], [tip_x, tip_y], [x[i] + 0.8, y[i] + 0.8]]))
    return leaves


def stamp(mask: Plane, sprite: Plane, at: tuple[float, float], tall: float, *, flip: bool = False) -> None:
    """Set an outline on a mask, scaled to `tall` pixels, with the middle of its foot at x, y; what leaves the mask is cut."""
    height = max(2, round(tall))
    width = max(1, round(sprite.shape[1] * height / sprite.shape[0]))
    small = resized(sprite, height, width).clip(0, 1)
    small = small[:, ::-1] if flip else small
    left, top = round(at[0] - width / 2), round(at[1]) - height
    x0, x1 = max(0, left), min(mask.shape[1], left + width)
    y0, y1 = max(0, top), min(mask.shape[0], top + height)
    if x0 < x1 and y0 < y1:
        part = mask[y0:y1, x0:x1]
        np.maximum(part, small[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


def paint_trees(stage: Stage, sprites: Sequence[Plane], line: Plane, row: TreeRow, part: str) -> None:
    """Plant a row of trees along a line (one height in pixels per column) and fill the ground below it."""
    rng = stage.rng(f"trees {part}")
    mask = np.zeros((stage.height, stage.width), np.float32)
    places = _clumped(rng, row.count)
    clump = 0.66 + 0.34 * np.sin(places * rng.uniform(9, 22) + rng.uniform(0, 6))
    for place, size, high in zip(places, rng.beta(2.0, 2.2, row.count), clump, strict=True):
        kind, turn = int(rng.integers(len(sprites))), bool(rng.integers(2))
        if abs(place - 0.5) < row.gaps / 2:
            continue
        column = int(np.clip(place * stage.width, 0, stage.width - 1))
        tall = (row.tall[0] + (row.tall[1] - row.tall[0]) * size * high) * stage.height
        stamp(mask, sprites[kind], (place * stage.width, line[column] + 0.02 * tall + 1), tall, flip=turn)
    land = np.maximum(mask, below(brushed(stage, line, row.tall[1] * 0.10, part), stage.height))
    stage.lay(land, stage.tone(row.near), row.level)
    rim_edges(stage, mask, 0.22 * row.near)


def brushed(stage: Stage, line: Plane, tall: float, part: str) -> Plane:
    """Roughen a line of ground with undergrowth up to `tall` frame heights."""
    rng = stage.rng(f"brush {part}")
    growth = np.clip(skyline(rng, stage.width, 22, 6, 0.78) * 0.6 + 0.4, 0, 1)
    return as_plane(line - growth * tall * stage.height)


def _clumped(rng: Rng, count: int) -> Plane:
    """Give places across the frame, 0 to 1, in groups with glades between them."""
    groups = rng.random(max(2, count // 7))
    loose = rng.random(count)
    chosen = groups[rng.integers(len(groups), size=count)] + rng.normal(0, 0.035, count)
    return as_plane(np.clip(np.sort(np.where(rng.random(count) < 0.62, chosen, loose)), -0.02, 1.02))


def rim_edges(stage: Stage, mask: Plane, strength: float, *, width_px: float = 0.0) -> None:
    """Let the light catch the edges of a dark layer that face it."""
    if strength <= 0.02 or stage.light.veiled > 0.85:
        return
    used = np.flatnonzero(mask.max(axis=1) > 0)
    if used.size == 0:
        return
    reach = round(width_px or max(1.0, stage.height / 600))
    rows = slice(max(0, int(used[0]) - reach), int(used[-1]) + 1)
    part = mask[rows]
    across = stage.columns - stage.light.x
    side = np.where(across > 0, part - np.roll(part, reach, axis=1), part - np.roll(part, -reach, axis=1))
    upper = part - np.roll(part, reach, axis=0)
    upper[:reach] = 0
    far = np.hypot(across * (stage.width / stage.height), stage.rows[rows] - stage.light.y)
    amount = np.clip(np.maximum(side, upper * 0.6), 0, 1) * np.exp(-far / 0.55) * strength * (0.6 if stage.light.moon else 1.5)
    stage.picture[rows] += as_plane(amount)[..., None] * np.minimum(stage.palette.light, 1)
