"""What the tests of ElevenLabs' makers order, and their makers with other settings."""

from typing import TypeVar

from blocks.capabilities.maker import Maker
from blocks.domain.specs import EffectSpec, NarrationSpec

M = TypeVar("M", bound=Maker)
TEXT = "Every autumn, the geese gather on the grey lake, count themselves twice, and leave before the first hard frost."
LINE = NarrationSpec(text=TEXT, previous_text="The summer was long.", next_text="Nobody sees them go.")
AMBIENCE = EffectSpec(prompt="A cold river over stones", seconds=2.5)
SPEECH, SOUND = "with-timestamps", "sound-generation"


def altered(maker: M, **settings: object) -> M:
    """Give a maker with other settings, checked like new ones."""
    return type(maker).model_validate(maker.model_dump() | {"credentials": maker.credentials} | settings)
