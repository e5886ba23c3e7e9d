"""A story direction retold as short sentences that can be spoken, and the choice of those a film has room for."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from blocks.domain.pacing import count_words
from blocks.domain.planning.cast import Player, Role, find_heroes, find_players, role_of
from blocks.domain.planning.clauses import DETERMINERS
from blocks.domain.planning.cleaning import clean_phrase, clean_sentences, tidy_sentence
from blocks.domain.planning.directions import has_verb, to_statement
from blocks.domain.planning.shortening import shorten, split_long, split_once
from blocks.domain.planning.verbs import bases_of_gerund
from blocks.domain.planning.voice import to_present, to_third_person
from blocks.domain.planning.word_sets import word_set
from blocks.domain.scene_checks import find_person
from blocks.domain.scenery import hours, places, weathers
from blocks.domain.storyboard import AssetKind
from blocks.domain.subjects import subjects

_TURNING = re.compile(
    r"\b(?:but|then|until|at last|finally|suddenly|only|never|must|first|last|alone|still|nobody|without)\b", re.IGNORECASE
)
_LEANING = re.compile(
    r"^(?:he|she|it|they|this|these|those|his|her|its|their|that|such|if|one of them|some of them|each time|there is one|so)\b",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"[a-z]{4,}")
_COMMON = word_set(
    "that this with from they them their there then than when what which while were have been into over after before "
    "only just very more most some such each every about could would will must upon also because where whose these "
    "those here still"
)
_NO_WORDS = "The story begins."
"""What is told when nothing of an idea can be."""
_LOOK_BACK = 8
_LOOSE_WORDS = 10
"""A sentence longer than this may be split when the film has room."""
_FILLER = re.compile(
    r"\b(?:for example|in fact|of course|in conclusion|according to|it is important|it should be noted|etc)\b", re.IGNORECASE
)
_QUESTION = re.compile(r"^(?:how|why|when|where|what)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """One sentence of the retold story."""

    text: str
    at: int
    """Its place in the story, counted over all units."""
    weight: float
    """How much the film would lose without it."""

    @cached_property
    def words(self) -> int:
        """Its spoken words."""
        return count_words(self.text)


def retell(topic: str, direction: str, max_words: int) -> tuple[Unit, ...]:
    """Retell a direction in third person and present tense, sentence by sentence, none longer than `max_words`.

    Returns:
        the sentences in order; one made of the topic when the direction has none.
    """
    told = [part for sentence in clean_sentences(direction) for part in _retold(sentence, max_words)]
    spoken = [text for text in told if has_verb(text) or count_words(text) > 6] or told or [_say_topic(topic, max_words)]
    distinct = list(dict.fromkeys(text for text in spoken if text and not find_person(text))) or [_NO_WORDS]
    often = Counter(word for text in distinct for word in set(_CONTENT.findall(text.lower())) - _COMMON)
    return tuple(Unit(text, at, _weigh(text, at, len(distinct)) + _salience(text, often)) for at, text in enumerate(distinct))


def loosen(units: Sequence[Unit], wanted: int) -> tuple[Unit, ...]:
    """Split the longest sentences that hold two, until there are as many as wanted or none can be split."""
    parts = [[unit] for unit in units]
    whole = set(range(len(units)))
    while sum(map(len, parts)) < wanted and whole:
        longest = max(sorted(whole), key=lambda at: units[at].words)
        whole.remove(longest)
        unit = units[longest]
        if unit.words > _LOOSE_WORDS:
            parts[longest] = [replace(unit, text=text) for text in split_once(unit.text)]
    return tuple(replace(unit, at=at) for at, unit in enumerate(unit for group in parts for unit in group))


def condense(units: Sequence[Unit], groups: int, max_words: int) -> list[tuple[Unit, ...]]:
    """Choose what a film has room for: one or two neighbouring sentences a scene, in order, the weightiest kept.

    Args:
        units: more sentences than scenes.
        groups: scenes to fill.
        max_words: most words of one scene.
    """
    kept = _thin_out(units, groups * 3)
    reach = max(3, -(-len(kept) * 5 // (2 * groups)))
    value = {
        (start, end): _value(kept[start:end], max_words)
        for end in range(1, len(kept) + 1)
        for start in range(max(0, end - reach), end)
    }
    best: list[list[tuple[float, int]]] = [[(0.0, 0)] + [(float("-inf"), 0)] * len(kept)]
    for _ in range(groups):
        row = [(float("-inf"), 0)]
        for end in range(1, len(kept) + 1):
            starts = range(max(0, end - reach), end)
            row.append(max((best[-1][start][0] + value[start, end], start) for start in starts))
        best.append(row)
    chosen: list[tuple[Unit, ...]] = []
    end = len(kept)
    for row in reversed(best[1:]):
        start = row[end][1]
        chosen.append(_best_of(kept[start:end], max_words))
        end = start
    return chosen[::-1]


def name_heroes(groups: Sequence[tuple[Unit, ...]], units: Sequence[Unit], max_words: int) -> list[tuple[Unit, ...]]:
    """Say `the keeper` for a `he` or `it` whose own sentence was left out, where the line has room for it."""
    named: list[tuple[Unit, ...]] = []
    spoken: set[int] = set()
    for group in groups:
        ready: list[Unit] = []
        for unit in group:
            needs_name = unit.at > 0 and unit.at - 1 not in spoken
            room = max_words - sum(other.words for other in group if other is not unit)
            ready.append(name_hero(unit, units, room) if needs_name else unit)
            spoken.add(unit.at)
        named.append(tuple(ready))
    return named


def name_hero(unit: Unit, units: Sequence[Unit], max_words: int) -> Unit:
    """Say `the keeper` for a `he` or `it` that other words stand before, if the line has room for it."""
    named = _with_name(unit, units)
    return named if named.words <= max_words else unit


def _retold(sentence: str, max_words: int) -> list[str]:
    statement = to_statement(sentence)
    if not statement:
        return []
    told = to_third_person(tidy_sentence(statement))
    return [to_present(part) for part in split_long(told, max_words) if part]


def _say_topic(topic: str, max_words: int) -> str:
    phrase = clean_phrase(topic)
    said = to_present(to_third_person(f"{phrase}."))
    if has_verb(said) and not _QUESTION.match(phrase) and count_words(said) > 3:
        return shorten(said, max_words)
    phrase = said.rstrip(".")
    first = phrase.split(" ", 1)[0]
    is_common = (
        first.lower() in DETERMINERS or first.lower() in bases_of_gerund() or subjects().find(first) or places().find(first)
    )
    if _QUESTION.match(phrase) or is_common:
        phrase = phrase[0].lower() + phrase[1:]
    return shorten(f"This is the story of {phrase}.", max_words)


def _weigh(text: str, at: int, total: int) -> float:
    """Weigh a sentence by what can be shown of it, by where it stands, and by how it moves the story."""
    words = count_words(text)
    seen = len(subjects().find(text)) + len(places().find(text)) + len(hours().find(text)) + len(weathers().find(text))
    weight = 2.0 + min(seen, 5) * 0.4
    weight += 0.6 * bool(_TURNING.search(text))
    weight += 0.4 * (8 <= words <= 15)
    weight -= 0.7 * bool(_LEANING.match(text)) + 1.0 * bool(_FILLER.search(text)) + 0.8 * (not has_verb(text)) + 0.5 * (words < 5)
    return max(0.2, weight) + 4.0 * (at in {0, total - 1})


def _salience(text: str, often: Counter[str]) -> float:
    """Weigh a sentence by what the whole story keeps returning to."""
    known = [math.log(often[word]) for word in set(_CONTENT.findall(text.lower())) if often[word] > 2]
    return min(1.5, 0.3 * sum(known))


def _thin_out(units: Sequence[Unit], most: int) -> list[Unit]:
    """Drop the lightest sentences evenly over the story, so that every part of it stays."""
    if len(units) <= most:
        return list(units)
    kept: list[Unit] = []
    for at in range(most):
        stretch = units[at * len(units) // most : (at + 1) * len(units) // most]
        kept.append(max(stretch, key=lambda unit: unit.weight))
    return kept


def _value(stretch: Sequence[Unit], max_words: int) -> float:
    chosen = _best_of(stretch, max_words)
    return sum(unit.weight for unit in chosen) + 0.5 * (len(chosen) > 1)


def _best_of(stretch: Sequence[Unit], max_words: int) -> tuple[Unit, ...]:
    """Choose the weightiest sentence of a stretch, with a neighbour when both fit one line."""
    pairs = [(one, two) for one, two in pairwise(stretch) if one.words + two.words <= max_words]
    candidates: list[tuple[Unit, ...]] = [(unit,) for unit in stretch]
    candidates += pairs
    return max(candidates, key=lambda chosen: (sum(unit.weight for unit in chosen), -chosen[0].at))


def _with_name(unit: Unit, units: Sequence[Unit]) -> Unit:
    match = re.match(r"^(He|She|It|They)\b", unit.text)
    if not match:
        return unit
    pronoun = match.group(1)
    hero = next((one for one in find_heroes(" ".join(one.text for one in units)) if one.is_named), None)
    for earlier in reversed(units[max(0, unit.at - _LOOK_BACK) : unit.at]):
        if hero and hero.name in earlier.text and _answers_to(hero, pronoun):
            return replace(unit, text=f"{hero.name}{unit.text[match.end() :]}")
        for player in find_players(earlier.text):
            if _answers_to(player, pronoun):
                return replace(unit, text=f"The {player.name}{unit.text[match.end() :]}")
    return unit


def _answers_to(player: Player, pronoun: str) -> bool:
    role = role_of(player.subject)
    if player.is_plural or pronoun == "They":
        return player.is_plural and pronoun == "They" and player.subject.kind is AssetKind.CHARACTER
    if role is Role.PERSON:
        return pronoun == ("She" if player.subject.figure in {"woman", "queen"} else "He")
    return pronoun == "It"
