"""The sound of a film: narration over ducked ambience, brought to its loudness, with memory that does not grow with the film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from blocks.domain.cut_list import SAMPLE_RATE_HZ, Bed, CutList, Line
from blocks.errors import MediaError
from blocks.media.decode import Samples, read_sound
from blocks.media.join import OpenInput, scene_name
from blocks.media.loudness import CELL, amplitude, true_peaks
from blocks.media.mastering import GainCurve, SoundProfile, find_gain, start_gain_db

_STEREO = 2
_BYTES_A_SAMPLE = 4 * _STEREO
_WINDOW = CELL * 8192
"""Samples mixed at once: 5.5 s."""
_DUCK_BEFORE = SAMPLE_RATE_HZ // 4
"""The ambience begins to sink this long before the words."""
_DUCK_AFTER = SAMPLE_RATE_HZ // 2
"""It takes this long to come back."""
_LOOP_BLEND = SAMPLE_RATE_HZ // 2
"""Longest cross-fade from the end of an ambience to its beginning."""
_UNSEEN_PEAK_DB = 4.5
"""Peaks are looked for between samples that come this near to the ceiling: 3 dB for them, the rest for what the limiter costs."""
_TOLERATED_LOSS = SAMPLE_RATE_HZ // 100
"""A recording may be this much shorter than was measured: codecs differ in what they trim."""


@dataclass(frozen=True)
class _Piece:
    """A recording as it will sound, on the film's clock."""

    start: int
    samples: Samples

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


@dataclass(frozen=True)
class Mix:
    """A film's sound as raw stereo floats in a file, and what is known of its loudness."""

    file: Path
    profile: SoundProfile = field(default_factory=SoundProfile)


def mix_sound(cut_list: CutList, open_input: OpenInput, target: Path) -> Mix:
    """Mix all lines and beds of a film into a file of raw stereo floats, window by window.

    Raises:
        ProductMissing: a recording is gone.
        MediaError: a recording cannot be read, or is shorter than the cut list says.
        OSError: the file cannot be written.
    """
    mix = Mix(target)
    with target.open("wb") as stream:
        for window in _windows(cut_list, open_input):
            stream.write(window.data)
            mix.profile.hear(window)
    mix.profile.finish()
    return mix


