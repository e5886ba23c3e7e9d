"""The colours of a picture, chosen by hour, weather and place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from blocks.domain.scenery import Hour, Place, Scenery, Season, Weather
from blocks.media.paint.noise import Rng
from blocks.media.paint.planes import Plane, as_plane, mixed


@dataclass(frozen=True)
class Palette:
    """Colours as RGB planes of one pixel, 0 to 1."""

    zenith: Plane
    upper: Plane
    lower: Plane
    horizon: Plane
    light: Plane
    """Sun or moon; may pass 1."""
    haze: Plane
    """What distance fades into."""
    shade: Plane
    """The darkest dark: what stands near, against the light."""
    glow: float
    """Strength of the light around sun or moon."""
    key: float
    """Wanted mean brightness of the finished picture."""


def _rgb(code: str) -> Plane:
    return as_plane([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)])


def _palette(colours: str, glow: float, key: float) -> Palette:
    zenith, upper, lower, horizon, light, haze, shade = (_rgb(code) for code in colours.split())
    return Palette(zenith, upper, lower, horizon, light, haze, shade, glow, key)


#        zenith upper  lower  horizon light  haze   shade
_HOURS: dict[Hour, tuple[tuple[str, float, float], ...]] = {
    Hour.DAWN: (
        ("2a3e5f 6d7f97 d7a58f f7cda0 ffd9a0 d3a896 10141f", 0.80, 0.38),
        ("23304f 5f6690 b98aa0 f3b9a0 ffcfa8 b995a0 0f1220", 0.80, 0.36),
        ("2b4a5c 76979c d8b88f fbdc9f ffe1a0 cdb491 0f1718", 0.85, 0.40),
    ),
    Hour.MORNING: (
        ("3d6f9d 7fa9c4 bfd2cf f3e6c4 fff0cf c2cfc8 121c22", 0.62, 0.46),
        ("46718f 89aeb8 cdd5c2 f7e2b4 ffecc0 c8cdb8 141c1c", 0.64, 0.46),
        ("34618f 7299bd b0c6d2 e9e0d2 fff3dc b4c3cc 10192a", 0.58, 0.45),
    ),
    Hour.NOON: (
        ("2a68a6 5a9bc8 a3cade dde9e4 fffaee b4ccd6 0f1a22", 0.55, 0.52),
        ("316f9e 66a3c0 abcdd2 e4ead8 fff8e4 bccfca 101b1e", 0.55, 0.52),
    ),
    Hour.AFTERNOON: (
        ("34608c 7493a8 c6b89a f6d596 ffdf9c d0b58b 17161a", 0.74, 0.44),
        ("3c5d80 84909a d2b08a fbcb83 ffd68e cfa980 19151a", 0.76, 0.43),
    ),
    Hour.DUSK: (
        ("1c1d44 4f3263 b3526a f98f4f ffb964 b0625c 120b18", 0.95, 0.31),
        ("1a2a4d 4a4a78 a86a7d f6a36b ffc27c a26d74 0d0e1c", 0.92, 0.32),
        ("241a35 6b2c4a c2493f fa8a3c ffae50 a8503f 150910", 1.00, 0.30),
        ("16304a 3d6070 a58a6c f9b75c ffce74 a58264 0c1214", 0.92, 0.33),
    ),
    Hour.NIGHT: (
        ("040818 0a1734 163058 30557f cfe0ff 24426a 02040b", 0.55, 0.15),
        ("050a16 0c1c2e 173a4c 2f6070 d6ecf2 224c5c 02060a", 0.55, 0.15),
        ("070a1c 121a38 222c54 40506f dcdff6 2c3656 03040c", 0.55, 0.15),
    ),
}


def choose_palette(scenery: Scenery, rng: Rng) -> Palette:
    """Give the colours of a scenery; the generator picks one of the variants of its hour."""
    variants = _HOURS[scenery.hour]
    palette = _palette(*variants[int(rng.integers(len(variants)))])
    palette = _in_weather(palette, scenery)
    return _at_place(palette, scenery)


def _washed(palette: Palette, tint: str, share: float, dim: float = 1.0) -> Palette:
    """Pull the sky towards a tint."""
    night = float(np.mean(palette.horizon)) < 0.4
    colour = _rgb(tint) * (0.22 if night else 1.0)
    lower = mixed(palette.lower, colour, share) * dim
    return replace(
        palette,
        zenith=mixed(palette.zenith, colour * 0.62, share) * dim,
        upper=mixed(palette.upper, colour * 0.82, share) * dim,
        lower=lower,
        horizon=mixed(palette.horizon, colour * 1.06, share * 0.8) * dim,
        haze=mixed(palette.haze, colour, share * 0.8) * dim,
        light=mixed(palette.light, colour * 1.1, share * 0.45),
    )


@dataclass(frozen=True)
class _Mood:
    """What a weather or a place does to the colours of the hour."""

    tint: str
    share: float
    dim: float = 1.0
    glow: float = 1.0
    key: float = 1.0
    shade: str = ""
    """Colour the darkest dark leans to; empty for none."""


_WEATHERS: dict[Weather, _Mood] = {
    Weather.CLOUDY: _Mood("a9b3bc", 0.30, glow=0.8, key=0.96),
    Weather.FOG: _Mood("c3c6c4", 0.32, glow=0.95, key=1.02),
    Weather.RAIN: _Mood("7f8d98", 0.58, 0.86, glow=0.5, key=0.80),
    Weather.STORM: _Mood("66747f", 0.55, 0.80, glow=0.75, key=0.78),
    Weather.SNOW: _Mood("b4c2d0", 0.42, glow=0.7),
    Weather.DUST: _Mood("cf9a5c", 0.50, glow=0.9),
    Weather.AURORA: _Mood("24426a", 0.0, glow=0.3, key=1.35),
}


def _in_weather(palette: Palette, scenery: Scenery) -> Palette:
    mood = _WEATHERS.get(scenery.weather)
    return palette if mood is None else _in_mood(palette, mood)


def _at_place(palette: Palette, scenery: Scenery) -> Palette:
    mood = _place_mood(scenery)
    return palette if mood is None else _in_mood(palette, mood)


def _place_mood(scenery: Scenery) -> _Mood | None:
    dark = scenery.hour is Hour.NIGHT
    by_day = scenery.hour in {Hour.MORNING, Hour.NOON, Hour.AFTERNOON}
    if scenery.place is Place.FOREST and scenery.season is Season.AUTUMN and not dark:
        return _Mood("d9a25f", 0.22, shade="1c0e06")
    if scenery.place is Place.FOREST and by_day:
        return _Mood("b7bd8c", 0.34, shade="0a140c")
    return {
        Place.DESERT: None if dark else _Mood("d9a566", 0.12, shade="2a1208"),
        Place.SAVANNA: None if dark else _Mood("d9a566", 0.12, shade="2a1208"),
        Place.SWAMP: _Mood("8f9c6c", 0.28, 0.94, shade="0a120c"),
        Place.TUNDRA: _Mood("bcd0e0", 0.25),
        Place.MEADOW: _Mood("bcc39a", 0.10, shade="10180a") if by_day else None,
    }.get(scenery.place)


def _in_mood(palette: Palette, mood: _Mood) -> Palette:
    washed = _washed(palette, mood.tint, mood.share, mood.dim)
    shade = mixed(palette.shade, _rgb(mood.shade), 0.65) if mood.shade else palette.shade
    return replace(washed, glow=palette.glow * mood.glow, key=palette.key * mood.key, shade=shade)
