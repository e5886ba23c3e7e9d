"""Planning a film."""

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.planner import Planner
from blocks.domain.specs import PlanSpec
from blocks.domain.stages import Step
from tasks.generation import generation


@generation(Step.STORYBOARD)
def plan_film(spec: PlanSpec, maker: Planner, bench: Bench) -> Made:
    """Plan a film from an idea: a storyboard as JSON that passes every check."""
    return maker.plan(spec, bench)
