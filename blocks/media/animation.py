"""Still pictures that come to life: a camera move in depth, weather, water and light; offline, and the same every time."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np

from blocks.domain.specs import ClipSpec
from blocks.domain.time import frames_covering
from blocks.errors import MediaError
from blocks.media.animation_stage import Stage
from blocks.media.camera import plan_camera
from blocks.media.ffmpeg import render
from blocks.media.layers import flat_scene
from blocks.media.layers_planes import to_yuv
from blocks.media.layers_splitting import split_layers
from blocks.media.nearness import Nearness, Pixels, load_still
from blocks.media.recipes import clip_encoder_arguments
from blocks.media.weather import forecast

ANIMATOR_VERSION = 1
"""Changes when the same spec and seed give other pixels."""
_LEAST_SIDE_PX = 64


def animate_still(spec: ClipSpec, seed: Path, target: Path) -> None:
    """Make a silent moving clip of a still picture.

    The clip has the seed's size (an odd last row or column is left out) and exactly `spec.seconds` at `spec.rate`, rounded up to
    a whole frame: H.264 High, BT.709, as `recipes.clip_encoder_arguments` says. A seed that knows its layers (see
    `blocks.media.nearness`) moves in depth; any other moves as one.
    The same spec and seed give the same bytes. Takes about 250 MB.

    Args:
        spec: camera move, words for what moves by itself, length and rate.
        seed: the picture.
        target: MP4 file to write; it appears whole or not at all.

    Raises:
        MediaError: the seed is no picture or too small, or FFmpeg failed.
    """
    picture, nearness = load_still(seed)
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    if min(height, width) < _LEAST_SIDE_PX:
        raise MediaError(
            f"{seed.name} is {width}x{height} and cannot be animated: give a picture of {_LEAST_SIDE_PX} pixels or more"
        )
    if nearness is not None and nearness.shape != picture.shape[:2]:
        raise MediaError(f"the layers of {seed.name} have another size than its picture: make the seed anew")
    yuv = to_yuv(np.ascontiguousarray(picture[:height, :width, :3]))
    path = plan_camera(spec.camera_move, spec.seconds, (width, height), _focus(yuv, nearness))
    scene = flat_scene(yuv) if nearness is None else split_layers(yuv, nearness[:height, :width], path.reach_px)
    root = hashlib.sha256(spec.model_dump_json().encode()).digest()
    stage = Stage(scene, path, forecast(spec.prompt, spec.atmosphere), root)
    rate = Fraction(spec.rate)
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", spec.rate, "-i", "pipe:0")
    render(
        [*raw, *clip_encoder_arguments(spec.rate)],
        target,
        what=f"animate {seed.name}",
        stdin=stage.frames(frames_covering(Fraction(spec.seconds), rate), float(rate)),
    )


def _focus(yuv: Pixels, nearness: Pixels | None) -> tuple[float, float]:
    """Give the point a zoom closes in on: the figures if there are any, else the middle at the height of the eye."""
    height, width = yuv.shape[:2]
    if nearness is not None:
        shown = np.argwhere(np.abs(nearness.astype(np.int16) - Nearness.FIGURE) < 12)
        if shown.size:
            row, column = shown.mean(axis=0)
            return float(column), float(row)
    return width / 2, height * 0.48
