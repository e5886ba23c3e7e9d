"""A still picture taken apart into layers that the camera sees move against each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from blocks.media.layers_peeling import Sheet, grown_colours, peel
from blocks.media.layers_planes import Planes, subsampled
from blocks.media.layers_sampling import RIM_PX, Box
from blocks.media.nearness import Nearness, Pixels

_BOUNDS = (10, 40, 80, 110, 170, 210)
"""Nearness values at which a new layer begins: clouds, ridges, woods, floor, figures, foreground; below all of them is sky."""
SKY, CLOUDS, RIDGES, WOODS, FLOOR, FIGURE, FOREGROUND = range(7)
_LEAST_SHARE = 0.0004
"""Layers of a smaller share of the picture join what is behind them."""
_MOST_FIGURES = 4
_FLOOR_DEPTH = 0.34
"""How much nearer the floor is at the lower edge of the frame than where it begins."""
_COLUMN_PX = 96
_FLAT_NEARNESS = 0.4
"""Nearness of a picture that brings no layers."""


@dataclass(frozen=True)
class Patch:
    """A part of a layer, cut to what it covers."""

    box: Box
    """Where it lies in the picture, even numbers."""
    planes: Planes
    """`RIM_PX` larger than the box on every side, chroma too."""
    alpha: Pixels | None
    """As large as the planes; None in the backmost layer."""
    alpha_half: Pixels | None


@dataclass(frozen=True)
class Layer:
    """Things at one distance, with what they hide filled in behind nearer layers."""

    kind: int
    near: float
    """0 to 1."""
    patches: tuple[Patch, ...]
    """Side by side."""
    feet: tuple[float, float] = (0.0, 0.0)
    """Where a figure stands, in pixels of the picture."""
    airborne: bool = False
    """The figure touches no floor."""


@dataclass(frozen=True)
class Floor:
    """Ground and water: a level plane that comes nearer row by row, whole, as large as the picture."""

    near_at_top: float
    near_per_row: float
    box: Box
    planes: Planes
    alpha: Pixels
    alpha_half: Pixels
    opaque_from: int
    """Source row from which on everything down to the lower edge is floor."""

    def near(self, row: float) -> float:
        """Give the nearness of a row of the picture."""
        return min(1.0, max(0.0, self.near_at_top + self.near_per_row * row))


@dataclass(frozen=True)
class Scene:
    """A picture taken apart, from far to near."""

    width: int
    height: int
    behind: tuple[Layer, ...]
    floor: Floor | None
    before: tuple[Layer, ...]
    nearness: Pixels | None
    luma: Pixels
    """Brightness of the whole picture."""


def flat_scene(yuv: Pixels) -> Scene:
    """Make a scene of a picture that brings no layers."""
    height, width = yuv.shape[:2]
    box = Box(left=0, top=0, right=width, bottom=height)
    patch = Patch(box=box, planes=_cut(subsampled(yuv), box), alpha=None, alpha_half=None)
    layer = Layer(kind=SKY, near=_FLAT_NEARNESS, patches=(patch,))
    return Scene(width, height, behind=(layer,), floor=None, before=(), nearness=None, luma=yuv[..., 0].copy())


def split_layers(yuv: Pixels, nearness: Pixels, reach_px: Callable[[float], int]) -> Scene:
    """Take a picture apart by the nearness of its pixels.

    Args:
        yuv: height x width x 3, YUV 4:4:4, even sides.
        nearness: height x width.
        reach_px: how far the nearest things can move against those of a nearness, in pixels.
    """
    height, width = nearness.shape
    numbers = _layer_numbers(nearness)
    sheet = Sheet(yuv=yuv, layer=numbers)
    floor_near = _floor_nearness(numbers, nearness)
    behind: list[Layer] = []
    before: list[Layer] = []
    floor: Floor | None = None
    present = [int(number) for number in np.flatnonzero(np.bincount(numbers.reshape(-1), minlength=7))]
    for number in reversed(present):
        mask = _mask(sheet.layer == number)
        last = number == present[0]
        if number == FLOOR and not last:
            floor = _floor(sheet, mask, floor_near)
        elif number == FIGURE and not last:
            before[:0] = _figures(sheet, mask, nearness, floor_near)
        else:
            near = float(np.median(nearness[numbers == number])) / 255
            need = _grown(_mask(numbers == number), reach_px(near))
            layer = _layer(sheet, _Cut(number, near, None if last else mask, need))
            (before if number > FLOOR else behind).insert(0, layer)
        if not last:
            sheet = peel(sheet, mask, max(1, round(3 * height / 1080)))
    return Scene(width, height, tuple(behind), floor, tuple(before), nearness, yuv[..., 0].copy())


@dataclass(frozen=True)
class _Cut:
    number: int
    near: float
    mask: Pixels | None
    need: Box


@dataclass(frozen=True)
class _FloorNearness:
    at_top: float
    per_row: float

    def at(self, row: float) -> float:
        return min(1.0, max(0.0, self.at_top + self.per_row * row))


def _layer_numbers(nearness: Pixels) -> Pixels:
    numbers = np.digitize(nearness, _BOUNDS).astype(np.uint8)
    counts = np.bincount(numbers.reshape(-1), minlength=7)
    present = [number for number in range(7) if counts[number] >= _LEAST_SHARE * numbers.size]
    table = np.array([max((one for one in present if one <= number), default=present[0]) for number in range(7)], np.uint8)
    return table[numbers]


def _floor_nearness(numbers: Pixels, nearness: Pixels) -> _FloorNearness:
    """Fit the floor's distance: it begins where the things behind it stand and comes nearer down to the frame's edge."""
    height = numbers.shape[0]
    rows = np.flatnonzero(np.any(numbers == FLOOR, axis=1))
    if rows.size == 0:
        return _FloorNearness(Nearness.GROUND / 255, 0.0)
    top = int(rows[0])
    far = numbers[max(0, top - 8) : top]
    behind = nearness[max(0, top - 8) : top][far < FLOOR]
    start = max(0.25, float(np.median(behind)) / 255) if behind.size else Nearness.WOODS / 255
    depth = _FLOOR_DEPTH * min(1.0, (height - top) / (0.45 * height))
    per_row = depth / max(1, height - top)
    return _FloorNearness(start - per_row * top, per_row)


def _floor(sheet: Sheet, mask: Pixels, near: _FloorNearness) -> Floor:
    alpha = _feathered(mask)
    open_rows = np.flatnonzero(np.any(alpha < 255, axis=1))
    return Floor(
        near_at_top=near.at_top,
        near_per_row=near.per_row,
        box=_bounds(mask, 4),
        planes=subsampled(grown_colours(sheet.yuv, mask)),
        alpha=alpha,
        alpha_half=_half_alpha(alpha),
        opaque_from=int(open_rows[-1]) + 1 if open_rows.size else 0,
    )


def _figures(sheet: Sheet, mask: Pixels, nearness: Pixels, floor: _FloorNearness) -> list[Layer]:
    """Make a layer of each figure, from far to near; each moves with the floor under its feet."""
    layers = [_figure(sheet, part, nearness, floor) for part in _parts(mask)]
    return sorted(layers, key=lambda layer: layer.near)


def _figure(sheet: Sheet, part: Pixels, nearness: Pixels, floor: _FloorNearness) -> Layer:
    height, width = part.shape
    box = _bounds(part, 4)
    rows = np.flatnonzero(np.any(part > 0, axis=1))
    feet_row = int(rows[-1])
    columns = np.flatnonzero(np.any(part[max(0, feet_row - height // 40) :] > 0, axis=0))
    feet = (float(columns.mean()), float(feet_row))
    below = nearness[min(height - 1, feet_row + 2 + height // 200), min(width - 1, int(feet[0]))]
    airborne = bool(below < _BOUNDS[FLOOR - 1])
    own = float(np.median(nearness[part > 0])) / 255 if np.any(part > 0) else Nearness.FIGURE / 255
    near = own if airborne else floor.at(feet_row)
    layer = _layer(sheet, _Cut(FIGURE, near, part, box))
    return replace(layer, feet=feet, airborne=airborne)


def _parts(mask: Pixels) -> Iterator[Pixels]:
    """Give the separate figures of a mask, at most four; small rests stay with the largest."""
    height = mask.shape[0]
    joined = _dilated(mask, max(2, height // 90))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    order = sorted(range(1, count), key=lambda one: int(stats[one, cv2.CC_STAT_AREA]), reverse=True)
    for rank, label in enumerate(order[:_MOST_FIGURES]):
        own = labels == label
        if rank == 0:
            own |= np.isin(labels, order[_MOST_FIGURES:])
        part = cv2.bitwise_and(mask, _mask(own))
        if np.any(part):
            yield part


def _layer(sheet: Sheet, cut: _Cut) -> Layer:
    if cut.mask is None:
        planes = subsampled(sheet.yuv)
        whole = Patch(box=cut.need, planes=_cut(planes, cut.need), alpha=None, alpha_half=None)
        return Layer(kind=cut.number, near=cut.near, patches=(whole,))
    soft = cut.number == CLOUDS
    alpha = _misty(cut.mask) if soft else _feathered(cut.mask)
    half = _half_alpha(alpha)
    planes = subsampled(sheet.yuv if soft else grown_colours(sheet.yuv, cut.mask))
    patches = (
        Patch(box=box, planes=_cut(planes, box), alpha=_rimmed(alpha, box), alpha_half=_rimmed(half, box.halved()))
        for box in _columns(alpha, cut.need)
    )
    return Layer(kind=cut.number, near=cut.near, patches=tuple(patches))


def _columns(alpha: Pixels, need: Box) -> list[Box]:
    """Cut what a layer covers into boxes side by side, so that the empty middle between two trees costs nothing."""
    boxes: list[Box] = []
    for left in range(need.left, need.right, _COLUMN_PX):
        right = min(need.right, left + _COLUMN_PX)
        rows = np.flatnonzero(alpha[need.top : need.bottom, left:right].any(axis=1))
        if rows.size == 0:
            continue
        top, bottom = need.top + int(rows[0]) // 2 * 2, min(need.bottom, need.top + int(rows[-1]) // 2 * 2 + 4)
        boxes.append(Box(left=left, top=top, right=right, bottom=bottom))
        while len(boxes) > 1 and boxes[-2].right == boxes[-1].left and _effort(joined := _union(*boxes[-2:])) <= sum(
            map(_effort, boxes[-2:])
        ):
            boxes[-2:] = [joined]
    return boxes


def _union(one: Box, other: Box) -> Box:
    return Box(
        left=min(one.left, other.left),
        top=min(one.top, other.top),
        right=max(one.right, other.right),
        bottom=max(one.bottom, other.bottom),
    )


def _effort(box: Box) -> int:
    """Estimate what drawing a box costs: its lattice goes on beyond it."""
    return (box.width + RIM_PX) * (box.height + RIM_PX)


def _cut(planes: Planes, box: Box) -> Planes:
    half = box.halved()
    return Planes(y=_rimmed(planes.y, box), u=_rimmed(planes.u, half), v=_rimmed(planes.v, half))


def _rimmed(plane: Pixels, box: Box) -> Pixels:
    """Cut a box and its rim out of a plane; beyond the picture its outermost pixels go on."""
    height, width = plane.shape
    left, right = max(0, box.left - RIM_PX), min(width, box.right + RIM_PX)
    top, bottom = max(0, box.top - RIM_PX), min(height, box.bottom + RIM_PX)
    return cv2.copyMakeBorder(
        plane[top:bottom, left:right],
        top - (box.top - RIM_PX),
        box.bottom + RIM_PX - bottom,
        left - (box.left - RIM_PX),
        box.right + RIM_PX - right,
        cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)


def _feathered(mask: Pixels) -> Pixels:
    return cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.uint8, copy=False)


def _misty(mask: Pixels) -> Pixels:
    return cv2.GaussianBlur(mask, (0, 0), max(1.0, mask.shape[0] / 60)).astype(np.uint8, copy=False)


def _half_alpha(alpha: Pixels) -> Pixels:
    return cv2.resize(alpha, (alpha.shape[1] // 2, alpha.shape[0] // 2), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _mask(where: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Pixels:
    return where.astype(np.uint8) * np.uint8(255)


def _dilated(mask: Pixels, radius: int) -> Pixels:
    return cv2.dilate(mask, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)).astype(np.uint8, copy=False)


def _grown(mask: Pixels, margin: int) -> Box:
    return _bounds(mask, margin)


def _bounds(mask: Pixels, margin: int) -> Box:
    """Give the even box around a mask with a margin, inside the picture."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return Box(
        left=max(0, int(columns[0]) - margin) // 2 * 2,
        top=max(0, int(rows[0]) - margin) // 2 * 2,
        right=min(width, math.ceil((int(columns[-1]) + 1 + margin) / 2) * 2),
        bottom=min(height, math.ceil((int(rows[-1]) + 1 + margin) / 2) * 2),
    )
