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

Samples = npt.NDArray[np.float64]
SAMPLE_RATE_HZ = 48_000

_SHELF = np.array([[1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585]])
_HIGH_PASS = np.array([[1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]])
_BLOCK_S = 0.4
_STEP_S = 0.1
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_LOOK_AROUND_S = 0.005


def measure_lufs(samples: Samples) -> float:
    """Give the integrated loudness in LUFS of frames x channels at 48 kHz; `-inf` for silence.

    ITU-R BS.1770-4 (2015-10) with both gates; less than 0.4 s is taken as one block.
    """
    weighted = signal.sosfilt(np.vstack([_SHELF, _HIGH_PASS]), samples, axis=0)
    power = np.sum(weighted**2, axis=1)
    block, step = round(_BLOCK_S * SAMPLE_RATE_HZ), round(_STEP_S * SAMPLE_RATE_HZ)
    if len(power) < block:
        return _lufs(float(np.mean(power)))
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, step)
    blocks = (total[starts + block] - total[starts]) / block
    heard = blocks[blocks > _power(_ABSOLUTE_GATE_LUFS)]
    if not len(heard):
        return float("-inf")
    gate = _power(_lufs(float(np.mean(heard))) + _RELATIVE_GATE_LU)
    return _lufs(float(np.mean(heard[heard > gate])))


def level(samples: Samples, *, lufs: float, peak_dbfs: float) -> Samples:
    """Bring frames x channels to a loudness, with peaks held under a ceiling by a limiter that looks 5 ms around.

    The limiter costs loudness, so the gain is found in three rounds; silence is given back as it is.
    """
    ceiling = from_db(peak_dbfs)
    gain, result = 1.0, samples
    for _ in range(3):
        loudness = measure_lufs(result)
        if not np.isfinite(loudness):
            return samples
        gain *= from_db(lufs - loudness)
        result = _limit(samples * gain, ceiling)
    return result


def from_db(decibels: float) -> float:
    """Give the factor of amplitude for a level in decibels."""
    return float(10 ** (decibels / 20))


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
    if float(np.max(peaks)) <= ceiling:
        return samples
    width = 2 * round(_LOOK_AROUND_S * SAMPLE_RATE_HZ) + 1
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    # The lowest wanted gain within the window, smoothed over half of it: never above what any sample needs.
    lowest = ndimage.minimum_filter1d(wanted, width, mode="nearest")
    window = np.hanning(width // 2 * 2 + 1)
    smooth = signal.oaconvolve(np.pad(lowest, width // 2, mode="edge"), window / window.sum(), mode="valid")
    return np.clip(samples * smooth[: len(samples), None], -ceiling, ceiling)


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power)) if power > 0 else float("-inf")


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))
