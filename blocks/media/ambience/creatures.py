"""Creatures, each by the movement of its voice: pitch over time, harmonics, roughness, rhythm."""

from __future__ import annotations

from functools import partial

import numpy as np

from blocks.media.ambience.primitives import (
    Band,
    Chance,
    Wave,
    curve,
    drift,
    drone,
    echo,
    filtered,
    gusty,
    join,
    noise,
    pan,
    samples_in,
    strew,
    strike,
    swell,
    tone,
    wide_noise,
)
from blocks.media.decode import SAMPLE_RATE_HZ


def birdsong(rng: Chance, count: int) -> Wave:
    """Make a few songbirds of different kinds, each in its place, taking turns."""
    songs = [_whistle_song, _trill, _two_notes, _warble]
    rng.shuffle(songs)
    birds = np.zeros((count, 2))
    for at, song in enumerate(songs[:3]):
        voice = partial(song, pitch=float(rng.uniform(0.85, 1.15)))
        sung = strew(rng, count, rng.uniform(2.4, 3.6), voice, spread=0.0, steady=0.15)[:, 0]
        birds += pan(sung, rng.uniform(-0.9, 0.9)) * (1.0, 0.55, 0.3)[at]
    return echo(rng, birds, 1.1, wet=0.22)


def owl(rng: Chance, count: int) -> Wave:
    """Make an owl: short notes and a long one, low and round."""
    return echo(rng, strew(rng, count, 5.0, _hoots, spread=0.5), 1.8, wet=0.35, bright_hz=2500)


def gulls(rng: Chance, count: int) -> Wave:
    """Make gulls crying in falling series."""
    return echo(rng, strew(rng, count, 3.6, _gull_cries, spread=0.9, steady=0.1), 1.0, wet=0.15)


def crows(rng: Chance, count: int) -> Wave:
    """Make crows: hoarse calls, two to four at a time."""
    return echo(rng, strew(rng, count, 3.8, _caws, spread=0.9, steady=0.1), 1.2, wet=0.2)


def eagle(rng: Chance, count: int) -> Wave:
    """Make a bird of prey: a thin scream that falls."""
    return echo(rng, strew(rng, count, 4.2, _scream, spread=0.6), 2.0, wet=0.4)


def frogs(rng: Chance, count: int) -> Wave:
    """Make a pond at night: several frogs that answer each other."""
    chorus = np.zeros((count, 2))
    for _ in range(4):
        croak = partial(_croak, carrier_hz=rng.uniform(550, 1500), pulse_hz=rng.uniform(22, 48))
        called = strew(rng, count, rng.uniform(1.2, 2.6), croak, spread=0.0, steady=0.3)[:, 0]
        chorus += pan(called, rng.uniform(-0.9, 0.9)) * rng.uniform(0.3, 1.0)
    return echo(rng, chorus, 0.8, wet=0.12)


def crickets(rng: Chance, count: int) -> Wave:
    """Make a warm night: crickets of slightly different pitch and tempo, and the shimmer of all the far ones."""
    chorus = np.zeros((count, 2))
    for _ in range(4):
        chorus += pan(_cricket(rng, count), rng.uniform(-0.95, 0.95)) * rng.uniform(0.2, 0.7)
    far = gusty(rng, wide_noise(rng, count, Band(4100, 4800, 0, 18), 0.95), 3.0, 0.6, 1.0)
    return chorus + 0.05 * far


def cicadas(rng: Chance, count: int) -> Wave:
    """Make midday heat: rasping insects that swell and fade."""
    total = np.zeros((count, 2))
    time = np.arange(count) / SAMPLE_RATE_HZ
    for _ in range(4):
        centre, rasp = rng.uniform(4600, 6800), rng.uniform(70, 130)
        voice = noise(rng, count, Band(centre * 0.9, centre * 1.1, 0, 14))
        voice *= (0.5 + 0.5 * np.sin(2 * np.pi * rasp * time)) ** 2 * drift(rng, count, 3.5, 0.1, 1.0)
        total += pan(voice, rng.uniform(-0.9, 0.9))
    return total


