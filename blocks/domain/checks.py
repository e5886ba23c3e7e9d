"""Every rule a storyboard obeys before anything is made of it, all of them reported at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blocks.domain.asset_checks import check_assets
from blocks.domain.draft import Draft, Part, draft_of
from blocks.domain.pacing import LENGTH_TOLERANCE, MAX_SCENES, WORDS_PER_SECOND, count_words, film_seconds
from blocks.domain.problems import Problem
from blocks.domain.scene_checks import check_scene
from blocks.domain.storyboard import Beat, Metadata, Research, Story, Storyboard, Style, VideoPlan

TEXTURES = 5
HOOKS = 3
MAX_TITLE_CHARACTERS = 100
MAX_DESCRIPTION_BYTES = 5000
MAX_TAG_CHARACTERS = 500

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def find_problems(board: Storyboard) -> tuple[Problem, ...]:
    """Check a storyboard against every rule.

    Returns:
        one finding per broken rule and place, in the order of the document; empty when the film can be made.
    """
    return find_draft_problems(draft_of(board))


def find_draft_problems(draft: Draft) -> tuple[Problem, ...]:
    """Check whatever of a storyboard could be read; rules about the rest are passed over."""
    return tuple(_problems(draft))


def tag_characters(tags: tuple[str, ...]) -> int:
    """Count tags as YouTube does: commas between them count, and a tag with a space counts its two quotation marks.

    Source: YouTube Data API, videos resource, snippet.tags[] (2026-11).
    """
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(0, len(tags) - 1)


def _problems(draft: Draft) -> Iterator[Problem]:
    yield from _check_video(draft.video)
    yield from _check_research(draft.research)
    yield from _check_story(draft.story)
    yield from _check_style(draft.style)
    yield from check_assets(draft)
    yield from _check_scene_list(draft)
    for scene in draft.scenes:
        yield from check_scene(scene, draft)
    yield from _check_beats(draft)
    yield from _check_length(draft)
    yield from _check_metadata(draft.metadata)


def _check_video(video: Part[VideoPlan]) -> Iterator[Problem]:
    plan = video.value
    for field in ("title", "logline", "topic"):
        yield from _check_filled(video, field)
    if video.has("language") and not _LANGUAGE.fullmatch(plan.language):
        yield Problem(
            where="video",
            rule="language",
            message=f"language is {plan.language!r}; write a language tag such as en, en-GB or de",
        )
    if video.has("target_seconds") and plan.target_seconds < 1:
        yield Problem(where="video", rule="target-seconds", message=f"target_seconds is {plan.target_seconds}; give at least 1")


def _check_research(research: Part[Research]) -> Iterator[Problem]:
    known = research.value
    yield from _check_filled(research, "summary")
    if research.has("textures"):
        distinct = {texture.strip().lower() for texture in known.textures} - {""}
        if len(known.textures) != TEXTURES or len(distinct) != TEXTURES:
            yield Problem(
                where="research",
                rule="textures",
                message=f"{len(distinct)} different textures are named; name exactly {TEXTURES} materials, each once",
            )
    if research.has("hooks"):
        filled = [hook for hook in known.hooks if hook.strip()]
        if len(known.hooks) != HOOKS or len(filled) != HOOKS:
            yield Problem(where="research", rule="hooks", message=f"{len(filled)} hooks are written; write exactly {HOOKS}")
    if research.has("facts") and not any(fact.strip() for fact in known.facts):
        yield Problem(where="research", rule="facts", message="no fact is given; give at least one")


def _check_story(story: Part[Story]) -> Iterator[Problem]:
    for beat in Beat:
        yield from _check_filled(story, beat.value)


def _check_style(style: Part[Style]) -> Iterator[Problem]:
    yield from _check_filled(style, "atmosphere")
    yield from _check_filled(style, "style_pack")
    if style.has("atmosphere") and re.search(r"\n\s*\n", style.value.atmosphere.strip()):
        yield Problem(
            where="style", rule="atmosphere-paragraph", message="atmosphere has a blank line in it; write one paragraph"
        )
    if style.has("exclusions") and not all(word.strip() for word in style.value.exclusions):
        yield Problem(where="style", rule="exclusions", message="exclusions holds an empty entry; remove it")


def _check_scene_list(draft: Draft) -> Iterator[Problem]:
    if not draft.has_scenes:
        return
    if not 1 <= len(draft.scenes) <= MAX_SCENES:
        yield Problem(
            where="scenes", rule="scene-count", message=f"there are {len(draft.scenes)} scenes; a film has 1 to {MAX_SCENES}"
        )
    if all(scene.has("number") for scene in draft.scenes):
        numbers = [scene.value.number for scene in draft.scenes]
        if numbers != list(range(1, len(numbers) + 1)):
            yield Problem(
                where="scenes",
                rule="scene-numbers",
                message=f"scenes are numbered {_shorten(numbers)}; number them 1 to {len(numbers)} in the order of the film",
            )


def _check_beats(draft: Draft) -> Iterator[Problem]:
    if not draft.has_scenes or not all(scene.has("beat") for scene in draft.scenes):
        return
    order = list(Beat)
    reached = 0
    for scene in draft.scenes:
        place = order.index(scene.value.beat)
        if place < reached:
            yield Problem(
                where=scene.where,
                rule="beat-order",
                message=f"beat {scene.value.beat} comes after {order[reached]}; the story goes {', '.join(order)}",
            )
        reached = max(reached, place)
    missing = [beat for beat in order if beat not in {scene.value.beat for scene in draft.scenes}]
    if missing and len(draft.scenes) >= len(order):
        yield Problem(
            where="scenes",
            rule="beats",
            message=f"no scene tells the {' and the '.join(missing)}; a film of {len(order)} or more scenes has all five beats",
        )


def _check_length(draft: Draft) -> Iterator[Problem]:
    read = draft.has_scenes and draft.scenes and all(scene.has("narration") for scene in draft.scenes)
    if not read or not draft.video.has("target_seconds") or draft.video.value.target_seconds < 1:
        return
    lines = [scene.value.narration for scene in draft.scenes]
    target = draft.video.value.target_seconds
    estimate = film_seconds(lines)
    if abs(estimate - target) > target * LENGTH_TOLERANCE:
        words = sum(map(count_words, lines))
        wanted = words + round((target - estimate) * WORDS_PER_SECOND)
        way_out = f"bring the narration from {words} to about {wanted} words" if wanted > 0 else "use fewer scenes"
        yield Problem(
            where="video",
            rule="length",
            message=f"the film would last about {estimate:.0f} s, not {target} s: {way_out}, or change target_seconds",
        )


def _check_metadata(metadata: Part[Metadata]) -> Iterator[Problem]:
    shown = metadata.value
    yield from _check_filled(metadata, "title")
    if metadata.has("title") and len(shown.title) > MAX_TITLE_CHARACTERS:
        found = f"title has {len(shown.title)} characters; at most {MAX_TITLE_CHARACTERS} are allowed"
        yield Problem(where="metadata", rule="title-length", message=found)
    if metadata.has("description") and len(shown.description.encode()) > MAX_DESCRIPTION_BYTES:
        found = f"description has {len(shown.description.encode())} bytes; at most {MAX_DESCRIPTION_BYTES} are allowed"
        yield Problem(where="metadata", rule="description-length", message=found)
    for field in ("title", "description", "tags"):
        if metadata.has(field) and re.search("[<>]", str(getattr(shown, field))):
            found = f"{field} has < or > in it, which YouTube refuses; leave them out"
            yield Problem(where="metadata", rule="angle-brackets", message=found)
    if metadata.has("tags"):
        if tag_characters(shown.tags) > MAX_TAG_CHARACTERS:
            found = f"tags take {tag_characters(shown.tags)} characters with their separators; {MAX_TAG_CHARACTERS} are allowed"
            yield Problem(where="metadata", rule="tags-length", message=found)
        if not all(tag.strip() for tag in shown.tags):
            yield Problem(where="metadata", rule="tags-empty", message="tags holds an empty tag; remove it")


def _check_filled(
    part: Part[VideoPlan] | Part[Research] | Part[Story] | Part[Style] | Part[Metadata], field: str
) -> Iterator[Problem]:
    if part.has(field) and not str(getattr(part.value, field)).strip():
        yield Problem(where=part.where, rule="empty-text", message=f"{field} is empty; write it")


def _shorten(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:12]))
    return f"{shown}, ..." if len(numbers) > 12 else shown
