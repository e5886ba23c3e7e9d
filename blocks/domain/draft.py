"""A storyboard of which perhaps not everything could be read, so that every rule that can be checked is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from blocks.domain.frozen import Frozen
from blocks.domain.storyboard import Asset, Metadata, Research, Scene, Story, Storyboard, Style, VideoPlan

PartT = TypeVar("PartT", bound=Frozen)


@dataclass(frozen=True)
class Part(Generic[PartT]):
    """One piece of a storyboard."""

    where: str
    """The piece as its author knows it: `scene 3`, `asset fox-core`, `video`."""
    value: PartT
    read: frozenset[str]
    """Fields that hold what the author wrote, or their default; the others must not be looked at."""

    def has(self, *fields: str) -> bool:
        """Tell whether all these fields could be read."""
        return self.read.issuperset(fields)


@dataclass(frozen=True)
class Draft:
    """All pieces of a storyboard."""

    video: Part[VideoPlan]
    research: Part[Research]
    story: Part[Story]
    style: Part[Style]
    metadata: Part[Metadata]
    assets: tuple[Part[Asset], ...]
    scenes: tuple[Part[Scene], ...]
    has_assets: bool = True
    """False when the list itself could not be read."""
    has_scenes: bool = True

    def places(self) -> tuple[str, ...]:
        """Name all pieces in the order of the document, to sort findings by."""
        assets, scenes = (part.where for part in self.assets), (part.where for part in self.scenes)
        return ("video", "research", "story", "style", "assets", *assets, "scenes", *scenes, "metadata")


def draft_of(board: Storyboard) -> Draft:
    """Take a complete storyboard apart."""
    return Draft(
        video=whole("video", board.video),
        research=whole("research", board.research),
        story=whole("story", board.story),
        style=whole("style", board.style),
        metadata=whole("metadata", board.metadata),
        assets=tuple(whole(name_asset(asset.id), asset) for asset in board.assets),
        scenes=tuple(whole(name_scene(scene.number), scene) for scene in board.scenes),
    )


def whole(where: str, value: PartT) -> Part[PartT]:
    """Make a part of which every field was read."""
    return Part(where, value, frozenset(type(value).model_fields))


def name_asset(asset_id: str) -> str:
    """Name an asset in messages."""
    return f"asset {asset_id}"


def name_scene(number: int) -> str:
    """Name a scene in messages."""
    return f"scene {number}"
