"""The order for one picture, as Gemini takes it: the words, the pictures to look at, the shape, the seed.

Limits are those of the reference of the Generative Language API, November 2026.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from blocks.domain.frozen import Frozen
from blocks.domain.planning.word_sets import word_set
from blocks.domain.specs import ImageSpec
from blocks.errors import BadSpec
from blocks.media.exchange import packed

ImageSize = Literal["1K", "2K", "4K"]
SafetyThreshold = Literal["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"]

_RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
_MOST_REFERENCES = 14
_MOST_REFERENCE_BYTES = 7_000_000
_MOST_BODY_BYTES = 18_000_000
"""The vendor takes 20 MB in all; the rest is for the words and the JSON around them."""
_SAFETY_CATEGORIES = (
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
)
_STYLES = {
    "silhouette": "Style: silhouettes. Figures and nearby things are dark, almost black shapes with a clean outline that can be "
    "read at once, without faces or inner detail; depth comes from layers of haze and from one soft light behind them."
}
"""What the name of a style pack means; a name that is not here is given as it is."""
_PLAIN_GROUND = "#d9d9d9"
"""Stands behind a cut-out that is only looked at."""


class KeyColour(Frozen):
    """A colour that a cut-out is drawn on, and words of a prompt that speak against it."""

    name: str
    code: str
    clashes: frozenset[str]


_KEYS = (
    KeyColour(
        name="green",
        code="#00FF00",
        clashes=word_set(
            """green leaf leaves grass grasses grassy fern ferns moss mossy jungle forest tree trees bush bushes shrub plant
            plants frog frogs toad lizard lizards gecko snake snakes crocodile crocodiles alligator turtle turtles parrot
            parrots palm palms pine pines fir spruce cactus cacti reed reeds ivy vine vines herb herbs lily meadow emerald jade
            olive clover caterpillar mantis grasshopper cricket beetle beetles chameleon iguana algae seaweed kelp bamboo"""
        ),
    ),
    KeyColour(
        name="magenta",
        code="#FF00FF",
        clashes=word_set(
            """magenta pink purple violet lilac lavender rose roses orchid orchids flamingo flamingos blossom blossoms cherry
            heather tulip tulips foxglove coral amethyst plum peony lotus"""
        ),
    ),
    KeyColour(name="blue", code="#0000FF", clashes=frozenset()),
)


def key_colour(prompt: str) -> KeyColour:
    """Choose the colour that a cut-out is drawn on: the first that no word of its prompt suggests for the subject."""
    named = set(re.findall(r"[a-z]+", prompt.rsplit("\n\n", 1)[-1].lower()))
    return next(key for key in _KEYS if not key.clashes & named)


def aspect_ratio(width_px: int, height_px: int) -> str:
    """Give the ratio of the vendor's list that is nearest to a size."""
    wanted = math.log(width_px / height_px)
    return min(_RATIOS, key=lambda ratio: abs(math.log(_share(ratio)) - wanted))


def _share(ratio: str) -> float:
    across, down = ratio.split(":")
    return int(across) / int(down)


def seed_of(spec: ImageSpec) -> int:
    """Give the seed of a spec, another one for every take; 31 bits, for the vendor's is a signed number of 32."""
    return int.from_bytes(hashlib.sha256(spec.model_dump_json().encode()).digest()[:4], "big") >> 1


def order_words(spec: ImageSpec) -> str:
    """Write the prompt: what the spec's other fields mean in words, then its own prompt, for the last words weigh most."""
    lines = [_STYLES.get(spec.style_pack, f"Style: {spec.style_pack}.")]
    if spec.references:
        lines.append(
            "The pictures above show what belongs into this one: keep subjects, shapes and colours; change only what is asked."
        )
    if spec.transparent:
        key = key_colour(spec.prompt)
        lines.append(
            "Show only the subject described below: whole, not cropped, centred, with space on every side. The background is "
            f"one flat, evenly lit, pure {key.name}, exactly {key.code}, from edge to edge, without ground, shadow, reflection,"
            f" glow, gradient or texture, and nothing on the subject itself is {key.name}."
        )
    else:
        lines.append("One picture that fills the whole frame, without border, lettering or watermark.")
    if spec.exclusions:
        lines.append(f"Leave out: {', '.join(spec.exclusions)}.")
    return "\n".join([*lines, "", spec.prompt])


def write_order(
    spec: ImageSpec, references: tuple[Path, ...], image_size: ImageSize, safety: SafetyThreshold | None
) -> dict[str, JsonValue]:
    """Write the body of the request.

    Raises:
        BadSpec: more pictures to look at than the vendor takes.
        MediaError: one of them is no picture.
    """
    if len(references) > _MOST_REFERENCES:
        raise BadSpec(f"Gemini looks at {_MOST_REFERENCES} pictures at most, and this one names {len(references)}: name fewer")
    prompt: JsonValue = {"text": order_words(spec)}
    body: dict[str, JsonValue] = {
        "contents": [{"role": "user", "parts": [*_looked_at(spec, references), prompt]}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": aspect_ratio(spec.width_px, spec.height_px), "imageSize": image_size},
            "seed": seed_of(spec),
        },
    }
    if safety is not None:
        body["safetySettings"] = [{"category": category, "threshold": safety} for category in _SAFETY_CATEGORIES]
    return body


def _looked_at(spec: ImageSpec, references: tuple[Path, ...]) -> list[JsonValue]:
    """Pack the references, each into its share of the request; as Base64 they grow by a third."""
    most_bytes = min(_MOST_REFERENCE_BYTES, _MOST_BODY_BYTES * 3 // 4 // max(1, len(references)))
    ground = key_colour(spec.prompt).code if spec.transparent else _PLAIN_GROUND
    parts: list[JsonValue] = []
    for reference in references:
        content, kind = packed(reference, ground, most_bytes)
        parts.append({"inlineData": {"mimeType": kind, "data": base64.b64encode(content).decode()}})
    return parts
