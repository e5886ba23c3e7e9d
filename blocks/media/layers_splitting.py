"""Deciding which pixels of a picture move together, by how near they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from blocks.media.layers import (
    CLOUDS,
    FIGURE,
    FLOOR,
    FOREGROUND,
    RIDGES,
    SKY,
    STANDING,
    WOODS,
    Cut,
    Floor,
    Layer,
    Scene,
    cut_floor,
    cut_layer,
)
from blocks.media.layers_peeling import Sheet, fill_smoothly, peel
from blocks.media.layers_planes import subsampled
from blocks.media.nearness import Nearness, Pixels

_BOUNDS = (10, 40, 80, 110, 182, 200)
"""Nearness values at which a new layer begins: clouds, ridges, woods, floor, figures, foreground; below all of them is sky."""
_NUMBERS = np.array([SKY, CLOUDS, RIDGES, WOODS, FLOOR, FIGURE, FOREGROUND], np.uint8)
_UPRIGHT = (STANDING, FIGURE, FOREGROUND)
_LEAST_SHARE = 0.0004
"""Layers of a smaller share of the picture join what is behind them."""
_LEAST_GAP = 24
"""Ridges and woods closer than this share a layer: nobody would see them move apart."""
_MOST_FIGURES = 4
_FLOOR_DEPTH = 0.34
"""How much nearer the floor is at the lower edge of the frame than where it begins."""
_MOST_DRIFT_PX = 24
"""Room for what moves by itself."""
_LEAST_SUN = 150
"""Brightness from which on the brightest part of a sky is taken for sun or moon, studio range."""
_LARGEST_SUN = 0.015
"""Share of the picture; what is larger is a bright cloud."""
_SUN_MARGIN_PX = 30
_CLOUD_WAY_PX = 110
"""How far clouds may drift during a clip."""
_THIN_PX = 12
"""What stands behind others goes on behind them so far: behind a blade of grass, not behind a trunk."""


def split_layers(yuv: Pixels, nearness: Pixels, reach_px: Callable[[float], int]) -> Scene:
    """Take a picture apart by the nearness of its pixels.

    Args:
        yuv: height x width x 3, YUV 4:4:4, even sides.
        nearness: height x width.
        reach_px: how far the nearest things can move against those of a nearness, in pixels.
    """
    height, width = nearness.shape
    numbers = _with_still_sun(_with_standing(_layer_numbers(nearness)), yuv[..., 0])
    splitter = _Splitter(Sheet(yuv=yuv, layer=numbers), nearness, _floor_nearness(numbers, nearness), reach_px)
    before = splitter.cut_near()
    floor, behind = splitter.cut_far()
    return Scene(width, height, behind, floor, before, nearness, subsampled(yuv))


@dataclass(frozen=True)
class _FloorNearness:
    at_top: float
    per_row: float

    def at(self, row: float) -> float:
        return min(1.0, max(0.0, self.at_top + self.per_row * row))


@dataclass(frozen=True)
class _Splitter:
    """Cuts a picture into its layers, the nearest first, and fills in what they hid."""

    whole: Sheet
    nearness: Pixels
    floor: _FloorNearness
    reach_px: Callable[[float], int]

    def cut_near(self) -> tuple[Layer, ...]:
        """Cut figures and foreground, from far to near."""
        numbers = self.whole.layer
        front = numbers == FOREGROUND
        if not (numbers < FIGURE).any():
            return ()
        layers: list[Layer] = []
        if (numbers == FIGURE).any():
            uncovered = self._peeled(self.whole, front, _THIN_PX)
            layers += _figures(uncovered, _mask(uncovered.layer == FIGURE), self.nearness, self.floor)
        if front.any():
            layers.append(self._cut(self.whole, FOREGROUND))
        return tuple(layers)

    def cut_far(self) -> tuple[Floor | None, tuple[Layer, ...]]:
        """Cut everything behind the figures, from far to near; the floor apart."""
        numbers = self.whole.layer
        reach = self.reach_px(0.0) + _MOST_DRIFT_PX
        layers: list[Layer] = []
        floor: Floor | None = None
        present = [int(number) for number in np.flatnonzero(np.bincount(numbers.reshape(-1))) if number < FIGURE]
        sheet = self._peeled(self.whole, np.isin(numbers, _UPRIGHT), reach, ragged=True)
        for number in reversed(present):
            last = number == present[0]
            if number == FLOOR and not last:
                floor = cut_floor(sheet, self._floor_mask(sheet), self.floor.at_top, self.floor.per_row)
            elif number == STANDING:
                uncovered = self._peeled(self.whole, numbers >= FIGURE, _THIN_PX)
                layers.insert(0, self._cut(self._peeled(uncovered, uncovered.layer == FLOOR, _THIN_PX), STANDING))
            else:
                layers.insert(0, self._cut(self._smooth(sheet, number), number, last=last))
            if not last:
                sheet = self._peeled(sheet, sheet.layer >= number, reach) if number != STANDING else sheet
        return floor, tuple(layers)

    def _cut(self, sheet: Sheet, number: int, *, last: bool = False) -> Layer:
        own = self.whole.layer == number
        near = self.floor.at(_foot(own)) if number == STANDING else float(np.median(self.nearness[own])) / 255
        mask = None if last else _mask(sheet.layer == number)
        return cut_layer(sheet, Cut(number, near, mask, _mask(own), self.reach_px(near) + _MOST_DRIFT_PX))

    def _floor_mask(self, sheet: Sheet) -> Pixels:
        """Give the ground, whole: what was filled in as ground above its line is none, what hides it below the line is."""
        height = sheet.layer.shape[0]
        rows, line = np.arange(height)[:, None], _ground_line(self.whole.layer)[None, :]
        ground = (sheet.layer == FLOOR) & (rows >= line - _tolerance_px(height))
        return _mask(ground | ((self.whole.layer >= FIGURE) & (rows >= line + _tolerance_px(height))))

    def _smooth(self, sheet: Sheet, number: int) -> Sheet:
        """Fill sky and clouds without texture, from all that is seen of them."""
        if number > CLOUDS:
            return sheet
        return replace(sheet, yuv=fill_smoothly(self.whole.yuv, _mask(self.whole.layer <= number)))

    @staticmethod
    def _peeled(sheet: Sheet, where: npt.NDArray[np.bool_], reach_px: float, *, ragged: bool = False) -> Sheet:
        return peel(sheet, _mask(where), reach_px, ragged=ragged) if where.any() else sheet


def _layer_numbers(nearness: Pixels) -> Pixels:
    numbers = _NUMBERS[np.digitize(nearness, _BOUNDS)]
    counts = np.bincount(numbers.reshape(-1), minlength=FOREGROUND + 1)
    present = [int(number) for number in np.flatnonzero(counts >= _LEAST_SHARE * numbers.size)]
    table = [max((one for one in present if one <= number), default=present[0]) for number in range(FOREGROUND + 1)]
    numbers = np.array(table, np.uint8)[numbers]
    ridges, woods = numbers == RIDGES, numbers == WOODS
    if ridges.any() and woods.any() and np.median(nearness[woods]) - np.median(nearness[ridges]) < _LEAST_GAP:
        numbers[ridges] = WOODS
    return numbers


def _with_standing(numbers: Pixels) -> Pixels:
    """Tell what rises from the floor (trunks, houses) from the floor itself: it is as near as its foot, all the way up."""
    height = numbers.shape[0]
    floor = numbers == FLOOR
    if not floor.any():
        return numbers
    rises = floor & (np.arange(height)[:, None] < _ground_line(numbers)[None, :] - _tolerance_px(height))
    if rises.mean() < _LEAST_SHARE:
        return numbers
    return np.where(rises, np.uint8(STANDING), numbers)


def _with_still_sun(numbers: Pixels, luma: Pixels) -> Pixels:
    """Take the sun or the moon, and the clouds that would drift over it, from the clouds to the sky."""
    clouds = numbers == CLOUDS
    if not clouds.any():
        return numbers
    size = numbers.shape[0] / 1080
    above = numbers <= CLOUDS
    bright = above & (luma > max(_LEAST_SUN, int(luma[above].max()) - 12))
    disc = cv2.morphologyEx(_mask(bright), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    if disc.mean() > 255 * _LARGEST_SUN:
        return numbers
    margin, way = round(_SUN_MARGIN_PX * size), round(_CLOUD_WAY_PX * size)
    # The anchor makes the zone reach to the left, where the clouds come from.
    kernel = np.ones((2 * margin + 1, 2 * margin + way + 1), np.uint8)
    zone = cv2.dilate(disc, kernel, anchor=(margin, margin)) > 0
    return np.where(clouds & zone, np.uint8(SKY), numbers)


def _ground_line(numbers: Pixels) -> npt.NDArray[np.int64]:
    """Give for each column the row on which the ground begins."""
    height, width = numbers.shape
    floor = numbers == FLOOR
    # Ground goes on sideways; what is narrow stands on it. Nearer things may hide parts of it.
    wide = cv2.morphologyEx(_mask(numbers >= FLOOR), cv2.MORPH_OPEN, np.ones((1, max(3, width // 4)), np.uint8)) > 0
    from_below = np.where(wide.all(axis=0), height, (~wide[::-1]).argmax(axis=0))
    tops = np.where(floor.any(axis=0), floor.argmax(axis=0), height)
    line = median_filter(np.where(from_below > 0, height - from_below, tops), size=max(3, width // 40), mode="nearest")
    return np.asarray(line, np.int64)


def _tolerance_px(height: int) -> int:
    """Give how far bushes and tufts may rise above the ground's line and still be ground."""
    return max(2, height // 90)


def _foot(standing: npt.NDArray[np.bool_]) -> float:
    """Give the row on which what stands on the floor has its foot; twigs and crowns end above it."""
    columns = np.flatnonzero(standing.any(axis=0))
    return float(np.percentile(standing.shape[0] - 1 - standing[::-1, columns].argmax(axis=0), 90))


def _floor_nearness(numbers: Pixels, nearness: Pixels) -> _FloorNearness:
    """Fit the floor's distance: it begins where the things behind it stand and comes nearer down to the frame's edge."""
    height = numbers.shape[0]
    rows = np.flatnonzero(np.any(numbers == FLOOR, axis=1))
    if rows.size == 0:
        return _FloorNearness(Nearness.GROUND / 255, 0.0)
    top = int(rows[0])
    far = numbers[max(0, top - 8) : top]
    behind = nearness[max(0, top - 8) : top][far < STANDING]
    start = max(0.25, float(np.median(behind)) / 255) if behind.size else Nearness.WOODS / 255
    depth = _FLOOR_DEPTH * min(1.0, (height - top) / (0.45 * height))
    per_row = depth / max(1, height - top)
    return _FloorNearness(start - per_row * top, per_row)


def _figures(sheet: Sheet, mask: Pixels, nearness: Pixels, floor: _FloorNearness) -> list[Layer]:
    """Make a layer of each figure, from far to near; each moves with the floor under its feet."""
    layers = [_figure(sheet, part, nearness, floor) for part in _parts(mask)]
    return sorted(layers, key=lambda layer: layer.near)


def _figure(sheet: Sheet, part: Pixels, nearness: Pixels, floor: _FloorNearness) -> Layer:
    height, width = part.shape
    rows = np.flatnonzero(np.any(part > 0, axis=1))
    feet_row = int(rows[-1])
    columns = np.flatnonzero(np.any(part[max(0, feet_row - height // 40) :] > 0, axis=0))
    feet = (float(columns.mean()), float(feet_row))
    below = nearness[min(height - 1, feet_row + 2 + height // 200), min(width - 1, int(feet[0]))]
    airborne = bool(below < _BOUNDS[WOODS - 1])
    own = float(np.median(nearness[part > 0])) / 255 if np.any(part > 0) else Nearness.FIGURE / 255
    near = own if airborne else floor.at(feet_row)
    layer = cut_layer(sheet, Cut(FIGURE, near, part, part, 4))
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
        part = cv2.bitwise_and(mask, _mask(own)).astype(np.uint8, copy=False)
        if np.any(part):
            yield part


def _mask(where: npt.NDArray[np.bool_]) -> Pixels:
    return where.astype(np.uint8) * np.uint8(255)


def _dilated(mask: Pixels, radius: int) -> Pixels:
    return cv2.dilate(mask, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)).astype(np.uint8, copy=False)
