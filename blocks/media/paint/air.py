"""What hangs in the air: mist, shafts of light, rain, snow and dust."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from blocks.domain.scenery import Weather
from blocks.media.paint.noise import field
from blocks.media.paint.planes import Plane, as_plane, blurred, mixed, resized, smoothstep
from blocks.media.paint.stage import Stage

_LUMA = as_plane([0.2126, 0.7152, 0.0722])


def mistiness(stage: Stage) -> float:
    """How much mist the weather brings between the layers, 0 to 1."""
    return {
        Weather.FOG: 1.0,
        Weather.RAIN: 0.6,
        Weather.SNOW: 0.62,
        Weather.DUST: 0.7,
        Weather.STORM: 0.45,
        Weather.CLOUDY: 0.40,
    }.get(stage.scenery.weather, 0.30)


def paint_mist(stage: Stage, row: float, reach: float, density: float, part: str) -> None:
    """Let a bank of mist lie across the picture.

    Args:
        stage: picture.
        row: its middle, down the frame, 0 to 1.
        reach: half its height in frame heights.
        density: 0 to 1.
        part: name of its generator.
    """
    rng = stage.rng(f"mist {part}")
    height, width = stage.height // 3, stage.width // 3
    wisps = field(rng, height, width, (9, 4), 4, 0.55)
    wave = (field(rng, height, width, (2, 3), 2) - 0.5) * reach * 1.1
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    bank = np.exp(-(((rows - row + wave) / reach) ** 2))
    alpha = np.clip(bank * (0.35 + 1.1 * smoothstep(0.25, 0.8, wisps)) * density, 0, 0.94)
    lit = mixed(
        stage.air, np.minimum(stage.palette.light, 1)[None, None] * (0.62 if stage.light.moon else 0.94), _lit_share(stage)
    )
    stage.lay(resized(as_plane(alpha), stage.height, stage.width).clip(0, 1), lit, None)


def _lit_share(stage: Stage) -> Plane:
    strength = stage.palette.glow * (1 - 0.7 * stage.light.veiled) * (0.25 if stage.light.moon else 0.42)
    return as_plane(stage.nearby_light(0.42) * strength)[..., None]


def paint_shafts(stage: Stage, strength: float, *, from_above: bool = False) -> None:
    """Send rays from the light through every gap of what is painted so far.

    Args:
        stage: picture.
        strength: about 0.2 (hint) to 0.9 (theatre).
        from_above: let them fall from far above the picture, as under a canopy or under water.
    """
    height, width = stage.height // 4, stage.width // 4
    small = resized(stage.picture, height, width)
    bright = small @ _LUMA
    limit = float(np.quantile(bright, 0.72))
    rays = np.clip(bright - limit, 0, 0.6).astype(np.float32)
    center = (stage.light.x * width, (stage.light.y if not from_above else min(stage.light.y, -0.5)) * height)
    zoom = 0.035
    for _ in range(5):
        move = cv2.getRotationMatrix2D(center, 0, 1 + zoom)
        moved = cv2.warpAffine(rays, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        rays = cast("Plane", cv2.addWeighted(rays, 0.5, moved, 0.5, 0))
        zoom *= 1.9
    far = np.hypot((np.arange(width)[None] - center[0]) / height, (np.arange(height)[:, None] - center[1]) / height)
    rays = as_plane(rays * np.exp(-far / 1.1))
    stage.shine(np.maximum(resized(rays, stage.height, stage.width), 0) * np.float32(strength * 1.8), stage.palette.light)


def paint_beams(stage: Stage, strength: float, spread: float = 0.5) -> None:
    """Lay soft slanted beams, as they fall through leaves, windows or water, whatever is painted behind them."""
    rng = stage.rng("beams")
    height, width = stage.height // 3, stage.width // 3
    x = (np.arange(width, dtype=np.float32)[None] / width - stage.light.x) * (stage.width / stage.height)
    y = np.arange(height, dtype=np.float32)[:, None] / height + rng.uniform(0.35, 0.6)
    angle = as_plane(np.arctan2(x, y))
    total = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(9, 14))):
        middle, wide = rng.normal(0, spread * 0.55), rng.uniform(0.008, 0.045)
        total += as_plane(np.exp(-(((angle - middle) / wide) ** 2)) * rng.uniform(0.3, 1.0))
    fade = smoothstep(1.0, 0.1, np.arange(height, dtype=np.float32)[:, None] / height)
    dust = 0.7 + 0.6 * field(rng, height, width, (5, 6), 3)
    beams = resized(as_plane(np.minimum(total, 1.3) * fade * dust), stage.height, stage.width)
    stage.shine(np.maximum(beams, 0) * np.float32(strength * 0.34), stage.palette.light)


def paint_fall(stage: Stage) -> None:
    """Let rain or snow hang in the air, faintly: the clip moves its own."""
    match stage.scenery.weather:
        case Weather.RAIN | Weather.STORM:
            _paint_rain(stage)
        case Weather.SNOW:
            _paint_snow(stage)
        case Weather.DUST:
            paint_mist(stage, stage.horizon + 0.10, 0.20, 0.42, "dust")
        case _:
            pass


def _paint_rain(stage: Stage) -> None:
    rng = stage.rng("rain")
    height, width = stage.height // 4, stage.width // 4
    curtain = field(rng, height, width, (1.2, 7), 4)
    shift = (np.arange(height) * 0.22).astype(int)[:, None]
    curtain = curtain[np.arange(height)[:, None], (np.arange(width)[None] + shift) % width]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    alpha = smoothstep(0.42, 0.85, curtain) * np.exp(-(((rows - stage.horizon + 0.12) / 0.26) ** 2)) * 0.55
    stage.lay(resized(as_plane(alpha), stage.height, stage.width).clip(0, 1), stage.tone(0.22), None)
    streaks = np.zeros((stage.height, stage.width), np.uint8)
    count, long = 620, stage.height * 0.045
    starts = rng.random((count, 2)) * [stage.width, stage.height]
    for (x, y), size in zip(starts, rng.uniform(0.4, 1.2, count), strict=True):
        cv2.line(
            streaks, (int(x), int(y)), (int(x - long * size * 0.22), int(y + long * size)), (int(110 * size),), 1, cv2.LINE_AA
        )
    stage.shine(blurred(as_plane(streaks) / np.float32(255), 0.7) * 0.20, stage.palette.horizon)


def _paint_snow(stage: Stage) -> None:
    rng = stage.rng("snow")
    flakes = np.zeros((stage.height, stage.width), np.uint8)
    count = 520
    for x, y, size in zip(rng.random(count), rng.random(count), rng.pareto(2.4, count), strict=True):
        radius = (0.7 + min(size, 2.4)) * stage.height / 1080
        at = (int(x * stage.width * 16), int(y * stage.height * 16))
        cv2.circle(flakes, at, max(8, int(radius * 16)), (150,), -1, cv2.LINE_AA, 4)
    soft = blurred(as_plane(flakes) / np.float32(255), 0.9 * stage.height / 1080 + 0.2)
    stage.lay(as_plane(soft * 0.55), mixed(stage.air, as_plane([1, 1, 1]), 0.4), None)
