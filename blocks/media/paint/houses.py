"""Outlines of what people build, as polygons in pixels, and the windows that are lit in them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from blocks.domain.scenery import Hour, Weather
from blocks.media.paint.noise import Rng
from blocks.media.paint.planes import Points, as_plane, blurred, filled
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import rim_edges


@dataclass
class Skyline:
    """Outlines and windows of one layer of buildings."""

    shapes: list[Points] = field(default_factory=list)
    windows: list[Points] = field(default_factory=list)

    def add(self, *corners: tuple[float, float]) -> None:
        """Add one outline."""
        self.shapes.append(np.array(corners, np.float64))

    def box(self, left: float, top: float, right: float, foot: float) -> None:
        """Add a block."""
        self.add((left, top), (right, top), (right, foot), (left, foot))

    def window(self, x: float, y: float, wide: float, tall: float) -> None:
        """Add a window with its middle at x, y."""
        w, t = wide / 2, tall / 2
        self.windows.append(np.array([[x - w, y - t], [x + w, y - t], [x + w, y + t], [x - w, y + t]]))


def lamps_lit(stage: Stage) -> float:
    """Share of windows that are lit at this hour."""
    by_hour = {Hour.NIGHT: 0.62, Hour.DUSK: 0.42, Hour.DAWN: 0.22}
    dark = stage.scenery.weather in {Weather.STORM, Weather.RAIN, Weather.SNOW}
    return by_hour.get(stage.scenery.hour, 0.16 if dark else 0.0)


def lay_buildings(stage: Stage, line: Skyline, near: float, level: int) -> None:
    """Paint a layer of buildings, its lit windows and their glow."""
    mask = filled(stage.height, stage.width, line.shapes)
    stage.lay(mask, stage.tone(near), level)
    rim_edges(stage, mask, 0.45 * near)
    rng = stage.rng(f"lamps {level} {near}")
    share = lamps_lit(stage)
    if share == 0 and line.windows:
        stage.lay(
            filled(stage.height, stage.width, line.windows) * mask * np.float32(0.35), stage.tone(max(0.0, near - 0.35)), None
        )
    lit = [window for window in line.windows if rng.random() < share]
    if not lit:
        return
    glow = filled(stage.height, stage.width, lit)
    warm = as_plane([1.0, 0.70, 0.34])
    halo = blurred(glow, max(1.5, stage.height / 120)) * 0.55 + blurred(glow, max(3.0, stage.height / 40)) * 0.35
    strength = 0.45 + 0.50 * near
    stage.lay(as_plane(glow * mask * (0.55 + 0.40 * near)), warm * 1.05, None)
    stage.shine(as_plane(halo * strength * 0.7), warm)


def gabled_house(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> None:
    """Add a house with a pitched roof; `size` is its height."""
    wide = size * rng.uniform(0.55, 1.05)
    wall = size * rng.uniform(0.50, 0.66)
    left, right, eave = x - wide / 2, x + wide / 2, foot - wall
    over = wide * 0.06
    if rng.random() < 0.55:
        line.add(
            (left, foot), (left, eave), (left - over, eave), (x, foot - size), (right + over, eave), (right, eave), (right, foot)
        )
    else:
        cut = wide * rng.uniform(0.05, 0.16)
        line.add(
            (left, foot),
            (left, eave),
            (left - over, eave),
            (left + cut, foot - size),
            (right - cut, foot - size),
            (right + over, eave),
            (right, eave),
            (right, foot),
        )
    if rng.random() < 0.7:
        chimney = x + wide * rng.uniform(-0.30, 0.30)
        line.box(chimney - size * 0.045, foot - size * rng.uniform(1.0, 1.14), chimney + size * 0.045, foot - size * 0.6)
    rows, columns = max(1, int(wall / (size * 0.26))), max(1, int(wide / (size * 0.28)))
    for row in range(rows):
        for column in range(columns):
            at = left + wide * (column + 0.5) / columns
            line.window(at, eave + wall * (row + 0.45) / rows, size * 0.075, size * 0.11)


def spire(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> None:
    """Add a church: nave, tower and pointed roof."""
    wide = size * rng.uniform(0.13, 0.18)
    tower = foot - size * rng.uniform(0.56, 0.66)
    line.box(x - wide / 2, tower, x + wide / 2, foot)
    line.add((x - wide * 0.60, tower), (x, foot - size), (x + wide * 0.60, tower))
    line.box(x - size * 0.004, foot - size * 1.05, x + size * 0.004, foot - size * 0.95)
    side = rng.choice([-1.0, 1.0])
    end, ridge = x + side * size * rng.uniform(0.45, 0.62), foot - size * rng.uniform(0.30, 0.36)
    line.add((x, foot), (x, ridge), (end - side * wide * 0.2, ridge), (end, foot - size * 0.20), (end, foot))
    line.window(x, tower + size * 0.09, wide * 0.28, wide * 0.5)
    for number in range(4):
        line.window(x + (end - x) * (0.28 + 0.2 * number), foot - size * 0.10, size * 0.022, size * 0.08)


def dome(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> None:
    """Add a domed hall with a lantern on top."""
    wide = size * rng.uniform(0.42, 0.56)
    drum = foot - size * 0.48
    turn = np.linspace(np.pi, 0, 22)
    arch = [(x + np.cos(a) * wide * 0.42, drum - np.sin(a) * size * 0.36) for a in turn]
    line.box(x - wide * 0.62, foot - size * 0.34, x + wide * 0.62, foot)
    line.box(x - wide * 0.44, drum, x + wide * 0.44, foot)
    line.add(*arch)
    line.box(x - size * 0.025, foot - size * 0.92, x + size * 0.025, foot - size * 0.80)
    line.add((x - size * 0.03, foot - size * 0.92), (x, foot - size * 1.02), (x + size * 0.03, foot - size * 0.92))
    for number in range(7):
        line.window(x + (number - 3) * wide * 0.12, drum + size * 0.06, size * 0.018, size * 0.05)


def tower(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> None:
    """Add a slender tower: battlements, a pointed cap or an onion."""
    wide = size * rng.uniform(0.10, 0.16)
    kind = rng.random()
    top = foot - size * (0.94 if kind < 0.4 else 0.78)
    line.box(x - wide / 2, top, x + wide / 2, foot)
    if kind < 0.4:
        line.box(x - wide * 0.62, top, x + wide * 0.62, top + size * 0.07)
        for step in (-0.52, -0.17, 0.17, 0.52):
            line.box(x + wide * (step - 0.09), top - size * 0.035, x + wide * (step + 0.09), top)
    elif kind < 0.75:
        line.add((x - wide * 0.68, top), (x, foot - size * 1.04), (x + wide * 0.68, top))
    else:
        swell = [
            (-0.42, 0.0),
            (-0.62, 0.07),
            (-0.50, 0.14),
            (-0.12, 0.20),
            (0.0, 0.30),
            (0.12, 0.20),
            (0.50, 0.14),
            (0.62, 0.07),
            (0.42, 0.0),
        ]
        line.add(*((x + wide * dx, top - size * dy) for dx, dy in swell))
    line.window(x, top + size * 0.14, wide * 0.26, size * 0.05)


def high_rise(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> None:
    """Add a tower block with its grid of windows."""
    wide = size * rng.uniform(0.20, 0.42) if size > 150 else size * rng.uniform(0.3, 0.7)
    left, right, top = x - wide / 2, x + wide / 2, foot - size
    kind = rng.random()
    if kind < 0.30:
        step = size * rng.uniform(0.10, 0.24)
        line.box(left, top + step, right, foot)
        line.box(left + wide * 0.16, top + step * 0.4, right - wide * 0.16, foot)
        line.box(left + wide * 0.32, top, right - wide * 0.32, foot)
    elif kind < 0.45:
        line.add((left, top + size * rng.uniform(0.05, 0.14)), (right, top), (right, foot), (left, foot))
    elif kind < 0.58:
        line.add((left, foot), (left, top + size * 0.16), (x, top), (right, top + size * 0.16), (right, foot))
    else:
        line.box(left, top, right, foot)
        if rng.random() < 0.5:
            line.box(left + wide * 0.2, top - size * 0.035, left + wide * 0.55, top)
    if rng.random() < 0.35:
        line.box(x - 0.8, top - size * rng.uniform(0.08, 0.22), x + 0.8, top + 4)
    pitch = max(5.0, size * 0.034)
    for row in range(int(size * 0.80 / pitch)):
        for column in range(max(1, int(wide * 0.8 / pitch))):
            if rng.random() < 0.50:
                line.window(
                    left + wide * 0.12 + (column + 0.5) * pitch, top + size * 0.17 + row * pitch, pitch * 0.42, pitch * 0.5
                )


def tall_ship(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> None:
    """Add a moored sailing ship with furled sails; `size` is the height of its masts."""
    long = size * rng.uniform(0.95, 1.25)
    way = rng.choice([-1.0, 1.0])
    hull = [
        (-0.50, 0.13),
        (-0.42, 0.0),
        (0.40, 0.0),
        (0.52, 0.11),
        (0.60, 0.15),
        (0.30, 0.105),
        (-0.30, 0.10),
        (-0.36, 0.15),
        (-0.52, 0.165),
    ]
    line.add(*((x + way * dx * long, foot - dy * size) for dx, dy in hull))
    thin = max(0.7, size * 0.006)
    line.add(
        (x + way * long * 0.5, foot - size * 0.13),
        (x + way * long * 0.74, foot - size * 0.26),
        (x + way * long * 0.74, foot - size * 0.27),
        (x + way * long * 0.5, foot - size * 0.15),
    )
    for place, tall in ((-0.30, 0.76), (0.02, 1.0), (0.30, 0.88)):
        at, top = x + way * place * long, foot - size * tall
        line.add(
            (at - thin * 1.3, foot - size * 0.08),
            (at - thin * 0.5, top),
            (at + thin * 0.5, top),
            (at + thin * 1.3, foot - size * 0.08),
        )
        for share, reach in ((0.40, 0.17), (0.60, 0.14), (0.78, 0.10)):
            y, half = foot - size * tall * share - size * 0.06, size * reach
            line.add(
                (at - half, y - thin), (at + half, y - thin), (at + half * 0.9, y + thin * 2.4), (at - half * 0.9, y + thin * 2.4)
            )
        for side in (-1.0, 1.0):
            end = at + side * size * 0.12
            line.add(
                (at, top + size * 0.10), (end, foot - size * 0.10), (end + 0.9, foot - size * 0.10), (at + 0.9, top + size * 0.10)
            )
    line.add(
        (x + way * long * 0.73, foot - size * 0.265),
        (x + way * long * 0.30, foot - size * 0.84),
        (x + way * long * 0.30 + 0.9, foot - size * 0.84),
        (x + way * long * 0.73 + 0.9, foot - size * 0.265),
    )
    line.window(x - way * long * 0.44, foot - size * 0.10, size * 0.022, size * 0.022)


def column(line: Skyline, rng: Rng, x: float, foot: float, size: float, *, whole: bool) -> None:
    """Add a classical column, broken off unless `whole`."""
    wide = size * 0.105
    top = foot - size
    line.box(x - wide * 0.80, foot - size * 0.05, x + wide * 0.80, foot)
    if whole:
        line.add(
            (x - wide * 0.52, foot),
            (x - wide * 0.42, top + size * 0.06),
            (x + wide * 0.42, top + size * 0.06),
            (x + wide * 0.52, foot),
        )
        line.add(
            (x - wide * 0.42, top + size * 0.07),
            (x - wide * 0.75, top + size * 0.03),
            (x - wide * 0.75, top),
            (x + wide * 0.75, top),
            (x + wide * 0.75, top + size * 0.03),
            (x + wide * 0.42, top + size * 0.07),
        )
        return
    crown = [(x + wide * dx, top + size * rng.uniform(0.0, 0.10)) for dx in (-0.44, -0.22, 0.02, 0.25, 0.44)]
    line.add((x - wide * 0.52, foot), *crown, (x + wide * 0.52, foot))
