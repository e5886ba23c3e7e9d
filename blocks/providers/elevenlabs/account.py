"""The ElevenLabs account: its key, its dialect of errors, what it has left, and what a call was charged.

API reference 2026-11, https://elevenlabs.io/docs/api-reference. Errors come in three shapes, and not every 401 is about the key.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, JsonValue, SecretStr, ValidationError

from blocks.capabilities.maker import Maker, Standing, account_name
from blocks.described import DescribedOnce
from blocks.domain.frozen import Frozen
from blocks.domain.money import Price
from blocks.errors import QuotaExhausted, StudioError
from blocks.http import Answer, Dialect, Door, Fault, FaultKind, plain_fault
from blocks.providers.elevenlabs.models import CREDIT, PRICES

VENDOR = "ElevenLabs"
_READ_S = 180.0
"""A line of 2,500 characters is some three minutes of speech; it is usually made within 30 s."""
_NO_PERMISSION = "missing_permissions"

_KINDS = {
    "quota_exceeded": FaultKind.QUOTA,
    "insufficient_credits": FaultKind.QUOTA,
    "invalid_api_key": FaultKind.CREDENTIALS,
    "missing_api_key": FaultKind.CREDENTIALS,
    _NO_PERMISSION: FaultKind.CREDENTIALS,
    "detected_unusual_activity": FaultKind.CREDENTIALS,
    "feature_not_available": FaultKind.INVALID,
    "subscription_required": FaultKind.INVALID,
    "paid_plan_required": FaultKind.INVALID,
    "voice_access_denied": FaultKind.INVALID,
    "model_access_denied": FaultKind.INVALID,
    "content_against_policy": FaultKind.REFUSED,
    "already_running": FaultKind.UNAVAILABLE,
    "concurrent_limit_exceeded": FaultKind.RATE_LIMITED,
    "too_many_concurrent_requests": FaultKind.RATE_LIMITED,
    "rate_limit_exceeded": FaultKind.RATE_LIMITED,
    "system_busy": FaultKind.UNAVAILABLE,
    "maintenance": FaultKind.UNAVAILABLE,
}
"""What the vendor's names mean; a name that is not here means what its HTTP status means."""

_OTHER_VOICE = "put the id of a voice of this account into the narrator block; no other voice is taken in its place"
_LARGER_PLAN = "the account's plan does not include it: change the maker block, or the plan"
_ADVICE = {
    "voice_not_found": _OTHER_VOICE,
    "invalid_uid": _OTHER_VOICE,
    "voice_access_denied": _OTHER_VOICE,
    "model_not_found": "put a model of this account into the maker block",
    "model_access_denied": "put a model of this account into the maker block",
    "unsupported_model": "put a model of this account into the maker block",
    "feature_not_available": _LARGER_PLAN,
    "subscription_required": _LARGER_PLAN,
    "paid_plan_required": _LARGER_PLAN,
    _NO_PERMISSION: "give the key the permission it lacks, in the account's settings",
    "detected_unusual_activity": "the service has closed its free plan for this account: take a paid plan",
}


class ElevenLabsCredentials(DescribedOnce):
    """The key of an ElevenLabs account, which pays for narration and sound."""

    _block_type_name = "ElevenLabs Credentials"

    api_key: SecretStr = Field(description="The account's key: elevenlabs.io, Developers, API keys.")
    base_url: str = Field(
        default="https://api.elevenlabs.io", description="Address of the service; another one for data residency."
    )
    daily_calls: int | None = Field(
        default=None, ge=0, description="Paid calls a day that the key is allowed; empty if you set none."
    )

    def get_client(self) -> Door:
        """Open the door to the service."""
        return self._open(read_fault)

    def get_reader(self) -> Door:
        """Open the door for a look around: what the key may not read is answered with 401 and raises nothing."""
        return self._open(read_fault_but_permission)

    def _open(self, dialect: Dialect) -> Door:
        return Door(VENDOR, self.base_url.rstrip("/"), dialect, headers={"xi-api-key": self.api_key}, read_s=_READ_S)


class ElevenLabsMaker(Maker):
    """What both makers of this vendor share: the account that pays, its lane and its prices."""

    lane: ClassVar[str | None] = "elevenlabs"
    prices: ClassVar[tuple[Price, ...]] = PRICES

    kind: Literal["elevenlabs"] = Field(default="elevenlabs", description="Tells makers apart.")
    credentials: ElevenLabsCredentials = Field(description="The account that pays.")

    @property
    def account(self) -> str:
        """Name the account by a mark of its key."""
        return account_name(self.kind, self.credentials.api_key)

    @property
    def daily_calls(self) -> int | None:
        """Give what the owner allows the key."""
        return self.credentials.daily_calls


