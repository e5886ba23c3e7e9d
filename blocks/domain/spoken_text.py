"""Written text as it is spoken: where sentences end, and the few spellings that a voice would read wrongly.

The offline voice reads numbers, years, dates, money and most units by itself (hibari-tts 0.2.1, tried 2026-11-22); only what it
reads wrongly is spelled out here. What captions show is always the written text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ABBREVIATIONS = frozenset(
    {"mr.", "mrs.", "ms.", "dr.", "st.", "mt.", "ft.", "prof.", "gen.", "gov.", "sen.", "rep.", "capt.", "lt.", "col.", "sgt."}
    | {"rev.", "hon.", "no.", "nos.", "vol.", "fig.", "ch.", "pp.", "c.", "ca.", "approx.", "est.", "vs.", "e.g.", "i.e.", "cf."}
    | {"jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.", "sept.", "oct.", "nov.", "dec."}
)
"""Words whose full stop ends no sentence."""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]»]*$")
_ACRONYM = re.compile(r"^\W*(?:[A-Za-z]\.)+[\"'”’)\]]*$")
_OPENING = "\"'“‘([«"

_UNITS = {
    "km/s": ("kilometer per second", "kilometers per second"),
    "m/s": ("meter per second", "meters per second"),
    "km²": ("square kilometer", "square kilometers"),
    "m²": ("square meter", "square meters"),
    "km³": ("cubic kilometer", "cubic kilometers"),
    "m³": ("cubic meter", "cubic meters"),
    "ha": ("hectare", "hectares"),
    "m": ("meter", "meters"),
    "t": ("ton", "tons"),
    "′": ("foot", "feet"),
    "°N": ("degree north", "degrees north"),
    "°S": ("degree south", "degrees south"),
    "°E": ("degree east", "degrees east"),
    "°W": ("degree west", "degrees west"),
}
"""What a voice would read as letters: one of them, and several."""
_AMOUNT = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s?(" + "|".join(map(re.escape, _UNITS)) + r")(?![\w/²³])")
_LONG_NUMBER = re.compile(r"\d[\d,]{19,}")
"""Beyond the names of numbers: read digit by digit."""
_SPELLINGS = (
    (r"[\[\]{}*_|\\]+", " "),
    (r"(?<!\w)(?:-{1,3}|–)(?!\w)", "—"),
    (r"−(?=\d)", "-"),
    (r"(?<![\d,.])(\d{1,3}) (\d{3})(?![\d,.])", r"\1,\2"),
    (r"(?<=[A-Z])₂", "2"),
    (r"(\d)½", r"\1 and a half"),
    (r"½", "one half"),
    (r"\b([Aa]) (?:1/4|¼)(?!\d)", r"\1 quarter"),
    (r"\b([Aa]) 1/2(?!\d)", r"\1 half"),
    (r"¼", "one quarter"),
    (r"¾", "three quarters"),
    (r"(?<![\d/])1/2(?![\d/])", "one half"),
    (r"(?<![\d/])1/4(?![\d/])", "one quarter"),
    (r"(?<![\d/])3/4(?![\d/])", "three quarters"),
    (r"\b(?:c|ca)\. ?(?=\d)", "about "),
    (r"\b[Aa]pprox\.", "approximately"),
    (r"\be\.g\.,?", "for example,"),
    (r"\bi\.e\.,?", "that is,"),
    (r"\bWWII\b|\bWW2\b", "World War Two"),
    (r"\bWWI\b|\bWW1\b", "World War One"),
    (r"\bCO2\b", "C O two"),
    (r"\bH2O\b", "H two O"),
    (r"\s+", " "),
)


def split_sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """Give the words of each sentence, split at white space; together they are exactly `text.split()`."""
    sentences: list[tuple[str, ...]] = []
    words = text.split()
    start = 0
    for at, word in enumerate(words, start=1):
        if at == len(words) or _ends_sentence(word, words[at]):
            sentences.append(tuple(words[start:at]))
            start = at
    return tuple(sentences)


def spell_out(words: Sequence[str]) -> str:
    """Write the words of one sentence the way they are spoken."""
    text = " ".join(words)
    for pattern, spoken in _SPELLINGS:
        text = re.sub(pattern, spoken, text)
    return _LONG_NUMBER.sub(_digits, _AMOUNT.sub(_unit, text)).strip()


def _digits(match: re.Match[str]) -> str:
    return " ".join(sign for sign in match.group() if sign != ",")


def _unit(match: re.Match[str]) -> str:
    amount, unit = match.groups()
    one, several = _UNITS[unit]
    return f"{amount} {one if amount == '1' else several}"


def _ends_sentence(word: str, following: str) -> bool:
    if not _SENTENCE_END.search(word) or following.lstrip(_OPENING)[:1].islower():
        return False
    return word.lstrip(_OPENING).lower() not in _ABBREVIATIONS and not _ACRONYM.match(word)
