"""The picture while it is painted: its pixels, how near each is, and the light that falls on everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from blocks.domain.scenery import Hour, Scenery, Weather
from blocks.media.nearness import Nearness
from blocks.media.paint.noise import Rng, rng_for
from blocks.media.paint.palette import Palette, choose_palette
from blocks.media.paint.planes import Plane, as_plane, blurred, mixed

_HALF = 0.5


@dataclass(frozen=True)
class Light:
    """The sun or the moon."""

    x: float
    """Across the frame, 0 to 1."""
    y: float
    """Down the frame; below 0 when it stands above the picture."""
    moon: bool
    veiled: float
    """Share of its disc that weather hides."""


@dataclass
class Stage:
    """What painters paint on. They add to `picture` and `nearness` and change nothing else."""

    scenery: Scenery
    seed: int
    tone_seed: int
    height: int
    width: int
    palette: Palette = field(init=False)
    light: Light = field(init=False)
    picture: Plane = field(init=False)
    nearness: npt.NDArray[np.uint8] = field(init=False)
    horizon: float = 0.62
    """Where sky meets ground, down the frame, 0 to 1; a place may move it before it paints."""

    def __post_init__(self) -> None:
        self.palette = choose_palette(self.scenery, rng_for(self.tone_seed, "palette"))
        self.picture = np.zeros((self.height, self.width, 3), np.float32)
        self.nearness = np.full((self.height, self.width), Nearness.SKY, np.uint8)
        self.light = _place_light(self.scenery, self.rng("light"), self.horizon)

    def rng(self, part: str) -> Rng:
        """Give the generator of one part of this picture."""
        return rng_for(self.seed, part)

    def set_horizon(self, share: float) -> None:
        """Move the horizon, and the light with it."""
        self.horizon = share
        self.light = _place_light(self.scenery, self.rng("light"), share)

    @property
    def horizon_px(self) -> float:
        """Row of the horizon."""
        return self.horizon * self.height

    @cached_property
    def rows(self) -> Plane:
        """Height x 1: 0 at the top edge, 1 at the bottom."""
        return (np.arange(self.height, dtype=np.float32)[:, None] + np.float32(_HALF)) / np.float32(self.height)

    @cached_property
    def columns(self) -> Plane:
        """1 x width: 0 at the left edge, 1 at the right."""
        return (np.arange(self.width, dtype=np.float32)[None, :] + np.float32(_HALF)) / np.float32(self.width)

    def from_light(self, squash: float = 1.0) -> Plane:
        """Distance of each pixel from the light in frame heights; `squash` above 1 widens circles into flat ovals."""
        across = (self.columns - self.light.x) * (self.width / self.height) / squash
        return as_plane(np.sqrt(across**2 + (self.rows - self.light.y) ** 2))

    def nearby_light(self, reach: float) -> Plane:
        """1 x width: how close each column is to the light, 1 at it."""
        across = (self.columns - self.light.x) * (self.width / self.height)
        return as_plane(np.exp(-((across / reach) ** 2)))

    @cached_property
    def air(self) -> Plane:
        """1 x width x 3: the colour of the far air, brighter below the light. Read only after the sky is painted."""
        top, bottom = int(max(0.0, self.horizon - 0.12) * self.height), max(2, int(self.horizon * self.height))
        band = self.picture[top:bottom].mean(axis=0, keepdims=True)
        band = blurred(np.repeat(band, 3, axis=0), self.width * 0.05, 0.3)[1:2]
        return as_plane(np.minimum(mixed(band, self.palette.haze[None, None], 0.4), 1.0))

    def tone(self, near: float) -> Plane:
        """1 x width x 3: the colour of a dark body at a distance, 0 melting into the air to 1 pure shade."""
        return mixed(self.air, self.palette.shade[None, None], near)

    def lay(self, mask: Plane, colour: Plane, level: int | None, top: int = 0) -> None:
        """Paint a layer.

        Args:
            mask: rows x width, cover 0 to 1, from row `top` down.
            colour: anything that spreads to rows x width x 3.
            level: nearness of the layer; None leaves the distances as they are (mist, light, rain).
            top: first row of the picture that mask and colour speak of.
        """
        used = np.flatnonzero(mask.max(axis=1) > 0)
        if used.size == 0:
            return
        rows = slice(int(used[0]), int(used[-1]) + 1)
        part = colour if colour.ndim < 3 or colour.shape[0] == 1 else colour[rows]
        there = slice(top + rows.start, top + rows.stop)
        change = part - self.picture[there]
        change *= mask[rows, :, None]
        self.picture[there] += change
        if level is not None:
            self.nearness[there][mask[rows] > _HALF] = level

    def shine(self, amount: Plane, colour: Plane, top: int = 0) -> None:
        """Add light, rows x width from row `top` down, times a colour; strong light may pass 1 until the grade."""
        picture = self.picture[top : top + amount.shape[0]]
        for channel in range(3):
            picture[..., channel] += amount * np.float32(colour[channel])


def _place_light(scenery: Scenery, rng: Rng, horizon: float) -> Light:
    side = rng.uniform(0.16, 0.42)
    x = side if rng.random() < _HALF else 1 - side
    lift = rng.random()
    altitude = {
        Hour.DAWN: 0.015 + 0.075 * lift,
        Hour.MORNING: 0.20 + 0.16 * lift,
        Hour.NOON: 0.62 + 0.14 * lift,
        Hour.AFTERNOON: 0.14 + 0.14 * lift,
        Hour.DUSK: 0.008 + 0.075 * lift,
        Hour.NIGHT: 0.30 + 0.18 * lift,
    }[scenery.hour]
    veiled = {
        Weather.CLOUDY: 0.25,
        Weather.FOG: 0.35,
        Weather.RAIN: 0.92,
        Weather.STORM: 0.9,
        Weather.SNOW: 0.75,
        Weather.DUST: 0.3,
        Weather.AURORA: 1.0,
        Weather.CLEAR: 0.0,
    }[scenery.weather]
    return Light(x=x, y=horizon - altitude, moon=scenery.hour is Hour.NIGHT, veiled=veiled)
