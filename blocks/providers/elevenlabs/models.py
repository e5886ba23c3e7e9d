"""What is known of ElevenLabs' models: what each takes, and what it charges (API reference and help pages, 2026-11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from blocks.domain.frozen import Frozen
from blocks.domain.money import Price

CREDIT = "credit"
PRICES = (
    Price(
        unit=CREDIT,
        usd=Decimal("0.00008"),
        source="$0.08 for 1,000 credits: LiteLLM's price list of 2026-11, and plan pages of 2026-05; it differs by plan",
        as_of=date(2026, 11, 22),
    ),
)
"""One price for all models: a cheaper one charges fewer credits a character."""


class SpeechModel(Frozen):
    """What one speech model takes. The defaults are safe for a model that is not known here."""

    longest_text: int | None = None
    """Characters a request may have; None where it is not known."""
    credits_per_character: Decimal = Decimal(1)
    takes_language: bool = False
    """Whether a language may be named; the others hear it from the text."""
    only_english: bool = False
    takes_neighbours: bool = False
    """Whether the lines before and after may be sent, for the melody."""
    takes_style: bool = True
    """Whether style and speaker boost have an effect."""
    takes_tags: bool = False
    """Whether words in brackets are directions to the voice and not spoken."""
    stabilities: tuple[float, ...] = ()
    """The only values stability may have; empty when any from 0 to 1 will do."""


SPEECH_MODELS = {
    "eleven_multilingual_v2": SpeechModel(longest_text=10_000, takes_neighbours=True),
    "eleven_v3": SpeechModel(
        longest_text=5_000, takes_language=True, takes_style=False, takes_tags=True, stabilities=(0.0, 0.5, 1.0)
    ),
    "eleven_v4": SpeechModel(longest_text=10_000, takes_tags=True),
    "eleven_flash_v2_5": SpeechModel(
        longest_text=40_000, credits_per_character=Decimal("0.5"), takes_language=True, takes_neighbours=True
    ),
    "eleven_flash_v2": SpeechModel(
        longest_text=30_000, credits_per_character=Decimal("0.5"), only_english=True, takes_neighbours=True
    ),
    "eleven_turbo_v2_5": SpeechModel(
        longest_text=40_000, credits_per_character=Decimal("0.5"), takes_language=True, takes_neighbours=True
    ),
    "eleven_turbo_v2": SpeechModel(
        longest_text=30_000, credits_per_character=Decimal("0.5"), only_english=True, takes_neighbours=True
    ),
}
"""By the vendor's id. Of `eleven_v4`, announced 2026-09-28, only its limit is established."""

LOOPING_MODELS = frozenset({"eleven_text_to_sound_v2"})
"""Sound models that can make an end that meets its beginning."""


def speech_model(name: str) -> SpeechModel:
    """Give what is known of a speech model; a model that is not known is sent nothing that it could refuse."""
    return SPEECH_MODELS.get(name, SpeechModel())
