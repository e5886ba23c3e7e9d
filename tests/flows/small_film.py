"""A film of two scenes, cut from the short sample, and what the books say of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from blocks.domain.money import Receipt
from blocks.domain.products import Product
from blocks.domain.request import VideoRequest
from blocks.domain.storyboard import CompositeSeed, DirectSeed, GeneratedSeed, Seed, SplitSeed, Storyboard
from blocks.results import queries
from blocks.storyboard_files import load_storyboard
from blocks.studio import Studio

ROOT = Path(__file__).parents[2]
EXPECTED_CALLS = {"still": 4, "clip": 2, "narration": 2, "effect": 2}
"""Paid calls of the small film, by step."""


def small_board() -> Storyboard:
    """Cut the sample down to its first and last scene, with only the pictures they need."""
    board = load_storyboard(ROOT / "docs/samples/short.yaml")
    scenes = tuple(
        # Eight seconds are a little short for the first line as spoken: its clip holds its last frame, and is conformed.
        scene.model_copy(update={"number": number, "clip_seconds": 8})
        for number, scene in enumerate((board.scenes[0], board.scenes[-1]), start=1)
    )
    used = {name for scene in scenes for name in _pictures_of(scene.seed)}
    used |= {asset.variation_of for asset in board.assets if asset.id in used and asset.variation_of}
    return board.model_copy(
        update={
            "video": board.video.model_copy(update={"title": "A Small Film", "target_seconds": 15}),
            "assets": tuple(asset for asset in board.assets if asset.id in used),
            "scenes": scenes,
        }
    )


def _pictures_of(seed: Seed) -> set[str]:
    match seed:
        case DirectSeed():
            return {seed.asset}
        case CompositeSeed():
            return {seed.background, *(figure.asset for figure in seed.figures)}
        case SplitSeed():
            return {seed.first, seed.second}
        case GeneratedSeed():
            return set(seed.references)


def small_request() -> VideoRequest:
    """Ask for the small film."""
    return VideoRequest(storyboard=small_board())


def retold(board: Storyboard, scene: int, narration: str) -> VideoRequest:
    """Ask for the small film with another line in one scene."""
    scenes = tuple(one.model_copy(update={"narration": narration}) if one.number == scene else one for one in board.scenes)
    return VideoRequest(storyboard=board.model_copy(update={"scenes": scenes}))


def receipts_of(studio: Studio) -> tuple[Receipt, ...]:
    """Give the film's receipts."""
    with studio.results.open() as session:
        return queries.receipts_of(session, studio.video)


def products_of(studio: Studio) -> dict[str, Product]:
    """Give the film's products by their names in its folder."""
    with studio.results.open() as session:
        return {item.name: item.product for item in queries.products_of(session, studio.video)}


def made_by_step(studio: Studio) -> Counter[str]:
    """Count the product rows of the whole results table by step."""
    with studio.results.open() as session:
        rows = session.connection().exec_driver_sql("SELECT step, count(*) FROM products GROUP BY step")
    return Counter(dict(map(tuple, rows)))
