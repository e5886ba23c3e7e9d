"""What goes wrong at YouTube: each fault by its name. Any reason of `youtube_words.WORDS` is a fault too: `quotaExceeded`."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from tests.emulators import faults as ways
from tests.emulators.youtube_schema import document
from tests.emulators.youtube_site import Outcome
from tests.emulators.youtube_words import WORDS, Refused

QUOTA_EXCEEDED = "quotaExceeded"
UPLOAD_LIMIT = "uploadLimitExceeded"
FORBIDDEN = "forbidden"
CAPTION_EXISTS = "captionExists"
UNAUTHORIZED = "authError"
RATE_LIMITED_403 = "rateLimitExceeded"
"""The same as `faults.RATE_LIMITED`, as 403."""
PLAYLIST_FULL = "playlistContainsMaximumNumberOfVideos"
BLOCKED = "blocked"
"""403 with a page of HTML, of something between us and YouTube."""

# Of a video that is begun: `videos.insert`
STATUS_UNHEARD = "status unheard"
"""The video is made as if its status had not been sent: public, and with nothing declared."""
SESSION_ELSEWHERE = "session elsewhere"
"""The session's address names another host: `localhost`, where the same server listens, so that a test sees who follows it."""

# Of the list of a channel's uploads: `playlistItems.list`
UPLOADS_UNLISTED = "uploads unlisted"
"""The list is late, and has none of the videos yet."""

# Of bytes on their way: `videos.upload`
STORES_LESS = "stores less"
"""308 for half of what was sent, of the last bytes too."""
OVERLOADED_MIDWAY = "overloaded midway"
"""503, and half of what was sent is kept."""
CUT_MIDWAY = "cut midway"
"""The connection drops in the middle of the body; the first half is kept."""
UNAUTHORIZED_MIDWAY = "unauthorized midway"
"""401 when half is kept; the token has ended and never works again."""
SESSION_NOT_FOUND = "session not found"
"""404, from now on."""
SESSION_GONE = "session gone"
"""410, from now on."""
STORED_NOTHING = "stored nothing"
"""308 without Range: what this session has received so far is lost."""
FINAL_ANSWER_LOST = "final answer lost"
"""Waits for the last bytes: the video is made, and the connection drops before the answer."""
MIDWAY = frozenset({STORES_LESS, OVERLOADED_MIDWAY, CUT_MIDWAY, UNAUTHORIZED_MIDWAY})
OF_UPLOADS = MIDWAY | {SESSION_NOT_FOUND, SESSION_GONE, STORED_NOTHING, FINAL_ANSWER_LOST}

_FAILS, _REJECTED, _NO_BYTES = "processing fails: ", "rejected: ", "bytes refused: "
_IN_THE_WORK = OF_UPLOADS | {STATUS_UNHEARD, SESSION_ELSEWHERE, UPLOADS_UNLISTED}


def processing_fails(reason: str) -> str:
    """Name the fault of an insert whose video fails later: uploadStatus failed, with one of the failure reasons."""
    return _FAILS + _one_of("failureReason", reason)


def rejected(reason: str) -> str:
    """Name the fault of an insert whose video is rejected later, with one of the rejection reasons."""
    return _REJECTED + _one_of("rejectionReason", reason)


def bytes_refused(reason: str) -> str:
    """Name the fault of an upload that refuses all bytes, and says how far it is as if nothing were wrong."""
    if reason not in WORDS:
        raise ValueError(f"{reason} is no reason of YouTube's")
    return _NO_BYTES + reason


def refuse_bytes(fault: str | None) -> None:
    """Refuse the bytes of an upload that takes none.

    Raises:
        Refused: for the reason that the fault names.
    """
    if fault and fault.startswith(_NO_BYTES):
        raise Refused(fault.removeprefix(_NO_BYTES))


def reasons(field: str) -> list[str]:
    """Give all reasons of `failureReason` or `rejectionReason`."""
    return list(document()["schemas"]["VideoStatus"]["properties"][field]["enum"])


def outcome_of(fault: str | None) -> Outcome:
    """Say how a video ends that was begun with a fault."""
    if fault and fault.startswith(_FAILS):
        return Outcome("failed", fault.removeprefix(_FAILS))
    if fault and fault.startswith(_REJECTED):
        return Outcome("rejected", fault.removeprefix(_REJECTED))
    return Outcome()


def is_in_the_work(fault: str) -> bool:
    """Tell whether a call with this fault does some of what it is asked."""
    return fault in _IN_THE_WORK or fault.startswith((_FAILS, _REJECTED, _NO_BYTES))


def answer_in_words(fault: str, retry_after_s: int | None) -> Response:
    """Answer a fault as YouTube does.

    Raises:
        KeyError: no such fault is known here.
    """
    if fault == BLOCKED:
        return HTMLResponse("<html><body>Forbidden</body></html>", 403)
    if fault == ways.RATE_LIMITED:
        return Refused("rateLimitExceeded", status=429, retry_after_s=retry_after_s).answer()
    reason = {ways.OVERLOADED: "backendError", ways.BROKEN: "internalError"}.get(fault, fault)
    return Refused(reason, retry_after_s=retry_after_s if fault == ways.OVERLOADED else None).answer()


def _one_of(field: str, reason: str) -> str:
    if reason not in reasons(field):
        raise ValueError(f"{reason} is none of {field}: {reasons(field)}")
    return reason
