"""Taking the nearer things off a picture and guessing what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from blocks.media.nearness import Pixels

_Places = npt.NDArray[np.int32]
_Reals = npt.NDArray[np.float32]

_SOFT_PX = 4.0
"""Along an edge colours have mixed with those behind; so wide a border is taken off too. For pictures 1080 high, as all here."""
_RAGGED_PX = 12.0
"""So deep into a hole its own edge mirrors. Farther in a smoothed one does, lest ragged bark gives a ragged mirror image."""
_SMOOTH_PX = 14.0
_COARSE = 4
"""Edges are smoothed, and skies filled, on a grid this many times coarser."""
_UPRIGHT_COST = 2.5
"""Landscapes go on sideways: looking up or down for what to fill with counts as so much farther."""
_REACH_OF_PURE_PX = 32.0
"""Skies are filled from pure colours this near, if there are any, else from mixed ones."""
_NOWHERE = (1 << 15) - 1


@dataclass(frozen=True)
class Sheet:
    """A picture and the number of the layer each pixel belongs to."""

    yuv: Pixels
    """height x width x 3."""
    layer: Pixels
    """height x width."""


@dataclass(frozen=True)
class Fill:
    """Where the pixels of a hole come from; one entry each."""

    hidden: _Places
    """Flat indices."""
    source: _Places
    distance: _Reals
    """How far away the source's border is, in pixels."""


def peel(sheet: Sheet, mask: Pixels, reach_px: float, *, ragged: bool) -> Sheet:
    """Take the masked pixels off and fill the hole from beside it.

    The hole gets the mirror image of what borders on it, so that ridges, trees and waves go on behind a trunk with their texture.

    Args:
        sheet: the picture so far.
        mask: 255 on what to take off.
        reach_px: how far into the hole the camera will ever see; the rest of it is left as it is.
        ragged: the mask's edge is a ragged one, of leaves or bark.
    """
    size = mask.shape[0] / 1080
    hole = cv2.dilate(mask, _disc(_SOFT_PX * size)).astype(np.uint8, copy=False)
    if np.all(hole > 0):
        return sheet
    depth = cv2.distanceTransform(hole, cv2.DIST_L2, 3).astype(np.float32, copy=False)
    border = min(reach_px, _RAGGED_PX * size) if ragged else reach_px
    yuv, layer = sheet.yuv.copy(), sheet.layer.copy()
    for fill in _fills(hole, depth, border, reach_px):
        # A speck between leaves has lost its pure colour and has no neighbour of its kind: it stays as it is.
        sure = (mask.reshape(-1)[fill.hidden] > 0) | (fill.distance <= 3 * _SOFT_PX * size)
        hidden, source = fill.hidden[sure], fill.source[sure]
        yuv.reshape(-1, 3)[hidden] = sheet.yuv.reshape(-1, 3)[source]
        layer.reshape(-1)[hidden] = sheet.layer.reshape(-1)[source]
    return Sheet(yuv=yuv, layer=layer)


