"""Seeded irregularity: clouds, rock, mist and skylines come from here."""

from __future__ import annotations

import hashlib

import numpy as np

from blocks.media.paint.planes import Plane, as_plane, resized

Rng = np.random.Generator


def rng_for(seed: int, name: str) -> Rng:
    """Give a generator of its own to each part of a picture, so that a change in one leaves the others where they were."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def field(rng: Rng, height: int, width: int, cells: tuple[float, float], octaves: int = 5, gain: float = 0.5) -> Plane:
    """Give fractal noise, 0 to 1 around 0.5.

    Args:
        rng: generator.
        height: rows.
        width: columns.
        cells: coarse features down and across.
        octaves: number of layers, each twice as fine.
        gain: strength of each layer compared with the one before.
    """
    total = np.zeros((height, width), np.float32)
    strength, power = 1.0, 0.0
    for octave in range(octaves):
        down, across = (max(2, round(count * 2**octave)) for count in cells)
        if (down > height or across > width) and octave > 0:
            break
        grid = as_plane(rng.standard_normal((down + 2, across + 2)))
        total += strength * resized(grid, height, width)
        power += strength**2 * 0.62
        strength *= gain
    return as_plane(np.clip(0.5 + total / (4.4 * np.sqrt(power)), 0, 1))


def tile(rng: Rng, side: int, cells: int, octaves: int = 6, gain: float = 0.52) -> Plane:
    """Give square noise whose opposite edges meet, 0 to 1 around 0.5."""
    total = np.zeros((side, side), np.float32)
    strength, power = 1.0, 0.0
    for octave in range(octaves):
        count = cells * 2**octave
        if count > side:
            break
        grid = np.pad(as_plane(rng.standard_normal((count, count))), 4, mode="wrap")
        scale = side / count
        large = resized(grid, round((count + 8) * scale), round((count + 8) * scale))
        edge = round(4 * scale)
        total += strength * large[edge : edge + side, edge : edge + side]
        power += strength**2 * 0.62
        strength *= gain
    return as_plane(np.clip(0.5 + total / (4.4 * np.sqrt(power)), 0, 1))


def skyline(rng: Rng, width: int, cells: float, octaves: int = 7, gain: float = 0.5, *, sharp: bool = False) -> Plane:
    """Give one height per column, about -1 to 1; `sharp` makes peaks with valleys between."""
    x = np.linspace(0, 1, width)
    total = np.zeros(width)
    strength, power = 1.0, 0.0
    for octave in range(octaves):
        count = max(2, round(cells * 2**octave))
        if count > width:
            break
        knots = np.sort(np.linspace(-0.5 / count, 1 + 0.5 / count, count + 2) + rng.uniform(-0.3, 0.3, count + 2) / count)
        values = rng.uniform(-1, 1, count + 2)
        if sharp:
            values[::2] = np.abs(values[::2])
            values[1::2] = -np.abs(values[1::2])
            line = np.interp(x, knots, values)
        else:
            t = np.interp(x, knots, np.arange(count + 2))
            base = np.clip(np.floor(t).astype(int), 0, count)
            part = t - base
            part = part * part * (3 - 2 * part)
            line = values[base] * (1 - part) + values[base + 1] * part
        total += strength * line
        power += strength**2 * 0.3
        strength *= gain
    return as_plane(np.clip(total / (2.2 * np.sqrt(power)), -1.2, 1.2))
