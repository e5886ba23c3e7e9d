"""The edit as data: what plays when, how loud."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address, Word


class Shot(Frozen):
    """One stretch of picture, hard-cut to the next. All counts are whole frames at the film's rate."""

    scene: int
    """Number of the scene; 0 for an intro, -1 for an outro."""
    clip: Address
    clip_frames: int
    """Frames the clip holds."""
    frames: int = Field(ge=1)
    """Frames the film shows: the clip's first ones, its last one held when it is shorter."""

    @property
    def held_frames(self) -> int:
        """Frames the clip's last picture is held for."""
        return max(0, self.frames - self.clip_frames)


class Line(Frozen):
    """One recording of narration on the film's clock."""

    scene: int
    recording: Address
    start_sample: int = Field(ge=0)
    """First sample of the recording in the film, at 48 kHz."""
    samples: int
    text: str
    words: tuple[Word, ...] = ()


class Bed(Frozen):
    """One ambience under a shot, looped or faded to the shot's length."""

    scene: int
    recording: Address
    start_sample: int = Field(ge=0)
    samples: int


class Levels(Frozen):
    """How loud things are."""

    speech_lufs: float = -16.0
    effect_lufs: float = -27.0
    duck_db: float = -6.0
    film_lufs: float = -14.0
    peak_dbtp: float = -1.0


class CutList(Frozen):
    """The whole edit."""

    schema_version: Literal[1] = 1
    title: str
    rate: str
    width_px: int
    height_px: int
    shots: tuple[Shot, ...]
    lines: tuple[Line, ...]
    beds: tuple[Bed, ...]
    levels: Levels = Levels()
    language: str = "en"
