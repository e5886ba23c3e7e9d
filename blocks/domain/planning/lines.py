"""The narration: the story's own sentences spread over the scenes, and the planner's between and behind them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from blocks.domain.pacing import MIN_LINE_WORDS, count_words
from blocks.domain.planning.budget import Budget
from blocks.domain.planning.cast import ROLE_LINES, Player, say_of
from blocks.domain.planning.setting import SKYLESS, Setting
from blocks.domain.planning.telling import Unit, condense, loosen, name_hero, name_heroes
from blocks.domain.planning.wording import (
    BEAT_LINES,
    HOUR_LINES,
    INNER_LINES,
    PLACE_LINES,
    PLAIN_LINES,
    SHORT_LINES,
    WEATHER_LINES,
)
from blocks.domain.storyboard import Beat

_OWN_SHARE = 0.75
"""Scenes that are told in the story's own words when it has enough of them."""
_LONG_WORD = re.compile(r"[a-z]{4,}")
_REST = 10
"""Lines of the bank that pass before one may be said again."""


def spread(units: Sequence[Unit], budget: Budget) -> list[str]:
    """Give every scene its share of the story's own words, in order; empty where the planner has to speak."""
    if len(units) > budget.scenes:
        groups = name_heroes(condense(units, budget.scenes, budget.most_line), units, budget.most_line)
        return [" ".join(unit.text for unit in group) for group in groups]
    told = [""] * budget.scenes
    units = loosen(units, round(budget.scenes * _OWN_SHARE))
    for at, unit in enumerate(units):
        is_close = at > 0 and _slot(at, len(units), budget.scenes) == _slot(at - 1, len(units), budget.scenes) + 1
        said = unit if is_close else name_hero(unit, units, budget.most_line)
        told[_slot(at, len(units), budget.scenes)] = said.text
    return told


