"""A storyboard from the answers of a language model.

What can be mended without taste is mended here: how ids are written, the order of pictures, pictures that nothing uses, figures
outside the frame. Everything else is left as it was answered, for the checks to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from blocks.domain.asset_checks import used_assets
from blocks.domain.checks import find_problems
from blocks.domain.draft import name_scene
from blocks.domain.planning.answers import (
    Answers,
    AssetAnswer,
    FigureAnswer,
    MetadataAnswer,
    RepairAnswer,
    SceneAnswer,
    SeedAnswer,
    StoryAnswer,
)
from blocks.domain.planning.planner import CLIP_SECONDS, EFFECT_SECONDS
from blocks.domain.problems import Problem
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import (
    DEFAULT_EXCLUSIONS,
    Asset,
    CameraMove,
    CastMember,
    CompositeSeed,
    DirectSeed,
    GeneratedSeed,
    Metadata,
    Placement,
    Research,
    Scene,
    Seed,
    SplitSeed,
    Story,
    Storyboard,
    Style,
    VideoPlan,
)

SOUNDS = (3, 4)
"""Fewest and most sounds of one ambience."""
_DISCLOSURE = "The pictures, the voice and the sound of this film are made by computer."
_SMALLEST, _LARGEST = 0.02, 2.0
_OUTSIDE, _BEYOND = -0.5, 1.5
"""How far out of the frame a figure may stand, as `storyboard.Placement` has it."""
_CAMERA: Mapping[CameraMove, str] = MappingProxyType(
    {
        CameraMove.STATIC: "Static camera.",
        CameraMove.PUSH_IN: "The camera pushes in slowly.",
        CameraMove.PULL_BACK: "The camera pulls back slowly.",
        CameraMove.PAN_LEFT: "The camera pans slowly to the left.",
        CameraMove.PAN_RIGHT: "The camera pans slowly to the right.",
        CameraMove.TILT_UP: "The camera tilts up slowly.",
        CameraMove.TILT_DOWN: "The camera tilts down slowly.",
        CameraMove.TRACK_LEFT: "The camera tracks slowly to the left.",
        CameraMove.TRACK_RIGHT: "The camera tracks slowly to the right.",
        CameraMove.CRANE_UP: "The camera cranes up slowly.",
    }
)


def assemble(spec: PlanSpec, answers: Answers) -> Storyboard:
    """Put a storyboard together from what was answered; whether it is a good one is for `find_answer_problems` to say."""
    story, research = answers.story, answers.research
    scenes = tuple(_scene(number, scene) for number, scene in enumerate(answers.scenes, start=1))
    title = spec.title.strip() or _line(story.title)
    return Storyboard(
        video=VideoPlan(
            title=title,
            logline=_line(story.logline),
            topic=spec.topic.strip(),
            story_direction=spec.story_direction.strip(),
            language=spec.language,
            target_seconds=spec.target_seconds,
        ),
        research=Research(
            summary=research.summary.strip(),
            textures=_lines(research.textures),
            facts=_lines(research.facts),
            hooks=_lines(research.hooks),
        ),
        story=_story(story),
        style=Style(
            atmosphere=_line(story.atmosphere),
            exclusions=tuple(dict.fromkeys((*DEFAULT_EXCLUSIONS, *_lines(story.exclusions)))),
            style_pack=spec.style_pack,
        ),
        assets=_assets(answers.assets, scenes),
        scenes=scenes,
        metadata=_metadata(answers.metadata, spec.title.strip()),
    )


def find_answer_problems(board: Storyboard, answers: Answers) -> tuple[Problem, ...]:
    """Check the storyboard against every rule, and the answers against what a storyboard no longer shows."""
    return (*find_problems(board), *_check_sounds(answers))


def mend(answers: Answers, repair: RepairAnswer, *, all_scenes: bool) -> Answers:
    """Put repaired parts in the place of the old ones.

    Args:
        answers: what was answered before, its scenes numbered.
        repair: the parts written anew; pictures are matched by id and scenes by number.
        all_scenes: whether the repaired scenes are all there shall be.
    """
    scenes = {} if all_scenes and repair.scenes else {scene.number: scene for scene in answers.scenes}
    assets = {_id(asset.id): asset for asset in answers.assets}
    return Answers(
        research=repair.research or answers.research,
        story=repair.story or answers.story,
        assets=tuple((assets | {_id(asset.id): asset for asset in repair.assets}).values()),
        scenes=number_scenes((scenes | {scene.number: scene for scene in repair.scenes}).values()),
        metadata=repair.metadata or answers.metadata,
    )


def number_scenes(scenes: Iterable[SceneAnswer]) -> tuple[SceneAnswer, ...]:
    """Number scenes 1, 2, 3 in the order of their own numbers."""
    ordered = sorted(scenes, key=lambda scene: scene.number)
    return tuple(scene.model_copy(update={"number": number}) for number, scene in enumerate(ordered, start=1))


def _check_sounds(answers: Answers) -> Iterator[Problem]:
    fewest, most = SOUNDS
    for number, scene in enumerate(answers.scenes, start=1):
        if not fewest <= len(_lines(scene.sounds)) <= most:
            found = f"sounds its ambience names: {len(_lines(scene.sounds))}; name {fewest} or {most} concrete ones"
            yield Problem(where=name_scene(number), rule="effect-sounds", message=found)


def _story(story: StoryAnswer) -> Story:
    return Story(
        setup=story.setup.strip(),
        obstacle=story.obstacle.strip(),
        escalation=story.escalation.strip(),
        turn=story.turn.strip(),
        resolution=story.resolution.strip(),
        cast=tuple(CastMember(name=_line(one.name), role=_line(one.role), look=_line(one.look)) for one in story.cast),
    )


def _assets(answered: tuple[AssetAnswer, ...], scenes: tuple[Scene, ...]) -> tuple[Asset, ...]:
    """Give the pictures that are used, cores before the variations made from them."""
    assets = [
        Asset(
            id=_id(one.id),
            kind=one.kind,
            prompt=_line(one.prompt),
            variation_of=_id(one.variation_of) or None,
            needs_transparency=one.needs_transparency,
            uses_atmosphere=one.uses_atmosphere and not one.needs_transparency,
        )
        for one in answered
    ]
    seen = {asset_id for scene in scenes for asset_id in used_assets(scene)}
    seen |= {asset.variation_of for asset in assets if asset.id in seen and asset.variation_of}
    used = [asset for asset in assets if asset.id in seen]
    return tuple(sorted(used, key=lambda asset: asset.variation_of is not None))


def _scene(number: int, scene: SceneAnswer) -> Scene:
    motion = (scene.action, scene.details, scene.surroundings)
    return Scene(
        number=number,
        beat=scene.beat,
        seed=_seed(scene.seed),
        motion_prompt=" ".join([*map(_sentence, _lines(motion)), _CAMERA[scene.camera_move]]),
        camera_move=scene.camera_move,
        narration=_line(scene.narration),
        effect_prompt=f"A continuous ambience: {', '.join(one.rstrip('.') for one in _lines(scene.sounds))}.",
        effect_seconds=EFFECT_SECONDS,
        clip_seconds=CLIP_SECONDS,
    )


def _seed(seed: SeedAnswer) -> Seed:
    match seed.kind:
        case "direct":
            return DirectSeed(asset=_id(seed.asset))
        case "composite":
            return CompositeSeed(background=_id(seed.asset), figures=tuple(map(_placement, seed.figures)))
        case "split":
            return SplitSeed(direction=seed.direction, first=_id(seed.asset), second=_id(seed.second))
        case "generated":
            return GeneratedSeed(prompt=_line(seed.prompt), references=tuple(map(_id, seed.references)))


def _placement(figure: FigureAnswer) -> Placement:
    return Placement(
        asset=_id(figure.asset),
        scale=min(max(figure.scale, _SMALLEST), _LARGEST),
        x=min(max(figure.x, _OUTSIDE), _BEYOND),
        y=min(max(figure.y, _OUTSIDE), _BEYOND),
    )


def _metadata(answered: MetadataAnswer, wished_title: str) -> Metadata:
    description = answered.description.strip()
    if _DISCLOSURE not in description:
        description = f"{description}\n\n{_DISCLOSURE}".strip()
    tags = dict.fromkeys(tag.replace(",", " ") for tag in _lines(answered.tags))
    return Metadata(title=wished_title or _line(answered.title), description=description, tags=tuple(tags))


def _id(answered: str) -> str:
    """Write an id as ids are written: `Fox_Core` is `fox-core`."""
    return re.sub(r"[^a-z0-9]+", "-", answered.lower()).strip("-")


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the texts that say something, each on one line."""
    return tuple(line for line in map(_line, texts) if line)
