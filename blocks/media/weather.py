"""What moves in a picture besides the camera, read from the words of its prompt and from the picture itself."""

from __future__ import annotations

import re

from blocks.domain.frozen import Frozen
from blocks.domain.scenery import Hour, Place, Scenery, Weather, read_scenery
from blocks.media.weather_air import Air
from blocks.media.weather_particles import Swarm, Tint

_PALE = Tint(y=222)
"""Specks this small have no colour to speak of, and brightness alone is drawn three times as fast."""
_FIRE = Tint(y=200, u=84, v=190)
_GREEN = Tint(y=205, u=96, v=118)
_COLD_MIST = (196, 131, 127)
_WARM_MIST = (192, 123, 133)
_DUST_MIST = (176, 112, 140)
_NIGHT_MIST = (96, 133, 126)

_FIRE_WORDS = re.compile(r"\b(embers?|campfire|bonfire|fires?|flames?|sparks?|forge|furnace)\b", re.IGNORECASE)
_CANDLE_WORDS = re.compile(r"\b(candle\w*|torch\w*|lantern\w*|lamp\w*|hearth|fireplace)\b", re.IGNORECASE)
_FIREFLY_WORDS = re.compile(r"\b(firefl(?:y|ies)|glow.?worms?)\b", re.IGNORECASE)
_WIND_WORDS = re.compile(r"\b(winds?|windy|gusts?|breeze|gale|storm\w*|blow\w*|sway\w*)\b", re.IGNORECASE)
_SAND_WORDS = re.compile(r"\b(sand\w*|dusty?|dunes?|deserts?)\b", re.IGNORECASE)
_RAIN_WORDS = re.compile(r"\b(rain\w*|downpour|thunder\w*|lightning|deluge)\b", re.IGNORECASE)
_INDOORS = frozenset({Place.INTERIOR, Place.CAVE})
_AIRLESS = frozenset({Place.SPACE, Place.UNDERWATER})
_LOW_SUN = frozenset({Hour.DAWN, Hour.MORNING, Hour.DUSK, Hour.AFTERNOON})


class Forecast(Frozen):
    """Everything that moves by itself in one clip."""

    swarms: tuple[Swarm, ...]
    air: Air
    stars: bool
    ripples: float
    """Strength of the ripples; 1 is calm water."""
    cloud_px_s: float
    """How fast clouds drift, in pixels a second of a frame 1080 high."""


def forecast(prompt: str, atmosphere: str) -> Forecast:
    """Tell what moves by itself in a clip.

    Args:
        prompt: the motion prompt; its words win.
        atmosphere: the film's atmosphere.
    """
    text = f"{atmosphere}\n\n{prompt}"
    scenery = read_scenery(text)
    if scenery.weather is Weather.STORM and _SAND_WORDS.search(text) and not _RAIN_WORDS.search(text):
        scenery = scenery.model_copy(update={"weather": Weather.DUST})
    windy = bool(_WIND_WORDS.search(text)) or scenery.weather is Weather.STORM
    return Forecast(
        swarms=tuple(_swarms(scenery, text, windy=windy)),
        air=_air(scenery, text, windy=windy),
        stars=scenery.hour in {Hour.NIGHT, Hour.DAWN, Hour.DUSK} or scenery.place is Place.SPACE,
        ripples=1.8 if windy else 1.0,
        cloud_px_s=(7.0 if windy else 4.0),
    )


def _swarms(scenery: Scenery, text: str, *, windy: bool) -> list[Swarm]:
    swarms: list[Swarm] = []
    if scenery.place is Place.UNDERWATER:
        return [_bubbles(), _motes(Tint(y=190), 130, rise=4)]
    if scenery.place not in _INDOORS | _AIRLESS:
        swarms += _precipitation(scenery.weather, windy=windy)
    if _FIRE_WORDS.search(text):
        swarms.append(_embers())
    if _FIREFLY_WORDS.search(text):
        swarms.append(_fireflies())
    dry = scenery.weather in {Weather.CLEAR, Weather.CLOUDY, Weather.FOG}
    if not swarms and scenery.place in _INDOORS:
        swarms.append(_motes(_PALE, 110, rise=2))
    elif not swarms and dry and scenery.hour in _LOW_SUN and scenery.place is not Place.SPACE:
        swarms.append(_motes(_PALE, 70, rise=3))
    return swarms