class _Detail(Frozen, extra="ignore"):
    """What is wrong, in the new shape (`code`) or the old one (`status` alone)."""

    code: str | None = None
    status: str | None = None
    message: str = ""
    request_id: str | None = None

    @property
    def name(self) -> str:
        """The vendor's name for it: the first of both that is known here, else the code."""
        names = [name for name in (self.code, self.status) if name]
        return next((name for name in names if name in _KINDS or name in _ADVICE), names[0] if names else "")


class _Mistake(Frozen, extra="ignore"):
    """One field that was refused."""

    loc: tuple[str | int, ...] = ()
    msg: str = ""


class _Trouble(Frozen, extra="ignore"):
    detail: _Detail | tuple[_Mistake, ...] | str


def read_fault(answer: Answer) -> Fault | None:
    """Read the trouble in an answer by its code or status, and where it has none by its HTTP status."""
    plain = plain_fault(answer)
    if plain is None:
        return None
    try:
        detail = _Trouble.model_validate_json(answer.body).detail
    except ValidationError:
        return plain
    if isinstance(detail, str):
        return plain.model_copy(update={"message": detail})
    if isinstance(detail, tuple):
        told = "; ".join(f"{'.'.join(map(str, mistake.loc))}: {mistake.msg}" for mistake in detail)
        return plain.model_copy(update={"message": told or plain.message})
    return Fault(
        kind=_KINDS.get(detail.name, plain.kind),
        message=_with_limit(detail.message or plain.message, detail.name, answer),
        code=detail.name,
        retry_after_s=plain.retry_after_s,
        advice=_ADVICE.get(detail.name, ""),
        request_id=detail.request_id,
    )


def read_fault_but_permission(answer: Answer) -> Fault | None:
    """Read the trouble in an answer, but for a key that works and may not read this."""
    fault = read_fault(answer)
    return None if fault is not None and fault.code == _NO_PERMISSION else fault


def _with_limit(message: str, name: str, answer: Answer) -> str:
    """Say how many calls the plan allows at once, where they were too many."""
    most = answer.headers.get("maximum-concurrent-requests")
    if most is None or name not in {"concurrent_limit_exceeded", "too_many_concurrent_requests"}:
        return message
    return f"{message.rstrip('.')} (the plan allows {most} at once: set the limit of the lane elevenlabs below that)"


class Subscription(Frozen, extra="ignore"):
    """What the account has used and may use, in credits, which the vendor still calls characters."""

    character_count: int
    character_limit: int
    max_credit_limit_extension: int | Literal["unlimited"] | None = None
    """Credits beyond the limit that are billed by use."""
    next_character_count_reset_unix: int | None = None

    @property
    def resets_at(self) -> datetime | None:
        """When the count begins anew; None when the vendor does not say."""
        reset = self.next_character_count_reset_unix
        return None if reset is None else datetime.fromtimestamp(reset, UTC)

    @property
    def allowed(self) -> int | None:
        """Credits that may be used in all; None when there is no end."""
        extension = self.max_credit_limit_extension
        return None if extension == "unlimited" else self.character_limit + (extension or 0)


def read_standing(door: Door) -> Standing | None:
    """See how many credits are used.

    Args:
        door: from `get_reader`.

    Returns:
        None when the key may not read it.

    Raises:
        QuotaExhausted: nothing is left.
        StudioError: as the service has it.
    """
    answer = door.get("/v1/user/subscription")
    if answer.status >= 300:
        return None
    account = answer.read(Subscription)
    if account.allowed is not None and account.character_count >= account.allowed:
        raise QuotaExhausted(
            f"{VENDOR}: all {account.allowed} credits of the account are used, so nothing can be spoken; "
            f"{_when(account.resets_at)}, or raise the plan or its usage limit",
            resets_at=account.resets_at,
            request_id=answer.request_id,
        )
    limit = account.character_limit if account.allowed is None else account.allowed
    return Standing(used=Decimal(account.character_count), limit=Decimal(limit), unit=CREDIT)


def order(door: Door, path: str, body: dict[str, JsonValue], output_format: str) -> Answer:
    """Send one paid order; one that finds the credits used up is told when they come back.

    Raises:
        OutcomeUnknown: it was sent and no answer was read.
        StudioError: as the service has it.
    """
    try:
        return door.post(path, json=body, params={"output_format": output_format}, paid=True)
    except QuotaExhausted as error:
        error.resets_at = error.resets_at or _reset(door)
        raise


def _reset(door: Door) -> datetime | None:
    try:
        return door.get("/v1/user/subscription").read(Subscription).resets_at
    except StudioError:
        # The credits are used up either way; only the day they come back stays unknown.
        return None


def _when(resets_at: datetime | None) -> str:
    return f"wait for {resets_at:%Y-%m-%d %H:%M} UTC" if resets_at else "wait for their reset"
