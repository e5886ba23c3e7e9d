"""The moments of a film that are worth a look when one picture shall stand for it."""

from __future__ import annotations

from fractions import Fraction

from blocks.domain.captions import cue_film
from blocks.domain.cut_list import CutList

MOST_MOMENTS = 36
_PLACES = (Fraction(1, 3), Fraction(2, 3), Fraction(9, 10))
"""Where in a shot one looks: away from the cuts."""
_AWAY_FROM_CUT_S = Fraction(1, 4)


def moments_of(cut_list: CutList) -> tuple[int, ...]:
    """Give frames to choose a picture from, in rising order: of the scenes, away from cuts, without text drawn into them.

    Intro and outro are left out, unless there is nothing else; so are frames with burnt captions or the label. Of a film of many
    scenes each gives fewer frames.

    Returns:
        1 to `MOST_MOMENTS` frame numbers.
    """
    shots = [pair for pair in zip(cut_list.shots, cut_list.starts, strict=True) if pair[0].scene > 0]
    shots = shots or list(zip(cut_list.shots, cut_list.starts, strict=True))
    away = int(_AWAY_FROM_CUT_S * cut_list.rate)
    frames: set[int] = set()
    for place in _PLACES:
        found = {start + int(shot.frames * place) for shot, start in shots if shot.frames > 2 * away}
        if frames and len(frames | found) > MOST_MOMENTS:
            break
        frames |= found
    clean = [frame for frame in sorted(frames) if not _has_text(cut_list, frame)]
    chosen = clean or sorted(frames) or [shots[0][1]]
    step = -(-len(chosen) // MOST_MOMENTS)
    return tuple(chosen[::step])


def headline(title: str) -> str:
    """Give what of a title is written on a picture: a long one loses what follows its colon or dash."""
    for mark in (": ", " – ", " — ", " - ", " | "):
        first, found, _ = title.partition(mark)
        if found and len(title) > _LONG_TITLE and len(first.strip()) >= _SHORTEST_HEADLINE:
            return first.strip()
    return " ".join(title.split())


_LONG_TITLE = 40
_SHORTEST_HEADLINE = 4


def _has_text(cut_list: CutList, frame: int) -> bool:
    drawn = (*(cue_film(cut_list) if cut_list.captions_burned else ()), *((cut_list.label,) if cut_list.label else ()))
    return any(text.start_frame <= frame < text.end_frame for text in drawn)
