"""Exact time: whole frames and Fraction rates inside, seconds at the edges."""

from __future__ import annotations

import math
from fractions import Fraction

FILM_RATE = Fraction(24)
"""Frames per second of every film unless a channel asks for another."""


def frames_covering(seconds: float | Fraction, rate: Fraction) -> int:
    """Count the frames needed to cover `seconds` at `rate` frames a second, at least one."""
    exact = Fraction(seconds).limit_denominator(1_000_000) if isinstance(seconds, float) else seconds
    return max(1, math.ceil(exact * rate))


def frames_to_seconds(frames: int, rate: Fraction) -> Fraction:
    """Give the exact length of `frames` in seconds."""
    return Fraction(frames) / rate


def clock(seconds: float) -> str:
    """Write a length as `m:ss` for people."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
