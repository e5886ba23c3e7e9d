"""How YouTube's Data API tells of trouble: by the reason of the first error in its answer.

Source: YouTube Data API, errors, 2026-11. Nothing is decided by the words of a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from pydantic import BaseModel, ValidationError

from blocks.answers import Answer, Fault, FaultKind, plain_fault
from blocks.domain.days import next_day_start

CAPTION_EXISTS = "captionExists"
_CHANNEL_RESTS = timedelta(hours=24)
_PROJECT_IS_EMPTY = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_CHANNEL_IS_FULL = "uploadLimitExceeded"
_KINDS: Mapping[str, FaultKind] = {
    **dict.fromkeys(
        ("rateLimitExceeded", "userRateLimitExceeded", "uploadRateLimitExceeded", "concurrentLimitExceeded"),
        FaultKind.RATE_LIMITED,
    ),
    **dict.fromkeys(
        (
            "authError",
            "required",
            "youtubeSignupRequired",
            "insufficientPermissions",
            "accessNotConfigured",
            "accountSuspended",
            "accountClosed",
            "channelSuspended",
            "channelClosed",
        ),
        FaultKind.CREDENTIALS,
    ),
    **dict.fromkeys(("forbidden", "forbiddenPrivacySetting", "forbiddenLicenseSetting"), FaultKind.INVALID),
    **dict.fromkeys(("backendError", "internalError", "processingFailure", "videoNotFound"), FaultKind.UNAVAILABLE),
}
"""Kinds of trouble by their reason; a film that was uploaded just now is not found everywhere at once."""
_ADVICE: Mapping[str, str] = {
    "insufficientPermissions": "sign in again and tick every box: `python -m deployments authorize --channel ID`",
    "authError": "sign in again: `python -m deployments authorize --channel ID`",
    "required": "sign in again: `python -m deployments authorize --channel ID`",
    "youtubeSignupRequired": "make a channel for this Google account at youtube.com, then sign in again",
    "accessNotConfigured": "switch the YouTube Data API v3 on for the project in Google's console",
    "forbidden": "see in YouTube Studio whether the channel may do this: thumbnails, for one, need a verified phone number",
    "playlistNotFound": "write the id of a playlist of this channel into the channel's `playlist`, or leave it empty",
    "playlistContainsMaximumNumberOfVideos": "the playlist is full: write the id of another one into the channel's `playlist`",
    "playlistItemsNotAccessible": "write the id of a playlist that this channel may change into the channel's `playlist`",
    "quotaExceeded": "nothing: the film goes on by itself after midnight, Pacific time",
    "uploadLimitExceeded": "nothing: the film goes on by itself in 24 hours; YouTube allows each channel only so many a day",
}


class _Reason(BaseModel):
    reason: str = ""
    message: str = ""


class _Error(BaseModel):
    message: str = ""
    errors: list[_Reason] = []


class _Trouble(BaseModel):
    error: _Error


def fault_of(answer: Answer, project: str) -> Fault | None:
    """Read the trouble in an answer of YouTube.

    None for two answers that are read by the call itself: that an upload waits for more (308), and that captions are there.

    Args:
        answer: what YouTube answered.
        project: name of the account whose units are counted.
    """
    if answer.status < 300 or answer.status == 308:
        return None
    trouble = _read(answer)
    reason = trouble.errors[0].reason if trouble.errors else ""
    if reason == CAPTION_EXISTS:
        return None
    kind = _KINDS.get(reason) or _kind_of_status(answer, reason)
    resets_at, account, now = None, "", datetime.now(UTC)
    if reason in _PROJECT_IS_EMPTY:
        kind, resets_at, account = FaultKind.QUOTA, next_day_start(now), project
    elif reason == _CHANNEL_IS_FULL:
        kind, resets_at = FaultKind.QUOTA, now + _CHANNEL_RESTS
    return Fault(
        kind=kind,
        message=trouble.message or answer.text.strip() or answer.phrase,
        code=reason,
        retry_after_s=answer.retry_after_s,
        resets_at=resets_at,
        account=account,
        advice=_ADVICE.get(reason, ""),
    )


def _kind_of_status(answer: Answer, reason: str) -> FaultKind:
    """Tell what an answer means whose reason is not listed here: a refusal by that alone closes no channel."""
    if answer.status == HTTPStatus.FORBIDDEN:
        return FaultKind.INVALID if reason else FaultKind.UNAVAILABLE  # without one, something in between has answered
    by_status = plain_fault(answer)
    return by_status.kind if by_status else FaultKind.UNAVAILABLE


def _read(answer: Answer) -> _Error:
    try:
        return _Trouble.model_validate_json(answer.body).error
    except ValidationError:
        return _Error()
