"""The inside of a house: a window, its light in the dust, and what stands on table and shelf."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from blocks.domain.scenery import Hour
from blocks.media.nearness import Nearness
from blocks.media.paint.air import paint_mist
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line
from blocks.media.paint.houses import Skyline
from blocks.media.paint.noise import Rng, field
from blocks.media.paint.planes import Plane, Points, as_plane, below, blurred, filled, mixed, resized, smoothstep
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import rim_edges


def paint_interior(stage: Stage) -> None:
    """Paint a dark room with a tall window, its light in the dust, and the outlines of what stands there."""
    rng = stage.rng("interior")
    stage.palette = replace(stage.palette, key=stage.palette.key * 0.55)
    stage.set_horizon(rng.uniform(0.46, 0.52))
    paint_sky(stage)
    paint_clouds(stage)
    paint_ridge(stage, Ridge(stage.horizon + 0.02, 0.08, 0.3, Nearness.SKY + 10, 2.2), "outside")
    paint_mist(stage, stage.horizon, 0.08, 0.5, "outside")
    stage.picture[:] = blurred(stage.picture, stage.height / 220) * 1.15
    middle = float(np.clip(stage.light.x, 0.28, 0.72))
    mask, glass = _wall(stage, middle, rng)
    wall = (
        stage.tone(0.74)
        * (0.45 + 0.80 * np.exp(-(((stage.columns - middle) / 0.30) ** 2)) * np.exp(-(((stage.rows - 0.45) / 0.5) ** 2)))[
            ..., None
        ]
    )
    stage.lay(mask, as_plane(wall), Nearness.WOODS)
    _spill(stage, glass, middle)
    _furniture(stage, rng, middle)


def _wall(stage: Stage, middle: float, rng: Rng) -> tuple[Plane, Plane]:
    """Give the mask of the wall around the window panes, and the panes."""
    wide, top, foot = (
        rng.uniform(0.38, 0.62) * stage.height,
        rng.uniform(0.03, 0.09) * stage.height,
        rng.uniform(0.62, 0.70) * stage.height,
    )
    x = middle * stage.width
    arched = rng.random() < 0.5
    columns, rows = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    bar = 0.008 * stage.height
    panes: list[Points] = []
    cell_w, cell_t = wide / columns, (foot - top) / rows
    for row in range(rows):
        for number in range(columns):
            left, upper = x - wide / 2 + number * cell_w + bar / 2, top + row * cell_t + bar / 2
            panes.append(
                np.array(
                    [
                        [left, upper],
                        [left + cell_w - bar, upper],
                        [left + cell_w - bar, upper + cell_t - bar],
                        [left, upper + cell_t - bar],
                    ]
                )
            )
    glass = filled(stage.height, stage.width, panes)
    if arched:
        round_top = wide / 2
        y = np.arange(stage.height, dtype=np.float32)[:, None]
        inside = ((stage.columns * stage.width - x) ** 2 + (y - top - round_top) ** 2 < round_top**2) | (y > top + round_top)
        glass = glass * blurred(as_plane(inside), 0.8)
    return as_plane(1 - glass), glass


def _spill(stage: Stage, glass: Plane, middle: float) -> None:
    """Let the window's light fall into the room: beams, a lit patch of floor, a glow on the wall."""
    light = mixed(stage.air, np.minimum(stage.palette.light, 1), 0.5)[0].mean(axis=0)
    strength = 0.5 if stage.light.moon else 1.0
    halo = blurred(glass, stage.height * 0.05) * 0.22 + blurred(glass, stage.height * 0.16) * 0.20
    stage.shine(as_plane(halo * strength * (1 - glass)), as_plane(light))
    way = -1.0 if middle > 0.5 else 1.0
    beams = np.zeros_like(glass)
    soft = blurred(glass, stage.height / 150)
    for number in range(1, 33):
        step = number / 32
        moved = np.roll(np.roll(soft, int(way * step * 0.42 * stage.height), axis=1), int(step * 0.46 * stage.height), axis=0)
        moved[: int(step * 0.46 * stage.height)] = 0
        beams += moved * (1 - step) ** 0.6
    dust = resized(field(stage.rng("dust"), stage.height // 4, stage.width // 4, (5, 7), 4), stage.height, stage.width)
    stage.shine(
        as_plane(blurred(beams, stage.height / 110) / 32 * (0.30 + 0.5 * dust) * strength * (1 - 0.4 * stage.light.veiled)),
        as_plane(light),
    )


def _furniture(stage: Stage, rng: Rng, middle: float) -> None:
    height, width = stage.height, stage.width
    table, legs = 0.76 * height, Skyline()
    legs.box(0.0, table, width, table + 0.026 * height)
    for x in (0.10, 0.36, 0.64, 0.90):
        legs.box(x * width, table, (x + 0.016) * width, height)
    x = 0.06 * width
    while x < 0.95 * width:
        x += _thing(legs, rng, x, table, height * rng.uniform(0.07, 0.22)) + rng.uniform(0.01, 0.07) * width
    shelf_left = middle > 0.5
    for number in range(3):
        y = (0.16 + 0.17 * number) * height
        left, right = (0.0, rng.uniform(0.18, 0.24) * width) if shelf_left else (rng.uniform(0.76, 0.82) * width, width)
        legs.box(left, y, right, y + 0.012 * height)
        at = left + 6
        while at < right - 0.03 * width:
            at += _thing(legs, rng, at, y, height * rng.uniform(0.05, 0.11)) + rng.uniform(0.0, 0.012) * width
    legs.windows.clear()
    mask = filled(height, width, legs.shapes)
    stage.lay(mask, stage.tone(0.97), Nearness.GROUND)
    rim_edges(stage, mask * smoothstep(0.30, 0.10, np.abs(stage.columns - middle)), 0.5)
    line = ground_line(stage, 0.99, 0.0, 2, "floor")
    stage.lay(below(line, height), stage.tone(0.98), Nearness.FOREGROUND)
    if stage.scenery.hour in {Hour.NIGHT, Hour.DUSK, Hour.DAWN}:
        _candle(stage, (0.30 if middle > 0.5 else 0.70) * width, table)


def _thing(line: Skyline, rng: Rng, x: float, foot: float, size: float) -> float:
    """Stand one thing on a board and give its width: books, a bottle, a jar, a globe, a frame."""
    kind = int(rng.integers(5))
    if kind == 0:
        at = x
        for _ in range(int(rng.integers(2, 6))):
            thick, tall = size * rng.uniform(0.13, 0.22), size * rng.uniform(0.7, 1.0)
            line.box(at, foot - tall, at + thick, foot)
            at += thick + 1
        return at - x
    wide = size * rng.uniform(0.34, 0.5)
    middle = x + wide / 2
    if kind == 1:
        line.add(
            (x, foot),
            (x, foot - size * 0.55),
            (middle - wide * 0.16, foot - size * 0.72),
            (middle - wide * 0.16, foot - size),
            (middle + wide * 0.16, foot - size),
            (middle + wide * 0.16, foot - size * 0.72),
            (x + wide, foot - size * 0.55),
            (x + wide, foot),
        )
    elif kind == 2:
        line.add(
            (x + wide * 0.1, foot),
            (x, foot - size * 0.5),
            (x + wide * 0.15, foot - size * 0.7),
            (x + wide * 0.85, foot - size * 0.7),
            (x + wide, foot - size * 0.5),
            (x + wide * 0.9, foot),
        )
    elif kind == 3:
        turn = np.linspace(0, 2 * np.pi, 24)[:-1]
        line.add(*((middle + np.cos(a) * size * 0.33, foot - size * 0.62 + np.sin(a) * size * 0.33) for a in turn))
        line.add(
            (middle - size * 0.2, foot),
            (middle - size * 0.03, foot - size * 0.3),
            (middle + size * 0.03, foot - size * 0.3),
            (middle + size * 0.2, foot),
        )
        return size * 0.66
    else:
        line.box(x, foot - size * 0.34, x + wide * 1.4, foot)
        line.box(x + wide * 0.1, foot - size * 0.42, x + wide * 1.2, foot - size * 0.34)
        return wide * 1.4
    return wide


def _candle(stage: Stage, x: float, foot: float) -> None:
    size = 0.085 * stage.height
    body = Skyline()
    body.box(x - size * 0.10, foot - size, x + size * 0.10, foot)
    body.box(x - size * 0.34, foot - size * 0.07, x + size * 0.34, foot)
    stage.lay(filled(stage.height, stage.width, body.shapes), stage.tone(0.92), Nearness.GROUND)
    y = np.arange(stage.height, dtype=np.float32)[:, None] - (foot - size * 1.22)
    across = stage.columns * stage.width - x
    flame = np.exp(-((across / (size * 0.055 * np.clip(1 + y / size, 0.4, 1.3))) ** 2)) * np.exp(-((y / (size * 0.16)) ** 2))
    far = np.hypot(across, y) / stage.height
    warm = as_plane([1.0, 0.62, 0.26])
    stage.shine(as_plane(flame * 1.4), as_plane([1.0, 0.86, 0.55]))
    stage.shine(as_plane(np.exp(-far / 0.035) * 0.5 + np.exp(-far / 0.15) * 0.30), warm)
