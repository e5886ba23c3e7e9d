"""Speaking the narration."""

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.narrator import Narrator
from blocks.domain.specs import NarrationSpec
from blocks.domain.stages import Step
from tasks.generation import generation


@generation(Step.NARRATION)
def narrate_scene(spec: NarrationSpec, maker: Narrator, bench: Bench) -> Made:
    """Speak one scene's narration: mono speech without music. Its length is measured from the file."""
    return maker.speak(spec, bench)
