"""Moving air: wind, leaves, grass, sand, canvas."""

from __future__ import annotations

import numpy as np

from blocks.media.ambience.primitives import (
    Band,
    Chance,
    Wave,
    drift,
    even,
    filtered,
    gusty,
    noise,
    pan,
    samples_in,
    strew,
    strike,
    swell,
    wide_grains,
    wide_noise,
)


def wind(rng: Chance, count: int) -> Wave:
    """Make open wind: low body, breath above it, a faint tone that comes and goes."""
    gust = drift(rng, count, 4.0, 0.0, 1.0)[:, None]
    body = gusty(rng, wide_noise(rng, count, Band(70, 260, 1.0)), 3.0, 0.7, 1.0) * (0.4 + 0.6 * gust)
    breath = gusty(rng, wide_noise(rng, count, Band(260, 900, 1.0)), 2.2, 0.5, 1.0) * (0.1 + 0.8 * gust)
    air = wide_noise(rng, count, Band(900, 3500, 1.0)) * (0.02 + 0.3 * gust**2)
    return body + breath + air + 0.35 * _whistle(rng, count)


def storm(rng: Chance, count: int) -> Wave:
    """Make a gale: fast heavy gusts with a howl in them."""
    gust = drift(rng, count, 2.6, 0.0, 1.0)[:, None]
    body = gusty(rng, wide_noise(rng, count, Band(60, 320, 0.8)), 1.7, 0.7, 1.0) * (0.35 + 0.75 * gust)
    roar = gusty(rng, wide_noise(rng, count, Band(300, 1500, 0.8)), 1.3, 0.5, 1.0) * (0.12 + 0.9 * gust)
    hiss = wide_noise(rng, count, Band(1500, 6000, 1.0)) * (0.03 + 0.4 * gust**2)
    return body + roar + hiss + 0.8 * _whistle(rng, count)


def breeze(rng: Chance, count: int) -> Wave:
    """Make leaves in a light wind: a rustle of many small touches that swells and ebbs."""
    gust = drift(rng, count, 3.2, 0.06, 1.0) ** 1.3
    touch = even(filtered(wide_grains(rng, count, 900, gust**1.5), 1800, 7500)).clip(-5, 5)
    hush = wide_noise(rng, count, Band(1100, 6500, 0.8)) * gust[:, None]
    body = gusty(rng, wide_noise(rng, count, Band(90, 420, 1.0)), 4.0, 0.2, 0.5)
    return 0.45 * touch + 0.55 * hush + 0.7 * body


def grass(rng: Chance, count: int) -> Wave:
    """Make dry grass in waves of wind."""
    gust = drift(rng, count, 2.4, 0.1, 1.0) ** 1.5
    stalks = even(filtered(wide_grains(rng, count, 500, gust), 2600, 9500)).clip(-5, 5)
    swish = wide_noise(rng, count, Band(2200, 9000, 1.0)) * gust[:, None]
    body = gusty(rng, wide_noise(rng, count, Band(100, 500, 1.0)), 3.5, 0.2, 0.6)
    return 0.35 * stalks + 0.6 * swish + 0.7 * body


def sand(rng: Chance, count: int) -> Wave:
    """Make dry grains driven over a ridge, with the wind that drives them."""
    gust = drift(rng, count, 3.0, 0.1, 1.0)
    hiss = wide_noise(rng, count, Band(3500, 11000, 0.8)) * gust[:, None]
    body = gusty(rng, wide_noise(rng, count, Band(80, 400, 1.0)), 3.6, 0.4, 1.0)
    return 0.3 * hiss + body + 0.25 * _whistle(rng, count)


def sails(rng: Chance, count: int) -> Wave:
    """Make canvas that fills, shivers and slaps."""
    return 0.22 * wind(rng, count) + 1.6 * strew(rng, count, 1.3, _slap, spread=0.5)


def wings(rng: Chance, count: int) -> Wave:
    """Make birds that pass close by, a few strong beats each."""
    return strew(rng, count, 2.6, _wingbeats, spread=0.9)


def _whistle(rng: Chance, count: int) -> Wave:
    total = np.zeros((count, 2))
    for _ in range(3):
        centre = rng.uniform(380, 950)
        voice = noise(rng, count, Band(centre * 0.95, centre * 1.05, 0, 5)) * drift(rng, count, 2.8, -0.4, 0.6).clip(0)
        total += pan(voice, rng.uniform(-0.7, 0.7))
    return total


def _slap(rng: Chance) -> Wave:
    shivers = int(rng.integers(1, 5))
    wave = np.zeros(samples_in(0.9))
    at = 0.0
    for _ in range(shivers):
        hit = noise(rng, samples_in(0.22), Band(90, rng.uniform(500, 1400), 1.2)) * strike(0.22, 0.05, 0.012)
        start = samples_in(at)
        wave[start : start + len(hit)] += hit * rng.uniform(0.4, 1.0)
        at += rng.uniform(0.09, 0.2)
        if at > 0.65:
            break
    return wave


def _wingbeats(rng: Chance) -> Wave:
    rate, beats = rng.uniform(5.5, 9.0), int(rng.integers(5, 12))
    seconds = (beats + 1) / rate
    beat = 0.62 / rate
    wave = np.zeros(samples_in(seconds))
    for number in range(beats):
        puff = noise(rng, samples_in(beat), Band(160, 1500, 1.2)) * swell(beat, 0.25, 0.7)
        start = samples_in(number / rate * rng.uniform(0.98, 1.02))
        wave[start : start + len(puff)] += puff[: len(wave) - start] * rng.uniform(0.7, 1.0)
    return wave * swell(seconds, 0.35, 0.55)
