"""The one door to the network: what a service answered becomes a value or one of our errors, and no secret leaves it.

Each vendor says in a `Dialect` how its answers tell of trouble; the door turns that into the error tree. Nothing is tried again
here: retries live with the task.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, JsonValue, SecretStr, ValidationError

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

_log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)

CONNECT_S = 10.0
"""How long a connection may take to open."""
_REQUEST_IDS = ("x-request-id", "request-id", "x-goog-request-id", "cf-ray")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_OUTCOME_OPEN = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
"""Answers of something between us and the service: the service itself may have done the work."""


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
    headers: httpx.Headers
    body: bytes

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
        """
        try:
            return shape.model_validate_json(self.body)
        except ValidationError as error:
            raise self._unreadable(f"that are no {shape.__name__}") from error

    def _unreadable(self, what: str) -> ProviderUnavailable:
        return ProviderUnavailable(
            f"{self.service}: {self.method} {self.path} answered {self.status} with {len(self.body)} bytes {what}; "
            "it is tried again later",
            request_id=self.request_id,
        )


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
    message = answer.body[:300].decode("utf-8", "replace").strip() or HTTPStatus(status).phrase
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


@dataclass
class Door:
    """An open door to one service: its address, its credentials, its dialect. Close it, or use it as a context.

    Args:
        service: the vendor's name, as messages give it: `Gemini`.
        base_url: address that paths are added to, without a slash at its end.
        dialect: how the service tells of trouble.
        headers: sent with every request; secrets among them are masked in every message.
        read_s: how long an answer may let us wait.
    """

    service: str
    base_url: str
    dialect: Dialect
    headers: Mapping[str, str | SecretStr] = field(default_factory=dict)
    read_s: float = 120.0

    def __post_init__(self) -> None:
        quiet_httpx()
        self._client = httpx.Client(
            base_url=self.base_url,
            headers={name: _text(value) for name, value in self.headers.items()},
            timeout=httpx.Timeout(self.read_s, connect=CONNECT_S),
            verify=_certificates(),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, *, params: Mapping[str, str | int] | None = None) -> Answer:
        """Ask; reading changes nothing and may be asked again.

        Raises:
            StudioError: as the service's dialect and the connection have it; never `OutcomeUnknown`.
        """
        return self._send("GET", path, params=params)

    def post(
        self,
        path: str,
        *,
        json: JsonValue = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        paid: bool = False,
    ) -> Answer:
        """Send something.

        Args:
            path: below the base address.
            json: the body, unless files are sent.
            files: name, bytes and media type by field, for a multipart body.
            form: fields that go along with the files.
            params: the query.
            paid: whether the call may be billed: an answer that never came is then an `OutcomeUnknown`.

        Raises:
            OutcomeUnknown: a paid request was sent and no answer was read.
            StudioError: as the service's dialect and the connection have it.
        """
        body: dict[str, Any] = {"files": dict(files), "data": dict(form or {})} if files is not None else {"json": json}
        return self._send("POST", path, params=params, paid=paid, **body)

    def _send(self, method: str, path: str, *, paid: bool = False, **options: Any) -> Answer:  # noqa: ANN401 -- httpx's own
        started = time.monotonic()
        what = f"{self.service}: {method} {path}"
        try:
            response = self._client.request(method, path, **{key: value for key, value in options.items() if value is not None})
        except _NEVER_SENT as error:
            raise ProviderUnavailable(f"{what} could not be reached: {self._masked(error)}; it is tried again later") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            self._tell(what, "no answer", started, None)
            if paid:
                raise OutcomeUnknown(
                    f"{what} was sent and no answer was read ({self._masked(error)}): it may have been billed"
                ) from error
            raise ProviderUnavailable(f"{what} gave no answer: {self._masked(error)}; it is tried again later") from error
        answer = Answer(self.service, method, path, response.status_code, response.headers, response.content)
        self._tell(what, str(answer.status), started, answer.request_id)
        if paid and answer.status in _OUTCOME_OPEN:
            raise OutcomeUnknown(
                f"{what} answered {answer.status} ({self._masked(answer.body[:200].decode('utf-8', 'replace'))}): "
                "the work may have been done and billed",
                request_id=answer.request_id,
            )
        if (fault := self.dialect(answer)) is not None:
            raise self.error_of(fault, answer)
        return answer

    def error_of(self, fault: Fault, answer: Answer) -> StudioError:
        """Give our error for trouble that an answer tells of; it names the service, the call, the request id and the way out."""
        request_id = fault.request_id or answer.request_id
        code = f" {fault.code}" if fault.code and fault.code != str(answer.status) else ""
        named = f", request {request_id}" if request_id else ""
        advice = f"; {fault.advice or _ADVICE[fault.kind]}"
        what = f"{self.service}: {answer.method} {answer.path} answered {answer.status}{code}{named}"
        message = self._masked(f"{what}: {fault.message.rstrip('.')}{advice}")
        match fault.kind:
            case FaultKind.RATE_LIMITED:
                return RateLimited(message, retry_after_s=fault.retry_after_s, request_id=request_id)
            case FaultKind.QUOTA:
                return QuotaExhausted(message, resets_at=fault.resets_at, request_id=request_id)
            case FaultKind.CREDENTIALS:
                return CredentialsRejected(message, request_id=request_id)
            case FaultKind.REFUSED:
                return ContentRefused(message, request_id=request_id)
            case FaultKind.INVALID:
                return BadSpec(message, request_id=request_id)
            case FaultKind.UNAVAILABLE:
                return ProviderUnavailable(message, request_id=request_id)

    def _masked(self, text: object) -> str:
        return mask(str(text), [value.get_secret_value() for value in self.headers.values() if isinstance(value, SecretStr)])

    def _tell(self, what: str, outcome: str, started: float, request_id: str | None) -> None:
        _log.debug("%s: %s in %.2f s, request %s", what, outcome, time.monotonic() - started, request_id or "without an id")


