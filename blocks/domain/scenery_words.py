"""Which words name which place, hour, weather and season; weak words only hint."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.scenery_kinds import Hour, Place, Season, Weather
from blocks.domain.vocabulary import Words

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
            strong="snowfall, snowing, blizzard, snowstorm, falling snow, snowflake, snow falls, drifting snow, heavy snow, "
            "light snow, driving snow, snow storm, snow drifts down, whirling snow",
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

MUTE_PLACES = (
    "sea level, sea of, field of view, depth of field, fields of view, wood grain, wooden, space between, negative "
    "space, empty space, body of, track left, track right, camera track, tracking shot, room for, street level, "
    "sand colour, ice blue, star field, head room, tree of life, port side, heart of, in the path of, root of, "
    "ground level, at home, lens"
)
MUTE_HOURS = (
    "dark silhouette, dark shape, dark figure, dark body, light day, one day, every day, each day, some day, these "
    "day, light hour"
)
MUTE_WEATHERS = (
    "snow capped, snow cap, clear ground, clear background, clear water, snow leopard, clear shape, clear silhouette, in the wind"
)
MUTE_SEASONS = "snow capped, snow cap, hot spring, mineral spring, snow leopard, spring water, ice blue"