def _precipitation(weather: Weather, *, windy: bool) -> list[Swarm]:
    if weather is Weather.SNOW:
        wind = 150.0 if windy else 28.0
        return [
            Swarm(
                count=420,
                near=(0.2, 0.75),
                radius=(0.9, 2.6),
                strength=(0.5, 0.85),
                fall=(45, 130),
                wind=(wind * 0.4, wind),
                sway_px=16,
            ),
            Swarm(
                count=26,
                near=(0.8, 1.0),
                radius=(4.5, 9.0),
                strength=(0.4, 0.22),
                fall=(150, 230),
                wind=(wind, wind * 1.4),
                sway_px=30,
            ),
        ]
    if weather in {Weather.RAIN, Weather.STORM}:
        wind = 330.0 if weather is Weather.STORM else 130.0
        count = 330 if weather is Weather.STORM else 230
        return [
            Swarm(
                count=count,
                near=(0.3, 1.0),
                radius=(0.8, 1.25),
                strength=(0.14, 0.30),
                fall=(950, 1900),
                wind=(wind * 0.6, wind),
                streak=1 / 32,
                tint=Tint(y=205),
            )
        ]
    if weather is Weather.DUST:
        return [_motes(Tint(y=200, u=112, v=140), 150, rise=-2, wind=120 if windy else 55)]
    return []


def _motes(tint: Tint, count: int, *, rise: float, wind: float = 9.0) -> Swarm:
    return Swarm(
        count=count,
        near=(0.4, 1.0),
        radius=(0.9, 2.6),
        strength=(0.35, 0.5),
        fall=(-rise, -2.5 * rise),
        wind=(wind * 0.5, wind),
        sway_px=22,
        sway_s=7.0,
        twinkle=0.85,
        twinkle_s=3.5,
        tint=tint,
    )


def _embers() -> Swarm:
    return Swarm(
        count=70,
        near=(0.5, 1.0),
        radius=(1.0, 2.4),
        strength=(0.7, 0.9),
        fall=(-40, -120),
        wind=(6, 22),
        sway_px=26,
        sway_s=3.0,
        twinkle=0.9,
        twinkle_s=1.6,
        tint=_FIRE,
    )


def _fireflies() -> Swarm:
    return Swarm(
        count=34,
        near=(0.4, 0.9),
        radius=(1.6, 3.4),
        strength=(0.7, 0.9),
        fall=(-3, 4),
        wind=(-6, 6),
        sway_px=50,
        sway_s=6.0,
        twinkle=1.0,
        twinkle_s=2.8,
        tint=_GREEN,
    )


def _bubbles() -> Swarm:
    return Swarm(
        count=60,
        near=(0.4, 1.0),
        radius=(1.2, 4.0),
        strength=(0.3, 0.4),
        fall=(-35, -110),
        sway_px=12,
        sway_s=2.2,
        tint=Tint(y=205, u=136, v=118),
    )


def _air(scenery: Scenery, text: str, *, windy: bool) -> Air:
    strength = _mist_strength(scenery, windy=windy)
    y, u, v = _mist_colour(scenery)
    fire = bool(_FIRE_WORDS.search(text) or _CANDLE_WORDS.search(text))
    glow = 7.0 if fire else (5.0 if scenery.hour in _LOW_SUN else 2.0)
    return Air(
        mist=strength,
        mist_y=y,
        mist_u=u,
        mist_v=v,
        wind_px_s=34.0 if windy else 16.0,
        glow=glow,
        glow_s=1.1 if fire else 6.0,
        aurora=34.0 if scenery.weather is Weather.AURORA else 0.0,
    )


def _mist_strength(scenery: Scenery, *, windy: bool) -> float:
    if scenery.place in _AIRLESS | _INDOORS:
        return 0.0
    by_weather = {
        Weather.FOG: 0.34,
        Weather.STORM: 0.2,
        Weather.RAIN: 0.2,
        Weather.SNOW: 0.16,
        Weather.DUST: 0.26,
        Weather.CLOUDY: 0.12,
    }
    if scenery.weather is Weather.DUST and windy:
        return 0.4
    early = 0.1 if scenery.hour in {Hour.DAWN, Hour.DUSK} else 0.0
    return by_weather.get(scenery.weather, early)


def _mist_colour(scenery: Scenery) -> tuple[int, int, int]:
    if scenery.weather is Weather.DUST:
        return _DUST_MIST
    if scenery.hour is Hour.NIGHT:
        return _NIGHT_MIST
    return _WARM_MIST if scenery.hour in {Hour.DAWN, Hour.DUSK} else _COLD_MIST
