"""One still picture from its spec: a place, a figure as a cut-out, or a figure in its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from blocks.domain.scenery import read_scenery
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.domain.subjects import Stance, Subject, find_subjects
from blocks.media.nearness import Nearness, Pixels, save_still
from blocks.media.paint.air import paint_fall
from blocks.media.paint.figures import choose_pose, outline, paint_cut_out
from blocks.media.paint.grade import grade
from blocks.media.paint.noise import rng_for
from blocks.media.paint.palette import choose_palette
from blocks.media.paint.places import painter_of
from blocks.media.paint.planes import as_plane
from blocks.media.paint.recipe import Recipe, add_recipe, find_recipe
from blocks.media.paint.stage import Stage
from blocks.media.paint.woods import rim_edges

PAINTER_VERSION = 2
"""Raised whenever the same spec would give another picture."""

_LANDMARKS = frozenset(
    {
        "ship",
        "longship",
        "sailboat",
        "boat",
        "steamer",
        "lighthouse",
        "camel",
        "flock",
        "train",
        "windmill",
        "castle",
        "wagon",
        "bridge",
    }
    | {"balloon", "turbine", "pyramid", "whale", "shoal"}
)
"""Figures that a picture of a place shows by itself when its prompt names them."""
_IN_LINE = frozenset({"camel", "wagon"})
"""Landmarks that travel one behind the other."""


def paint_still(spec: ImageSpec, references: tuple[Path, ...], target: Path) -> None:
    """Paint one picture as PNG.

    A place is `spec.width_px` x `spec.height_px`, RGB, with the nearness of every pixel. A figure with `spec.transparent` is
    RGBA: it stands in the middle of the lower edge on clear ground; without, it stands in a scene of its own. A prompt without a
    known subject gets a standing person or a cairn. A reference painted here lends its layout or its figure to the new picture.
    The same spec and references give the same bytes.

    Args:
        spec: what to paint.
        references: pictures to look at, the core first.
        target: file to write.
    """
    recipe = _recipe(spec, find_recipe(references))
    varied = bool(references)
    if spec.kind is AssetKind.ENVIRONMENT:
        picture, nearness = _paint_place(spec, recipe, varied=varied)
        save_still(target, picture, nearness)
    elif spec.transparent:
        save_still(target, _paint_figure(spec, recipe, varied=varied))
    else:
        picture, nearness = _paint_scene(spec, recipe, varied=varied)
        save_still(target, picture, nearness)
    add_recipe(target, recipe)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _recipe(spec: ImageSpec, core: Recipe | None) -> Recipe:
    own = spec.prompt.rsplit("\n\n", 1)[-1]
    atmosphere = spec.prompt[: -len(own)].strip()
    scenery = read_scenery(spec.prompt, core.scenery if core else None)
    figure = "" if spec.kind is AssetKind.ENVIRONMENT else _figure_for(spec, own, core)
    seed = core.seed if core and core.scenery.place is scenery.place else _digest(spec.model_dump_json())
    tone_seed = core.tone_seed if core else _digest(atmosphere or spec.prompt)
    return Recipe(seed=seed, tone_seed=tone_seed, scenery=scenery, figure=figure)


def _figure_for(spec: ImageSpec, own: str, core: Recipe | None) -> str:
    if core and core.figure:
        return core.figure
    known = find_subjects(own)
    fitting = [subject for subject in known if subject.kind is spec.kind] or list(known)
    return fitting[0].figure if fitting else ("man" if spec.kind is AssetKind.CHARACTER else "cairn")


def _paint_place(spec: ImageSpec, recipe: Recipe, *, varied: bool) -> tuple[Pixels, Pixels]:
    """Paint a place; a variation sees the same land through another frame."""
    frame = rng_for(_digest(spec.model_dump_json()), "frame")
    zoom = frame.uniform(1.06, 1.24) if varied else 1.0
    height, width = round(spec.height_px * zoom), round(spec.width_px * zoom)
    stage = Stage(recipe.scenery, recipe.seed, recipe.tone_seed, height, width)
    painter_of(recipe.scenery.place)(stage)
    own = spec.prompt.rsplit("\n\n", 1)[-1]
    for subject in [one for one in find_subjects(own) if one.figure in _LANDMARKS][:1]:
        _paint_landmark(stage, subject)
    paint_fall(stage)
    top = int(frame.uniform(0.35, 1.0) * (height - spec.height_px))
    left = int(frame.random() * (width - spec.width_px))
    cut = (slice(top, top + spec.height_px), slice(left, left + spec.width_px))
    return np.ascontiguousarray(grade(stage)[cut]), np.ascontiguousarray(stage.nearness[cut])


def _paint_landmark(stage: Stage, subject: Subject) -> None:
    rng = stage.rng(f"landmark {subject.figure}")
    side = 1.0 if stage.light.x < 0.5 else -1.0
    x = 0.5 + side * rng.uniform(-0.06, 0.20)
    tall = subject.height * rng.uniform(0.50, 0.66)
    foot = {
        Stance.GROUND: stage.horizon + 0.085,
        Stance.WATER: stage.horizon + 0.055,
        Stance.AIR: stage.horizon * rng.uniform(0.50, 0.62) + tall * 0.5,
        Stance.UNDERWATER: 0.46 + tall * 0.5,
    }[subject.stance]
    flip = bool(rng.integers(2))
    if subject.stance is Stance.GROUND:
        tall *= 0.62
    followers = 5 if subject.figure in _IN_LINE else 1
    for number in range(followers):
        place = (x + (number - followers / 2) * tall * 0.72 + rng.uniform(-0.008, 0.008), foot + rng.uniform(0, 0.006), tall)
        _set_figure(stage, subject.figure, place, (0.78, Nearness.WOODS + 12), flip=flip)


def _set_figure(stage: Stage, figure: str, place: tuple[float, float, float], depth: tuple[float, int], *, flip: bool) -> None:
    """Stand a figure on a stage: x and foot as shares of the frame, height in frame heights; what is nearer hides it."""
    x, foot, tall = place
    mask = outline(figure, max(4, round(tall * stage.height)), max(4, round(stage.width * 0.8)))
    mask = mask[:, ::-1] if flip else mask
    top, left = round(foot * stage.height) - mask.shape[0], round(x * stage.width - mask.shape[1] / 2)
    cover = np.zeros((stage.height, stage.width), np.float32)
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(stage.height, top + mask.shape[0]), min(stage.width, left + mask.shape[1])
    if y0 >= y1 or x0 >= x1:
        return
    cover[y0:y1, x0:x1] = mask[y0 - top : y1 - top, x0 - left : x1 - left]
    cover *= as_plane(stage.nearness <= max(depth[1], Nearness.GROUND + 15))
    stage.lay(cover, stage.tone(depth[0]), depth[1])
    rim_edges(stage, cover, 0.55, width_px=max(1.0, tall * stage.height / 130))


def _paint_figure(spec: ImageSpec, recipe: Recipe, *, varied: bool) -> Pixels:
    rng = rng_for(_digest(spec.model_dump_json()), "pose")
    palette = choose_palette(recipe.scenery, rng_for(recipe.tone_seed, "palette"))
    pose = choose_pose(recipe.figure, spec.prompt.rsplit("\n\n", 1)[-1], rng, another=varied)
    light_left = bool(rng_for(recipe.seed, "side").integers(2))
    flip = (rng.random() < 0.5) if varied else False
    scale = rng.uniform(0.86, 1.0) if varied else 1.0
    return paint_cut_out(pose, palette, (spec.height_px, spec.width_px), flip=flip, light_left=light_left, scale=scale)


def _paint_scene(spec: ImageSpec, recipe: Recipe, *, varied: bool) -> tuple[Pixels, Pixels]:
    rng = rng_for(_digest(spec.model_dump_json()), "pose")
    own = spec.prompt.rsplit("\n\n", 1)[-1]
    stage = Stage(recipe.scenery, recipe.seed, recipe.tone_seed, spec.height_px, spec.width_px)
    painter_of(stage.scenery.place)(stage)
    known = [one for one in find_subjects(own) if one.figure == recipe.figure]
    stance = known[0].stance if known else Stance.GROUND
    tall = {Stance.AIR: 0.40, Stance.UNDERWATER: 0.38}.get(stance, 0.52)
    foot = {Stance.AIR: 0.62, Stance.UNDERWATER: 0.68, Stance.WATER: min(0.9, stage.horizon + 0.16)}.get(stance, 0.90)
    x = stage.light.x + (0.14 if stage.light.x < 0.5 else -0.14)
    pose = choose_pose(recipe.figure, own, rng, another=varied)
    _set_figure(stage, pose, (x, foot, tall), (0.96, Nearness.FIGURE), flip=varied and rng.random() < 0.5)
    paint_fall(stage)
    return grade(stage), stage.nearness
