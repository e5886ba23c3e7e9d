"""Where, when and in what weather each scene plays: what its words say, else what the story's arc suggests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from blocks.domain.frozen import Frozen
from blocks.domain.planning.cast import find_heroes, find_players
from blocks.domain.scenery import Hour, Place, Season, Weather, hours, places, seasons, weathers
from blocks.domain.storyboard import Beat
from blocks.domain.subjects import Stance

SKYLESS = frozenset({Place.INTERIOR, Place.CAVE, Place.UNDERWATER, Place.SPACE})
"""Places without hours and weather of their own."""
_LEAVES = re.compile(r"\bleaves\b(?=\s+(?:the|a|an|his|her|its|their|no|only|behind|it|them|him|for|home|[A-Z]))")
_KNOWN_VOTES = 3
_MOST_PLACES = 4
_DRY = frozenset({Place.DESERT, Place.SAVANNA, Place.RUINS, Place.ROAD})
_HOURS = tuple(Hour)
_DAY = (Hour.DAWN, Hour.MORNING, Hour.AFTERNOON, Hour.DUSK, Hour.NIGHT)
"""The hours a story passes through by itself; noon light flatters few places."""
_NEIGHBOURS: Mapping[Place, tuple[Place, ...]] = MappingProxyType(
    {
        Place.FOREST: (Place.RIVER, Place.MOUNTAINS),
        Place.MEADOW: (Place.FOREST, Place.VILLAGE),
        Place.MOUNTAINS: (Place.FOREST, Place.LAKE),
        Place.LAKE: (Place.FOREST, Place.MOUNTAINS),
        Place.RIVER: (Place.FOREST, Place.MOUNTAINS),
        Place.SEA: (Place.COAST, Place.SEA),
        Place.COAST: (Place.SEA, Place.COAST),
        Place.DESERT: (Place.DESERT, Place.ROAD),
        Place.TUNDRA: (Place.MOUNTAINS, Place.TUNDRA),
        Place.SWAMP: (Place.RIVER, Place.SWAMP),
        Place.OLD_CITY: (Place.INTERIOR, Place.ROAD),
        Place.MODERN_CITY: (Place.MODERN_CITY, Place.ROAD),
        Place.VILLAGE: (Place.MEADOW, Place.ROAD),
        Place.RUINS: (Place.ROAD, Place.RUINS),
        Place.SAVANNA: (Place.RIVER, Place.SAVANNA),
        Place.CAVE: (Place.MOUNTAINS, Place.CAVE),
        Place.UNDERWATER: (Place.SEA, Place.UNDERWATER),
        Place.SPACE: (Place.SPACE, Place.MOUNTAINS),
        Place.HARBOUR: (Place.SEA, Place.OLD_CITY),
        Place.ROAD: (Place.MEADOW, Place.VILLAGE),
        Place.INTERIOR: (Place.OLD_CITY, Place.INTERIOR),
    }
)
"""Where the story looks when its words name no place; the place itself where no other would be true."""
_WEATHER_HOMES: Mapping[Weather, Place] = MappingProxyType(
    {
        Weather.AURORA: Place.TUNDRA,
        Weather.SNOW: Place.MOUNTAINS,
        Weather.STORM: Place.COAST,
        Weather.RAIN: Place.FOREST,
        Weather.FOG: Place.FOREST,
        Weather.DUST: Place.DESERT,
        Weather.CLOUDY: Place.MEADOW,
    }
)
"""Where a story plays that names nothing but a weather."""
_ARC: Mapping[Beat, tuple[Weather, ...]] = MappingProxyType(
    {
        Beat.SETUP: (Weather.CLEAR, Weather.FOG),
        Beat.OBSTACLE: (Weather.CLOUDY, Weather.FOG),
        Beat.ESCALATION: (Weather.STORM, Weather.RAIN, Weather.CLOUDY),
        Beat.TURN: (Weather.CLOUDY, Weather.CLEAR),
        Beat.RESOLUTION: (Weather.CLEAR, Weather.FOG),
    }
)


class Setting(Frozen):
    """Where one scene plays."""

    place: Place
    hour: Hour
    weather: Weather
    season: Season | None = None
    """None when the story names none."""
    is_told: bool = False
    """True when the words of the scene name its place."""


def set_scenes(told: Sequence[str], beats: Sequence[Beat], whole: str, topic: str = "") -> tuple[Setting, ...]:
    """Give every scene its setting.

    Args:
        told: the story's own words in each scene; empty where a scene has none yet.
        beats: the beat of each scene.
        whole: topic and direction, for what the scenes leave open.
        topic: what the film is about; a weather it names returns every other scene.

    Returns:
        one setting a scene; neighbours never share place, hour and weather unless their words insist.
    """
    votes, season, home = _votes(whole), _usual_season(whole), home_of(whole)
    around = _around(whole, votes, home)
    theme = next(iter(weathers().rank(topic)), None)
    settings: list[Setting] = []
    for at, (text, beat) in enumerate(zip(told, beats, strict=True)):
        before = settings[-1] if settings else None
        own = _place_told(text, votes)
        following = next((place for later in told[at:] if (place := _place_told(later, votes))), home)
        place = own or (following if before is None else _place_between(at, before, around))
        hour = _hour(text, before, told[at + 1 :])
        weather = theme if theme and at % 2 == 0 and place not in SKYLESS else _weather(text, at, beat, place, season)
        hour = Hour.NIGHT if weather is Weather.AURORA else hour
        setting = Setting(place=place, hour=hour, weather=weather, season=_season(text, season), is_told=own is not None)
        settings.append(_apart(setting, before, text))
    return tuple(settings)


def home_of(text: str) -> Place:
    """Give the place a whole text plays at: the one named most, hints counting less; else where its first subject lives."""
    votes = _votes(text)
    if votes:
        return votes.most_common(1)[0][0]
    players = find_players(text)
    if not players:
        return next((_WEATHER_HOMES[weather] for weather in weathers().rank(text) if weather in _WEATHER_HOMES), Place.INTERIOR)
    stance = players[0].subject.stance
    return {Stance.WATER: Place.SEA, Stance.UNDERWATER: Place.UNDERWATER, Stance.AIR: Place.COAST}.get(stance, Place.MEADOW)


def _around(whole: str, votes: Counter[Place], home: Place) -> tuple[Place, ...]:
    """Give the places a story looks around at: those it names, else its home and what is near; a swimmer's dives often."""
    named = [place for place, count in votes.most_common(_MOST_PLACES) if count >= _KNOWN_VOTES]
    near = tuple(named) if len(named) > 1 else (home, *_NEIGHBOURS[home])
    heroes = find_heroes(whole)
    if heroes and heroes[0].subject.stance is Stance.UNDERWATER:
        return tuple(place for other in near for place in (Place.UNDERWATER, other))
    return near