def bees(rng: Chance, count: int) -> Wave:
    """Make bees that come by, linger and go."""
    total = np.zeros((count, 2))
    for _ in range(3):
        hz = rng.uniform(170, 250) * drift(rng, count, 0.5, 0.96, 1.05) * drift(rng, count, 0.06, 0.985, 1.015)
        buzz = drone(hz, [1 / number**0.9 for number in range(1, 13)]) + 0.12 * noise(rng, count, Band(300, 2500))
        near = drift(rng, count, 2.0, -0.8, 1.0).clip(0.02) ** 1.5
        side = drift(rng, count, 1.8, 0.05, np.pi / 2 - 0.05)
        total += np.stack([buzz * near * np.cos(side), buzz * near * np.sin(side)], axis=1)
    return filtered(total, 140, 3200)


def wolves(rng: Chance, count: int) -> Wave:
    """Make wolves far over a valley: long notes that rise, hold and sink."""
    return echo(rng, strew(rng, count, 3.6, _howl, spread=0.8, steady=0.2), 2.8, wet=0.6, bright_hz=2200)


def whales(rng: Chance, count: int) -> Wave:
    """Make whale song: slow glides in great depth."""
    return echo(rng, strew(rng, count, 3.0, _glide, spread=0.7, steady=0.2), 3.5, wet=0.9, bright_hz=1500)


def _note(rng: Chance, low_hz: float, high_hz: float, seconds: float) -> Wave:
    middle = rng.uniform(min(low_hz, high_hz), max(low_hz, high_hz))
    return tone(curve([(0, low_hz), (0.5, middle), (1, high_hz)], seconds), (1, 0.08, 0.02)) * swell(seconds, 0.25, 0.5)


def _whistle_song(rng: Chance, pitch: float) -> Wave:
    notes = [
        _note(rng, pitch * rng.uniform(2600, 4200), pitch * rng.uniform(2200, 3600), rng.uniform(0.1, 0.24)) for _ in range(4)
    ]
    return join(notes, [float(rng.uniform(0.04, 0.14)) for _ in notes])


def _trill(rng: Chance, pitch: float) -> Wave:
    top, number = pitch * rng.uniform(4200, 5600), int(rng.integers(8, 17))
    notes = [_note(rng, top, top * 0.78, 0.045) * min(1.0, 0.35 + 0.1 * at) for at in range(number)]
    return join(notes, [float(rng.uniform(0.014, 0.022)) for _ in notes])


def _two_notes(rng: Chance, pitch: float) -> Wave:
    high = pitch * rng.uniform(3400, 4000)
    return join([_note(rng, high, high * 0.98, 0.32), _note(rng, high * 0.84, high * 0.82, 0.42)], [0.09])


def _warble(rng: Chance, pitch: float) -> Wave:
    ends = pitch * rng.uniform(2400, 5600, (9, 2))
    notes = [_note(rng, float(low), float(high), rng.uniform(0.05, 0.13)) * rng.uniform(0.4, 1.0) for low, high in ends]
    return join(notes, [float(rng.uniform(0.005, 0.06)) for _ in notes])


def _hoots(rng: Chance) -> Wave:
    pitch = rng.uniform(330, 420)
    notes = []
    for seconds in (0.22, 0.2, 0.2, 0.6):
        hz = curve([(0, pitch * 0.93), (0.3, pitch), (0.8, pitch * 0.99), (1, pitch * 0.9)], seconds)
        breath = 0.04 * noise(rng, len(hz), Band(250, 1200))
        notes.append((tone(hz, (1, 0.16, 0.04)) + breath) * swell(seconds, 0.25, 0.5))
    return join(notes, [rng.uniform(0.35, 0.5), rng.uniform(0.08, 0.14), rng.uniform(0.2, 0.3), 0])


def _gull_cries(rng: Chance) -> Wave:
    pitch, number = rng.uniform(750, 1050), int(rng.integers(2, 5))
    cries = []
    for at in range(number):
        seconds = rng.uniform(0.24, 0.36) if at else rng.uniform(0.4, 0.6)
        peak = pitch * (1.55 - 0.06 * at)
        hz = curve([(0, pitch), (0.25, peak), (0.7, peak * 0.88), (1, pitch * 0.85)], seconds)
        hz = hz * (1 + 0.012 * noise(rng, len(hz), Band(20, 90)))
        cries.append(tone(hz, (0.7, 1, 0.6, 0.3, 0.14)) * swell(seconds, 0.2, 0.5) * 0.93**at)
    return join(cries, [float(rng.uniform(0.07, 0.16)) for _ in cries])


