"""What Gemini charges, and how many tokens things come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from blocks.domain.money import Price

_AS_OF = date(2026, 11, 22)
_SOURCE = "price map of litellm 1.109.1, checked against release notes of October 2026"
_MILLION = Decimal(1_000_000)

DEFAULT_IMAGE_MODEL = "gemini-nano-banana-2.1"
"""Recommended since its release on 2026-10-07; its elders were shut down on 2026-10-02 and 2026-10-29."""
DEFAULT_TEXT_MODEL = "gemini-3.8-flash"


def _listed(model: str, usd_per_million: tuple[str, ...], *, until: date | None = None) -> Iterator[Price]:
    """List the prices of a model: words in, words out, and the picture where it draws."""
    for unit, usd in zip(("input_token", "output_token", "image_token"), usd_per_million, strict=False):
        yield Price(unit=unit, usd=Decimal(usd) / _MILLION, model=model, source=_SOURCE, as_of=_AS_OF, until=until)


IMAGE_PRICES: tuple[Price, ...] = (
    *_listed("gemini-nano-banana-2.1", ("1.50", "7.50", "30")),
    *_listed("gemini-3-pro-image", ("2", "12", "120")),
)
"""Prices of the models that draw. Words are billed too: the prompt, and what the model thinks.

Of gemini-3.1-flash-lite-image only the price of a whole picture is known, $0.0336, and not what its words cost: it is not listed.
"""

TEXT_PRICES: tuple[Price, ...] = (
    *_listed("gemini-3.8-flash", ("0.75", "3.75"), until=date(2026, 12, 31)),
    *_listed("gemini-3.8-flash", ("1.50", "7.50")),
    *_listed("gemini-3.5-flash-lite", ("0.30", "2.50")),
    *_listed("gemini-3.5-flash", ("1.50", "9")),
    *_listed("gemini-3.1-pro-preview", ("2", "12")),
    *_listed("gemini-4-argon", ("2", "10")),
)
"""Prices of the models that write. What a model thinks is billed as words."""

CHARACTERS_PER_TOKEN = 4
"""Of English; the vendor's own rule of thumb."""
REFERENCE_TOKENS = 1120
"""Tokens that a picture to look at comes to: the vendor's figure for third-generation models at their default resolution."""
THOUGHT_TOKENS = 250
"""Tokens that a drawing model thinks for one picture: a guess, to be mended by the first receipts."""

_IMAGE_TOKENS = {
    "gemini-3-pro-image": {"1K": 1120, "2K": 1120, "4K": 2000},
    "gemini-3.1-flash-lite-image": {"1K": 1120},
}
_USUAL_IMAGE_TOKENS = {"1K": 1120, "2K": 1680, "4K": 2520}
"""1K follows from the listed price of a picture. The others are those of the model before it: for this one they are not known."""


def image_tokens(model: str, image_size: str) -> int:
    """Give the tokens that one picture of a size (`1K`, `2K`, `4K`) comes to."""
    return _IMAGE_TOKENS.get(model, {}).get(image_size, _USUAL_IMAGE_TOKENS[image_size])


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)
