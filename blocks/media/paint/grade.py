"""The last touch: bloom, filmic tone, exposure, vignette, and dither against banding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from blocks.media.paint.noise import rng_for
from blocks.media.paint.planes import Plane, as_plane, blurred, resized, smoothstep
from blocks.media.paint.stage import Stage

_LUMA = as_plane([0.2126, 0.7152, 0.0722])


def grade(stage: Stage) -> npt.NDArray[np.uint8]:
    """Give the finished picture as 8-bit RGB."""
    picture = _bloomed(stage.picture)
    picture = _exposed(picture, stage.palette.key)
    picture = _toned(picture, stage)
    return dithered(picture * _vignette(stage), stage.seed)


def dithered(picture: Plane, seed: int) -> npt.NDArray[np.uint8]:
    """Round to 8 bits with a triangular dither, so that slow gradients do not show steps."""
    rng = rng_for(seed, "dither")
    # One tile of noise, rolled, is as good as fresh noise and much cheaper.
    noise = rng.random((256, 257), np.float32) - rng.random((256, 257), np.float32)
    height, width = picture.shape[:2]
    spread = np.tile(noise, (height // 256 + 1, width // 257 + 1))[:height, :width, None]
    return np.clip(picture * 255 + spread * 0.9 + 0.5, 0, 255).astype(np.uint8)


def _bloomed(picture: Plane) -> Plane:
    height, width = picture.shape[:2]
    small = resized(picture, height // 4, width // 4)
    over = np.maximum(small - 0.72, 0)
    glow = blurred(over, width / 400) * 0.35 + blurred(over, width / 110) * 0.30 + blurred(over, width / 36) * 0.22
    return as_plane(picture + resized(as_plane(glow), height, width))


def _exposed(picture: Plane, key: float) -> Plane:
    """Bring the mean brightness near the key, then roll the highlights off softly."""
    mean = float((np.minimum(picture[::8, ::8], 1.2) @ _LUMA).mean())
    gain = float(np.clip((key / max(mean, 1e-3)) ** 0.72, 0.55, 1.9))
    lifted = np.maximum(picture * np.float32(gain), 0)
    knee = np.float32(0.70)
    high = np.flatnonzero(lifted.max(axis=(1, 2)) > knee)
    if high.size:
        rows = lifted[high[0] : high[-1] + 1]
        over = np.maximum(rows - knee, 0)
        np.minimum(rows, knee, out=rows)
        rows += (1 - knee) * (1 - np.exp(-over / (1 - knee)))
    return as_plane(lifted)


def _toned(picture: Plane, stage: Stage) -> Plane:
    bend = np.float32(3) - picture * np.float32(2)
    bend *= picture
    bend *= np.float32(0.32)
    bend += np.float32(0.68)
    picture = picture * bend
    grey = picture @ _LUMA
    moon = stage.light.moon
    cool = (-0.008, 0.002, 0.016) if moon else (-0.012, 0.0, 0.020)
    warm = (0.0, 0.004, 0.006) if moon else (0.020, 0.006, -0.018)
    dark, bright = (1 - grey) ** 2, smoothstep(0.3, 0.9, grey)
    for channel in range(3):
        plane = picture[..., channel]
        plane *= np.float32(1.07)
        plane += np.float32(cool[channel]) * dark + np.float32(warm[channel]) * bright - np.float32(0.07) * grey
    return picture


def _vignette(stage: Stage) -> Plane:
    across = (stage.columns - 0.5) * 1.06
    down = (stage.rows - 0.5) * 0.94
    return as_plane(1 - 0.34 * smoothstep(0.34, 0.80, np.sqrt(across**2 + down**2)))[..., None]
