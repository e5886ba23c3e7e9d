"""What people, their animals and their tools do: steps, hooves, wheels, bells, hammers, pens, voices without words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import signal

from blocks.media.ambience.primitives import (
    Band,
    Chance,
    Wave,
    drift,
    echo,
    even,
    filtered,
    grains,
    gusty,
    join,
    noise,
    pan,
    samples_in,
    strew,
    strike,
    swell,
    tone,
    wide_grains,
    wide_noise,
)
from blocks.media.decode import SAMPLE_RATE_HZ

_MURMUR_RATE_HZ = 16_000
_BELL = (
    (0.5, 0.55, 3.2),
    (1.0, 0.8, 2.2),
    (1.19, 0.7, 1.7),
    (1.5, 0.3, 1.2),
    (2.0, 1.0, 1.3),
    (2.52, 0.35, 0.7),
    (3.01, 0.3, 0.5),
)
"""Pitch, strength and seconds of life of a bell's partials, of its strike note."""
_ANVIL = ((1.0, 1.0, 0.35), (1.51, 0.8, 0.3), (2.34, 0.6, 0.22), (3.1, 0.45, 0.16), (4.27, 0.3, 0.1))


def gravel_steps(rng: Chance, count: int) -> Wave:
    """Make somebody walking over gravel, at no machine's pace."""
    return strew(rng, count, 0.58, _gravel_step, spread=0.1, steady=0.9)


def snow_steps(rng: Chance, count: int) -> Wave:
    """Make steps that press dry snow together."""
    return strew(rng, count, 0.72, _snow_step, spread=0.1, steady=0.9)


def hooves(rng: Chance, count: int) -> Wave:
    """Make a horse or two at a walk on firm ground."""
    near = strew(rng, count, 1.15, _stride, spread=0.08, steady=0.88)
    other = pan(strew(rng, count, 1.24, _stride, spread=0.0, steady=0.85)[:, 0], rng.choice([-0.7, 0.7]))
    return echo(rng, near + 0.25 * other, 0.5, wet=0.12)


def fire(rng: Chance, count: int) -> Wave:
    """Make a wood fire: breath, hiss, a crackle of unequal snaps, now and then a pop."""
    breath = gusty(rng, wide_noise(rng, count, Band(70, 300, 0.8)), 0.9, 0.3, 1.0)
    hiss = gusty(rng, wide_noise(rng, count, Band(2500, 9000, 0.8)), 1.6, 0.3, 1.0)
    snaps = even(strew(rng, count, 0.16, _snaps, spread=0.7, steady=0.0)).clip(-9, 9)
    return 0.6 * breath + 0.12 * hiss + 0.6 * snaps + 0.9 * strew(rng, count, 1.7, _pop, spread=0.4, steady=0.0)


def crowd(rng: Chance, count: int) -> Wave:
    """Make many people talking at a distance; no voice forms a word."""
    length = int(count * _MURMUR_RATE_HZ / SAMPLE_RATE_HZ) + 64
    voices = np.zeros((length, 2))
    for _ in range(10):
        voices += pan(_murmur(rng, length), rng.uniform(-0.9, 0.9)) * rng.uniform(0.4, 1.0)
    people = signal.resample_poly(voices, SAMPLE_RATE_HZ, _MURMUR_RATE_HZ, axis=0)[:count]
    room = gusty(rng, wide_noise(rng, count, Band(180, 1400, 1.2)), 2.5, 0.6, 1.0)
    return echo(rng, even(people), 1.2, wet=0.5, bright_hz=3000) + 0.4 * room


def bell(rng: Chance, count: int) -> Wave:
    """Make one great bell that tolls slowly."""
    pitch = rng.uniform(190, 300)
    return echo(rng, strew(rng, count, 4.2, lambda r: _strike_bell(r, pitch), spread=0.15, steady=0.93), 2.2, wet=0.3)


def hammer(rng: Chance, count: int) -> Wave:
    """Make a smith at work: blows in short runs, a bounce, a rest."""
    pitch = rng.uniform(1100, 1700)
    return echo(rng, strew(rng, count, 1.9, lambda r: _blows(r, pitch), spread=0.2, steady=0.6), 0.9, wet=0.25)


