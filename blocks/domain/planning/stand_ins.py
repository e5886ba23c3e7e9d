"""Answers of the usual length, to estimate by before anything is asked.

The lengths are characters of JSON, measured over plans of the offline rules written in the shapes of `answers` (November 2026);
they are to be mended by the first receipts of real models.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.planning.answers import AssetAnswer, AssetsAnswer, ResearchAnswer, StoryAnswer
from blocks.domain.storyboard import AssetKind

_LENGTHS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "research": (700, 0),
        "story": (1300, 40),
        "assets": (400, 310),
        "scenes": (500, 840),
        "repair": (500, 300),
    }
)
"""Characters of each answer: always, and for every scene of the film."""


def expected_characters(question: str, scenes: int) -> int:
    """Give the usual length of an answer."""
    always, each = _LENGTHS[question]
    return always + each * scenes


def stand_in_research() -> ResearchAnswer:
    """Give research of the usual length that says nothing."""
    empty = ResearchAnswer(summary="", textures=(), facts=(), hooks=())
    return empty.model_copy(update={"summary": _filling("research", 0, empty)})


def stand_in_story(scenes: int) -> StoryAnswer:
    """Give the story of a film of so many scenes, at the usual length, that tells nothing."""
    empty = StoryAnswer(title="", logline="", setup="", obstacle="", escalation="", turn="", resolution="", atmosphere="")
    return empty.model_copy(update={"atmosphere": _filling("story", scenes, empty)})


def stand_in_assets(scenes: int) -> AssetsAnswer:
    """Give the pictures of a film of so many scenes, at the usual length, that show nothing."""
    empty = AssetsAnswer(assets=(AssetAnswer(id="", kind=AssetKind.PROP, prompt=""),))
    filled = empty.assets[0].model_copy(update={"prompt": _filling("assets", scenes, empty)})
    return AssetsAnswer(assets=(filled,))


def _filling(question: str, scenes: int, empty: ResearchAnswer | StoryAnswer | AssetsAnswer) -> str:
    return "x" * max(1, expected_characters(question, scenes) - len(empty.model_dump_json()))
