"""Where, when and in what weather a picture plays, read from the words of its prompt."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from blocks.domain.frozen import Frozen
from blocks.domain.scenery_kinds import Hour, Place, Season, Weather
from blocks.domain.scenery_words import (
    HOUR_WORDS,
    MUTE_HOURS,
    MUTE_PLACES,
    MUTE_SEASONS,
    MUTE_WEATHERS,
    PLACE_WORDS,
    SEASON_WORDS,
    WEATHER_WORDS,
)
from blocks.domain.vocabulary import Found, MeaningT, Vocabulary

__all__ = [
    "DEFAULT_HOUR",
    "HOUR_WORDS",
    "PLACE_WORDS",
    "SEASON_WORDS",
    "WATER_PLACES",
    "WEATHER_WORDS",
    "Hour",
    "Place",
    "Scenery",
    "Season",
    "Weather",
    "hours",
    "places",
    "read_scenery",
    "seasons",
    "weathers",
]


class Scenery(Frozen):
    """What an offline picture is painted from."""

    place: Place
    hour: Hour
    weather: Weather
    season: Season
    also: tuple[Place, ...] = ()
    """Further places named in the asset's own words, at most two: the far ridge behind a lake, the forest along a road."""


WATER_PLACES = frozenset({Place.LAKE, Place.RIVER, Place.SEA, Place.COAST, Place.SWAMP, Place.HARBOUR})
"""Places that show a surface of water."""

DEFAULT_HOUR = Hour.DUSK
"""Silhouettes stand best against a low sun."""


@cache
def places() -> Vocabulary[Place]:
    """Give the vocabulary of places."""
    return Vocabulary(PLACE_WORDS, mute=MUTE_PLACES)


@cache
def hours() -> Vocabulary[Hour]:
    """Give the vocabulary of hours."""
    return Vocabulary(HOUR_WORDS, mute=MUTE_HOURS)


@cache
def weathers() -> Vocabulary[Weather]:
    """Give the vocabulary of weathers."""
    return Vocabulary(WEATHER_WORDS, mute=MUTE_WEATHERS)


@cache
def seasons() -> Vocabulary[Season]:
    """Give the vocabulary of seasons."""
    return Vocabulary(SEASON_WORDS, mute=MUTE_SEASONS)


def read_scenery(text: str, fallback: Scenery | None = None) -> Scenery:
    """Read place, hour, weather and season from a prompt.

    Args:
        text: atmosphere, blank line, asset prompt; or either alone. The words of the last paragraph win over those before it,
            strong words over hints, earlier words over later ones.
        fallback: what holds where the text says nothing, such as the scenery of the picture that is varied.
    """
    paragraphs = [part for part in text.split("\n\n") if part.strip()] or [""]
    own, atmosphere = paragraphs[-1], "\n".join(paragraphs[:-1])
    base = fallback or Scenery(place=Place.MEADOW, hour=DEFAULT_HOUR, weather=Weather.CLEAR, season=Season.SUMMER)
    place = next(iter(_ranked(places(), own, atmosphere)), base.place)
    weather = next(iter(_ranked(weathers(), own, atmosphere)), base.weather)
    hour = Hour.NIGHT if weather is Weather.AURORA else next(iter(_ranked(hours(), own, atmosphere)), base.hour)
    season = next(iter(_ranked(seasons(), own, atmosphere)), Season.WINTER if place is Place.TUNDRA else base.season)
    further = tuple(other for other in places().rank(own) if other is not place)[:2]
    if weather is Weather.SNOW:
        season = Season.WINTER
    return Scenery(place=place, hour=hour, weather=weather, season=season, also=further)


def _ranked(words: Vocabulary[MeaningT], own: str, atmosphere: str) -> tuple[MeaningT, ...]:
    """Rank the meanings of both parts: own strong words, the atmosphere's strong words, then hints, own before atmosphere."""
    found = [(not one.strong, 0, one.at, one.meaning) for one in _heads(words.find(own))]
    found += [(not one.strong, 1, one.at, one.meaning) for one in _heads(words.find(atmosphere))]
    ordered = sorted(found, key=lambda one: one[:3])
    return tuple(dict.fromkeys(one[3] for one in ordered))


def _heads(found: tuple[Found[MeaningT], ...]) -> list[Found[MeaningT]]:
    """Of two strong words side by side the second names the thing: a mountain lake is a lake, a forest path is a path."""
    followed = {one.at for one in found if one.strong}
    return [replace(one, strong=one.strong and one.at + len(one.phrase.split()) not in followed) for one in found]
