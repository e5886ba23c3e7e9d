"""What a job at KIE comes to: its clip is fetched, its failure is read, its credits are counted."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from blocks.capabilities.clip_jobs import fetch_clip
from blocks.capabilities.purchase import Purchase
from blocks.domain.money import Ticket, Usage
from blocks.errors import ProviderUnavailable, RateLimited, StudioError
from blocks.http import Answer, Door, Fault, FaultKind
from blocks.providers.kie import api as kie_api
from blocks.providers.kie.api import KieRecord
from blocks.providers.kie.models import credits_of_order

_QUICK_FAILURE_MS = 90_000
_READINGS = 8
_READ_AGAIN_S = 0.25


@dataclass
class BalanceWatch:
    """The balance of an account, watched for the charge of an order whose answer was lost."""

    door: Door
    purchase: Purchase
    _settled: dict[str, Decimal] = field(default_factory=dict)
    """Credits of other jobs that have ended, by job: they change no more."""

    def missing_credits(self) -> Decimal | None:
        """Count the credits that are gone since the order and that no other explains; None when others cannot be counted.

        A job that ran when the order went out and has failed since may have given its credits back: that would hide a charge.
        """
        for ticket in self.purchase.running_then().values():
            record = self._record(ticket.job)
            if record is None or record.has_failed:
                return None
        spent_by_others = Decimal(0)
        for ticket in self.purchase.bought_since().values():
            cost = self._cost_of(ticket)
            if cost is None:
                return None
            spent_by_others += cost
        return Decimal(self.purchase.evidence["balance"]) - spent_by_others - kie_api.read_balance(self.door)

    def _record(self, job: str) -> KieRecord | None:
        """Read one job's record; a reading that fails is only taken again, as one look at the balance takes many."""
        for _ in range(_READINGS - 1):
            with suppress(RateLimited, ProviderUnavailable):
                return kie_api.read_record(self.door, job)[1]
            time.sleep(_READ_AGAIN_S)
        return kie_api.read_record(self.door, job)[1]

    def _cost_of(self, ticket: Ticket) -> Decimal | None:
        """Give the credits a job has taken so far: none when they were given back; None when nobody can say."""
        if ticket.job in self._settled:
            return self._settled[ticket.job]
        record = self._record(ticket.job)
        if record is None:
            return None
        if record.credits_consumed is None:
            return None if record.has_failed else credits_of_order(ticket.model, record.order)
        if record.has_failed or record.has_succeeded:
            self._settled[ticket.job] = record.credits_consumed
        return record.credits_consumed


def failure_of(door: Door, answer: Answer, record: KieRecord, ticket: Ticket, usage: Usage) -> StudioError:
    """Turn a failed job into our error, with what it was billed."""
    kind = _failure_kind(record)
    advice = "a new job is ordered later" if kind is FaultKind.UNAVAILABLE else ""
    words = record.fail_msg or "the job failed"
    fault = Fault(kind=kind, message=words, code=record.fail_code or "fail", advice=advice, request_id=ticket.job)
    error = door.error_of(fault, answer)
    error.usage = usage
    return error


def _failure_kind(record: KieRecord) -> FaultKind:
    """Tell why a job failed. KIE documents codes for calls, not for jobs; the words are from notes on the live service."""
    words, code = (record.fail_msg or "").lower(), record.fail_code or ""
    if "not authorized to use this model" in words:
        return FaultKind.CREDENTIALS
    if any(one in words for one in ("sensitive", "content policy", "safety", "moderation", "nsfw", "prohibited")):
        return FaultKind.REFUSED
    if "internal error" in words and record.cost_time is not None and record.cost_time < _QUICK_FAILURE_MS:
        return FaultKind.REFUSED  # on shots with people, the content filter speaks like this
    return kie_api.fault_kind(int(code)) if code.isdecimal() else FaultKind.UNAVAILABLE


def fetch_result(door: Door, record: KieRecord, ticket: Ticket, file: Path) -> None:
    """Fetch the clip from its own address, or from a fresh link when that does not work.

    Raises:
        ProviderUnavailable: neither works now; the job stays, and is collected again.
    """
    if (url := record.result_url) is None:
        raise ProviderUnavailable(
            f"KIE: {ticket.job} has ended well without a result; it is asked after again later", request_id=ticket.job
        )
    try:
        fetch_clip(url, file, "KIE")
    except ProviderUnavailable as error:
        try:
            link = kie_api.ask_for_link(door, url)
        except StudioError:
            raise error from None
        fetch_clip(link, file, "KIE")
