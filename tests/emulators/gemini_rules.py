"""What Gemini takes: the shape of a request, the limits, the models with their sizes and prices. Numbers of November 2026."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError
from pydantic.alias_generators import to_camel

MOST_REFERENCES = 14
MOST_INLINE_BYTES = 7_000_000
MOST_BODY_BYTES = 20_000_000
TOKENS_OF_A_REFERENCE = 1120
MAGIC = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/webp": b"RIFF", "image/heic": b"\0\0\0"}

SIZES_1K = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
    "1:4": (512, 2048),
    "4:1": (2048, 512),
    "1:8": (384, 3072),
    "8:1": (3072, 384),
}
"""Pixels of a picture by its ratio; 2K and 4K are twice and four times that."""
TIMES = {"1K": 1, "2K": 2, "4K": 4}


@dataclass(frozen=True)
class Model:
    """What a model costs, in USD for a million tokens, and what it can do."""

    words_in: str
    words_out: str
    picture: str | None = None
    """None: it does not draw."""
    tokens: tuple[int, int, int] = (1120, 1680, 2520)
    """Of a picture of 1K, 2K, 4K."""
    sizes: tuple[str, ...] = ("1K", "2K", "4K")
    ratios: int = 14
    """How many of the ratios it knows."""

    def usd(self, prompt: int, words: int, picture: int) -> Decimal:
        """Price a call by its tokens."""
        cost = Decimal(self.words_in) * prompt + Decimal(self.words_out) * words + Decimal(self.picture or 0) * picture
        return cost / 1_000_000


_FLASH = ("0.75", "3.75") if date.today() <= date(2026, 12, 31) else ("1.50", "7.50")  # noqa: DTZ011 -- as lists of prices do
"""The introductory price ends with the year."""

MODELS = {
    "gemini-nano-banana-2.1": Model("1.50", "7.50", "30"),
    "gemini-3-pro-image": Model("2", "12", "120", tokens=(1120, 1120, 2000), ratios=10),
    "gemini-3.1-flash-lite-image": Model("0.25", "1.50", "30", sizes=("1K",), ratios=10),
    "gemini-3.8-flash": Model(*_FLASH),
    "gemini-3.5-flash-lite": Model("0.30", "2.50"),
    "gemini-3.5-flash": Model("1.50", "9"),
    "gemini-3.1-pro-preview": Model("2", "12"),
    "gemini-4-argon": Model("2", "10"),
}
RETIRED = frozenset(
    {
        "gemini-3.1-flash-image",
        "gemini-2.5-flash-image",
        "gemini-3-pro-image-preview",
        "imagen-4.0-generate-001",
        "gemini-2.0-flash",
    }
)
"""Once known; they answer as ids that never were."""


class _Proto(BaseModel):
    """A message in proto-JSON: camelCase and snake_case, and no other names."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Blob(_Proto):
    mime_type: Literal["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"]
    data: StrictStr


class PartIn(_Proto):
    text: StrictStr | None = None
    inline_data: Blob | None = None
    thought: StrictBool | None = None
    thought_signature: StrictStr | None = None


class ContentIn(_Proto):
    role: Literal["user", "model"] | None = None
    parts: list[PartIn] = Field(min_length=1)


class ImageConfig(_Proto):
    aspect_ratio: StrictStr | None = None
    image_size: StrictStr | None = None
    person_generation: Literal["ALLOW_ALL", "ALLOW_ADULT", "ALLOW_NONE"] | None = None


class ThinkingConfig(_Proto):
    thinking_level: Literal["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"] | None = None
    include_thoughts: StrictBool | None = None
    thinking_budget: StrictInt | None = None


class GenerationConfig(_Proto):
    response_modalities: list[Literal["TEXT", "IMAGE"]] | None = None
    image_config: ImageConfig | None = None
    seed: StrictInt | None = Field(default=None, ge=-(2**31), le=2**31 - 1)
    response_mime_type: Literal["text/plain", "application/json"] | None = None
    response_schema: dict[str, Any] | None = None
    response_json_schema: dict[str, Any] | None = None
    max_output_tokens: StrictInt | None = Field(default=None, ge=1)
    thinking_config: ThinkingConfig | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    top_k: float | None = Field(default=None, ge=1)
    candidate_count: Literal[1] | None = None
    stop_sequences: list[StrictStr] | None = Field(default=None, max_length=5)


class SafetySetting(_Proto):
    category: Literal[
        "HARM_CATEGORY_HARASSMENT",
        "HARM_CATEGORY_HATE_SPEECH",
        "HARM_CATEGORY_SEXUALLY_EXPLICIT",
        "HARM_CATEGORY_DANGEROUS_CONTENT",
    ]
    threshold: Literal["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"]


