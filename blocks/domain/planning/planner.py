"""A storyboard from a topic and a story direction, by rules alone: the same idea always gives the same plan."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from blocks.domain.planning.ambience import write_effect
from blocks.domain.planning.budget import MAX_TARGET_SECONDS, MIN_TARGET_SECONDS, beats_of, make_budget
from blocks.domain.planning.cast import Player, find_heroes, find_players
from blocks.domain.planning.cleaning import clean_phrase, clean_sentences
from blocks.domain.planning.lines import Narrator, spread
from blocks.domain.planning.motion import choose_camera, write_motion
from blocks.domain.planning.outline import find_title, write_metadata, write_research, write_story, write_style, write_video
from blocks.domain.planning.pictures import Gallery, find_split, fits, two_places
from blocks.domain.planning.setting import Setting, set_scenes
from blocks.domain.planning.telling import retell
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import Beat, CameraMove, CompositeSeed, Scene, Storyboard

PLANNER_VERSION = 1
"""Changes when the same idea would give another plan; part of what a plan is remembered by."""
CLIP_SECONDS = 9
"""Sixteen words with lead and tail take 7.8 s; the rest is for a voice that takes its time."""
EFFECT_SECONDS = 9.0
_MAX_HEROES = 3


class IdeaRefused(ValueError):
    """An idea from which no film can be planned; the message says what to change."""


def plan_storyboard(spec: PlanSpec) -> Storyboard:
    """Plan a film from a topic and a story direction.

    The direction's own sentences become the narration, retold in third person and present tense: a short one is carried by
    observations of its own places, hours and subjects, a long one is condensed to what moves the story. Deterministic; a new
    `take` says the planner's own words differently.

    Returns:
        a storyboard that passes every check.

    Raises:
        IdeaRefused: nothing in the idea can be spoken, the language is not English, or the length is out of reach.
    """
    _refuse_the_impossible(spec)
    budget = make_budget(spec.target_seconds)
    beats = beats_of(budget.scenes)
    told = spread(retell(spec.topic, spec.story_direction, budget.most_line), budget)
    whole = f"{spec.topic}. {' '.join(clean_sentences(spec.story_direction))}"
    settings = set_scenes(told, beats, whole, spec.topic)
    heroes = find_heroes(whole)
    lines = Narrator(_chance(spec), heroes[:_MAX_HEROES], spec.topic).complete(told, settings, beats, budget)
    gallery = Gallery()
    scenes = _write_scenes(told, lines, settings, beats, gallery, heroes)
    title = find_title(spec, lines)
    video = write_video(spec, title, told, lines)
    research = write_research(told, lines, settings)
    return Storyboard(
        video=video,
        research=research,
        story=write_story(scenes, heroes),
        style=write_style(spec, research),
        assets=gallery.in_order(),
        scenes=tuple(scenes),
        metadata=write_metadata(title, video, heroes, settings),
    )


def _refuse_the_impossible(spec: PlanSpec) -> None:
    if not spec.language.lower().startswith("en"):
        raise IdeaRefused(
            f"the offline planner writes English only, and the film's language is {spec.language!r}: write a storyboard file in "
            "that language, or choose another planner"
        )
    if not MIN_TARGET_SECONDS <= spec.target_seconds <= MAX_TARGET_SECONDS:
        raise IdeaRefused(
            f"a film of {spec.target_seconds} s cannot be planned: ask for {MIN_TARGET_SECONDS} to {MAX_TARGET_SECONDS} seconds"
        )
    if not clean_phrase(spec.topic) and not clean_sentences(spec.story_direction):
        raise IdeaRefused(
            "nothing in the topic or the story direction can be spoken in English: give the topic a few words in Latin letters, "
            "or write a storyboard file"
        )


def _chance(spec: PlanSpec) -> random.Random:
    """Give the only source of chance, the same for the same spec on every machine."""
    digest = hashlib.sha256(f"{PLANNER_VERSION}:{spec.model_dump_json()}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 (a choice of words, no secret)


def _write_scenes(
    told: Sequence[str],
    lines: Sequence[str],
    settings: Sequence[Setting],
    beats: Sequence[Beat],
    gallery: Gallery,
    heroes: Sequence[Player],
) -> list[Scene]:
    scenes: list[Scene] = []
    split_at = find_split(told)
    halves = two_places(told[split_at]) if split_at is not None else None
    move: CameraMove | None = None
    for at, (line, setting) in enumerate(zip(lines, settings, strict=True)):
        players = _players_in(told[at] or line, setting, heroes, at)
        before = settings[at - 1] if at else None
        seed = gallery.split(setting, halves) if halves and at == split_at else gallery.seed(setting, players, before)
        front = players[0] if players and isinstance(seed, CompositeSeed) else None
        move = choose_camera(at, len(lines), move, has_figure=front is not None)
        scenes.append(
            Scene(
                number=at + 1,
                beat=beats[at],
                seed=seed,
                motion_prompt=write_motion(setting, front, move, at),
                camera_move=move,
                narration=line,
                effect_prompt=write_effect(setting, players, at),
                effect_seconds=EFFECT_SECONDS,
                clip_seconds=CLIP_SECONDS,
            )
        )
    return scenes


def _players_in(line: str, setting: Setting, heroes: Sequence[Player], at: int) -> tuple[Player, ...]:
    """Give whom a scene shows: those its line names, else in every other scene a hero, where the place can hold them."""
    named = [hero for hero in heroes if hero.is_named and hero.name in line]
    known = {hero.subject.figure for hero in heroes} - {hero.subject.figure for hero in named}
    named += [player for player in find_players(line) if player.subject.figure in known]
    fitting = [player for player in named if fits(player, setting.place)]
    if not fitting and at % 2 == 0:
        fitting = [hero for hero in heroes if fits(hero, setting.place)][:1]
    return tuple(fitting[:2])
