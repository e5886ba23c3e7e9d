"""The shipped outlines, and cut-outs made of them: dark bodies with a rim of light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import resvg_py

from blocks.errors import BadSpec
from blocks.media.nearness import Pixels
from blocks.media.paint.noise import Rng
from blocks.media.paint.palette import Palette
from blocks.media.paint.planes import Plane, as_plane, blurred, mixed, smoothstep

FIGURES_FOLDER = Path(__file__).resolve().parent.parent / "figures"

_POSES: dict[str, tuple[tuple[str, str], ...]] = {
    "wolf": (("wolf_howl", "howl call sing"),),
    "bear": (("bear_up", "stand rear upright rise"),),
    "horse": (("horse_run", "run gallop flee race charge bolt"),),
    "deer": (("deer_graze", "graze grazing drink feed eat bow"),),
    "flock": (("flock_loose", "scatter swirl murmuration starling swarm rise"),),
    "camel": (("camel", "loaded walk caravan"), ("camel_rest", "rest stand unloaded wild wait drink graze grazing")),
    "salmon": (
        ("salmon", "leap jump burst"),
        ("salmon_swim", "swim swam glide gliding hold wait rest hang drift under below"),
    ),
}
"""Poses of a figure and beginnings of the words that ask for them, the first that is asked for winning.

A figure that names itself comes before its other poses: "a salmon swims up to the fall and leaps" shows the leap.
"""


@dataclass(frozen=True)
class _Flame:
    """What shines by itself in a figure, in shares of the figure's own width and height."""

    x: float
    y: float
    reach: float
    burns_to: float = 0.0
    """Everything of the figure above this line is flame."""


_FLAMES: dict[str, _Flame] = {
    "lantern": _Flame(0.5, 0.66, 0.34),
    "streetlamp": _Flame(0.5, 0.15, 0.14),
    "candle": _Flame(0.38, 0.10, 0.16, 0.21),
    "campfire": _Flame(0.5, 0.52, 0.60, 0.74),
    "lighthouse": _Flame(0.5, 0.10, 0.10),
}

_EDGE = 0.02
_LONG_SIDE = 1000
"""Longer side of every outline, in units of its drawing."""


def figure_names() -> tuple[str, ...]:
    """Give the names of all shipped figures and poses, sorted."""
    return tuple(sorted(path.stem for path in FIGURES_FOLDER.glob("*.svg")))


def choose_pose(figure: str, prompt: str, rng: Rng, *, another: bool = False) -> str:
    """Give the pose of a figure that a prompt asks for; `another` picks one at random when it asks for none."""
    poses = _POSES.get(figure, ())
    words = prompt.lower().split()
    for pose, asks in poses:
        if any(word.startswith(ask) for ask in asks.split() for word in words):
            return pose
    if another and poses:
        known = tuple(dict.fromkeys((figure, *(pose for pose, _ in poses))))
        return known[int(rng.integers(len(known)))]
    return figure


@lru_cache(maxsize=64)
def outline(figure: str, height: int, width: int) -> Plane:
    """Give a figure as a mask, trimmed, as large as fits into height x width pixels.

    Raises:
        BadSpec: no such figure is shipped.
    """
    path = FIGURES_FOLDER / f"{figure}.svg"
    if not path.is_file():
        raise BadSpec(f"there is no figure named {figure!r} in {FIGURES_FOLDER}; the names are the stems of the files there")
    zoom = max(0.05, 1.5 * max(height, width) / _LONG_SIDE)
    picture = resvg_py.svg_to_bytes(svg_string=path.read_text("utf-8"), zoom=zoom, skip_system_fonts=True)
    decoded = cv2.imdecode(np.frombuffer(bytes(picture), np.uint8), cv2.IMREAD_UNCHANGED)
    mask = as_plane(cast("npt.NDArray[np.uint8]", decoded)[..., 3]) / np.float32(255)
    scale = min(height / mask.shape[0], width / mask.shape[1])
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    small = as_plane(cv2.resize(mask, size, interpolation=cv2.INTER_AREA))
    small.setflags(write=False)
    return small


