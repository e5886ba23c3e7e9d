"""The rules for the still pictures of a storyboard."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from blocks.domain.draft import Draft, Part
from blocks.domain.pacing import count_words
from blocks.domain.problems import Problem
from blocks.domain.storyboard import Asset, AssetKind, CompositeSeed, DirectSeed, Scene, SplitSeed

MAX_ASSETS = 60
MIN_IMAGE_WORDS = 3
MAX_IMAGE_CHARACTERS = 2500
"""With the atmosphere this stays below what image services read (Gemini 480 tokens of text are plenty for a picture)."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_ID_CHARACTERS = 60


def check_assets(draft: Draft) -> Iterator[Problem]:
    """Check all assets: each by itself, and against the others and the scenes."""
    if not draft.has_assets:
        return
    if not 1 <= len(draft.assets) <= MAX_ASSETS:
        found = f"there are {len(draft.assets)} assets; a storyboard has 1 to {MAX_ASSETS}"
        yield Problem(where="assets", rule="asset-count", message=found)
    yield from _check_ids(draft.assets)
    for position, asset in enumerate(draft.assets):
        yield from _check_prompt(asset)
        yield from _check_ground(asset)
        yield from _check_core(asset, draft.assets[:position], draft.assets[position + 1 :])
    yield from _check_used(draft)


def used_assets(scene: Scene) -> tuple[str, ...]:
    """Name the assets a scene's seed refers to, in the order they are written."""
    seed = scene.seed
    if isinstance(seed, DirectSeed):
        return (seed.asset,)
    if isinstance(seed, CompositeSeed):
        return (seed.background, *(figure.asset for figure in seed.figures))
    if isinstance(seed, SplitSeed):
        return (seed.first, seed.second)
    return seed.references


def nearest(word: str, known: Iterable[str]) -> str:
    """Give a hint that names the known word most like this one, ready to end a message; empty when none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def _check_ids(assets: tuple[Part[Asset], ...]) -> Iterator[Problem]:
    ids = [asset.value.id for asset in assets if asset.has("id")]
    for asset_id, times in Counter(ids).items():
        if times > 1:
            found = f"the id is used {times} times; give every asset its own"
            yield Problem(where=f"asset {asset_id}", rule="unique-id", message=found)
        if not _ID.fullmatch(asset_id) or len(asset_id) > _MAX_ID_CHARACTERS:
            wanted = f"small letters, digits and single hyphens, at most {_MAX_ID_CHARACTERS} characters, as in fox-core"
            yield Problem(
                where=f"asset {asset_id}", rule="id-form", message=f"the id {asset_id!r} is not well formed; use {wanted}"
            )


def _check_prompt(asset: Part[Asset]) -> Iterator[Problem]:
    if not asset.has("prompt"):
        return
    words, characters = count_words(asset.value.prompt), len(asset.value.prompt)
    if words < MIN_IMAGE_WORDS:
        found = f"the prompt has {words} words; say what is seen in at least {MIN_IMAGE_WORDS}: subject, material, light"
        yield Problem(where=asset.where, rule="image-prompt", message=found)
    if characters > MAX_IMAGE_CHARACTERS:
        found = f"the prompt has {characters} characters; at most {MAX_IMAGE_CHARACTERS} are allowed"
        yield Problem(where=asset.where, rule="image-prompt-length", message=found)


def _check_ground(asset: Part[Asset]) -> Iterator[Problem]:
    if asset.has("kind", "needs_transparency") and asset.value.kind is AssetKind.ENVIRONMENT and asset.value.needs_transparency:
        found = "an environment fills the frame and cannot be transparent; remove needs_transparency, or make it a prop"
        yield Problem(where=asset.where, rule="environment-transparency", message=found)


def _check_core(asset: Part[Asset], before: tuple[Part[Asset], ...], after: tuple[Part[Asset], ...]) -> Iterator[Problem]:
    core_id = asset.value.variation_of if asset.has("variation_of") else None
    if core_id is None:
        return
    core = _find(core_id, before)
    if core is None:
        yield _missing_core(asset, core_id, before, after)
        return
    if core.has("variation_of") and core.value.variation_of is not None:
        found = f"it varies {core_id}, which is a variation itself; name the core {core.value.variation_of} instead"
        yield Problem(where=asset.where, rule="variation-of-variation", message=found)
    if core.has("kind") and asset.has("kind") and core.value.kind is not asset.value.kind:
        found = f"it is a {asset.value.kind} and its core {core_id} a {core.value.kind}; both must be of one kind"
        yield Problem(where=asset.where, rule="variation-kind", message=found)


def _missing_core(asset: Part[Asset], core_id: str, before: tuple[Part[Asset], ...], after: tuple[Part[Asset], ...]) -> Problem:
    if asset.has("id") and asset.value.id == core_id:
        return Problem(
            where=asset.where, rule="core-exists", message="it varies itself; name its core, or leave variation_of out"
        )
    if _find(core_id, after):
        found = f"its core {core_id} comes after it; a core stands before its variations"
        return Problem(where=asset.where, rule="core-first", message=found)
    hint = nearest(core_id, [part.value.id for part in before if part.has("id")])
    return Problem(where=asset.where, rule="core-exists", message=f"it varies {core_id}, and no asset has that id{hint}")


def _check_used(draft: Draft) -> Iterator[Problem]:
    if not draft.has_scenes or not all(scene.has("seed") for scene in draft.scenes):
        return
    used = {asset_id for scene in draft.scenes for asset_id in used_assets(scene.value)}
    used |= {asset.value.variation_of for asset in draft.assets if asset.has("variation_of") and asset.value.variation_of}
    for asset in draft.assets:
        if asset.has("id") and asset.value.id not in used:
            found = "no scene and no variation uses it, and it would be paid for; use it or remove it"
            yield Problem(where=asset.where, rule="unused-asset", message=found)


def _find(asset_id: str, assets: tuple[Part[Asset], ...]) -> Part[Asset] | None:
    return next((asset for asset in assets if asset.has("id") and asset.value.id == asset_id), None)
