"""The one door to the network: what a service answered becomes a value or one of our errors, and no secret leaves it.

Each vendor says in a `Dialect` how its answers tell of trouble; the door turns that into the error tree. Nothing is tried again
here: retries live with the task.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import httpx
from pydantic import JsonValue, SecretStr

from blocks.answers import Answer, Dialect, Fault, FaultKind, plain_fault, seconds_of
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    SetupError,
    StudioError,
)
from blocks.masking import MaskingFilter, mask

__all__ = ["Answer", "Bearer", "Dialect", "Door", "Fault", "FaultKind", "download", "plain_fault", "seconds_of"]

_log = logging.getLogger(__name__)

CONNECT_S = 10.0
"""How long a connection may take to open."""
LONGEST_ANSWER_BYTES = 200_000_000
"""A longer answer is none of ours; pictures come inside answers, a few dozen MB at most."""
LONGEST_ANSWER_S = 300.0
"""How long an answer may take from its first byte to its last."""
LONGEST_DOWNLOAD_S = 1800.0
"""How long a result may take from its first byte to its last."""
MOST_REDIRECTS = 5
_LONGEST_QUOTE = 500
"""Characters of a service's own words that a message repeats."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_OUTCOME_OPEN = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT, 520, 524})
"""Answers of something between us and the service: the service itself may have done the work. The last two are Cloudflare's."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TALKATIVE = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


class Bearer(Protocol):
    """Whoever gives the token of a service whose tokens end."""

    def token(self, refused: SecretStr | None = None) -> SecretStr:
        """Give a token that is good for the next call.

        Args:
            refused: one that the service has just refused; another one is given.

        Raises:
            CredentialsRejected: there is none to be had.
        """
        ...


@dataclass
class Door:
    """An open door to one service: its address, its credentials, its dialect. Close it, or use it as a context.

    Args:
        service: the vendor's name, as messages give it: `Gemini`.
        base_url: address that paths are added to.
        dialect: how the service tells of trouble.
        headers: sent with every request; secrets among them are masked in every message.
        read_s: how long an answer, or its next bytes, may let us wait.
        bearer: gives the token that each request carries. A token that is refused (401) is renewed once and the request sent
            again, unless it carries a range of bytes, of which the service may have kept a part.
        secrets: what else is masked in every message, such as what a form or an address holds.

    Raises:
        SetupError: the address is none of http or https.
        CredentialsRejected: a secret holds characters that no header can carry.
    """

    service: str
    base_url: str
    dialect: Dialect
    headers: Mapping[str, str | SecretStr] = field(default_factory=dict)
    read_s: float = 120.0
    bearer: Bearer | None = None
    secrets: tuple[SecretStr, ...] = ()

    def __post_init__(self) -> None:
        mask_logs()
        if (address := _address(self.base_url)) is None:
            raise SetupError(
                f"{self.service}: {mask(self.base_url)!r} is no address: "
                "put one that begins with https:// into the credentials block"
            )
        self._client = httpx.Client(
            base_url=address,
            headers={name: self._header(value) for name, value in self.headers.items()},
            timeout=httpx.Timeout(self.read_s, connect=CONNECT_S),
            verify=_certificates(),
            follow_redirects=False,
        )
        self._tokens: set[str] = set()

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
            json: the body, unless files or a form are sent.
            files: name, bytes and media type by field, for a multipart body.
            form: fields that go along with the files, or are the whole body.
            params: the query.
            paid: whether the call may be billed: an answer that never came is then an `OutcomeUnknown`.

        Raises:
            OutcomeUnknown: a paid request was sent and no answer was read.
            StudioError: as the service's dialect and the connection have it.
        """
        body: dict[str, Any] = {"json": json}
        if files is not None:
            body = {"files": dict(files), "data": dict(form or {})}
        elif form is not None:
            body = {"data": dict(form)}
        return self._send("POST", path, params=params, paid=paid, **body)

    def patch(self, path: str, *, json: JsonValue) -> Answer:
        """Change something that may as well be changed twice.

        Raises:
            StudioError: as the service's dialect and the connection have it; never `OutcomeUnknown`.
        """
        return self._send("PATCH", path, json=json)

    def put(self, path: str, *, json: JsonValue, params: Mapping[str, str | int] | None = None) -> Answer:
        """Replace something; it may as well be replaced twice.

        Raises:
            StudioError: as the service's dialect and the connection have it; never `OutcomeUnknown`.
        """
        return self._send("PUT", path, params=params, json=json)

    def delete(self, path: str, *, params: Mapping[str, str | int] | None = None) -> Answer:
        """Take something away.

        Raises:
            StudioError: as the service's dialect and the connection have it; never `OutcomeUnknown`.
        """
        return self._send("DELETE", path, params=params)

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes,
        headers: Mapping[str, str],
        params: Mapping[str, str | int] | None = None,
    ) -> Answer:
        """Send raw bytes with headers of their own, which say at least what they are.

        Raises:
            StudioError: as the service's dialect and the connection have it; never `OutcomeUnknown`.
        """
        return self._send(method, path, params=params, content=content, headers=dict(headers))

    def _send(self, method: str, path: str, *, paid: bool = False, **options: Any) -> Answer:  # noqa: ANN401 -- httpx's own
        if not path.startswith("/"):
            raise ValueError(f"{mask(path)} begins without a slash: a whole address would be given our key; see `download`")
        started = time.monotonic()
        what = f"{self.service}: {method} {path.partition('?')[0]}"
        try:
            answer = self._ask(method, path, paid, {key: value for key, value in options.items() if value is not None})
        except _NEVER_SENT as error:
            raise ProviderUnavailable(f"{what} could not be reached: {self._quoted(error)}; it is tried again later") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            self._tell(what, "no answer", started, None)
            if paid:
                raise OutcomeUnknown(
                    f"{what} was sent and no answer was read ({self._quoted(error)}): it may have been billed"
                ) from error
            raise ProviderUnavailable(f"{what} gave no answer: {self._quoted(error)}; it is tried again later") from error
        self._tell(what, str(answer.status), started, answer.request_id)
        if paid and answer.status in _OUTCOME_OPEN:
            raise OutcomeUnknown(
                f"{what} answered {answer.status} ({self._quoted(answer.text)}): the work may have been done and billed",
                request_id=answer.request_id,
            )
        if (fault := self.dialect(answer)) is not None:
            raise self.error_of(fault, answer)
        return answer

    def _ask(self, method: str, path: str, paid: bool, options: dict[str, Any]) -> Answer:
        if self.bearer is None:
            return self._exchange(method, path, paid, options)
        token = self.bearer.token()
        answer = self._exchange(method, path, paid, self._carrying(token, options))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            token = self.bearer.token(refused=token)
            if "Content-Range" not in options.get("headers", {}):
                answer = self._exchange(method, path, paid, self._carrying(token, options))
        return answer

    def _carrying(self, token: SecretStr, options: dict[str, Any]) -> dict[str, Any]:
        self._tokens.add(text := self._header(token))
        return options | {"headers": {**options.get("headers", {}), "authorization": f"Bearer {text}"}}

    def _exchange(self, method: str, path: str, paid: bool, options: dict[str, Any]) -> Answer:
        with self._client.stream(method, path, **options) as response:
            body = b"".join(_within(response, LONGEST_ANSWER_BYTES, LONGEST_ANSWER_S))
            return Answer(self.service, method, path.partition("?")[0], response.status_code, response.headers, body, paid)

    def error_of(self, fault: Fault, answer: Answer) -> StudioError:
        """Give our error for trouble that an answer tells of; it names the service, the call, the request id and the way out."""
        request_id = fault.request_id or answer.request_id
        code = f" {fault.code}" if fault.code and fault.code != str(answer.status) else ""
        named = f", request {request_id}" if request_id else ""
        advice = f"; {fault.advice or _ADVICE[fault.kind]}"
        what = f"{self.service}: {answer.method} {answer.path} answered {answer.status}{code}{named}"
        message = f"{self._masked(what)}: {self._quoted(fault.message).rstrip('.')}{self._masked(advice)}"
        if fault.kind is FaultKind.QUOTA:
            return QuotaExhausted(message, resets_at=fault.resets_at, request_id=request_id, account=fault.account)
        if fault.kind is FaultKind.RATE_LIMITED or (fault.kind is FaultKind.UNAVAILABLE and fault.retry_after_s is not None):
            return RateLimited(message, retry_after_s=fault.retry_after_s, request_id=request_id)
        return _CLASSES[fault.kind](message, request_id=request_id)

    def _header(self, value: str | SecretStr) -> str:
        if isinstance(value, str):
            return value
        text = value.get_secret_value().strip()
        if not (text.isascii() and text.isprintable()):
            raise CredentialsRejected(
                f"{self.service}: the key holds a character that no key has, such as a line break or a curly quote: "
                "copy it into the credentials block again"
            )
        return text

    def _masked(self, text: object) -> str:
        secrets = (*(value for value in self.headers.values() if isinstance(value, SecretStr)), *self.secrets)
        return mask(str(text), [*(value.get_secret_value() for value in secrets), *self._tokens])

    def _quoted(self, text: object) -> str:
        """Give another's words on one line, masked before they are cut: half a key is not told either."""
        line = " ".join(self._masked(text).split())
        return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE]}..."

    def _tell(self, what: str, outcome: str, started: float, request_id: str | None) -> None:
        _log.debug("%s: %s in %.2f s, request %s", what, outcome, time.monotonic() - started, request_id or "without an id")


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


