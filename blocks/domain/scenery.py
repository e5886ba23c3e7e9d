"""Where, when and in what weather a picture plays, read from the words of its prompt."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from blocks.domain.frozen import Frozen
from blocks.domain.vocabulary import MeaningT, Vocabulary, Words


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

PLACE_WORDS: Mapping[Place, Words] = MappingProxyType(
    {
        Place.UNDERWATER: Words(
            strong=(
                "underwater, under water, beneath the waves, below the waves, beneath the surface, below the surface, "
                "deep sea, coral reef, reef, coral, sea floor, seafloor, seabed, ocean floor, abyss, kelp, kelp forest, "
                "submerged, deep ocean, river bed, sunken, shipwreck, trench, ocean depth, plankton"
            ),
            weak="whale, shark, jellyfish, octopus, squid, manta, dolphin, turtle, diver, submarine",
        ),
        Place.SPACE: Words(
            strong=(
                "space, outer space, orbit, galaxy, nebula, planet, cosmos, universe, solar system, milky way, asteroid, "
                "asteroid belt, interstellar, lunar surface, spacecraft, space station, deep space, black hole, supernova"
            ),
            weak="comet, satellite, astronaut, rocket, constellation, telescope, spaceship, probe, star system",
        ),
        Place.HARBOUR: Words(
            strong="harbour, harbor, port, dock, quay, pier, wharf, marina, jetty, shipyard, dockside, waterfront, anchorage",
            weak="mast, mooring, moored, docked, fisherman, fishing boat",
        ),
        Place.COAST: Words(
            strong=(
                "coast, coastline, beach, shore, cliff, headland, bay, cove, dune beach, sea cliff, shoreline, seaside, "
                "lighthouse, lagoon, peninsula, cape, tide pool, mudflat"
            ),
            weak="tide, surf, gull, seagull, shell, pebble, crab, sandbar, breaker",
        ),
        Place.SEA: Words(
            strong=(
                "sea, ocean, open water, open sea, atlantic, pacific, waves, high sea, north sea, mediterranean, strait, "
                "swell, gulf stream, offshore, baltic, sargasso sea, sargasso, gulf"
            ),
            weak=("wave, ship, sail, sailor, boat, voyage, fleet, vessel, galleon, caravel, sailing, fishing, navigator, island"),
        ),
        Place.SWAMP: Words(
            strong=(
                "swamp, marsh, marshland, bog, wetland, mangrove, bayou, fen, moor, peat, moss bog, delta, everglade, quagmire"
            ),
            weak="reed, cattail, heron, frog, crocodile, alligator, mire, dragonfly",
        ),
        Place.RIVER: Words(
            strong=(
                "river, stream, creek, brook, waterfall, rapid, riverbank, river bank, gorge, estuary, tributary, ford, "
                "cascade, nile, amazon, danube, mississippi, canal, weir, headwater, upstream, downstream, cataract"
            ),
            weak="salmon, beaver, otter, trout, canoe, watermill, ferry, current, kingfisher, gravel bed, raft",
        ),
        Place.LAKE: Words(
            strong="lake, pond, reservoir, loch, tarn, mere, lakeside, lakeshore, oxbow, fjord",
            weak="swan, duck, loon, rowing, rowboat, lily pad, still water, reflection, ripple",
        ),
        Place.RUINS: Words(
            strong=(
                "ruin, ruined, temple, pyramid, ancient column, colonnade, acropolis, monument, obelisk, stone circle, "
                "stonehenge, aqueduct, abandoned city, lost city, amphitheatre, amphitheater, colosseum, ziggurat, "
                "megalith, excavation, tomb, abbey, standing stone"
            ),
            weak=("archaeologist, archaeology, rubble, crumbling, ancient, pharaoh, sphinx, sculpture, statue, pillar, column"),
        ),
        Place.CAVE: Words(
            strong=(
                "cave, cavern, underground, grotto, mine, tunnel, catacomb, mineshaft, crypt, stalactite, stalagmite, "
                "burrow, den, subterranean, beneath the earth, crevasse, lava tube, mine shaft, hollow earth, bedrock"
            ),
            weak="bat, miner, torchlight, crystal, cellar, vault, root, fossil, glow worm",
        ),
        Place.MODERN_CITY: Words(
            strong=(
                "modern city, skyline, skyscraper, metropolis, downtown, city street, highrise, high rise, city, "
                "manhattan, new york, tokyo, megacity, office tower, urban, industrial city, city block, apartment block, "
                "power plant"
            ),
            weak="traffic, neon, subway, car, electricity, computer, internet, factory, crowd, refinery, pedestrian, grid",
        ),
        Place.OLD_CITY: Words(
            strong=(
                "old city, old town, medieval city, medieval town, market square, cathedral, castle, fortress, citadel, "
                "city wall, rooftop, alley, cobblestone, town square, walled city, venice, constantinople, paris, "
                "florence, ancient rome, rome, palace, bazaar, chimney, london, town, ancient city, mosque, minaret, "
                "spire, amsterdam, istanbul, prague, kingdom, street, monastery, walled town, cordoba, baghdad, market, "
                "alexandria"
            ),
            weak=(
                "king, queen, merchant, plague, emperor, knight, guild, bell tower, bell, tower, church, dome, guard, "
                "empire, siege, lantern light, gaslight, carriage, revolution, clock tower, throne"
            ),
        ),
        Place.VILLAGE: Words(
            strong=(
                "village, hamlet, farmhouse, cottage, barn, windmill, farm, farmstead, hut, homestead, settlement, "
                "farmyard, thatched, encampment, camp, longhouse, fishing village"
            ),
            weak="farmer, peasant, chicken, hen, cow, plough, plow, thatch, house, home, tent, well, fence, shepherd",
        ),
        Place.INTERIOR: Words(
            strong=(
                "interior, indoors, workshop, laboratory, lab, library, study, room, kitchen, hall, studio, attic, "
                "classroom, workbench, observatory, museum, archive, cabin interior, office, forge, smithy, monastery "
                "cell, scriptorium, hospital, theatre, theater, chamber, bedroom, factory hall, inside the house, desk, "
                "greenhouse, foundry, engine room"
            ),
            weak=(
                "candle, candlelight, book, scroll, manuscript, inventor, clockmaker, scientist, microscope, shelf, "
                "parchment, window light, fireplace, lens grinder, table, quill, ink, instrument, watchmaker, furnace, "
                "loom, printing press"
            ),
        ),
        Place.TUNDRA: Words(
            strong=(
                "tundra, arctic, antarctic, antarctica, ice, ice field, ice sheet, iceberg, glacier, polar, north pole, "
                "south pole, permafrost, frozen plain, pack ice, sea ice, snowfield, ice floe, siberia, greenland, "
                "svalbard, taiga plain, lapland, ice shelf, frozen waste, frozen sea"
            ),
            weak=(
                "reindeer, caribou, polar bear, penguin, sled, sledge, igloo, walrus, inuit, seal, muskox, arctic fox, "
                "sami, frozen"
            ),
        ),
        Place.DESERT: Words(
            strong=(
                "desert, dune, sahara, sand dune, sand sea, gobi, oasis, sandstorm, wadi, arid, mesa, canyon, badland, "
                "salt flat, arabia, dry land, namib, kalahari, atacama, parched, sand"
            ),
            weak="camel, caravan, cactus, scorpion, mirage, bedouin, nomad, drought, lizard, palm",
        ),
        Place.SAVANNA: Words(
            strong="savanna, savannah, serengeti, african plain, acacia, grassy plain, veldt, outback, baobab, maasai",
            weak="elephant, lion, giraffe, zebra, wildebeest, rhinoceros, rhino, antelope, cheetah, gazelle, vulture, herd",
        ),
        Place.MOUNTAINS: Words(
            strong=(
                "mountain, mountainside, peak, summit, ridge, alps, alpine, himalaya, andes, mountain pass, highland, "
                "valley, volcano, slope, everest, rocky mountain, mountain range, foothill, crag, scree, caucasus, "
                "plateau, lava"
            ),
            weak=("climber, ibex, goat, eagle, condor, avalanche, hiker, sherpa, yak, marmot, snow leopard, chamois, granite"),
        ),
        Place.FOREST: Words(
            strong=(
                "forest, wood, woods, woodland, pine forest, jungle, rainforest, grove, thicket, taiga, pine wood, forest "
                "floor, canopy, undergrowth, clearing, glade, boreal, wooded"
            ),
            weak=(
                "tree, pine, spruce, birch, oak, fir, fern, moss, trunk, wolf, fox, deer, bear, owl, stag, squirrel, "
                "mushroom, bark, branch, leaf, woodpecker, lynx, hunter, boar, badger, hedgehog, elk, moose, fungus, "
                "sapling"
            ),
        ),
        Place.ROAD: Words(
            strong=(
                "road, path, trail, highway, silk road, footpath, pilgrimage, railway, railroad, crossroad, lane, trade "
                "route, way station, roadside, bridleway"
            ),
            weak=(
                "traveller, traveler, pilgrim, wanderer, cart, wagon, milestone, track, walker, train, journey, march, "
                "bicycle, courier"
            ),
        ),
        Place.MEADOW: Words(
            strong=(
                "meadow, field, grassland, pasture, prairie, steppe, hill, hillside, countryside, wheat field, garden, "
                "orchard, farmland, wildflower, vineyard, grass, plain, heath, cornfield, crop, paddock"
            ),
            weak=(
                "flower, bee, butterfly, sheep, horse, poppy, wheat, barley, hare, rabbit, swallow, kite, harvest, lark, "
                "soil, cattle, bison, honeybee, hive, clover, lavender, blossom, seed"
            ),
        ),
    }
)

HOUR_WORDS: Mapping[Hour, Words] = MappingProxyType(
    {
        Hour.NIGHT: Words(
            strong=(
                "night, midnight, moonlight, moonlit, starlight, starlit, night sky, nighttime, nocturnal, full moon, "
                "after dark, starry, northern light, aurora, aurora borealis, nightfall, overnight, milky way"
            ),
            weak=(
                "moon, star, darkness, owl, firelight, lamplight, lantern, torchlight, candlelight, sleep, bat, gaslight, neon"
            ),
        ),
        Hour.DAWN: Words(
            strong=(
                "dawn, sunrise, daybreak, first light, early morning, pre dawn, break of day, before sunrise, sun rises, "
                "rising sun"
            ),
            weak="awaken, wake, rooster, dew, waking",
        ),
        Hour.DUSK: Words(
            strong=(
                "dusk, sunset, twilight, evening, golden hour, blue hour, sundown, last light, setting sun, sun sets, low "
                "sun, end of the day, after sunset, gloaming, eventide"
            ),
            weak="campfire, amber light, backlit, ember, golden light, afterglow, long shadow, orange light, fire",
        ),
        Hour.MORNING: Words(strong="morning, forenoon, mid morning, morning light, breakfast", weak="fresh, spring light"),
        Hour.NOON: Words(
            strong="noon, midday, high sun, overhead sun, harsh sun, scorching, blazing sun, burning sun, zenith, noonday",
            weak="heat, hot, glare, scorched, summer sun, shimmering, blazing, bright sun",
        ),
        Hour.AFTERNOON: Words(
            strong="afternoon, daylight, daytime, late afternoon, broad daylight, full day",
            weak="day, sunlit, sunlight, sunny, sunshine, bright, sun",
        ),
    }
)

WEATHER_WORDS: Mapping[Weather, Words] = MappingProxyType(
    {
        Weather.STORM: Words(
            strong=(
                "storm, thunder, lightning, thunderstorm, tempest, gale, hurricane, stormy, typhoon, squall, cyclone, "
                "thundercloud, stormcloud, storm cloud"
            ),
            weak="raging, shipwreck, violent wind, roaring",
        ),
        Weather.SNOW: Words(
            strong=(
                "snowfall, snowing, blizzard, snowstorm, falling snow, snowflake, snow falls, drifting snow, snow, snowy, "
                "snow storm"
            ),
            weak="flurry, icy wind",
        ),
        Weather.RAIN: Words(
            strong="rain, rainy, rainfall, drizzle, downpour, shower, raining, monsoon, rainstorm, deluge, cloudburst",
            weak="wet, umbrella, puddle, flood",
        ),
        Weather.FOG: Words(
            strong="fog, foggy, mist, misty, ground fog, low mist, vapour, vapor, sea fog, fogbound, morning mist",
            weak="haze, hazy, steam, smoke, smoky, ghostly, hazed",
        ),
        Weather.DUST: Words(
            strong="dust, dusty, sandstorm, dust storm, blowing sand, sand storm, ash, volcanic ash, windblown sand, ashfall",
            weak="parched, drought, smog, soot",
        ),
        Weather.AURORA: Words(strong="aurora, northern light, aurora borealis, southern light, polar light, aurora australis"),
        Weather.CLOUDY: Words(
            strong=("cloud, cloudy, overcast, grey sky, gray sky, leaden sky, leaden, broken cloud, cumulus, heavy sky, clouded"),
            weak="grey, gray, gloomy, sombre, somber, brooding, dull, windy, wind",
        ),
        Weather.CLEAR: Words(
            strong="clear sky, cloudless, clear air, clear, blue sky, clear night, crisp air, crisp, cloud free",
            weak="sunny, bright, starry, sunshine, starlit",
        ),
    }
)

SEASON_WORDS: Mapping[Season, Words] = MappingProxyType(
    {
        Season.WINTER: Words(
            strong=(
                "winter, wintry, midwinter, blizzard, snowfall, snow covered, snowy, snow, snowstorm, december, january, february"
            ),
            weak="frost, frozen, ice, icy, freezing, cold, glacier",
        ),
        Season.AUTUMN: Words(
            strong="autumn, autumnal, fall color, fall colour, october, november, september, falling leaf, fallen leaf",
            weak="harvest, golden leaf, russet, copper leaf, migration",
        ),
        Season.SPRING: Words(
            strong="spring, springtime, april, march thaw, thaw, blossom", weak="bud, nest, hatch, bloom, sprout"
        ),
        Season.SUMMER: Words(strong="summer, midsummer, july, june, august, summertime", weak="heat, hot, scorching, wildflower"),
    }
)

_MUTE_PLACES = (
    "sea level, sea of, field of view, depth of field, fields of view, wood grain, wooden, space between, negative "
    "space, empty space, body of, track left, track right, camera track, tracking shot, room for, street level, "
    "sand colour, ice blue, star field, head room, tree of life, port side, heart of, in the path of, root of, "
    "ground level, at home, lens"
)
_MUTE_HOURS = (
    "dark silhouette, dark shape, dark figure, dark body, light day, one day, every day, each day, some day, these "
    "day, light hour"
)
_MUTE_WEATHERS = (
    "snow capped, snow cap, clear ground, clear background, clear water, snow leopard, clear shape, clear silhouette, in the wind"
)
_MUTE_SEASONS = "snow capped, snow cap, hot spring, mineral spring, snow leopard, spring water, ice blue"
DEFAULT_HOUR = Hour.DUSK
"""Silhouettes stand best against a low sun."""


@cache
def places() -> Vocabulary[Place]:
    """Give the vocabulary of places."""
    return Vocabulary(PLACE_WORDS, mute=_MUTE_PLACES)


@cache
def hours() -> Vocabulary[Hour]:
    """Give the vocabulary of hours."""
    return Vocabulary(HOUR_WORDS, mute=_MUTE_HOURS)


@cache
def weathers() -> Vocabulary[Weather]:
    """Give the vocabulary of weathers."""
    return Vocabulary(WEATHER_WORDS, mute=_MUTE_WEATHERS)


@cache
def seasons() -> Vocabulary[Season]:
    """Give the vocabulary of seasons."""
    return Vocabulary(SEASON_WORDS, mute=_MUTE_SEASONS)


def read_scenery(text: str) -> Scenery:
    """Read place, hour, weather and season from a prompt.

    Args:
        text: atmosphere, blank line, asset prompt; or either alone. The words of the last paragraph win over those before it,
            strong words over hints, earlier words over later ones.
    """
    paragraphs = [part for part in text.split("\n\n") if part.strip()] or [""]
    own, atmosphere = paragraphs[-1], "\n".join(paragraphs[:-1])
    named = _ranked(places(), own, atmosphere)
    place = named[0] if named else Place.MEADOW
    weather_found = _ranked(weathers(), own, atmosphere)
    hour_found = _ranked(hours(), own, atmosphere)
    weather = weather_found[0] if weather_found else Weather.CLEAR
    hour = Hour.NIGHT if weather is Weather.AURORA else (hour_found[0] if hour_found else DEFAULT_HOUR)
    further = tuple(other for other in places().rank(own) if other is not place)[:2]
    return Scenery(place=place, hour=hour, weather=weather, season=_season(own, atmosphere, place, weather), also=further)


def _season(own: str, atmosphere: str, place: Place, weather: Weather) -> Season:
    found = _ranked(seasons(), own, atmosphere)
    if weather is Weather.SNOW or (not found and place is Place.TUNDRA):
        return Season.WINTER
    return found[0] if found else Season.SUMMER


def _ranked(words: Vocabulary[MeaningT], own: str, atmosphere: str) -> tuple[MeaningT, ...]:
    """Rank the meanings of both parts: own strong words, the atmosphere's strong words, then hints, own before atmosphere."""
    found = [(not one.strong, 0, one.at, one.meaning) for one in words.find(own)]
    found += [(not one.strong, 1, one.at, one.meaning) for one in words.find(atmosphere)]
    ordered = sorted(found, key=lambda one: one[:3])
    return tuple(dict.fromkeys(one[3] for one in ordered))