def _caws(rng: Chance) -> Wave:
    pitch, number = rng.uniform(330, 430), int(rng.integers(2, 5))
    calls = []
    for _ in range(number):
        seconds = rng.uniform(0.26, 0.38)
        hz = curve([(0, pitch * 0.9), (0.3, pitch * 1.12), (1, pitch * 0.86)], seconds)
        hz = hz * (1 + 0.06 * noise(rng, len(hz), Band(40, 180)))
        voice = tone(hz, (0.4, 0.7, 1, 0.95, 0.7, 0.5, 0.3, 0.2)) + 0.9 * noise(rng, len(hz), Band(900, 2600))
        calls.append(voice * swell(seconds, 0.15, 0.45))
    return join(calls, [float(rng.uniform(0.16, 0.34)) for _ in calls])


def _scream(rng: Chance) -> Wave:
    seconds, top = rng.uniform(0.8, 1.2), rng.uniform(2900, 3400)
    hz = curve([(0, top * 0.8), (0.12, top), (0.5, top * 0.88), (1, top * 0.66)], seconds)
    hz = hz * (1 + 0.012 * noise(rng, len(hz), Band(30, 140)))
    return (tone(hz, (1, 0.35, 0.15)) + 0.1 * noise(rng, len(hz), Band(2200, 6000))) * swell(seconds, 0.12, 0.6)


def _croak(rng: Chance, carrier_hz: float, pulse_hz: float) -> Wave:
    seconds = rng.uniform(0.22, 0.5)
    count = samples_in(seconds)
    time = np.arange(count) / SAMPLE_RATE_HZ
    pulses = np.exp(-((time * pulse_hz) % 1.0) * 4)
    hz = curve([(0, carrier_hz * 0.92), (0.5, carrier_hz), (1, carrier_hz * 1.05)], seconds)
    return tone(hz, (1, 0.4, 0.2)) * pulses * swell(seconds, 0.3, 0.3)


def _cricket(rng: Chance, count: int) -> Wave:
    pitch, rate, pulse = rng.uniform(4100, 4900), rng.uniform(1.8, 3.2), rng.uniform(0.018, 0.024)
    syllable = tone(np.full(samples_in(pulse), pitch), (1, 0.06)) * swell(pulse, 0.3, 0.4)
    chirp = join([syllable * strength for strength in (0.6, 0.9, 1.0)], [pulse * 0.7] * 3)
    wave = np.zeros(count + len(chirp))
    at = rng.uniform(0, 1 / rate)
    while samples_in(at) < count:
        start = samples_in(at)
        wave[start : start + len(chirp)] += chirp
        at += rng.uniform(0.92, 1.1) / rate if rng.random() > 0.06 else rng.uniform(1.5, 3.0)
    return wave[:count]


def _howl(rng: Chance) -> Wave:
    seconds, pitch = rng.uniform(2.4, 3.6), rng.uniform(330, 480)
    hz = curve([(0, pitch * 0.62), (0.16, pitch), (0.3, pitch * 1.06), (0.72, pitch), (1, pitch * 0.66)], seconds)
    time = np.arange(len(hz)) / SAMPLE_RATE_HZ
    hz = hz * (1 + 0.007 * np.sin(2 * np.pi * rng.uniform(4, 5.5) * time)) * drift(rng, len(hz), 0.4, 0.99, 1.01)
    return (tone(hz, (1, 0.45, 0.16, 0.06)) + 0.02 * noise(rng, len(hz), Band(300, 1500))) * swell(seconds, 0.22, 0.45)


def _glide(rng: Chance) -> Wave:
    seconds, pitch = rng.uniform(1.6, 2.8), rng.uniform(150, 420)
    bends = [(0.0, pitch), *((at, pitch * rng.uniform(0.75, 1.7)) for at in (0.35, 0.65)), (1.0, pitch * rng.uniform(0.6, 1.3))]
    hz = curve(bends, seconds) * drift(rng, samples_in(seconds), 0.3, 0.99, 1.01)
    return tone(hz, (1, 0.5, 0.28, 0.1, 0.05)) * swell(seconds, 0.3, 0.5) * (0.7 + 0.3 * strike(seconds, seconds))
