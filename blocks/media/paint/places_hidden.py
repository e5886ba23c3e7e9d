"""Places without open sky: cave, water's depth, space, and the inside of a house."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Hour
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist, paint_shafts
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line, paint_rocks
from blocks.media.paint.houses import Skyline
from blocks.media.paint.noise import Rng, field, skyline, tile
from blocks.media.paint.planes import Plane, Points, as_plane, below, blurred, filled, mixed, resized, sampled, smoothstep
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.stage import Stage
from blocks.media.paint.water import Water, paint_water
from blocks.media.paint.woods import rim_edges


def paint_cave(stage: Stage) -> None:
    """Paint the view out of a cave's mouth, past rows of rock, often over a still pool."""
    rng = stage.rng("cave")
    stage.set_horizon(rng.uniform(0.56, 0.62))
    paint_sky(stage)
    paint_clouds(stage)
    paint_ridge(stage, Ridge(stage.horizon + 0.02, rng.uniform(0.10, 0.22), 0.22, Nearness.RIDGES, 2.4, sharp=True, snow=0.4, relief=0.7), "far")
    paint_mist(stage, stage.horizon, 0.06, 0.4 + 0.4 * mistiness(stage), "far")
    paint_ridge(stage, Ridge(stage.horizon + 0.07, 0.06, 0.45, Nearness.RIDGES + 20, 3.0), "near")
    mouth = (float(np.clip(stage.light.x + rng.normal(0, 0.05), 0.30, 0.70)), stage.horizon - 0.06)
    sizes = ((0.40, 0.34, 0.62), (0.52, 0.43, 0.80), (0.66, 0.54, 0.93))
    pool = rng.random() < 0.6
    _rock_ring(stage, mouth, sizes[0], 0)
    if pool:
        paint_water(stage, Water(stage.horizon + 0.16, 0.10, 0.35))
    for number in (1, 2):
        paint_shafts(stage, 0.30)
        _rock_ring(stage, mouth, sizes[number], number)
    line = ground_line(stage, 0.95, 0.03, 3, "floor", bowl=0.08)
    stage.lay(below(line, stage.height), stage.tone(0.97), Nearness.FOREGROUND)
    paint_rocks(stage, 0.985, (0.02, 0.08), 12, "floor")


