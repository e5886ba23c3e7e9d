"""The pictures of a planned film: its places and figures as assets, and the seed of every scene."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from blocks.domain.planning.cast import Player, Role
from blocks.domain.planning.scene_words import HOUR_LOOKS, PLACE_LOOKS, SEASON_LOOKS, WEATHER_LOOKS
from blocks.domain.planning.setting import SKYLESS, Setting
from blocks.domain.request import slugify
from blocks.domain.scenery import WATER_PLACES, Place, places
from blocks.domain.storyboard import Asset, AssetKind, CompositeSeed, DirectSeed, Placement, Seed, SplitSeed
from blocks.domain.subjects import Stance, Subject

MAX_ENVIRONMENTS = 40
MAX_FIGURES = 12
_MIN_SCENES_FOR_SPLIT = 6
_NO_GROUND = frozenset({Place.SEA, Place.UNDERWATER, Place.SPACE})
_INDOOR_ROLES = frozenset({Role.PERSON, Role.CROWD, Role.OBJECT, Role.FIRE})
_JOINED = re.compile(r"\bfrom\b(.*?)\bto\b(.*)|\bbetween\b(.*?)\band\b(.*)", re.IGNORECASE)
_ORBITERS = frozenset({"satellite", "rocket"})
_CLOSED_AIR = frozenset({Place.UNDERWATER, Place.CAVE, Place.INTERIOR, Place.SPACE})
_ALREADY_MANY = frozenset({"crowd", "flock", "shoal"})
_POSES = {
    Role.PERSON: "standing upright, full body in profile",
    Role.CROWD: "standing close together, full bodies",
    Role.ANIMAL: "walking in profile, full body",
    Role.FLYER: "flying with wings spread, full body",
    Role.SWIMMER: "swimming in profile, full body",
    Role.VESSEL: "seen from the side, whole, afloat",
    Role.VEHICLE: "seen from the side, whole",
    Role.PLANT: "seen whole from root to tip",
    Role.FIRE: "burning steadily, seen whole",
    Role.BUILDING: "seen whole from the ground to the top",
    Role.OBJECT: "seen whole, upright",
}
_SIZES = (1.0, 0.72, 1.25)
"""A figure is seen at its natural size, from farther off, from nearer by, in turn."""
_SIDES = (0.36, 0.64, 0.48, 0.30, 0.70)
_FOOT = {Stance.GROUND: 0.92, Stance.WATER: 0.80, Stance.AIR: 0.44, Stance.UNDERWATER: 0.68}
"""Lower edge of a figure down the frame."""
_SHORE_FOOT = 0.97


@dataclass
class Gallery:
    """Collects the assets of a film, each once."""

    assets: dict[str, Asset] = field(default_factory=dict)
    _cores: dict[Place, str] = field(default_factory=dict)
    _placed: int = 0

    def seed(self, setting: Setting, players: Sequence[Player], before: Setting | None) -> Seed:
        """Give a scene its seed: its place, with the figures that can stand there."""
        ground = self._environment(setting, before)
        figures = self._figures(setting, players)
        return CompositeSeed(background=ground, figures=tuple(figures)) if figures else DirectSeed(asset=ground)

    def split(self, setting: Setting, halves: tuple[Place, Place]) -> Seed:
        """Give a scene two places side by side."""
        first, second = (self._environment(setting.model_copy(update={"place": place}), None) for place in halves)
        return SplitSeed(direction="horizontal", first=first, second=second)

    def in_order(self) -> tuple[Asset, ...]:
        """Give all assets, places before figures, in the order the film shows them."""
        grounds = [asset for asset in self.assets.values() if asset.kind is AssetKind.ENVIRONMENT]
        return (*grounds, *(asset for asset in self.assets.values() if asset.kind is not AssetKind.ENVIRONMENT))

    def _environment(self, setting: Setting, before: Setting | None) -> str:
        asset_id = _environment_id(setting)
        if asset_id in self.assets:
            return asset_id
        drawn = [asset for asset in self.assets.values() if asset.kind is AssetKind.ENVIRONMENT]
        if len(drawn) >= MAX_ENVIRONMENTS:
            taken = _environment_id(before) if before else ""
            same_place = [asset.id for asset in drawn if asset.id.startswith(f"{slugify(setting.place)}-") and asset.id != taken]
            return (same_place or [asset.id for asset in drawn if asset.id != taken])[self._placed % max(1, len(same_place))]
        core = self._cores.get(setting.place)
        self.assets[asset_id] = Asset(
            id=asset_id, kind=AssetKind.ENVIRONMENT, prompt=describe(setting, is_same=core is not None), variation_of=core
        )
        self._cores.setdefault(setting.place, asset_id)
        return asset_id

    def _figures(self, setting: Setting, players: Sequence[Player]) -> list[Placement]:
        fitting = [player for player in players if fits(player, setting.place)][:2]
        figures: list[Placement] = []
        for rank, player in enumerate(fitting):
            asset_id = self._figure(player)
            if asset_id is not None:
                figures.extend(self._place(asset_id, player, rank, setting.place))
        if figures:
            self._placed += 1
        return figures

    def _figure(self, player: Player) -> str | None:
        asset_id = slugify(player.subject.figure)
        if asset_id not in self.assets:
            drawn = sum(asset.kind is not AssetKind.ENVIRONMENT for asset in self.assets.values())
            if drawn >= MAX_FIGURES:
                return None
            article = "An" if player.noun[0] in "aeiou" else "A"
            prompt = f"{article} {player.noun}, {_POSES[player.role]}, strong simple outline, clear ground."
            self.assets[asset_id] = Asset(
                id=asset_id, kind=player.subject.kind, prompt=prompt, needs_transparency=True, uses_atmosphere=False
            )
        return asset_id

    def _place(self, asset_id: str, player: Player, rank: int, place: Place) -> list[Placement]:
        """Place one figure, or three for several; a second subject stands smaller on the other side."""
        subject = player.subject
        size = _SIZES[self._placed % len(_SIZES)] * (0.75 if rank else 1.0)
        side = _SIDES[self._placed % len(_SIDES)]
        side = round(1.0 - side, 2) if rank else side
        height = min(0.85, subject.height * size)
        foot = _foot(subject, size, place)
        if player.is_plural and subject.figure not in _ALREADY_MANY and not rank:
            rise = 0.0 if foot == _SHORE_FOOT else 1.0
            offsets = ((0.0, 1.0, 0.0), (0.21, 0.82, -0.03 * rise), (-0.19, 0.70, -0.045 * rise))
            return [
                Placement(asset=asset_id, scale=round(height * share, 3), x=round(side + across, 3), y=round(foot + down, 3))
                for across, share, down in offsets
            ]
        return [Placement(asset=asset_id, scale=round(height, 3), x=side, y=foot)]


def describe(setting: Setting, *, is_same: bool = False) -> str:
    """Write the prompt of a place at its hour, in its weather and season."""
    look = PLACE_LOOKS[setting.place]
    if is_same:
        look = "The same place: " + look[0].lower() + look[1:]
    parts = [f"{look}, {HOUR_LOOKS[setting.hour]}"]
    if setting.place not in SKYLESS:
        parts.append(WEATHER_LOOKS[setting.weather])
    if setting.season is not None and setting.place not in SKYLESS:
        parts.append(SEASON_LOOKS[setting.season])
    return f"{', '.join(parts)}. Natural scale, deep focus, 35 mm lens."


def fits(player: Player, place: Place) -> bool:
    """Tell whether a subject can stand, swim or fly at a place."""
    subject, role = player.subject, player.role
    if place is Place.SPACE:
        return subject.figure in _ORBITERS
    if place is Place.INTERIOR:
        return role in _INDOOR_ROLES
    if subject.stance is Stance.UNDERWATER:
        return place is Place.UNDERWATER
    if subject.stance is Stance.WATER:
        return place in WATER_PLACES - {Place.SWAMP}
    if subject.stance is Stance.AIR:
        return place not in _CLOSED_AIR and subject.figure not in _ORBITERS
    is_tall = role in {Role.BUILDING, Role.PLANT, Role.VEHICLE}
    return place not in _NO_GROUND and not (is_tall and place is Place.CAVE)


def find_split(told: Sequence[str]) -> int | None:
    """Find the one scene that is told of two places at once; None for short films and stories without one."""
    if len(told) < _MIN_SCENES_FOR_SPLIT:
        return None
    return next((at for at, text in enumerate(told) if two_places(text)), None)


def two_places(text: str) -> tuple[Place, Place] | None:
    """Give the two places a line joins: `from the mountains to the sea`; None when it names fewer."""
    match = _JOINED.search(text)
    if match is None:
        return None
    halves = [next((found.meaning for found in places().find(half) if found.strong), None) for half in match.groups() if half]
    first, second = halves
    return (first, second) if first and second and first is not second else None


def _environment_id(setting: Setting) -> str:
    season = f" {setting.season}" if setting.season and setting.place not in SKYLESS else ""
    weather = "" if setting.place in SKYLESS else f" {setting.weather}"
    return slugify(f"{setting.place} {setting.hour}{weather}{season}")


def _foot(subject: Subject, size: float, place: Place) -> float:
    """Let nearer figures stand lower in the frame; on a shore all stand on its near edge, for the rest is water."""
    if subject.stance is Stance.GROUND and place in WATER_PLACES:
        return _SHORE_FOOT
    reach = {Stance.GROUND: 0.10, Stance.WATER: 0.12}.get(subject.stance, 0.0)
    return round(min(0.97, _FOOT[subject.stance] + reach * (size - 1.0)), 3)
