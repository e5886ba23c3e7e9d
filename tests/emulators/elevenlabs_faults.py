"""What goes wrong at ElevenLabs: each fault by its name, and the answer the vendor gives for it."""

from __future__ import annotations

from typing import Any

from tests.emulators import faults as ways
from tests.emulators.elevenlabs_rules import Refused, legacy, mistake, refuse

INVALID_KEY = "invalid key"
MISSING_KEY = "missing key"
MISSING_PERMISSIONS = "missing permissions"
UNUSUAL_ACTIVITY = "unusual activity"
QUOTA_AS_401 = "quota as 401"
"""The old way to say that the credits are used up."""
INSUFFICIENT_CREDITS = "insufficient credits"
FEATURE_NOT_AVAILABLE = "feature not available"
SUBSCRIPTION_REQUIRED = "subscription required"
VOICE_ACCESS_DENIED = "voice access denied"
MODEL_ACCESS_DENIED = "model access denied"
VOICE_NOT_FOUND = "voice not found"
VOICE_NOT_FOUND_AS_400 = "voice not found as 400"
MODEL_NOT_FOUND = "model not found"
TEXT_TOO_LONG = "text too long"
CHARACTER_LIMIT = "character limit"
INVALID_SETTINGS = "invalid settings"
INVALID_STABILITY = "invalid stability"
INVALID_FORMAT = "invalid format"
UNSUPPORTED_MODEL = "unsupported model"
AGAINST_POLICY = "against policy"
UNPROCESSABLE = "unprocessable"
PLAIN_DETAIL = "plain detail"
NO_JSON = "no json"
ALREADY_RUNNING = "already running"
TOO_MANY_AT_ONCE = "too many at once"
TOO_MANY_AT_ONCE_OLD = "too many at once, old shape"
SYSTEM_BUSY = "system busy"
BAD_GATEWAY = "bad gateway"
"""502 of something in between: the work may have been done."""

NULL_ALIGNMENT = "null alignment"
RAGGED_ALIGNMENT = "ragged alignment"
"""Three lists of unequal lengths."""
EMPTY_SOUND = "empty sound"
CUT_SOUND = "cut sound"
"""The first half of the recording in a whole answer."""
NOISE_FOR_SOUND = "noise for sound"
"""Bytes that are no recording."""
NO_COST_HEADER = "no cost header"

IN_THE_WORK = frozenset({NULL_ALIGNMENT, RAGGED_ALIGNMENT, EMPTY_SOUND, CUT_SOUND, NOISE_FOR_SOUND, NO_COST_HEADER})
"""Faults of an answer that is otherwise right, and billed."""

_AUTH, _FORM, _RATE, _MAY = "authentication_error", "validation_error", "rate_limit_error", "authorization_error"

REFUSALS: dict[str, Refused] = {
    INVALID_KEY: legacy(401, "invalid_api_key", "Invalid API key"),
    MISSING_KEY: refuse(401, _AUTH, "missing_api_key", "No API key was given.", "needs_authorization"),
    MISSING_PERMISSIONS: legacy(
        401, "missing_permissions", "The API key you used is missing the permission user_read to execute this operation."
    ),
    UNUSUAL_ACTIVITY: legacy(401, "detected_unusual_activity", "Unusual activity detected. Free Tier usage disabled."),
    QUOTA_AS_401: legacy(
        401,
        "quota_exceeded",
        "This request exceeds your quota of 10000. You have 3 credits remaining, while 52 credits are required for this request.",
    ),
    INSUFFICIENT_CREDITS: refuse(402, "payment_required", "insufficient_credits", "Not enough credits.", "quota_exceeded"),
    FEATURE_NOT_AVAILABLE: refuse(403, _MAY, "feature_not_available", "Not part of your plan."),
    SUBSCRIPTION_REQUIRED: refuse(403, _MAY, "subscription_required", "A paid subscription is required."),
    VOICE_ACCESS_DENIED: refuse(403, _MAY, "voice_access_denied", "You have no access to this voice."),
    MODEL_ACCESS_DENIED: refuse(403, _MAY, "model_access_denied", "You have no access to this model."),
    VOICE_NOT_FOUND: refuse(404, "not_found", "voice_not_found", "A voice with this ID was not found."),
    VOICE_NOT_FOUND_AS_400: legacy(400, "voice_not_found", "A voice with this ID was not found."),
    MODEL_NOT_FOUND: legacy(400, "model_not_found", "A model with this ID does not exist."),
    TEXT_TOO_LONG: refuse(400, _FORM, "text_too_long", "The text is too long.", "max_character_limit_exceeded", "text"),
    CHARACTER_LIMIT: legacy(400, "max_character_limit_exceeded", "This request's text exceeds the character limit."),
    INVALID_SETTINGS: legacy(400, "invalid_voice_settings", "Invalid setting for speed received."),
    INVALID_STABILITY: legacy(400, "invalid_ttd_stability", "Invalid TTD stability value."),
    INVALID_FORMAT: refuse(400, _FORM, "invalid_output_format", "The output format is not supported."),
    UNSUPPORTED_MODEL: legacy(400, "unsupported_model", "The model cannot be used for text to speech."),
    AGAINST_POLICY: legacy(403, "content_against_policy", "The text is against our terms of use."),
    UNPROCESSABLE: mistake("body.text", "Input should be a valid string", "string_type"),
    PLAIN_DETAIL: Refused(400, "Something is wrong with the request."),
    ALREADY_RUNNING: refuse(409, "conflict", "already_running", "This is already being done."),
    TOO_MANY_AT_ONCE: refuse(
        429, _RATE, "concurrent_limit_exceeded", "Too many concurrent requests.", "too_many_concurrent_requests"
    ),
    TOO_MANY_AT_ONCE_OLD: legacy(429, "too_many_concurrent_requests", "Too many concurrent requests."),
    SYSTEM_BUSY: legacy(429, "system_busy", "The system is experiencing heavy traffic, please try again."),
    ways.RATE_LIMITED: refuse(429, _RATE, "rate_limit_exceeded", "Rate limit exceeded."),
    ways.OVERLOADED: refuse(503, "service_unavailable", "maintenance", "The service is under maintenance."),
    ways.BROKEN: Refused(500, {"status": "internal_server_error", "message": "Internal server error"}),
}
PLAIN_TEXT: dict[str, tuple[int, Any]] = {
    NO_JSON: (500, "<html><body>Internal Server Error</body></html>"),
    BAD_GATEWAY: (502, "<html><body>Bad Gateway</body></html>"),
}
