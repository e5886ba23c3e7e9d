"""Cut a subject out of the flat colour it was drawn on, for makers that know no clear ground.

A pixel is a mixture of subject and ground. The ground is measured at the picture's border; the subject's own colour at an edge is
that of its nearest firm part. How much of each there is follows from where the pixel lies between the two.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from blocks.media.nearness import Pixels
from blocks.media.paint.planes import Plane, as_plane, blurred, smoothstep

MARGIN = 0.03
"""Clear share of the frame at its top and sides; a figure stands on the lower edge."""
_WORK_PX, _LEAST_WORK_PX = 1400, 800
"""Work is done on a copy a little larger than the result, with its longer side between these."""
_BORDER = 0.03
"""Width of the strip that shows the ground, as a share of the shorter side."""
_FLAT = 26.0
"""Distance in 8-bit RGB that still counts as the same ground."""
_LEAST_GROUND = 0.70
"""Share of the border that must be ground; the rest may be a subject that reaches it."""
_MOST_BEND = 60.0
"""How far the ground may drift over the picture and still be one colour."""
_SEEN = 0.05
"""Cover below which a pixel is ground."""
_LEAST_SUBJECT, _MOST_SUBJECT = 0.004, 0.85
"""Share of the picture that a subject covers."""
_SPECK_SHARE = 0.002
"""A piece smaller than this share of the largest is dirt."""
_LEAST_AWAY, _NOISES_AWAY = 12.0, 3.2
"""Distance from the ground, in 8-bit RGB and in the ground's own scatter, from which a pixel may be subject."""
_LEAST_HUE = 60.0
"""Spread of its channels from which a ground has a hue, by which its shadows are known."""
_NEAR_PX = 12
_EDGE_PX = 4
"""How deep edges are soft; inside that everything is solid."""
_SPILL_PX = 6
"""How deep the ground's light reaches into a subject."""
_SPILL_PLAY = 10.0
"""How much more of the ground's hue than most of it a part of a subject may have; the order asks for none at all."""
_SHADOW_PX = 5
"""Dim strips wider than twice this are shadows."""
_DEEPEST_SHADOW = 0.8
_BEYOND = 20.0
"""How far beyond black and white a colour may be measured."""

Mask = npt.NDArray[np.bool_]


class GroundUnclear(ValueError):
    """The picture does not show one subject on one flat colour."""


@dataclass(frozen=True)
class _Ground:
    """The colour behind the subject, at every pixel, and how much it scatters."""

    colour: Plane
    noise: float


_cutting = threading.BoundedSemaphore(os.cpu_count() or 1)
"""More at once would only take memory, 130 MB each."""


def cut_out(picture: Pixels, width_px: int, height_px: int) -> Pixels:
    """Cut out the subject and stand it in the middle of the lower edge of a clear frame, as large as the frame allows.

    Args:
        picture: the subject on one flat colour, RGB. The colour is measured, and may drift softly and be noisy.
        width_px: width of the result.
        height_px: height of the result.

    Returns:
        height x width x 4, RGBA; the inside of the subject is solid, the ground and its corners are clear, and edges hold no
        colour of the ground.

    Raises:
        GroundUnclear: the border is not one flat colour, or nothing, or nearly everything, differs from it.
    """
    with _cutting:
        colour = as_plane(_reduced(picture, max(width_px, height_px)))
        ground = _measure_ground(colour)
        cover = _without_specks(_cover(colour, ground))
        share = float((cover > 0.5).mean())
        if not _LEAST_SUBJECT <= share <= _MOST_SUBJECT:
            raise GroundUnclear(f"{share:.1%} of it differ from its ground, which is no subject on a flat colour")
        return _placed(_own_colour(colour, cover, ground), cover, width_px, height_px)


def _reduced(picture: Pixels, result_px: int) -> Pixels:
    longest, enough = max(picture.shape[:2]), int(np.clip(result_px * 1.25, _LEAST_WORK_PX, _WORK_PX))
    if longest <= enough:
        return picture
    size = (round(picture.shape[1] * enough / longest), round(picture.shape[0] * enough / longest))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _measure_ground(colour: Plane) -> _Ground:
    """Fit a soft surface through what looks like ground at the border, then through all that looks like it anywhere.

    Raises:
        GroundUnclear: the border is not one flat colour.
    """
    height, width = colour.shape[:2]
    strip = max(2, round(min(height, width) * _BORDER))
    border = np.ones((height, width), bool)
    border[strip:-strip, strip:-strip] = False
    soft = blurred(colour, 1.2)
    middle = np.median(soft[border], axis=0)
    known = border & (_distance(soft, middle) < _FLAT + _MOST_BEND)
    surface = np.broadcast_to(as_plane(middle), colour.shape)
    for _ in range(3):
        if known.sum() < 0.3 * border.sum():
            break
        surface = _surface(soft, known)
        known = _distance(soft, surface) < _FLAT
        if (known & border).mean() < 0.1 * border.mean():
            break
    if not (known & border).any():
        raise GroundUnclear("its border has no colour of its own")
    found = _Ground(colour=surface, noise=float(np.median(_distance(colour, surface)[known & border])))
    flat = float(((known | _shaded(soft, found)) & border).sum() / border.sum())
    bend = float(np.abs(surface[border] - middle).max())
    if flat < _LEAST_GROUND or bend > 2 * _MOST_BEND:
        raise GroundUnclear(f"only {flat:.0%} of its border are one flat colour")
    return found