def paint_cut_out(
    figure: str, palette: Palette, size: tuple[int, int], *, flip: bool, light_left: bool, scale: float = 1.0
) -> Pixels:
    """Give a figure as a cut-out: it stands in the middle of the lower edge, on clear ground.

    Args:
        figure: name of a figure or pose.
        palette: colours of its film.
        size: height and width in pixels.
        flip: let it look to the left.
        light_left: the light comes from the left, behind it.
        scale: share of the picture it fills.

    Returns:
        height x width x 4, RGBA.
    """
    height, width = size
    margin = 1 - 2 * _EDGE
    mask = outline(figure, max(4, int(height * margin * scale)), max(4, int(width * margin * scale)))
    mask = mask[:, ::-1] if flip else mask
    cover = np.zeros((height, width), np.float32)
    top, left = height - mask.shape[0], (width - mask.shape[1]) // 2
    cover[top:, left : left + mask.shape[1]] = mask
    colour = lit_body(cover, palette, light_left=light_left)
    flame = _FLAMES.get(figure)
    if flame is not None:
        colour, cover = _with_flame(colour, cover, flame, (top, left, *mask.shape))
    picture = np.concatenate([np.clip(colour, 0, 1), cover[..., None]], axis=2)
    return (picture * 255 + 0.5).astype(np.uint8)


def lit_body(cover: Plane, palette: Palette, *, light_left: bool) -> Plane:
    """Give the colours of a dark body before a light: nearly black inside, a breath of haze below, a bright rim on one side."""
    height = cover.shape[0]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    body = mixed(palette.shade * 0.9, mixed(palette.shade, palette.haze, 0.16), rows**1.5)
    side = edge_light(cover, 1.0 if light_left else -1.0, height / 170)
    rim = mixed(palette.horizon, np.minimum(palette.light, 1), 0.6)
    return as_plane(np.broadcast_to(body, (*cover.shape, 3)) + side[..., None] * rim * 0.85)


def edge_light(cover: Plane, from_left: float, reach_px: float) -> Plane:
    """Give how much light the edges of a shape catch, 0 to 1; `from_left` is 1 for light from the left, -1 from the right."""
    reach = max(0.8, reach_px)
    # A trimmed shape touches its own border: without clear ground around it, its edges would not show.
    edge = round(reach * 3) + 1
    soft = blurred(np.pad(cover, edge), reach)
    across = soft - np.roll(soft, round(reach) * (1 if from_left >= 0 else -1), axis=1)
    down = soft - np.roll(soft, round(reach), axis=0)
    inside = slice(edge, -edge)
    amount = np.clip(across * abs(from_left) * 1.3 + down * 0.55, 0, 1)[inside, inside] * cover
    return as_plane(smoothstep(0.06, 0.75, amount))


def _with_flame(colour: Plane, cover: Plane, flame: _Flame, box: tuple[int, int, int, int]) -> tuple[Plane, Plane]:
    """Let part of a figure burn, with a halo around it; `box` is top, left, height and width of the figure in pixels."""
    top, left, tall, wide = box
    rows = (np.arange(cover.shape[0], dtype=np.float32)[:, None] - top) / np.float32(tall)
    across = (np.arange(cover.shape[1], dtype=np.float32)[None] - left - flame.x * wide) / np.float32(tall)
    far = np.hypot(across, rows - flame.y) / np.float32(flame.reach)
    warm, core = as_plane([1.0, 0.56, 0.20]), as_plane([1.0, 0.88, 0.58])
    heat = np.exp(-((far / 0.42) ** 2))
    if flame.burns_to:
        heat = np.maximum(
            heat, smoothstep(flame.burns_to + 0.03, flame.burns_to - 0.05, rows) * (0.85 - 0.25 * np.clip(far, 0, 1))
        )
    hot = as_plane(mixed(colour, mixed(warm, core, (heat**2)[..., None]), np.clip(heat, 0, 1)[..., None]))
    halo = (np.exp(-((far / 0.60) ** 2)) * 0.40 + np.exp(-((far / 0.46) ** 4)) * 0.50) * (1 - cover)
    glow = mixed(warm, core, np.exp(-((far / 0.35) ** 2))[..., None])
    whole = np.maximum(cover, halo)
    share = np.where(whole > 0, cover / np.maximum(whole, 1e-4), 1)[..., None]
    return mixed(glow, hot, np.clip(share, 0, 1)), as_plane(whole)
