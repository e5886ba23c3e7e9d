"""What a place sounds like: the elements that can be heard, and how they are read out of an effect prompt.

The word table serves both ways: a sound designer finds the elements a prompt asks for, and a planner finds the sounds that suit
a scene and writes them down as phrases that read back as the same elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field

from blocks.domain.frozen import Frozen

MAX_LAYERS = 4
"""Elements heard at once; more turn into noise."""


class Sound(StrEnum):
    """One element of an ambience."""

    WIND = "wind"
    BREEZE = "breeze in leaves"
    GRASS = "rustling grass"
    STORM = "storm wind"
    SAND = "blowing sand"
    RAIN = "rain"
    HEAVY_RAIN = "heavy rain"
    THUNDER = "thunder"
    RIVER = "river"
    WATERFALL = "waterfall"
    SURF = "surf"
    HARBOUR = "harbour water"
    DRIPS = "dripping water"
    UNDERWATER = "underwater"
    BUBBLES = "bubbles"
    BIRDSONG = "birdsong"
    OWL = "owl"
    GULLS = "gulls"
    CROWS = "crows"
    EAGLE = "eagle"
    WINGS = "wings"
    FROGS = "frogs"
    CRICKETS = "crickets"
    CICADAS = "cicadas"
    BEES = "bees"
    WOLVES = "wolves"
    WHALES = "whales"
    HOOVES = "hooves"
    GRAVEL_STEPS = "steps on gravel"
    SNOW_STEPS = "steps on snow"
    FIRE = "fire"
    CROWD = "crowd"
    BELL = "bell"
    HAMMER = "hammer"
    CREAKS = "wooden creaks"
    OARS = "oars"
    SAILS = "sails"
    WAGON = "wagon wheels"
    CLOCK = "clock"
    QUILL = "quill on paper"
    CITY = "city"
    TRAIN = "train"
    MACHINERY = "machinery"
    ICE = "ice"
    RUMBLE = "rumble"
    ROOM = "room tone"


class Distance(StrEnum):
    """How far away an element is."""

    NEAR = "near"
    FAR = "far"


class Layer(Frozen):
    """One element of an ambience, with its place in the mix."""

    sound: Sound
    gain: float = Field(gt=0, le=1)
    """Share of full level: 1 carries the place, 0.3 is just noticed."""
    distance: Distance = Distance.NEAR


_WORDS: Mapping[Sound, str] = MappingProxyType(
    {
        Sound.WIND: "wind, winds, windy, windswept, gust, gusts, gusting, air currents",
        Sound.BREEZE: (
            "breeze, breezes, leaves, foliage, branches, canopy, treetops, forest, woods, woodland, jungle, "
            "rainforest, pines, wind in trees, wind in the trees, wind through trees"
        ),
        Sound.GRASS: "grass, grasses, reeds, meadow, prairie, savanna, savannah, steppe, barley, wheat, reed",
        Sound.STORM: (
            "storm, storms, stormy, gale, gales, blizzard, hurricane, tempest, howling wind, storm wind, "
            "storm winds, squall, squalls"
        ),
        Sound.SAND: "sand, sands, dune, dunes, desert, sandstorm, blowing snow, drifting snow, spindrift, dust",
        Sound.RAIN: "rain, rains, rainfall, raindrops, drizzle, shower, showers, rainy",
        Sound.HEAVY_RAIN: (
            "heavy rain, downpour, pouring rain, torrential rain, monsoon, rainstorm, cloudburst, driving rain, hail"
        ),
        Sound.THUNDER: "thunder, thunderstorm, thunderclap, thunderclaps, lightning",
        Sound.RIVER: (
            "river, rivers, stream, streams, brook, creek, rapids, running water, trickle, trickling, babbling, "
            "spring water, meltwater, gurgling, fountain, river current"
        ),
        Sound.WATERFALL: "waterfall, waterfalls, cascade, cascades, cataract, white water",
        Sound.SURF: (
            "surf, wave, waves, ocean, sea, seas, shore, shoreline, beach, breakers, swell, swells, tide, tides, "
            "coast, crashing waves"
        ),
        Sound.HARBOUR: "harbour, harbor, lapping, lake, pier, dock, docks, quay, pond, canal, lagoon, hull, lakeshore",
        Sound.DRIPS: "drip, drips, dripping, droplets, cave, cavern, grotto, cistern, icicles, thaw, melting",
        Sound.UNDERWATER: (
            "underwater, undersea, deep sea, deep ocean, depths, seabed, ocean floor, coral, reef, submerged, abyss, submarine"
        ),
        Sound.BUBBLES: "bubbles, bubbling, bubble, boiling, geyser, hot spring",
        Sound.BIRDSONG: (
            "bird, birds, birdsong, songbird, songbirds, warbler, warblers, thrush, robin, lark, skylark, "
            "sparrow, sparrows, chirp, chirps, chirping, dawn chorus, nightingale, swallow"
        ),
        Sound.OWL: "owl, owls, hoot, hoots, hooting",
        Sound.GULLS: "gull, gulls, seagull, seagulls, seabird, seabirds, tern, terns, albatross, puffins",
        Sound.CROWS: "crow, crows, raven, ravens, rook, rooks, jackdaws, caw, caws, cawing",
        Sound.EAGLE: "eagle, eagles, hawk, hawks, falcon, falcons, osprey, condor, vulture, vultures",
        Sound.WINGS: "wings, wingbeat, wingbeats, flock, flocks, bats, pigeons",
        Sound.FROGS: "frog, frogs, toads, croak, croaks, croaking, swamp, marsh, bog, wetland, wetlands",
        Sound.CRICKETS: "cricket, crickets, insect, insects, grasshoppers, night insects, warm night",
        Sound.CICADAS: "cicada, cicadas, summer heat, midday heat, locusts",
        Sound.BEES: "bee, bees, hive, beehive, buzz, buzzing, swarm, honeybees, bumblebee, wasps, flies buzzing",
        Sound.WOLVES: "wolf, wolves, howl, howls, howling, coyote, coyotes, wolf pack",
        Sound.WHALES: "whale, whales, whale song, humpback, humpbacks, dolphins",
        Sound.HOOVES: (
            "hoof, hooves, horse, horses, gallop, galloping, herd, herds, cavalry, camels, caravan, stampede, "
            "trotting, hoofbeats, mules"
        ),
        Sound.GRAVEL_STEPS: "footsteps, footstep, steps, gravel, boots, walking, marching, footfall, footfalls, pebbles",
        Sound.SNOW_STEPS: (
            "snow steps, steps on snow, steps in snow, footsteps on snow, footsteps in snow, crunching snow, "
            "snow crunching, snowshoes, skis, boots in snow, boots on snow, paws in snow"
        ),
        Sound.FIRE: (
            "fire, fires, flame, flames, campfire, bonfire, hearth, crackle, crackles, crackling, embers, torch, "
            "torches, burning, furnace, fireplace, wildfire, stove"
        ),
        Sound.CROWD: (
            "crowd, crowds, market, marketplace, murmur, murmurs, murmuring, bazaar, people, voices, audience, "
            "tavern, throng, villagers"
        ),
        Sound.BELL: "bell, bells, tolling, chime, chimes, church, cathedral, monastery, temple",
        Sound.HAMMER: (
            "hammer, hammers, hammering, anvil, forge, blacksmith, smithy, chisel, chisels, chiselling, "
            "chiseling, pickaxe, pickaxes, quarry, stonemasons"
        ),
        Sound.CREAKS: (
            "creak, creaks, creaking, timber, timbers, ship, ships, deck, mast, masts, rigging, ropes, wooden hull, boat, boats"
        ),
        Sound.OARS: "oar, oars, rowing, paddle, paddles, paddling, canoe, rowboat, longship, kayak",
        Sound.SAILS: "sail, sails, canvas, flag, flags, banner, banners, tent, sailcloth, sails flapping, flags flapping",
        Sound.WAGON: "wagon, wagons, cart, carts, carriage, carriages, wheel, wheels, cobblestones, chariot",
        Sound.CLOCK: "clock, clocks, tick, ticks, ticking, pendulum, clockwork, metronome",
        Sound.QUILL: (
            "quill, pen, pencil, parchment, paper, page, pages, manuscript, scribe, writing, library, map, maps, letters"
        ),
        Sound.CITY: "city, cities, traffic, street, streets, town, urban, cars, downtown",
        Sound.TRAIN: "train, trains, railway, railroad, locomotive, steam engine, rails",
        Sound.MACHINERY: (
            "machine, machines, machinery, factory, engine, engines, loom, looms, mill, motor, gears, pumps, "
            "generator, turbine, workshop, laboratory, electric hum, hum, humming"
        ),
        Sound.ICE: "ice, glacier, glaciers, iceberg, icebergs, frozen, frost, icy, ice floe, floes, pack ice",
        Sound.RUMBLE: (
            "rumble, rumbles, rumbling, avalanche, earthquake, volcano, eruption, lava, landslide, rockfall, "
            "tremor, explosion, rocket, cosmos, cosmic, outer space, spacecraft"
        ),
        Sound.ROOM: (
            "room, room tone, interior, indoors, hall, silence, silent, stillness, chamber, tomb, museum, vault, corridor"
        ),
    }
)

SOUND_WORDS: Mapping[Sound, tuple[str, ...]] = MappingProxyType(
    {sound: tuple(words.split(", ")) for sound, words in _WORDS.items()}
)
"""Words and phrases that call for each sound, in lower case. A longer phrase wins over the words inside it."""

SOUND_PHRASES: Mapping[Sound, str] = MappingProxyType(
    {
        Sound.WIND: "steady wind over open ground",
        Sound.BREEZE: "a soft breeze in leaves",
        Sound.GRASS: "dry grass rustling",
        Sound.STORM: "a gale rising and falling",
        Sound.SAND: "fine sand hissing over ridges",
        Sound.RAIN: "gentle rain",
        Sound.HEAVY_RAIN: "heavy rain",
        Sound.THUNDER: "distant thunder",
        Sound.RIVER: "a stream running over stones",
        Sound.WATERFALL: "a distant waterfall",
        Sound.SURF: "slow waves",
        Sound.HARBOUR: "water lapping",
        Sound.DRIPS: "slow dripping",
        Sound.UNDERWATER: "a deep underwater hush",
        Sound.BUBBLES: "rising bubbles",
        Sound.BIRDSONG: "scattered birdsong",
        Sound.OWL: "a distant owl",
        Sound.GULLS: "distant gulls",
        Sound.CROWS: "distant crows",
        Sound.EAGLE: "a far eagle calling",
        Sound.WINGS: "soft wingbeats",
        Sound.FROGS: "frogs calling",
        Sound.CRICKETS: "crickets",
        Sound.CICADAS: "cicadas",
        Sound.BEES: "bees passing",
        Sound.WOLVES: "distant wolves",
        Sound.WHALES: "distant whale song",
        Sound.HOOVES: "slow hooves",
        Sound.GRAVEL_STEPS: "footsteps",
        Sound.SNOW_STEPS: "steps in snow",
        Sound.FIRE: "a low fire crackling",
        Sound.CROWD: "a distant wordless crowd",
        Sound.BELL: "a far bell",
        Sound.HAMMER: "a distant hammer on an anvil",
        Sound.CREAKS: "timbers creaking",
        Sound.OARS: "slow oars",
        Sound.SAILS: "sails moving",
        Sound.WAGON: "wagon wheels turning",
        Sound.CLOCK: "a clock ticking",
        Sound.QUILL: "a quill scratching",
        Sound.CITY: "a distant city",
        Sound.TRAIN: "a distant train",
        Sound.MACHINERY: "low machinery",
        Sound.ICE: "ice settling and cracking",
        Sound.RUMBLE: "a deep rumble",
        Sound.ROOM: "quiet room tone",
    }
)
"""A phrase for each sound that fits an effect prompt and reads back as that sound alone."""

BEDS = frozenset(
    {Sound.WIND, Sound.BREEZE, Sound.GRASS, Sound.STORM, Sound.SAND, Sound.RAIN, Sound.HEAVY_RAIN, Sound.RIVER, Sound.WATERFALL}
    | {Sound.SURF, Sound.HARBOUR, Sound.UNDERWATER, Sound.CRICKETS, Sound.CICADAS, Sound.FIRE, Sound.CROWD, Sound.CITY}
    | {Sound.TRAIN, Sound.MACHINERY, Sound.RUMBLE, Sound.ROOM}
)
"""Sounds that go on without a pause and can carry a place alone; all others are events upon a bed."""

_INDOOR = frozenset({Sound.CLOCK, Sound.QUILL, Sound.DRIPS, Sound.HAMMER})
_WET = frozenset({Sound.WHALES, Sound.BUBBLES})
_AFLOAT = frozenset({Sound.OARS, Sound.CREAKS, Sound.SAILS, Sound.GULLS})
_FAR_WORDS = frozenset({"distant", "distance", "far", "faraway", "remote", "muffled", "horizon", "away", "beyond", "overhead"})
_NEAR_WORDS = frozenset({"near", "close", "nearby", "beside", "underfoot"})
_SOFT_WORDS = frozenset(
    {"soft", "softly", "gentle", "gently", "faint", "light", "low", "slow", "quiet", "occasional", "scattered"}
    | {"rare", "few", "single", "sparse", "thin", "subtle"}
)
_LOUD_WORDS = frozenset({"loud", "heavy", "strong", "roaring", "roar", "crashing", "fierce", "pounding", "violent", "deafening"})
_CLAUSE = re.compile(r"[,;.:!?\n]|\band\b|\bwith\b|\bover\b|\bunder\b|\bbut\b|\bwhile\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|without|never|not|free of)\b.*", re.IGNORECASE)
_OWNERS = {word: sound for sound, words in SOUND_WORDS.items() for word in words}
_PATTERN = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(_OWNERS, key=len, reverse=True))) + r")\b")


def find_sounds(text: str) -> tuple[Sound, ...]:
    """Give the sounds that a text's words call for, in the order they are first named; empty when there are none.

    What a clause denies ("no birds", "without wind") is not heard.
    """
    return tuple(layer.sound for layer in _find_layers(text))


def read_soundscape(prompt: str) -> tuple[Layer, ...]:
    """Read an effect prompt as one to four layers, each sound once, in the order they are named.

    There is always a bed: when only events are named, a quiet one that suits them comes first; when nothing is, a soft breeze.
    """
    layers = _find_layers(prompt)
    if any(layer.sound in BEDS for layer in layers):
        beds = [layer for layer in layers if layer.sound in BEDS]
        kept = layers[:MAX_LAYERS]
        return kept if any(layer in beds for layer in kept) else (*kept[: MAX_LAYERS - 1], beds[0])
    return _default_bed(layers), *layers[: MAX_LAYERS - 1]


def _find_layers(text: str) -> tuple[Layer, ...]:
    found: dict[Sound, Layer] = {}
    for clause in _CLAUSE.split(text.lower()):
        heard = _DENIED.sub("", clause)
        for match in _PATTERN.finditer(heard):
            sound = _OWNERS[match.group()]
            found.setdefault(sound, _layer(sound, set(re.findall(r"[a-z]+", heard))))
    return tuple(found.values())


def _layer(sound: Sound, words: set[str]) -> Layer:
    gain = 0.8 if sound in BEDS else 0.6
    if words & _LOUD_WORDS:
        gain = 1.0
    elif words & _SOFT_WORDS:
        gain *= 0.7
    far = bool(words & _FAR_WORDS) and not words & _NEAR_WORDS
    return Layer(sound=sound, gain=round(gain, 2), distance=Distance.FAR if far else Distance.NEAR)


def _default_bed(layers: tuple[Layer, ...]) -> Layer:
    sounds = {layer.sound for layer in layers}
    if sounds & _WET:
        return Layer(sound=Sound.UNDERWATER, gain=0.6)
    if sounds & _AFLOAT:
        return Layer(sound=Sound.HARBOUR, gain=0.5)
    if sounds & _INDOOR:
        return Layer(sound=Sound.ROOM, gain=0.6)
    return Layer(sound=Sound.BREEZE, gain=0.5, distance=Distance.FAR)
