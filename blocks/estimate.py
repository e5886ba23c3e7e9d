"""What a film will cost, before anything is bought."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from blocks.capabilities.maker import Maker
from blocks.channel import Channel
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.planning.planner import IdeaRefused, plan_storyboard
from blocks.domain.prompts import clip_spec, effect_spec, generated_seed_spec, image_spec, narration_spec
from blocks.domain.request import VideoRequest
from blocks.domain.specs import PlanSpec
from blocks.domain.stages import Step
from blocks.domain.storyboard import GeneratedSeed, Storyboard
from blocks.errors import BadSpec

_ANY_PICTURE = "0" * 64 + ".png"
"""Stands for pictures that are not made yet: prices do not depend on what is in them."""


class EstimateLine(Frozen):
    """One step of the line."""

    step: Step
    items: int
    maker: str
    usd: Decimal | None
    """None when the maker's prices are not known."""


class Estimate(Frozen):
    """The itemised cost of a film that has nothing remembered."""

    lines: tuple[EstimateLine, ...]

    @property
    def total_usd(self) -> Decimal | None:
        """The sum; None when any line is unknown."""
        known = [line.usd for line in self.lines if line.usd is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.lines) else None


def estimate_film(board: Storyboard, channel: Channel) -> Estimate:
    """Work out what each step will bill, from the specs it will be given, without calling anything."""
    images, clips, voice, sound = channel.image_maker, channel.clip_animator, channel.narrator, channel.sound_designer
    stills = [image_spec(board, asset, (_ANY_PICTURE,) if asset.variation_of else ()) for asset in board.assets]
    any_pictures = {asset.id: _ANY_PICTURE for asset in board.assets}
    stills += [
        generated_seed_spec(board, scene.seed, any_pictures) for scene in board.scenes if isinstance(scene.seed, GeneratedSeed)
    ]
    return Estimate(
        lines=(
            _line(Step.STILL, images, [images.estimate(spec) for spec in stills]),
            _line(Step.CLIP, clips, [clips.estimate(clip_spec(board, scene, _ANY_PICTURE)) for scene in board.scenes]),
            _line(Step.NARRATION, voice, [voice.estimate(narration_spec(board, scene)) for scene in board.scenes]),
            _line(Step.EFFECT, sound, [sound.estimate(effect_spec(scene)) for scene in board.scenes]),
        )
    )


def cost_of_steps(steps: Collection[Step], board: Storyboard, channel: Channel) -> Decimal | None:
    """Work out what some steps will bill; None when a price is unknown."""
    return _sum(line.usd for line in estimate_film(board, channel).lines if line.step in steps)


def plan_spec(request: VideoRequest, channel: Channel) -> PlanSpec:
    """Ask for a plan as a request and its channel want it."""
    return PlanSpec(
        topic=request.topic,
        story_direction=request.story_direction,
        title=request.title,
        target_seconds=request.target_seconds or channel.target_seconds,
        style_pack=channel.style_pack,
    )


def estimate_idea(spec: PlanSpec, channel: Channel) -> Estimate:
    """Work out what a film will bill before it is planned: its planning, and what a plan of this length usually asks for.

    Raises:
        BadSpec: nothing can be planned from the idea.
    """
    try:
        stand_in = plan_storyboard(spec)
    except IdeaRefused as refused:
        raise BadSpec(f"no film can be planned from this idea: {refused}") from refused
    planning = _line(Step.STORYBOARD, channel.planner, [channel.planner.estimate(spec)])
    return Estimate(lines=(planning, *estimate_film(stand_in, channel).lines))


def _line(step: Step, maker: Maker, usages: Sequence[Usage]) -> EstimateLine:
    return EstimateLine(step=step, items=len(usages), maker=maker.kind, usd=_sum(maker.price(usage) for usage in usages))


def _sum(prices: Iterable[Decimal | None]) -> Decimal | None:
    listed = list(prices)
    known = [price for price in listed if price is not None]
    return sum(known, Decimal(0)) if len(known) == len(listed) else None