class Order(_Proto):
    """The body of `generateContent`."""

    contents: list[ContentIn] = Field(min_length=1)
    system_instruction: ContentIn | None = None
    generation_config: GenerationConfig = GenerationConfig()
    safety_settings: list[SafetySetting] = []

    @property
    def parts(self) -> list[PartIn]:
        return [part for content in self.contents for part in content.parts]

    @property
    def words(self) -> str:
        """All words of the request, the system's first."""
        system = self.system_instruction.parts if self.system_instruction else []
        return "\n\n".join(part.text for part in [*system, *self.parts] if part.text)

    @property
    def pictures(self) -> list[bytes]:
        return [decoded(part.inline_data.data) for part in self.parts if part.inline_data]

    @property
    def draws(self) -> bool:
        return "IMAGE" in (self.generation_config.response_modalities or ())

    @property
    def prompt_tokens(self) -> int:
        return -(-len(self.words) // 4) + TOKENS_OF_A_REFERENCE * len(self.pictures)


class Refused(Exception):
    """The vendor answers with an error."""

    def __init__(self, code: int, status: str, message: str, details: tuple[dict[str, Any], ...] = ()) -> None:
        super().__init__(message)
        self.code, self.status, self.message, self.details = code, status, message, details


def decoded(data: str) -> bytes:
    """Decode Base64 of either alphabet, as proto-JSON does; the SDK writes the one for addresses."""
    return base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)


def invalid(message: str, field: str = "") -> Refused:
    """Refuse an argument."""
    violation = {"description": message} | ({"field": field} if field else {})
    details = ({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]},) if field else ()
    return Refused(400, "INVALID_ARGUMENT", message, details)


def read_order(raw: bytes, body: Any, name: str) -> tuple[Order, Model]:
    """Read and check a request to a model.

    Raises:
        Refused: the vendor would not take it.
    """
    if len(raw) > MOST_BODY_BYTES:
        raise invalid("Request payload size exceeds the limit: 20971520 bytes.")
    try:
        order = Order.model_validate(body)
    except ValidationError as error:
        raise _unreadable(error) from error
    model = MODELS[name]
    _check_parts(order)
    _check_settings(order.generation_config)
    if order.draws:
        _check_drawing(order, model, name)
    elif order.generation_config.image_config is not None:
        raise invalid("Image config is only supported when the response modalities contain IMAGE.")
    return order, model


def _unreadable(error: ValidationError) -> Refused:
    first = error.errors()[0]
    *path, last = [str(step) for step in first["loc"]] or [""]
    place = ".".join(path)
    if first["type"] == "extra_forbidden":
        return invalid(f"Invalid JSON payload received. Unknown name \"{last}\" at '{place}': Cannot find field.", place)
    if first["type"] == "missing":
        return invalid(f"* GenerateContentRequest.{'.'.join([*path, last])}: {last} is not specified", last)
    return invalid(f"Invalid value at '{'.'.join([*path, last])}' ({first['type']}), {first.get('input')!r:.80}", place or last)


def _check_parts(order: Order) -> None:
    if len([part for part in order.parts if part.inline_data]) > MOST_REFERENCES:
        raise invalid(f"Please use fewer than {MOST_REFERENCES + 1} images in your request.")
    for number, part in enumerate(order.parts):
        if (part.text is None) == (part.inline_data is None):
            raise invalid("Unable to submit request because it must have a text parameter.", f"contents.parts[{number}]")
        if part.inline_data is not None:
            _check_blob(part.inline_data)
    if not order.words.strip():
        raise invalid("Unable to submit request because it must have a text parameter.")


def _check_blob(blob: Blob) -> None:
    try:
        content = decoded(blob.data)
    except binascii.Error as error:
        raise invalid("Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed") from error
    if len(content) > MOST_INLINE_BYTES:
        raise invalid("The size of an inline image exceeds the limit of 7 MB.")
    if not content.startswith(MAGIC.get(blob.mime_type, b"")):
        raise invalid(
            "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"
        )


def _check_settings(settings: GenerationConfig) -> None:
    schemas = [one for one in (settings.response_schema, settings.response_json_schema) if one is not None]
    if len(schemas) > 1:
        raise invalid("Only one of response_schema and response_json_schema can be set.")
    if schemas and settings.response_mime_type != "application/json":
        raise invalid("Function calling with a response mime type: 'text/plain' is unsupported: a schema needs application/json.")
    if settings.response_schema is not None:
        _check_kinds(settings.response_schema)


def _check_kinds(schema: dict[str, Any]) -> None:
    """See that an OpenAPI schema has the types of that dialect."""
    if schema.get("type") not in {"OBJECT", "STRING", "ARRAY", "INTEGER", "NUMBER", "BOOLEAN"}:
        raise invalid(f"Invalid value at 'generation_config.response_schema.type', {schema.get('type')!r}")
    for inner in [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]:
        _check_kinds(inner)


def _check_drawing(order: Order, model: Model, name: str) -> None:
    settings = order.generation_config
    if model.picture is None:
        raise invalid(f"The requested combination of response modalities (IMAGE) is not supported by the model. models/{name}")
    if settings.response_mime_type == "application/json":
        raise invalid("JSON mode is not enabled for this model")
    image = settings.image_config or ImageConfig()
    if image.aspect_ratio is not None and image.aspect_ratio not in [*SIZES_1K][: model.ratios]:
        raise invalid(f"aspect_ratio must be one of {', '.join([*SIZES_1K][: model.ratios])}", "generation_config.image_config")
    if image.image_size is not None and image.image_size not in model.sizes:
        raise invalid(f"image_size must be one of {', '.join(model.sizes)}", "generation_config.image_config")
