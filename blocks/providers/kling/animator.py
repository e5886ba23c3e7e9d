"""Clips by Kling, bought from Kling itself.

Each order carries the number of its purchase as `external_task_id`, which Kling takes once: an order whose answer was lost is
found by it, and can be sent again without being made twice.
"""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_jobs import ClipJobs, check_length, fetch_clip, offered_seconds
from blocks.capabilities.job_watch import JobWatch
from blocks.capabilities.maker import Standing, account_name
from blocks.capabilities.purchase import Purchase
from blocks.domain.frozen import Frozen
from blocks.domain.money import Price, Ticket, Usage
from blocks.domain.specs import ClipSpec
from blocks.errors import BadSpec, ProviderUnavailable, StudioError
from blocks.http import Answer, Door, Fault, FaultKind
from blocks.media.sending import read_picture_within
from blocks.providers.kling import api as kling_api
from blocks.providers.kling.api import KlingCredentials, KlingTask

_SEED_BYTES = 10_000_000
_LONGEST_PROMPT = 2500
_REFUSALS = ("risk control", "sensitive", "content safety", "content policy", "prohibited")
"""Words by which a failed job tells that its content was refused; seen by other clients, not documented."""


class KlingModel(Frozen):
    """What a model of Kling takes."""

    seconds: tuple[int, ...] = (5, 10)
    takes_sound: bool = False
    """Whether silence must be asked for."""
    takes_cfg_scale: bool = False


_V3 = KlingModel(seconds=tuple(range(3, 16)), takes_sound=True, takes_cfg_scale=True)
_MODELS = {"kling-v2-6": KlingModel(takes_sound=True), "kling-v3": _V3}
"""Models that take more than the others do."""


