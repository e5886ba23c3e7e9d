"""How many scenes a film has and how many words each may speak."""

from __future__ import annotations

import math
from dataclasses import dataclass

from blocks.domain.pacing import (
    LEAD_AND_TAIL_S,
    LENGTH_TOLERANCE,
    MAX_LINE_WORDS,
    MAX_SCENES,
    MIN_LINE_WORDS,
    SECONDS_PER_SCENE,
    WORDS_PER_SECOND,
)
from blocks.domain.storyboard import Beat

MIN_TARGET_SECONDS = 5
MAX_TARGET_SECONDS = 450
"""Sixty scenes of 7.5 s."""
_SAFETY = 0.02
"""Share of the target kept free on both sides of the allowed length."""
_SHARES = ((Beat.SETUP, 0.25), (Beat.OBSTACLE, 0.45), (Beat.ESCALATION, 0.70), (Beat.TURN, 0.85), (Beat.RESOLUTION, 1.0))


@dataclass(frozen=True)
class Budget:
    """Words a film may speak."""

    scenes: int
    least_words: int
    """Of the whole film."""
    most_words: int
    least_line: int
    """Words of a line that keeps the film long enough if every line has them."""
    most_line: int


def make_budget(target_seconds: int) -> Budget:
    """Divide a film into scenes of about 7.5 s.

    Args:
        target_seconds: length to plan for, 5 to 450.
    """
    wanted = target_seconds / SECONDS_PER_SCENE
    candidates = sorted(range(1, MAX_SCENES + 1), key=lambda scenes: (abs(scenes - wanted), scenes))
    budgets = [_divide(target_seconds, scenes) for scenes in candidates]
    comfortable = (one for one in budgets if one.least_line <= MAX_LINE_WORDS - 2 and one.most_line >= one.least_line)
    possible = (
        one for one in budgets if one.least_line <= MAX_LINE_WORDS and one.most_line >= max(MIN_LINE_WORDS, one.least_line)
    )
    return next(comfortable, None) or next(possible)


def beats_of(scenes: int) -> tuple[Beat, ...]:
    """Give each scene its beat, in story order; five or more scenes have all five."""
    if scenes < len(_SHARES):
        return tuple(_SHARES[round(at * (len(_SHARES) - 1) / max(1, scenes - 1))][0] for at in range(scenes))
    ends = [max(at + 1, round(share * scenes)) for at, (_, share) in enumerate(_SHARES)]
    for at in range(len(ends) - 2, -1, -1):
        ends[at] = min(ends[at], ends[at + 1] - 1)
    return tuple(next(beat for (beat, _), end in zip(_SHARES, ends, strict=True) if at < end) for at in range(scenes))


def _divide(target_seconds: int, scenes: int) -> Budget:
    around = LEAD_AND_TAIL_S * scenes
    least = (target_seconds * (1 - LENGTH_TOLERANCE + _SAFETY) - around) * WORDS_PER_SECOND
    most = (target_seconds * (1 + LENGTH_TOLERANCE - _SAFETY) - around) * WORDS_PER_SECOND
    return Budget(
        scenes=scenes,
        least_words=math.ceil(least),
        most_words=math.floor(most),
        least_line=max(MIN_LINE_WORDS, math.ceil(least / scenes)),
        most_line=min(MAX_LINE_WORDS, math.floor(most / scenes)),
    )
