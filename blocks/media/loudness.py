"""Loudness and true peak as ITU-R BS.1770-4 defines them, measured on samples while they pass by."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.signal import firwin, sosfilt

from blocks.media.decode import SAMPLE_RATE_HZ, Samples

# K-weighting at 48 kHz: a shelf for the head and a high-pass (BS.1770-4, annex 1, tables 1 and 2).
_K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
_HOP = SAMPLE_RATE_HZ // 10
_HOPS_A_BLOCK = 4
_OFFSET_LUFS = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OVERSAMPLING = 4
_INTERSAMPLE_MARGIN = 10 ** (3 / 20)
"""Peaks between samples are looked for where the samples come within 3 dB of the highest so far."""
_HALF_TAPS = 12
"""Samples on either side that a point between two samples is made from."""
CELL = 32
"""Samples that one height stands for."""
_CELLS_AT_ONCE = 32
"""OpenBLAS shares larger products among threads that spin while they wait, which doubles their cost."""


class KWeighting:
    """The filter that hears as people do, piece by piece."""

    def __init__(self, channels: int) -> None:
        self._state: npt.NDArray[np.float64] = np.zeros((len(_K_WEIGHTING), 2, channels))

    def power(self, piece: Samples) -> npt.NDArray[np.float64]:
        """Give the weighted power of each of the next samples, summed over the channels."""
        weighted, self._state = sosfilt(_K_WEIGHTING, piece, axis=0, zi=self._state)
        power: npt.NDArray[np.float64] = np.einsum("nc,nc->n", weighted, weighted)
        return power


class LoudnessMeter:
    """Listens to samples piece by piece; remembers one number per 0.1 s."""

    def __init__(self, channels: int) -> None:
        self._weighting = KWeighting(channels)
        self._rest: npt.NDArray[np.float64] = np.zeros(0)
        self._powers: list[npt.NDArray[np.float64]] = []

    def hear(self, piece: Samples) -> None:
        """Take in the next samples."""
        power = np.concatenate([self._rest, self._weighting.power(piece)])
        whole = len(power) // _HOP * _HOP
        self._powers.append(power[:whole].reshape(-1, _HOP).mean(axis=1))
        self._rest = power[whole:]

    def integrated_lufs(self) -> float | None:
        """Give the gated loudness of all that was heard; None for silence or less than 0.4 s."""
        return gated_lufs(np.concatenate([np.zeros(0), *self._powers]))


def gated_lufs(powers: npt.NDArray[np.float64]) -> float | None:
    """Give the loudness of K-weighted mean powers, one per 0.1 s; None when no block passes the gate."""
    if len(powers) < _HOPS_A_BLOCK:
        return None
    blocks = np.convolve(powers, np.full(_HOPS_A_BLOCK, 1 / _HOPS_A_BLOCK), "valid")
    loud = blocks[blocks > _power_of(_ABSOLUTE_GATE_LUFS)]
    if not len(loud):
        return None
    gate = _power_of(_lufs_of(float(loud.mean())) + _RELATIVE_GATE_LU)
    return _lufs_of(float(loud[loud > gate].mean()))


class PeakMeter:
    """Looks for the true peak, between the samples too."""

    def __init__(self, channels: int) -> None:
        self._highest = 0.0
        self._rest: Samples = np.zeros((0, channels), np.float32)

    def hear(self, piece: Samples) -> None:
        """Take in the next samples."""
        joined = np.concatenate([self._rest, piece])
        whole = len(joined) // CELL * CELL
        heights = cell_heights(joined[:whole])
        self._highest = max(self._highest, float(heights.max(initial=0.0)))
        hot = np.flatnonzero(heights * _INTERSAMPLE_MARGIN > self._highest)
        if len(hot):
            self._highest = max(self._highest, float(true_peaks(joined, hot).max()))
        # The last cell is heard again with what follows it.
        self._rest = joined[max(0, whole - CELL) :]

    def true_peak_dbtp(self) -> float:
        """Give the highest peak so far; -infinity for digital silence."""
        return decibels(max(self._highest, float(np.abs(self._rest).max(initial=0.0))))


def cell_heights(samples: Samples) -> npt.NDArray[np.float32]:
    """Give the highest sample of each cell of 32, over all channels; the length is a multiple of 32."""
    heights: npt.NDArray[np.float32] = np.abs(samples.reshape(-1, CELL * samples.shape[1])).max(axis=1)
    return heights


def true_peaks(samples: Samples, cells: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Give the true peak of some cells of 32 samples, over all channels, by fourfold oversampling.

    Args:
        samples: samples x channels; silence is taken to surround them.
        cells: numbers of the cells to look at.
    """
    peaks = np.zeros(len(cells))
    for channel in range(samples.shape[1]):
        padded = np.pad(samples[:, channel], (_HALF_TAPS, _HALF_TAPS + CELL))
        windows = np.lib.stride_tricks.sliding_window_view(padded, CELL + 2 * _HALF_TAPS - 1)
        for first in range(0, len(cells), _CELLS_AT_ONCE):
            some = slice(first, first + _CELLS_AT_ONCE)
            found = np.abs(windows[cells[some] * CELL] @ _interpolation()).max(axis=1, initial=0.0)
            peaks[some] = np.maximum(peaks[some], found)
    return peaks


def measure_loudness(pieces: Iterable[Samples], channels: int) -> float | None:
    """Give the integrated loudness of a recording in LUFS; None for silence or less than 0.4 s."""
    meter = LoudnessMeter(channels)
    for piece in pieces:
        meter.hear(piece)
    loudness = meter.integrated_lufs()
    return None if loudness is None else round(loudness, 2)


def decibels(amplitude: float) -> float:
    """Give an amplitude in dB of full scale; -infinity for 0."""
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else float("-inf")


def amplitude(decibel: float) -> float:
    """Give the amplitude of a level in dB."""
    return float(10 ** (decibel / 20))


@cache
def _interpolation() -> npt.NDArray[np.float32]:
    """Give the matrix from the samples in and around a cell to the four times finer points of the cell."""
    taps = firwin(2 * _HALF_TAPS * _OVERSAMPLING - 1, 1 / _OVERSAMPLING, window=("kaiser", 6.0)) * _OVERSAMPLING
    matrix = np.zeros((CELL + 2 * _HALF_TAPS - 1, CELL * _OVERSAMPLING), np.float32)
    for point in range(CELL * _OVERSAMPLING):
        for row in range(matrix.shape[0]):
            distance = (row - _HALF_TAPS) * _OVERSAMPLING - point + len(taps) // 2
            if 0 <= distance < len(taps):
                matrix[row, point] = taps[distance]
    return matrix


def _power_of(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LUFS) / 10))


def _lufs_of(power: float) -> float:
    return _OFFSET_LUFS + 10 * float(np.log10(power))
