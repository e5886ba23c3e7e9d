"""How long spoken words last, before anybody has spoken them."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS_PER_SECOND = 2.4
"""Pace of a documentary voice; the offline voice is calibrated to 2.3 to 2.5 words a second (measured 2026-11)."""
LEAD_AND_TAIL_S = 1.1
"""Seconds of picture a scene shows around its line: about 0.3 before and 0.8 after."""
SECONDS_PER_SCENE = 7.5
"""Length planned for one scene."""
MIN_LINE_WORDS = 8
MAX_LINE_WORDS = 16
MAX_SCENES = 60
LENGTH_TOLERANCE = 0.10
"""Share of the target that the estimated length may differ from it."""

_WORD = re.compile(r"\S*\w\S*")


def words_of(text: str) -> list[str]:
    """Split a text into its spoken words, punctuation still on them; `sea-ice` is one word, a lone dash is none."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """Count the spoken words of a text."""
    return len(words_of(text))


def line_seconds(words: int) -> float:
    """Estimate the seconds a line of so many words is heard."""
    return words / WORDS_PER_SECOND


def scene_seconds(words: int) -> float:
    """Estimate the seconds a scene is seen: its line with lead and tail."""
    return line_seconds(words) + LEAD_AND_TAIL_S


def film_seconds(lines: Iterable[str]) -> float:
    """Estimate the length of a film in seconds from its lines, one a scene."""
    return sum(scene_seconds(count_words(line)) for line in lines)
