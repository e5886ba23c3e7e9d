"""How calls to Gemini go wrong, in the vendor's words."""

from __future__ import annotations

from typing import Any

from tests.emulators import faults as common
from tests.emulators.answers import FLAWS
from tests.emulators.gemini_rules import Refused

QUOTA_PER_DAY = "quota per day"
"""429 until midnight in Los Angeles, with a `retryDelay` that is far too short."""
BARE_429 = "429 without details"
NOT_ON_THIS_TIER = "limit: 0"
"""429 for a model that the account may never use."""
KEY_INVALID = "key invalid"
"""400 with `API_KEY_INVALID`."""
FORBIDDEN = "forbidden"
"""403."""
NO_BILLING = "no billing"
"""400 FAILED_PRECONDITION."""
MODEL_RETIRED = "model retired"
"""404."""
DEADLINE = "deadline"
"""504; whether the work was done nobody knows."""
ERROR_IN_200 = "error in 200"
"""An error body under status 200."""
NOT_JSON = "not JSON"
"""A page of something in between, status 500."""

PROMPT_BLOCKED = "prompt blocked"
"""200 without candidates; billed for its prompt."""
IMAGE_SAFETY = "image safety"
"""200 without parts; billed for its prompt and its thoughts."""
RECITATION = "recitation"
TEXT_ONLY = "text only"
"""200, STOP, words and no picture; billed."""
NO_IMAGE = "no image"
"""200, NO_IMAGE; billed."""
NEW_REASON = "new reason"
"""200 with a finish reason that no list has; billed."""
NO_PARTS = "no parts"
"""200, STOP, and nothing at all."""
OUT_OF_TOKENS = "out of tokens"
"""200, MAX_TOKENS, no picture, or words that break off; billed."""
THOUGHT_FIRST = "thought first"
"""A picture on the way comes as a thought before the final one."""
TWO_PICTURES = "two pictures"
"""A draft comes before the final picture, not marked as a thought."""
AS_JPEG = "as jpeg"
"""JPEG bytes that call themselves PNG."""
DAMAGED_PICTURE = "damaged picture"
"""A picture that is none; billed."""
GROUND_IGNORED = "ground ignored"
"""A landscape where a subject on a flat colour was ordered; billed."""
CUT_JSON = "cut json"
"""The work is done and billed, and the JSON of the answer ends in its middle."""
NO_USAGE = "no usage"
"""An answer without `usageMetadata`."""

IN_THE_WORK = frozenset(
    {
        PROMPT_BLOCKED,
        IMAGE_SAFETY,
        RECITATION,
        TEXT_ONLY,
        NO_IMAGE,
        NEW_REASON,
        NO_PARTS,
        OUT_OF_TOKENS,
        THOUGHT_FIRST,
        TWO_PICTURES,
        AS_JPEG,
        DAMAGED_PICTURE,
        GROUND_IGNORED,
        CUT_JSON,
        NO_USAGE,
        *FLAWS,
    }
)
"""Faults of calls that were taken, checked, and mostly billed."""
BLOCKED = {PROMPT_BLOCKED: "PROHIBITED_CONTENT"}
WITHOUT_PICTURE = {
    IMAGE_SAFETY: "IMAGE_SAFETY",
    RECITATION: "IMAGE_RECITATION",
    TEXT_ONLY: "STOP",
    NO_IMAGE: "NO_IMAGE",
    NEW_REASON: "A_REASON_OF_NEXT_YEAR",
    NO_PARTS: "STOP",
    OUT_OF_TOKENS: "MAX_TOKENS",
}
"""Finish reasons of answers that lack what was wanted."""

_HELP = {
    "@type": "type.googleapis.com/google.rpc.Help",
    "links": [{"description": "Learn more about Gemini API quotas", "url": "https://ai.google.dev/gemini-api/docs/rate-limits"}],
}


def refusal(fault: str, model: str) -> Refused:
    """Give the error that a fault is answered with.

    Raises:
        KeyError: no such fault is known here.
    """
    exceeded = "You exceeded your current quota, please check your plan and billing details."
    return {
        common.RATE_LIMITED: Refused(
            429, "RESOURCE_EXHAUSTED", f"{exceeded} limit: 10, model: {model}", _quota("Minute", model, "10", "20.04s")
        ),
        QUOTA_PER_DAY: Refused(
            429, "RESOURCE_EXHAUSTED", f"{exceeded} limit: 250, model: {model}", _quota("Day", model, "250", "31s")
        ),
        NOT_ON_THIS_TIER: Refused(
            429, "RESOURCE_EXHAUSTED", f"{exceeded} limit: 0, model: {model}", _quota("Day", model, "0", "31s", "-FreeTier")
        ),
        BARE_429: Refused(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        common.OVERLOADED: Refused(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        common.BROKEN: Refused(500, "INTERNAL", "An internal error has occurred. Please retry or report the problem."),
        DEADLINE: Refused(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
        KEY_INVALID: Refused(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            (
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                    "metadata": {"service": "generativelanguage.googleapis.com"},
                },
            ),
        ),
        FORBIDDEN: Refused(403, "PERMISSION_DENIED", "Your project has been denied access. Please contact support."),
        NO_BILLING: Refused(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        MODEL_RETIRED: not_found(model),
        ERROR_IN_200: Refused(503, "UNAVAILABLE", "The service is currently unavailable."),
    }[fault]


def not_found(model: str) -> Refused:
    """Answer as for an id that never was."""
    return Refused(
        404,
        "NOT_FOUND",
        f"models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see "
        "the list of available models and their supported methods.",
    )


def no_key() -> Refused:
    """Answer a call without a key."""
    return Refused(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of "
        "API consumer identity to call this API.",
    )


def _quota(window: str, model: str, value: str, delay: str, suffix: str = "") -> tuple[dict[str, Any], ...]:
    violation = {
        "quotaMetric": f"generativelanguage.googleapis.com/generate_requests_per_model_per_{window.lower()}",
        "quotaId": f"GenerateRequestsPer{window}PerProjectPerModel{suffix}",
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": value,
    }
    return (
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]},
        _HELP,
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    )
