"""Chapters: the times in a film's description that its audience can jump to, one for each beat of the story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from textwrap import wrap

from pydantic import ValidationError

from blocks.domain.cut_list import CutList
from blocks.domain.frozen import Frozen
from blocks.domain.products import Product
from blocks.domain.storyboard import Beat, Storyboard
from blocks.domain.time import clock, frames_to_seconds

LEAST_CHAPTERS = 3
LEAST_CHAPTER_S = 10
"""YouTube shows chapters if the first is at 0:00 and three or more follow each other, each of ten seconds at least (YouTube Help,
video chapters, 2026-11)."""
MOST_TITLE = 60
"""Characters of a title; the player shows little more."""
_JOINTS = re.compile(r"(?:a|an|and|as|at|but|by|for|from|in|of|on|or|that|the|to|which|who|with)")
"""Words that no title ends with."""
_FIRST = re.compile(r"^\s*0{1,2}:00\b", re.MULTILINE)


class Chapter(Frozen):
    """One part of a film that has a name."""

    start_s: int
    """Whole seconds from the film's first frame: the one in which it begins."""
    title: str

    def __str__(self) -> str:
        return f"{clock(self.start_s)} {self.title}"


def read_cut_list(film: Product) -> CutList | None:
    """Give the edit that a film was assembled from, as it was written down with it; None when it cannot be read any more."""
    try:
        return CutList.model_validate_json(film.provenance.spec)
    except ValidationError:
        return None


def find_chapters(board: Storyboard, cut_list: CutList | None) -> tuple[Chapter, ...]:
    """Part a film where a beat of its story begins; a part that is too short belongs to the one before.

    Args:
        board: the plan; the story's words become titles.
        cut_list: the edit, which knows when each scene begins; None when nobody knows.

    Returns:
        at least three chapters that YouTube takes, the first at 0:00, or none.
    """
    if cut_list is None:
        return ()
    length_s = frames_to_seconds(cut_list.frames, cut_list.rate)
    chapters: list[Chapter] = []
    for start_s, beat in _beats(board, cut_list):
        if not chapters:
            chapters.append(Chapter(start_s=0, title=_title(board, beat)))
        elif start_s - chapters[-1].start_s >= LEAST_CHAPTER_S and length_s - start_s >= LEAST_CHAPTER_S:
            chapters.append(Chapter(start_s=start_s, title=_title(board, beat)))
    return tuple(chapters) if len(chapters) >= LEAST_CHAPTERS else ()


def write_chapters(chapters: Iterable[Chapter]) -> str:
    """Write chapters as a description holds them, one a line."""
    return "\n".join(str(chapter) for chapter in chapters)


def has_chapters(description: str) -> bool:
    """Tell whether somebody wrote chapters already: a line that begins with 0:00."""
    return _FIRST.search(description) is not None


def _beats(board: Storyboard, cut_list: CutList) -> list[tuple[int, Beat]]:
    """List when each beat begins, in whole seconds."""
    beat_of = {scene.number: scene.beat for scene in board.scenes}
    seen = [
        (int(frames_to_seconds(start, cut_list.rate)), beat_of[shot.scene])
        for shot, start in zip(cut_list.shots, cut_list.starts, strict=True)
        if shot.scene in beat_of
    ]
    return [*seen[:1], *(later for before, later in pairwise(seen) if before[1] is not later[1])]


def _title(board: Storyboard, beat: Beat) -> str:
    """Name a beat by the beginning of its words: the first sentence, or less of it."""
    words = " ".join(re.sub("[<>]", "", str(getattr(board.story, beat.value))).split())
    sentence = re.split(r"(?<=[.!?])\s", words)[0].rstrip(" .,;:")
    clause = re.split(r"[,;:]\s|\s[-–—]\s", sentence)[0]
    for title in (sentence, clause):
        if 0 < len(title) <= MOST_TITLE:
            return title
    if not sentence:
        return beat.value.capitalize()
    kept = wrap(sentence, MOST_TITLE - 1)[0].split()
    while len(kept) > 1 and _JOINTS.fullmatch(kept[-1].lower()):
        kept.pop()
    return f"{' '.join(kept).rstrip(' .,;:')}…"
