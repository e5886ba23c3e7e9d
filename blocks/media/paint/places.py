"""Which painter paints which place."""

from __future__ import annotations

from collections.abc import Callable

from blocks.domain.scenery import Place
from blocks.media.paint.cities import paint_modern_city, paint_old_city
from blocks.media.paint.forest import paint_forest
from blocks.media.paint.interior import paint_interior
from blocks.media.paint.places_below import paint_cave, paint_underwater
from blocks.media.paint.places_built import paint_harbour, paint_ruins, paint_village
from blocks.media.paint.places_dry import paint_desert, paint_savanna, paint_tundra
from blocks.media.paint.places_land import paint_meadow, paint_mountains
from blocks.media.paint.places_water import paint_lake, paint_river, paint_swamp
from blocks.media.paint.road import paint_road
from blocks.media.paint.sea import paint_coast, paint_sea
from blocks.media.paint.space import paint_space
from blocks.media.paint.stage import Stage


def painter_of(place: Place) -> Callable[[Stage], None]:
    """Give the function that paints a place."""
    painters: dict[Place, Callable[[Stage], None]] = {
        Place.FOREST: paint_forest,
        Place.MEADOW: paint_meadow,
        Place.MOUNTAINS: paint_mountains,
        Place.LAKE: paint_lake,
        Place.RIVER: paint_river,
        Place.SEA: paint_sea,
        Place.COAST: paint_coast,
        Place.DESERT: paint_desert,
        Place.TUNDRA: paint_tundra,
        Place.SWAMP: paint_swamp,
        Place.OLD_CITY: paint_old_city,
        Place.MODERN_CITY: paint_modern_city,
        Place.VILLAGE: paint_village,
        Place.RUINS: paint_ruins,
        Place.SAVANNA: paint_savanna,
        Place.CAVE: paint_cave,
        Place.UNDERWATER: paint_underwater,
        Place.SPACE: paint_space,
        Place.HARBOUR: paint_harbour,
        Place.ROAD: paint_road,
        Place.INTERIOR: paint_interior,
    }
    return painters[place]
