"""The questions a plan is made of, in the words of the files beside this one."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby
from string import Template
from typing import Literal

from blocks.domain.frozen import Frozen
from blocks.domain.pacing import MAX_LINE_WORDS, MIN_LINE_WORDS
from blocks.domain.planning.answer_schemas import schema_of
from blocks.domain.planning.answers import (
    Answer,
    Answers,
    AssetsAnswer,
    RepairAnswer,
    ResearchAnswer,
    ScenesAnswer,
    StoryAnswer,
)
from blocks.domain.planning.budget import Budget, beats_of, make_budget
from blocks.domain.problems import Problem
from blocks.domain.specs import PlanSpec

_ASSETS_PER_SCENE = 1.25
_PLACES_PER_SCENE = 0.7
_SILHOUETTE = "silhouette"

QuestionName = Literal["research", "story", "assets", "scenes", "repair"]


class Question(Frozen):
    """One question to a language model: everything that may change its answer, besides the model."""

    name: QuestionName
    system: str
    prompt: str
    answer_schema: str
    """JSON Schema of the answer, as JSON text."""
    take: int = 1


class Wish(Frozen):
    """What a repair asks for."""

    parts: frozenset[str]
    """Of `RepairAnswer`."""
    scenes: tuple[int, ...] = ()
    """Numbers of the scenes to write anew; empty for all, where scenes are asked for."""

    @property
    def all_scenes(self) -> bool:
        """Whether the repaired scenes are all there shall be."""
        return "scenes" in self.parts and not self.scenes

    def __str__(self) -> str:
        scenes = f"scenes ({', '.join(map(str, self.scenes))})" if self.scenes else "scenes (all of them)"
        return ", ".join(scenes if part == "scenes" else part for part in sorted(self.parts))


def ask_research(spec: PlanSpec) -> Question:
    """Ask what is known about the subject."""
    return _question("research", spec, ResearchAnswer)


def ask_story(spec: PlanSpec, research: ResearchAnswer) -> Question:
    """Ask for the story and its look."""
    return _question("story", spec, StoryAnswer, research=_shown(research), style=_style(spec))


def ask_assets(spec: PlanSpec, research: ResearchAnswer, story: StoryAnswer) -> Question:
    """Ask for the still pictures."""
    scenes = make_budget(spec.target_seconds).scenes
    return _question(
        "assets",
        spec,
        AssetsAnswer,
        research=_shown(research),
        story=_shown(story),
        style=_style(spec),
        most_assets=str(max(3, math.ceil(scenes * _ASSETS_PER_SCENE))),
        places=str(max(1, round(scenes * _PLACES_PER_SCENE))),
    )


def ask_scenes(spec: PlanSpec, research: ResearchAnswer, story: StoryAnswer, assets: AssetsAnswer) -> Question:
    """Ask for the scenes and what the audience reads."""
    return _question(
        "scenes",
        spec,
        ScenesAnswer,
        research=_shown(research),
        story=_shown(story),
        assets=_shown(assets),
        style=_style(spec),
        beats=_beats(make_budget(spec.target_seconds).scenes),
    )


def ask_repair(spec: PlanSpec, answers: Answers, problems: Iterable[Problem]) -> Question:
    """Ask for the parts of a draft that break rules, written anew."""
    found = tuple(problems)
    wish = wish_for(found)
    return _question(
        "repair",
        spec,
        RepairAnswer,
        only=wish.parts,
        draft=_shown(answers),
        problems="\n".join(f"- {problem}" for problem in found),
        wanted=str(wish),
    )


def wish_for(problems: Iterable[Problem]) -> Wish:
    """Say which parts have to be written anew for these problems; pictures go along with the scenes that name them wrongly."""
    parts: set[str] = set()
    scenes: set[int] = set()
    every_scene = False
    for problem in problems:
        place, _, name = problem.where.partition(" ")
        every_scene |= place == "scenes" or problem.rule == "length"
        match place:
            case "scene":
                scenes.add(int(name))
                parts |= {"scenes", "assets"} if problem.rule in _ABOUT_PICTURES else {"scenes"}
            case "scenes":
                parts.add("scenes")
            case "video":
                parts.add("scenes" if problem.rule == "length" else "story")
            case "asset" | "assets":
                parts.add("assets")
            case "research" | "metadata":
                parts.add(place)
            case _:
                parts.add("story")
    return Wish(parts=frozenset(parts), scenes=() if every_scene else tuple(sorted(scenes)))


def schema_words(question: Question) -> str:
    """Give the schema as words to add to a prompt, for servers that take none by itself."""
    return _fill("schema", schema=question.answer_schema)


_ABOUT_PICTURES = frozenset({"asset-exists", "seed-ground", "background-kind", "figure-kind", "figure-transparency"})


def _question(name: QuestionName, spec: PlanSpec, shape: type[Answer], only: Iterable[str] = (), **words: str) -> Question:
    budget = make_budget(spec.target_seconds)
    prompt = _fill(name, film=_film(spec, budget.scenes), **_numbers(spec, budget), **words)
    schema = schema_of(shape, frozenset(only))
    return Question(
        name=name, system=_words("system").strip(), prompt=prompt.strip(), answer_schema=_compact(schema), take=spec.take
    )


def _film(spec: PlanSpec, scenes: int) -> str:
    film = _fill(
        "film",
        topic=spec.topic.strip(),
        title=spec.title.strip() or "(none: find one)",
        language=spec.language,
        target_seconds=str(spec.target_seconds),
        scenes=str(scenes),
        style_pack=spec.style_pack,
        take=str(spec.take),
        story_direction=spec.story_direction.strip() or "(none: find the story in the topic)",
    )
    if spec.take == 1:
        return film
    earlier = "the first take" if spec.take == 2 else f"{spec.take - 1} takes"
    return film + _fill("another_take", earlier=earlier)


def _numbers(spec: PlanSpec, budget: Budget) -> dict[str, str]:
    """Give what the words of a question count; a line stays speakable whatever the film's length would need."""
    return {
        "scenes": str(budget.scenes),
        "language": spec.language,
        "least_words": str(budget.least_words),
        "most_words": str(min(budget.most_words, budget.scenes * MAX_LINE_WORDS)),
        "least_line": str(min(max(budget.least_line, MIN_LINE_WORDS), MAX_LINE_WORDS)),
        "most_line": str(min(max(budget.most_line, MIN_LINE_WORDS), MAX_LINE_WORDS)),
    }


def _style(spec: PlanSpec) -> str:
    name = "style_silhouette" if spec.style_pack == _SILHOUETTE else "style_other"
    return _fill(name, style_pack=spec.style_pack)


def _beats(scenes: int) -> str:
    """Say which scenes tell which beat: `1 to 3 setup, 4 obstacle`."""
    told: list[str] = []
    for beat, group in groupby(enumerate(beats_of(scenes), start=1), key=lambda one: one[1]):
        numbers = [number for number, _ in group]
        told.append(f"{numbers[0]} {beat}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]} {beat}")
    return ", ".join(told)


def _shown(answer: Frozen) -> str:
    return _compact(answer.model_dump(mode="json"))


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fill(name: str, **words: str) -> str:
    """Fill a question's words in; a name without a word is a mistake in the file, and says so."""
    return Template(_words(name)).substitute(words)


@cache
def _words(name: str) -> str:
    return files("blocks.capabilities").joinpath("questions", f"{name}.md").read_text(encoding="utf-8")
