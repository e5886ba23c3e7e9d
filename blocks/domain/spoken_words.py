"""Words from timed letters: what a voice service tells of a recording becomes the times of its written words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from blocks.domain.frozen import Frozen
from blocks.domain.products import Word

_TAG = re.compile(r"\[[^\[\]]*\]")
"""A direction to the voice that is not spoken: `[whispers]`."""


class Letter(Frozen):
    """One character of a text and when it sounds, in seconds from the start of the recording."""

    text: str
    start_s: float
    end_s: float


def without_tags(text: str) -> str:
    """Take the directions in brackets, which are not spoken, out of a text; white space becomes single spaces."""
    return " ".join(_TAG.sub(" ", text).split())


def group_letters(letters: Sequence[Letter], *, tagged: bool) -> tuple[Letter, ...]:
    """Join letters to words at white space: from the start of the first letter to the end of the last.

    Args:
        letters: in the order they are written.
        tagged: whether brackets hold directions, which become no words.
    """
    # One sign a letter, so that places in the text are places in the list, whatever a letter consists of.
    text = "".join(letter.text[:1] or " " for letter in letters)
    if tagged:
        text = _TAG.sub(lambda found: " " * len(found.group()), text)
    return tuple(_join(letters[found.start() : found.end()]) for found in re.finditer(r"\S+", text))


def place_words(words: Sequence[Letter], *, lead_s: float, length_s: float) -> tuple[Word, ...]:
    """Give words their times in a recording that was trimmed; they never run backwards nor leave it.

    Args:
        words: with their times in the untrimmed recording.
        lead_s: seconds that were cut off its start.
        length_s: seconds that are left.
    """
    placed: list[Word] = []
    earliest = 0.0
    for word in words:
        start = min(max(word.start_s - lead_s, earliest), length_s)
        end = min(max(word.end_s - lead_s, start), length_s)
        placed.append(Word(text=word.text, start_s=round(start, 3), end_s=round(end, 3)))
        earliest = end
    return tuple(placed)


def _join(letters: Sequence[Letter]) -> Letter:
    return Letter(text="".join(letter.text for letter in letters), start_s=letters[0].start_s, end_s=letters[-1].end_s)
