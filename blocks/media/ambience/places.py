"""Large and heavy things: thunder, rock, ice, timber, towns, trains, machines, and the quiet of a room."""

from __future__ import annotations

import numpy as np

from blocks.media.ambience.primitives import (
    Band,
    Chance,
    Wave,
    curve,
    drift,
    drone,
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
    wide_grains,
    wide_noise,
)
from blocks.media.decode import SAMPLE_RATE_HZ


def thunder(rng: Chance, count: int) -> Wave:
    """Make thunder: a first break, then rolls that come back from far."""
    return echo(rng, strew(rng, count, 7.0, _peal, spread=0.4, steady=0.5), 2.5, wet=0.35, bright_hz=900)


def rumble(rng: Chance, count: int) -> Wave:
    """Make the ground move: weight at 80 to 160 Hz, so that small speakers tell of it, and falling grit."""
    weight = gusty(rng, wide_noise(rng, count, Band(75, 165, 0.4, 3), 0.6), 3.0, 0.15, 1.0)
    deep = gusty(rng, wide_noise(rng, count, Band(35, 80, 0.5), 0.4), 4.0, 0.3, 0.8)
    rough = gusty(rng, wide_noise(rng, count, Band(160, 520, 1.2)), 2.0, 0.1, 0.5)
    grit = filtered(wide_grains(rng, count, 35, drift(rng, count, 1.5, 0.0, 1.0)), 350, 1800)
    return weight + deep + rough + 0.12 * even(grit)


def ice(rng: Chance, count: int) -> Wave:
    """Make a frozen lake or a glacier at work: cracks, falling pings, groans."""
    cracks = strew(rng, count, 1.5, _crack, spread=0.9, steady=0.0)
    groans = strew(rng, count, 4.0, _groan, spread=0.5, steady=0.3)
    return echo(rng, cracks + 0.5 * groans, 1.8, wet=0.3)


def creaks(rng: Chance, count: int) -> Wave:
    """Make timbers that work against each other as a ship leans."""
    return echo(rng, strew(rng, count, 1.5, _creak, spread=0.7, steady=0.2), 0.6, wet=0.25)


def city(rng: Chance, count: int) -> Wave:
    """Make a town from above: a low hum in which single cars pass."""
    hum = gusty(rng, wide_noise(rng, count, Band(75, 380, 1.0)), 4.5, 0.7, 1.0)
    air = gusty(rng, wide_noise(rng, count, Band(380, 2200, 1.4)), 3.5, 0.25, 0.5)
    return hum + air + 1.1 * strew(rng, count, 3.0, _pass_by, spread=0.8, steady=0.2)


def train(rng: Chance, count: int) -> Wave:
    """Make a train on jointed rails: rolling weight and paired knocks."""
    roll = gusty(rng, wide_noise(rng, count, Band(80, 450, 0.9)), 2.5, 0.6, 1.0)
    steel = gusty(rng, wide_noise(rng, count, Band(900, 4500, 1.0)), 1.5, 0.08, 0.22)
    return 0.6 * roll + steel + 2.4 * strew(rng, count, 1.05, _rail_joint, spread=0.15, steady=0.95)


def machinery(rng: Chance, count: int) -> Wave:
    """Make old machines: a hum with harmonics, a soft beat, the hiss of belts."""
    hz = rng.uniform(48, 58) * drift(rng, count, 2.5, 0.99, 1.01)
    hum = drone(hz, (0.3, 1.0, 0.8, 0.35, 0.2, 0.1)) * drift(rng, count, 1.8, 0.6, 1.0)
    belts = gusty(rng, wide_noise(rng, count, Band(500, 3000, 1.0)), 1.2, 0.3, 0.7)
    beat = strew(rng, count, 0.62, _thump, spread=0.3, steady=0.95)
    return 0.25 * hum[:, None] + 0.3 * belts + 1.3 * beat


def room(rng: Chance, count: int) -> Wave:
    """Make the quiet of a closed place, hardly moving."""
    air = gusty(rng, wide_noise(rng, count, Band(90, 900, 1.6), 0.9), 5.0, 0.85, 1.0)
    return air + 0.1 * gusty(rng, wide_noise(rng, count, Band(900, 5000, 1.2), 0.95), 6.0, 0.7, 1.0)


