"""What KIE accepts as an order for a clip, checked field by field against its documents, and what it bills for it."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

ORACLE = Path(__file__).parents[1] / "oracles/kie-kling-models.json"

OMNI = "kling-3.0-omni/image-to-video"
TURBO = "kling/v3-turbo-image-to-video"
_SECONDS = [str(seconds) for seconds in range(3, 16)]
_OMNI_FIELDS = [
    # The oracle has this model without its fields; these are of the page's text, 2026-10-02.
    {"name": "prompt", "required": True, "type": "string", "minLength": 1, "maxLength": 3072},
    {"name": "image_urls", "required": True, "type": "array", "itemType": "string", "maxItems": 1},
    {"name": "duration", "required": False, "type": "integer", "enum": list(range(3, 16)), "default": 5},
    {"name": "resolution", "required": False, "type": "string", "enum": ["720p", "1080p", "4k"], "default": "720p"},
    {"name": "audio", "required": False, "type": "boolean", "default": False},
]
_CREDITS_PER_S = {
    ("kling/v2-5-turbo-image-to-video-pro", None): Decimal("8.4"),
    ("kling/v2-1-standard", None): Decimal(5),
    ("kling/v2-1-pro", None): Decimal(10),
    ("kling/v2-1-master-image-to-video", None): Decimal(32),
    ("kling-2.6/image-to-video", None): Decimal(11),
    ("kling-3.0/video", "std"): Decimal(14),
    ("kling-3.0/video", "pro"): Decimal(18),
    ("kling-3.0/video", "4K"): Decimal(67),
    (TURBO, "720p"): Decimal(18),
    (TURBO, "1080p"): Decimal("22.5"),
    (OMNI, "720p"): Decimal(14),
    (OMNI, "1080p"): Decimal(18),
    (OMNI, "4k"): Decimal(67),
}
"""Silent clips; price list of 2026-10-02. Orders with sound are refused: nobody here should pay for it."""
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
MOST_BYTES = 10_000_000
LEAST_PX = 300


@cache
def fields_by_model() -> dict[str, list[dict[str, Any]]]:
    """Read the field tables of all models that are animated from an image."""
    tables = {name: model["fields"] for model in json.loads(ORACLE.read_text())["models"] for name in model["models"]}
    tables[OMNI] = _OMNI_FIELDS
    tables[TURBO] = [{**field, "enum": _SECONDS} if field["name"] == "duration" else field for field in tables[TURBO]]
    return {name: tables[name] for name, _ in _CREDITS_PER_S}


def order_problem(order: Any) -> str | None:
    """Say what is wrong with the body of createTask; None when nothing is."""
    if not isinstance(order, dict) or not isinstance(order.get("input"), dict):
        return "This field is required: input"
    if unknown := set(order) - {"model", "callBackUrl", "input"}:
        return f"unknown field: {min(unknown)}"
    callback = order.get("callBackUrl")
    if "callBackUrl" in order and not (isinstance(callback, str) and callback.startswith(("http://", "https://"))):
        return "callBackUrl is not a valid URL"
    if order.get("model") not in fields_by_model():
        return f"The model name you specified is not supported: {order.get('model')}"
    return _input_problem(order["model"], order["input"])


def _input_problem(model: str, wanted: dict[str, Any]) -> str | None:
    fields = {field["name"]: field for field in fields_by_model()[model]}
    if unknown := set(wanted) - set(fields):
        return f"unknown field: input.{min(unknown)}"
    if missing := [name for name, field in fields.items() if field["required"] and name not in wanted]:
        return f"This field is required: input.{missing[0]}"
    problems = (_field_problem(fields[name], value) for name, value in wanted.items())
    return next((problem for problem in problems if problem), None) or _sense_problem(wanted)


def _field_problem(field: dict[str, Any], value: Any) -> str | None:
    name, kind = field["name"], field["type"]
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return f"{name} must be a {kind}"
    if "enum" in field and value not in field["enum"]:
        return f"{name} is not within the range of allowed options"
    length = len(value) if isinstance(value, str | list) else 0
    if length > field.get("maxLength", field.get("maxItems", length)) or length < field.get("minLength", 0):
        return f"{name} exceeds the length limit"
    if kind == "number" and not field["minimum"] <= value <= field["maximum"]:
        return f"{name} is out of range"
    if kind == "array" and not all(isinstance(one, _TYPES[field["itemType"]]) for one in value):
        return f"{name} must hold items of type {field['itemType']}"
    return None


def _sense_problem(wanted: dict[str, Any]) -> str | None:
    if not wanted["prompt"].strip():
        return "prompt is empty"
    if wanted.get("sound") or wanted.get("audio"):
        return "sound is not sold here"
    if wanted.get("multi_shots") or wanted.get("multi_prompt"):
        return "shots are not sold here"
    if not images_of(wanted):
        return "image_urls is empty"
    return None


def images_of(wanted: dict[str, Any]) -> list[str]:
    """List the addresses of pictures in an order."""
    one = [wanted[name] for name in ("image_url", "tail_image_url") if name in wanted]
    return one + list(wanted.get("image_urls", []))


def image_problem(content: bytes) -> str | None:
    """Say what is wrong with a picture that a clip is to be made from."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width_px, height_px, kind = *picture.size, picture.format
    except OSError:
        return "image is not readable"
    if kind not in {"PNG", "JPEG"}:
        return "image format is not supported"
    if len(content) > MOST_BYTES:
        return "image size exceeds 10MB"
    if min(width_px, height_px) < LEAST_PX or not 0.4 <= width_px / height_px <= 2.5:
        return "image dimensions are not supported"
    return None


def seconds_of(order: dict[str, Any]) -> int:
    """Give the length of the clip that is ordered."""
    return int(order["input"].get("duration", 5))


def credits_of(order: dict[str, Any]) -> Decimal:
    """Give the price of an order."""
    wanted = order["input"]
    grade = wanted.get("mode", wanted.get("resolution", "720p" if order["model"] == OMNI else None))
    return _CREDITS_PER_S[order["model"], grade] * seconds_of(order)


def size_of(order: dict[str, Any]) -> tuple[int, int]:
    """Give the width and height of the clip that is ordered; 4K comes as 1080p, which takes less time to emulate."""
    grade = order["input"].get("mode", order["input"].get("resolution", ""))
    is_small = grade in {"std", "720p"} or order["model"] == "kling/v2-1-standard"
    return (1280, 720) if is_small else (1920, 1080)
