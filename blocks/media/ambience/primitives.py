"""What all sounds are made of: shaped noise, gliding tones, envelopes, slow drift, and events strewn over time.

Mono arrays have one axis; stereo ones are frames x 2; all are at 48 kHz and of no particular level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, interpolate, signal

from blocks.media.decode import SAMPLE_RATE_HZ

Wave = npt.NDArray[np.float64]
Chance = np.random.Generator
Synth = Callable[[Chance, int], Wave]
"""Makes so many frames of stereo."""
Call = Callable[[Chance], Wave]
"""Makes one mono event."""


@dataclass(frozen=True)
class Band:
    """A band of noise: where it lies and how it falls off."""

    low_hz: float
    high_hz: float
    tilt: float = 0.0
    """0 is white, 1 pink, 2 brown within the band."""
    order: float = 2.0
    """Steepness of both edges."""


def samples_in(seconds: float) -> int:
    """Count the samples of a time, at least one."""
    return max(1, round(seconds * SAMPLE_RATE_HZ))


def noise(rng: Chance, count: int, band: Band) -> Wave:
    """Give mono noise of a band, with a root mean square of 1."""
    length = fft.next_fast_len(max(count, 960), real=True)
    hz = np.maximum(fft.rfftfreq(length, 1 / SAMPLE_RATE_HZ), 1.0)
    shape = hz ** (-band.tilt / 2)
    shape /= np.sqrt((1 + (band.low_hz / hz) ** (2 * band.order)) * (1 + (hz / band.high_hz) ** (2 * band.order)))
    shape[0] = 0
    spectrum = rng.standard_normal(2 * len(hz), np.float32).view(np.complex64) * shape.astype(np.float32)
    return even(np.asarray(fft.irfft(spectrum, length)[:count], np.float64))


def even(wave: Wave) -> Wave:
    """Bring sound to a root mean square of 1."""
    return wave / max(float(np.sqrt(np.mean(wave**2))), 1e-12)


def wide_noise(rng: Chance, count: int, band: Band, width: float = 0.8) -> Wave:
    """Give stereo noise; a width of 0 is mono, 1 is two sides that share nothing."""
    middle, side = noise(rng, count, band), noise(rng, count, band)
    angle = width * np.pi / 4
    return np.stack([np.cos(angle) * middle + np.sin(angle) * side, np.cos(angle) * middle - np.sin(angle) * side], axis=1)


def drift(rng: Chance, count: int, period_s: float, low: float, high: float) -> Wave:
    """Give a level that wanders smoothly between two bounds, turning about once every `period_s`, never in step."""
    seconds = count / SAMPLE_RATE_HZ
    gaps = period_s * rng.uniform(0.35, 0.85, int(seconds / period_s * 3) + 4)
    knots = np.concatenate([[0.0], np.cumsum(gaps)]) - period_s * rng.uniform(0.0, 0.3)
    values = rng.uniform(low, high, len(knots))
    coarse = np.linspace(0, seconds, max(int(seconds * 200), 16))
    return np.interp(np.arange(count) / SAMPLE_RATE_HZ, coarse, interpolate.PchipInterpolator(knots, values)(coarse))


def gusty(rng: Chance, stereo: Wave, period_s: float, low: float, high: float) -> Wave:
    """Let stereo sound wander in level, and a little from side to side."""
    count = len(stereo)
    common = drift(rng, count, period_s, low, high)
    lean = drift(rng, count, period_s * 0.8, -0.25, 0.25)
    return stereo * np.stack([common * (1 + lean), common * (1 - lean)], axis=1)


def grains(rng: Chance, count: int, rate_hz: float, density: Wave | None = None) -> Wave:
    """Give single impulses at chance moments, about `rate_hz` a second, of very unequal strength.

    Args:
        rng: where chance comes from.
        count: length in samples.
        rate_hz: impulses a second.
        density: factor of the rate over time.
    """
    odds = np.full(count, rate_hz / SAMPLE_RATE_HZ) if density is None else density * (rate_hz / SAMPLE_RATE_HZ)
    hits = np.flatnonzero(rng.random(count) < odds)
    wave = np.zeros(count)
    wave[hits] = rng.exponential(1.0, len(hits)) * rng.choice([-1.0, 1.0], len(hits))
    return wave


def wide_grains(rng: Chance, count: int, rate_hz: float, density: Wave | None = None) -> Wave:
    """Give impulses as `grains`, strewn over the stereo field."""
    return np.stack([grains(rng, count, rate_hz / 2, density), grains(rng, count, rate_hz / 2, density)], axis=1)


def ring(wave: Wave, hz: float, seconds: float) -> Wave:
    """Let impulses strike something that rings at one pitch and dies away in about `seconds`."""
    q = max(np.pi * hz * seconds / 2, 0.6)
    b, a = signal.iirpeak(hz, q, fs=SAMPLE_RATE_HZ)
    return np.asarray(signal.lfilter(b, a, wave, axis=0) * q, np.float64)


def filtered(wave: Wave, low_hz: float | None = None, high_hz: float | None = None, order: int = 2) -> Wave:
    """Keep what lies between two edges; None leaves that side open."""
    result = wave
    if low_hz is not None:
        result = signal.sosfilt(signal.butter(order, low_hz, "highpass", fs=SAMPLE_RATE_HZ, output="sos"), result, axis=0)
    if high_hz is not None:
        result = signal.sosfilt(signal.butter(order, high_hz, "lowpass", fs=SAMPLE_RATE_HZ, output="sos"), result, axis=0)
    return np.asarray(result, np.float64)


def curve(points: Sequence[tuple[float, float]], seconds: float) -> Wave:
    """Give a smooth line through points of (share of the time, value)."""
    times, values = zip(*points, strict=True)
    line = interpolate.PchipInterpolator(times, values)
    return np.asarray(line(np.linspace(0, 1, samples_in(seconds))), np.float64)


def tone(hz: Wave, partials: Sequence[float] = (1.0,)) -> Wave:
    """Sing a pitch that changes over time, with the strength of each harmonic; nothing above 20 kHz."""
    phase = 2 * np.pi * np.cumsum(hz) / SAMPLE_RATE_HZ
    wave = np.zeros(len(hz))
    for number, strength in enumerate(partials, start=1):
        wave += strength * np.sin(number * phase) * (number * hz < 20_000)
    return wave


def drone(hz: Wave, partials: Sequence[float]) -> Wave:
    """Hum like `tone` from a table: much cheaper for long low sounds with many harmonics."""
    cycle = np.linspace(0, 1, 2049)
    table = sum((strength * np.sin(2 * np.pi * at * cycle) for at, strength in enumerate(partials, start=1)), np.zeros(2049))
    return np.interp(np.cumsum(hz) / SAMPLE_RATE_HZ % 1.0, cycle, table)


def swell(seconds: float, attack: float = 0.3, release: float = 0.5) -> Wave:
    """Give an envelope that rises and falls softly, as shares of its length."""
    count = samples_in(seconds)
    up, down = max(1, round(count * attack)), max(1, round(count * release))
    envelope = np.ones(count)
    envelope[:up] *= np.sin(np.linspace(0, np.pi / 2, up)) ** 2
    envelope[count - down :] *= np.cos(np.linspace(0, np.pi / 2, down)) ** 2
    return envelope


def strike(seconds: float, decay_s: float, attack_s: float = 0.002) -> Wave:
    """Give an envelope that starts at once and dies away."""
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE_HZ
    return np.minimum(time / attack_s, 1.0) * np.exp(-time / decay_s)


def chirp(rng: Chance, low_hz: float, high_hz: float, seconds: float) -> Wave:
    """Give one small bubble: a pitch that rises while it dies away."""
    start = rng.uniform(low_hz, high_hz)
    return tone(curve([(0, start), (1, start * rng.uniform(1.1, 1.8))], seconds)) * strike(seconds, seconds / 4, 0.003)


def pan(wave: Wave, position: float) -> Wave:
    """Place mono sound between left (-1) and right (1) at equal power."""
    angle = (position + 1) * np.pi / 4
    return np.stack([wave * np.cos(angle), wave * np.sin(angle)], axis=1)


def join(waves: Sequence[Wave], gaps_s: Sequence[float]) -> Wave:
    """Put mono events one after the other, each followed by its gap of silence; a gap below zero lets them overlap."""
    starts = [0]
    for wave, gap in zip(waves, gaps_s, strict=False):
        starts.append(max(0, starts[-1] + len(wave) + round(gap * SAMPLE_RATE_HZ)))
    result = np.zeros(max(start + len(wave) for start, wave in zip(starts, waves, strict=False)))
    for start, wave in zip(starts, waves, strict=False):
        result[start : start + len(wave)] += wave
    return result


def strew(rng: Chance, count: int, gap_s: float, call: Call, *, spread: float = 0.8, steady: float = 0.4) -> Wave:
    """Strew events over time and over the stereo field; there is always at least one.

    Args:
        rng: where chance comes from.
        count: length in samples.
        gap_s: mean time from one start to the next.
        call: makes one event.
        spread: how far to the sides events go, 0 to 1.
        steady: 0 for any gap, 1 for gaps all alike.
    """
    stage = np.zeros((count, 2))
    loose = 1 - steady
    at = samples_in(gap_s * rng.uniform(0.05, 0.5))
    at = min(at, count // 4)
    while at < count:
        event = pan(call(rng), rng.uniform(-spread, spread)) * (1 - loose * rng.uniform(0, 0.6))
        end = min(count, at + len(event))
        stage[at:end] += event[: end - at]
        at += samples_in(gap_s * (1 + loose * rng.uniform(-0.75, 0.9)))
    return stage


def echo(rng: Chance, stereo: Wave, seconds: float, *, wet: float, bright_hz: float = 5000.0) -> Wave:
    """Add the sound of a place: a tail of noise that dies by 60 dB in `seconds`."""
    length = samples_in(seconds)
    time = np.arange(length) / SAMPLE_RATE_HZ
    tail = wide_noise(rng, length, Band(120, bright_hz, 0.6), 0.9) * np.exp(-6.9 * time / seconds)[:, None]
    tail[: samples_in(0.012)] = 0
    tail /= np.sqrt(np.sum(tail**2, axis=0))
    # One side after the other and at half precision: a quarter of the time, and a tail needs no more.
    dry, tail = stereo.T.astype(np.float32, "C"), tail.T.astype(np.float32, "C")
    answer = [signal.oaconvolve(dry[side], tail[side])[: len(stereo)] for side in (0, 1)]
    return stereo + wet * np.stack(answer, axis=1)
