"""Sound as samples: how loud it is, how it is levelled, how it is written to disk.

Samples are float arrays of frames x channels at 48 kHz; full scale is 1.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from scipy import ndimage, signal

from blocks.errors import MediaError
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.loudness import KWeighting, amplitude, gated_lufs

Samples = npt.NDArray[np.float64]

_HOP = SAMPLE_RATE_HZ // 10
_OFFSET_LUFS = -0.691
_LOOK_AROUND_S = 0.005


def measure_lufs(samples: Samples) -> float:
    """Give the integrated loudness in LUFS; `-inf` for silence. Less than half a second is measured as a whole, without gates."""
    powers = hear_powers(samples, _HOP)
    if len(powers) >= 5:
        loudness = gated_lufs(powers)
        return float("-inf") if loudness is None else loudness
    power = float(np.mean(hear_powers(samples, 1)))
    return _OFFSET_LUFS + 10 * float(np.log10(power)) if power > 0 else float("-inf")


def hear_powers(samples: Samples, window: int) -> Samples:
    """Give the mean power of each whole window of so many samples, weighted as the ear does, summed over the channels."""
    power = KWeighting(samples.shape[1]).power(samples.astype(np.float32))
    whole = len(power) // window * window
    return np.asarray(power[:whole].reshape(-1, window).mean(axis=1), np.float64)


def level(samples: Samples, *, lufs: float, peak_dbfs: float) -> Samples:
    """Bring frames x channels to a loudness, with peaks held under a ceiling by a limiter that looks 5 ms around.

    The limiter costs loudness, so the gain is found in three rounds; silence is given back as it is.
    """
    ceiling = amplitude(peak_dbfs)
    gain, result = 1.0, samples
    for _ in range(3):
        loudness = measure_lufs(result)
        if not np.isfinite(loudness):
            return samples
        gain *= amplitude(lufs - loudness)
        result = samples * gain
        if float(np.max(np.abs(result))) <= ceiling:
            break
        result = _limit(result, ceiling)
    return result


def fade_ends(samples: Samples, seconds: float) -> Samples:
    """Fade in and out with half a cosine each, so that no end clicks."""
    count = min(round(seconds * SAMPLE_RATE_HZ), len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))
    shape = np.ones(len(samples))
    shape[:count] = ramp
    shape[len(samples) - count :] = ramp[::-1]
    return samples * shape[:, None]


def save_sound(target: Path, samples: Samples) -> None:
    """Write frames x channels as 48 kHz, 16 bit; the suffix says `.flac` or `.wav`. The file appears whole or not at all.

    Raises:
        MediaError: it could not be written.
    """
    aside = target.with_name(f".{os.getpid()}-{os.urandom(4).hex()}{target.suffix}")
    try:
        soundfile.write(aside, samples, SAMPLE_RATE_HZ, subtype="PCM_16")
        aside.replace(target)
    except (OSError, ValueError, TypeError, soundfile.LibsndfileError) as error:
        raise MediaError(
            f"the sound {target} could not be written: {error}. Is the disk full, or the suffix not flac or wav?"
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def _limit(samples: Samples, ceiling: float) -> Samples:
    peaks = np.max(np.abs(samples), axis=1)
    width = 2 * round(_LOOK_AROUND_S * SAMPLE_RATE_HZ) + 1
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    # The lowest wanted gain within the window, smoothed over half of it: never above what any sample needs.
    lowest = ndimage.minimum_filter1d(wanted, width, mode="nearest")
    window = np.hanning(width // 2 * 2 + 1)
    smooth = signal.oaconvolve(np.pad(lowest, width // 2, mode="edge"), window / window.sum(), mode="valid")
    return np.clip(samples * smooth[: len(samples), None], -ceiling, ceiling)