class KlingOfficialAnimator(ClipJobs):
    """Animates with Kling's own API; one billed unit is one second of a mode."""

    _block_type_name = "Kling Official Animator"
    lane: ClassVar[str | None] = "kling"
    prices: ClassVar[tuple[Price, ...]] = (
        # A guess from one reseller's list; no other price is known. `own_prices` says what your account pays.
        Price(
            unit="std_second",
            usd=Decimal("0.084"),
            model="kling-v3",
            source="one third party, unconfirmed",
            as_of=date(2026, 11, 22),
        ),
    )

    kind: Literal["kling"] = Field(default="kling", description="Tells makers apart.")
    credentials: KlingCredentials = Field(description="The account that pays.")
    model: str = Field(default="kling-v2-5-turbo", description="Kling's name of the model.")
    mode: Literal["std", "pro"] = Field(
        default="pro", description="Grade: std is 720p, pro is 1080p. Name the price of a std_second or pro_second below."
    )
    negative_prompt: str = Field(default="", description="What clips must not show.")
    cfg_scale: float = Field(
        default=0.5, ge=0, le=1, description="How closely to keep to the prompt; models of version 2 have none."
    )
    patience_s: float = Field(default=900, gt=0, le=1500, description="Seconds to wait for a job before it counts as late.")
    poll_s: float = Field(default=3.0, gt=0, description="Seconds between the first looks at a job; later ones are rarer.")

    @property
    def account(self) -> str:
        """Name the account by a mark of its access key."""
        return account_name("kling", self.credentials.access_key)

    @property
    def charged_model(self) -> str:
        """Name the model."""
        return self.model

    @property
    def daily_calls(self) -> int | None:
        """Give what the credentials say."""
        return self.credentials.daily_calls

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the model and what it is told besides the prompt."""
        return {"kind": self.kind, "model": self.model, **self._manner()}

    def estimate(self, spec: ClipSpec) -> Usage:
        """Count the seconds of the length that will be ordered, as seconds of the mode."""
        return Usage.of(**{f"{self.mode}_second": self._seconds(spec)})

    def check(self) -> Standing | None:
        """See that Kling lets the account in; it tells no balance here."""
        with self.credentials.get_client() as door:
            kling_api.see_access(door)
        return None

    def submit(self, spec: ClipSpec, bench: Bench) -> Ticket:
        """Order one clip; the seed goes along. An order that was sent before under this number is adopted."""
        check_length("motion prompt", spec.prompt, _LONGEST_PROMPT, self.model)
        check_length("negative prompt", self.negative_prompt, _LONGEST_PROMPT, self.model)
        purchase = bench.purchase
        order = self._order(spec, bench)
        was_asked = bool(purchase.evidence)
        with self.credentials.get_client() as door:
            purchase.asking(external_task_id=purchase.number)
            try:
                ticket = kling_api.create_task(door, order, self.model)
            except BadSpec:
                found = self._find(door, purchase.number) if was_asked else None
                if found is None:
                    raise
                ticket = found
            purchase.keep(ticket)
        return ticket

    def collect(self, ticket: Ticket, spec: ClipSpec, bench: Bench) -> Made:
        """Wait for the clip and fetch it."""
        file = bench.folder / "clip.mp4"
        with self.credentials.get_client() as door:
            watch = JobWatch("Kling", ticket.job, self.poll_s, partial(kling_api.read_task, door, ticket.job))
            answer, task = watch.until_ended(self.patience_s)
            if task.has_failed:
                raise _failure(door, answer, task)
            _fetch(door, task, file)
        return Made(file=file, usage=self.estimate(spec), model=ticket.model, request_id=ticket.job)

    def trace(self, purchase: Purchase) -> Ticket | None:
        """Ask Kling for the job of this purchase's number; where there is none, nothing was ordered."""
        if not purchase.evidence:
            return None
        if purchase.ticket is not None:
            return purchase.ticket
        with self.credentials.get_client() as door:
            return self._find(door, purchase.number)

    def _find(self, door: Door, number: str) -> Ticket | None:
        _, task = kling_api.read_task(door, number)
        return None if task is None else Ticket(job=task.task_id, model=self.model)

    def _seconds(self, spec: ClipSpec) -> int:
        return offered_seconds(spec.seconds, self._shape.seconds)

    @property
    def _shape(self) -> KlingModel:
        return _MODELS.get(self.model, KlingModel())

    def _manner(self) -> dict[str, JsonValue]:
        manner: dict[str, JsonValue] = {"mode": self.mode}
        if self.negative_prompt:
            manner["negative_prompt"] = self.negative_prompt
        if self._shape.takes_cfg_scale:
            manner["cfg_scale"] = self.cfg_scale
        return manner

    def _order(self, spec: ClipSpec, bench: Bench) -> dict[str, JsonValue]:
        seed = read_picture_within(bench.open(spec.seed), _SEED_BYTES)
        sound: dict[str, JsonValue] = {"sound": "off"} if self._shape.takes_sound else {}
        return {
            "model_name": self.model,
            "image": base64.b64encode(seed.content).decode(),
            "prompt": spec.prompt,
            "duration": str(self._seconds(spec)),
            "external_task_id": bench.purchase.number,
            **self._manner(),
            **sound,
        }


def _failure(door: Door, answer: Answer, task: KlingTask) -> StudioError:
    """Turn a failed job into our error; as far as is known, Kling bills only what succeeds."""
    words = task.task_status_msg or "the job failed"
    is_refused = any(one in words.lower() for one in _REFUSALS)
    kind = FaultKind.REFUSED if is_refused else FaultKind.UNAVAILABLE
    advice = "" if is_refused else "a new job is ordered later"
    error = door.error_of(Fault(kind=kind, message=words, code="failed", advice=advice, request_id=task.task_id), answer)
    error.usage = Usage()
    return error


def _fetch(door: Door, task: KlingTask, file: Path) -> None:
    """Fetch the clip; when that fails, once more from the address the task has then.

    Raises:
        ProviderUnavailable: it cannot be had now; the job stays, and is collected again.
    """
    if (url := task.result_url) is None:
        raise ProviderUnavailable(
            f"Kling: {task.task_id} has ended well without a result; it is asked after again later", request_id=task.task_id
        )
    try:
        fetch_clip(url, file, "Kling")
    except ProviderUnavailable:
        _, again = kling_api.read_task(door, task.task_id)
        fetch_clip((again.result_url if again else None) or url, file, "Kling")
