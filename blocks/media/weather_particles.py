"""Small bright things in the air and in the sky: snowflakes, raindrops, motes, embers, bubbles, twinkling stars."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from blocks.domain.frozen import Frozen
from blocks.media.camera import View
from blocks.media.layers_planes import Canvas
from blocks.media.layers_sampling import Reals
from blocks.media.nearness import Pixels

_SPREAD = 1.25
"""Particles live in a field this much larger than the frame and come back on the other side."""
_LARGE = 0.6
"""Depth from which on particles are drawn apart: small ones need not be looked at as widely as large ones."""
_REFERENCE_PX = 1080
"""Sizes and speeds are given for frames of this height."""


class Tint(Frozen):
    """The colour particles shine in, studio range."""

    y: int = 225
    u: int = 128
    v: int = 128


_STARLIGHT = Tint(y=230, u=131, v=126)


class Swarm(Frozen):
    """A kind of particles. Lengths are in pixels of a frame 1080 high."""

    count: int
    near: tuple[float, float]
    """Nearness of the farthest and of the nearest."""
    radius: tuple[float, float]
    """Radius of the farthest and of the nearest."""
    strength: tuple[float, float]
    """Opacity of the farthest and of the nearest, 0 to 1."""
    fall: tuple[float, float] = (0.0, 0.0)
    """Pixels a second downwards of the farthest and of the nearest; negative rises."""
    wind: tuple[float, float] = (0.0, 0.0)
    sway_px: float = 0.0
    sway_s: float = 4.0
    """Seconds a sway takes, more or less."""
    streak: float = 0.0
    """Length of a drop's trail in seconds of its fall."""
    twinkle: float = 0.0
    """How much of the opacity comes and goes, 0 to 1."""
    twinkle_s: float = 3.0
    tint: Tint = Tint()


@dataclass(frozen=True)
class Field:
    """The particles of one swarm; every value has one entry a particle."""

    swarm: Swarm
    x: Reals
    y: Reals
    depth: Reals
    phase: Reals
    pace: Reals

    def paint(self, canvas: Canvas, second: float, view: View) -> None:
        """Draw the particles as they are at one moment."""
        size = canvas.height / _REFERENCE_PX
        x, y = self._places(canvas, second, view)
        strength = _between(self.swarm.strength, self.depth) * self._shine(second)
        radius = np.maximum(0.55, _between(self.swarm.radius, self.depth) * size)
        fall, wind = (_between(pair, self.depth) * size * self.swarm.streak for pair in (self.swarm.fall, self.swarm.wind))
        for own in (self.depth < _LARGE, self.depth >= _LARGE):
            if np.any(own):
                spots = Spots(x[own], y[own], radius[own], strength[own], fall[own], wind[own])
                paint_spots(canvas, spots, self.swarm.tint)

    def _shine(self, second: float) -> Reals:
        turn = 2 * np.pi * (second / self.swarm.twinkle_s * self.pace) + self.phase * 7
        return 1 - self.swarm.twinkle * (0.5 - 0.5 * np.sin(turn))

    def _places(self, canvas: Canvas, second: float, view: View) -> tuple[Reals, Reals]:
        swarm, size = self.swarm, canvas.height / _REFERENCE_PX
        near = _between(swarm.near, self.depth)
        fall, wind = _between(swarm.fall, self.depth) * self.pace, _between(swarm.wind, self.depth) * self.pace
        turn = 2 * np.pi * second / swarm.sway_s
        sway = swarm.sway_px * size * (0.4 + self.depth)
        x = self.x * canvas.width * _SPREAD + wind * size * second + sway * np.sin(turn * self.pace + self.phase)
        y = self.y * canvas.height * _SPREAD + fall * size * second + sway * 0.5 * np.sin(turn * 0.7 * self.pace + self.phase * 3)
        scale = view.shrink - view.shrink_near * near
        left = view.focus_x * (1 - scale) + view.across + view.across_near * near
        top = view.focus_y * (1 - scale) + view.down + view.down_near * near
        return _wrapped((x - left) / scale, canvas.width), _wrapped((y - top) / scale, canvas.height)


def scatter(swarm: Swarm, generator: np.random.Generator) -> Field:
    """Throw the particles of a swarm."""
    depth = generator.random(swarm.count) ** 1.6
    return Field(
        swarm=swarm,
        x=generator.random(swarm.count),
        y=generator.random(swarm.count),
        depth=np.minimum(depth, 0.999),
        phase=generator.random(swarm.count) * 2 * np.pi,
        pace=generator.uniform(0.75, 1.25, swarm.count),
    )


