"""Arithmetic on planes: one float per pixel, mostly 0 to 1, height x width."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""Height x width, or height x width x 3 for colours."""
Points = npt.NDArray[np.float64]
"""Corners of a polygon in pixels: count x 2, x before y."""

_SUBPIXEL_BITS = 4
_LARGE_SIGMA_PX = 12.0


def as_plane(values: npt.ArrayLike) -> Plane:
    """Give values as 32-bit floats."""
    return np.asarray(values, np.float32)


def smoothstep(low: float, high: float, values: npt.ArrayLike) -> Plane:
    """Rise softly from 0 at `low` to 1 at `high`; falls when `low` is above `high`."""
    t = (as_plane(values) - np.float32(low)) * np.float32(1 / (high - low))
    t = np.clip(t, 0, 1, out=t) if t.ndim else np.clip(t, 0, 1)
    bend = np.float32(3) - t * np.float32(2)
    bend *= t
    bend *= t
    return as_plane(bend)


def resized(plane: Plane, height: int, width: int) -> Plane:
    """Scale a plane smoothly."""
    shrinking = height < plane.shape[0]
    way = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return cast("Plane", cv2.resize(plane, (width, height), interpolation=way))


def blurred(plane: Plane, across_px: float, down_px: float | None = None) -> Plane:
    """Blur with a Gaussian; large radii are done on a smaller copy, which nobody can see."""
    down_px = across_px if down_px is None else down_px
    least = min(across_px, down_px)
    if least > _LARGE_SIGMA_PX:
        factor = int(least // (_LARGE_SIGMA_PX / 2))
        height, width = plane.shape[:2]
        small = resized(plane, max(2, height // factor), max(2, width // factor))
        small = blurred(small, across_px / factor, down_px / factor)
        return cast("Plane", cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
    return cast("Plane", cv2.GaussianBlur(plane, (0, 0), sigmaX=max(across_px, 0.3), sigmaY=max(down_px, 0.3)))


def shifted(plane: Plane, right_px: float, down_px: float) -> Plane:
    """Move a plane; what comes in at the edges is the edge's own value."""
    move = np.array([[1, 0, right_px], [0, 1, down_px]], np.float32)
    size = (plane.shape[1], plane.shape[0])
    return cast("Plane", cv2.warpAffine(plane, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def sampled(plane: Plane, x: Plane, y: Plane, *, wrap: bool = False) -> Plane:
    """Look a plane up at places given in pixels."""
    border = cv2.BORDER_WRAP if wrap else cv2.BORDER_REFLECT_101
    return cast("Plane", cv2.remap(plane, as_plane(x), as_plane(y), cv2.INTER_LINEAR, borderMode=border))


def filled(height: int, width: int, shapes: Iterable[Points]) -> Plane:
    """Fill polygons with smooth edges; where they overlap they stay filled."""
    mask = np.zeros((height, width), np.uint8)
    for shape in shapes:
        corners = np.round(shape * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(mask, [corners], (255,), cv2.LINE_AA, _SUBPIXEL_BITS)
    return as_plane(mask) / np.float32(255)


def below(line: npt.ArrayLike, height: int, top: int = 0) -> Plane:
    """Give the mask of everything under a line of one height (in pixels from the top) per column, with smooth edges.

    Args:
        line: heights.
        height: rows of the picture.
        top: first row of the mask; the rows above it are left out.
    """
    rows = np.arange(top, height, dtype=np.float32)[:, None] - as_plane(line)[None, :]
    rows += np.float32(0.5)
    return as_plane(np.clip(rows, 0, 1, out=rows))


def top_of(line: npt.ArrayLike, height: int) -> int:
    """Give the first row that a line touches, inside the picture."""
    return int(np.clip(np.min(line) - 2, 0, height - 2))


def depth_below(line: npt.ArrayLike, height: int, top: int) -> Plane:
    """Give how deep each pixel lies under a line, in frame heights, for the rows from `top` down; negative above the line."""
    return as_plane((np.arange(top, height, dtype=np.float32)[:, None] - as_plane(line)[None, :]) * np.float32(1 / height))


def mixed(first: npt.ArrayLike, second: npt.ArrayLike, share: npt.ArrayLike) -> Plane:
    """Go from `first` at share 0 to `second` at share 1."""
    start = as_plane(first)
    result = (as_plane(second) - start) * as_plane(share)
    if result.ndim and np.broadcast_shapes(result.shape, start.shape) == result.shape:
        result += start
        return result
    return as_plane(result + start)
