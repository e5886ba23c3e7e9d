import pytest

from blocks.domain.scenery import (
    HOUR_WORDS,
    PLACE_WORDS,
    WEATHER_WORDS,
    Hour,
    Place,
    Scenery,
    Season,
    Weather,
    hours,
    places,
    read_scenery,
    weathers,
)


@pytest.mark.parametrize(
    ("text", "place", "hour", "weather"),
    [
        ("A pine forest at dawn, low fog between the trunks", Place.FOREST, Hour.DAWN, Weather.FOG),
        ("Stormy sea, high waves, a ship under torn sails", Place.SEA, Hour.DUSK, Weather.STORM),
        ("Old town rooftops at night, lit windows", Place.OLD_CITY, Hour.NIGHT, Weather.CLEAR),
        ("Sand dunes at noon, blowing sand", Place.DESERT, Hour.NOON, Weather.DUST),
        ("Sun shafts beneath the surface in the afternoon", Place.UNDERWATER, Hour.AFTERNOON, Weather.CLEAR),
        ("A village in the morning after heavy snow", Place.VILLAGE, Hour.MORNING, Weather.SNOW),
        ("A clockmaker's workshop in the evening, rain", Place.INTERIOR, Hour.DUSK, Weather.RAIN),
    ],
)
def test_a_prompt_names_place_hour_and_weather(text, place, hour, weather):
    scenery = read_scenery(text)
    assert (scenery.place, scenery.hour, scenery.weather) == (place, hour, weather)


def test_the_assets_own_words_win_over_the_atmosphere():
    scenery = read_scenery("Dusk over the desert, dust in the air.\n\nA harbour at dawn in fog")
    assert (scenery.place, scenery.hour, scenery.weather) == (Place.HARBOUR, Hour.DAWN, Weather.FOG)


def test_a_mere_hint_of_the_asset_gives_way_to_a_place_the_atmosphere_names():
    assert read_scenery("Dawn over the tundra.\n\nA red fox, side on").place is Place.TUNDRA


def test_what_the_text_leaves_open_comes_from_the_picture_that_is_varied():
    core = Scenery(place=Place.LAKE, hour=Hour.NIGHT, weather=Weather.FOG, season=Season.AUTUMN)
    scenery = read_scenery("The same view at dawn", core)
    assert scenery == core.model_copy(update={"hour": Hour.DAWN})


def test_a_mountain_lake_is_a_lake_that_remembers_its_mountains():
    scenery = read_scenery("A mountain lake at dusk")
    assert scenery.place is Place.LAKE
    assert Place.MOUNTAINS in scenery.also


def test_a_negated_word_does_not_count():
    assert read_scenery("Meadow at noon, no fog, without rain").weather is Weather.CLEAR


def test_northern_lights_come_at_night_and_snowfall_in_winter():
    assert read_scenery("Northern lights over a lake").hour is Hour.NIGHT
    assert read_scenery("Snowfall in the forest in July").season is Season.WINTER


def test_plurals_and_capitals_are_understood():
    assert read_scenery("CITIES in valleys").place is Place.MODERN_CITY
    assert places().rank("two valleys") == (Place.MOUNTAINS,)


@pytest.mark.parametrize(
    ("table", "vocabulary", "kinds"),
    [(PLACE_WORDS, places, Place), (HOUR_WORDS, hours, Hour), (WEATHER_WORDS, weathers, Weather)],
)
def test_every_kind_can_be_named_by_its_first_word(table, vocabulary, kinds):
    for kind in kinds:
        first = table[kind].strong.split(",")[0]
        assert vocabulary().rank(f"there is {first} there")[0] is kind, first


def test_an_empty_text_still_gives_a_scenery():
    assert read_scenery("") == Scenery(place=Place.MEADOW, hour=Hour.DUSK, weather=Weather.CLEAR, season=Season.SUMMER)
