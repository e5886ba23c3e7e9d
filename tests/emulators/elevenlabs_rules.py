"""What an emulated ElevenLabs accepts: its models, formats and plans, and the refusals of everything else, in its own words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

MP3_FORMATS = {"mp3_22050_32", "mp3_24000_48"} | {f"mp3_44100_{rate}" for rate in (32, 64, 96, 128, 192)}
RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)
FORMATS = (
    MP3_FORMATS
    | {f"{kind}_{rate}" for kind in ("pcm", "wav") for rate in RATES}
    | {f"opus_48000_{rate}" for rate in (32, 64, 96, 128, 192)}
    | {"ulaw_8000", "alaw_8000"}
)
TIERS = ("free", "starter", "creator", "pro", "scale", "business")
AT_ONCE = {"free": 2, "starter": 3, "creator": 5, "pro": 10, "scale": 15, "business": 15}
CREDITS = {"free": 10_000, "starter": 30_000, "creator": 121_000, "pro": 600_000, "scale": 1_800_000, "business": 11_000_000}
NEEDS_TIER = {"mp3_44100_192": "creator", "pcm_44100": "pro", "wav_44100": "pro"}


@dataclass(frozen=True)
class Model:
    """A model as this server knows it."""

    name: str
    longest_text: int
    multiplier: float = 1.0
    speaks: bool = True
    named_language: bool = False
    stitches: bool = True
    styles: bool = True
    stabilities: tuple[float, ...] = ()
    languages: tuple[str, ...] = ("en", "de", "es", "fr", "hi")


MODELS = {
    "eleven_multilingual_v2": Model("Eleven Multilingual v2", 10_000),
    "eleven_v3": Model("Eleven v3", 5_000, named_language=True, stitches=False, styles=False, stabilities=(0.0, 0.5, 1.0)),
    "eleven_v4": Model("Eleven v4", 10_000, named_language=True, stitches=False),
    "eleven_flash_v2_5": Model("Eleven Flash v2.5", 40_000, multiplier=0.5, named_language=True),
    "eleven_flash_v2": Model("Eleven Flash v2", 30_000, multiplier=0.5, languages=("en",)),
    "eleven_multilingual_sts_v2": Model("Eleven Multilingual v2 STS", 10_000, speaks=False),
}
"""`eleven_v4` is as strict here as it may be: little is known of it."""
SOUND_MODELS = {"eleven_text_to_sound_v2": True, "eleven_text_to_sound_v3": False}
"""And whether they loop."""
LONGEST_PROMPT = 450


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, detail: Any) -> None:
        super().__init__(str(detail))
        self.status, self.detail = status, detail


def legacy(status: int, name: str, message: str) -> Refused:
    """Refuse in the old shape."""
    return Refused(status, {"status": name, "message": message})


def refuse(status: int, kind: str, code: str, message: str, old_name: str | None = None, param: str | None = None) -> Refused:
    """Refuse in the new shape."""
    return Refused(
        status,
        {"type": kind, "code": code, "message": message, "status": old_name or code, "request_id": None, "param": param},
    )


def mistake(place: str, message: str, kind: str) -> Refused:
    """Refuse a field as FastAPI does."""
    return Refused(422, [{"loc": place.split("."), "msg": message, "type": kind}])


@dataclass(frozen=True)
class Rule:
    """What one field of a body may hold."""

    kinds: tuple[type, ...]
    low: float | None = None
    high: float | None = None
    required: bool = False
    choices: frozenset[str] = field(default_factory=frozenset)
    longest: int | None = None


_TEXT, _FLAG, _LIST = Rule((str,)), Rule((bool,)), Rule((list,))
_IDS = Rule((list,), longest=3)
SPEECH_RULES = {
    "text": Rule((str,), required=True),
    "model_id": _TEXT,
    "language_code": _TEXT,
    "voice_settings": Rule((dict,)),
    "pronunciation_dictionary_locators": _IDS,
    "seed": Rule((int,), 0, 4_294_967_295),
    "previous_text": _TEXT,
    "next_text": _TEXT,
    "previous_request_ids": _IDS,
    "next_request_ids": _IDS,
    "use_pvc_as_ivc": _FLAG,
    "apply_text_normalization": Rule((str,), choices=frozenset({"auto", "on", "off"})),
    "apply_language_text_normalization": _FLAG,
    "audio_effects": Rule((dict,)),
}
SETTING_RULES = {
    "stability": Rule((int, float)),
    "similarity_boost": Rule((int, float)),
    "style": Rule((int, float)),
    "speed": Rule((int, float)),
    "use_speaker_boost": _FLAG,
    "clone_strength": Rule((int, float)),
}
SOUND_RULES = {
    "text": Rule((str,), required=True),
    "loop": _FLAG,
    "duration_seconds": Rule((int, float), 0.5, 30),
    "prompt_influence": Rule((int, float), 0, 1),
    "model_id": _TEXT,
}
_RANGES = {"stability": (0, 1), "similarity_boost": (0, 1), "style": (0, 1), "speed": (0.7, 1.2), "clone_strength": (0, 1)}


def check_fields(body: Any, rules: dict[str, Rule], place: str = "body") -> dict[str, Any]:
    """Check names, types and ranges of all fields; null is as good as absent."""
    if not isinstance(body, dict):
        raise mistake(place, "Input should be a valid dictionary", "dict_type")
    for name, value in body.items():
        if name not in rules:
            raise mistake(f"{place}.{name}", "Extra inputs are not permitted", "extra_forbidden")
        if value is not None:
            _check_value(f"{place}.{name}", value, rules[name])
    for name, rule in rules.items():
        if rule.required and body.get(name) is None:
            raise mistake(f"{place}.{name}", "Field required", "missing")
    return {name: value for name, value in body.items() if value is not None}


def _check_value(place: str, value: Any, rule: Rule) -> None:
    if not isinstance(value, rule.kinds) or (isinstance(value, bool) and bool not in rule.kinds):
        raise mistake(place, f"Input should be a valid {rule.kinds[-1].__name__}", f"{rule.kinds[-1].__name__}_type")
    if rule.low is not None and not rule.low <= value <= (rule.high or 0):
        raise mistake(place, f"Input should be from {rule.low} to {rule.high}", "less_than_equal")
    if rule.choices and value not in rule.choices:
        raise mistake(place, f"Input should be one of {sorted(rule.choices)}", "enum")
    if rule.longest is not None and len(value) > rule.longest:
        raise mistake(place, f"List should have at most {rule.longest} items", "too_long")
    if rule.required and not value:
        raise mistake(place, "String should have at least 1 character", "string_too_short")


def check_query(query: dict[str, str], known: set[str], tier: str) -> str:
    """Check the query of an order, and give the format of the sound."""
    if unknown := set(query) - known:
        raise mistake(f"query.{min(unknown)}", "Extra inputs are not permitted", "extra_forbidden")
    sound = query.get("output_format", "mp3_44100_128")
    if sound not in FORMATS:
        raise refuse(400, "validation_error", "invalid_output_format", f"Output format {sound} is not supported.")
    needed = NEEDS_TIER.get(sound, "free")
    if TIERS.index(tier) < TIERS.index(needed):
        message = f"The output format {sound} is only available on the {needed} tier and above."
        raise refuse(403, "authorization_error", "feature_not_available", message, "output_format_not_allowed")
    return sound


def check_speech(body: Any) -> tuple[dict[str, Any], Model]:
    """Check an order for speech against its model."""
    order = check_fields(body, SPEECH_RULES)
    name = order.get("model_id", "eleven_multilingual_v2")
    if name not in MODELS:
        raise legacy(400, "model_not_found", f"A model with model ID {name} does not exist.")
    model = MODELS[name]
    if not model.speaks:
        raise legacy(400, "unsupported_model", f"Model {name} cannot be used for text to speech.")
    if len(order["text"]) > model.longest_text:
        message = f"This request has {len(order['text'])} characters, the limit of {name} is {model.longest_text}."
        raise refuse(400, "validation_error", "text_too_long", message, "max_character_limit_exceeded", "text")
    if "language_code" in order and not model.named_language:
        raise legacy(400, "unsupported_language", f"Model '{name}' does not support the language_code.")
    stitched = [key for key in order if key.startswith(("previous_", "next_"))]
    if stitched and not model.stitches:
        raise legacy(400, "unsupported_model", f"Providing {stitched[0]} is not yet supported with the '{name}' model.")
    _check_settings(order.get("voice_settings", {}), model)
    return order, model


def _check_settings(settings: Any, model: Model) -> None:
    given = check_fields(settings, SETTING_RULES, "body.voice_settings")
    if model.stabilities and given.get("stability", 0.5) not in model.stabilities:
        message = "Invalid TTD stability value. Must be one of: [0.0, 0.5, 1.0] (0.0 = Creative, 0.5 = Natural, 1.0 = Robust)"
        raise legacy(400, "invalid_ttd_stability", message)
    for name, (low, high) in _RANGES.items():
        if name in given and not low <= given[name] <= high:
            message = f"Invalid setting for {name} received, expected to be between {low} and {high}, received {given[name]}."
            raise legacy(400, "invalid_voice_settings", message)


def check_sound(body: Any) -> dict[str, Any]:
    """Check an order for sound."""
    order = check_fields(body, SOUND_RULES)
    model = order.get("model_id", "eleven_text_to_sound_v2")
    if model not in SOUND_MODELS:
        raise mistake("body.model_id", f"Input should be one of {sorted(SOUND_MODELS)}", "enum")
    if order.get("loop") and not SOUND_MODELS[model]:
        raise legacy(400, "unsupported_model", f"Model {model} cannot loop.")
    if len(order["text"]) > LONGEST_PROMPT:
        raise refuse(400, "validation_error", "text_too_long", f"Text is longer than {LONGEST_PROMPT} characters.", param="text")
    return order


def speech_credits(text: str, model: Model) -> int:
    """Count what a line costs: whole credits."""
    return math.ceil(len(text) * model.multiplier)


def sound_credits(seconds: float | None) -> int:
    """Count what a sound costs: 20 credits a second, or 100 when its length was left to the service."""
    return 100 if seconds is None else math.ceil(seconds * 20)