def level_mix(mix: Mix, film_lufs: float, ceiling_dbtp: float) -> GainCurve:
    """Find the gain that brings a mix to its loudness without a true peak above the ceiling; silence is left as it is."""
    near = amplitude(ceiling_dbtp - start_gain_db(mix.profile, film_lufs) - _UNSEEN_PEAK_DB)
    peaks = mix.profile.peaks
    with mix.file.open("rb") as stream:
        for start in range(0, len(peaks), _WINDOW // CELL):
            hot = np.flatnonzero(peaks[start : start + _WINDOW // CELL] >= near)
            # A cell before and one after the window are read too, for the points between them.
            before = min(start, 1)
            stream.seek((start - before) * CELL * _BYTES_A_SAMPLE)
            data = stream.read((_WINDOW + (before + 1) * CELL) * _BYTES_A_SAMPLE)
            found = true_peaks(np.frombuffer(data, np.float32).reshape(-1, _STEREO), hot + before)
            peaks[start + hot] = np.maximum(peaks[start + hot], found)
    return find_gain(mix.profile, film_lufs, ceiling_dbtp)


def levelled(mix: Mix, curve: GainCurve) -> Iterator[memoryview]:
    """Give the finished sound piece by piece, as raw stereo floats."""
    at = 0
    with mix.file.open("rb") as stream:
        while data := stream.read(_WINDOW * _BYTES_A_SAMPLE):
            window = np.frombuffer(data, np.float32).reshape(-1, _STEREO)
            yield (window * curve.between(at, len(window))[:, None]).data
            at += len(window)


def _windows(cut_list: CutList, open_input: OpenInput) -> Iterator[Samples]:
    waiting: list[Line | Bed] = sorted((*cut_list.lines, *cut_list.beds), key=lambda part: part.start_sample)
    sounding: list[_Piece] = []
    for at in range(0, cut_list.samples, _WINDOW):
        after = min(at + _WINDOW, cut_list.samples)
        window = np.zeros((after - at, _STEREO), np.float32)
        while waiting and waiting[0].start_sample < after:
            sounding.append(_prepare(waiting.pop(0), cut_list, open_input))
        for piece in sounding:
            start, end = max(at, piece.start), min(after, piece.end)
            window[start - at : end - at] += piece.samples[start - piece.start : end - piece.start]
        sounding = [piece for piece in sounding if piece.end > after]
        yield window


def _prepare(part: Line | Bed, cut_list: CutList, open_input: OpenInput) -> _Piece:
    try:
        recording = read_sound(open_input(part.recording), _STEREO)
    except MediaError as error:
        raise MediaError(f"{scene_name(part.scene)}: {error}") from error
    if isinstance(part, Bed):
        return _Piece(part.start_sample, _lay(part, recording, cut_list))
    if len(recording) < part.samples - _TOLERATED_LOSS:
        found = f"{len(recording)} samples instead of {part.samples}"
        raise MediaError(f"the narration of {scene_name(part.scene)} has {found}: words would be lost")
    return _Piece(part.start_sample, recording[: part.samples] * np.float32(amplitude(part.gain_db)))


def _lay(bed: Bed, recording: Samples, cut_list: CutList) -> Samples:
    """Bring an ambience to its length, its loudness and its fades, and duck it under the words."""
    if not len(recording):
        raise MediaError(f"the sound of {scene_name(bed.scene)} is empty")
    sound = _lengthened(recording, bed.samples) if bed.looped else recording[: bed.samples]
    level = np.full(len(sound), amplitude(bed.gain_db), np.float32)
    if bed.fade_in_samples:
        count = min(bed.fade_in_samples, len(sound))
        level[:count] *= _rise(bed.fade_in_samples)[:count]
    if bed.fade_out_samples:
        count = min(bed.fade_out_samples, len(sound))
        level[len(sound) - count :] *= _rise(bed.fade_out_samples)[:count][::-1]
    for line in cut_list.lines:
        _duck(level, line, bed.start_sample, amplitude(cut_list.levels.duck_db))
    return sound * level[:, None]


def _lengthened(recording: Samples, samples: int) -> Samples:
    """Repeat an ambience with a cross-fade until it is long enough."""
    if len(recording) >= samples:
        return recording[:samples]
    blend = min(_LOOP_BLEND, len(recording) // 2)
    rise = _rise(blend)[:, None]
    # One turn of the loop: its last part already holds the beginning of the next.
    turn = recording[blend:].copy()
    turn[len(turn) - blend :] = recording[len(recording) - blend :] * rise[::-1] + recording[:blend] * rise
    turns = -(-(samples - blend) // len(turn))
    return np.concatenate([recording[:blend], *[turn] * turns])[:samples]


def _rise(count: int) -> Samples:
    """Fade in at equal power."""
    rise: Samples = np.sin((np.arange(count, dtype=np.float32) + np.float32(0.5)) * np.float32(np.pi / 2 / max(1, count)))
    return rise


def _duck(level: Samples, line: Line, offset: int, ducked: float) -> None:
    """Lower a level under one line of narration, down before it begins and up again after it ends."""
    start, end = line.start_sample - offset, line.start_sample + line.samples - offset
    if start - _DUCK_BEFORE >= len(level) or end + _DUCK_AFTER <= 0:
        return
    down = np.linspace(1, ducked, _DUCK_BEFORE, endpoint=False, dtype=np.float32)
    up = np.linspace(ducked, 1, _DUCK_AFTER, endpoint=False, dtype=np.float32)
    _scale(level, start - _DUCK_BEFORE, down)
    level[max(0, start) : max(0, end)] *= ducked
    _scale(level, end, up)


def _scale(level: Samples, start: int, by: Samples) -> None:
    """Multiply the part of a level that begins at `start`, as far as it lies within."""
    first, after = max(0, start), min(len(level), start + len(by))
    if first < after:
        level[first:after] *= by[first - start : after - start]
