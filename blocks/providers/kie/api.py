"""KIE's job API as calls: what each answers, and what its codes mean.

Sources: docs.kie.ai (2026-08-19) and notes on the live service (2026-10-02). The HTTP status is mostly 200, even for errors: the
`code` in the body decides.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from blocks.described import DescribedOnce
from blocks.domain.money import Ticket
from blocks.errors import OutcomeUnknown, ProviderUnavailable
from blocks.http import Answer, Door, Fault, FaultKind, plain_fault

_CREATE = "/api/v1/jobs/createTask"
_RECORD = "/api/v1/jobs/recordInfo"
_OK = 200
_NOT_FOUND = 404
_INVALID = 422
_OUTCOME_OPEN = frozenset({500, 502, 504})
"""Codes after which a job may have been ordered all the same."""
_KINDS = {
    400: FaultKind.INVALID,
    401: FaultKind.CREDENTIALS,
    402: FaultKind.QUOTA,
    403: FaultKind.CREDENTIALS,
    _NOT_FOUND: FaultKind.INVALID,
    408: FaultKind.UNAVAILABLE,
    _INVALID: FaultKind.INVALID,
    429: FaultKind.RATE_LIMITED,
    433: FaultKind.QUOTA,
    455: FaultKind.UNAVAILABLE,
    501: FaultKind.UNAVAILABLE,
    505: FaultKind.INVALID,
    524: FaultKind.UNAVAILABLE,
}
_ADVICE = {
    402: "top up the credits of the KIE account, then run the film again",
    433: "raise the spending limit of this key at KIE, then run the film again",
    455: "KIE is being maintained; it is tried again later",
    505: "KIE has switched this feature off: choose another model",
}


class _Told(BaseModel):
    """Something that KIE tells; its names are in camel case there."""

    model_config = ConfigDict(alias_generator=to_camel)


class _Envelope(_Told):
    code: int
    msg: str | None = None
    message: str | None = None

    @property
    def words(self) -> str:
        return self.msg or self.message or "no message"


class _Balance(_Envelope):
    data: Decimal


class _Ordered(_Told):
    task_id: str = Field(min_length=1)


class _OrderAnswer(_Envelope):
    data: _Ordered | None = None


class _Upload(_Told):
    download_url: str | None = None
    file_url: str | None = None


class _UploadAnswer(_Envelope):
    data: _Upload


class _LinkAnswer(_Envelope):
    data: str


class KieRecord(_Told):
    """A job as KIE keeps it; fields that it may leave out are None."""

    state: Literal["waiting", "queuing", "generating", "success", "fail"]
    param: str | dict[str, JsonValue] | None = None
    """The order, mostly as JSON text."""
    result_json: str | dict[str, JsonValue] | None = None
    fail_code: str | None = None
    fail_msg: str | None = None
    cost_time: float | None = None
    """Milliseconds that the work took."""
    credits_consumed: Decimal | None = None

    @field_validator("fail_code", mode="before")
    @classmethod
    def _as_text(cls, code: object) -> object:
        return str(code) if isinstance(code, int) else code

    @property
    def has_failed(self) -> bool:
        """Whether it has ended without a clip."""
        return self.state == "fail"

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended well."""
        return self.state == "success"

    @property
    def result_url(self) -> str | None:
        """Give the address of the clip; None while there is none."""
        result = _parsed(self.result_json)
        urls = result.get("resultUrls")
        return urls[0] if isinstance(urls, list) and urls and isinstance(urls[0], str) else None

    @property
    def order(self) -> dict[str, JsonValue]:
        """Give the `input` the job was ordered with; empty when the record does not say."""
        given = _parsed(self.param).get("input")
        return _parsed(given) if isinstance(given, str | dict) else {}


class _RecordAnswer(_Envelope):
    data: KieRecord | None = None


class KieCredentials(DescribedOnce):
    """A KIE account, which sells clips of Kling for credits."""

    _block_type_name = "KIE Credentials"

    api_key: SecretStr = Field(description="API key, from kie.ai.")
    base_url: str = Field(default="https://api.kie.ai", description="Address of the job API.")
    daily_calls: int | None = Field(
        default=None, ge=0, description="Paid calls a day that the key is allowed; empty if you set none."
    )

    def get_client(self, base_url: str | None = None) -> Door:
        """Open the door to the job API, or to another host of KIE's, which knows the same key."""
        bearer = SecretStr(f"Bearer {self.api_key.get_secret_value()}")
        return Door("KIE", base_url or self.base_url, read_fault, headers={"Authorization": bearer})


