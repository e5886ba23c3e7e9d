"""Land without buildings: forest, meadow, mountains, desert, tundra, savanna, road."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Place, Season, Weather
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_beams, paint_mist, paint_shafts
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import ground_line, paint_canopy, paint_dunes, paint_flowers, paint_grass, paint_ground, paint_rocks
from blocks.media.paint.ice import paint_ice_sea
from blocks.media.paint.noise import Rng
from blocks.media.paint.planes import Plane, as_plane, filled
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.snow import lay_snow
from blocks.media.paint.stage import Stage
from blocks.media.paint.trunks import paint_trunks
from blocks.media.paint.woods import TreeRow, acacia, broadleaf, brushed, conifer, paint_trees, palm, rim_edges, stamp


def wintry(stage: Stage) -> bool:
    """Tell whether snow lies."""
    return stage.scenery.season is Season.WINTER


def tree_sprites(stage: Stage, part: str, count: int = 4, tall: int = 260) -> list[Plane]:
    """Grow trees that fit the place and season: spruces, or broad-leaved ones."""
    rng = stage.rng(f"sprites {part}")
    leafy = stage.rng("leafy").random() < (0.45 if stage.scenery.place in {Place.MEADOW, Place.VILLAGE, Place.RIVER, Place.ROAD} else 0.22)
    if stage.scenery.season is Season.AUTUMN:
        leafy = stage.rng("leafy").random() < 0.7
    scaled = max(60, round(tall * stage.height / 1080))
    if not leafy:
        return [conifer(rng, scaled) for _ in range(count)]
    fullness = {Season.WINTER: 0.0, Season.AUTUMN: 0.5, Season.SPRING: 0.75, Season.SUMMER: 1.0}[stage.scenery.season]
    return [broadleaf(rng, scaled, leaves=fullness) for _ in range(count)]


def paint_backdrop(stage: Stage, *, mountains: float, hills: float = 0.10) -> None:
    """Paint sky, clouds, far mountains (height in frame heights, 0 for none) and hills."""
    paint_sky(stage)
    paint_clouds(stage)
    mist = mistiness(stage)
    snow = 0.72 if wintry(stage) else 0.40
    if mountains > 0:
        far = Ridge(stage.horizon, mountains * 0.8, 0.14, Nearness.RIDGES - 15, 3.2, sharp=True, snow=snow, relief=0.5)
        paint_ridge(stage, far, "far")
        paint_mist(stage, stage.horizon - 0.02, 0.05, 0.5 * mist + 0.15, "far")
        paint_ridge(stage, Ridge(stage.horizon + 0.03, mountains, 0.34, Nearness.RIDGES, 2.4, sharp=True, snow=snow, relief=0.9), "high")
        paint_mist(stage, stage.horizon + 0.02, 0.06, 0.5 * mist + 0.15, "high")
    if hills > 0:
        paint_ridge(stage, Ridge(stage.horizon + 0.02, hills, 0.22 if mountains <= 0 else 0.42, Nearness.RIDGES + 10, 2.2), "hills")
        paint_ridge(stage, Ridge(stage.horizon + 0.04, hills * 0.7, 0.40, Nearness.RIDGES + 20, 3.0), "low hills")
        paint_mist(stage, stage.horizon + 0.02, 0.045, 0.55 * mist + 0.1, "hills")


def paint_forest(stage: Stage) -> None:
    """Choose between standing among the trunks, a clearing, and wooded slopes."""
    choice = stage.rng("kind of forest").random()
    if choice < 0.45:
        _paint_among_trunks(stage)
    elif choice < 0.75:
        _paint_clearing(stage)
    else:
        _paint_slopes(stage)


def _paint_among_trunks(stage: Stage) -> None:
    rng = stage.rng("trunk forest")
    stage.set_horizon(rng.uniform(0.64, 0.74))
    paint_sky(stage)
    mist = mistiness(stage)
    sprites = tree_sprites(stage, "far", 5, 300)
    for number, near in enumerate((0.10, 0.24)):
        line = ground_line(stage, stage.horizon + 0.02 * number, 0.012, 3, f"far {number}")
        paint_trees(stage, sprites, line, TreeRow((0.30, 0.62), 46 - 10 * number, near, Nearness.RIDGES + 20 * number), f"far {number}")
        paint_mist(stage, stage.horizon - 0.02, 0.13, 0.45 + 0.35 * mist, f"far {number}")
    for number, (near, wide, count) in enumerate(((0.40, 0.013, 22), (0.62, 0.022, 11), (0.82, 0.038, 5))):
        line = ground_line(stage, stage.horizon + 0.03 + 0.045 * number, 0.014, 4, f"mid {number}", bowl=0.015)
        paint_trunks(stage, line, wide, count, near, f"mid {number}")
        paint_mist(stage, stage.horizon + 0.03 + 0.04 * number, 0.08, (0.60 - 0.14 * number) * (0.4 + 0.6 * mist), f"mid {number}")
    if stage.light.veiled < 0.6:
        paint_beams(stage, 0.55)
    line = ground_line(stage, 0.87, 0.018, 3, "near", bowl=0.02)
    if wintry(stage):
        lay_snow(stage, line, Nearness.GROUND)
    else:
        paint_ground(stage, line, 0.92, Nearness.GROUND, lit=1.2)
        paint_grass(stage, 0.92, 0.07, 900, "near", near=0.93, level=Nearness.GROUND + 20)
    paint_shafts(stage, 0.42)
    paint_trunks(stage, ground_line(stage, 1.02, 0.0, 2, "front"), 0.062, 3, 0.97, "front", sides=True)
    if not wintry(stage):
        paint_canopy(stage, rng.uniform(0.22, 0.36), "front")
    paint_grass(stage, 1.0, 0.10 if not wintry(stage) else 0.05, 500, "front")


def _paint_clearing(stage: Stage) -> None:
    rng = stage.rng("clearing")
    stage.set_horizon(rng.uniform(0.58, 0.66))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=0.0 if rng.random() < 0.5 else rng.uniform(0.16, 0.26), hills=0.11)
    sprites = tree_sprites(stage, "row", 6, 320)
    for number, (near, low, high, count) in enumerate(((0.36, 0.07, 0.15, 90), (0.55, 0.12, 0.25, 54), (0.74, 0.18, 0.40, 30))):
        line = ground_line(stage, stage.horizon + 0.045 + 0.05 * number, 0.015, 3, f"row {number}", bowl=0.02)
        level = Nearness.WOODS - 20 + 20 * number
        paint_trees(stage, sprites, line, TreeRow((low, high), count, near, level, 0.10 * number + 0.12 * (number == 2)), f"row {number}")
        paint_mist(stage, stage.horizon + 0.04 + 0.045 * number, 0.05, (0.7 - 0.1 * number) * (0.35 + 0.65 * mist), f"row {number}")
    paint_shafts(stage, 0.34)
    line = ground_line(stage, 0.85, 0.02, 3, "near", bowl=0.03)
    if wintry(stage):
        lay_snow(stage, line, Nearness.GROUND)
    else:
        paint_ground(stage, line, 0.90, Nearness.GROUND)
        paint_grass(stage, 0.90, 0.06, 900, "mid", near=0.94, level=Nearness.GROUND + 15)
    paint_side_trees(stage, 0.90)
    paint_grass(stage, 0.985, 0.11 if not wintry(stage) else 0.05, 700, "front")


def paint_side_trees(stage: Stage, tall: float) -> None:
    """Frame the picture with trees at one or both sides."""
    rng = stage.rng("side trees")
    sprites = tree_sprites(stage, "side", 3, round(tall * 1000))
    mask = np.zeros((stage.height, stage.width), np.float32)
    both = rng.random() < 0.55
    away = 0.0 if stage.light.x > 0.5 else 1.0
    for side in (away, 1 - away) if both else (away,):
        for _ in range(int(rng.integers(2, 4))):
            place = abs(rng.normal(0.02, 0.055))
            size = tall * rng.uniform(0.55, 1.05) * (1.0 if side == away else 0.72)
            x = (place if side == 0 else 1 - place) * stage.width
            stamp(mask, sprites[int(rng.integers(len(sprites)))], (x, stage.height * 1.02), size * stage.height, flip=bool(rng.integers(2)))
    stage.lay(mask, stage.tone(0.97), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.5)


def _paint_slopes(stage: Stage) -> None:
    rng = stage.rng("slopes")
    stage.set_horizon(rng.uniform(0.50, 0.58))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=rng.uniform(0.14, 0.24), hills=0.0)
    sprites = tree_sprites(stage, "slope", 6, 260)
    tilt = rng.choice([-1.0, 1.0])
    for number, near in enumerate((0.26, 0.42, 0.60, 0.80)):
        way = tilt * (-1) ** number
        line = ground_line(stage, stage.horizon + 0.07 + 0.105 * number, 0.05, 2.2, f"slope {number}")
        line = as_plane(line + (stage.columns[0] - 0.5) * way * 0.20 * stage.height)
        tall = 0.055 + 0.050 * number
        row = TreeRow((tall * 0.5, tall), 120 - 22 * number, near, Nearness.RIDGES + 25 + 22 * number)
        paint_trees(stage, sprites, line, row, f"slope {number}")
        paint_mist(stage, stage.horizon + 0.13 + 0.10 * number, 0.055, (0.75 - 0.1 * number) * (0.3 + 0.7 * mist), f"slope {number}")
    paint_shafts(stage, 0.26)
    paint_side_trees(stage, 0.85)


def paint_meadow(stage: Stage) -> None:
    """Paint rolling grassland under a wide sky, with woods on the swells and often a lone tree."""
    rng = stage.rng("meadow")
    stage.set_horizon(rng.uniform(0.58, 0.68))
    mist = mistiness(stage)
    far_peaks = Place.MOUNTAINS in stage.scenery.also or rng.random() < 0.25
    paint_backdrop(stage, mountains=0.14 if far_peaks else 0.0, hills=rng.uniform(0.07, 0.14))
    sprites = tree_sprites(stage, "meadow", 5, 200)
    for number, (near, low, high, count) in enumerate(((0.40, 0.02, 0.05, 70), (0.58, 0.03, 0.085, 34), (0.74, 0.05, 0.13, 12))):
        line = ground_line(stage, stage.horizon + 0.05 + 0.065 * number, 0.040, 1.7, f"swell {number}")
        row = TreeRow((low, high), count, near, Nearness.WOODS - 10 + 16 * number, rng.uniform(0.0, 0.3))
        paint_trees(stage, sprites, line, row, f"swell {number}")
        paint_mist(stage, stage.horizon + 0.06 + 0.06 * number, 0.035, 0.2 + 0.55 * mist, f"swell {number}")
    line = ground_line(stage, stage.horizon + 0.22, 0.035, 1.5, "mid")
    lone = rng.random() < 0.65
    if lone:
        _paint_lone_tree(stage, line, rng)
    paint_meadow_floor(stage, line, 0.84, Nearness.GROUND)
    paint_shafts(stage, 0.2)
    paint_meadow_floor(stage, ground_line(stage, 0.93, 0.03, 1.6, "near"), 0.94, Nearness.GROUND + 15)
    if not wintry(stage):
        paint_grass(stage, 0.95, 0.07, 1000, "mid", near=0.95, level=Nearness.GROUND + 20)
        paint_flowers(stage, 1.0, rng.uniform(0.12, 0.22), "front")
    paint_grass(stage, 0.995, 0.15 if not wintry(stage) else 0.06, 700, "front")


def paint_meadow_floor(stage: Stage, line: Plane, near: float, level: int) -> None:
    """Fill everything below a line with grass, or with snow in winter."""
    if wintry(stage):
        lay_snow(stage, line, level)
    else:
        paint_ground(stage, brushed(stage, line, 0.012, f"floor {near}"), near, level, lit=0.8)


def _paint_lone_tree(stage: Stage, line: Plane, rng: Rng) -> None:
    mask = np.zeros((stage.height, stage.width), np.float32)
    x = float(np.clip((1 - stage.light.x) * 0.8 + rng.uniform(0.0, 0.2), 0.08, 0.92))
    foot = line[int(x * (stage.width - 1))] + 4
    tree = broadleaf(rng, max(80, round(stage.height * 0.44)), leaves=0.0 if wintry(stage) else 1.0)
    stamp(mask, tree, (x * stage.width, foot), rng.uniform(0.26, 0.44) * stage.height)
    stage.lay(mask, stage.tone(0.86), Nearness.GROUND)
    rim_edges(stage, mask, 0.6)


def paint_mountains(stage: Stage) -> None:
    """Paint high ridges behind each other, and a foreground of rock or spruces."""
    rng = stage.rng("mountains")
    stage.set_horizon(rng.uniform(0.62, 0.72))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    snow = 0.85 if wintry(stage) else rng.uniform(0.40, 0.58)
    tall = rng.uniform(0.34, 0.46)
    layers = ((0.62, 0.12, 2.8, 0.45), (1.0, 0.30, 1.9, 1.0), (0.62, 0.50, 2.6, 0.7))
    for number, (share, near, cells, relief) in enumerate(layers):
        base = stage.horizon + 0.05 * number
        level = Nearness.RIDGES - 15 + 15 * number
        paint_ridge(stage, Ridge(base, tall * share, near, level, cells, sharp=True, snow=max(0.0, snow - 0.18 * (number == 2)), relief=relief), f"{number}")
        paint_mist(stage, base - 0.02, 0.055, 0.35 + 0.5 * mist, f"{number}")
    sprites = tree_sprites(stage, "slope", 6, 260)
    for number, near in enumerate((0.62, 0.80)):
        line = ground_line(stage, stage.horizon + 0.14 + 0.09 * number, 0.055, 2.0, f"wood {number}")
        row = TreeRow((0.03 + 0.03 * number, 0.075 + 0.05 * number), 110 - 40 * number, near, Nearness.WOODS + 15 * number)
        paint_trees(stage, sprites, line, row, f"wood {number}")
        paint_mist(stage, stage.horizon + 0.15 + 0.08 * number, 0.04, 0.25 + 0.45 * mist, f"wood {number}")
    paint_shafts(stage, 0.22)
    _paint_near_ground(stage, rng)


def _paint_near_ground(stage: Stage, rng: Rng) -> None:
    line = ground_line(stage, 0.93, 0.03, 2.0, "near", bowl=0.06)
    if wintry(stage) or stage.scenery.weather is Weather.SNOW:
        lay_snow(stage, line, Nearness.GROUND)
    else:
        paint_ground(stage, line, 0.93, Nearness.GROUND)
    if rng.random() < 0.5:
        paint_side_trees(stage, 0.72)
    else:
        paint_rocks(stage, 0.99, (0.02, 0.07), 9, "near")
    paint_grass(stage, 0.995, 0.06, 420, "front")


def paint_desert(stage: Stage) -> None:
    """Paint dunes behind dunes, or tables of rock."""
    rng = stage.rng("desert")
    stage.set_horizon(rng.uniform(0.52, 0.64))
    paint_sky(stage)
    paint_clouds(stage)
    mist = mistiness(stage)
    if rng.random() < 0.45:
        _paint_mesas(stage, rng)
    else:
        paint_ridge(stage, Ridge(stage.horizon + 0.01, rng.uniform(0.05, 0.12), 0.16, Nearness.RIDGES, 2.6, sharp=True, relief=0.5), "far")
    paint_mist(stage, stage.horizon, 0.035, 0.45 + 0.3 * mist, "far")
    levels = ((0.04, 0.05, 0.24, Nearness.WOODS), (0.12, 0.09, 0.42, Nearness.GROUND - 25), (0.26, 0.14, 0.62, Nearness.GROUND))
    for number, (down, tall, near, level) in enumerate(levels):
        paint_dunes(stage, stage.horizon + down, tall, near, level, f"{number}")
        paint_mist(stage, stage.horizon + down + 0.01, 0.03, 0.16 + 0.35 * mist, f"dune {number}")
    if rng.random() < 0.35:
        _paint_oasis(stage, rng)
    paint_shafts(stage, 0.2)
    paint_dunes(stage, 1.04, rng.uniform(0.10, 0.18), 0.92, Nearness.FOREGROUND, "front")


def _paint_mesas(stage: Stage, rng: Rng) -> None:
    for number, near in enumerate((0.16, 0.30)):
        shapes = []
        for _ in range(int(rng.integers(2, 4))):
            x, wide, tall = rng.random(), rng.uniform(0.05, 0.16), rng.uniform(0.06, 0.19) * (0.7 + 0.3 * number)
            steps = [(-1.5, 0.0), (-1.08, 0.30), (-1.0, 0.34), (-0.92, 0.78), (-0.86, 0.8), (-0.82, 1.0), (0.80, 0.98), (0.85, 0.76), (0.93, 0.72), (1.0, 0.3), (1.5, 0.0)]
            shapes.append(np.array([[(x + wide * (sx + rng.uniform(-0.03, 0.03))) * stage.width, (stage.horizon + 0.02 - tall * sy) * stage.height] for sx, sy in steps]))
        mask = filled(stage.height, stage.width, shapes)
        stage.lay(mask, stage.tone(near), Nearness.RIDGES + 10 * number)
        rim_edges(stage, mask, 0.3)
        paint_mist(stage, stage.horizon - 0.01, 0.04, 0.35, f"mesa {number}")


def _paint_oasis(stage: Stage, rng: Rng) -> None:
    mask = np.zeros((stage.height, stage.width), np.float32)
    middle = rng.uniform(0.15, 0.85)
    sprites = [palm(rng, max(60, round(stage.height * 0.2))) for _ in range(3)]
    for _ in range(int(rng.integers(4, 9))):
        x = (middle + rng.normal(0, 0.045)) * stage.width
        stamp(mask, sprites[int(rng.integers(3))], (x, (stage.horizon + 0.16) * stage.height), rng.uniform(0.10, 0.19) * stage.height, flip=bool(rng.integers(2)))
    stage.lay(mask, stage.tone(0.72), Nearness.GROUND - 20)
    rim_edges(stage, mask, 0.5)


def paint_tundra(stage: Stage) -> None:
    """Paint a plain of snow, or ice drifting on dark water, under a wide sky."""
    rng = stage.rng("tundra")
    stage.set_horizon(rng.uniform(0.56, 0.66))
    mist = mistiness(stage)
    paint_sky(stage)
    paint_clouds(stage)
    far = Ridge(stage.horizon + 0.01, rng.uniform(0.10, 0.20), 0.16, Nearness.RIDGES - 10, 2.6, sharp=True, snow=0.95, relief=0.8)
    paint_ridge(stage, far, "far")
    paint_mist(stage, stage.horizon + 0.01, 0.03, 0.3 + 0.4 * mist, "far")
    if Place.SEA in stage.scenery.also or Place.COAST in stage.scenery.also or rng.random() < 0.35:
        paint_ice_sea(stage)
    else:
        _paint_snow_plain(stage, rng)


def _paint_snow_plain(stage: Stage, rng: Rng) -> None:
    mist = mistiness(stage)
    ridge = Ridge(stage.horizon + 0.03, rng.uniform(0.05, 0.13), 0.30, Nearness.RIDGES + 10, 2.0, sharp=True, snow=0.9, relief=0.9)
    paint_ridge(stage, ridge, "near")
    for number in range(3):
        down = stage.horizon + 0.025 + 0.085 * number
        lay_snow(stage, ground_line(stage, down, 0.016 + 0.012 * number, 1.7, f"drift {number}"), Nearness.WOODS + 16 * number)
        if number < 2 and rng.random() < 0.6:
            sprites = [conifer(rng, max(50, round(stage.height * 0.14))) for _ in range(3)]
            row = TreeRow((0.02 + 0.03 * number, 0.06 + 0.05 * number), 24 - 12 * number, 0.5 + 0.2 * number, Nearness.WOODS + 16 * number)
            _paint_lone_trees(stage, sprites, ground_line(stage, down + 0.02, 0.012, 2, f"stand {number}"), row)
        paint_mist(stage, down + 0.02, 0.025, 0.15 + 0.4 * mist, f"drift {number}")
    lay_snow(stage, ground_line(stage, 0.90, 0.035, 1.6, "near", bowl=0.05), Nearness.GROUND)
    paint_rocks(stage, 1.0, (0.012, 0.045), 8, "near")
    paint_grass(stage, 1.005, 0.055, 200, "front")


def _paint_lone_trees(stage: Stage, sprites: list[Plane], line: Plane, row: TreeRow) -> None:
    rng = stage.rng("lone trees")
    mask = np.zeros((stage.height, stage.width), np.float32)
    for _ in range(row.count):
        x = rng.beta(0.6, 0.6)
        tall = rng.uniform(*row.tall) * stage.height
        stamp(mask, sprites[int(rng.integers(len(sprites)))], (x * stage.width, line[int(x * (stage.width - 1))] + 2), tall)
    stage.lay(mask, stage.tone(row.near), row.level)


def paint_savanna(stage: Stage) -> None:
    """Paint a plain of dry grass with flat-topped trees."""
    rng = stage.rng("savanna")
    stage.set_horizon(rng.uniform(0.66, 0.74))
    mist = mistiness(stage)
    paint_backdrop(stage, mountains=0.0, hills=rng.uniform(0.03, 0.07))
    sprites = [acacia(rng, max(60, round(stage.height * 0.24))) for _ in range(4)]
    line = ground_line(stage, stage.horizon + 0.035, 0.006, 2, "far row")
    _row_of(stage, sprites, line, TreeRow((0.03, 0.07), 22, 0.40, Nearness.WOODS - 10), "far")
    paint_ground(stage, line, 0.40, Nearness.WOODS, lit=1.0)
    paint_mist(stage, stage.horizon + 0.04, 0.025, 0.35 + 0.4 * mist, "far")
    line = ground_line(stage, stage.horizon + 0.09, 0.010, 2, "mid row")
    _row_of(stage, sprites, line, TreeRow((0.10, 0.20), 5, 0.66, Nearness.GROUND - 20), "mid")
    paint_ground(stage, line, 0.62, Nearness.GROUND - 20, lit=1.1)
    big = acacia(rng, max(90, round(stage.height * 0.50)))
    mask = np.zeros((stage.height, stage.width), np.float32)
    x = float(np.clip(1 - stage.light.x + rng.normal(0, 0.08), 0.08, 0.92))
    stamp(mask, big, (x * stage.width, 0.89 * stage.height), rng.uniform(0.34, 0.50) * stage.height)
    paint_ground(stage, ground_line(stage, 0.88, 0.012, 2, "near"), 0.88, Nearness.GROUND, lit=0.8)
    stage.lay(mask, stage.tone(0.92), Nearness.GROUND + 10)
    rim_edges(stage, mask, 0.6)
    paint_shafts(stage, 0.22)
    paint_grass(stage, 0.94, 0.07, 900, "mid", near=0.94, level=Nearness.GROUND + 20)
    paint_grass(stage, 1.0, 0.15, 800, "front")


def _row_of(stage: Stage, sprites: list[Plane], line: Plane, row: TreeRow, part: str) -> None:
    rng = stage.rng(f"row of {part}")
    mask = np.zeros((stage.height, stage.width), np.float32)
    for place in rng.random(row.count):
        tall = rng.uniform(*row.tall) * stage.height
        column = int(place * (stage.width - 1))
        stamp(mask, sprites[int(rng.integers(len(sprites)))], (place * stage.width, line[column] + 3), tall, flip=bool(rng.integers(2)))
    stage.lay(mask, stage.tone(row.near), row.level)
    rim_edges(stage, mask, 0.4)
