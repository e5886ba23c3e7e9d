"""The planner's words for pictures: how a place, an hour and a weather look, move and feel.

Every phrase reads back as the place, hour or weather it stands for (`scenery.read_scenery`), so that the offline studio paints
what is meant, and says enough for an image service to do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.scenery import Hour, Place, Season, Weather

PLACE_LOOKS: Mapping[Place, str] = MappingProxyType(
    {
        Place.FOREST: "A deep forest, tall trunks one behind the other, moss and fern below",
        Place.MEADOW: "A wide meadow, tall grass and low hills running to the horizon",
        Place.MOUNTAINS: "A range of mountains, one sharp peak above lower ridges, bare rock in front",
        Place.LAKE: "A still lake, dark trees on the far shore mirrored in the water",
        Place.RIVER: "A river winding between low banks, stones breaking the current",
        Place.SEA: "The open sea, long swells running to an unbroken horizon",
        Place.COAST: "A rocky coast, headlands one behind the other, foam at the foot of the cliffs",
        Place.DESERT: "Desert dunes, one clean crest across the frame, fine furrows in the sand",
        Place.TUNDRA: "Arctic tundra, flat white ground, scattered ice and low stones",
        Place.SWAMP: "A swamp, black water between reeds, bare crooked trunks",
        Place.OLD_CITY: "An old city, steep rooftops and one spire, narrow streets below",
        Place.MODERN_CITY: "A modern city skyline, towers of glass, rows of lit windows",
        Place.VILLAGE: "A small village, cottages with low roofs, smoke above the chimneys",
        Place.RUINS: "Ancient ruins, broken columns and an open arch, weeds between the blocks",
        Place.SAVANNA: "The savanna, one flat acacia, dry grass to the horizon",
        Place.CAVE: "A high cave, dark rock on both sides, one shaft of light on wet stone",
        Place.UNDERWATER: "Underwater, shafts of light sinking from above, drifting specks, a dim floor",
        Place.SPACE: "Outer space, the curve of a planet below, thousands of stars",
        Place.HARBOUR: "An old harbour, a stone quay and the masts of moored boats",
        Place.ROAD: "A long road running away between low banks to the horizon",
        Place.INTERIOR: "The interior of an old workshop, a heavy table, one window, shelves in the dark",
    }
)

HOUR_LOOKS: Mapping[Hour, str] = MappingProxyType(
    {
        Hour.DAWN: "at dawn, first light low on the horizon",
        Hour.MORNING: "in the morning, fresh side light",
        Hour.NOON: "at noon, high white sun",
        Hour.AFTERNOON: "in the late afternoon, long soft daylight",
        Hour.DUSK: "at dusk, a glowing band along the horizon after sunset",
        Hour.NIGHT: "at night, pale moonlight on every edge",
    }
)

WEATHER_LOOKS: Mapping[Weather, str] = MappingProxyType(
    {
        Weather.CLEAR: "clear air",
        Weather.CLOUDY: "heavy broken cloud, overcast light",
        Weather.FOG: "drifting fog between the layers",
        Weather.RAIN: "steady rain, everything glistening",
        Weather.STORM: "a storm overhead, torn sky, driven spray and leaves",
        Weather.SNOW: "falling snow",
        Weather.DUST: "blowing dust, a dull copper sun",
        Weather.AURORA: "aurora borealis across the whole sky",
    }
)

SEASON_LOOKS: Mapping[Season, str] = MappingProxyType(
    {
        Season.SPRING: "early spring",
        Season.SUMMER: "high summer",
        Season.AUTUMN: "late autumn",
        Season.WINTER: "deep winter",
    }
)

PLACE_MOVES: Mapping[Place, tuple[str, str]] = MappingProxyType(
    {
        Place.FOREST: (
            "Light wanders through the trunks and touches one after another.",
            "Leaves turn on their stems, a branch dips and rises, and dust drifts through the beams.",
        ),
        Place.MEADOW: (
            "The tall grass bows in one long wave and stands up again.",
            "Seeds lift off and drift away, and shadows slide over the hills.",
        ),
        Place.MOUNTAINS: (
            "Shadow slides down the great slopes and uncovers ridge after ridge.",
            "Thin vapour curls around the rock and tears apart in the air above.",
        ),
        Place.LAKE: (
            "A single ring opens on the still water and widens to the bank.",
            "The mirrored trees bend, break and join again, and reeds nod at the edge.",
        ),
        Place.RIVER: (
            "The current slides past the stones and closes again behind them.",
            "Ripples catch the light, foam turns in the eddies, and the banks tremble in the water.",
        ),
        Place.SEA: (
            "Long swells rise, pass and sink, one behind the other.",
            "Light breaks on the swells, foam draws thin lines, and the horizon rises and falls.",
        ),
        Place.COAST: (
            "A wave climbs the rocks, bursts into spray and slides back.",
            "Foam runs into every gap, weed lifts and sinks, and the next wave gathers behind it.",
        ),
        Place.DESERT: (
            "Fine sand creeps over the crest and falls away on the far side.",
            "Thin threads of sand cross the slope, and the distant ridges waver.",
        ),
        Place.TUNDRA: (
            "Loose snow streams low across the frozen ground.",
            "Ice creaks and settles, thin ridges smoke in the wind, and the far line fades and returns.",
        ),
        Place.SWAMP: (
            "Black water stirs between the reeds and lies still again.",
            "Bubbles rise and break, reeds lean together, and vapour crawls over the surface.",
        ),
        Place.OLD_CITY: (
            "Light climbs the walls and reaches one roof after another.",
            "Smoke leans from the chimneys, doves lift and settle, and shadows move in the streets.",
        ),
        Place.MODERN_CITY: (
            "Windows go on and off in the towers, row by row.",
            "Streams of light crawl along the streets, steam rises, and glass catches the sky.",
        ),
        Place.VILLAGE: (
            "Smoke climbs from a chimney, leans and thins out above the roofs.",
            "A shutter swings, grass moves along the walls, and the light slides from house to house.",
        ),
        Place.RUINS: (
            "Shadow moves slowly across the broken columns.",
            "Weeds tremble between the blocks, dust trickles from an edge, and light fills the open arch.",
        ),
        Place.SAVANNA: (
            "Heat trembles above the plain and the dry grass bows.",
            "Dust drifts behind a distant herd, and the leaves of the lone tree flicker.",
        ),
        Place.CAVE: (
            "A drop gathers, falls and rings in the dark.",
            "The shaft of light shifts over wet stone, dust turns in it, and shadows lengthen along the walls.",
        ),
        Place.UNDERWATER: (
            "Shafts of light lean and sway in the deep blue.",
            "Specks sink slowly past, fine sand lifts off the floor, and a veil of bubbles climbs.",
        ),
        Place.SPACE: (
            "The planet turns slowly beneath a thin rim of air.",
            "Sunlight spreads along the edge, clouds slide into the night side, and stars stand behind it.",
        ),
        Place.HARBOUR: (
            "Moored boats rise and sink beside the quay.",
            "Ropes tighten and slacken, masts sway out of time, and light breaks on the water.",
        ),
        Place.ROAD: (
            "Dust lifts from the empty road and drifts to one side.",
            "Grass bows along the edges, and shadows of clouds travel away toward the horizon.",
        ),
        Place.INTERIOR: (
            "A flame leans, straightens and throws the shadows back.",
            "Dust turns in the light of the window, and the corners of the room grow dark and clear again.",
        ),
    }
)
"""What moves: the place's own action, and the movement around a figure."""

