"""Things the offline studio has figures for.

Each row: figure, kind, stance and natural height (share of the frame's height), then the words that ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.vocabulary import Words

THING_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "ship prop water 0.46": Words(
            "ship, sailing ship, galleon, caravel, frigate, tall ship, clipper, carrack, fleet, whaling ship, merchant ship, "
            "schooner, warship, brig, barque, vessel, armada, ship of the line, square rigger, research ship",
            "voyage",
        ),
        "longship prop water 0.36": Words(
            "longship, viking ship, dragon ship, trireme, galley, viking longship, drakkar, junk, dhow",
        ),
        "sailboat prop water 0.34": Words("sailboat, yacht, sail, catamaran, felucca, fishing smack, dinghy, outrigger"),
        "boat prop water 0.16": Words(
            "boat, rowboat, rowing boat, canoe, kayak, skiff, raft, lifeboat, fishing boat, ferry, gondola, punt, barge, "
            "coracle, whaleboat, currach",
        ),
        "steamer prop water 0.30": Words(
            "steamer, steamship, ocean liner, cargo ship, trawler, freighter, tanker, container ship, icebreaker, liner, "
            "battleship, steamboat, paddle steamer, titanic, cable ship",
        ),
        "submarine prop underwater 0.24": Words("submarine, submersible, bathyscaphe, u boat, bathysphere, diving bell"),
        "lighthouse prop ground 0.70": Words("lighthouse, light house, beacon, pharos"),
        "tree prop ground 0.66": Words(
            "tree, oak, beech, old tree, maple, elm, chestnut, apple tree, olive tree, linden, ash tree, fruit tree, great "
            "tree, cherry tree, fig tree, walnut tree, baobab, sycamore",
        ),
        "pine prop ground 0.74": Words(
            "pine, spruce, fir, conifer, pine tree, larch, redwood, sequoia, cedar, evergreen, cypress",
        ),
        "deadtree prop ground 0.62": Words(
            "dead tree, bare tree, leafless tree, burnt tree, gnarled tree, dry tree, dying tree, winter tree, hollow tree",
        ),
        "palm prop ground 0.64": Words("palm, palm tree, date palm, coconut palm"),
        "acacia prop ground 0.50": Words("acacia, acacia tree, thorn tree, umbrella tree"),
        "sapling prop ground 0.22": Words(
            "sapling, seedling, sprout, shoot, bud, plant, seed, acorn, coffee plant, tea plant, vine",
        ),
        "flower prop ground 0.24": Words(
            "flower, poppy, rose, tulip, daisy, sunflower, wildflower, lotus, orchid, lily, blossom, clover, edelweiss, "
            "dandelion, cotton plant",
        ),
        "wheat prop ground 0.28": Words(
            "wheat, barley, corn, rye, ear of grain, grain, sheaf, rice, reed, maize, grass stem, papyrus, bamboo, cattail, "
            "sugar cane",
        ),
        "cactus prop ground 0.40": Words("cactus, saguaro, cacti, agave"),
        "mushroom prop ground 0.16": Words("mushroom, toadstool, fungus, fungi, fly agaric"),
        "lantern prop ground 0.22": Words("lantern, lamp, oil lamp, lamplight, storm lantern, miner lamp, davy lamp"),
        "streetlamp prop ground 0.52": Words("street lamp, lamp post, gas lamp, lamppost, streetlight, street light"),
        "candle prop ground 0.20": Words("candle, candlestick, taper"),
        "campfire prop ground 0.16": Words("campfire, bonfire, fire, hearth, signal fire, watch fire, fireplace, flame, pyre"),
        "tent prop ground 0.26": Words("tent, yurt, bivouac, camp, tipi, expedition tent, wigwam"),
        "wagon prop ground 0.32": Words("wagon, covered wagon, carriage, wagon train"),
        "cart prop ground 0.26": Words("cart, ox cart, handcart, coach, stagecoach, chariot, plough, plow, wheelbarrow"),
        "train prop ground 0.28": Words(
            "train, locomotive, steam train, steam locomotive, railway engine, steam engine, railroad engine",
        ),
        "car prop ground 0.18": Words("car, automobile, motor car, truck, bus, tram, lorry, taxi"),
        "bicycle prop ground 0.26": Words("bicycle, bike, velocipede, penny farthing"),
        "balloon prop air 0.46": Words("balloon, hot air balloon, zeppelin, airship, weather balloon"),
        "airplane prop air 0.20": Words(
            "airplane, aeroplane, plane in flight, biplane, aircraft, glider, jet, airliner, flyer, drone",
        ),
        "rocket prop ground 0.72": Words("rocket, missile, spaceship, space shuttle, spacecraft, launch vehicle"),
        "satellite prop air 0.24": Words(
            "satellite, space probe, voyager, sputnik, space station, probe, spacecraft in orbit, capsule",
        ),
        "bridge prop ground 0.26": Words("bridge, stone bridge, arch bridge, old bridge, viaduct, aqueduct"),
        "belltower prop ground 0.74": Words("bell tower, minaret, clock tower, belfry, spire, campanile, steeple"),
        "tower prop ground 0.70": Words("tower, watchtower, keep, turret, control tower, signal tower"),
        "castle prop ground 0.52": Words("castle, fortress, citadel, fort, palace, stronghold, alhambra"),
        "church prop ground 0.56": Words("church, chapel, cathedral, abbey, monastery, temple spire, minster"),
        "house prop ground 0.34": Words(
            "house, cottage, cabin, hut, farmhouse, barn, home, hovel, lodge, shed, villa, homestead, school, inn, log cabin, "
            "stable, workshop building, granary, post office",
        ),
        "skyscraper prop ground 0.80": Words("skyscraper, office tower, high rise, highrise, apartment block"),
        "factory prop ground 0.50": Words(
            "factory, power plant, mill chimney, refinery, foundry, smokestack, power station, ironworks, brickworks",
        ),
        "windmill prop ground 0.58": Words("windmill, wind mill, mill, post mill"),
        "turbine prop ground 0.76": Words("wind turbine, turbine"),
        "pylon prop ground 0.66": Words(
            "pylon, radio mast, antenna, transmission tower, oil derrick, derrick, telegraph pole, radio tower, eiffel tower",
        ),
        "temple prop ground 0.40": Words(
            "temple, parthenon, colonnade, sanctuary, shrine, forum, columned hall, museum, library building",
        ),
        "pyramid prop ground 0.44": Words("pyramid, ziggurat, great pyramid"),
        "column prop ground 0.50": Words("column, pillar, obelisk, broken column, stele"),
        "statue prop ground 0.56": Words("statue, sculpture, colossus, monument, bust, idol, moai"),
        "stone prop ground 0.36": Words(
            "standing stone, menhir, megalith, stone circle, dolmen, monolith, gravestone, tombstone, milestone, rune stone",
        ),
        "rock prop ground 0.22": Words(
            "rock, boulder, stone, meteorite, crag, pebble, ore, coal, asteroid, fossil, crystal, gold nugget, nugget, iron ore",
        ),
        "cairn prop ground 0.24": Words("cairn, stone pile, heap of stone, stack of stone, waymark"),
        "telescope prop ground 0.34": Words("telescope, spyglass, refractor, theodolite"),
        "microscope prop ground 0.26": Words("microscope"),
        "book prop ground 0.14": Words(
            "book, manuscript, diary, journal, bible, codex, logbook, ledger, notebook, atlas, newspaper, page, recipe",
        ),
        "scroll prop ground 0.20": Words("letter, map, parchment, scroll, papyrus scroll, chart, document, treaty, decree"),
        "bell prop ground 0.26": Words("bell, church bell, bronze bell, ship s bell"),
        "clock prop ground 0.34": Words(
            "clock, pocket watch, watch, chronometer, sundial, pendulum, longcase clock, grandfather clock, timepiece",
        ),
        "hourglass prop ground 0.26": Words("hourglass, sand glass, sandglass"),
        "compass prop ground 0.18": Words("compass, sextant, astrolabe, globe, armillary sphere"),
        "press prop ground 0.40": Words(
            "printing press, press, loom, machine, steam hammer, spinning wheel, engine, spinning jenny, telegraph, "
            "typewriter, computer, mechanism, apparatus",
        ),
        "anchor prop ground 0.30": Words("anchor"),
        "wheel prop ground 0.30": Words("wheel, waterwheel, water wheel, cogwheel, gear, cog, potter wheel, millstone"),
        "well prop ground 0.26": Words("stone well, village well, water well, draw well, well head, fountain"),
        "barrel prop ground 0.18": Words("barrel, cask, crate, chest, sack, box, basket, keg, treasure chest, cargo, hogshead"),
        "amphora prop ground 0.24": Words("amphora, jar, pot, vase, urn, bottle, jug, vessel of clay, cup, bowl, pottery"),
        "sword prop ground 0.34": Words("sword, axe, spear, shield, weapon, dagger, blade, bow, halberd"),
        "signpost prop ground 0.34": Words("signpost, sign post, crossroad sign, gate, fence post, fence, milepost, scarecrow"),
        "flag prop ground 0.44": Words("flag, banner, pennant"),
        "hive prop ground 0.22": Words("hive, beehive, honeycomb, wasp nest, skep"),
        "nest prop ground 0.14": Words("nest, egg, bird nest, eyrie, clutch of egg"),
        "sled prop ground 0.20": Words("sled, sledge, sleigh, dog sled, toboggan"),
        "plinth prop ground 0.30": Words(
            "object, artefact, artifact, tool, instrument, device, relic, treasure, thing, medal, coin, gold, jewel, crown, "
            "ring, violin, piano, lens, mirror",
        ),
    }
)
"""Things, buildings and plants."""
