"""Water: falling, running, breaking, dripping, and what is heard below its surface."""

from __future__ import annotations

import numpy as np

from blocks.media.ambience.primitives import (
    Band,
    Chance,
    Wave,
    chirp,
    curve,
    drift,
    echo,
    even,
    filtered,
    gusty,
    join,
    noise,
    ring,
    samples_in,
    strew,
    strike,
    swell,
    tone,
    wide_noise,
)
from blocks.media.decode import SAMPLE_RATE_HZ


def rain(rng: Chance, count: int) -> Wave:
    """Make steady light rain: a soft hiss and single drops near by."""
    hiss = gusty(rng, wide_noise(rng, count, Band(900, 9000, 0.7), 0.95), 5.0, 0.75, 1.0)
    drops = _patter(rng, count, 0.012)
    return 0.8 * hiss + 0.45 * even(drops).clip(-6, 6)


def heavy_rain(rng: Chance, count: int) -> Wave:
    """Make a downpour: a dense roar with splashes in it."""
    roar = gusty(rng, wide_noise(rng, count, Band(250, 7500, 0.9), 0.95), 3.0, 0.7, 1.0)
    drops = _patter(rng, count, 0.006)
    return roar + 0.4 * even(drops).clip(-6, 6)


def river(rng: Chance, count: int) -> Wave:
    """Make a stream over stones: running water and a babble of bubbles."""
    flow = gusty(rng, wide_noise(rng, count, Band(350, 4200, 1.1)), 2.2, 0.6, 1.0)
    voices = [chirp(rng, 380, 1500, rng.uniform(0.03, 0.09)) for _ in range(120)]
    babble = strew(rng, count, 0.022, lambda r: voices[r.integers(len(voices))], steady=0.0)
    depth = gusty(rng, wide_noise(rng, count, Band(110, 420, 1.0)), 3.0, 0.3, 0.7)
    return 0.75 * flow + 0.55 * even(babble) * drift(rng, count, 1.4, 0.5, 1.0)[:, None] + 0.45 * depth


def waterfall(rng: Chance, count: int) -> Wave:
    """Make a fall: a broad steady roar with weight below it."""
    roar = gusty(rng, wide_noise(rng, count, Band(180, 6500, 1.1), 0.95), 4.0, 0.85, 1.0)
    weight = gusty(rng, wide_noise(rng, count, Band(70, 200, 0.6)), 2.0, 0.4, 0.7)
    return roar + 0.7 * weight


def surf(rng: Chance, count: int) -> Wave:
    """Make waves on a shore: each rises, breaks and draws back hissing, none like the last."""
    rush, hiss, boom = (
        wide_noise(rng, count, band, 0.9) for band in (Band(250, 3200, 1.1), Band(2200, 8500, 0.9), Band(70, 240, 0.8))
    )
    levels = np.zeros((3, count))
    at = -rng.uniform(2.0, 4.0)
    while at < count / SAMPLE_RATE_HZ:
        strength = rng.uniform(0.6, 1.0)
        rise, wash = rng.uniform(1.6, 2.6), rng.uniform(3.0, 4.5)
        _add_wave(levels, at, rise, wash, strength)
        at += rng.uniform(0.75, 1.15) * (rise + wash) * 0.85
    rush_level, hiss_level, boom_level = levels
    sea = 0.16 * gusty(rng, wide_noise(rng, count, Band(120, 1500, 1.0)), 4.0, 0.6, 1.0)
    return sea + rush * rush_level[:, None] + 0.55 * hiss * hiss_level[:, None] + 0.9 * boom * boom_level[:, None]


def harbour(rng: Chance, count: int) -> Wave:
    """Make water lapping against wood or stone, without haste."""
    still = 0.25 * gusty(rng, wide_noise(rng, count, Band(120, 900, 1.2)), 3.5, 0.5, 1.0)
    return still + strew(rng, count, 0.8, _lap, spread=0.9, steady=0.2)


def drips(rng: Chance, count: int) -> Wave:
    """Make single drops in a stone chamber, with its long answer."""
    fall = strew(rng, count, 0.95, _drop, spread=0.9, steady=0.0)
    air = 0.02 * wide_noise(rng, count, Band(90, 500, 1.2))
    return echo(rng, fall, 2.4, wet=0.5, bright_hz=4200) + air


def underwater(rng: Chance, count: int) -> Wave:
    """Make the deep: a slow pressure, muffled movement, a few bubbles far off."""
    pressure = gusty(rng, wide_noise(rng, count, Band(75, 210, 0.8), 0.9), 4.5, 0.5, 1.0)
    movement = gusty(rng, wide_noise(rng, count, Band(200, 650, 1.2), 0.9), 3.0, 0.1, 0.55)
    far = filtered(strew(rng, count, 2.2, _bubble_run, steady=0.1), None, 1400)
    return pressure + movement + 0.35 * even(far)


