"""When each written word is heard, from when each spoken one is.

Written and spoken words differ where numbers, units and abbreviations are spelled out; there their time is shared out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_FRAME_S = 0.005
_QUIET_DB = -42.0
_SOFT_DB = -38.0
_LEAN_S = 0.12
"""A word after a pause may be heard this much before its span: a soft first consonant."""
_PAUSE_S = 0.1
"""A shorter silence at a word's edge is part of it: the closure before a plosive, a soft consonant."""
_DASHES = re.compile(r"^[-–—]+$")
_MARKS = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True)
class Span:
    """From when to when, in seconds."""

    start_s: float
    end_s: float


def share_out(written: Sequence[str], spoken: Sequence[str], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Give the span of each written word.

    Args:
        written: the words as they stand in the text.
        spoken: the same words as they are spoken; more, fewer or others where something was spelled out.
        spans: of each spoken word, one after the other.
    """
    matcher = SequenceMatcher(None, [_key(word) for word in written], [_key(word) for word in spoken], autojunk=False)
    shared: list[Span] = []
    for kind, first, last, low, high in matcher.get_opcodes():
        if kind == "equal":
            shared += spans[low:high]
        elif kind == "insert" and shared:
            shared[-1] = Span(shared[-1].start_s, spans[high - 1].end_s)
        elif first < last:
            shared += _divide(written[first:last], _cover(spans, low, high))
    return tuple(shared)


def tighten(spans: Sequence[Span], samples: npt.NDArray[np.float64], rate_hz: int) -> tuple[Span, ...]:
    """Take pauses around each word out of its span, and give it its soft beginning; a span that is silent throughout stays."""
    frame = round(_FRAME_S * rate_hz)
    count = len(samples) // frame
    power = np.mean(samples[: count * frame].reshape(count, frame) ** 2, axis=1)
    level = power / max(float(np.max(power, initial=0.0)), 1e-12)
    tight: list[Span] = []
    for span in spans:
        earliest = tight[-1].end_s if tight else 0.0
        tight.append(_lean_back(_tighten(span, level > 10 ** (_QUIET_DB / 10)), earliest, level > 10 ** (_SOFT_DB / 10)))
    return tuple(tight)


def _lean_back(span: Span, earliest_s: float, loud: npt.NDArray[np.bool_]) -> Span:
    at = round(span.start_s / _FRAME_S)
    low = max(round(earliest_s / _FRAME_S), at - round(_LEAN_S / _FRAME_S), 0)
    while at > low and loud[at - 1]:
        at -= 1
    return Span(min(span.start_s, at * _FRAME_S), span.end_s)


def _tighten(span: Span, loud: npt.NDArray[np.bool_]) -> Span:
    low, high = round(span.start_s / _FRAME_S), round(span.end_s / _FRAME_S)
    heard = np.flatnonzero(loud[low:high])
    if not len(heard):
        return span
    start = span.start_s if heard[0] * _FRAME_S < _PAUSE_S else (low + int(heard[0])) * _FRAME_S
    rest = high - low - int(heard[-1]) - 1
    end = span.end_s if rest * _FRAME_S < _PAUSE_S else (low + int(heard[-1]) + 1) * _FRAME_S
    return Span(start, end)


def _cover(spans: Sequence[Span], low: int, high: int) -> Span:
    if low < high:
        return Span(spans[low].start_s, spans[high - 1].end_s)
    moment = spans[low - 1].end_s if low else spans[0].start_s
    return Span(moment, moment)


def _divide(words: Sequence[str], span: Span) -> list[Span]:
    """Share a span among words by their letters."""
    edges = np.cumsum([0.0, *(len(word) for word in words)])
    times = span.start_s + (span.end_s - span.start_s) * edges / edges[-1]
    return [Span(start, end) for start, end in pairwise(times.tolist())]


def _key(word: str) -> str:
    if _DASHES.match(word):
        return "—"
    return _MARKS.sub("", word).replace("’", "'").casefold() or word
