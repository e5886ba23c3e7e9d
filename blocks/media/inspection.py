"""The picture of a finished film, decoded once: what is black, what stands still, what the decoder complains of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from blocks.errors import MediaError
from blocks.media.ffmpeg import run_ffmpeg
from blocks.media.recipes import inspection_arguments

_BLACK = re.compile(r"black_start:\s*([\d.]+)\s+black_end:\s*([\d.]+)")
_FREEZE = re.compile(r"freeze_(start|end):\s*([\d.]+)")
_COMPLAINT = re.compile(r"\[(?:error|fatal|panic)\]")


@dataclass(frozen=True)
class Span:
    """A stretch of the film in seconds; it ends at infinity when it lasts to the film's end."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Inspection:
    """All that was seen."""

    black: tuple[Span, ...]
    frozen: tuple[Span, ...]
    messages: tuple[str, ...]
    """What the decoder complained of."""


def inspect(film: Path) -> Inspection:
    """Decode a whole film and say what is wrong with its picture; a film FFmpeg gives up on is one complaint."""
    try:
        said = run_ffmpeg(inspection_arguments(film), what=f"inspect the film {film.name}")
    except MediaError as error:
        return Inspection(black=(), frozen=(), messages=tuple(error.message.splitlines()[-1:]))
    return read_inspection(said)


def read_inspection(said: str) -> Inspection:
    """Understand what FFmpeg said while it decoded a film."""
    frozen: list[Span] = []
    for kind, at in _FREEZE.findall(said):
        if kind == "start":
            frozen.append(Span(float(at), float("inf")))
        elif frozen:
            frozen[-1] = Span(frozen[-1].start_s, float(at))
    black = tuple(Span(float(start), float(end)) for start, end in _BLACK.findall(said))
    messages = tuple(line.strip() for line in said.splitlines() if _COMPLAINT.search(line))
    return Inspection(black=black, frozen=tuple(frozen), messages=messages)