def _dot(first: Plane, second: Plane) -> Plane:
    """Multiply colours pixel by pixel; many times faster than a sum over the last axis."""
    return as_plane(np.einsum("ijk,ijk->ij", first, second))


def _distance(colour: Plane, other: npt.ArrayLike) -> Plane:
    off = as_plane(colour - as_plane(other))
    return as_plane(np.sqrt(_dot(off, off)))


def _surface(colour: Plane, known: Mask) -> Plane:
    """Give the quadratic surface that fits the known pixels best."""
    height, width = known.shape
    rows, columns = np.nonzero(known)
    step = max(1, rows.size // 20_000)
    rows, columns = rows[::step], columns[::step]
    terms = _terms(columns / width, rows / height)
    weights = np.linalg.lstsq(terms, colour[rows, columns].astype(np.float64), rcond=None)[0]
    # A quadratic is smooth: a small copy of it, scaled up, is the same.
    y, x = np.mgrid[0:48, 0:48]
    small = (_terms((x.ravel() + 0.5) / 48, (y.ravel() + 0.5) / 48) @ weights).reshape(48, 48, 3)
    return as_plane(cv2.resize(as_plane(small), (width, height), interpolation=cv2.INTER_CUBIC))


def _terms(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def _cover(colour: Plane, ground: _Ground) -> Plane:
    """Give how much of each pixel is subject, 0 to 1."""
    soft = blurred(colour, 0.6)
    away = _distance(soft, ground.colour)
    least = max(_LEAST_AWAY, _NOISES_AWAY * ground.noise)
    shaded = _shaded(soft, ground)
    firm = _firm(away, least, shaded)
    own = _spread(colour, firm)
    cover = np.maximum(_share_towards(colour, ground.colour, own), _least_share(colour, ground))
    cover *= smoothstep(least * 0.6, least * 1.6, away)
    cover = _without_shadow(cover, shaded)
    cover = np.clip((cover - _SEEN) / (1 - 2 * _SEEN), 0, 1)
    solid = cv2.morphologyEx((cover > 0.55).astype(np.uint8), cv2.MORPH_CLOSE, _disc(1))
    cover[cv2.erode(solid, _disc(_EDGE_PX)) > 0] = 1
    return as_plane(cover)


def _disc(radius_px: int) -> Pixels:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1)), np.uint8)


def _firm(away: Plane, least: float, shaded: Mask) -> Mask:
    """Find what is subject for certain, without its edges: half as far from the ground as anything near it, and a bit inside."""
    farthest = as_plane(cv2.dilate(blurred(away, 1.0), _disc(_NEAR_PX)))
    rough = (away > np.maximum(2 * least, 0.55 * farthest)) & ~shaded
    inside = cv2.erode(rough.astype(np.uint8), _disc(2)) > 0
    return inside if inside.any() else rough


def _shaded(colour: Plane, ground: _Ground) -> Mask:
    """Find what may be ground in shadow: its hue, darker. A ground without a hue has none: subjects look the same there."""
    key = ground.colour
    if float(np.ptp(key.mean(axis=(0, 1)))) < _LEAST_HUE:
        return np.zeros(colour.shape[:2], bool)
    length = _dot(key, key)
    share = _dot(colour, key) / length
    aside = _distance(colour, key * share[..., None])
    return np.asarray((share > 0.25) & (share < 1) & (aside < 0.10 * np.sqrt(length) + 2 * ground.noise), bool)


def _spread(colour: Plane, known: Mask) -> Plane:
    """Carry the colours of known pixels to all others: from nearby where there are any, else from farther and farther away."""
    weight = as_plane(known)
    total, sums = np.zeros(known.shape, np.float32), np.zeros(colour.shape, np.float32)
    for reach_px, worth in ((2.5, 1.0), (10.0, 1e-3), (50.0, 1e-6), (250.0, 1e-9)):
        total += blurred(weight, reach_px) * worth
        sums += blurred(colour * weight[..., None], reach_px) * worth
    return as_plane(sums / np.maximum(total, 1e-14)[..., None])


def _share_towards(colour: Plane, ground: Plane, own: Plane) -> Plane:
    """Give how far each pixel lies on the way from the ground to the subject's own colour."""
    way = as_plane(own - ground)
    share = _dot(as_plane(colour - ground), way) / np.maximum(_dot(way, way), 1)
    return as_plane(np.clip(share, 0, 1))