def _usual_season(text: str) -> Season | None:
    """Give the season a whole text names most; None when it names none outright."""
    named = Counter(found.meaning for found in seasons().find(text) if found.strong)
    return named.most_common(1)[0][0] if named else None


def _votes(text: str) -> Counter[Place]:
    votes: Counter[Place] = Counter()
    for found in places().find(_nouns_only(text)):
        votes[found.meaning] += 3 if found.strong else 1
    return votes


def _nouns_only(text: str) -> str:
    """Take out verbs that look like things: who leaves England stands under no tree."""
    return _LEAVES.sub("departs", text)


def _place_told(text: str, votes: Counter[Place]) -> Place | None:
    """Read the place a line names: of several the story's more usual one; a hint counts only for places named elsewhere too.

    A swimmer's line without a place above the water plays below it.
    """
    found = sorted(places().find(_nouns_only(text)), key=lambda one: -votes[one.meaning])
    strong = [one.meaning for one in found if one.strong]
    players = find_players(text)
    swims = bool(players) and players[0].subject.stance is Stance.UNDERWATER
    if swims and (not strong or strong[0] in {Place.SEA, Place.RIVER, Place.LAKE}):
        return Place.UNDERWATER
    if strong:
        return strong[0]
    return next((one.meaning for one in found if votes[one.meaning] >= _KNOWN_VOTES), None)


def _place_between(at: int, before: Setting, around: Sequence[Place]) -> Place:
    """Give a place to words that name none: stay for one scene, then look around."""
    if before.is_told:
        return before.place
    return around[at % len(around)]


def _hour(text: str, before: Setting | None, later: Sequence[str]) -> Hour:
    found = hours().find(text)
    strong = [one.meaning for one in found if one.strong]
    if strong or found:
        return strong[0] if strong else found[0].meaning
    if before is None:
        following = (hours().rank(words) for words in later[:1])
        return next((_before(named[0]) for named in following if named), Hour.DAWN)
    return _after(before.hour)


def _after(hour: Hour) -> Hour:
    if hour is Hour.NOON:
        return Hour.AFTERNOON
    return _DAY[(_DAY.index(hour) + 1) % len(_DAY)]


def _before(hour: Hour) -> Hour:
    return _HOURS[_HOURS.index(hour) - 1] if hour is not Hour.DAWN else Hour.NIGHT


def _weather(text: str, at: int, beat: Beat, place: Place, season: Season | None) -> Weather:
    if place in SKYLESS:
        return Weather.CLEAR
    named = weathers().rank(text)
    if named:
        return named[0]
    arc = _ARC[beat]
    return _bearable(arc[at % len(arc)], place, season)


def _bearable(weather: Weather, place: Place, season: Season | None) -> Weather:
    """Let a place have only weather it knows."""
    rough = weather in {Weather.STORM, Weather.RAIN}
    if place in _DRY:
        return Weather.DUST if rough else (Weather.CLEAR if weather is Weather.FOG else weather)
    if rough and (place is Place.TUNDRA or season is Season.WINTER):
        return Weather.SNOW
    return weather


def _season(text: str, season: Season | None) -> Season | None:
    return next((one.meaning for one in seasons().find(text) if one.strong), season)


def _apart(setting: Setting, before: Setting | None, text: str) -> Setting:
    """Move a setting that equals its neighbour to another hour, or to another sky when its words fix the hour."""
    if before is None or (setting.place, setting.hour, setting.weather) != (before.place, before.hour, before.weather):
        return setting
    if not hours().find(text):
        return setting.model_copy(update={"hour": _after(setting.hour)})
    if not weathers().find(text) and setting.place not in SKYLESS:
        other = Weather.CLOUDY if setting.weather is not Weather.CLOUDY else Weather.CLEAR
        return setting.model_copy(update={"weather": other})
    return setting
