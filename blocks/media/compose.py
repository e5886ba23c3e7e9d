"""The 1920x1080 picture a clip starts from: one picture, cut-outs on a background, or two pictures side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from blocks.domain.products import Address
from blocks.domain.specs import FRAME_HEIGHT_PX, FRAME_WIDTH_PX, CompositeSpec, CoverSpec, Figure, SeedSpec, SplitSpec
from blocks.media.nearness import Nearness, Pixels, load_still, save_still
from blocks.media.paint.figures import edge_light
from blocks.media.paint.planes import Plane, as_plane, blurred, mixed, smoothstep

COMPOSER_VERSION = 1
"""Raised whenever the same spec would give another picture."""

_LUMA = as_plane([0.2126, 0.7152, 0.0722])
_SEAM_PX = 6
_FIRM = 96
"""Cover, of 255, from which a pixel belongs to a figure rather than to its halo."""
_HALO_SHARE = 0.10
"""Share of half-clear pixels from which a cut-out has a halo; it is dropped, for the light is made anew."""
_WARM = as_plane([1.0, 0.58, 0.22])
_LEAST_FLAME = 0.004
"""Share of a cut-out that must shine for it to light its surroundings."""
_LEAST_SIDE = 0.55
"""Light never comes quite evenly from both sides: a rim on one side makes a body round."""
_SILHOUETTE_LUMA = 0.30
"""A cut-out darker than this on average is a silhouette and is lit anew; a brighter one keeps its colours."""

_Opener = Callable[[Address], Path]


@dataclass(frozen=True)
class _Frame:
    """A picture on its way: RGB 0 to 1, and how near each pixel is."""

    picture: Plane
    nearness: Pixels


@dataclass(frozen=True)
class _Cast:
    """A cut-out scaled to the frame: its colours, its cover, and where its upper left corner stands, in pixels."""

    picture: Plane
    cover: Plane
    top: int
    left: int


def compose_seed(spec: SeedSpec, open_input: _Opener, target: Path) -> None:
    """Make one seed: 1920x1080 RGB as PNG, with the nearness of every pixel unless it is a split.

    Pictures fill their frame; what does not fit is cropped, and there are never bars. A cut-out is trimmed of clear ground first:
    its scale is the height of what can be seen, its y the line it stands on. Dark cut-outs take the haze and the light of where
    they stand, and stand behind the foreground of a background that knows its layers.

    Args:
        spec: what to put together.
        open_input: gives the local path of an input.
        target: file to write.

    Raises:
        MediaError: an input is no picture.
    """
    match spec:
        case CoverSpec():
            frame = _covered(open_input(spec.picture), FRAME_WIDTH_PX, FRAME_HEIGHT_PX)
        case CompositeSpec():
            frame = _composed(spec, open_input)
        case SplitSpec():
            frame = _split(spec, open_input)
    # The layers of one half would slide over the seam: a split moves as one flat picture.
    nearness = None if isinstance(spec, SplitSpec) else frame.nearness
    save_still(target, (np.clip(frame.picture, 0, 1) * 255 + 0.5).astype(np.uint8), nearness)


def _covered(source: Path, width: int, height: int) -> _Frame:
    """Scale and crop a picture to fill width x height."""
    picture, nearness = load_still(source)
    if picture.shape[2] == 4:
        picture = _flattened(picture)
    scale = max(width / picture.shape[1], height / picture.shape[0])
    size = (max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale)))
    left, top = (size[0] - width) // 2, round((size[1] - height) * 0.45)
    cut = (slice(top, top + height), slice(left, left + width))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = picture if size == picture.shape[1::-1] else cv2.resize(picture, size, interpolation=way)
    if nearness is None:
        layers = np.full((height, width), Nearness.GROUND, np.uint8)
    else:
        layers = np.asarray(cv2.resize(nearness, size, interpolation=cv2.INTER_NEAREST)[cut], np.uint8)
    return _Frame(as_plane(np.ascontiguousarray(large[cut])) / np.float32(255), np.ascontiguousarray(layers))


def _flattened(picture: Pixels) -> Pixels:
    """Stand a cut-out before a quiet sky made of its own colours."""
    colour, cover = as_plane(picture[..., :3]), as_plane(picture[..., 3:]) / np.float32(255)
    weight = max(float(cover.sum()), 1.0)
    mean = (colour * cover).sum(axis=(0, 1)) / weight
    light = mean * 0.35 + as_plane([168, 172, 178]) * 0.65
    rows = np.linspace(0, 1, picture.shape[0], dtype=np.float32)[:, None, None]
    across = np.linspace(-1, 1, picture.shape[1], dtype=np.float32)[None, :, None]
    ground = mixed(light * 0.52, light * 1.1, np.sin(rows * np.float32(np.pi) * 0.8)) * (1 - 0.25 * across**2)
    flattened: Pixels = np.clip(mixed(ground, colour, cover) + 0.5, 0, 255).astype(np.uint8)
    return flattened


def _composed(spec: CompositeSpec, open_input: _Opener) -> _Frame:
    frame = _covered(open_input(spec.background), FRAME_WIDTH_PX, FRAME_HEIGHT_PX)
    # Who stands lower in the frame is nearer and hides the others.
    for figure in sorted(spec.figures, key=lambda one: one.y):
        cast = _cast(open_input(figure.picture), figure)
        if cast is not None:
            _place(frame, cast)
    return frame


def _cast(source: Path, figure: Figure) -> _Cast | None:
    """Give a cut-out scaled and placed; None when it is empty."""
    picture, _ = load_still(source)
    if picture.shape[2] == 3:
        picture = np.dstack([picture, _keyed(picture)])
    firm = picture[..., 3] > _FIRM
    rows, columns = np.flatnonzero(firm.any(axis=1)), np.flatnonzero(firm.any(axis=0))
    if rows.size == 0:
        return None
    seen = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height = max(4, round(figure.scale * FRAME_HEIGHT_PX))
    width = max(2, round(seen.shape[1] * height / seen.shape[0]))
    way = cv2.INTER_AREA if height < seen.shape[0] else cv2.INTER_CUBIC
    # Colours are scaled with their cover, or clear ground would bleed into the edges.
    cover = as_plane(seen[..., 3]) / np.float32(255)
    if ((cover > 0.04) & (cover < 0.5)).mean() > _HALO_SHARE:
        cover = cover * smoothstep(0.30, 0.55, cover)
    tinted = as_plane(seen[..., :3]) / np.float32(255) * cover[..., None]
    cover, tinted = (as_plane(cv2.resize(plane, (width, height), interpolation=way)) for plane in (cover, tinted))
    colour = tinted / np.maximum(cover, 1e-3)[..., None]
    left, top = round(figure.x * FRAME_WIDTH_PX - width / 2), round(figure.y * FRAME_HEIGHT_PX) - height
    return _Cast(np.clip(colour, 0, 1), np.clip(cover, 0, 1), top, left)


def _keyed(picture: Pixels) -> Pixels:
    """Guess the cover of a cut-out that came without transparency: what differs from the colour of its corners."""
    corners = np.concatenate([picture[:8, :8].reshape(-1, 3), picture[:8, -8:].reshape(-1, 3)]).astype(np.float32)
    far = np.linalg.norm(as_plane(picture) - np.median(corners, axis=0), axis=2)
    cover: Pixels = np.asarray(blurred(smoothstep(14, 46, as_plane(far)), 1.0) * 255, np.uint8)
    return cover


def _place(frame: _Frame, cast: _Cast) -> None:
    """Lay a cut-out into a frame, in place."""
    height, width = frame.picture.shape[:2]
    y0, x0 = max(0, cast.top), max(0, cast.left)
    y1, x1 = min(height, cast.top + cast.cover.shape[0]), min(width, cast.left + cast.cover.shape[1])
    if y0 >= y1 or x0 >= x1:
        return
    inside = (slice(y0 - cast.top, y1 - cast.top), slice(x0 - cast.left, x1 - cast.left))
    there = (slice(y0, y1), slice(x0, x1))
    colour, own = _relit(frame, cast)
    _shadow(frame, cast)
    open_view = blurred(as_plane(frame.nearness[there] < Nearness.FOREGROUND), 0.8)
    cover = cast.cover[inside] * open_view
    frame.picture[there] = mixed(frame.picture[there], colour[inside], cover[..., None])
    frame.nearness[there][cover > 0.5] = Nearness.FIGURE
    if float(own.mean()) > _LEAST_FLAME:
        _glow(frame, cast, own)


def _glow(frame: _Frame, cast: _Cast, own: Plane) -> None:
    """Let what shines in a cut-out light the air and the ground around it."""
    tall, wide = own.shape
    reach = round(tall * 0.9)
    small = cv2.resize(np.pad(own, reach), (96, 96), interpolation=cv2.INTER_AREA)
    light = blurred(as_plane(small), 4.0) * 0.9 + blurred(as_plane(small), 11.0) * 1.5
    large = as_plane(cv2.resize(light, (wide + 2 * reach, tall + 2 * reach), interpolation=cv2.INTER_CUBIC))
    edge = np.minimum(1, 8 * np.minimum.outer(_from_ends(large.shape[0]), _from_ends(large.shape[1])))
    top, left = cast.top - reach, cast.left - reach
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(frame.picture.shape[0], top + large.shape[0]), min(frame.picture.shape[1], left + large.shape[1])
    amount = np.clip(large * edge, 0, 1)[y0 - top : y1 - top, x0 - left : x1 - left, None] * _WARM
    there = frame.picture[y0:y1, x0:x1]
    there += amount * (1 - np.clip(there, 0, 1))


def _from_ends(length: int) -> Plane:
    """Give the distance of each place from the nearer end, 0 to 0.5 of the length."""
    at = (np.arange(length, dtype=np.float32) + 0.5) / length
    return as_plane(np.minimum(at, 1 - at))


def _relit(frame: _Frame, cast: _Cast) -> tuple[Plane, Plane]:
    """Give the colours of a cut-out under the light of its place, and how much each pixel shines by itself, 0 to 1."""
    around = _surroundings(frame, cast)
    haze = np.asarray(around.reshape(-1, 3).mean(axis=0), np.float32)
    luma = cast.picture @ _LUMA
    # What shines by itself, a flame or a lamp, keeps its own light.
    own = smoothstep(0.40, 0.70, luma * (cast.picture[..., 0] > cast.picture[..., 2] + 0.18))
    body_cover = cast.cover * (1 - own)
    mean = float((luma * body_cover).sum() / max(float(body_cover.sum()), 1.0))
    if mean > _SILHOUETTE_LUMA:
        tint = haze / max(float(haze.max()), 0.05)
        dim = float(np.clip(0.45 + (haze @ _LUMA), 0.5, 1.0))
        return as_plane(mixed(cast.picture, cast.picture * tint, 0.35) * dim), np.zeros_like(cast.cover)
    rows = np.linspace(0, 1, cast.cover.shape[0], dtype=np.float32)[:, None, None]
    shade = haze * np.float32(0.10)
    body = mixed(np.broadcast_to(shade, cast.picture.shape), shade + haze * np.float32(0.12), rows**2)
    bright = around @ _LUMA
    left, right = float(bright[:, : bright.shape[1] // 2].mean()), float(bright[:, bright.shape[1] // 2 :].mean())
    side = float(np.clip((left - right) / max(left + right, 0.05) * 5, -1, 1))
    side = float(np.copysign(max(abs(side), _LEAST_SIDE), side))
    rim = np.minimum(edge_light(cast.cover, side, cast.cover.shape[0] / 170) * np.float32(1.5), 1)
    brightest = np.quantile(around.reshape(-1, 3), 0.92, axis=0).astype(np.float32)
    lit = body + rim[..., None] * brightest * np.float32(0.80)
    return mixed(lit, cast.picture, own[..., None]), as_plane(own * cast.cover)


def _surroundings(frame: _Frame, cast: _Cast) -> Plane:
    """Give a small picture of what is behind and around a cut-out."""
    height, width = frame.picture.shape[:2]
    tall, wide = cast.cover.shape
    y0, y1 = int(np.clip(cast.top - tall * 0.2, 0, height - 8)), int(np.clip(cast.top + tall, 8, height))
    x0, x1 = int(np.clip(cast.left - wide * 0.6, 0, width - 8)), int(np.clip(cast.left + wide * 1.6, 8, width))
    part = frame.picture[y0 : max(y1, y0 + 8), x0 : max(x1, x0 + 8)]
    return as_plane(cv2.resize(part, (32, 32), interpolation=cv2.INTER_AREA))


def _shadow(frame: _Frame, cast: _Cast) -> None:
    """Darken the ground under a cut-out softly, where there is ground."""
    tall, wide = cast.cover.shape
    foot = cast.top + tall
    sole = cast.cover[int(tall * 0.92) :].max(axis=0)
    if not 0 < foot < frame.picture.shape[0] * 1.02:
        return
    reach = max(6, round(tall * 0.06))
    y0, y1 = max(0, foot - reach), min(frame.picture.shape[0], foot + reach)
    x0, x1 = max(0, cast.left - reach), min(frame.picture.shape[1], cast.left + wide + reach)
    if y0 >= y1 or x0 >= x1:
        return
    spread = np.zeros(wide + 2 * reach, np.float32)
    spread[reach : reach + wide] = sole
    across = blurred(spread[None], max(1.0, reach * 0.5), 0.3)[0]
    start = x0 - (cast.left - reach)
    down = np.exp(-(((np.arange(y0, y1, dtype=np.float32) - foot) / (reach * 0.42)) ** 2))
    amount = down[:, None] * across[None, start : start + (x1 - x0)] * np.float32(0.55)
    level = frame.nearness[y0:y1, x0:x1]
    amount = np.where((level >= Nearness.GROUND - 25) & (level < Nearness.FOREGROUND), amount, 0)
    frame.picture[y0:y1, x0:x1] *= (1 - amount)[..., None]


def _split(spec: SplitSpec, open_input: _Opener) -> _Frame:
    """Lay two pictures side by side (`horizontal`) or one above the other, with a thin dark seam."""
    beside = spec.direction == "horizontal"
    half = (FRAME_WIDTH_PX // 2, FRAME_HEIGHT_PX) if beside else (FRAME_WIDTH_PX, FRAME_HEIGHT_PX // 2)
    first, second = (_covered(open_input(address), *half) for address in (spec.first, spec.second))
    axis = 1 if beside else 0
    picture = np.concatenate([first.picture, second.picture], axis=axis)
    nearness = np.concatenate([first.nearness, second.nearness], axis=axis)
    middle = half[0] if beside else half[1]
    away = np.abs(np.arange(2 * middle, dtype=np.float32) + 0.5 - middle)
    seam: npt.NDArray[np.float32] = smoothstep(_SEAM_PX * 0.5, _SEAM_PX * 1.2, away)
    picture *= seam[None, :, None] if beside else seam[:, None, None]
    return _Frame(as_plane(picture), nearness)