def bubbles(rng: Chance, count: int) -> Wave:
    """Make bubbles rising in runs."""
    return strew(rng, count, 0.9, _bubble_run, steady=0.1)


def oars(rng: Chance, count: int) -> Wave:
    """Make rowing: the creak of the lock, the dip, the drips of the return."""
    return 0.2 * harbour(rng, count) + strew(rng, count, 2.5, _stroke, spread=0.15, steady=0.85)


def _add_wave(levels: Wave, at_s: float, rise_s: float, wash_s: float, strength: float) -> None:
    rush = curve([(0, 0), (rise_s / (rise_s + wash_s), 1), (0.62, 0.35), (1, 0)], rise_s + wash_s)
    hiss = curve([(0, 0), (rise_s * 0.9 / (rise_s + wash_s), 0.25), (0.55, 1), (0.75, 0.45), (1, 0)], rise_s + wash_s)
    boom = curve([(0, 0), (0.5, 0.45), (0.72, 1), (1, 0)], rise_s * 1.5)
    for level, shape in zip(levels, (rush.clip(0) ** 1.4, hiss, boom.clip(0) ** 1.3), strict=True):
        start = round(at_s * SAMPLE_RATE_HZ)
        low, high = max(0, start), min(len(level), start + len(shape))
        if low < high:
            level[low:high] += strength * shape[low - start : high - start]


def _patter(rng: Chance, count: int, gap_s: float) -> Wave:
    """Strew drops of a hundred kinds; a drop of its own for each would cost more and sound no different."""
    kinds = [_splash(rng) for _ in range(100)]
    return strew(rng, count, gap_s, lambda r: kinds[r.integers(len(kinds))] * r.exponential(0.5), spread=1.0, steady=0.0)


def _splash(rng: Chance) -> Wave:
    seconds = rng.uniform(0.006, 0.016)
    low = rng.uniform(900, 4200)
    drop = noise(rng, samples_in(seconds), Band(low, low * rng.uniform(1.4, 2.6), 0, 3))
    return drop * strike(seconds, seconds / 5, 0.0004)


def _lap(rng: Chance) -> Wave:
    seconds = rng.uniform(0.3, 0.7)
    slosh = noise(rng, samples_in(seconds), Band(220, rng.uniform(900, 2200), 1.1)) * swell(seconds, 0.25, 0.7)
    for _ in range(int(rng.integers(2, 6))):
        drop = chirp(rng, 320, 900, 0.07)
        start = int(rng.uniform(0, 0.6) * len(slosh))
        end = min(len(slosh), start + len(drop))
        slosh[start:end] += 0.8 * drop[: end - start]
    return slosh


def _drop(rng: Chance) -> Wave:
    pitch = rng.uniform(700, 1900)
    body = tone(curve([(0, pitch), (0.3, pitch * 1.12), (1, pitch * 1.7)], 0.12), (1, 0.15)) * strike(0.12, 0.022, 0.001)
    click = noise(rng, samples_in(0.01), Band(2500, 8000)) * strike(0.01, 0.002, 0.0005)
    body[: len(click)] += 0.25 * click
    return body * rng.uniform(0.25, 1.0)


def _bubble_run(rng: Chance) -> Wave:
    number = int(rng.integers(4, 11))
    run = [chirp(rng, 260, 850, rng.uniform(0.05, 0.1)) * rng.uniform(0.3, 1.0) for _ in range(number)]
    return join(run, [float(rng.uniform(-0.05, 0.05)) for _ in range(number)])


def _stroke(rng: Chance) -> Wave:
    creak = ring(_pulses(rng, 0.4, 26), 620, 0.03) * swell(0.4, 0.3, 0.5)
    dip = noise(rng, samples_in(0.75), Band(260, 3000, 1.2)) * swell(0.75, 0.15, 0.8)
    falling = [_drop(rng) * 0.35 for _ in range(5)]
    rest = join(falling, [float(rng.uniform(-0.03, 0.12)) for _ in falling])
    return join([0.25 * even(creak), 0.8 * dip, rest], [-0.12, -0.1])


def _pulses(rng: Chance, seconds: float, rate_hz: float) -> Wave:
    wave = np.zeros(samples_in(seconds))
    at = 0.0
    while at < seconds - 0.001:
        wave[samples_in(at) - 1] = rng.uniform(0.4, 1.0)
        at += rng.uniform(0.7, 1.3) / rate_hz
    return wave
