"""A still picture taken apart into layers that the camera sees move against each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from blocks.media.layers_peeling import Sheet, grown_colours
from blocks.media.layers_planes import Planes, subsampled
from blocks.media.layers_sampling import RIM_PX, Box
from blocks.media.nearness import Pixels

SKY, CLOUDS, RIDGES, WOODS, STANDING, FLOOR, FIGURE, FOREGROUND = range(8)
"""Kinds of layers from far to near. What stands on the floor is drawn before it, so that the floor covers its foot."""
_MOST_FIGURES = 4
_COLUMN_PX = 96
_CLOUD_RAMP = 0.11
"""Share of the height over which clouds come out of nothing."""
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
    """The figure hangs before the sky or a far ridge."""


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
    still: Planes
    """The whole picture as it was; it shows through where the camera sees past the edge of every layer."""

    @property
    def luma(self) -> Pixels:
        """Brightness of the whole picture."""
        return self.still.y


def flat_scene(yuv: Pixels) -> Scene:
    """Make a scene of a picture that brings no layers."""
    height, width = yuv.shape[:2]
    box = Box(left=0, top=0, right=width, bottom=height)
    still = subsampled(yuv)
    patch = Patch(box=box, planes=_cut(still, box), alpha=None, alpha_half=None)
    layer = Layer(kind=WOODS, near=_FLAT_NEARNESS, patches=(patch,))
    return Scene(width, height, behind=(layer,), floor=None, before=(), nearness=None, still=still)


@dataclass(frozen=True)
class Cut:
    """Which pixels of a sheet become a layer."""

    kind: int
    near: float
    mask: Pixels | None
    """255 on the layer; None for the backmost, which is everywhere."""
    seen: Pixels
    """255 where it is seen in the still picture."""
    reach_px: int
    """How far beyond it may be seen when the camera moves."""


def cut_floor(sheet: Sheet, mask: Pixels, near_at_top: float, near_per_row: float) -> Floor:
    """Cut the floor out of a sheet."""
    alpha = _feathered(mask)
    open_rows = np.flatnonzero(np.any(alpha < 255, axis=1))
    return Floor(
        near_at_top=near_at_top,
        near_per_row=near_per_row,
        box=bounds(mask, 4),
        planes=subsampled(grown_colours(sheet.yuv, mask)),
        alpha=alpha,
        alpha_half=_half_alpha(alpha),
        opaque_from=int(open_rows[-1]) + 1 if open_rows.size else 0,
    )


def cut_layer(sheet: Sheet, cut: Cut) -> Layer:
    """Cut a layer out of a sheet."""
    if cut.mask is None:
        planes = subsampled(sheet.yuv)
        box = bounds(cut.seen, cut.reach_px)
        return Layer(cut.kind, cut.near, patches=(Patch(box, _cut(planes, box), alpha=None, alpha_half=None),))
    soft = cut.kind == CLOUDS
    alpha = _misty(cut.mask) if soft else _feathered(cut.mask)
    half = _half_alpha(alpha)
    planes = subsampled(sheet.yuv if soft else grown_colours(sheet.yuv, cut.mask))
    covered = cv2.bitwise_and(alpha, _around(cut.seen, cut.reach_px))
    patches = (
        Patch(box, _cut(planes, box), alpha=_rimmed(alpha, box), alpha_half=_rimmed(half, box.halved()))
        for box in _boxes(covered.astype(np.uint8, copy=False))
    )
    return Layer(cut.kind, cut.near, patches=tuple(patches))


def _around(seen: Pixels, reach_px: int) -> Pixels:
    """Grow what is seen by what the camera may uncover of it."""
    height, width = seen.shape
    small = cv2.resize(seen, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    side = 2 * (reach_px // 8 + 1) + 1
    grown = cv2.dilate(cv2.threshold(small, 0, 255, cv2.THRESH_BINARY)[1], np.ones((side, side), np.uint8))
    return cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)


def _boxes(covered: Pixels) -> list[Box]:
    """Cut what a layer covers into boxes that neither overlap nor hold much that is empty, in one row of boxes or in two."""
    height = covered.shape[0]
    best = _columns(covered, 0, height)
    for row in range(height // 8 // 2 * 2, height, max(2, height // 8 // 2 * 2)):
        boxes = _columns(covered, 0, row) + _columns(covered, row, height)
        if sum(map(_effort, boxes)) < sum(map(_effort, best)):
            best = boxes
    return best


def _columns(covered: Pixels, top: int, bottom: int) -> list[Box]:
    """Cut the rows from `top` to `bottom` into boxes side by side, so that the empty middle between two trees costs nothing."""
    width = covered.shape[1]
    boxes: list[Box] = []
    for left in range(0, width, _COLUMN_PX):
        right = min(width, left + _COLUMN_PX)
        rows = np.flatnonzero(covered[top:bottom, left:right].any(axis=1))
        if rows.size == 0:
            continue
        low = min(bottom, top + int(rows[-1]) // 2 * 2 + 4)
        boxes.append(Box(left=left, top=top + int(rows[0]) // 2 * 2, right=right, bottom=low))
        while len(boxes) > 1 and boxes[-2].right == boxes[-1].left:
            joined = _union(boxes[-2], boxes[-1])
            if _effort(joined) > _effort(boxes[-2]) + _effort(boxes[-1]):
                break
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
    """Estimate what drawing a box costs, in pixels: its lattice goes on beyond it, and each box has its own overhead."""
    return (box.width + RIM_PX) * (box.height + RIM_PX) + 30_000


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
    """Give a cloud soft edges, and let it come out of nothing at the left: it drifts to the right, and no more cloud follows."""
    height, width = mask.shape
    ramp = np.clip(np.arange(width, dtype=np.float32) / (_CLOUD_RAMP * height), 0, 1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(1.0, height / 60)) * ramp, np.uint8)


def _half_alpha(alpha: Pixels) -> Pixels:
    return cv2.resize(alpha, (alpha.shape[1] // 2, alpha.shape[0] // 2), interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )


def bounds(mask: Pixels, margin: int) -> Box:
    """Give the even box around a mask with a margin, inside the picture."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return Box(
        left=max(0, int(columns[0]) - margin) // 2 * 2,
        top=max(0, int(rows[0]) - margin) // 2 * 2,
        right=min(width, math.ceil((int(columns[-1]) + 1 + margin) / 2) * 2),
        bottom=min(height, math.ceil((int(rows[-1]) + 1 + margin) / 2) * 2),
    )
