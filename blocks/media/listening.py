"""The sound of a finished film, measured in one pass: loudness, peak, silence, and where each narration begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import correlate

from blocks.domain.cut_list import SAMPLE_RATE_HZ, CutList, Line
from blocks.media.decode import Samples, decode_sound, read_sound
from blocks.media.join import OpenInput
from blocks.media.loudness import LoudnessMeter, PeakMeter, amplitude

SILENCE_DB = -45.0
"""Quieter than this is silence."""
_GRAIN = SAMPLE_RATE_HZ // 100
"""Silence is measured in steps of 10 ms."""
_SEARCH = SAMPLE_RATE_HZ // 5
"""A narration is looked for up to 0.2 s from its place."""
_LISTEN = 3 * SAMPLE_RATE_HZ
"""Its first 3 s are compared."""
_ALIKE = 0.3
"""Correlation above which two sounds are the same words; a right narration over its ambience reaches 0.9."""


@dataclass(frozen=True)
class Onset:
    """Where a narration was found."""

    scene: int
    late_ms: float | None
    """Milliseconds after its place, negative before; None when it is not heard near there."""


@dataclass(frozen=True)
class Silence:
    """A stretch without sound, in seconds of the film."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Heard:
    """All that was measured of a film's sound."""

    samples: int
    loudness_lufs: float | None
    true_peak_dbtp: float
    silences: tuple[Silence, ...]
    """All stretches of silence, however short, longest first."""
    onsets: tuple[Onset, ...]


def listen(film: Path, cut_list: CutList, open_input: OpenInput) -> Heard:
    """Measure the sound of a film.

    Raises:
        ProductMissing: a recording is gone.
        MediaError: the film holds no sound, or it cannot be decoded.
    """
    loudness, peak = LoudnessMeter(2), PeakMeter(2)
    heights: list[npt.NDArray[np.float32]] = []
    rest: Samples = np.zeros((0, 2), np.float32)
    ear = _Ear(cut_list, open_input)
    count = 0
    for piece in decode_sound(film, 2):
        loudness.hear(piece)
        peak.hear(piece)
        ear.hear(piece)
        joined = np.concatenate([rest, piece])
        whole = len(joined) // _GRAIN * _GRAIN
        heights.append(np.abs(joined[:whole].reshape(-1, _GRAIN * 2)).max(axis=1))
        rest = joined[whole:]
        count += len(piece)
    return Heard(
        samples=count,
        loudness_lufs=loudness.integrated_lufs(),
        true_peak_dbtp=peak.true_peak_dbtp(),
        silences=_silences(np.concatenate([np.zeros(0, np.float32), *heights])),
        onsets=ear.onsets(),
    )


class _Ear:
    """Keeps what is heard around each narration until it can be compared."""

    def __init__(self, cut_list: CutList, open_input: OpenInput) -> None:
        self._waiting = sorted(cut_list.lines, key=lambda line: line.start_sample)
        self._open_input = open_input
        self._kept: Samples = np.zeros(0, np.float32)
        self._kept_from = 0
        self._onsets: list[Onset] = []

    def hear(self, piece: Samples) -> None:
        """Take in the next samples; compare every narration that was heard to its end."""
        self._kept = np.concatenate([self._kept, piece.mean(axis=1)])
        while self._waiting and self._kept_from + len(self._kept) >= _needed_until(self._waiting[0]):
            self._compare(self._waiting.pop(0))
        start = self._waiting[0].start_sample - _SEARCH if self._waiting else self._kept_from + len(self._kept)
        dropped = min(max(0, start - self._kept_from), len(self._kept))
        self._kept = self._kept[dropped:]
        self._kept_from += dropped

    def onsets(self) -> tuple[Onset, ...]:
        """Give all findings; narrations near or beyond the film's end are compared with what there is."""
        while self._waiting:
            self._compare(self._waiting.pop(0))
        return tuple(self._onsets)

    def _compare(self, line: Line) -> None:
        recording = read_sound(self._open_input(line.recording), 1)[:_LISTEN, 0]
        start = line.start_sample - _SEARCH - self._kept_from
        stretch = np.zeros(len(recording) + 2 * _SEARCH, np.float32)
        known = self._kept[max(0, start) : max(0, start + len(stretch))]
        stretch[max(0, -start) : max(0, -start) + len(known)] = known
        lag = _best_lag(stretch, recording)
        self._onsets.append(Onset(line.scene, None if lag is None else (lag - _SEARCH) * 1000 / SAMPLE_RATE_HZ))


def _needed_until(line: Line) -> int:
    return line.start_sample + min(line.samples, _LISTEN) + 2 * _SEARCH


def _best_lag(stretch: Samples, recording: Samples) -> int | None:
    """Give where a recording lies in a stretch of sound, or None when nothing in it is like it."""
    likeness = correlate(stretch.astype(np.float64), recording.astype(np.float64), "valid", "fft")
    energy = np.cumsum(np.concatenate([[0.0], np.square(stretch, dtype=np.float64)]))
    local = energy[len(recording) :] - energy[: len(energy) - len(recording)]
    scale = np.sqrt(np.maximum(local, 1e-9) * max(float(np.square(recording, dtype=np.float64).sum()), 1e-9))
    best = int(np.argmax(likeness))
    return best if likeness[best] / scale[best] >= _ALIKE else None


def _silences(heights: npt.NDArray[np.float32]) -> tuple[Silence, ...]:
    quiet = np.concatenate([[False], heights < amplitude(SILENCE_DB), [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(np.int8))).reshape(-1, 2) * _GRAIN / SAMPLE_RATE_HZ
    found = [Silence(float(start), float(end)) for start, end in edges]
    return tuple(sorted(found, key=lambda silence: silence.start_s - silence.end_s))