def _least_share(colour: Plane, ground: _Ground) -> Plane:
    """Give the share of subject that a pixel must have at least, whatever the subject's colour.

    No colour is beyond black or white. This is what sees a bright rim around a dark body.
    """
    step = colour - ground.colour
    step = np.sign(step) * np.maximum(np.abs(step) - 2 * np.float32(ground.noise), 0)
    room = np.where(step > 0, 255 - ground.colour, ground.colour) + _BEYOND
    shares = np.abs(step) / np.maximum(room, _BEYOND)
    return as_plane(np.clip(np.maximum(np.maximum(shares[..., 0], shares[..., 1]), shares[..., 2]), 0, 1))


def _without_shadow(cover: Plane, shaded: Mask) -> Plane:
    """Clear what is dark in the ground's hue over a wide patch; an edge is as dark, but narrow."""
    dim = blurred(as_plane(cover * shaded), 1.2)
    wide = cv2.morphologyEx(dim, cv2.MORPH_OPEN, _disc(_SHADOW_PX))
    wide = as_plane(cv2.dilate(wide, _disc(_SHADOW_PX)))
    wide = np.minimum(wide, _DEEPEST_SHADOW)
    return as_plane(np.clip((cover - wide) / (1 - wide), 0, 1))


def _without_specks(cover: Plane) -> Plane:
    """Clear pieces that are far smaller than the largest, or nowhere firm."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((cover > 0.1).astype(np.uint8), connectivity=8)
    if count < 2:
        return cover
    areas = stats[:, cv2.CC_STAT_AREA]
    has_firm = np.bincount(labels[cover > 0.5], minlength=count) > 0
    keep = (areas >= max(16, _SPECK_SHARE * areas[1:].max())) & has_firm
    keep[0] = False
    near = cv2.dilate(keep[labels].astype(np.uint8), _disc(2)) > 0
    return as_plane(np.where(near, cover, 0))


def _own_colour(colour: Plane, cover: Plane, ground: _Ground) -> Plane:
    """Take the ground out of the colours: what shines through at the edges, and what it throws onto the subject."""
    deep = cv2.erode((cover > 0.98).astype(np.uint8), _disc(_SPILL_PX)) > 0
    solid = cv2.erode((cover > 0.98).astype(np.uint8), _disc(1)) > 0
    inside = deep if deep.any() else solid if solid.any() else cover > 0.5
    hue = as_plane(ground.colour - ground.colour.mean(axis=2, keepdims=True))
    # A ground with hardly any hue throws hardly any light of it.
    hue = as_plane(hue / np.maximum(np.sqrt(_dot(hue, hue)), _LEAST_HUE)[..., None])
    most = float(np.quantile(_dot(colour, hue)[inside], 0.75)) + _SPILL_PLAY
    inner = _spread(_toned(colour, hue, most), inside)
    share = np.maximum(cover, 0.05)[..., None]
    own = as_plane(np.clip((colour - (1 - cover[..., None]) * ground.colour) / share, 0, 255))
    # Where little of the subject is left its colour is mostly guesswork: that of the next firm part is better.
    own = as_plane(inner + (own - inner) * smoothstep(0.15, 0.75, cover)[..., None])
    return as_plane(np.clip(_toned(own, hue, np.where(deep, most, _dot(inner, hue))), 0, 255))


def _toned(colour: Plane, hue: Plane, most: npt.ArrayLike) -> Plane:
    """Take away what a colour has of a hue beyond a measure."""
    excess = np.maximum(_dot(colour, hue) - as_plane(most), 0)
    return as_plane(colour - excess[..., None] * hue)


def _placed(own: Plane, cover: Plane, width_px: int, height_px: int) -> Pixels:
    """Scale what is seen to the frame, less its margin, and stand it in the middle of the lower edge."""
    firm = cover > 0.25
    rows, columns = np.flatnonzero(firm.any(axis=1)), np.flatnonzero(firm.any(axis=0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    tall, wide = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    scale = min(height_px * (1 - MARGIN) / tall, width_px * (1 - 2 * MARGIN) / wide)
    size = (max(1, round(wide * scale)), max(1, round(tall * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    # Colours are scaled with their cover, or clear ground would bleed into the edges.
    tinted = as_plane(cv2.resize(own[box] * cover[box][..., None], size, interpolation=way)).reshape(size[1], size[0], 3)
    weight = as_plane(cv2.resize(cover[box], size, interpolation=way)).reshape(size[1], size[0])
    seen = np.clip((weight - 0.01) / 0.98, 0, 1)  # what scaling left a breath short of solid or clear
    result = np.zeros((height_px, width_px, 4), np.uint8)
    left = (width_px - size[0]) // 2
    there = (slice(height_px - size[1], height_px), slice(left, left + size[0]))
    result[there][..., :3] = np.clip(tinted / np.maximum(weight, 1e-3)[..., None] + 0.5, 0, 255)
    result[there][..., 3] = seen * 255 + 0.5
    return result
