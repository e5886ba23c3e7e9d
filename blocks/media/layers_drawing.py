"""Laying the layers of a scene on a frame as the camera sees them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from blocks.media.camera import Axis, View
from blocks.media.layers import FIGURE, FLOOR, RIDGES, WOODS, Floor, Layer, Patch
from blocks.media.layers_planes import Canvas, lay_over
from blocks.media.layers_sampling import RIM_PX, Box, Floats, Lattice, find_lattice, spread
from blocks.media.nearness import Pixels

_MARGIN_PX = 3
_TEXTURED = frozenset({RIDGES, WOODS, FLOOR, FIGURE})


class Ripples(Protocol):
    """Moves what floats on the floor: the water."""

    def bend(self, across: Floats, down: Floats) -> None:
        """Add to the source places of luma, in place; both rows x columns, in pixels of the picture."""


@dataclass(frozen=True)
class Pose:
    """Where a layer is drawn: the horizontal and the vertical view of it."""

    across: Axis
    down: Axis


def pose_of(layer: Layer, view: View, drift_px: tuple[float, float] = (0.0, 0.0), stretch: float = 1.0) -> Pose:
    """Give the pose of a layer.

    Args:
        layer: which.
        view: what the camera sees.
        drift_px: how far the layer has moved by itself, in pixels of the picture, right and down.
        stretch: how tall it stands over its feet.
    """
    across, down = view.horizontal(layer.near), view.vertical(layer.near)
    foot = layer.feet[1]
    return Pose(
        across=Axis(scale=across.scale, start=across.start - drift_px[0]),
        down=Axis(scale=down.scale / stretch, start=foot + (down.start - foot) / stretch - drift_px[1]),
    )


def draw_layer(canvas: Canvas, layer: Layer, pose: Pose) -> None:
    """Lay a layer on the frame."""
    # Skies and dark shapes have no texture worth the dearer filter.
    interpolation = cv2.INTER_CUBIC if layer.kind in _TEXTURED else cv2.INTER_LINEAR
    for patch in layer.patches:
        _draw_patch(canvas, patch, pose, interpolation)


def _draw_patch(canvas: Canvas, patch: Patch, pose: Pose, interpolation: int) -> None:
    box = _shown_box(patch.box, pose, canvas)
    if box.width == 0 or box.height == 0:
        return
    half = box.halved()
    fine = _Grid(pose.across, pose.down, box, patch.box)
    coarse = _Grid(pose.across.halved(centred=False), pose.down.halved(centred=True), half, patch.box.halved())
    planes = canvas.planes
    luma = fine.read(patch.planes.y, interpolation)
    blue, red = (coarse.read(plane, cv2.INTER_LINEAR) for plane in (patch.planes.u, patch.planes.v))
    if patch.alpha is None or patch.alpha_half is None:
        box.of(planes.y)[:] = luma
        half.of(planes.u)[:] = blue
        half.of(planes.v)[:] = red
        return
    lay_over(box.of(planes.y), luma, fine.read(patch.alpha, cv2.INTER_LINEAR))
    alpha = coarse.read(patch.alpha_half, cv2.INTER_LINEAR)
    lay_over(half.of(planes.u), blue, alpha)
    lay_over(half.of(planes.v), red, alpha)


class _Grid:
    """The lattices of one box, found once and used for each plane."""

    def __init__(self, across: Axis, down: Axis, box: Box, source: Box) -> None:
        self._size = (box.width, box.height)
        self._across: Lattice = find_lattice(across, box.left, box.width, source.left - RIM_PX)
        self._down: Lattice = find_lattice(down, box.top, box.height, source.top - RIM_PX)

    def read(self, plane: Pixels, interpolation: int) -> Pixels:
        return spread(plane, self._across, self._down, self._size, interpolation)


def _shown_box(box: Box, pose: Pose, canvas: Canvas) -> Box:
    """Give the even box of the frame in which a patch appears; neighbours neither overlap nor leave a gap."""

    def edge(axis: Axis, place: int, side: int) -> int:
        return min(side, max(0, math.floor(axis.shown(place)) // 2 * 2))

    return Box(
        left=edge(pose.across, box.left, canvas.width),
        top=edge(pose.down, box.top, canvas.height),
        right=edge(pose.across, box.right, canvas.width),
        bottom=edge(pose.down, box.bottom, canvas.height),
    )


class FloorDrawer:
    """Draws the floor of a scene frame by frame; keeps the arrays it works in. Not for use by two threads at once."""

    def __init__(self, floor: Floor, width: int, height: int) -> None:
        self._floor = floor
        self._columns = np.arange(width, dtype=np.float32)
        self._across = np.empty((height, width), np.float32)
        self._down = np.empty((height, width), np.float32)

    def draw(self, canvas: Canvas, view: View, ripples: Ripples | None) -> None:
        """Lay the floor on the frame."""
        rows = np.arange(canvas.height, dtype=np.float64)
        places = self._source_rows(view, rows)
        top = int(np.searchsorted(places, self._floor.box.top - _MARGIN_PX)) // 2 * 2
        opaque = int(np.searchsorted(places, self._floor.opaque_from + _MARGIN_PX)) // 2 * 2
        if top >= canvas.height:
            return
        opaque = max(top, min(opaque, canvas.height))
        across, down = self._maps(view, rows[top:], self._columns)
        if ripples is not None:
            ripples.bend(across, down)
        self._lay(canvas.planes.y, self._floor.planes.y, self._floor.alpha, (across, down), (top, opaque))
        columns = self._columns[: canvas.width // 2] * 2
        across, down = self._maps(view, rows[top // 2 : canvas.height // 2] * 2 + 0.5, columns)
        across *= 0.5
        down -= 0.5
        down *= 0.5
        for ground, plane in ((canvas.planes.u, self._floor.planes.u), (canvas.planes.v, self._floor.planes.v)):
            self._lay(ground, plane, self._floor.alpha_half, (across, down), (top // 2, opaque // 2))

    @staticmethod
    def _lay(ground: Pixels, plane: Pixels, alpha: Pixels, maps: tuple[Floats, Floats], rows: tuple[int, int]) -> None:
        top, opaque = rows
        mixed = opaque - top
        across, down = maps
        if mixed:
            picture = _read(plane, across[:mixed], down[:mixed])
            lay_over(ground[top:opaque], picture, _read(alpha, across[:mixed], down[:mixed]))
        if mixed < across.shape[0]:
            ground[opaque:] = _read(plane, across[mixed:], down[mixed:])

    def _source_rows(
        self, view: View, rows: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Solve which source row each output row shows; the nearness, and with it the view, depends on the source row."""
        floor = self._floor
        reach = rows - view.focus_y
        near, slope = floor.near_at_top, floor.near_per_row
        fixed = view.focus_y + reach * (view.shrink - view.shrink_near * near) + view.down + view.down_near * near
        return np.asarray(fixed / (1 + reach * view.shrink_near * slope - view.down_near * slope))

    def _maps(self, view: View, rows: np.ndarray[tuple[int], np.dtype[np.float64]], columns: Floats) -> tuple[Floats, Floats]:
        """Give the source column and row of every output pixel."""
        floor = self._floor
        places = self._source_rows(view, rows)
        near = floor.near_at_top + floor.near_per_row * places
        scale = view.shrink - view.shrink_near * near
        start = view.focus_x * (1 - scale) + view.across + view.across_near * near
        size = (rows.size, columns.size)
        across = self._across.reshape(-1)[: rows.size * columns.size].reshape(size)
        down = self._down.reshape(-1)[: rows.size * columns.size].reshape(size)
        np.multiply(scale.astype(np.float32)[:, None], columns[None, :], out=across)
        across += start.astype(np.float32)[:, None]
        down[:] = places.astype(np.float32)[:, None]
        return across, down


def _read(plane: Pixels, across: Floats, down: Floats) -> Pixels:
    read = cv2.remap(plane, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return read.astype(np.uint8, copy=False)