def wagon(rng: Chance, count: int) -> Wave:
    """Make wheels rolling over a rough road, with the knocking and creaking of the cart."""
    turn = drift(rng, count, 0.7, 0.5, 1.0)[:, None]
    roll = wide_noise(rng, count, Band(80, 420, 1.0), 0.6) * turn
    grit = filtered(wide_grains(rng, count, 260, drift(rng, count, 0.5, 0.1, 1.0)), 900, 5000)
    return 0.7 * roll + 0.3 * even(grit) + 2.6 * strew(rng, count, 0.42, _knock, spread=0.4, steady=0.3)


def clock(rng: Chance, count: int) -> Wave:
    """Make a tall clock, tick and tock, in a quiet room."""
    return echo(rng, strew(rng, count, 1.0, _tick_tock, spread=0.02, steady=1.0), 0.5, wet=0.3)


def quill(rng: Chance, count: int) -> Wave:
    """Make a pen on rough paper: strokes in words, words with pauses."""
    return echo(rng, strew(rng, count, 1.1, _scribble, spread=0.2, steady=0.4), 0.4, wet=0.15)


def _gravel_step(rng: Chance) -> Wave:
    press, roll = rng.uniform(0.1, 0.14), rng.uniform(0.12, 0.18)
    parts = [
        filtered(grains(rng, samples_in(seconds), 2600), 900, 7000) * swell(seconds, 0.2, 0.7) * level
        for seconds, level in ((press, 1.0), (roll, 0.7))
    ]
    crunch = join(parts, [rng.uniform(-0.03, 0.02)])
    thud = noise(rng, samples_in(0.09), Band(70, 190)) * strike(0.09, 0.025, 0.004)
    crunch = crunch / max(float(np.abs(crunch).max()), 1e-9)
    crunch[: len(thud)] += 0.12 * thud
    return crunch * rng.uniform(0.65, 1.0)


def _snow_step(rng: Chance) -> Wave:
    seconds = rng.uniform(0.3, 0.42)
    count = samples_in(seconds)
    squeeze = filtered(grains(rng, count, 4200), 500, 3600)
    squeeze = squeeze / max(float(np.abs(squeeze).max()), 1e-9)
    soft = 0.1 * noise(rng, count, Band(300, 2400, 1.0))
    return (squeeze + soft) * swell(seconds, 0.35, 0.45) * rng.uniform(0.7, 1.0)


def _stride(rng: Chance) -> Wave:
    clops = [_clop(rng) * rng.uniform(0.6, 1.0) for _ in range(4)]
    return join(clops, [float(rng.uniform(0.13, 0.19)) for _ in clops])


def _clop(rng: Chance) -> Wave:
    seconds, pitch = 0.11, rng.uniform(480, 780)
    knock = tone(np.full(samples_in(seconds), pitch), (1, 0, 0.3)) * strike(seconds, 0.014, 0.001)
    knock += 0.8 * tone(np.full(samples_in(seconds), pitch * 0.37)) * strike(seconds, 0.02, 0.002)
    return knock + 0.25 * noise(rng, len(knock), Band(600, 4200)) * strike(seconds, 0.012, 0.001)


def _snaps(rng: Chance) -> Wave:
    """Give a burst of one to six snaps, each of its own brightness."""
    snaps = []
    for _ in range(int(rng.integers(1, 7))):
        seconds = rng.uniform(0.004, 0.014)
        low = rng.uniform(700, 3800)
        snap = noise(rng, samples_in(seconds), Band(low, low * 2.2, 0, 3)) * strike(seconds, seconds / 6, 0.0003)
        snaps.append(snap * rng.exponential(0.5))
    return join(snaps, [float(rng.exponential(0.02)) for _ in snaps])


def _pop(rng: Chance) -> Wave:
    return noise(rng, samples_in(0.06), Band(300, rng.uniform(1200, 3500))) * strike(0.06, rng.uniform(0.004, 0.014), 0.0006)


