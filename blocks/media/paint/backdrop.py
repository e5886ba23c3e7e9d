"""What stands behind a landscape, and what frames it: sky, far hills, trees at the sides."""

from __future__ import annotations

import numpy as np

from blocks.domain.scenery import Place, Season
from blocks.media.nearness import Nearness
from blocks.media.paint.air import mistiness, paint_mist
from blocks.media.paint.clouds import paint_clouds
from blocks.media.paint.ground import (
    paint_ground,
)
from blocks.media.paint.planes import Plane
from blocks.media.paint.ridges import Ridge, paint_ridge
from blocks.media.paint.sky import paint_sky
from blocks.media.paint.snow import lay_snow
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import broadleaf, brushed, conifer, rim_edges, stamp


def wintry(stage: Stage) -> bool:
    """Tell whether snow lies."""
    return stage.scenery.season is Season.WINTER


def tree_sprites(stage: Stage, part: str, count: int = 4, tall: int = 260) -> list[Plane]:
    """Grow trees that fit the place and season: spruces, or broad-leaved ones."""
    rng = stage.rng(f"sprites {part}")
    leafy = stage.rng("leafy").random() < (
        0.45 if stage.scenery.place in {Place.MEADOW, Place.VILLAGE, Place.RIVER, Place.ROAD} else 0.22
    )
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
        paint_ridge(
            stage, Ridge(stage.horizon + 0.03, mountains, 0.34, Nearness.RIDGES, 2.4, sharp=True, snow=snow, relief=0.9), "high"
        )
        paint_mist(stage, stage.horizon + 0.02, 0.06, 0.5 * mist + 0.15, "high")
    if hills > 0:
        paint_ridge(
            stage, Ridge(stage.horizon + 0.02, hills, 0.22 if mountains <= 0 else 0.42, Nearness.RIDGES + 10, 2.2), "hills"
        )
        paint_ridge(stage, Ridge(stage.horizon + 0.04, hills * 0.7, 0.40, Nearness.RIDGES + 20, 3.0), "low hills")
        paint_mist(stage, stage.horizon + 0.02, 0.045, 0.55 * mist + 0.1, "hills")


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
            stamp(
                mask,
                sprites[int(rng.integers(len(sprites)))],
                (x, stage.height * 1.02),
                size * stage.height,
                flip=bool(rng.integers(2)),
            )
    stage.lay(mask, stage.tone(0.97), Nearness.FOREGROUND)
    rim_edges(stage, mask, 0.5)


def paint_meadow_floor(stage: Stage, line: Plane, near: float, level: int) -> None:
    """Fill everything below a line with grass, or with snow in winter."""
    if wintry(stage):
        lay_snow(stage, line, level)
    else:
        paint_ground(stage, brushed(stage, line, 0.012, f"floor {near}"), near, level, lit=0.8)
