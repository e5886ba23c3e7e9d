"""Taking the nearer things off a picture and guessing what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from blocks.media.nearness import Pixels

Places = npt.NDArray[np.intp]
_DRAWN_OUT = 1
"""Sky and clouds, the two farthest layers."""
_DRAWN_OUT_DEPTH = 0.25


@dataclass(frozen=True)
class Sheet:
    """A picture and the number of the layer each pixel belongs to."""

    yuv: Pixels
    """height x width x 3."""
    layer: Pixels
    """height x width."""


def peel(sheet: Sheet, mask: Pixels, soft_px: int) -> Sheet:
    """Take the masked pixels off and fill the hole from around it.

    The hole gets the mirror image of what borders on it, so that ridges, trees and waves go on behind a trunk with their texture.

    Args:
        sheet: the picture so far.
        mask: 255 on the layer to take off.
        soft_px: width of the border where the layer's colours have mixed with those behind; it is taken off too.
    """
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * soft_px + 1, 2 * soft_px + 1))
    hole = cv2.dilate(mask, kernel)
    if not np.any(hole == 0):
        hole = mask
    if not np.any(hole == 0):
        return sheet
    hidden = np.flatnonzero(hole)
    source = _mirrored(hole, hidden, sheet.layer)
    yuv, layer = sheet.yuv.copy(), sheet.layer.copy()
    yuv.reshape(-1, 3)[hidden] = sheet.yuv.reshape(-1, 3)[source]
    layer.reshape(-1)[hidden] = sheet.layer.reshape(-1)[source]
    return Sheet(yuv=yuv, layer=layer)


def grown_colours(yuv: Pixels, mask: Pixels) -> Pixels:
    """Carry the colours inside a mask some pixels beyond its edge, so that a soft edge shows no rim of what was behind."""
    size = (9, 9)
    inside = cv2.merge([mask, mask, mask])
    sums = cv2.blur(cv2.bitwise_and(yuv, inside), size)
    share = cv2.blur(mask, size)
    spread = cv2.divide(sums, cv2.merge([share, share, share]), scale=255)
    beyond = (mask == 0) & (share > 0)
    grown: Pixels = np.where(beyond[..., None], spread, yuv).astype(np.uint8)
    return grown


def _mirrored(hole: Pixels, hidden: Places, layer: Pixels) -> Places:
    """Give for each hidden pixel the flat index of the known pixel that mirrors it at the hole's edge."""
    height, width = hole.shape
    _, labels = cv2.distanceTransformWithLabels(hole, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
    known = np.flatnonzero(hole.reshape(-1) == 0)
    flat = labels.reshape(-1)
    place_of = np.zeros(int(flat.max()) + 1, np.intp)
    place_of[flat[known]] = known
    nearest = place_of[flat[hidden]]
    # What borders on the hole is drawn out in the sky, lest a sun behind a ridge gets a notch.
    depth = np.where(layer.reshape(-1)[nearest] <= _DRAWN_OUT, _DRAWN_OUT_DEPTH, 1.0)
    rows = nearest // width + np.rint(depth * (nearest // width - hidden // width)).astype(np.intp)
    columns = nearest % width + np.rint(depth * (nearest % width - hidden % width)).astype(np.intp)
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    mirror = rows * width + columns
    return np.where(hole.reshape(-1)[mirror] == 0, mirror, nearest)
