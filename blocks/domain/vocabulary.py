"""Finding known words in plain sentences: whole words, simple plurals, longest phrase first, negations left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

MeaningT = TypeVar("MeaningT")

_WORD = re.compile(r"[a-zà-ÿ]+")
_NEGATIONS = frozenset({"no", "not", "never", "without", "neither", "nor", "cannot"})


@dataclass(frozen=True)
class Words:
    """The words for one meaning, separated by commas."""

    strong: str = ""
    """Words that name the thing itself."""
    weak: str = ""
    """Words that only hint at it; any strong word beats them."""


@dataclass(frozen=True)
class Found(Generic[MeaningT]):
    """A known word met in a text."""

    meaning: MeaningT
    phrase: str
    """The phrase of the table, in singular."""
    at: int
    """Number of the word in the text, from 0."""
    strong: bool


@dataclass(frozen=True)
class _Entry(Generic[MeaningT]):
    meaning: MeaningT | None
    strong: bool


class Vocabulary(Generic[MeaningT]):
    """Phrases and what they mean."""

    def __init__(self, table: Mapping[MeaningT, Words], mute: str = "") -> None:
        """Read a table of words.

        Args:
            table: words for each meaning; of a phrase given twice the first counts.
            mute: phrases that contain a known word and mean something else, such as `snow capped`.
        """
        self._entries: dict[tuple[str, ...], _Entry[MeaningT]] = {}
        self._add(mute, _Entry(None, strong=False))
        for meaning, words in table.items():
            self._add(words.strong, _Entry(meaning, strong=True))
        for meaning, words in table.items():
            self._add(words.weak, _Entry(meaning, strong=False))
        self._longest = max(len(phrase) for phrase in self._entries)

    def _add(self, phrases: str, entry: _Entry[MeaningT]) -> None:
        for phrase in phrases.split(","):
            words = tuple(_WORD.findall(phrase))
            if words:
                self._entries.setdefault(words, entry)

    def find(self, text: str) -> tuple[Found[MeaningT], ...]:
        """Give the known words of a text in reading order; a word right after `no`, `not` or `without` is left out."""
        words = _WORD.findall(text.lower())
        found: list[Found[MeaningT]] = []
        at = 0
        while at < len(words):
            phrase, entry = self._longest_at(words, at)
            if entry is not None and entry.meaning is not None and not (at and words[at - 1] in _NEGATIONS):
                found.append(Found(entry.meaning, " ".join(phrase), at, entry.strong))
            at += max(1, len(phrase))
        return tuple(found)

    def rank(self, text: str) -> tuple[MeaningT, ...]:
        """Give the meanings met in a text, each once: strong ones before hints, earlier before later."""
        ordered = sorted(self.find(text), key=lambda one: (not one.strong, one.at))
        return tuple(dict.fromkeys(one.meaning for one in ordered))

    def _longest_at(self, words: list[str], at: int) -> tuple[tuple[str, ...], _Entry[MeaningT] | None]:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            head = tuple(words[at : at + length - 1])
            for last in _singulars(words[at + length - 1]):
                entry = self._entries.get((*head, last))
                if entry is not None:
                    return (*head, last), entry
        return (), None


def _singulars(word: str) -> Iterable[str]:
    """Give the word itself, then what it may be the plural of."""
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ves"):
        yield word[:-3] + "f"
        yield word[:-3] + "fe"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]
