"""One gain and a limiter for a whole film, found from small numbers: a peak and a loudness for every 32 samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from blocks.media.decode import SAMPLE_RATE_HZ, Samples
from blocks.media.loudness import CELL, KWeighting, amplitude, cell_heights, gated_lufs

_CELLS_A_HOP = SAMPLE_RATE_HZ // 10 // CELL
_REACH = 48
"""The limiter looks 32 ms ahead, and lets go as slowly."""
_NEAR_LU = 0.02
_ROUNDS = 12
_MOST_GAIN_DB = 30.0

Cells = npt.NDArray[np.float32]
"""One number a cell; single precision, because a long film has millions of them."""


class SoundProfile:
    """What a stereo mix is like, heard once while it is written."""

    def __init__(self) -> None:
        self._weighting = KWeighting(channels=2)
        self._heard: list[tuple[Cells, Cells]] = []
        self.peaks: Cells = np.zeros(0, np.float32)
        """Height of each cell."""
        self._powers: Cells = np.zeros(0, np.float32)

    def hear(self, window: Samples) -> None:
        """Take in the next samples; only the last window may end within a cell."""
        padding = -len(window) % CELL
        power = np.pad(self._weighting.power(window), (0, padding)).reshape(-1, CELL).mean(axis=1)
        self._heard.append((cell_heights(np.pad(window, ((0, padding), (0, 0)))), power.astype(np.float32)))

    def finish(self) -> None:
        """Note that all was heard."""
        self.peaks, self._powers = (np.concatenate(parts) for parts in zip(*self._heard, strict=True))
        self._heard.clear()

    def loudness(self, gains: Cells | float = 1.0) -> float | None:
        """Give the integrated loudness under a gain for each cell; None for silence or less than 0.4 s."""
        powers = self._powers * np.square(gains)
        whole = len(powers) // _CELLS_A_HOP * _CELLS_A_HOP
        return gated_lufs(powers[:whole].reshape(-1, _CELLS_A_HOP).mean(axis=1, dtype=np.float64))


class GainCurve:
    """A gain that changes smoothly, one number a cell."""

    def __init__(self, gains: Cells) -> None:
        inner = np.minimum(gains[:-1], gains[1:])
        self._edges: Cells = np.concatenate([gains[:1], inner, gains[-1:]])

    def between(self, start: int, count: int) -> Samples:
        """Give the gain of `count` samples from the cell border `start` on; never above that of their cell."""
        edges = self._edges[start // CELL : start // CELL - (-count // CELL) + 1]
        ramp = np.arange(CELL, dtype=np.float32) / np.float32(CELL)
        gains: Samples = edges[:-1, None] + np.diff(edges)[:, None] * ramp
        return gains.reshape(-1)[:count]


def find_gain(profile: SoundProfile, film_lufs: float, ceiling_dbtp: float) -> GainCurve:
    """Find the gain that brings a mix to its loudness with no cell above the ceiling.

    The limiter costs loudness, so gain and limiter are found together. Silence is left as it is; sound so peaky that 30 dB of
    gain do not suffice stays quieter.
    """
    ceiling = amplitude(ceiling_dbtp)
    gain_db = start_gain_db(profile, film_lufs)
    gains = _limited(profile.peaks, amplitude(gain_db), ceiling)
    for _ in range(_ROUNDS):
        reached = profile.loudness(gains)
        if reached is None or abs(film_lufs - reached) < _NEAR_LU:
            break
        gain_db = min(gain_db + film_lufs - reached, _MOST_GAIN_DB)
        gains = _limited(profile.peaks, amplitude(gain_db), ceiling)
    return GainCurve(gains)


def start_gain_db(profile: SoundProfile, film_lufs: float) -> float:
    """Give the gain that would be right if nothing had to be limited; 0 for silence."""
    loudness = profile.loudness()
    return 0.0 if loudness is None else min(film_lufs - loudness, _MOST_GAIN_DB)


def _limited(peaks: Cells, gain: float, ceiling: float) -> Cells:
    """Give the gains of all cells: the lowest that any cell within reach needs, smoothed over the same reach."""
    gains: Cells = np.multiply(peaks, np.float32(gain / ceiling))
    np.maximum(gains, 1, out=gains)
    np.reciprocal(gains, out=gains)
    minimum_filter1d(gains, 2 * _REACH + 1, output=gains, mode="nearest")
    # Two even means are one bell whose foot reaches as far as the minimum did: no cell gets more than it may.
    for _ in range(2):
        uniform_filter1d(gains, _REACH + 1, output=gains, mode="nearest")
    gains *= np.float32(gain)
    return gains
