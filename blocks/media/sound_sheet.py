"""Many recordings, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blocks.media.decode import SAMPLE_RATE_HZ, Samples, read_sound
from blocks.media.ffmpeg import render

_BITRATE = "32k"
_RATE_HZ = 24_000
"""Enough to judge a voice by; a form holds the whole film's sound in a megabyte."""


@dataclass(frozen=True)
class Excerpt:
    """A recording, from its start."""

    file: Path
    seconds: float
    """How much of it is heard; it is filled with silence if it is shorter."""


def write_sound_sheet(excerpts: Sequence[Excerpt], target: Path) -> None:
    """Join recordings as one small MP3, mono.

    Raises:
        MediaError: a recording cannot be read.
    """
    source = ["-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "1", "-i", "pipe:0"]
    shape = ["-ar", str(_RATE_HZ), "-c:a", "libmp3lame", "-b:a", _BITRATE, "-map_metadata", "-1", "-fflags", "+bitexact"]
    render([*source, *shape], target, what="join a film's recordings", stdin=_samples(excerpts))


def _samples(excerpts: Sequence[Excerpt]) -> Iterator[bytes]:
    for excerpt in excerpts:
        wanted = round(excerpt.seconds * SAMPLE_RATE_HZ)
        heard: Samples = np.zeros((wanted, 1), np.float32)
        recording = read_sound(excerpt.file, 1)[:wanted]
        heard[: len(recording)] = recording
        yield heard.tobytes()
