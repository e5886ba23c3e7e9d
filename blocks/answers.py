"""What a service answered, and how the trouble in it is read; each vendor says in a `Dialect` how its answers tell of trouble."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Protocol, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from blocks.domain.frozen import Frozen
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    StudioError,
)

M = TypeVar("M", bound=BaseModel)
_REQUEST_IDS = ("x-request-id", "request-id", "x-goog-request-id", "cf-ray")
_READ_FOR_QUOTE_BYTES = 64_000
_LONGEST_QUOTE = 500
"""Characters of a service's own words that a message repeats."""


class FaultKind(StrEnum):
    """What kind of trouble an answer tells of; each becomes one class of error."""

    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate limited"
    QUOTA = "quota"
    CREDENTIALS = "credentials"
    REFUSED = "refused"
    INVALID = "invalid"


class Fault(Frozen):
    """Trouble that an answer tells of."""

    kind: FaultKind
    message: str
    """In the vendor's own words."""
    code: str = ""
    """The vendor's name for it: `RESOURCE_EXHAUSTED`, `402`."""
    retry_after_s: float | None = None
    resets_at: datetime | None = None
    advice: str = ""
    """What to do about it."""
    account: str = ""
    """Whose allowance is used up, where it is not the caller's own."""
    request_id: str | None = None
    """Where the vendor names the call in its body."""


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    service: str
    method: str
    path: str
    """Without its query."""
    status: int
    headers: Mapping[str, str]
    """Their names may be asked for in any case."""
    body: bytes
    paid: bool = False
    """Whether the call may have been billed."""

    @property
    def text(self) -> str:
        """The beginning of the body as text, for messages."""
        return self.body[:_READ_FOR_QUOTE_BYTES].decode("utf-8", "replace")

    @property
    def phrase(self) -> str:
        """The usual words for the status; a number that is none of HTTP's own has none."""
        return HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "no reason given"

    @property
    def request_id(self) -> str | None:
        """The service's own name for the call."""
        return next((self.headers[name] for name in _REQUEST_IDS if name in self.headers), None)

    @property
    def retry_after_s(self) -> float | None:
        """Seconds the service asked to wait, from its `Retry-After`; None when it did not say."""
        return seconds_of(self.headers.get("retry-after"))

    def json(self) -> JsonValue:
        """Read the body as JSON.

        Raises:
            ProviderUnavailable: it is none, or it was cut short.
            OutcomeUnknown: the same, when a paid call was answered with success.
        """
        try:
            value: JsonValue = json.loads(self.body)
        except ValueError as error:
            raise self._unreadable("that are no JSON") from error
        return value

    def read(self, shape: type[M]) -> M:
        """Read the body as the JSON of a model; a model of a vendor's answer ignores what it does not need.

        Raises:
            ProviderUnavailable: it is not of that shape.
            OutcomeUnknown: the same, when a paid call was answered with success.
        """
        try:
            return shape.model_validate_json(self.body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            reason = f"that are no {shape.__name__} ({place}: {first['msg']})"
        # Outside the except clause: the error that pydantic raises quotes the answer, which may hold signed addresses.
        raise self._unreadable(reason)

    def _unreadable(self, what: str) -> StudioError:
        told = f"{self.service}: {self.method} {self.path} answered {self.status} with {len(self.body)} bytes {what}"
        if self.paid and self.status < 300:
            return OutcomeUnknown(f"{told}: the work was done and may have been billed", request_id=self.request_id)
        return ProviderUnavailable(f"{told}; it is tried again later", request_id=self.request_id)


class Dialect(Protocol):
    """How one vendor's answers tell of trouble."""

    def __call__(self, answer: Answer) -> Fault | None:
        """Read the trouble in an answer, whatever its status; None when there is none."""
        ...


def plain_fault(answer: Answer) -> Fault | None:
    """Read an answer by its HTTP status alone: what a dialect falls back on."""
    status = answer.status
    if status < 300:
        return None
    message = answer.text.strip() or answer.phrase
    match status:
        case 401 | 403:
            kind = FaultKind.CREDENTIALS
        case 402:
            kind = FaultKind.QUOTA
        case 429:
            kind = FaultKind.RATE_LIMITED
        case 408 | 409 | 425:
            kind = FaultKind.UNAVAILABLE
        case _:
            kind = FaultKind.UNAVAILABLE if status >= 500 else FaultKind.INVALID
    return Fault(kind=kind, message=message, code=str(status), retry_after_s=answer.retry_after_s)


def seconds_of(retry_after: str | None) -> float | None:
    """Read a `Retry-After`: seconds, or an HTTP date; None when it is neither."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def error_of(fault: Fault, answer: Answer, masked: Callable[[object], str]) -> StudioError:
    """Give our error for trouble that an answer tells of; it names the service, the call, the request id and the way out.

    Args:
        fault: the trouble.
        answer: what told of it.
        masked: takes the secrets out of a text.
    """
    request_id = fault.request_id or answer.request_id
    code = f" {fault.code}" if fault.code and fault.code != str(answer.status) else ""
    named = f", request {request_id}" if request_id else ""
    advice = f"; {fault.advice or _ADVICE[fault.kind]}"
    what = f"{answer.service}: {answer.method} {answer.path} answered {answer.status}{code}{named}"
    message = f"{masked(what)}: {quote(fault.message, masked).rstrip('.')}{masked(advice)}"
    if fault.kind is FaultKind.QUOTA:
        return QuotaExhausted(message, resets_at=fault.resets_at, request_id=request_id, account=fault.account)
    if fault.kind is FaultKind.RATE_LIMITED or (fault.kind is FaultKind.UNAVAILABLE and fault.retry_after_s is not None):
        return RateLimited(message, retry_after_s=fault.retry_after_s, request_id=request_id)
    return _CLASSES[fault.kind](message, request_id=request_id)


def quote(text: object, masked: Callable[[object], str]) -> str:
    """Give another's words on one line, masked before they are cut: half a key is not told either."""
    line = " ".join(masked(text).split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE]}..."


_CLASSES: Mapping[FaultKind, type[StudioError]] = {
    FaultKind.UNAVAILABLE: ProviderUnavailable,
    FaultKind.CREDENTIALS: CredentialsRejected,
    FaultKind.REFUSED: ContentRefused,
    FaultKind.INVALID: BadSpec,
}
_ADVICE = {
    FaultKind.UNAVAILABLE: "it is tried again later",
    FaultKind.RATE_LIMITED: "it is tried again after the wait the service wants",
    FaultKind.QUOTA: "raise the allowance or top up the account, or wait for its reset; then run the film again",
    FaultKind.CREDENTIALS: "put a valid key into the credentials block, then run the film again",
    FaultKind.REFUSED: "change the words of this item in the storyboard, or ask for another take",
    FaultKind.INVALID: "mend what the service names; nothing was made",
}
