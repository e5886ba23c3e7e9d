"""Putting seeds together on this machine."""

from blocks.capabilities.bench import Bench, Made
from blocks.domain.money import Usage
from blocks.domain.specs import SeedSpec
from blocks.domain.stages import Step
from blocks.media.compose import COMPOSER_VERSION, compose_seed
from tasks.generation import Local, generation

COMPOSER = Local(version=COMPOSER_VERSION)


@generation(Step.COMPOSITE)
def compose(spec: SeedSpec, maker: Local, bench: Bench) -> Made:
    """Put one seed together: 1920x1080 RGB, filled to its edges."""
    file = bench.folder / "seed.png"
    compose_seed(spec, bench.open, file)
    return Made(file=file, usage=Usage(), model=f"composer {maker.version}")
