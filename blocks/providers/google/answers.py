"""How Gemini's answers tell of trouble, what is in them, and what they cost; the same for pictures and for words.

Sources: reference of the Generative Language API and types of google-genai 3.4.0, November 2026; the meaning of the quotas from
many reports, for the vendor does not describe it.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.errors import OutcomeUnknown, ProviderUnavailable, StudioError
from blocks.http import Answer, Door, Fault, FaultKind, plain_fault

REFUSALS = frozenset(
    {
        "SAFETY",
        "IMAGE_SAFETY",
        "PROHIBITED_CONTENT",
        "IMAGE_PROHIBITED_CONTENT",
        "BLOCKLIST",
        "SPII",
        "RECITATION",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
    }
)
"""Reasons to stop that come from the vendor's rules: the same words would be refused again."""
CUT_SHORT = "MAX_TOKENS"
_FINE = frozenset({"STOP", "FINISH_REASON_UNSPECIFIED", ""})
_QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
"""Daily quotas begin anew at midnight there."""
_NOT_ON_THIS_TIER = re.compile(r"limit: 0(?!\.?\d)")
_SPOKEN_CHARACTERS = 200


class _Shape(Frozen):
    """A part of an answer; what we do not need is left out, and later additions are no trouble."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Inline(_Shape):
    """Bytes in an answer."""

    mime_type: str = ""
    data: str = ""
    """Base64."""


class Part(_Shape):
    """One piece of what a model answered."""

    text: str | None = None
    thought: bool = False
    """A thought, or a picture on the way to the final one: not for anybody's eyes, but billed."""
    inline_data: Inline | None = None


class Content(_Shape):
    """What a model answered; a refusal has no parts."""

    parts: tuple[Part, ...] = ()


class Candidate(_Shape):
    """One answer of a model, and why it ended."""

    content: Content = Content()
    finish_reason: str = ""
    """A word of the vendor's list, which grows."""
    finish_message: str = ""


class PromptFeedback(_Shape):
    """Why a prompt was not taken."""

    block_reason: str = ""
    block_reason_message: str = ""


class ModalityTokens(_Shape):
    """Tokens of one kind."""

    modality: str = ""
    token_count: int = 0


class UsageMetadata(_Shape):
    """What one call consumed, as the vendor counts it."""

    prompt_token_count: int = 0
    tool_use_prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0
    candidates_tokens_details: tuple[ModalityTokens, ...] = ()