def read_fault(answer: Answer) -> Fault | None:
    """Read the trouble in an answer of KIE: by the code in its body, else by its HTTP status.

    None for two answers that tell of trouble and are read by the call itself: an order whose outcome is open, and a record that
    is not there (yet).
    """
    envelope = _envelope(answer)
    code = answer.status if envelope is None or (envelope.code == _OK and answer.status >= 300) else envelope.code
    if 200 <= code < 300 or (answer.path == _CREATE and _is_open(code, envelope)) or _is_missing(answer, code, envelope):
        return None
    if envelope is None and code not in _KINDS:
        return plain_fault(answer)
    return Fault(
        kind=fault_kind(code),
        message=envelope.words if envelope else answer.phrase,
        code=str(code),
        retry_after_s=answer.retry_after_s,
        advice=_ADVICE.get(code, ""),
    )


def fault_kind(code: int) -> FaultKind:
    """Tell what kind of trouble a code of KIE is."""
    return _KINDS.get(code, FaultKind.UNAVAILABLE if code >= 500 else FaultKind.INVALID)


def read_balance(door: Door) -> Decimal:
    """Ask for the credits that are left."""
    return door.get("/api/v1/chat/credit").read(_Balance).data


def upload(door: Door, name: str, content: bytes, media_type: str) -> str:
    """Hand in a picture, free of charge, and give its address.

    The name must be unique: KIE goes on showing the first file of a name for a while.

    Raises:
        ProviderUnavailable: KIE took it and gave no address.
    """
    answer = door.post(
        "/api/file-stream-upload", files={"file": (name, content, media_type)}, form={"uploadPath": "seeds", "fileName": name}
    )
    data = answer.read(_UploadAnswer).data
    if not (url := data.download_url or data.file_url):
        raise ProviderUnavailable(f"KIE: the upload of {name} was answered without an address; it is tried again later")
    return url


def create_task(door: Door, order: dict[str, JsonValue]) -> Ticket:
    """Order a job. This costs credits.

    Raises:
        OutcomeUnknown: the answer does not say whether the job was ordered.
        StudioError: nothing was ordered.
    """
    answer = door.post(_CREATE, json=order, paid=True)
    try:
        created = answer.read(_OrderAnswer)
    except ProviderUnavailable as error:
        raise OutcomeUnknown(
            f"KIE: createTask answered {answer.status} with something unreadable: the job may have been ordered",
            request_id=answer.request_id,
        ) from error
    if created.code != _OK or created.data is None:
        raise OutcomeUnknown(
            f"KIE: createTask answered code {created.code} ({created.words}): the job may have been ordered",
            request_id=answer.request_id,
        )
    return Ticket(job=created.data.task_id, model=str(order["model"]))


def read_record(door: Door, job: str) -> tuple[Answer, KieRecord | None]:
    """Ask after a job; None when KIE has no record of it (yet). The answer itself is given for messages about it."""
    answer = door.get(_RECORD, params={"taskId": job})
    envelope = _envelope(answer)
    if envelope is not None and envelope.code in {_INVALID, _NOT_FOUND}:
        return answer, None
    return answer, answer.read(_RecordAnswer).data


def ask_for_link(door: Door, url: str) -> str:
    """Ask for a link to a result that holds for 20 minutes, where its own address no longer works."""
    return door.post("/api/v1/common/download-url", json={"url": url}).read(_LinkAnswer).data


def _envelope(answer: Answer) -> _Envelope | None:
    try:
        return _Envelope.model_validate_json(answer.body)
    except ValidationError:
        return None


def _is_open(code: int, envelope: _Envelope | None) -> bool:
    """Tell whether an order may have been taken all the same; of a server error that is not KIE's own words, nobody knows."""
    return code in _OUTCOME_OPEN or (envelope is None and code >= 500)


def _is_missing(answer: Answer, code: int, envelope: _Envelope | None) -> bool:
    """Tell whether a record is not there: right after the order KIE answers 422 "recordInfo is null"."""
    if answer.path != _RECORD or envelope is None:
        return False
    return code == _NOT_FOUND or (code == _INVALID and "null" in envelope.words)


def _parsed(text: str | dict[str, JsonValue] | None) -> dict[str, JsonValue]:
    if isinstance(text, dict):
        return text
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
