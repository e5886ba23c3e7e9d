"""Whom and what a sentence speaks of, and which shipped figure can stand for it."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from pydantic import Field

from blocks.domain.creatures import CREATURE_WORDS
from blocks.domain.frozen import Frozen
from blocks.domain.storyboard import AssetKind
from blocks.domain.things import THING_WORDS
from blocks.domain.vocabulary import Vocabulary

_MUTE = (
    "man made, manmade, bear witness, bear fruit, well known, as well, horse power, fire place, dog days, rock bottom, "
    "sea horse, fish eye, ship out, book of, bird eye, eagle eye, eagle eyed, house of, train of, tree line, treeline, "
    "tree ring, lion share, wheel of, watch over, watch the, watch as, press on, press in, press against, ring of, ring out, "
    "ring with, ring across, ring over, map out, seal off, seal the, duck under, crane up, crane shot, crow nest"
)


class Stance(StrEnum):
    """Where a figure belongs in a frame."""

    GROUND = "ground"
    WATER = "water"
    AIR = "air"
    UNDERWATER = "underwater"


class Subject(Frozen):
    """A subject that the offline studio has a figure for."""

    figure: str
    """Name of the shipped figure, a file of `blocks/media/figures`."""
    kind: AssetKind
    stance: Stance
    height: float = Field(gt=0, le=1)
    """Natural height of the figure as a share of the frame's height, seen from a few steps away."""


@cache
def subjects() -> Vocabulary[Subject]:
    """Give the vocabulary of subjects."""
    rows = {**CREATURE_WORDS, **THING_WORDS}
    return Vocabulary({_subject(row): words for row, words in rows.items()}, mute=_MUTE)


def _subject(row: str) -> Subject:
    figure, kind, stance, height = row.split()
    return Subject(figure=figure, kind=AssetKind(kind), stance=Stance(stance), height=float(height))


def find_subjects(text: str) -> tuple[Subject, ...]:
    """Give the subjects a text speaks of, each once, the named before the hinted, the earlier before the later."""
    return subjects().rank(text)