def fill_smoothly(yuv: Pixels, known: Pixels) -> Pixels:
    """Fill what is unknown by blending from all around: right for skies, which have no texture to go on with.

    Args:
        yuv: height x width x 3.
        known: not 0 where the picture is to be kept.
    """
    height, width = known.shape
    small = (max(1, width // _COARSE), max(1, height // _COARSE))
    # Pixels beside the edge have mixed colours; they count, and stay as they are, where nothing purer is near.
    soft = _disc(_SOFT_PX * height / 1080)
    pure = cv2.erode(known, soft).astype(np.uint8, copy=False)
    mixed = cv2.bitwise_and(cv2.dilate(pure, soft, iterations=5), cv2.bitwise_not(pure))
    near = cv2.dilate(cv2.resize(pure, small, interpolation=cv2.INTER_AREA), _disc(_REACH_OF_PURE_PX * height / 1080 / _COARSE))
    blended = np.where((near > 0)[..., None], _blended(yuv, pure, small), _blended(yuv, known, small))
    fine = cv2.resize(blended, (width, height), interpolation=cv2.INTER_LINEAR)
    filled = yuv.copy()
    cv2.copyTo(np.clip(fine + 0.5, 0, 255).astype(np.uint8), cv2.bitwise_or(cv2.bitwise_not(known), mixed), filled)
    return filled


def _blended(yuv: Pixels, known: Pixels, small: tuple[int, int]) -> _Reals:
    """Blend the known colours into everything, coarse."""
    kept = cv2.resize(cv2.bitwise_and(yuv, cv2.merge([known, known, known])), small, interpolation=cv2.INTER_AREA)
    weight = cv2.resize(known, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return _pulled(kept.astype(np.float32), weight.astype(np.float32))


def grown_colours(yuv: Pixels, mask: Pixels) -> Pixels:
    """Carry the colours inside a mask some pixels beyond its edge, so that a soft edge shows no rim of what was behind."""
    size = (9, 9)
    inside = cv2.merge([mask, mask, mask])
    sums = cv2.blur(cv2.bitwise_and(yuv, inside), size)
    share = cv2.blur(mask, size)
    spread = cv2.divide(sums, cv2.merge([share, share, share]), scale=255)
    grown = yuv.copy()
    cv2.copyTo(spread, ((mask == 0) & (share > 0)).astype(np.uint8), grown)
    return grown


def _pulled(sums: _Reals, weight: _Reals) -> _Reals:
    """Give weighted sums divided by their weights; where there are none, those of a coarser grid."""
    mean = (sums / np.maximum(weight, np.float32(1e-6))[..., None]).astype(np.float32)
    if min(weight.shape) < 2:
        return mean
    coarser = _pulled(cv2.pyrDown(sums).astype(np.float32), cv2.pyrDown(weight).astype(np.float32))
    around = cv2.resize(coarser, (weight.shape[1], weight.shape[0]), interpolation=cv2.INTER_LINEAR)
    sure = np.minimum(1.0, weight * 40)[..., None]
    return np.asarray(mean * sure + around * (1 - sure), np.float32)


def _fills(hole: Pixels, depth: _Reals, border_px: float, reach_px: float) -> Iterator[Fill]:
    edge = np.flatnonzero((depth > 0) & (depth <= border_px)).astype(np.int32)
    if edge.size:
        yield _filled_from_nearest(hole, edge)
    inside = np.flatnonzero((depth > border_px) & (depth <= reach_px)).astype(np.int32)
    if inside.size:
        yield _filled_from_beside(hole, inside)


def _filled_from_nearest(hole: Pixels, hidden: _Places) -> Fill:
    """Mirror at the nearest edge, wherever it is."""
    height, width = hole.shape
    _, labels = cv2.distanceTransformWithLabels(hole, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
    flat = labels.reshape(-1)
    known = np.flatnonzero(hole.reshape(-1) == 0).astype(np.int32)
    place_of = np.zeros(int(flat.max()) + 1, np.int32)
    place_of[flat[known]] = known
    nearest = place_of[flat[hidden]]
    row, column = np.divmod(hidden, np.int32(width))
    edge_row, edge_column = np.divmod(nearest, np.int32(width))
    there = np.clip(2 * edge_row - row, 0, height - 1) * width + np.clip(2 * edge_column - column, 0, width - 1)
    distance = np.hypot(edge_row - row, edge_column - column).astype(np.float32)
    return Fill(hidden=hidden, source=np.where(hole.reshape(-1)[there] == 0, there, nearest), distance=distance)


def _filled_from_beside(hole: Pixels, hidden: _Places) -> Fill:
    """Mirror at a smoothed edge to the left or right, or above or below where those are far."""
    height, width = hole.shape
    known = _smoothed(hole) == 0
    row, column = np.divmod(hidden, np.int32(width))
    best = hidden.copy()
    least = np.full(hidden.size, _NOWHERE, np.float32)
    flat = hole.reshape(-1)
    for axis in (1, 0):
        own, side, cost = (column, width, 1.0) if axis else (row, height, _UPRIGHT_COST)
        for edge in _edges(known, axis, hidden):
            border = np.clip(edge, 0, side - 1)
            mirror = np.clip(2 * border - own, 0, side - 1)
            here = row * width + border if axis else border * width + column
            there = row * width + mirror if axis else mirror * width + column
            place = np.where(flat[there] == 0, there, here)
            exists = (edge >= 0) & (edge < side) & (flat[place] == 0)
            costs = np.where(exists, np.abs(own - border) * np.float32(cost), np.float32(_NOWHERE))
            best = np.where(costs < least, place, best)
            least = np.minimum(least, costs)
    return Fill(hidden=hidden, source=best.astype(np.int32), distance=least)


def _edges(known: npt.NDArray[np.bool_], axis: int, hidden: _Places) -> tuple[_Places, _Places]:
    """Give for each hidden place the nearest known column (axis 1) or row (axis 0) before and behind it; outside if none."""
    shape = (1, -1) if axis else (-1, 1)
    places = np.arange(known.shape[axis], dtype=np.int16).reshape(shape)
    before = np.maximum.accumulate(np.where(known, places, np.int16(-_NOWHERE)), axis=axis)
    turned = np.flip(np.where(known, places, np.int16(_NOWHERE)), axis=axis)
    behind = np.flip(np.minimum.accumulate(turned, axis=axis), axis=axis)
    return before.reshape(-1)[hidden].astype(np.int32), behind.reshape(-1)[hidden].astype(np.int32)


def _smoothed(hole: Pixels) -> Pixels:
    """Give the wide parts of a hole with rounded and straightened edges; twigs and blades are left out."""
    height, width = hole.shape
    size = height / 1080 / _COARSE
    small = cv2.resize(hole, (max(1, width // _COARSE), max(1, height // _COARSE)), interpolation=cv2.INTER_AREA)
    wide = cv2.morphologyEx(small, cv2.MORPH_OPEN, _disc(_RAGGED_PX * size))
    blurred = cv2.GaussianBlur(wide, (0, 0), sigmaX=max(0.5, _SMOOTH_PX * size), sigmaY=max(0.5, 3 * _SMOOTH_PX * size))
    return (cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR) > 70).astype(np.uint8) * np.uint8(255)


def _disc(radius: float) -> Pixels:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.uint8, copy=False)
