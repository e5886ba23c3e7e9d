"""Whom a story follows: the subjects its text names, how it names them, and what each kind of subject does in a picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from blocks.domain.frozen import Frozen
from blocks.domain.planning.clauses import DETERMINERS
from blocks.domain.planning.verbs import bases, bases_of_past, bases_of_third_person
from blocks.domain.planning.word_sets import word_set
from blocks.domain.storyboard import AssetKind
from blocks.domain.subjects import Stance, Subject, subjects

_WORD = re.compile(r"[a-zà-ÿ]+")
_PLURAL_PHRASES = word_set(
    "people children men women birds geese crows gulls oxen mice sardines monks soldiers workers farmers sailors"
)
_COLLECTIVES = word_set("crowd family group flock shoal fleet tribe crew team population community caravan")
_KINSHIP = word_set(
    "leader leaders guide mother mothers father fathers son daughter sister sisters brother brothers child children "
    "family families group groups crew team community tribe couple population neighbour neighbours queen king worker "
    "workers soldier soldiers hunter guard"
)
"""Words for people that also stand for animals among their own kind."""
_FACELESS = word_set("plinth")
"""Figures that stand for anything at all."""
_NO_SUBJECTS = word_set("home stone page box cross ring cup bow gold cargo keep press match watch post rock well school inn")
"""Words that seldom mean the thing a figure shows."""
_NO_NAMES = word_set(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday the and but then when while after before they she his her its their this that "
    "these those here there"
)
_PERSONS = word_set("man woman child walker sailor monk soldier king queen farmer scientist rider")
_VEHICLES = word_set("cart train car bicycle sled airplane balloon rocket satellite")
_PLANTS = word_set("tree pine deadtree palm acacia sapling flower wheat cactus mushroom")
_FIRES = word_set("lantern candle campfire streetlamp")
_BUILDINGS = word_set(
    "lighthouse bridge tower castle church house skyscraper factory windmill turbine pylon temple pyramid column "
    "statue stone well tent"
)


class Role(StrEnum):
    """What a subject can do."""

    PERSON = "person"
    CROWD = "crowd"
    ANIMAL = "animal"
    FLYER = "flyer"
    SWIMMER = "swimmer"
    VESSEL = "vessel"
    VEHICLE = "vehicle"
    PLANT = "plant"
    FIRE = "fire"
    BUILDING = "building"
    OBJECT = "object"


class Player(Frozen):
    """A subject as the story names it."""

    subject: Subject
    name: str
    """The noun without an article: `lighthouse keeper`, `wolves`."""
    noun: str
    """The same in singular, as the table of subjects knows it: `keeper`, `wolf`."""
    is_plural: bool
    is_named: bool = False
    """True for a name, which takes no article: `Gutenberg`."""

    @property
    def role(self) -> Role:
        """What it can do."""
        return role_of(self.subject)


ROLE_LINES: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        Role.PERSON: (
            "{The} [does|do] not turn back.",
            "{The} [says|say] nothing and [goes|go] on.",
            "{The} [looks|look] up, then [carries|carry] on.",
            "For {the}, there is only the next step.",
            "Alone with the work, {the} [keeps|keep] going.",
            "Nobody sees what {the} [sees|see].",
            "{The} [waits|wait], and [listens|listen].",
        ),
        Role.CROWD: (
            "{The} [stays|stay] close together.",
            "Nobody is left behind.",
            "Among {the}, hardly a word is spoken.",
            "{The} [moves|move] as one.",
            "{The} [carries|carry] what can be carried.",
        ),
        Role.ANIMAL: (
            "{The} [does|do] not slow down.",
            "{The} [stops|stop], [listens|listen], and [moves|move] on.",
            "Step by step, {the} [presses|press] on.",
            "Nothing escapes {the}.",
            "{The} [needs|need] no map.",
            "Hunger keeps {the} moving.",
            "{The} [reads|read] the wind.",
        ),
        Role.FLYER: (
            "{The} [trusts|trust] the air completely.",
            "{The} [turns|turn] once and [climbs|climb] away.",
            "From above, {the} [sees|see] it all.",
            "Wingbeat by wingbeat, {the} [goes|go] on.",
            "{The} [leaves|leave] no trace.",
        ),
        Role.SWIMMER: (
            "{The} [moves|move] without a sound.",
            "{The} [holds|hold] a steady course.",
            "{The} [follows|follow] what no eye can see.",
            "Stroke by stroke, {the} [goes|go] on.",
            "The current carries {the} along.",
        ),
        Role.VESSEL: (
            "{The} [holds|hold] a steady course.",
            "{The} [rises|rise] and [falls|fall] with the water.",
            "Timber by timber, {the} [answers|answer] the water.",
            "From far away, {the} [looks|look] very small.",
            "{The} [leaves|leave] a line of foam behind.",
        ),
        Role.VEHICLE: (
            "{The} [keeps|keep] moving.",
            "{The} [grows|grow] small in the distance.",
            "Nothing holds {the} back for long.",
            "{The} [carries|carry] more than it seems.",
        ),
        Role.PLANT: (
            "{The} [bends|bend] and [does|do] not break.",
            "{The} [grows|grow] too slowly to be seen.",
            "Roots hold where nothing else does.",
            "{The} [turns|turn] toward the light.",
        ),
        Role.FIRE: (
            "The small light holds against the dark.",
            "{The} [burns|burn] on, steady and small.",
            "A little light is enough to steer by.",
            "{The} [throws|throw] long shadows.",
        ),
        Role.BUILDING: (
            "{The} [stands|stand] where nothing else does.",
            "{The} [has|have] seen all of this before.",
            "The wind leans on {the} and passes.",
            "Stone by stone, {the} [endures|endure].",
        ),
        Role.OBJECT: (
            "Much depends on {the}.",
            "{The} [says|say] more than words.",
            "Hands have worn {the} smooth.",
            "{The} [holds|hold] more than [it shows|they show].",
        ),
    }
)


_WILD = frozenset({Role.ANIMAL, Role.FLYER, Role.SWIMMER})


def role_of(subject: Subject) -> Role:
    """Tell what a subject can do."""
    by_figure = (
        (_PERSONS, Role.PERSON),
        (_VEHICLES, Role.VEHICLE),
        (_PLANTS, Role.PLANT),
        (_FIRES, Role.FIRE),
        (_BUILDINGS, Role.BUILDING),
    )
    for figures, role in by_figure:
        if subject.figure in figures:
            return role
    if subject.figure == "crowd":
        return Role.CROWD
    if subject.kind is AssetKind.PROP:
        return Role.VESSEL if subject.stance is Stance.WATER or subject.figure == "submarine" else Role.OBJECT
    return {Stance.AIR: Role.FLYER, Stance.UNDERWATER: Role.SWIMMER}.get(subject.stance, Role.ANIMAL)


def find_heroes(text: str) -> tuple[Player, ...]:
    """Give whom the whole story follows, most important first: persons by name, then living subjects, then things."""
    players = list(find_players(text))
    named = _find_named(text)
    is_wild = bool(players) and players[0].role in _WILD
    if is_wild:
        players = [player for player in players if player.name.split()[-1] not in _KINSHIP]
    elif named is not None:
        players = [named, *(player for player in players if player.subject.figure != named.subject.figure)]
    players.sort(key=lambda player: player.subject.kind is AssetKind.PROP)
    return tuple(players)


def find_players(text: str) -> tuple[Player, ...]:
    """Give the subjects a text names outright, each figure once, the most often named first.

    Comparisons (`as high as houses`), verbs that look like things (`they sail`) and words too general for a picture do not count.
    """
    words = _WORD.findall(text.lower())
    named: dict[str, Player] = {}
    times: Counter[str] = Counter()
    for found in subjects().find(text):
        phrase = found.phrase.split()
        before = words[max(0, found.at - 3) : found.at]
        if not found.strong or found.meaning.figure in _FACELESS or phrase[-1] in _NO_SUBJECTS or _is_aside(phrase, before):
            continue
        spoken = words[found.at : found.at + len(phrase)]
        is_plural = spoken[-1] != phrase[-1] or spoken[-1] in _PLURAL_PHRASES
        player = Player(subject=found.meaning, name=" ".join(spoken), noun=found.phrase, is_plural=is_plural)
        named.setdefault(found.meaning.figure, player)
        times[found.meaning.figure] += 1
    return tuple(sorted(named.values(), key=lambda player: -times[player.subject.figure]))


def _is_aside(phrase: list[str], before: list[str]) -> bool:
    """Tell whether a found word is compared with, or is a verb here: no article stands near before it."""
    if before and (before[-1] in {"like", "than"} or "as" in before[-2:]):
        return True
    is_verb = len(phrase) == 1 and phrase[0] in bases()
    return is_verb and not any(word in DETERMINERS for word in before[-2:])


def say_of(line: str, player: Player) -> str:
    """Fill a line of the bank with a subject, verbs agreeing."""
    agreed = re.sub(r"\[([^|\]]*)\|([^\]]*)\]", r"\2" if player.is_plural else r"\1", line)
    if player.is_named:
        return agreed.replace("{The}", player.name).replace("{the}", player.name)
    return agreed.replace("{The}", f"The {player.name}").replace("{the}", f"the {player.name}")


def _find_named(text: str) -> Player | None:
    """Find the person a text calls by name most often: a capitalised word inside a sentence, or doing something."""
    words = re.findall(r"[^\W\d_]+(?:'s)?|[.!?]", text)
    doing: Counter[str] = Counter()
    for at in range(len(words) - 1):
        word, following = words[at], words[at + 1]
        is_name = word[:1].isupper() and word.isalpha() and word.lower() not in _NO_NAMES and len(word) > 2
        is_inside = at > 0 and words[at - 1] not in ".!?"
        if is_name and following in _person_verbs() and (is_inside or words.count(word) > 1):
            doing[word] += words.count(word)
    if not doing:
        return None
    name = max(doing, key=lambda one: (doing[one], one))
    lower = [word.lower() for word in words]
    figure = "woman" if lower.count("she") + lower.count("her") > lower.count("he") + lower.count("his") else "man"
    return Player(subject=subjects().find(figure)[0].meaning, name=name, noun=figure, is_plural=False, is_named=True)


@cache
def _person_verbs() -> frozenset[str]:
    """Give the verb forms that show that a person acts, those that a place could also do left out."""
    return (frozenset(bases_of_past()) | frozenset(bases_of_third_person())) - word_set(
        "is was were are has had lies lay stands stood"
    )