def _peal(rng: Chance) -> Wave:
    seconds = rng.uniform(4.0, 6.0)
    count = samples_in(seconds)
    rolls = sum((_roll(rng, count) for _ in range(5)), np.zeros(count)) + strike(seconds, 0.9, 0.08)
    body = noise(rng, count, Band(55, 190, 0.5)) * rolls
    crackle = noise(rng, count, Band(190, 1100, 1.2)) * rolls * strike(seconds, 1.0, 0.04)
    return (body + 0.7 * crackle) * swell(seconds, 0.01, 0.4)


def _roll(rng: Chance, count: int) -> Wave:
    time = np.arange(count) / SAMPLE_RATE_HZ
    centre, width = rng.uniform(0.3, 3.5), rng.uniform(0.2, 0.6)
    return np.asarray(np.exp(-(((time - centre) / width) ** 2)) * rng.uniform(0.3, 0.9) * np.exp(-centre / 3.5), np.float64)


def _crack(rng: Chance) -> Wave:
    seconds, top = rng.uniform(0.15, 0.5), rng.uniform(1800, 5000)
    ping = tone(curve([(0, top), (0.15, top * 0.45), (1, top * 0.16)], seconds), (1, 0.3)) * strike(seconds, seconds / 5, 0.001)
    snap = noise(rng, samples_in(0.05), Band(900, 8000)) * strike(0.05, rng.uniform(0.003, 0.01), 0.0005)
    ping[: len(snap)] += 1.1 * snap
    return ping * rng.uniform(0.15, 1.0)


def _groan(rng: Chance) -> Wave:
    seconds, pitch = rng.uniform(0.9, 1.8), rng.uniform(90, 170)
    hz = curve([(0, pitch), (0.5, pitch * rng.uniform(1.1, 1.5)), (1, pitch * 0.8)], seconds)
    return tone(hz, (1, 0.7, 0.5, 0.3, 0.2)) * drift(rng, len(hz), 0.05, 0.2, 1.0) * swell(seconds, 0.3, 0.5)


def _creak(rng: Chance) -> Wave:
    seconds = rng.uniform(0.35, 1.1)
    rate = curve([(0, rng.uniform(25, 60)), (0.5, rng.uniform(50, 130)), (1, rng.uniform(20, 60))], seconds)
    phase = np.cumsum(rate * (1 + 0.1 * noise(rng, len(rate), Band(5, 60)))) / SAMPLE_RATE_HZ
    slips = np.zeros(len(rate))
    slips[1:] = np.diff(np.floor(phase)).clip(0, 1)
    slips *= rng.uniform(0.3, 1.0, len(slips))
    wood = sum((ring(slips, hz * rng.uniform(0.85, 1.15), 0.018) / hz for hz in (280, 640, 1150, 1900)), np.zeros(len(slips)))
    return even(wood) * swell(seconds, 0.3, 0.5) * rng.uniform(0.3, 1.0)


def _pass_by(rng: Chance) -> Wave:
    seconds = rng.uniform(2.5, 4.0)
    return noise(rng, samples_in(seconds), Band(150, rng.uniform(700, 1300), 1.0)) * swell(seconds, 0.5, 0.5) ** 1.5


def _rail_joint(rng: Chance) -> Wave:
    knocks = []
    for _ in range(2):
        iron = tone(np.full(samples_in(0.13), rng.uniform(240, 300)), (1, 0.5, 0.3)) * strike(0.13, 0.022, 0.002)
        knocks.append(iron + 0.6 * noise(rng, len(iron), Band(150, 1600)) * strike(0.13, 0.02, 0.002))
    return join(knocks, [rng.uniform(0.05, 0.07)])


def _thump(rng: Chance) -> Wave:
    return noise(rng, samples_in(0.2), Band(80, 420, 0.8)) * strike(0.2, 0.045, 0.008) * rng.uniform(0.75, 1.0)