_ADVICE = {
    FaultKind.UNAVAILABLE: "it is tried again later",
    FaultKind.RATE_LIMITED: "it is tried again after the wait the service wants",
    FaultKind.QUOTA: "raise the allowance or top up the account, or wait for its reset; then run the film again",
    FaultKind.CREDENTIALS: "put a valid key into the credentials block, then run the film again",
    FaultKind.REFUSED: "change the words of this item in the storyboard, or ask for another take",
    FaultKind.INVALID: "mend what the service names; nothing was made",
}


def download(
    url: str, file: Path, *, service: str, looks_right: Callable[[bytes], bool], longest_bytes: int, read_s: float = 120.0
) -> None:
    """Fetch a result to a file, with nothing of ours: no key goes to whoever keeps the service's files.

    Args:
        url: its address; https, or anything on this machine.
        file: written whole or not at all.
        service: the vendor's name, for messages.
        looks_right: tells by the first 64 bytes whether the file is what it should be.
        longest_bytes: a longer file is refused.
        read_s: how long the next bytes may let us wait.

    Raises:
        ProviderUnavailable: it could not be fetched whole, or is something else; worth trying again.
        BadSpec: the address is none that may be fetched, or the file is too long.
    """
    quiet_httpx()
    parts = urlsplit(url)
    where = f"{service}: GET {parts.scheme}://{parts.hostname}{parts.path}"
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise BadSpec(f"{where} is not fetched: results are only taken over https")
    aside = file.with_name(f".{file.name}.part")
    try:
        with (
            httpx.Client(
                timeout=httpx.Timeout(read_s, connect=CONNECT_S), verify=_certificates(), follow_redirects=True
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise ProviderUnavailable(f"{where} answered {response.status_code}; it is tried again later")
            _receive(response, aside, where, longest_bytes)
    except httpx.HTTPError as error:
        aside.unlink(missing_ok=True)
        raise ProviderUnavailable(f"{where} broke off: {mask(str(error), [url])}; it is tried again later") from error
    with aside.open("rb") as stream:
        beginning = stream.read(64)
    if not looks_right(beginning):
        aside.unlink()
        raise ProviderUnavailable(
            f"{where} gave something else than was ordered (it begins {beginning[:12]!r}); it is tried again later"
        )
    aside.replace(file)


def _receive(response: httpx.Response, file: Path, where: str, longest_bytes: int) -> None:
    received = 0
    with file.open("wb") as stream:
        for chunk in response.iter_bytes():
            received += len(chunk)
            if received > longest_bytes:
                raise BadSpec(f"{where} gives more than {longest_bytes / 1e6:.0f} MB: that is no result of ours")
            stream.write(chunk)
    announced = response.headers.get("content-length")
    if not received or (announced and "content-encoding" not in response.headers and received != int(announced)):
        raise ProviderUnavailable(f"{where} ended after {received} of {announced or 'some'} bytes; it is tried again later")


def seconds_of(retry_after: str | None) -> float | None:
    """Read a `Retry-After`: seconds, or an HTTP date; None when it is neither."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def mask(text: str, secrets: list[str]) -> str:
    """Take secrets, and the queries of addresses, which may be signatures, out of a text."""
    for secret in secrets:
        if secret:
            text = text.replace(secret.split(" ")[-1], "***")
    return " ".join(word.split("?", 1)[0] + "?***" if "://" in word and "?" in word else word for word in text.split(" "))


class _WithoutQuery(logging.Filter):
    """Keeps queries, which may hold signatures and ids, out of httpx's own log of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(one.copy_with(query=None) if isinstance(one, httpx.URL) else one for one in record.args)
        return True


@cache
def quiet_httpx() -> None:
    """See once in a process that httpx logs no query."""
    logging.getLogger("httpx").addFilter(_WithoutQuery())


@cache
def _certificates() -> ssl.SSLContext:
    """Read the authorities' certificates once: it takes longer than a request."""
    return httpx.create_ssl_context()


def _text(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
