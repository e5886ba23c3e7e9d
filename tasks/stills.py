"""Making still pictures."""

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.image_maker import ImageMaker
from blocks.domain.specs import ImageSpec
from blocks.domain.stages import Step
from tasks.generation import generation


@generation(Step.STILL)
def draw_still(spec: ImageSpec, maker: ImageMaker, bench: Bench) -> Made:
    """Draw one picture: a PNG of the size asked for, with a clear ground when it is a cut-out."""
    return maker.draw(spec, bench)