def download(
    url: str, file: Path, *, service: str, looks_right: Callable[[bytes], bool], longest_bytes: int, read_s: float = 120.0
) -> None:
    """Fetch a result to a file, with nothing of ours: no key goes to whoever keeps the service's files.

    Redirects are followed, from https to https only.

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
    mask_logs()
    aside = file.with_name(f".{file.name}.part")
    timeout = httpx.Timeout(read_s, connect=CONNECT_S)
    try:
        with httpx.Client(timeout=timeout, verify=_certificates(), follow_redirects=False) as client:
            where = _fetch(client, url, service, aside, longest_bytes)
        with aside.open("rb") as stream:
            beginning = stream.read(64)
        if not looks_right(beginning):
            raise ProviderUnavailable(
                f"{where} gave something else than was ordered (it begins {beginning[:12]!r}); it is tried again later"
            )
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _fetch(client: httpx.Client, url: str, service: str, aside: Path, longest_bytes: int) -> str:
    """Fetch to a file and say from where, in words for messages."""
    address = _address(url)
    may_stay_here = address is not None and address.host in _LOOPBACK
    for _ in range(MOST_REDIRECTS + 1):
        if address is None or not (address.scheme == "https" or (may_stay_here and address.host in _LOOPBACK)):
            shown = mask(str(address or url), [url.partition("?")[2]])
            raise BadSpec(f"{service}: GET {shown} is not fetched: results are only taken over https")
        where = f"{service}: GET {address.scheme}://{address.host}{address.path}"
        try:
            with client.stream("GET", address) as response:
                if not response.has_redirect_location:
                    _receive(response, aside, where, longest_bytes)
                    return where
                address = _address(response.headers["location"], address)
        except httpx.HTTPError as error:
            raise ProviderUnavailable(f"{where} broke off: {mask(str(error))}; it is tried again later") from error
    raise ProviderUnavailable(f"{where} sent us on more than {MOST_REDIRECTS} times; it is tried again later")


def _receive(response: httpx.Response, file: Path, where: str, longest_bytes: int) -> None:
    if response.status_code != HTTPStatus.OK:
        raise ProviderUnavailable(f"{where} answered {response.status_code}; it is tried again later")
    announced = response.headers.get("content-length", "")
    received = 0
    try:
        if announced.isdecimal() and int(announced) > longest_bytes:
            raise _TooLong
        with file.open("wb") as stream:
            for chunk in _within(response, longest_bytes, LONGEST_DOWNLOAD_S):
                received += len(chunk)
                stream.write(chunk)
    except _TooLong:
        raise BadSpec(f"{where} gives more than {longest_bytes / 1e6:.3g} MB: that is no result of ours") from None
    if not received:
        raise ProviderUnavailable(f"{where} gave an empty file; it is tried again later")


class _TooLong(httpx.ReadError):
    """What comes is longer than anything we asked for."""

    def __init__(self) -> None:
        super().__init__("it is longer than anything that was asked for")


def _within(response: httpx.Response, longest_bytes: int, longest_s: float) -> Iterator[bytes]:
    """Give what comes, piece by piece, but no more than so many bytes and not for longer than so many seconds.

    A body shorter than it was announced to be is an `httpx.RemoteProtocolError`.
    """
    received, started = 0, time.monotonic()
    for chunk in response.iter_bytes():
        received += len(chunk)
        if received > longest_bytes:
            raise _TooLong
        if time.monotonic() - started > longest_s:
            raise httpx.ReadTimeout(f"after {longest_s:.0f} s it had not come to its end")
        yield chunk


def _address(url: str, base: httpx.URL | None = None) -> httpx.URL | None:
    """Read a whole address of http or https; None when it is none."""
    try:
        address = base.join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return None
    return address if address.scheme in {"http", "https"} and address.host else None


@cache
def mask_logs() -> None:
    """See once in a process that the libraries below us log no query of an address."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(MaskingFilter())


@cache
def _certificates() -> ssl.SSLContext:
    """Read the authorities' certificates once: it takes longer than a request."""
    return httpx.create_ssl_context()
