"""What each image-to-video model of Kling wants through KIE, and what it costs there.

Field tables: docs.kie.ai, 2026-08-19. Credits: KIE's price list, 2026-10-02.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, JsonValue

from blocks.domain.frozen import Frozen
from blocks.errors import BadSpec

_SHORT_OR_LONG = (5, 10)
_ANY_SECONDS = tuple(range(3, 16))


class KieModel(Frozen):
    """The shape of one model's `input`, and its credits for silent clips."""

    credits_per_s: dict[str, Decimal]
    """By grade; a model of one grade has it under an empty name."""
    grade_field: Literal["", "mode", "resolution"] = ""
    """Input field that names the grade."""
    image_field: Literal["image_url", "image_urls"] = "image_urls"
    """One address, or a list of one."""
    seconds: tuple[int, ...]
    """Lengths on offer."""
    duration_as_text: bool = True
    longest_prompt: int | None = None
    """In characters; None when the documents name no limit."""
    takes_guidance: bool = False
    """Whether it takes `negative_prompt` (500 characters) and `cfg_scale`."""
    neutral: dict[str, JsonValue] = Field(default_factory=dict)
    """Other fields that must be sent, with values that ask for nothing: no sound, one shot."""

    def duration(self, seconds: int) -> JsonValue:
        """Write a length as the model wants it."""
        return str(seconds) if self.duration_as_text else seconds


def _guided(credits_per_s: str, longest_prompt: int) -> KieModel:
    return KieModel(
        credits_per_s={"": Decimal(credits_per_s)},
        image_field="image_url",
        seconds=_SHORT_OR_LONG,
        longest_prompt=longest_prompt,
        takes_guidance=True,
    )


KIE_MODELS: dict[str, KieModel] = {
    "kling/v2-5-turbo-image-to-video-pro": _guided("8.4", 2500),
    "kling/v2-1-standard": _guided("5", 5000),
    "kling/v2-1-pro": _guided("10", 5000),
    "kling/v2-1-master-image-to-video": _guided("32", 5000),
    "kling-2.6/image-to-video": KieModel(
        credits_per_s={"": Decimal(11)}, seconds=_SHORT_OR_LONG, longest_prompt=1000, neutral={"sound": False}
    ),
    "kling-3.0/video": KieModel(
        credits_per_s={"std": Decimal(14), "pro": Decimal(18), "4K": Decimal(67)},
        grade_field="mode",
        seconds=_ANY_SECONDS,
        neutral={"sound": False, "aspect_ratio": "16:9", "multi_shots": False, "multi_prompt": []},
    ),
    "kling/v3-turbo-image-to-video": KieModel(
        credits_per_s={"720p": Decimal(18), "1080p": Decimal("22.5")},
        grade_field="resolution",
        seconds=_ANY_SECONDS,
        longest_prompt=2500,
    ),
    "kling-3.0-omni/image-to-video": KieModel(
        credits_per_s={"720p": Decimal(14), "1080p": Decimal(18), "4k": Decimal(67)},
        grade_field="resolution",
        seconds=_ANY_SECONDS,
        duration_as_text=False,
        longest_prompt=3072,
        neutral={"audio": False},
    ),
}


def find_model(name: str) -> KieModel:
    """Give the shape of a model.

    Raises:
        BadSpec: no such model is known.
    """
    if name not in KIE_MODELS:
        raise BadSpec(f"KIE's model {name} is not known here: choose one of {', '.join(KIE_MODELS)}")
    return KIE_MODELS[name]


def credits_of(name: str, grade: str, seconds: int) -> Decimal:
    """Give the list price of a silent clip in credits.

    Raises:
        BadSpec: no such model is known, or it does not come in that grade.
    """
    model = find_model(name)
    grade = grade if model.grade_field else ""
    if grade not in model.credits_per_s:
        raise BadSpec(f"{name} does not come in {model.grade_field} {grade}: choose one of {', '.join(model.credits_per_s)}")
    return model.credits_per_s[grade] * seconds


def credits_of_order(name: str, order: dict[str, JsonValue]) -> Decimal | None:
    """Give the list price of an order by its `input`; None when it is for something unknown here, or has sound."""
    model = KIE_MODELS.get(name)
    if model is None or order.get("sound") or order.get("audio"):
        return None
    rate = model.credits_per_s.get(str(order.get(model.grade_field, "")))
    seconds = str(order.get("duration", ""))
    return rate * int(seconds) if rate is not None and seconds.isdecimal() else None
