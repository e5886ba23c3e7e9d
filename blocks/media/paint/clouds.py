"""Clouds: a deck seen in perspective, lit from the sun's side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocks.domain.scenery import Hour, Weather
from blocks.media.nearness import Nearness
from blocks.media.paint.noise import tile
from blocks.media.paint.planes import Plane, as_plane, mixed, resized, sampled, smoothstep
from blocks.media.paint.stage import Stage

_SIDE = 512


@dataclass(frozen=True)
class _Deck:
    """The kind of clouds a weather brings."""

    cover: float
    """Share of the sky, roughly."""
    soft: float
    """Width of a cloud's edge; small is woolly, large is smooth."""
    stretch: float
    """How much longer across than deep."""
    weight: float
    """Darkness of the bodies."""


def _deck(stage: Stage) -> _Deck | None:
    rng = stage.rng("deck")
    pick, more = rng.random(), rng.random()
    night = stage.scenery.hour is Hour.NIGHT
    veil = _Deck(0.34 + 0.2 * more, 0.40, 2.8, 0.25)
    fair = _Deck(0.26 + 0.14 * more, 0.30, 2.2, 0.5) if night else _Deck(0.30 + 0.20 * more, 0.22, 1.2 + 2.4 * pick, 0.42)
    decks: dict[Weather, _Deck | None] = {
        Weather.CLOUDY: _Deck(0.54 + 0.12 * more, 0.20, 1.2 + pick, 0.50),
        Weather.RAIN: _Deck(0.86, 0.34, 1.3, 0.62),
        Weather.STORM: _Deck(0.82, 0.24, 1.25, 0.92),
        Weather.SNOW: _Deck(0.74, 0.42, 1.6, 0.30),
        Weather.FOG: veil,
        Weather.DUST: veil,
        Weather.AURORA: None,
        Weather.CLEAR: None if night and pick > 0.6 else fair,
    }
    return decks[stage.scenery.weather]


def paint_clouds(stage: Stage) -> None:
    """Lay clouds over the sky, and give them their distance."""
    deck = _deck(stage)
    if deck is None:
        return
    height, width = max(2, int(stage.horizon * stage.height) // 2), stage.width // 2
    density, light = _shape(stage, deck, height, width)
    mask = np.zeros((stage.height, stage.width), np.float32)
    rows = min(stage.height, height * 2)
    mask[:rows] = np.clip(resized(density, rows, stage.width), 0, 1)
    lit = np.zeros_like(mask)
    lit[:rows] = np.clip(resized(light, rows, stage.width), 0, 1)
    stage.lay(mask, _colour(stage, deck, lit, mask), None)
    stage.nearness[mask > 0.3] = Nearness.CLOUDS


def _shape(stage: Stage, deck: _Deck, height: int, width: int) -> tuple[Plane, Plane]:
    """Give cover and light of the deck, both 0 to 1."""
    rng = stage.rng("clouds")
    texture, detail = tile(rng, _SIDE, 5, 6, 0.55), tile(rng, _SIDE, 12, 5, 0.6)
    above = np.linspace(stage.horizon, 0.0, height, dtype=np.float32)[:, None] + np.float32(0.004)
    depth = 1 / (above + 0.15)
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * (stage.width / stage.height)
    u = as_plane(across * depth * (62 / deck.stretch) + rng.uniform(0, _SIDE))
    v = as_plane(np.broadcast_to(depth * 62 + rng.uniform(0, _SIDE), u.shape))
    warp = (sampled(detail, u * np.float32(0.5), v * np.float32(0.5), wrap=True) - np.float32(0.5)) * np.float32(24)
    u, v = u + warp, v + warp
    body = sampled(texture, u, v, wrap=True) * 0.66 + sampled(detail, as_plane(u * 2.3), as_plane(v * 2.3), wrap=True) * 0.24
    body = body + sampled(detail, as_plane(u * 7.1), as_plane(v * 7.1), wrap=True) * 0.10
    to_light = (stage.light.x - 0.5) * (stage.width / stage.height) - across
    reach = 9.0
    toward = sampled(texture, as_plane(u + np.clip(to_light * 3, -1, 1) * reach), as_plane(v + reach * 0.8), wrap=True)
    spread = np.sort(body.ravel()[::97])
    limit = float(spread[min(spread.size - 1, int((1 - deck.cover) * spread.size))])
    density = smoothstep(limit - 0.02, limit + deck.soft * 0.62, body)
    light = np.clip(0.5 + (body - toward) * 2.6, 0, 1)
    edge = 1 - smoothstep(0.2, 0.95, density)
    return density, as_plane(np.clip(light * 0.75 + edge * 0.45, 0, 1))


def _colour(stage: Stage, deck: _Deck, lit: Plane, mask: Plane) -> Plane:
    palette = stage.palette
    low_sun = stage.scenery.hour in {Hour.DAWN, Hour.DUSK}
    bright = mixed(palette.horizon, palette.light, 0.55) * (0.98 if low_sun else 1.02)
    if stage.light.moon:
        bright = mixed(palette.lower, palette.light, 0.30) * 0.85
    dark = mixed(mixed(palette.upper, palette.zenith, 0.5), palette.haze, 0.30)
    dark = dark * (1 - 0.45 * deck.weight) if not low_sun else mixed(dark, palette.shade, 0.30 * deck.weight)
    near = np.exp(-stage.from_light(1.5) / 0.34)
    share = np.clip(lit * (0.50 + 0.65 * near), 0, 1)
    colour = mixed(dark[None, None], bright[None, None], share[..., None])
    # Thin edges close to the light shine through: the silver lining.
    lining = (1 - mask) * mask * 4 * near * (1 - 0.6 * stage.light.veiled)
    colour += (lining * 0.55)[..., None] * palette.light
    haze = smoothstep(0.16, 0.0, stage.horizon - stage.rows)[..., None] * 0.75
    return mixed(colour, stage.picture, np.broadcast_to(haze, (stage.height, 1, 1)))
