"""The stage of one clip: draws its frames, one moment at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from blocks.media.camera import CameraPath, View
from blocks.media.layers import CLOUDS, FIGURE, SKY, Layer, Scene
from blocks.media.layers_drawing import FloorDrawer, draw_layer, pose_of
from blocks.media.layers_planes import Canvas, new_canvas
from blocks.media.nearness import Nearness
from blocks.media.weather import Forecast
from blocks.media.weather_air import AirPainter, grow_fields
from blocks.media.weather_particles import Stars, find_stars, scatter
from blocks.media.weather_water import Glints, MovingWater, Water, find_glints, find_water

_BREATH_S = 3.4
_BREATH_SHARE = 0.0035
"""How much a figure grows over its feet with a breath."""
_HOVER_PX = (7.0, 4.0)
"""How far a thing in the air or water drifts to and fro, right and down, in pixels of a frame 1080 high."""
_HOVER_S = (7.5, 4.7)
_HORIZON_SHARE = 0.55
"""Where the floor is taken to begin when a picture brings no layers."""


class Stage:
    """Draws the frames of one clip. Keeps the arrays it works in: one stage, one thread."""

    def __init__(self, scene: Scene, path: CameraPath, forecast: Forecast, root: bytes) -> None:
        """Set the stage.

        Args:
            scene: the picture, taken apart.
            path: the camera's move.
            forecast: what moves by itself.
            root: where all randomness of the clip comes from.
        """
        self._scene = scene
        self._path = path
        self._forecast = forecast
        self._root = root
        self._canvas = new_canvas(scene.width, scene.height)
        self._floor = FloorDrawer(scene.floor, scene.width, scene.height) if scene.floor else None
        sky = None if scene.nearness is None else ((scene.nearness < Nearness.RIDGES // 2) * 255).astype(np.uint8)
        top = scene.floor.box.top / scene.height if scene.floor else _HORIZON_SHARE
        self._air = AirPainter(forecast.air, grow_fields(scene.luma, sky, top, self._generator("air")))
        self._fields = [scatter(swarm, self._generator(f"swarm {place}")) for place, swarm in enumerate(forecast.swarms)]
        self._stars: Stars | None = None
        if forecast.stars and scene.nearness is not None:
            open_sky = ((scene.nearness < Nearness.CLOUDS // 2) * 255).astype(np.uint8)
            self._stars = find_stars(scene.luma, open_sky, self._generator("stars"))
        self._water: Water | None = None
        self._glints: Glints | None = None
        if scene.nearness is not None and scene.floor is not None:
            self._water = find_water(scene.nearness, self._generator("water"), forecast.ripples)
        if self._water is not None and scene.nearness is not None and scene.floor is not None:
            wet = (scene.nearness == Nearness.WATER).astype(np.uint8)
            self._glints = find_glints(scene.luma, scene.floor, wet, self._generator("glints"))

    def frames(self, count: int, frames_a_second: float) -> Iterator[memoryview]:
        """Draw all frames, planar YUV 4:2:0. Each is gone when the next one is asked for."""
        for number in range(count):
            self._draw(number / frames_a_second, self._path.at(number / max(1, count - 1)))
            yield self._canvas.raw.data

    def _draw(self, second: float, view: View) -> None:
        canvas, scene = self._canvas, self._scene
        canvas.show(scene.still)
        for layer in scene.behind:
            draw_layer(canvas, layer, pose_of(layer, view, drift_px=self._drift(layer, second)))
            if layer.kind == SKY and self._stars is not None:
                self._stars.paint(canvas, second, view)
        if self._floor is not None:
            self._floor.draw(canvas, view, MovingWater(self._water.at(second)) if self._water else None)
        if self._glints is not None:
            self._glints.paint(canvas, second, view)
        self._air.paint(canvas, second)
        for layer in scene.before:
            self._draw_near(canvas, layer, second, view)
        for field in self._fields:
            field.paint(canvas, second, view)

    def _draw_near(self, canvas: Canvas, layer: Layer, second: float, view: View) -> None:
        stretch = 1.0
        if layer.kind == FIGURE and not layer.airborne:
            stretch = 1 + _BREATH_SHARE * float(np.sin(2 * np.pi * second / _BREATH_S + layer.feet[0]))
        draw_layer(canvas, layer, pose_of(layer, view, drift_px=self._drift(layer, second), stretch=stretch))

    def _drift(self, layer: Layer, second: float) -> tuple[float, float]:
        size = self._scene.height / 1080
        if layer.kind == CLOUDS:
            return self._forecast.cloud_px_s * size * second, 0.0
        if layer.kind == FIGURE and layer.airborne:
            turns = (2 * np.pi * second / period + layer.feet[0] for period in _HOVER_S)
            right, down = (float(np.sin(turn)) * reach * size for turn, reach in zip(turns, _HOVER_PX, strict=True))
            return right, down
        return 0.0, 0.0

    def _generator(self, name: str) -> np.random.Generator:
        digest = hashlib.sha256(self._root + name.encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))
