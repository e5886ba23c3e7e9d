"""The edit as data: what plays when, how loud. Whole frames at the film's rate, whole samples at 48 kHz."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from pydantic import Field

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address, Word

SAMPLE_RATE_HZ = 48_000
INTRO = 0
"""Scene number of an intro's shot."""
OUTRO = -1
"""Scene number of an outro's shot."""


class Reason(StrEnum):
    """Why a clip must be encoded once more before it can be joined."""

    FORMAT = "format"
    """Its size, rate, codec, headers or colour tags differ from the film's."""
    HOLD = "hold"
    """It is shorter than its words: its last frame is held."""
    CUT = "cut"
    """It cannot be cut by its packets near enough to where its words end."""
    CAPTIONS = "captions"
    """Captions are drawn into it."""
    LABEL = "label"
    """The label that says how the film was made is drawn into it."""


class FilmFormat(Frozen):
    """What all pictures of one film share."""

    width_px: int = Field(default=1920, ge=2, multiple_of=2)
    height_px: int = Field(default=1080, ge=2, multiple_of=2)
    rate: str = "24"
    """Frames a second as an exact fraction."""
    fingerprint: str
    """`VideoFacts.format` of clips that are joined as they are; see `blocks.media.conform.film_format`."""


class Pace(Frozen):
    """How much air stands around the words of a scene."""

    lead_s: float = Field(default=0.3, ge=0, le=5)
    tail_s: float = Field(default=0.8, ge=0, le=5)
    blend_s: float = Field(default=0.3, ge=0, le=2)
    """Length of the cross-fade between two ambiences, centred on the cut; also the first one's fade-in."""
    close_s: float = Field(default=0.8, ge=0, le=5)
    """Fade-out of the last ambience."""


class Levels(Frozen):
    """How loud things are."""

    speech_lufs: float = -16.0
    effect_lufs: float = -27.0
    duck_db: float = -6.0
    """Change of the ambience while somebody speaks."""
    film_lufs: float = -14.0
    peak_dbtp: float = -1.0


USUAL_PACE = Pace()
USUAL_LEVELS = Levels()


class Shot(Frozen):
    """One stretch of picture, hard-cut to the next. All counts are whole frames at the film's rate."""

    scene: int
    """Number of the scene; `INTRO` or `OUTRO` for those."""
    clip: Address
    clip_frames: int
    """Frames the clip holds, at its own rate."""
    frames: int = Field(ge=1)
    """Frames the film shows: the clip's first ones."""
    held_frames: int = Field(default=0, ge=0)
    """How many of them are the clip's last picture, held."""
    conform: tuple[Reason, ...] = ()
    """Why the clip must be conformed first; empty when it is joined as it is."""


class Line(Frozen):
    """One recording of narration on the film's clock."""

    scene: int
    recording: Address
    start_sample: int = Field(ge=0)
    """First sample of the recording in the film."""
    samples: int = Field(ge=1)
    gain_db: float = 0.0
    text: str
    words: tuple[Word, ...] = ()


class Bed(Frozen):
    """One ambience under a shot, or an intro's own sound."""

    scene: int
    recording: Address
    start_sample: int = Field(ge=0)
    samples: int = Field(ge=1)
    gain_db: float = 0.0
    fade_in_samples: int = Field(default=0, ge=0)
    fade_out_samples: int = Field(default=0, ge=0)
    looped: bool = True
    """Whether a recording that is too short begins again; an intro's own sound does not."""


class Cue(Frozen):
    """One caption: shown from `start_frame` until before `end_frame`."""

    start_frame: int = Field(ge=0)
    end_frame: int = Field(ge=1)
    lines: tuple[str, ...] = Field(min_length=1, max_length=2)


class Label(Frozen):
    """Words in a lower corner, shown from `start_frame` until before `end_frame`."""

    text: str = Field(min_length=1)
    start_frame: int = Field(ge=0)
    end_frame: int = Field(ge=1)
    fades_in: bool = True
    fades_out: bool = True


class CutList(Frozen):
    """The whole edit."""

    schema_version: Literal[1] = 1
    title: str
    language: str = "en"
    film: FilmFormat
    shots: tuple[Shot, ...] = Field(min_length=1)
    lines: tuple[Line, ...] = ()
    beds: tuple[Bed, ...] = ()
    levels: Levels = USUAL_LEVELS
    captions_burned: bool = False
    label: Label | None = None
    """Says on the picture how the film was made; None for none."""

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.film.rate)

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return sum(shot.frames for shot in self.shots)

    @property
    def samples(self) -> int:
        """Length of the film in samples, rounded up to cover the last frame."""
        return sample_at(self.frames, self.rate)

    @property
    def starts(self) -> tuple[int, ...]:
        """First frame of each shot."""
        return tuple(accumulate((shot.frames for shot in self.shots[:-1]), initial=0))

    def scene_at(self, frame: int) -> int:
        """Name the scene that is seen at a frame; the last one for frames beyond the end."""
        seen = [shot.scene for shot, start in zip(self.shots, self.starts, strict=True) if start <= frame]
        return seen[-1] if seen else self.shots[0].scene


def sample_at(frame: int, rate: Fraction) -> int:
    """Give the first sample that sounds when a frame is shown."""
    return math.ceil(Fraction(frame) * SAMPLE_RATE_HZ / rate)


def with_conformed(cut_list: CutList, conformed: Mapping[int, Address]) -> CutList:
    """Put conformed clips in the place of those that needed it.

    Args:
        cut_list: the edit as built.
        conformed: for every scene whose shot has a reason to conform, the address of what `conform_clip` made of it.

    Raises:
        ValueError: a shot that needs conforming is left out.
    """
    missing = [shot.scene for shot in cut_list.shots if shot.conform and shot.scene not in conformed]
    if missing:
        raise ValueError(f"no conformed clip was given for scenes {missing}")
    shots = tuple(
        shot.model_copy(update={"clip": conformed[shot.scene], "clip_frames": shot.frames, "conform": ()})
        if shot.conform
        else shot
        for shot in cut_list.shots
    )
    return cut_list.model_copy(update={"shots": shots})
