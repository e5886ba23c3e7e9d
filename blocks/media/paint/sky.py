"""The sky: its gradient, sun, moon, stars and northern lights."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Hour, Weather
from blocks.media.paint.noise import field, skyline
from blocks.media.paint.planes import Plane, as_plane, blurred, mixed, resized, smoothstep
from blocks.media.paint.stage import Stage


def paint_sky(stage: Stage) -> None:
    """Fill the whole picture with sky; below the horizon stands what water mirrors."""
    palette = stage.palette
    up = np.clip((stage.horizon - stage.rows) / max(stage.horizon, 0.2), -0.2, 1)
    stops = np.array([0.0, 0.10, 0.34, 0.66, 1.0])
    colours = np.stack(
        [palette.horizon, mixed(palette.horizon, palette.lower, 0.45), palette.lower, palette.upper, palette.zenith]
    )
    bent = np.abs(up[:, 0]) ** 0.92
    gradient = np.stack([np.interp(bent, stops, colours[:, channel]) for channel in range(3)], axis=1)
    stage.picture[:] = as_plane(gradient)[:, None, :]
    # The far side of the sky, away from the light, is cooler and darker.
    away = 1 - stage.nearby_light(1.25)
    stage.picture *= (1 - 0.30 * away * (0.35 + 0.65 * smoothstep(1.0, 0.0, up)))[..., None]
    if stage.scenery.hour is Hour.NIGHT:
        _paint_stars(stage)
    _paint_glow(stage)
    if stage.scenery.weather is Weather.AURORA:
        _paint_aurora(stage)
    if stage.light.moon:
        _paint_moon(stage)
    else:
        _paint_sun(stage)


def _paint_glow(stage: Stage) -> None:
    light, palette = stage.light, stage.palette
    far = stage.from_light()
    low = smoothstep(0.5, 0.0, stage.horizon - light.y)
    open_share = 1 - 0.72 * light.veiled
    strength = palette.glow * open_share * (0.45 if light.moon else 1.0)
    near = np.exp(-far / 0.10) * 0.55 + np.exp(-far / 0.30) * 0.30
    stage.shine(as_plane(near * strength), palette.light)
    band = np.exp(-(np.abs(stage.rows - stage.horizon) / 0.11)) * np.exp(-(((stage.columns - light.x) / 0.42) ** 2))
    stage.shine(as_plane(band * low * strength * 0.42), mixed(palette.horizon, palette.light, 0.5))


def _paint_sun(stage: Stage) -> None:
    light = stage.light
    if light.y < -0.05:
        return
    low = float(smoothstep(0.3, 0.0, stage.horizon - light.y))
    radius = 0.019 + 0.015 * low
    disc = smoothstep(radius + 0.0022, radius - 0.0022, stage.from_light())
    stage.shine(
        as_plane(disc * (1 - light.veiled) ** 2 * (1.25 - 0.25 * low)), mixed(stage.palette.light, as_plane([1, 1, 0.96]), 0.5)
    )


def _paint_moon(stage: Stage) -> None:
    light, rng = stage.light, stage.rng("moon")
    radius = rng.uniform(0.030, 0.046)
    side = max(8, int(radius * 2.3 * stage.height))
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    x, y = (x / (side - 1) - 0.5) * 2.3, (y / (side - 1) - 0.5) * 2.3
    disc = smoothstep(1 + 2.4 / side, 1 - 2.4 / side, np.hypot(x, y))
    maria = smoothstep(0.50, 0.66, field(rng, side, side, (3, 3), 4))
    phase = rng.uniform(-0.9, 1.6)
    lit = smoothstep(-0.25, 0.35, x * np.sign(phase) + abs(phase)) if abs(phase) < 0.8 else np.ones_like(x)
    face = disc * (1 - 0.28 * maria) * (0.04 + 0.96 * lit) * (1 - 0.18 * np.hypot(x, y) ** 2) * (1 - light.veiled) ** 1.5
    top, left = int(light.y * stage.height - side / 2), int(light.x * stage.width - side / 2)
    if top < 0 or left < 0 or top + side > stage.height or left + side > stage.width:
        return
    cut = (slice(top, top + side), slice(left, left + side))
    stage.picture[cut] = mixed(stage.picture[cut], stage.palette.light * 1.15, as_plane(face)[..., None])


def _paint_stars(stage: Stage) -> None:
    rng = stage.rng("stars")
    clear = {Weather.CLEAR: 1.0, Weather.AURORA: 1.0, Weather.CLOUDY: 0.5, Weather.DUST: 0.3, Weather.FOG: 0.25}.get(
        stage.scenery.weather, 0.08
    )
    layer = np.zeros((stage.height, stage.width), np.float32)
    count = int(2600 * clear)
    x, y = rng.random(count), rng.random(count) ** 1.25 * stage.horizon
    bright = rng.pareto(2.1, count) * 0.10 + 0.07
    scale = stage.height / 1080
    rows, columns = (y * stage.height).astype(int), (x * stage.width).astype(int)
    np.maximum.at(layer, (rows, columns), as_plane(np.minimum(bright, 1.2)))
    soft = (
        blurred(layer, 0.75 * scale + 0.1) * 3.2 * scale + blurred(np.where(layer > 0.5, layer, 0), 2.6 * scale + 0.1) * 9 * scale
    )
    fade = smoothstep(0.0, 0.32, stage.horizon - stage.rows)
    stage.shine(as_plane(np.minimum(soft, 1.5) * fade), as_plane([0.86, 0.92, 1.0]))
    if stage.rng("galaxy").random() < 0.6 * clear:
        _paint_galaxy(stage, fade)


def _paint_galaxy(stage: Stage, fade: Plane) -> None:
    rng = stage.rng("galaxy band")
    height, width = stage.height // 3, stage.width // 3
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x / width - rng.uniform(0.3, 0.7)) * width / height, y / height - 0.25
    angle = rng.uniform(0.5, 1.1) * rng.choice([-1.0, 1.0])
    across = x * np.sin(angle) - y * np.cos(angle)
    cloud = field(rng, height, width, (4, 7), 6, 0.6)
    band = np.exp(-((across / 0.16) ** 2)) * (0.35 + 0.9 * smoothstep(0.35, 0.75, cloud))
    lane = np.exp(-(((across + 0.10 * (cloud - 0.5)) / 0.035) ** 2)) * 0.7
    glow = resized(as_plane(band * (1 - lane)), stage.height, stage.width) * fade
    dust = rng.random((stage.height, stage.width), np.float32)
    sparks = np.where(dust > 0.9955, (dust - 0.9955) * 180, 0).astype(np.float32)
    stage.shine(as_plane(np.clip(glow, 0, 1) * (0.13 + 0.5 * blurred(sparks, 0.6))), as_plane([0.80, 0.86, 1.0]))


def _paint_aurora(stage: Stage) -> None:
    rng = stage.rng("aurora")
    width, height = stage.width // 2, stage.height // 2
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    total = np.zeros((height, width, 3), np.float32)
    x = np.linspace(0, 1, width, dtype=np.float32)
    for number in range(int(rng.integers(3, 5))):
        tilt = rng.uniform(-0.35, 0.35)
        base = stage.horizon * (rng.uniform(0.42, 0.84) + tilt * (x - 0.5) + 0.20 * skyline(rng, width, 1.5, 3, 0.5))
        tall = 0.16 + 0.20 * (skyline(rng, width, 4, 4) * 0.5 + 0.5)
        rays = 0.45 + 0.55 * np.clip(0.5 + 0.7 * skyline(rng, width, 30, 4, 0.7), 0, 1)
        patch = np.clip(0.40 + 1.0 * skyline(rng, width, 2.0, 2), 0, 1)
        above = (base[None] - rows) / tall[None]
        curtain = np.where(above > 0, np.exp(-above * 2.1), np.exp(above * 7)) * (rays * patch)[None]
        fine = as_plane(np.exp(-np.clip(above, 0, 4) * 0.8))
        green, violet = as_plane([0.20, 0.92, 0.60]), as_plane([0.62, 0.28, 0.85]) if number % 2 else as_plane([0.20, 0.50, 0.95])
        total += as_plane(curtain)[..., None] * mixed(violet, green, fine[..., None]) * rng.uniform(0.34, 0.56)
    total += blurred(total, width * 0.02, height * 0.05) * 0.55
    stage.picture += resized(total, stage.height, stage.width) * smoothstep(1.02, 0.80, stage.rows / stage.horizon)[..., None]
