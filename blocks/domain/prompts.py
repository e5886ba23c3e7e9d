"""Specs from a checked storyboard: the final prompts, and only what may change the bytes of a product.

No ids and no scene numbers go into a spec, so that equal wishes share one product, and nothing of a neighbouring scene, so that
editing one scene makes only that scene's products again.
"""

from __future__ import annotations

from collections.abc import Mapping

from blocks.domain.products import Address
from blocks.domain.specs import (
    FRAME_HEIGHT_PX,
    FRAME_WIDTH_PX,
    ClipSpec,
    CompositeSpec,
    CoverSpec,
    EffectSpec,
    Figure,
    ImageSpec,
    NarrationSpec,
    SeedSpec,
    SplitSpec,
)
from blocks.domain.storyboard import (
    Asset,
    AssetKind,
    CompositeSeed,
    DirectSeed,
    GeneratedSeed,
    Scene,
    SplitSeed,
    Storyboard,
)

CUT_OUT_PX = 1024
"""Width and height of a picture with a clear ground."""


def image_spec(board: Storyboard, asset: Asset, references: tuple[Address, ...] = (), *, take: int = 1) -> ImageSpec:
    """Ask for one asset.

    Args:
        board: the checked storyboard.
        asset: one of its assets.
        references: address of the core's picture when the asset is a variation.
        take: which attempt a person asked for.

    Returns:
        the final prompt is the atmosphere, a blank line and the asset's prompt; a variation has its light from its core and
        leaves the atmosphere out. Cut-outs are 1024x1024, all other pictures 1920x1080.
    """
    has_atmosphere = asset.uses_atmosphere and asset.variation_of is None
    return ImageSpec(
        kind=asset.kind,
        prompt=_with_atmosphere(board, asset.prompt) if has_atmosphere else _tidy(asset.prompt),
        exclusions=board.style.exclusions,
        style_pack=board.style.style_pack,
        width_px=CUT_OUT_PX if asset.needs_transparency else FRAME_WIDTH_PX,
        height_px=CUT_OUT_PX if asset.needs_transparency else FRAME_HEIGHT_PX,
        transparent=asset.needs_transparency,
        references=references,
        take=take,
    )


def seed_spec(scene: Scene, addresses: Mapping[str, Address]) -> SeedSpec:
    """Ask for a scene's seed to be put together from finished pictures.

    Args:
        scene: a scene whose seed is direct, composite or split.
        addresses: where the picture of each asset id lives.

    Raises:
        KeyError: an asset of the scene has no address.
        TypeError: the seed is a generated one; ask `generated_seed_spec`.
    """
    seed = scene.seed
    if isinstance(seed, DirectSeed):
        return CoverSpec(picture=addresses[seed.asset])
    if isinstance(seed, CompositeSeed):
        figures = tuple(Figure(picture=addresses[one.asset], scale=one.scale, x=one.x, y=one.y) for one in seed.figures)
        return CompositeSpec(background=addresses[seed.background], figures=figures)
    if isinstance(seed, SplitSeed):
        return SplitSpec(direction=seed.direction, first=addresses[seed.first], second=addresses[seed.second])
    raise TypeError(f"the seed of scene {scene.number} is generated: an image maker draws it, nothing is put together")


def generated_seed_spec(board: Storyboard, seed: GeneratedSeed, addresses: Mapping[str, Address], *, take: int = 1) -> ImageSpec:
    """Ask for a seed that the image maker composes itself, looking at the pictures the seed refers to.

    Raises:
        KeyError: a reference has no address.
    """
    return ImageSpec(
        kind=AssetKind.ENVIRONMENT,
        prompt=_with_atmosphere(board, seed.prompt),
        exclusions=board.style.exclusions,
        style_pack=board.style.style_pack,
        references=tuple(addresses[asset_id] for asset_id in seed.references),
        take=take,
    )


def clip_spec(board: Storyboard, scene: Scene, seed: Address, *, rate: str = "24", take: int = 1) -> ClipSpec:
    """Ask for a scene's moving picture, animated from its seed at `rate` frames a second."""
    return ClipSpec(
        seed=seed,
        prompt=_tidy(scene.motion_prompt),
        camera_move=scene.camera_move,
        atmosphere=_tidy(board.style.atmosphere),
        seconds=scene.clip_seconds,
        rate=rate,
        take=take,
    )


def narration_spec(board: Storyboard, scene: Scene, *, take: int = 1) -> NarrationSpec:
    """Ask for a scene's spoken line; the lines around it stay out, so that editing one line buys one recording."""
    return NarrationSpec(text=_tidy(scene.narration), language=board.video.language, take=take)


def effect_spec(scene: Scene, *, take: int = 1) -> EffectSpec:
    """Ask for a scene's ambience."""
    return EffectSpec(prompt=_tidy(scene.effect_prompt), seconds=scene.effect_seconds, take=take)


def _with_atmosphere(board: Storyboard, prompt: str) -> str:
    return f"{_tidy(board.style.atmosphere)}\n\n{_tidy(prompt)}"


def _tidy(text: str) -> str:
    """Make one paragraph of a text: how its lines are broken in the file changes nothing."""
    return " ".join(text.split())
