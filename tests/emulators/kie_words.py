"""What KIE says when something goes wrong, and the faults that its emulator knows beyond the common ones."""

from __future__ import annotations

from starlette.responses import Response

from tests.emulators import faults as ways
from tests.emulators.serving import as_json

JOB_REFUSED = "job fails 500: Internal Error"
"""The job fails at once, as it does for the content filter."""
JOB_FAILED = "job fails 501: Generation failed"
JOB_TIMED_OUT = "job fails 524: The task timed out in the queue"
JOB_LATE = "job late"
"""The job runs for `late_s`."""
RECORD_NULL = "record null"
"""recordInfo does not know the job yet."""
EMPTY_RESULT = "empty result"
"""The job has ended well, and its list of addresses is empty still."""
PLAIN_RESULT = "plain result"
"""resultJson is an object instead of a text."""
UNREADABLE = "unreadable"
"""A page of HTML with status 200; nothing was done."""
EXPIRED = "expired"
"""The address of a result holds no longer."""
GONE = "gone"
GARBAGE = "garbage"
"""A page of HTML instead of a clip."""

_COMMON_CODES = {ways.RATE_LIMITED: 429, ways.OVERLOADED: 455, ways.BROKEN: 500}
STATUSES = {ways.RATE_LIMITED: 429, ways.OVERLOADED: 503, ways.BROKEN: 500, EXPIRED: 403, GONE: 404}
"""Of the host of results, which speaks HTTP only."""
_WORDS = {
    401: "You do not have access permissions",
    402: "Credits insufficient",
    404: "Not found",
    408: "Upstream is currently experiencing service issues. No result has been returned for over 10 minutes.",
    422: "Validation error",
    429: "Your call frequency is too high. Please try again later",
    433: "Request Limit - Sub-key Usage Exceeds Limit",
    455: "Service Unavailable - System is undergoing maintenance",
    500: "Server exception, please try again later",
    501: "Generation Failed - Content generation task failed",
    505: "Feature Disabled - The requested feature is currently disabled",
    524: "Timeout - The task timed out in the queue",
}


def answering(code: int) -> str:
    """Name the fault of a call that is answered by a code in its body, HTTP 200; nothing is done."""
    return f"code {code}"


def refusing(status: int) -> str:
    """Name the fault of a call that is answered by an HTTP status, in KIE's words; nothing is done."""
    return f"http {status}"


def failing(code: int, words: str) -> str:
    """Name the fault of an order whose job fails."""
    return f"job fails {code}: {words}"


def refused(code: int, words: str = "") -> Response:
    """Refuse as KIE mostly does: HTTP 200, and a code in the body."""
    return as_json({"code": code, "msg": words or _WORDS.get(code, "Error"), "data": None})


def fault_in_words(fault: str) -> Response:
    """Answer a fault as KIE words it: by a code in the body, or by an HTTP status."""
    if fault in _COMMON_CODES:
        return refused(_COMMON_CODES[fault])
    kind, _, number = fault.partition(" ")
    if kind == "code":
        return refused(int(number))
    if kind == "http":
        code = int(number)
        return as_json({"code": code, "message": _WORDS.get(code, "Error"), "data": None}, code)
    raise ValueError(f"KIE has no fault {fault!r}")
