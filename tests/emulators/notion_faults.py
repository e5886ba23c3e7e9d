"""What goes wrong at Notion: each fault by its name, and the answer it gets (status codes and request limits pages, 2026-11)."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from tests.emulators import faults as ways
from tests.emulators.notion_words import Refused, not_found
from tests.emulators.serving import Visit

WORKSPACE_LIMITED = "rate limited by the workspace"
"""429 because of what others in the workspace do; its wait may be longer than a minute."""
SERVICE_OVERLOAD = "service overload"
"""529."""
CONFLICT = "conflict"
"""409; nothing was changed."""
DATABASE_AWAY = "database away"
"""503 of another code."""
BAD_GATEWAY = "bad gateway"
"""502, a page of HTML of something in between."""
TIMED_OUT = "timed out"
"""504; nothing was done."""
TIMED_OUT_LATE = "timed out late"
"""504, and all the same it was done."""
RESTRICTED = "restricted"
"""403: the integration lacks a capability."""
TOKEN_REVOKED = "token revoked"
"""401 for the right token."""
NOT_SHARED = "not shared"
"""404 for something that exists, and that nobody shared with the integration."""
INCOMPLETE = "incomplete"
"""A query gets the first half of what it should, and a word about it."""
UNLISTED = "unlisted"
"""A query does not list the newest of the pages that it should, as when it is answered from an older state."""
CUT_SHORT = frozenset({INCOMPLETE, UNLISTED})

IN_THE_WORK = CUT_SHORT | {TIMED_OUT_LATE}
"""Faults of calls that do what they are asked."""
CONNECTION_LIMIT = "public_api_request_rate_limit"
WORKSPACE_LIMIT = "public_api_space_request_rate_limit"
_LATER = "Notion is unavailable, please try again later."
_REFUSALS = {
    SERVICE_OVERLOAD: (529, "service_overload", "Notion is overloaded. Please try again later."),
    CONFLICT: (409, "conflict_error", "Conflict occurred while saving. Please try again."),
    ways.OVERLOADED: (503, "service_unavailable", _LATER),
    DATABASE_AWAY: (503, "database_connection_unavailable", _LATER),
    ways.BROKEN: (500, "internal_server_error", "Unexpected error occurred."),
    TIMED_OUT: (504, "gateway_timeout", "Gateway Timeout"),
    TIMED_OUT_LATE: (504, "gateway_timeout", "Gateway Timeout"),
    RESTRICTED: (403, "restricted_resource", "API token does not have access to this resource."),
    TOKEN_REVOKED: (401, "unauthorized", "API token is invalid."),
}
_LIMITS = {ways.RATE_LIMITED: CONNECTION_LIMIT, WORKSPACE_LIMITED: WORKSPACE_LIMIT}


def rate_limited(reason: str, retry_after_s: int | None) -> Refused:
    """Refuse a request that comes too soon; the reason says whose limit it is."""
    message = "You have been rate limited. Please try again in a few minutes."
    return Refused(429, "rate_limited", message, {"rate_limit_reason": reason}, retry_after_s)


def fault_in_words(visit: Visit, fault: str, retry_after_s: int | None) -> Response:
    """Answer a fault as Notion does; 429 and 529 say when to come again, if there is anything to say.

    Raises:
        KeyError: no such fault is known here.
    """
    if fault == BAD_GATEWAY:
        return PlainTextResponse("<html><body>502 Bad Gateway</body></html>", 502, media_type="text/html")
    if fault in _LIMITS:
        refused = rate_limited(_LIMITS[fault], retry_after_s)
    elif fault == NOT_SHARED:
        refused = _not_shared(visit)
    else:
        status, code, message = _REFUSALS[fault]
        refused = Refused(status, code, message, retry_after_s=retry_after_s if fault == SERVICE_OVERLOAD else None)
    return refused.answer(visit.request_id)


def _not_shared(visit: Visit) -> Refused:
    body = visit.call.body if isinstance(visit.call.body, dict) else {}
    named = {**visit.call.query, **body.get("parent", {}), **visit.request.path_params}
    kind, name = next((kind, name) for kind, name in named.items() if kind.endswith("_id"))
    return not_found(kind.removesuffix("_id"), name)