WEATHER_MOVES: Mapping[Weather, str] = MappingProxyType(
    {
        Weather.CLEAR: "High above, the light changes almost unseen.",
        Weather.CLOUDY: "Heavy clouds slide across and let the light come and go.",
        Weather.FOG: "Fog drifts between the layers and opens for a moment.",
        Weather.RAIN: "Rain falls in thin slanting lines and rings spread where it lands.",
        Weather.STORM: "The storm drives everything to one side, and far lightning flickers.",
        Weather.SNOW: "Snow falls thick and quiet and settles on every edge.",
        Weather.DUST: "Sheets of dust sweep across, thicken and thin out.",
        Weather.AURORA: "Green curtains of light unroll and fold across the sky.",
    }
)

PLACE_TEXTURES: Mapping[Place, tuple[str, ...]] = MappingProxyType(
    {
        Place.FOREST: ("rough bark", "wet moss", "fallen leaves", "black earth", "fern"),
        Place.MEADOW: ("dry grass", "dark soil", "wild seed heads", "clay", "dew"),
        Place.MOUNTAINS: ("bare granite", "scree", "old snow", "lichen", "thin cloud"),
        Place.LAKE: ("still water", "reed", "wet sand", "driftwood", "silt"),
        Place.RIVER: ("river stones", "clear water", "gravel", "roots", "foam"),
        Place.SEA: ("salt water", "foam", "wet canvas", "tarred rope", "spray"),
        Place.COAST: ("wet rock", "sea foam", "kelp", "shell sand", "salt crust"),
        Place.DESERT: ("rippled sand", "cracked clay", "sun-bleached bone", "rough wool", "hot stone"),
        Place.TUNDRA: ("sea ice", "hard snow", "frozen moss", "reindeer hide", "frost"),
        Place.SWAMP: ("black mud", "reed", "duckweed", "wet bark", "peat"),
        Place.OLD_CITY: ("worn cobbles", "old brick", "oak beams", "lead glass", "soot"),
        Place.MODERN_CITY: ("glass", "steel", "wet asphalt", "concrete", "neon"),
        Place.VILLAGE: ("thatch", "lime wash", "split wood", "packed earth", "linen"),
        Place.RUINS: ("weathered marble", "broken brick", "ivy", "dust", "lichen"),
        Place.SAVANNA: ("dry grass", "red earth", "thorn wood", "hide", "ash"),
        Place.CAVE: ("wet limestone", "dripping water", "clay", "crystal", "darkness"),
        Place.UNDERWATER: ("blue water", "fine silt", "silver scales", "coral", "drifting specks"),
        Place.SPACE: ("black sky", "polished metal", "frozen gas", "grey dust", "raw sunlight"),
        Place.HARBOUR: ("tarred rope", "wet planks", "barnacles", "rust", "canvas"),
        Place.ROAD: ("dust", "worn stone", "dry clay", "leather", "weathered wood"),
        Place.INTERIOR: ("old paper", "candle wax", "polished wood", "brass", "linen"),
    }
)
"""Materials a picture of the place keeps returning to."""
