"""The planner's own sentences: short observations that are true of a place, an hour, a weather or a subject.

They carry a story whose direction is short, and round lines off to their length. Every one is present tense, third person, and
says nothing that a story could contradict. `[is|are]` agrees with the subject, `{The}` and `{the}` name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.scenery import Hour, Place, Weather
from blocks.domain.storyboard import Beat

BEAT_LINES: Mapping[Beat, tuple[str, ...]] = MappingProxyType(
    {
        Beat.SETUP: (
            "This is where it begins.",
            "It begins quietly, as most things do.",
            "Nothing here hints at what is coming.",
            "For now, everything is in its place.",
            "It looks like a day like any other.",
            "There is still time.",
        ),
        Beat.OBSTACLE: (
            "But the way ahead is not open.",
            "Nothing about this is easy.",
            "What looks simple is about to grow hard.",
            "Every step from here has a price.",
            "Something stands in the way.",
            "The first doubts arrive without a sound.",
        ),
        Beat.ESCALATION: (
            "And still it grows harder.",
            "Now there is no way back.",
            "Every hour costs more than the last.",
            "What could go wrong begins to go wrong.",
            "Strength runs out before the distance does.",
            "There is little left to lose.",
        ),
        Beat.TURN: (
            "Then, almost unnoticed, something changes.",
            "And then the moment comes.",
            "Everything now hangs on very little.",
            "One small thing decides it all.",
            "For a moment, nothing moves at all.",
        ),
        Beat.RESOLUTION: (
            "What remains is quiet.",
            "In the end, what lasts is simple.",
            "Nothing is quite as it was before.",
            "The world goes on, a little changed.",
            "What was far away is close at last.",
            "And so the circle closes.",
        ),
    }
)

HOUR_LINES: Mapping[Hour, tuple[str, ...]] = MappingProxyType(
    {
        Hour.DAWN: (
            "The first light arrives without a sound.",
            "Before sunrise, the whole world is one colour.",
            "Dawn comes slowly, from the edges inward.",
            "A thin line of light opens in the east.",
            "The dark lets go, a little at a time.",
            "Day returns, pale and patient.",
        ),
        Hour.MORNING: (
            "Morning brings the colours back.",
            "By morning the shadows have drawn back.",
            "In the clear morning light, every edge is sharp.",
            "The day is young, and the air is fresh.",
            "The morning asks its questions early.",
        ),
        Hour.NOON: (
            "At noon the shadows almost disappear.",
            "The sun stands high, and nothing can hide.",
            "The light is white now and gives no shelter.",
            "Midday is the hardest hour.",
        ),
        Hour.AFTERNOON: (
            "The afternoon stretches on, slow and wide.",
            "Hours pass, and the light begins to soften.",
            "Little by little, the day leans toward evening.",
            "In the long afternoon, time seems to stand still.",
            "The shadows begin to grow again.",
        ),
        Hour.DUSK: (
            "Then the sun goes down, and shapes turn black.",
            "Evening draws a red line along the horizon.",
            "The last light stays longer than anyone expects.",
            "As the day ends, the shadows join.",
            "Dusk takes the colours one by one.",
        ),
        Hour.NIGHT: (
            "Night falls, and distances lose their meaning.",
            "After dark, every sound comes closer.",
            "Under the stars, the world grows very large.",
            "The dark is deep here, but never empty.",
            "By night, only the outlines remain.",
        ),
    }
)

WEATHER_LINES: Mapping[Weather, tuple[str, ...]] = MappingProxyType(
    {
        Weather.CLEAR: (
            "The air is so clear that distance disappears.",
            "Not a cloud moves anywhere in sight.",
            "The sky is wide and gives nothing away.",
            "Clear air carries every sound.",
        ),
        Weather.CLOUDY: (
            "Clouds pile up, and the colours drain away.",
            "The sky lowers, grey and heavy.",
            "A grey lid slides across the sky.",
            "The light comes and goes with the clouds.",
        ),
        Weather.FOG: (
            "Mist rises, and the edges of things dissolve.",
            "Fog closes in until only the nearest shapes remain.",
            "What was near becomes hard to see.",
            "The mist swallows sounds and distances.",
        ),
        Weather.RAIN: (
            "Rain begins, light at first, then steady.",
            "The rain finds its way into everything.",
            "Drops run together and find the lowest place.",
            "Rain blurs whatever lies ahead.",
        ),
        Weather.STORM: (
            "The wind rises, and the sky turns to iron.",
            "Then the storm arrives, and everything bends.",
            "The gale does not pause for breath.",
            "Lightning shows the world in pieces.",
        ),
        Weather.SNOW: (
            "Snow begins to fall, and sounds grow soft.",
            "Snow covers every track within the hour.",
            "Flake by flake, the world grows simple.",
            "The cold leaves no room for mistakes.",
        ),
        Weather.DUST: (
            "The wind lifts the dust and hides the sun.",
            "Dust hangs in the air and tastes of stone.",
            "The horizon vanishes in a brown wall.",
            "Every breath carries a little of the ground.",
        ),
        Weather.AURORA: (
            "Green light unrolls across the sky.",
            "Above it all, the northern lights begin to move.",
            "The sky moves like a slow curtain.",
        ),
    }
)

INNER_LINES: tuple[str, ...] = (
    "Hours pass, and nobody counts them.",
    "Time moves differently here.",
    "No weather ever reaches this place.",
    "Here, even small sounds travel far.",
    "The light is scarce, and it is enough.",
    "Nothing in here is in a hurry.",
    "Outside, the days go by unseen.",
    "The silence has a weight of its own.",
)
"""For places without a sky."""

PLACE_LINES: Mapping[Place, tuple[str, ...]] = MappingProxyType(
    {
        Place.FOREST: (
            "Between the trunks, something is always listening.",
            "The moss keeps every secret it is given.",
            "Old trees creak like doors.",
            "Every branch holds its breath.",
            "Under the canopy, light falls in coins.",
        ),
        Place.MEADOW: (
            "The grass bends and stands up again.",
            "Seeds drift over the open ground.",
            "Nothing breaks the line of the land.",
            "The tall grass closes behind every step.",
            "Larks climb where the ground ends.",
        ),
        Place.MOUNTAINS: (
            "The peaks look down and take no side.",
            "Up here, stone decides where anything can go.",
            "The slopes give back every sound.",
            "Cold air pours down from the ridges.",
            "Thin air makes every step heavier.",
        ),
        Place.LAKE: (
            "The water holds the whole sky.",
            "Not a ring moves on the lake.",
            "The far shore hangs upside down in the water.",
            "Reeds mark where the deep begins.",
            "The lake keeps what falls into it.",
        ),
        Place.RIVER: (
            "The river never says the same thing twice.",
            "The current pulls at everything it touches.",
            "Stones roll where no eye can follow.",
            "The water knows only one direction.",
            "Along the banks, roots hold the ground together.",
        ),
        Place.SEA: (
            "All around, there is only water.",
            "The swell lifts and lowers without end.",
            "The horizon is a line nobody reaches.",
            "The sea keeps no tracks.",
            "Salt settles on everything.",
        ),
        Place.COAST: (
            "Wave after wave, the land gives way.",
            "The tide takes back what it brought.",
            "Here the land simply stops.",
            "Foam runs up the rocks and slides away.",
            "Gulls hang in the wind and wait.",
        ),
        Place.DESERT: (
            "The sand remembers nothing for long.",
            "Every crest hides another crest.",
            "There is no shade as far as the eye can see.",
            "Heat rises from the ground like breath.",
            "The dunes move when nobody is watching.",
        ),
        Place.TUNDRA: (
            "The ground is frozen harder than stone.",
            "Nothing here stands taller than the wind allows.",
            "The ice groans and settles.",
            "White runs into white.",
            "The cold has the patience of ages.",
        ),
        Place.SWAMP: (
            "The ground is never quite ground.",
            "Black water mirrors every branch.",
            "Something moves among the reeds.",
            "Roots stand in the water like fingers.",
            "The marsh swallows every straight line.",
        ),
        Place.OLD_CITY: (
            "Stone walls have heard all of this before.",
            "Smoke stands above the roofs.",
            "A bell counts the hour over the rooftops.",
            "The narrow streets keep their shadows all day.",
            "Behind the shutters, someone is awake.",
        ),
        Place.MODERN_CITY: (
            "Windows light up, one life behind each.",
            "The streets never quite fall silent.",
            "Glass and steel catch the last of the light.",
            "Thousands pass and hardly look up.",
            "The city hums like a machine.",
        ),
        Place.VILLAGE: (
            "Smoke rises straight from the chimneys.",
            "Every door here knows every other door.",
            "A dog barks once and falls silent.",
            "The roofs lean together against the wind.",
            "The fields begin where the last house ends.",
        ),
        Place.RUINS: (
            "The stones outlast the names of their builders.",
            "Grass grows where feet once passed.",
            "The walls stand open to the sky.",
            "Wind moves through empty doorways.",
            "What fell long ago still lies there.",
        ),
        Place.SAVANNA: (
            "Dry grass whispers to the horizon.",
            "Far off, a herd raises the dust.",
            "One tree holds the only shade.",
            "The plain looks empty and never is.",
            "Out here, everything is seen from far away.",
        ),
        Place.CAVE: (
            "Water drips and builds stone out of time.",
            "The darkness is older than any eye.",
            "Every step sends back an echo.",
            "The rock closes overhead.",
            "A little light goes a long way here.",
        ),
        Place.UNDERWATER: (
            "Light sinks in long shafts and fades.",
            "Down here, everything moves slowly.",
            "The blue grows darker with every fathom.",
            "Sound travels far through the water.",
            "Below, the floor falls away into shadow.",
        ),
        Place.SPACE: (
            "The stars do not flicker here.",
            "There is no up and no down.",
            "Sunlight crosses the dark without a sound.",
            "The distances are too great to feel.",
            "The world below turns without a sound.",
        ),
        Place.HARBOUR: (
            "Ropes creak along the quay.",
            "Masts sway like a leafless wood.",
            "The water slaps against the wall.",
            "Every boat points toward the open.",
            "Tar and salt hang in the air.",
        ),
        Place.ROAD: (
            "The road runs on and does not explain itself.",
            "Behind every bend lies another bend.",
            "Old tracks lie under the new ones.",
            "Milestones pass, each like the one before.",
            "Dust marks where others have gone.",
        ),
        Place.INTERIOR: (
            "A single flame pushes back the dark.",
            "Shadows lean along the shelves.",
            "The boards creak and fall silent.",
            "Dust turns slowly in the light.",
            "On the table, everything lies ready.",
        ),
    }
)

SHORT_LINES: tuple[str, ...] = (
    "Nothing moves.",
    "Time slows.",
    "Silence follows.",
    "Nobody speaks.",
    "It holds.",
    "The waiting begins.",
    "Nothing is certain.",
    "Little is said.",
    "Everything waits.",
    "And nothing stops it.",
    "It is not over.",
    "It takes time.",
    "Nobody looks away.",
    "So it goes on.",
    "That much is certain.",
    "No one can tell.",
    "It does not stop.",
    "Slowly, it becomes clear.",
    "It never comes easily.",
    "For now, it holds.",
    "The rest is patience.",
    "It is almost nothing.",
    "And it is enough.",
    "Then all is still.",
    "It leaves a mark.",
    "Nothing is wasted.",
    "The moment passes.",
    "Hours go by.",
    "The light shifts.",
    "Far away, something stirs.",
    "It has always been so.",
)

PLAIN_LINES: tuple[str, ...] = (
    "It takes longer than anyone expects.",
    "Patience is the only tool that helps.",
    "The smallest things matter most.",
    "Nobody can say how it will end.",
    "The story is far from over.",
    "Much of it happens out of sight.",
    "Seen from far away, it looks like chance.",
    "Every answer opens another question.",
    "What matters most makes the least noise.",
    "Little by little, a pattern appears.",
    "Some things can only be seen by waiting.",
    "It has happened before, and it will happen again.",
)
"""For stories whose subject has no figure."""
