"""Making pictures move."""

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_animator import ClipAnimator
from blocks.domain.specs import ClipSpec
from blocks.domain.stages import Step
from tasks.generation import generation


@generation(Step.CLIP)
def animate_seed(spec: ClipSpec, maker: ClipAnimator, bench: Bench) -> Made:
    """Animate one seed: an H.264 MP4 without sound. Its length is measured from the file."""
    return maker.animate(spec, bench)