class Reply(_Shape):
    """An answer to `generateContent`."""

    candidates: tuple[Candidate, ...] = ()
    prompt_feedback: PromptFeedback = PromptFeedback()
    usage_metadata: UsageMetadata | None = None
    model_version: str = ""
    response_id: str | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Give what the first answer says, without what was only thought."""
        return tuple(part for part in self.candidates[0].content.parts if not part.thought) if self.candidates else ()

    @property
    def finish_reason(self) -> str:
        """Give why the model stopped; empty when it does not say."""
        return self.candidates[0].finish_reason if self.candidates else ""

    @property
    def words(self) -> str:
        """Give the text of the answer in one piece."""
        return "".join(part.text for part in self.parts if part.text)

    @property
    def picture(self) -> bytes | None:
        """Give the last picture of the answer; None when there is none, or none that can be decoded."""
        pictures = [part.inline_data.data for part in self.parts if part.inline_data and part.inline_data.data]
        try:
            # Proto-JSON knows two alphabets of Base64.
            return base64.b64decode(pictures[-1].replace("-", "+").replace("_", "/"), validate=True) if pictures else None
        except binascii.Error:
            return None

    @property
    def usage(self) -> Usage | None:
        """Give what the call was billed; None when the answer does not say, or nothing was."""
        if self.usage_metadata is None:
            return None
        usage = text_usage(self.usage_metadata, drew=self.picture is not None)
        return usage if usage.lines else None


class _Violation(_Shape):
    quota_id: str = ""


class _Detail(_Shape):
    reason: str = ""
    violations: tuple[_Violation, ...] = ()
    retry_delay: str = ""


class _Error(_Shape):
    code: int = 0
    message: str = ""
    status: str = ""
    details: tuple[_Detail, ...] = ()


class _Refusal(_Shape):
    error: _Error


def gemini_fault(answer: Answer) -> Fault | None:
    """Read the trouble in an answer by its status, its error body and its quotas.

    An answer that succeeded as HTTP may still be a refusal: `generate` looks into it, because it may have been billed.
    """
    error = _error_in(answer)
    if error is None:
        return plain_fault(answer)
    code = error.code or answer.status
    reasons = {detail.reason for detail in error.details}
    if code == 429:
        return _quota_fault(error)
    if code in {401, 403} or "API_KEY_INVALID" in reasons:
        return _fault(FaultKind.CREDENTIALS, error)
    if code == 404:
        return _fault(FaultKind.INVALID, error, advice="the model is retired or unknown: set another one in the maker's block")
    if error.status == "FAILED_PRECONDITION":
        return _fault(
            FaultKind.INVALID, error, advice="the account may not do this: see to its billing, or to the region it is used from"
        )
    transient = code >= 500 or code in {408, 409, 499}
    return _fault(FaultKind.UNAVAILABLE if transient else FaultKind.INVALID, error)


def _error_in(answer: Answer) -> _Error | None:
    if answer.status < 300 and b'"error"' not in answer.body[:64]:
        return None
    try:
        return _Refusal.model_validate_json(answer.body).error
    except ValidationError:
        return None


def _fault(kind: FaultKind, error: _Error, *, advice: str = "", retry_after_s: float | None = None) -> Fault:
    return Fault(
        kind=kind, message=error.message or "no reason given", code=error.status, advice=advice, retry_after_s=retry_after_s
    )


def _quota_fault(error: _Error) -> Fault:
    """Tell the minute's limit from the day's: the delay that a used-up day names is far too short."""
    quotas = [violation.quota_id for detail in error.details for violation in detail.violations]
    delays = [float(found[1]) for detail in error.details if (found := re.fullmatch(r"([\d.]+)s", detail.retry_delay))]
    if _NOT_ON_THIS_TIER.search(error.message):
        return _fault(FaultKind.INVALID, error, advice="the account's tier does not include this model: set another one")
    if any("PerDay" in quota for quota in quotas):
        return _fault(FaultKind.QUOTA, error).model_copy(update={"resets_at": next_reset(datetime.now(UTC))})
    if quotas or delays:
        return _fault(FaultKind.RATE_LIMITED, error, retry_after_s=max(delays, default=None))
    return _fault(FaultKind.UNAVAILABLE, error)


def next_reset(now: datetime) -> datetime:
    """Give when daily quotas begin anew after a moment: midnight in Los Angeles, in UTC."""
    tomorrow = now.astimezone(_QUOTA_ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), _QUOTA_ZONE).astimezone(UTC)


def generate(door: Door, model: str, body: dict[str, JsonValue]) -> tuple[Reply, Answer]:
    """Ask a model once.

    Returns:
        what it replied, which may lack what was wanted, and the answer it came in.

    Raises:
        ContentRefused: the vendor's rules refused the prompt or the result; with the usage when it was billed.
        OutcomeUnknown: the answer cannot be read although the work was done.
        StudioError: as `gemini_fault` and the connection have it.
    """
    answer = door.post(f"/models/{model}:generateContent", json=body, paid=True)
    try:
        reply = answer.read(Reply)
    except ProviderUnavailable as unreadable:
        raise OutcomeUnknown(
            f"{unreadable.message.split(';')[0]}: the work was done and may have been billed", request_id=answer.request_id
        ) from unreadable
    if (fault := refusal_in(reply)) is not None:
        raise billed(door.error_of(fault, answer), reply)
    return reply, answer


def refusal_in(reply: Reply) -> Fault | None:
    """Give the refusal that an answer with status 200 may be; None when the vendor's rules had nothing against it."""
    feedback = reply.prompt_feedback
    if feedback.block_reason and not reply.candidates:
        message = f"the prompt was blocked for {feedback.block_reason}. {feedback.block_reason_message}".strip()
        return Fault(kind=FaultKind.REFUSED, message=message, code=feedback.block_reason, request_id=reply.response_id)
    reason = reply.finish_reason
    if reason not in REFUSALS:
        return None
    message = f"the result was withheld for {reason}. {reply.candidates[0].finish_message}".strip()
    return Fault(kind=FaultKind.REFUSED, message=message, code=reason, request_id=reply.response_id)


def lacking(reply: Reply, wanted: Literal["picture", "words"]) -> Fault:
    """Give the fault of an answer that lacks what was wanted, with the reason and the words it gives instead.

    Words that were cut short stay so; anything else may come out right the next time.
    """
    reason = reply.finish_reason
    said = " ".join(reply.words.split())[:_SPOKEN_CHARACTERS]
    message = f"it gave no {wanted}" if reason in _FINE else f"it gave no whole {wanted} and stopped for {reason}"
    if reply.candidates and reply.candidates[0].finish_message:
        message += f" ({reply.candidates[0].finish_message})"
    message += f", but said: {said}" if said and wanted == "picture" else ""
    short = reason == CUT_SHORT and wanted == "words"
    return Fault(
        kind=FaultKind.INVALID if short else FaultKind.UNAVAILABLE,
        message=message,
        code=reason,
        advice="the answer was longer than the maker allows: raise its most output tokens" if short else "",
        request_id=reply.response_id,
    )


def billed(error: StudioError, reply: Reply) -> StudioError:
    """Put what the call was billed onto the error that it ended in."""
    error.usage = reply.usage
    return error


def text_usage(metadata: UsageMetadata, *, drew: bool = False) -> Usage:
    """Give the usage in the units of the tariff; thoughts are billed as words, and units of which there were none are left out.

    Args:
        metadata: as the vendor counts it. Tokens from its cache are counted at full price: we keep nothing there.
        drew: whether a picture came; its tokens are then the answer's, should the vendor not tell them apart.
    """
    details = metadata.candidates_tokens_details
    image = sum(one.token_count for one in details if one.modality == "IMAGE")
    if drew and not details:
        image = metadata.candidates_token_count
    amounts = {
        "input_token": metadata.prompt_token_count + metadata.tool_use_prompt_token_count,
        "output_token": max(0, metadata.candidates_token_count - image) + metadata.thoughts_token_count,
        "image_token": image,
    }
    return Usage.of(**{unit: amount for unit, amount in amounts.items() if amount})