@dataclass
class Narrator:
    """Finds the planner's own words, never the same ones twice in a row of lines."""

    chance: random.Random
    heroes: tuple[Player, ...]
    topic: str
    """What the audience knows from the beginning: heroes it names may be spoken of at once, others once they have appeared."""
    players: tuple[Player, ...] = ()
    _said: list[str] = field(default_factory=list)

    def complete(self, told: Sequence[str], settings: Sequence[Setting], beats: Sequence[Beat], budget: Budget) -> list[str]:
        """Write the line of every scene, each of 8 to 16 words and all of them together of the film's length."""
        lines: list[str] = []
        for text, setting, beat in zip(told, settings, beats, strict=True):
            is_enough = count_words(text) >= max(MIN_LINE_WORDS, budget.least_line - 2)
            is_last = len(lines) == len(told) - 1
            known = " ".join([self.topic, *told[: len(lines) + 1]]).lower()
            self.players = tuple(hero for hero in self.heroes if hero.name.split()[-1].lower() in known)
            lines.append(text if is_enough else self._fill(text, setting, beat, budget, is_last=is_last))
        for at in sorted(range(len(lines)), key=lambda one: (count_words(lines[one]), one)):
            if sum(map(count_words, lines)) >= budget.least_words:
                break
            lines[at] = self._top_up(lines[at], settings[at], beats[at], budget)
        return lines

    def _fill(self, own: str, setting: Setting, beat: Beat, budget: Budget, *, is_last: bool) -> str:
        """Lengthen a line that is too short, or write one from nothing."""
        words = count_words(own)
        leads = [] if words else self._fresh(self._leads(setting, beat))
        followers = self._fresh(self._mixed(BEAT_LINES[beat]) if is_last else self._followers(setting, own))
        shorts = self._fresh(self._mixed(SHORT_LINES))
        for extra in self._combinations(leads, followers, shorts, has_own=bool(words)):
            fits = budget.least_line <= words + sum(map(_words_in, extra)) <= budget.most_line
            if fits and not _echoes(extra):
                self._said.extend(extra)
                return " ".join([*([own] if own else []), *extra])
        return self._top_up(own, setting, beat, budget)

    def _top_up(self, line: str, setting: Setting, beat: Beat, budget: Budget) -> str:
        """Add the longest short line that fits; the line as it is when none does."""
        room = budget.most_line - count_words(line)
        shorts, followers = self._mixed(SHORT_LINES), self._followers(setting, line)
        pieces = [*self._fresh(shorts), *self._fresh(followers), *self._leads(setting, beat), *followers, *shorts]
        fitting = [piece for piece in pieces if count_words(piece) <= room and piece not in line]
        if not fitting:
            return line
        piece = max(fitting, key=count_words)
        self._said.append(piece)
        longer = f"{line} {piece}".strip()
        return longer if count_words(longer) >= budget.least_line else self._top_up(longer, setting, beat, budget)

    def _combinations(
        self, leads: list[str], followers: list[str], shorts: list[str], *, has_own: bool
    ) -> Iterable[tuple[str, ...]]:
        """Give what may be said, best first: behind own words one line; else an opening and an answer."""
        if has_own:
            yield from ((one,) for one in followers)
            yield from ((one,) for one in shorts)
            yield from ((one, two) for one in shorts for two in followers)
            return
        yield from ((lead, one) for lead in leads for one in followers)
        yield from ((lead, one, two) for lead in leads for one in followers for two in shorts)
        yield from ((lead, one) for lead in leads for one in shorts)
        yield from ((one,) for one in (*leads, *followers))

    def _leads(self, setting: Setting, beat: Beat) -> list[str]:
        """Give the lines a scene without words may open with, those of its weather, hour and beat taking turns."""
        if setting.place in SKYLESS:
            groups = [self._mixed(BEAT_LINES[beat]), self._mixed(INNER_LINES)]
        else:
            groups = [
                self._mixed(WEATHER_LINES[setting.weather]),
                self._mixed(HOUR_LINES[setting.hour]),
                self._mixed(BEAT_LINES[beat]),
            ]
        self.chance.shuffle(groups)
        return _interleave(groups)

    def _followers(self, setting: Setting, own: str) -> list[str]:
        """Give the lines that may answer: of the heroes the own words do not name already, of the place, or of anything."""
        groups = [self._mixed(PLACE_LINES[setting.place])]
        for player in self.players[:2]:
            if player.name.split()[-1].lower() in own.lower():
                continue
            groups.insert(0, [say_of(line, player) for line in self._mixed(ROLE_LINES[player.role])])
        if not self.heroes:
            groups.append(self._mixed(PLAIN_LINES))
        self.chance.shuffle(groups)
        return _interleave(groups)

    def _mixed(self, lines: Sequence[str]) -> list[str]:
        return self.chance.sample(lines, len(lines))

    def _fresh(self, lines: Iterable[str]) -> list[str]:
        """Give what was never said; when all has been, what was not said a moment ago."""
        offered = list(lines)
        said, recent = set(self._said), set(self._said[-_REST:])
        return [line for line in offered if line not in said] or [line for line in offered if line not in recent]


def _slot(at: int, units: int, scenes: int) -> int:
    """Spread sentences evenly: the first opens the film, the last closes it."""
    return round(at * (scenes - 1) / (units - 1)) if units > 1 else 0


@lru_cache(maxsize=2048)
def _words_in(line: str) -> int:
    return count_words(line)


def _echoes(lines: Sequence[str]) -> bool:
    """Tell whether two lines lean on the same word."""
    words = [set(_LONG_WORD.findall(line.lower())) for line in lines]
    return any(one & two for at, one in enumerate(words) for two in words[at + 1 :])


def _interleave(groups: Sequence[Sequence[str]]) -> list[str]:
    longest = max((len(group) for group in groups), default=0)
    return [group[at] for at in range(longest) for group in groups if at < len(group)]
