"""Speech without the silence around it, from whatever file a service gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import signal

from blocks.errors import MediaError
from blocks.media.decode import SAMPLE_RATE_HZ, read_sound
from blocks.media.loudness import amplitude
from blocks.media.sound import Samples, fade_ends

INAUDIBLE_DBFS = -60.0
"""A recording whose peak is below this holds nothing."""
_WINDOW_S = 0.01
_MARGIN_S = 0.025
_FADE_S = 0.008
_SILENCE_DB = -45.0
"""Against the loudest 10 ms of the recording."""


@dataclass(frozen=True)
class TrimmedSpeech:
    """Speech as 48 kHz mono, frames x 1, and what was cut away."""

    samples: Samples
    lead_s: float
    """Seconds cut off its start."""
    source_s: float
    """Length of the file in seconds."""

    @property
    def length_s(self) -> float:
        """Seconds that are left."""
        return len(self.samples) / SAMPLE_RATE_HZ


def trim_speech(source: Path) -> TrimmedSpeech:
    """Read a recording as mono and cut the silence off both its ends, but for 25 ms; peaks are brought down to full scale.

    Raises:
        MediaError: the file holds no sound that can be read, or nothing is heard in it.
    """
    samples = read_audible(source, 1)
    first, last = _sounding(samples[:, 0])
    return TrimmedSpeech(fade_ends(samples[first:last], _FADE_S), first / SAMPLE_RATE_HZ, len(samples) / SAMPLE_RATE_HZ)


def read_audible(source: Path, channels: int) -> Samples:
    """Read a short recording whole, 48 kHz, frames x channels, peaks at most at full scale.

    Raises:
        MediaError: the file holds no sound that can be read, or nothing is heard in it.
    """
    samples = read_sound(source, channels).astype(np.float64)
    peak = float(np.max(np.abs(samples), initial=0.0))
    if not peak >= amplitude(INAUDIBLE_DBFS):
        raise MediaError(f"nothing is heard in {source.name} ({len(samples) / SAMPLE_RATE_HZ:.1f} s)")
    return samples / max(peak, 1.0)


def _sounding(samples: Samples) -> tuple[int, int]:
    """Give the samples between which something is heard, with a small margin."""
    width = round(_WINDOW_S * SAMPLE_RATE_HZ)
    envelope = np.sqrt(signal.oaconvolve(samples**2, np.full(width, 1 / width), mode="same").clip(0))
    heard = np.flatnonzero(envelope > np.max(envelope) * amplitude(_SILENCE_DB))
    margin = round(_MARGIN_S * SAMPLE_RATE_HZ)
    return max(0, int(heard[0]) - margin), min(len(samples), int(heard[-1]) + margin)
