"""Making the ambience."""

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.sound_designer import SoundDesigner
from blocks.domain.specs import EffectSpec
from blocks.domain.stages import Step
from tasks.generation import generation


@generation(Step.EFFECT)
def design_effect(spec: EffectSpec, maker: SoundDesigner, bench: Bench) -> Made:
    """Make one scene's ambience: stereo, without speech or music."""
    return maker.design(spec, bench)