def _rock_ring(stage: Stage, mouth: tuple[float, float], size: tuple[float, float, float], number: int) -> None:
    """Paint rock all around an opening: its half width and half height in frame heights, and how near it is."""
    rng = stage.rng(f"rock ring {number}")
    across = (stage.columns - mouth[0]) * (stage.width / stage.height) / size[0]
    down = (stage.rows - mouth[1]) / size[1]
    angle = np.arctan2(down, across)
    steps = np.linspace(-np.pi, np.pi, 1024)
    ragged = skyline(rng, 1024, 7, 8, 0.62, sharp=True) * np.sin((steps + np.pi) / 2) ** 0.3
    far = np.sqrt(across**2 + (down * np.where(down > 0, 1.2, 1.0)) ** 2) + 0.24 * as_plane(np.interp(angle, steps, ragged))
    mask = np.maximum(smoothstep(0.995, 1.005 + 0.01 * number, far), _stalactites(stage, far, number))
    facets = resized(np.abs(field(rng, stage.height // 3, stage.width // 3, (8, 12), 6, 0.6) - 0.5), stage.height, stage.width)
    slope = np.clip(0.5 + (np.roll(facets, 3, axis=1) - np.roll(facets, -3, axis=1)) * 4 * np.sign(across), 0, 1)
    colour = stage.tone(size[2]) * (0.72 + 0.45 * slope)[..., None]
    lip = np.exp(-np.clip(far - 1, 0, None) / 0.16) * smoothstep(0.45, 0.75, slope)
    strength = (0.30 if stage.light.moon else 0.40) * (1.15 - size[2])
    colour = colour + as_plane(lip * strength * 1.6)[..., None] * mixed(stage.air, np.minimum(stage.palette.light, 1), 0.5)
    stage.lay(mask, as_plane(colour), Nearness.WOODS + 45 * number)


def _stalactites(stage: Stage, far: Plane, number: int) -> Plane:
    """Give the mask of stones that hang from the roof of an opening."""
    rng = stage.rng(f"stalactites {number}")
    roofs = np.argmax(far < 1.0, axis=0)
    shapes: list[Points] = []
    for place in rng.random(16):
        column = int(place * (stage.width - 1))
        if roofs[column] == 0:
            continue
        long, half = rng.uniform(0.02, 0.11) * stage.height * (0.7 + 0.3 * number), rng.uniform(0.005, 0.014) * stage.height
        top = float(roofs[column]) - half * 5
        bend = [(-1.0, 0.0), (-0.45, 0.35), (-0.2, 0.7), (0.0, 1.0), (0.22, 0.66), (0.5, 0.30), (1.0, 0.0)]
        shapes.append(np.array([[column + half * dx, top + (long + half * 5) * dy] for dx, dy in bend]))
    return filled(stage.height, stage.width, shapes)


_DEPTHS = {
    Hour.DAWN: ("0a2c44", "1d6b7e", "a9d8c4"),
    Hour.MORNING: ("06324f", "1580a0", "bdeee4"),
    Hour.NOON: ("053a5c", "1290b4", "d2f8ee"),
    Hour.AFTERNOON: ("08344a", "1f8292", "d8ecc0"),
    Hour.DUSK: ("0a1f3c", "265a7a", "e2b98e"),
    Hour.NIGHT: ("030b1c", "0c2c4c", "6fa6c8"),
}


def paint_underwater(stage: Stage) -> None:
    """Paint the depth: light from the surface, shafts, far rocks, weed and drifting specks."""
    rng = stage.rng("underwater")
    stage.set_horizon(0.62)
    deep, middle, bright = (as_plane([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]) for code in _DEPTHS[stage.scenery.hour])
    sun = float(np.clip(stage.light.x, 0.25, 0.75))
    across = (stage.columns - sun) * np.float32(stage.width / stage.height)
    far = np.sqrt(across**2 * 0.75 + (stage.rows + 0.12) ** 2)
    stage.picture[:] = mixed(mixed(middle, deep, smoothstep(0.15, 1.15, far)[..., None]), bright, (np.exp(-far / 0.24) * 1.25).clip(0, 1)[..., None])
    _paint_surface(stage, across, bright, rng)
    _depth_tones(stage, deep, middle)
    _paint_sunbeams(stage, sun, bright, rng)
    for number, near in enumerate((0.18, 0.40, 0.66)):
        _paint_sea_bed(stage, near, number)
    _paint_sunbeams(stage, sun, bright * 0.45, rng)
    _paint_weeds(stage, rng)
    _paint_specks(stage, bright)


def _depth_tones(stage: Stage, deep: Plane, middle: Plane) -> None:
    """Make far things melt into the water's own colour instead of the air's."""
    band = stage.picture[int(0.55 * stage.height) : int(0.72 * stage.height)].mean(axis=0, keepdims=True)
    stage.__dict__["air"] = as_plane(blurred(np.repeat(band, 3, axis=0), stage.width * 0.06, 0.3)[1:2])
    from dataclasses import replace

    stage.palette = replace(stage.palette, shade=deep * 0.16, haze=middle, light=mixed(middle, as_plane([0.9, 1, 1]), 0.6), glow=0.5)


def _paint_surface(stage: Stage, across: Plane, bright: Plane, rng: Rng) -> None:
    texture = tile(rng, 512, 9, 5, 0.6)
    v = stage.rows + np.float32(0.015)
    u, w = as_plane(across / v * 22), as_plane(9 / v + 0 * across)
    waves = np.abs(sampled(texture, u, w, wrap=True) - 0.5)
    caustic = smoothstep(0.085, 0.0, waves) * smoothstep(0.26, 0.0, stage.rows) * np.exp(-((across / 0.9) ** 2))
    stage.shine(as_plane(caustic * 0.42), bright)


def _paint_sunbeams(stage: Stage, sun: float, bright: Plane, rng: Rng) -> None:
    height, width = stage.height // 3, stage.width // 3
    x = (np.arange(width, dtype=np.float32)[None] / width - sun) * np.float32(stage.width / stage.height)
    y = np.arange(height, dtype=np.float32)[:, None] / height
    angle = as_plane(x / (y + 0.55))
    total = np.zeros((height, width), np.float32)
    for _ in range(13):
        total += as_plane(np.exp(-(((angle - rng.normal(0, 0.36)) / rng.uniform(0.010, 0.055)) ** 2)) * rng.uniform(0.25, 1.0))
    fade = np.exp(-y * rng.uniform(1.5, 2.2))
    beams = resized(blurred(as_plane(np.minimum(total, 1.5) * fade), 1.5), stage.height, stage.width)
    stage.shine(np.maximum(beams, 0) * np.float32(0.30), bright)


def _paint_sea_bed(stage: Stage, near: float, number: int) -> None:
    rng = stage.rng(f"sea bed {number}")
    row = 0.76 + 0.085 * number
    lumps = np.clip(skyline(rng, stage.width, 3.0, 7, 0.55), -0.6, 1)
    sides = (np.abs(stage.columns[0] - 0.5) * 2) ** 2 * (0.16 + 0.12 * number)
    line = as_plane((row - 0.10 * lumps - sides) * stage.height)
    mask = below(line, stage.height)
    shapes: list[Points] = []
    for _ in range(16 - 3 * number):
        x = rng.beta(0.6, 0.6)
        foot = float(line[int(x * (stage.width - 1))]) + 5
        shapes.extend(_coral(rng, x * stage.width, foot, rng.uniform(0.03, 0.10) * (1 + 0.6 * number) * stage.height))
    mask = np.maximum(mask, filled(stage.height, stage.width, shapes))
    depth = np.clip((np.arange(stage.height, dtype=np.float32)[:, None] - line[None]) / (0.3 * stage.height), 0, 1)
    colour = mixed(stage.tone(near), stage.tone(min(1.0, near + 0.30)), depth[..., None])
    stage.lay(mask, colour, Nearness.RIDGES + 40 * number)
    top = np.clip(mask - np.roll(mask, round(max(1.0, stage.height / 360)), axis=0), 0, 1) * stage.nearby_light(0.55) * 0.30 * near
    stage.shine(as_plane(top), stage.palette.light)


def _coral(rng: Rng, x: float, foot: float, size: float) -> list[Points]:
    if rng.random() < 0.4:
        turn = np.linspace(np.pi, 0, 12)
        reach = size * rng.uniform(0.4, 0.7) * (1 + 0.10 * rng.standard_normal(12))
        return [np.stack([x + np.cos(turn) * reach * 1.2, foot - np.sin(turn) * reach], axis=1)]
    shapes = []
    for angle in rng.uniform(0.5, np.pi - 0.5, int(rng.integers(4, 8))):
        long, thin = size * rng.uniform(0.5, 1.0), size * 0.055
        knee = np.array([x + np.cos(angle) * long * 0.5, foot - np.sin(angle) * long * 0.45])
        tip = np.array([x + np.cos(angle) * long * 0.75, foot - long])
        shapes.append(np.array([[x - thin, foot], knee - [thin, 0], tip - [thin * 0.6, 0], tip + [thin * 0.6, 0], knee + [thin, 0], [x + thin, foot]]))
    return shapes


def _paint_weeds(stage: Stage, rng: Rng) -> None:
    shapes: list[Points] = []
    left = rng.random() < 0.5
    for _ in range(20):
        place = abs(rng.normal(0, 0.10))
        x = (place if (rng.random() < 0.7) == left else 1 - place) * stage.width
        long = rng.uniform(0.25, 0.85) * stage.height
        t = np.linspace(0, 1, 18)
        sway = np.sin(t * rng.uniform(4, 8) + rng.uniform(0, 6)) * 0.018 * stage.height * (0.3 + t)
        spine = np.stack([x + sway + rng.normal(0, 0.03) * long * t, 1.02 * stage.height - long * t], axis=1)
        wide = stage.height * 0.006 * (1 - 0.7 * t)
        half = np.stack([wide, 0 * wide], axis=1)
        shapes.append(np.concatenate([spine - half, (spine + half)[::-1]]))
        for at in range(2, 17):
            side = 1 if at % 2 else -1
            tip = spine[at] + [side * stage.height * 0.030 * (1 - 0.5 * t[at]), -stage.height * 0.022]
            shapes.append(np.array([spine[at], (spine[at] + tip) / 2 + [0, stage.height * 0.007], tip, (spine[at] + tip) / 2 - [0, stage.height * 0.008]]))
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, stage.tone(0.95), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.3)


def _paint_specks(stage: Stage, bright: Plane) -> None:
    rng = stage.rng("specks")
    count = 420
    specks = np.zeros((stage.height, stage.width), np.float32)
    rows, columns = (rng.random(count) * stage.height).astype(int), (rng.random(count) * stage.width).astype(int)
    np.maximum.at(specks, (rows, columns), as_plane(rng.random(count) ** 2))
    scale = stage.height / 1080
    stage.shine(as_plane(blurred(specks, 1.1 * scale + 0.2) * 2.4 * scale), bright)


def paint_space(stage: Stage) -> None:
    """Paint stars, a veil of gas and the lit limb of a world."""
    rng = stage.rng("space")
    stage.set_horizon(1.0)
    stage.picture[:] = as_plane([0.008, 0.010, 0.022])
    _paint_gas(stage, rng)
    _paint_star_field(stage)
    big = rng.random() < 0.6
    side = 1.0 if stage.light.x < 0.5 else -1.0
    if big:
        size = rng.uniform(0.9, 1.5)
        _paint_world(stage, (0.5 + side * rng.uniform(0.0, 0.35), 1.0 + size * rng.uniform(0.42, 0.62)), size, (side, Nearness.GROUND), "world")
        if rng.random() < 0.7:
            _paint_world(stage, (0.5 - side * rng.uniform(0.1, 0.32), rng.uniform(0.20, 0.38)), rng.uniform(0.025, 0.06), (side, Nearness.RIDGES), "moon")
    else:
        _paint_world(stage, (0.5 + side * rng.uniform(0.02, 0.22), rng.uniform(0.42, 0.58)), rng.uniform(0.22, 0.34), (side, Nearness.WOODS), "world")
        _paint_boulders(stage, rng)


_GASES = (("3a1d6e", "b0446e", "e59a62"), ("0d3a66", "2f86a6", "a6d6d0"), ("4a1638", "c25a3c", "f0b46a"), ("16304a", "5a4a9a", "c88ac0"))


def _paint_gas(stage: Stage, rng: Rng) -> None:
    height, width = stage.height // 2, stage.width // 2
    body = field(rng, height, width, (2, 3), 7, 0.58)
    fold = np.abs(field(rng, height, width, (3, 5), 7, 0.6) - 0.5)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = ((x / width - 0.5) * width / height * np.sin(angle) - (y / height - rng.uniform(0.3, 0.6)) * np.cos(angle)) + 0.35 * (body - 0.5)
    band = np.exp(-((across / rng.uniform(0.20, 0.32)) ** 2))
    cloud = band * smoothstep(0.32, 0.85, body + 0.35 * (0.25 - fold))
    lanes = 1 - 0.55 * smoothstep(0.12, 0.0, fold) * band
    codes = _GASES[int(stage.rng("gas colour").integers(len(_GASES)))]
    low, mid, high = (as_plane([int(code[at : at + 2], 16) / 255 for at in (0, 2, 4)]) for code in codes)
    colour = mixed(mixed(low, mid, smoothstep(0.15, 0.55, cloud)[..., None]), high, smoothstep(0.5, 0.95, cloud)[..., None])
    glow = colour * as_plane(cloud * lanes)[..., None] * 1.0
    stage.picture += resized(as_plane(glow), stage.height, stage.width).clip(0, None)


def _paint_star_field(stage: Stage) -> None:
    rng = stage.rng("stars")
    layer = np.zeros((stage.height, stage.width), np.float32)
    count = 4200
    rows, columns = (rng.random(count) * stage.height).astype(int), (rng.random(count) * stage.width).astype(int)
    np.maximum.at(layer, (rows, columns), as_plane(np.minimum(rng.pareto(1.9, count) * 0.10 + 0.05, 1.6)))
    scale = stage.height / 1080
    soft = blurred(layer, 0.7 * scale + 0.1) * 3.0 * scale + blurred(np.where(layer > 0.6, layer, 0), 3.0 * scale + 0.1) * 11 * scale
    stage.shine(as_plane(np.minimum(soft, 1.6)), as_plane([0.88, 0.93, 1.0]))


def _paint_world(stage: Stage, middle: tuple[float, float], size: float, side_level: tuple[float, int], part: str) -> None:
    """Paint a sphere lit from one side: its middle as shares of the frame, its radius in frame heights."""
    rng = stage.rng(f"world {part}")
    side, level = side_level
    x = (stage.columns - middle[0]) * np.float32(stage.width / stage.height) / size
    y = (stage.rows - middle[1]) / np.float32(size)
    far2 = x * x + y * y
    z = np.sqrt(np.clip(1 - far2, 0, 1))
    lift = -0.62 if part == "world" else -0.35
    lit = np.clip((-side * 0.72 * x + lift * y + 0.10 * z), 0, 1)
    texture = tile(rng, 512, 5, 7, 0.58)
    u, v = (np.broadcast_to(as_plane(np.arcsin(np.clip(axis, -1, 1)) * 120 + 200), far2.shape) for axis in (x, y))
    land, warp = sampled(texture, u, v, wrap=True), sampled(texture, v, u, wrap=True)
    cloud = sampled(texture, as_plane(u * 1.7 + 60 * warp), as_plane(v * 2.3 + 30 * warp), wrap=True)
    pick = int(rng.integers(2)) if part == "world" else 2
    sea, soil = ((as_plane([0.05, 0.16, 0.34]), as_plane([0.20, 0.24, 0.20])), (as_plane([0.34, 0.16, 0.09]), as_plane([0.58, 0.33, 0.20])), (as_plane([0.22, 0.22, 0.24]), as_plane([0.46, 0.45, 0.44])))[pick]
    ground = mixed(sea, soil, smoothstep(0.49, 0.56, land)[..., None]) * (0.7 + 0.7 * land)[..., None]
    if pick == 0:
        ground = mixed(ground, as_plane([0.92, 0.95, 1.0]), (smoothstep(0.50, 0.72, cloud) * 0.85)[..., None])
    disc = smoothstep(1.0 + 1.6 / (size * stage.height), 1.0 - 1.6 / (size * stage.height), np.sqrt(far2))
    stage.lay(disc, ground * (lit**0.8 * 1.35)[..., None] + as_plane([0.004, 0.006, 0.012]), level)
    tint = (as_plane([0.35, 0.62, 1.0]), as_plane([1.0, 0.62, 0.36]), as_plane([0.8, 0.82, 0.9]))[pick]
    edge = np.sqrt(far2) - 1
    thick = 0.018 if size > 0.5 else 0.05
    air = np.where(edge > 0, np.exp(-np.maximum(edge, 0) / thick), np.exp(np.minimum(edge, 0) / (thick * 3.2)) * 0.8)
    toward = np.clip(-side * 0.72 * x + lift * y + 0.25, 0, 1) ** 1.2
    stage.shine(as_plane(air * toward * (0.85 if pick < 2 else 0.12)), tint)


def _paint_boulders(stage: Stage, rng: Rng) -> None:
    shapes = []
    for _ in range(9):
        turn = np.linspace(0, 2 * np.pi, 14)[:-1]
        size = rng.pareto(2.2) * 0.012 + 0.008
        reach = min(size, 0.10) * stage.height * rng.uniform(0.7, 1.0, 13)
        foot = (rng.beta(0.5, 0.5) * stage.width, rng.uniform(0.72, 1.0) * stage.height)
        shapes.append(np.stack([foot[0] + np.cos(turn) * reach * 1.3, foot[1] + np.sin(turn) * reach], axis=1))
    mask = filled(stage.height, stage.width, shapes)
    stage.lay(mask, as_plane([0.016, 0.016, 0.022]), Nearness.FOREGROUND)
    step = max(1, round(stage.height / 300))
    edge = np.clip(mask - np.roll(mask, step if stage.light.x < 0.5 else -step, axis=1), 0, 1)
    stage.shine(as_plane(edge * 0.35), as_plane([0.85, 0.85, 0.9]))


def paint_interior(stage: Stage) -> None:
    """Paint a dark room with a tall window, its light in the dust, and the outlines of what stands there."""
    rng = stage.rng("interior")
    stage.set_horizon(rng.uniform(0.46, 0.52))
    paint_sky(stage)
    paint_clouds(stage)
    paint_ridge(stage, Ridge(stage.horizon + 0.02, 0.08, 0.3, Nearness.SKY + 10, 2.2), "outside")
    paint_mist(stage, stage.horizon, 0.08, 0.5, "outside")
    stage.picture[:] = blurred(stage.picture, stage.height / 220) * 1.15
    middle = float(np.clip(stage.light.x, 0.28, 0.72))
    mask, glass = _wall(stage, middle, rng)
    wall = stage.tone(0.74) * (0.45 + 0.80 * np.exp(-(((stage.columns - middle) / 0.30) ** 2)) * np.exp(-(((stage.rows - 0.45) / 0.5) ** 2)))[..., None]
    stage.lay(mask, as_plane(wall), Nearness.WOODS)
    _spill(stage, glass, middle)
    _furniture(stage, rng, middle)


def _wall(stage: Stage, middle: float, rng: Rng) -> tuple[Plane, Plane]:
    """Give the mask of the wall around the window panes, and the panes."""
    wide, top, foot = rng.uniform(0.38, 0.62) * stage.height, rng.uniform(0.03, 0.09) * stage.height, rng.uniform(0.62, 0.70) * stage.height
    x = middle * stage.width
    arched = rng.random() < 0.5
    columns, rows = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    bar = 0.008 * stage.height
    panes: list[Points] = []
    cell_w, cell_t = wide / columns, (foot - top) / rows
    for row in range(rows):
        for number in range(columns):
            left, upper = x - wide / 2 + number * cell_w + bar / 2, top + row * cell_t + bar / 2
            panes.append(np.array([[left, upper], [left + cell_w - bar, upper], [left + cell_w - bar, upper + cell_t - bar], [left, upper + cell_t - bar]]))
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
    stage.shine(as_plane(blurred(beams, stage.height / 110) / 32 * (0.30 + 0.5 * dust) * strength * (1 - 0.4 * stage.light.veiled)), as_plane(light))


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
        line.add((x, foot), (x, foot - size * 0.55), (middle - wide * 0.16, foot - size * 0.72), (middle - wide * 0.16, foot - size), (middle + wide * 0.16, foot - size), (middle + wide * 0.16, foot - size * 0.72), (x + wide, foot - size * 0.55), (x + wide, foot))
    elif kind == 2:
        line.add((x + wide * 0.1, foot), (x, foot - size * 0.5), (x + wide * 0.15, foot - size * 0.7), (x + wide * 0.85, foot - size * 0.7), (x + wide, foot - size * 0.5), (x + wide * 0.9, foot))
    elif kind == 3:
        turn = np.linspace(0, 2 * np.pi, 24)[:-1]
        line.add(*((middle + np.cos(a) * size * 0.33, foot - size * 0.62 + np.sin(a) * size * 0.33) for a in turn))
        line.add((middle - size * 0.2, foot), (middle - size * 0.03, foot - size * 0.3), (middle + size * 0.03, foot - size * 0.3), (middle + size * 0.2, foot))
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
