"""Which YouTube channel an account is signed in to."""

from __future__ import annotations

from pydantic import BaseModel, Field, ValidationError

from blocks.answers import Answer, Fault, FaultKind, plain_fault
from blocks.domain.frozen import Frozen
from blocks.errors import CredentialsRejected
from blocks.http import Door
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.tokens import AccountTokens

_READ_S = 30.0
_NO_CHANNEL = "youtubeSignupRequired"
_KINDS = {
    "quotaExceeded": FaultKind.QUOTA,
    "dailyLimitExceeded": FaultKind.QUOTA,
    "rateLimitExceeded": FaultKind.RATE_LIMITED,
    "userRateLimitExceeded": FaultKind.RATE_LIMITED,
}
_ADVICE = {
    "accessNotConfigured": "enable the YouTube Data API v3 in the project of the client, in Google's console",
    "quotaExceeded": "the project's quota of the day is used up; it is there again at midnight, Pacific time",
    _NO_CHANNEL: "make a channel at youtube.com with this Google account, or sign in with another one",
}


class OwnChannel(Frozen):
    """A channel at YouTube."""

    id: str
    """UC and 22 more characters."""
    title: str


class _Snippet(BaseModel):
    title: str


class _Item(BaseModel):
    id: str = Field(min_length=1)
    snippet: _Snippet


class _Items(BaseModel):
    items: tuple[_Item, ...] = ()


class _Reason(BaseModel):
    reason: str = ""


class _Error(BaseModel):
    message: str = ""
    errors: tuple[_Reason, ...] = ()


class _Trouble(BaseModel):
    error: _Error = _Error()


def own_channel(account: YouTubeAccount) -> OwnChannel:
    """Ask YouTube which channel an account's token speaks for; costs one unit of quota.

    Raises:
        CredentialsRejected: it must sign in again, or has no channel.
        QuotaExhausted: the project's quota of the day is used up.
        TransientError: Google or YouTube does not answer.
    """
    with Door("YouTube", account.api_url, _fault, read_s=_READ_S, bearer=AccountTokens(account)) as door:
        items = door.get("/youtube/v3/channels", params={"part": "snippet", "mine": "true"}).read(_Items).items
    if not items:
        raise CredentialsRejected(f"the Google account that was signed in has no YouTube channel: {_ADVICE[_NO_CHANNEL]}")
    return OwnChannel(id=items[0].id, title=items[0].snippet.title)


def _fault(answer: Answer) -> Fault | None:
    """Read the trouble in an answer by its first reason, else by its status."""
    plain = plain_fault(answer)
    if plain is None:
        return None
    try:
        told = _Trouble.model_validate_json(answer.body).error
    except ValidationError:
        return plain
    reason = told.errors[0].reason if told.errors else ""
    return plain.model_copy(
        update={
            "kind": _KINDS.get(reason, plain.kind),
            "message": told.message or plain.message,
            "code": reason or plain.code,
            "advice": _ADVICE.get(reason, ""),
        }
    )