@dataclass(frozen=True)
class Stars:
    """The stars that the picture shows already; they twinkle where they are."""

    x: Reals
    y: Reals
    phase: Reals
    pace: Reals

    def paint(self, canvas: Canvas, second: float, view: View) -> None:
        """Let the stars flare up a little, each in its own time."""
        across, down = view.horizontal(0.0), view.vertical(0.0)
        flare = np.sin(2 * np.pi * second * self.pace + self.phase) * np.sin(2.4 * second * self.pace + 2 * self.phase)
        strength = 0.75 * np.maximum(0.0, flare)
        radius = np.full_like(self.x, max(0.7, 1.5 * canvas.height / _REFERENCE_PX))
        still = np.zeros_like(self.x)
        x, y = (self.x - across.start) / across.scale, (self.y - down.start) / down.scale
        paint_spots(canvas, Spots(x, y, radius, strength, still, still), _STARLIGHT)


def find_stars(luma: Pixels, sky: Pixels, generator: np.random.Generator, most: int = 160) -> Stars | None:
    """Find the brightest points of a dark sky; None when there are too few to be stars.

    Args:
        luma: the picture's brightness.
        sky: 255 where the sky is open.
        generator: gives each star its rhythm.
        most: how many stars twinkle.
    """
    around = cv2.medianBlur(luma, 5).astype(np.int16)
    peaks = (luma == cv2.dilate(luma, np.ones((5, 5), np.uint8))) & (sky > 0) & (luma.astype(np.int16) - around > 18)
    rows, columns = np.nonzero(peaks)
    if rows.size < 12:
        return None
    best = np.argsort(-luma[rows, columns].astype(np.int16), kind="stable")[:most]
    return Stars(
        x=columns[best].astype(np.float64),
        y=rows[best].astype(np.float64),
        phase=generator.random(best.size) * 2 * np.pi,
        pace=generator.uniform(0.15, 0.5, best.size),
    )


@dataclass(frozen=True)
class Spots:
    """Soft round spots, drawn out along their fall; every value has one entry a spot, in pixels of the frame."""

    x: Reals
    y: Reals
    radius: Reals
    strength: Reals
    fall: Reals
    wind: Reals


def paint_spots(canvas: Canvas, spots: Spots, tint: Tint) -> None:
    """Blend spots into a frame; only the pixels they touch are worked on."""
    _blend(canvas.planes.y, spots, tint.y)
    if (tint.u, tint.v) != (128, 128):
        half = Spots(spots.x / 2, spots.y / 2, np.maximum(0.6, spots.radius / 2), spots.strength, spots.fall / 2, spots.wind / 2)
        _blend(canvas.planes.u, half, tint.u)
        _blend(canvas.planes.v, half, tint.v)


def _blend(plane: Pixels, spots: Spots, value: int) -> None:
    height, width = plane.shape
    reach = int(np.ceil(2.2 * float(spots.radius.max())))
    tall = reach + int(np.ceil(float(np.abs(spots.fall).max()) / 2))
    wide = reach + int(np.ceil(float(np.abs(spots.wind).max()) / 2))
    seen = (spots.x > -wide) & (spots.x < width + wide) & (spots.y > -tall) & (spots.y < height + tall) & (spots.strength > 0.01)
    if not np.any(seen):
        return
    x, y, radius, strength, fall, wind = (
        value[seen].astype(np.float32)[:, None, None]
        for value in (spots.x, spots.y, spots.radius, spots.strength, spots.fall, spots.wind)
    )
    rows = np.floor(y).astype(np.int32) + np.arange(-tall, tall + 2, dtype=np.int32)[None, :, None]
    if tall > reach:
        # A slanted trail: each row is looked at around where the trail crosses it.
        along = np.clip((rows - y) / np.where(fall == 0, 1, fall), -0.5, 0.5)
        centre = x + along * wind
        wide = reach
    else:
        along, centre = np.zeros_like(x), x
    columns = np.floor(centre).astype(np.int32) + np.arange(-wide, wide + 2, dtype=np.int32)[None, None, :]
    aside = (columns - centre) ** 2 + (rows - y - along * fall) ** 2
    cover = strength * np.exp(-aside / (0.9 * radius * radius)) if tall == reach else strength * _trail(aside, along, radius)
    touched = (cover > 0.012) & (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    places = (rows * width + columns)[touched]
    # Where spots overlap the strongest counts, whatever their order.
    strongest = np.zeros(plane.size, np.uint8)
    np.maximum.at(strongest, places, (cover[touched] * 255).astype(np.uint8))
    flat = plane.reshape(-1)
    under = flat[places].astype(np.float32)
    flat[places] = (under + (value - under) * (strongest[places] / np.float32(255)) + 0.5).astype(np.uint8)


def _trail(
    aside: npt.NDArray[np.float32], along: npt.NDArray[np.float32], radius: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Thin the trail out towards both ends."""
    return np.asarray(np.exp(-aside / (0.9 * radius * radius)) * (1 - (2 * along) ** 2 * 0.85), np.float32)


def _between(pair: tuple[float, float], depth: Reals) -> Reals:
    return pair[0] + (pair[1] - pair[0]) * depth


def _wrapped(place: Reals, side_px: int) -> Reals:
    """Bring places back into the field around the frame."""
    field = side_px * _SPREAD
    return np.asarray((place + (field - side_px) / 2) % field - (field - side_px) / 2)
