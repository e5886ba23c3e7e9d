"""Kling's own video API as calls: what each answers, and what its codes mean.

Source: Kling's API documents and other clients of it, 2026-11. The code in the body decides: an HTTP 429 may as well mean an
empty account.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Literal

import jwt
from pydantic import BaseModel, Field, JsonValue, SecretStr, ValidationError

from blocks.described import DescribedOnce
from blocks.domain.money import Ticket
from blocks.errors import OutcomeUnknown, ProviderUnavailable
from blocks.http import Answer, Door, Fault, FaultKind, plain_fault

_VIDEOS = "/v1/videos/image2video"
_TOKEN_LIFE_S = 1800
_CLOCKS_DIFFER_S = 5
_NO_SUCH_TASK = 1203
_OUTCOME_OPEN = frozenset({5000, 5002})
"""Codes after which a job may have been ordered all the same."""
_KINDS: Mapping[int, FaultKind] = {
    **dict.fromkeys((1000, 1001, 1002, 1003, 1004, 1103, 1304), FaultKind.CREDENTIALS),
    **dict.fromkeys((1100, 1101, 1102), FaultKind.QUOTA),
    **dict.fromkeys((1200, 1201, 1202, _NO_SUCH_TASK), FaultKind.INVALID),
    **dict.fromkeys((1300, 1301), FaultKind.REFUSED),
    **dict.fromkeys((1302, 1303), FaultKind.RATE_LIMITED),
    **dict.fromkeys((5000, 5001, 5002), FaultKind.UNAVAILABLE),
}
_ADVICE = {
    1100: "look at the account at Kling: it is not in order",
    1101: "settle the bill of the account at Kling, then run the film again",
    1102: "buy resources for the account at Kling, or wait until its pack starts anew; then run the film again",
    1103: "let Kling allow this model for the account, or choose another",
    1304: "add this machine's address to the allowed ones at Kling",
}


class _Envelope(BaseModel):
    code: int
    message: str = ""
    request_id: str | None = None


class KlingVideo(BaseModel):
    """One result of a job."""

    url: str


class _Result(BaseModel):
    videos: list[KlingVideo] | None = None


class KlingTask(BaseModel):
    """A job as Kling keeps it."""

    task_id: str = Field(min_length=1)
    task_status: Literal["submitted", "processing", "succeed", "failed"]
    task_status_msg: str | None = None
    task_result: _Result | None = None

    @property
    def has_failed(self) -> bool:
        """Whether it has ended without a clip."""
        return self.task_status == "failed"

    @property
    def has_succeeded(self) -> bool:
        """Whether it has ended well."""
        return self.task_status == "succeed"

    @property
    def result_url(self) -> str | None:
        """Give the address of the clip; None while there is none."""
        return self.task_result.videos[0].url if self.task_result and self.task_result.videos else None


class _TaskAnswer(_Envelope):
    data: KlingTask | None = None


class KlingCredentials(DescribedOnce):
    """An account at Kling itself."""

    _block_type_name = "Kling Credentials"

    access_key: SecretStr = Field(description="Access key, from Kling's console for developers.")
    secret_key: SecretStr = Field(description="Secret key that belongs to it.")
    base_url: str = Field(default="https://api-singapore.klingai.com", description="Address of the API.")
    daily_calls: int | None = Field(
        default=None, ge=0, description="Paid calls a day that the key is allowed; empty if you set none."
    )

    def get_client(self) -> Door:
        """Open the door with a token that holds for 30 minutes."""
        now_s = int(time.time())
        token = jwt.encode(
            {"iss": self.access_key.get_secret_value(), "exp": now_s + _TOKEN_LIFE_S, "nbf": now_s - _CLOCKS_DIFFER_S},
            self.secret_key.get_secret_value(),
            algorithm="HS256",
        )
        return Door("Kling", self.base_url, read_fault, headers={"Authorization": SecretStr(f"Bearer {token}")})


def read_fault(answer: Answer) -> Fault | None:
    """Read the trouble in an answer of Kling: by the code in its body, else by its HTTP status.

    None for two answers that tell of trouble and are read by the call itself: an order whose outcome is open, and a task that
    does not exist.
    """
    envelope = _envelope(answer)
    is_order = answer.method == "POST"
    if envelope is None:
        return None if is_order and answer.status >= 500 else plain_fault(answer)
    if envelope.code == 0:
        return plain_fault(answer)
    if (is_order and envelope.code in _OUTCOME_OPEN) or (not is_order and envelope.code == _NO_SUCH_TASK):
        return None
    by_status = plain_fault(answer)
    kind = _KINDS.get(envelope.code) or (by_status.kind if by_status else FaultKind.UNAVAILABLE)
    return Fault(
        kind=kind,
        message=envelope.message or "no message",
        code=str(envelope.code),
        retry_after_s=answer.retry_after_s,
        advice=_ADVICE.get(envelope.code, ""),
        request_id=envelope.request_id,
    )


def create_task(door: Door, order: dict[str, JsonValue], model: str) -> Ticket:
    """Order a job. This costs money, once for each `external_task_id`: a second order of the same id is refused.

    Raises:
        OutcomeUnknown: the answer does not say whether the job was ordered.
        StudioError: nothing was ordered.
    """
    answer = door.post(_VIDEOS, json=order, paid=True)
    try:
        created = answer.read(_TaskAnswer)
    except ProviderUnavailable as error:
        raise OutcomeUnknown(
            f"Kling: POST {_VIDEOS} answered {answer.status} with something unreadable: the job may have been ordered",
            request_id=answer.request_id,
        ) from error
    if created.code != 0 or created.data is None:
        raise OutcomeUnknown(
            f"Kling: POST {_VIDEOS} answered code {created.code} ({created.message}): the job may have been ordered",
            request_id=created.request_id,
        )
    return Ticket(job=created.data.task_id, model=model)


def read_task(door: Door, name: str) -> tuple[Answer, KlingTask | None]:
    """Ask after a job by Kling's id or by ours; None when Kling says that there is none."""
    answer = door.get(f"{_VIDEOS}/{name}")
    envelope = _envelope(answer)
    if envelope is not None and envelope.code == _NO_SUCH_TASK:
        return answer, None
    task = answer.read(_TaskAnswer).data
    if task is None:
        raise ProviderUnavailable(f"Kling: GET {_VIDEOS}/{name} answered without a task; it is asked again later")
    return answer, task


def see_access(door: Door) -> None:
    """List one job, which is free: the account lets us in."""
    door.get(_VIDEOS, params={"pageNum": 1, "pageSize": 1})


def _envelope(answer: Answer) -> _Envelope | None:
    try:
        return _Envelope.model_validate_json(answer.body)
    except ValidationError:
        return None
