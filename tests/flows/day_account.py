"""How large a day at the desk is, and what happened in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How much happens."""

    pages: int = 500
    hours: float = 24.0
    seed: int = 1
    speed: float = 1.0
    """Of everything that takes time in films and between an owner's visits; below 1 is faster."""
    away_from_hour: float = 9.0
    away_hours: float = 1.0


@dataclass
class Account:
    """What happened."""

    owner: Counter[str]
    studio: Counter[str]
    outcomes: Counter[str]
    faults: Counter[str]
    crossings: Counter[str]
    requests: Counter[str]
    most_in_a_second: int
    deaths: int
    repeated: int
    changed_while_away: int
    said_while_away: int
    moved_while_away: int
    right_after_s: float | None
    heard_after_s: list[float]
    broken: list[str]