def _murmur(rng: Chance, length: int) -> Wave:
    """Hum with moving vowels and the rhythm of talk, at 16 kHz; consonants are left out, so no word can form."""
    # Drift counts at 48 kHz: its periods are three times as long here.
    pitch = rng.uniform(95, 210) * drift(rng, length, 0.12, 0.82, 1.2)
    phase = 2 * np.pi * np.cumsum(pitch) / _MURMUR_RATE_HZ
    source = np.exp(9 * (np.cos(phase) - 1)) - 0.15 + 0.04 * rng.standard_normal(length)
    talk = drift(rng, length, 0.07, -0.7, 1.0).clip(0) * drift(rng, length, 0.6, -0.8, 1.0).clip(0.02)
    voice = np.zeros(length)
    for low, high, strength in ((320, 780, 1.0), (900, 1900, 2.2)):
        centre = rng.uniform(low, high)
        b, a = signal.iirpeak(centre, 4.0, fs=_MURMUR_RATE_HZ)
        voice += strength * signal.lfilter(b, a, source) * drift(rng, length, 0.1, 0.1, 1.0)
    return np.asarray(voice * talk, np.float64)


def _partials(rng: Chance, pitch: float, partials: Sequence[tuple[float, float, float]], seconds: float) -> Wave:
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE_HZ
    wave: Wave = np.zeros(len(time))
    for ratio, strength, life in partials:
        for beat in (0.0, rng.uniform(0.3, 0.9)):
            wave += strength * np.exp(-time / life) * np.sin(2 * np.pi * (pitch * ratio + beat) * time + rng.uniform(0, 6.3))
    return np.asarray(wave * np.minimum(time / 0.002, 1.0), np.float64)


def _strike_bell(rng: Chance, pitch: float) -> Wave:
    wave = _partials(rng, pitch, _BELL, 6.0)
    clapper = noise(rng, samples_in(0.03), Band(800, 4000)) * strike(0.03, 0.006)
    wave[: len(clapper)] += 0.5 * clapper
    return wave


def _blows(rng: Chance, pitch: float) -> Wave:
    blows = []
    for _ in range(int(rng.integers(1, 4))):
        blow = _partials(rng, pitch * rng.uniform(0.995, 1.005), _ANVIL, 0.7)
        click = noise(rng, samples_in(0.02), Band(1500, 9000)) * strike(0.02, 0.004, 0.0005)
        blow[: len(click)] += 1.2 * click
        blows.append(blow * rng.uniform(0.5, 1.0))
    return join(blows, [float(rng.uniform(-0.32, -0.2)) for _ in blows])


def _knock(rng: Chance) -> Wave:
    pitch = rng.uniform(160, 420)
    wood = tone(np.full(samples_in(0.14), pitch), (1, 0.4, 0.2)) * strike(0.14, 0.022, 0.001)
    return (wood + 0.3 * noise(rng, len(wood), Band(300, 2500)) * strike(0.14, 0.015, 0.001)) * rng.uniform(0.2, 1.0)


def _tick_tock(rng: Chance) -> Wave:
    return join([_tick(rng, 2300), _tick(rng, 1750)], [0.46])


def _tick(rng: Chance, pitch: float) -> Wave:
    body = tone(np.full(samples_in(0.04), pitch), (1, 0.4)) * strike(0.04, 0.006, 0.0005)
    wood = tone(np.full(samples_in(0.04), pitch / 6)) * strike(0.04, 0.012, 0.001)
    return body + 0.7 * wood + 0.4 * noise(rng, len(body), Band(1500, 8000)) * strike(0.04, 0.003, 0.0005)


def _scribble(rng: Chance) -> Wave:
    strokes = []
    for _ in range(int(rng.integers(3, 8))):
        seconds = rng.uniform(0.06, 0.17)
        scratch = noise(rng, samples_in(seconds), Band(rng.uniform(1800, 2800), 7500, 0.5))
        strokes.append(scratch * drift(rng, len(scratch), 0.012, 0.2, 1.0) * swell(seconds, 0.3, 0.4) * rng.uniform(0.4, 1.0))
    return join(strokes, [float(rng.uniform(0.005, 0.06)) for _ in strokes])
