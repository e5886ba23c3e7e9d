"""The kinds of place, hour, weather and season that the offline studio can paint."""

from enum import StrEnum


class Place(StrEnum):
    """The places the offline studio can paint."""

    FOREST = "forest"
    MEADOW = "meadow"
    MOUNTAINS = "mountains"
    LAKE = "lake"
    RIVER = "river"
    SEA = "sea"
    COAST = "coast"
    DESERT = "desert"
    TUNDRA = "tundra"
    SWAMP = "swamp"
    OLD_CITY = "old city"
    MODERN_CITY = "modern city"
    VILLAGE = "village"
    RUINS = "ruins"
    SAVANNA = "savanna"
    CAVE = "cave"
    UNDERWATER = "underwater"
    SPACE = "space"
    HARBOUR = "harbour"
    ROAD = "road"
    INTERIOR = "interior"


class Hour(StrEnum):
    """The light of the day."""

    DAWN = "dawn"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    """What the air carries."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    FOG = "fog"
    RAIN = "rain"
    STORM = "storm"
    SNOW = "snow"
    DUST = "dust"
    AURORA = "aurora"


class Season(StrEnum):
    """The time of the year; winter lays snow on ridges and ground."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"
