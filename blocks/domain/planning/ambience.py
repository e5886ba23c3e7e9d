"""What a planned scene sounds like: three or four sounds of its place, hour, weather and figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from blocks.domain.planning.cast import Player
from blocks.domain.planning.setting import SKYLESS, Setting
from blocks.domain.scenery import Hour, Place, Weather
from blocks.domain.soundscape import MAX_LAYERS, SOUND_PHRASES, Sound, find_sounds

_PLACES: Mapping[Place, tuple[Sound, ...]] = MappingProxyType(
    {
        Place.FOREST: (Sound.BREEZE, Sound.BIRDSONG, Sound.CROWS),
        Place.MEADOW: (Sound.GRASS, Sound.BIRDSONG, Sound.BEES),
        Place.MOUNTAINS: (Sound.WIND, Sound.EAGLE, Sound.RIVER),
        Place.LAKE: (Sound.HARBOUR, Sound.BREEZE, Sound.BIRDSONG),
        Place.RIVER: (Sound.RIVER, Sound.BREEZE, Sound.BIRDSONG),
        Place.SEA: (Sound.SURF, Sound.WIND, Sound.GULLS),
        Place.COAST: (Sound.SURF, Sound.GULLS, Sound.WIND),
        Place.DESERT: (Sound.WIND, Sound.SAND, Sound.RUMBLE),
        Place.TUNDRA: (Sound.WIND, Sound.ICE, Sound.GULLS),
        Place.SWAMP: (Sound.FROGS, Sound.BREEZE, Sound.HARBOUR),
        Place.OLD_CITY: (Sound.CROWD, Sound.BELL, Sound.WAGON),
        Place.MODERN_CITY: (Sound.CITY, Sound.MACHINERY, Sound.TRAIN),
        Place.VILLAGE: (Sound.BREEZE, Sound.BELL, Sound.BIRDSONG),
        Place.RUINS: (Sound.WIND, Sound.GRASS, Sound.CROWS),
        Place.SAVANNA: (Sound.GRASS, Sound.CICADAS, Sound.HOOVES),
        Place.CAVE: (Sound.DRIPS, Sound.RUMBLE, Sound.WIND),
        Place.UNDERWATER: (Sound.UNDERWATER, Sound.BUBBLES, Sound.RUMBLE),
        Place.SPACE: (Sound.RUMBLE, Sound.ROOM, Sound.MACHINERY),
        Place.HARBOUR: (Sound.HARBOUR, Sound.CREAKS, Sound.GULLS),
        Place.ROAD: (Sound.WIND, Sound.GRAVEL_STEPS, Sound.GRASS),
        Place.INTERIOR: (Sound.ROOM, Sound.CLOCK, Sound.FIRE),
    }
)
_WEATHERS: Mapping[Weather, tuple[Sound, ...]] = MappingProxyType(
    {
        Weather.RAIN: (Sound.RAIN,),
        Weather.STORM: (Sound.STORM, Sound.THUNDER),
        Weather.SNOW: (Sound.WIND,),
        Weather.DUST: (Sound.SAND,),
    }
)
_FIGURES: Mapping[str, Sound] = MappingProxyType(
    {
        "wolf": Sound.WOLVES,
        "owl": Sound.OWL,
        "crow": Sound.CROWS,
        "gull": Sound.GULLS,
        "eagle": Sound.EAGLE,
        "flock": Sound.WINGS,
        "goose": Sound.WINGS,
        "swallow": Sound.WINGS,
        "bat": Sound.WINGS,
        "frog": Sound.FROGS,
        "bee": Sound.BEES,
        "hive": Sound.BEES,
        "whale": Sound.WHALES,
        "dolphin": Sound.WHALES,
        "horse": Sound.HOOVES,
        "rider": Sound.HOOVES,
        "camel": Sound.HOOVES,
        "cow": Sound.HOOVES,
        "bison": Sound.HOOVES,
        "reindeer": Sound.HOOVES,
        "walker": Sound.GRAVEL_STEPS,
        "soldier": Sound.GRAVEL_STEPS,
        "crowd": Sound.GRAVEL_STEPS,
        "campfire": Sound.FIRE,
        "candle": Sound.FIRE,
        "ship": Sound.CREAKS,
        "longship": Sound.OARS,
        "sailboat": Sound.SAILS,
        "boat": Sound.OARS,
        "steamer": Sound.MACHINERY,
        "train": Sound.TRAIN,
        "factory": Sound.MACHINERY,
        "press": Sound.MACHINERY,
        "windmill": Sound.CREAKS,
        "cart": Sound.WAGON,
        "bell": Sound.BELL,
        "church": Sound.BELL,
        "clock": Sound.CLOCK,
        "book": Sound.QUILL,
        "monk": Sound.QUILL,
        "tent": Sound.SAILS,
    }
)
_EVERYWHERE = ((Sound.WIND, Sound.BREEZE, Sound.GRASS), (Sound.RUMBLE, Sound.ROOM))
"""What fills up a scene under the sky, and one without."""
_DRY_LAND_ONLY = frozenset({Sound.GRAVEL_STEPS, Sound.HOOVES, Sound.QUILL})
_DAY_ONLY = frozenset({Sound.BIRDSONG, Sound.BEES, Sound.CROWS, Sound.CICADAS, Sound.EAGLE})
_FAIR_ONLY = frozenset({Sound.BIRDSONG, Sound.BEES, Sound.CICADAS, Sound.CRICKETS, Sound.OWL})
_ROUGH = frozenset({Weather.RAIN, Weather.STORM, Weather.SNOW, Weather.DUST})
_NIGHT_PLACES = frozenset(
    {Place.FOREST, Place.MEADOW, Place.LAKE, Place.RIVER, Place.VILLAGE, Place.SWAMP, Place.ROAD, Place.RUINS}
)


def write_effect(setting: Setting, players: Sequence[Player], at: int) -> str:
    """Write an effect prompt that reads back as three or four sounds of the scene."""
    phrases = [SOUND_PHRASES[sound] for sound in choose_sounds(setting, players, at)]
    label = f"A continuous ambience of the {setting.place}"
    opening = label if not find_sounds(label) else "A continuous ambience"
    return f"{opening}: {', '.join(phrases)}."


def choose_sounds(setting: Setting, players: Sequence[Player], at: int) -> tuple[Sound, ...]:
    """Choose what is heard: the place's bed, its weather, the figure, then the place's own events in turn."""
    bed, *events = _PLACES[setting.place]
    events = events[at % len(events) :] + events[: at % len(events)]
    weather = () if setting.place in SKYLESS else _WEATHERS.get(setting.weather, ())
    figures = [_FIGURES[player.subject.figure] for player in players if player.subject.figure in _FIGURES]
    if setting.place in {Place.SEA, Place.UNDERWATER, Place.SPACE, Place.LAKE}:
        figures = [sound for sound in figures if sound not in _DRY_LAND_ONLY]
    night = [Sound.CRICKETS, Sound.OWL] if setting.hour is Hour.NIGHT and setting.place in _NIGHT_PLACES else []
    wanted = [bed, *weather, *figures, *night, *events, *_EVERYWHERE[setting.place in SKYLESS]]
    heard = [sound for sound in wanted if _is_heard(sound, setting, set(figures))]
    return tuple(dict.fromkeys(heard))[:MAX_LAYERS]


def _is_heard(sound: Sound, setting: Setting, figures: set[Sound]) -> bool:
    """Tell whether birds and insects are out at this hour and in this weather; what the picture shows is always heard."""
    if sound in figures or setting.place in SKYLESS:
        return True
    if setting.hour is Hour.NIGHT and sound in _DAY_ONLY:
        return False
    return not (setting.weather in _ROUGH and sound in _FAIR_ONLY)
