"""What Kling accepts as an order for a clip, checked field by field."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from tests.emulators.kie_forms import image_problem

_MODELS = {"kling-v2-1", "kling-v2-1-master", "kling-v2-5-turbo", "kling-v2-6", "kling-v3"}
_TEXTS = {"model_name": 100, "image": None, "prompt": 2500, "negative_prompt": 2500, "external_task_id": 64, "callback_url": 2000}
_CHOICES = {"mode": {"std", "pro"}, "sound": {"on", "off"}}
_WITH_SOUND = {"kling-v2-6", "kling-v3"}


def order_problem(order: Any) -> str | None:
    """Say what is wrong with the body of an order; None when nothing is."""
    if not isinstance(order, dict):
        return "the body is no object"
    if unknown := set(order) - {*_TEXTS, *_CHOICES, "cfg_scale", "duration", "image_tail"}:
        return f"unknown field {min(unknown)}"
    if order.get("model_name") not in _MODELS:
        return "model_name value is invalid"
    return _value_problem(order) or _model_problem(order) or _picture_problem(order.get("image", ""))


def _value_problem(order: dict[str, Any]) -> str | None:
    for name, most in _TEXTS.items():
        value = order.get(name, "")
        if not isinstance(value, str) or (most and len(value) > most):
            return f"{name} is invalid"
    for name, choices in _CHOICES.items():
        if name in order and order[name] not in choices:
            return f"{name} is invalid"
    return None if order.get("prompt") else "prompt is empty"


def _model_problem(order: dict[str, Any]) -> str | None:
    model = order["model_name"]
    lengths = {str(seconds) for seconds in range(3, 16)} if model == "kling-v3" else {"5", "10"}
    if order.get("duration", "5") not in lengths:
        return "duration is invalid"
    if "sound" in order and model not in _WITH_SOUND:
        return f"sound is not supported by {model}"
    if order.get("sound") == "on":
        return "sound is not sold here"
    scale = order.get("cfg_scale", 0.5)
    if "cfg_scale" in order and model.startswith("kling-v2"):
        return f"cfg_scale is not supported by {model}"
    if not isinstance(scale, int | float) or isinstance(scale, bool) or not 0 <= scale <= 1:
        return "cfg_scale is invalid"
    return None


def _picture_problem(image: str) -> str | None:
    """Addresses are not fetched here, so a picture must come along; `data:` before it is refused as Kling does."""
    try:
        content = base64.b64decode(image, validate=True)
    except binascii.Error:
        return "image is no base64"
    return image_problem(content)
