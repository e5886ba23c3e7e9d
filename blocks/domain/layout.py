"""Where a person finds the files of one film: fixed folders, numbered names. The suffix is the product's own."""

from __future__ import annotations

import re

from blocks.domain.storyboard import Asset

_SAFE = re.compile(r"^[a-zA-Z0-9_-]+(/[a-zA-Z0-9_-]+)*(\.[a-z0-9]{1,8})?$")


def asset_name(asset: Asset, number: int) -> str:
    """Name an asset's picture: `assets/characters/character_03`."""
    return f"assets/{asset.kind}s/{asset.kind}_{number:02d}"


def seed_name(scene: int) -> str:
    """Name the picture a clip starts from."""
    return f"assets/composites/composite_{scene:02d}"


def clip_name(scene: int) -> str:
    """Name a clip."""
    return f"videos/clip_{scene:02d}"


def conformed_name(scene: int) -> str:
    """Name a clip that was encoded once more for the film; 0 and below are its intro and outro."""
    return f"videos/conformed_{scene:02d}" if scene > 0 else f"videos/conformed_{'intro' if scene == 0 else 'outro'}"


def narration_name(scene: int) -> str:
    """Name a recording of narration."""
    return f"audio/narration_{scene:02d}"


def effect_name(scene: int) -> str:
    """Name an ambience."""
    return f"sfx/effect_{scene:02d}"


def film_name(slug: str) -> str:
    """Name the finished film and what lies beside it."""
    return f"{slug}_final"


def is_inside(name: str) -> bool:
    """Tell whether a name stays inside its film's folder: plain words and slashes, one suffix, no dots that climb, no root."""
    return bool(_SAFE.match(name))
