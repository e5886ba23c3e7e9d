"""Water that is never still: its picture sways in ripples that grow towards the viewer, and the light glints on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from blocks.media.camera import View
from blocks.media.layers import Floor
from blocks.media.layers_planes import Canvas
from blocks.media.layers_sampling import Floats, Reals
from blocks.media.nearness import Nearness, Pixels
from blocks.media.weather_particles import Spots, Tint, paint_spots

_COARSE = 4
"""Ripples are worked out on a grid this many times coarser than the picture."""
_WAVES_A_SECOND = (0.45, 0.31)
_LEAST_SHARE = 0.004
_GLINTS = 170


@dataclass(frozen=True)
class Water:
    """The ripples of one picture on a coarse grid: waves that run are a sum of two that stand, so a frame costs two products."""

    sines: tuple[Floats, ...]
    cosines: tuple[Floats, ...]
    """One pair for each wave, in pixels of sway."""
    top: int
    """First row of the picture that shows water."""

    def at(self, second: float) -> Floats:
        """Give the sway at one moment, coarse, in pixels."""
        sway = np.zeros_like(self.sines[0])
        for sine, cosine, pace in zip(self.sines, self.cosines, _WAVES_A_SECOND, strict=True):
            turn = 2 * np.pi * pace * second
            sway += sine * np.float32(np.cos(turn)) + cosine * np.float32(np.sin(turn))
        return sway


class MovingWater:
    """The water at one moment, ready to bend what the floor shows."""

    def __init__(self, sway: Floats) -> None:
        self._sway = sway

    def bend(self, across: Floats, down: Floats) -> None:
        """Add the sway to the source places of luma."""
        # One place in four is enough: the camera's view changes slowly over the frame, and so does the sway.
        rows, columns = across.shape
        own_x = cv2.resize(across, (max(1, columns // _COARSE), max(1, rows // _COARSE)), interpolation=cv2.INTER_NEAREST)
        own_y = cv2.resize(down, (own_x.shape[1], own_x.shape[0]), interpolation=cv2.INTER_NEAREST)
        sway = cv2.remap(
            self._sway, own_x / _COARSE, own_y / _COARSE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
        )
        fine = cv2.resize(sway, (columns, rows), interpolation=cv2.INTER_LINEAR)
        cv2.add(across, fine, dst=across)
        cv2.scaleAdd(fine, 0.6, down, dst=down)


def find_water(nearness: Pixels, generator: np.random.Generator, strength: float) -> Water | None:
    """Find the water of a picture; None when there is hardly any.

    Args:
        nearness: height x width.
        generator: shapes the waves.
        strength: 1 for calm water; more for wind.
    """
    wet = (nearness == Nearness.WATER).astype(np.uint8)
    if wet.mean() < _LEAST_SHARE:
        return None
    rows = np.flatnonzero(wet.any(axis=1))
    height, width = nearness.shape
    size = (width // _COARSE, height // _COARSE)
    inner = cv2.erode(wet * np.uint8(255), np.ones((3, 3), np.uint8))
    where = cv2.GaussianBlur(cv2.resize(inner, size, interpolation=cv2.INTER_AREA), (0, 0), 1.6).astype(np.float32) / 255
    depth = (np.arange(size[1], dtype=np.float32)[:, None] * _COARSE - rows[0]) / max(1, height - rows[0])
    depth = np.clip(depth, 0, 1)
    amount = where * (0.35 + 2.6 * depth) * (strength * height / 1080)
    phases = [_phases(generator, size, depth, lines) for lines in (1.0, 0.55)]
    return Water(
        sines=tuple((amount * share * np.sin(phase)).astype(np.float32) for phase, share in zip(phases, (0.6, 0.5), strict=True)),
        cosines=tuple(
            (amount * share * np.cos(phase)).astype(np.float32) for phase, share in zip(phases, (0.6, 0.5), strict=True)
        ),
        top=int(rows[0]),
    )


def _phases(generator: np.random.Generator, size: tuple[int, int], depth: Floats, lines: float) -> Floats:
    """Lay wave fronts over the water: close together far away, wide apart near, bent and broken across."""
    width, height = size
    fronts = 90 * lines * np.log1p(9 * depth) / np.log(10)
    noise = generator.standard_normal((height, width)).astype(np.float32)
    broken = cv2.GaussianBlur(noise, (0, 0), sigmaX=width / 24, sigmaY=height / 90)
    return np.asarray(fronts + 2.6 * broken / max(1e-6, float(broken.std())), np.float32)


@dataclass(frozen=True)
class Glints:
    """Points of light that flash up on the water where it is bright; every value has one entry a glint."""

    x: Reals
    y: Reals
    near: Reals
    phase: Reals
    pace: Reals

    def paint(self, canvas: Canvas, second: float, view: View) -> None:
        """Flash those whose moment it is."""
        size = canvas.height / 1080
        wave = np.sin(2 * np.pi * second * self.pace + self.phase) * np.sin(5.3 * second * self.pace + 3 * self.phase)
        scale = view.shrink - view.shrink_near * self.near
        x = (self.x - view.focus_x * (1 - scale) - view.across - view.across_near * self.near) / scale
        y = (self.y - view.focus_y * (1 - scale) - view.down - view.down_near * self.near) / scale
        still = np.zeros_like(x)
        radius = (0.7 + 1.1 * self.near) * size
        spots = Spots(x, y, np.maximum(0.55, radius), 0.8 * np.maximum(0.0, wave) ** 1.5, still, still)
        paint_spots(canvas, spots, Tint(y=228))


def find_glints(luma: Pixels, floor: Floor, wet: Pixels, generator: np.random.Generator) -> Glints:
    """Choose where the water glints: at random, mostly where the picture shows it bright.

    Args:
        luma: the picture's brightness.
        floor: the plane the water lies in.
        wet: not 0 where there is water.
        generator: chooses.
    """
    places = np.flatnonzero(wet)
    bright = luma.reshape(-1)[places].astype(np.float64)
    weight = np.clip((bright - np.percentile(bright, 60)) / max(1.0, float(np.ptp(bright))), 0.0, None) ** 1.5 + 1e-6
    chosen = generator.choice(places, size=min(_GLINTS, places.size), replace=False, p=weight / weight.sum())
    rows = (chosen // luma.shape[1]).astype(np.float64)
    return Glints(
        x=(chosen % luma.shape[1]).astype(np.float64),
        y=rows,
        near=np.clip(floor.near_at_top + floor.near_per_row * rows, 0, 1),
        phase=generator.random(chosen.size) * 2 * np.pi,
        pace=generator.uniform(0.2, 0.6, chosen.size),
    )
