"""Clips by Kling, bought with credits from KIE.

KIE takes no dedupe id and lists no tasks. So an order whose answer was lost is found out about by the balance: it is noted before
every order, and orders from one account go out one after the other.
"""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from functools import partial
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_jobs import ClipJobs, check_length, offered_seconds
from blocks.capabilities.job_watch import JobWatch
from blocks.capabilities.maker import Standing, account_name
from blocks.capabilities.purchase import Purchase
from blocks.domain.money import Price, Ticket, Usage
from blocks.domain.specs import ClipSpec
from blocks.errors import PaymentUnclear, ProviderUnavailable, QuotaExhausted, RateLimited
from blocks.media.sending import read_picture_within
from blocks.providers.kie import api as kie_api
from blocks.providers.kie.api import KieCredentials, KieRecord
from blocks.providers.kie.jobs import BalanceWatch, failure_of, fetch_result
from blocks.providers.kie.models import KieModel, credits_of, find_model

_SEED_BYTES = 10_000_000
"""The heaviest picture that KIE takes for Kling."""
_LONGEST_NEGATIVE_PROMPT = 500
_SETTLE_LOOKS = 5
_MOST_FAILED_LOOKS = 10


class KlingAnimator(ClipJobs):
    """Animates with a Kling model through KIE; one billed unit is one credit."""

    _block_type_name = "Kling Animator"
    lane: ClassVar[str | None] = "kling"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(unit="credit", usd=Decimal("0.005"), source="KIE price list", as_of=date(2026, 10, 2)),
    )

    kind: Literal["kie"] = Field(default="kie", description="Tells makers apart.")
    credentials: KieCredentials = Field(description="The account that pays.")
    model: str = Field(
        default="kling/v2-5-turbo-image-to-video-pro", description="KIE's name of an image-to-video model of Kling."
    )
    negative_prompt: str = Field(default="", description="What clips must not show, for models that take it.")
    cfg_scale: float = Field(default=0.5, ge=0, le=1, description="How closely to keep to the prompt, for models that take it.")
    mode: Literal["std", "pro", "4K"] = Field(default="pro", description="Grade of kling-3.0/video.")
    resolution: Literal["720p", "1080p", "4k"] = Field(default="1080p", description="Grade of the turbo and omni models of 3.0.")
    callback_url: str = Field(
        default="",
        description="Public address that KIE tells of finished jobs; with it, an order whose answer was lost is found.",
    )
    upload_url: str = Field(default="https://kieai.redpandaai.co", description="Address of KIE's host for uploads.")
    patience_s: float = Field(default=900, gt=0, description="Seconds to wait for a job before it counts as late.")
    poll_s: float = Field(default=3.0, gt=0, description="Seconds between the first looks at a job; later ones are rarer.")
    settle_s: float = Field(
        default=20, ge=0, description="Seconds to watch the balance for a late charge, after the answer to an order was lost."
    )

    @property
    def account(self) -> str:
        """Name the account by a mark of its key."""
        return account_name("kie", self.credentials.api_key)

    @property
    def charged_model(self) -> str:
        """Name the model."""
        return self.model

    @property
    def daily_calls(self) -> int | None:
        """Give what the credentials say."""
        return self.credentials.daily_calls

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the model and those settings that it takes."""
        model = find_model(self.model)
        return {"kind": self.kind, "model": self.model, **self._grade(model), **self._guidance(model)}

    def estimate(self, spec: ClipSpec) -> Usage:
        """Count the credits of the length that will be ordered."""
        return Usage.of(credit=self._credits(spec))

    def check(self) -> Standing | None:
        """See that the model is known and that the account holds credits."""
        find_model(self.model)
        with self.credentials.get_client() as door:
            balance = kie_api.read_balance(door)
        if balance <= 0:
            raise QuotaExhausted("KIE: the account holds no credits; top it up, then run the film again")
        return Standing(used=Decimal(0), limit=balance, unit="credits")

    def submit(self, spec: ClipSpec, bench: Bench) -> Ticket:
        """Hand in the seed, and order one clip while no other order of the account is under way.

        Raises:
            QuotaExhausted: the credits do not suffice; nothing was bought.
        """
        model, price = find_model(self.model), self._credits(spec)
        self._check_texts(spec, model)
        url = self._hand_in(spec, bench)
        order = self._order(spec, model, url, bench.purchase.number)
        with self.credentials.get_client() as door, bench.purchase.alone():
            balance = kie_api.read_balance(door)
            if balance < price:
                raise QuotaExhausted(
                    f"KIE: {balance} credits are left and this clip takes {price}; nothing was ordered; top up the account, "
                    "then run the film again"
                )
            bench.purchase.asking(balance=f"{balance:f}", credits=f"{price:f}")
            ticket = kie_api.create_task(door, order)
            bench.purchase.keep(ticket)
        return ticket

    def collect(self, ticket: Ticket, spec: ClipSpec, bench: Bench) -> Made:
        """Wait for the clip, and fetch it at once: KIE may delete results after a day."""
        file = bench.folder / "clip.mp4"
        with self.credentials.get_client() as door:
            watch = JobWatch("KIE", ticket.job, self.poll_s, partial(kie_api.read_record, door, ticket.job))
            answer, record = watch.until_ended(self.patience_s)
            if record.has_failed:
                raise failure_of(door, answer, record, ticket, self._billed(record, spec))
            fetch_result(door, record, ticket, file)
        return Made(file=file, usage=self._billed(record, spec), model=ticket.model, request_id=ticket.job)

    def trace(self, purchase: Purchase) -> Ticket | None:
        """Find out by the balance what became of an order; a ticket that a callback brought meanwhile settles it."""
        if not purchase.evidence:
            return None
        ordered = Decimal(purchase.evidence["credits"])
        with self.credentials.get_client() as door, purchase.alone():
            missing = self._settled_difference(BalanceWatch(door, purchase), purchase, ordered)
        if purchase.ticket is not None:
            return purchase.ticket
        if missing == 0:
            return None
        if self.callback_url and missing == ordered and (ticket := self._called_back(purchase)) is not None:
            return ticket
        raise self._unclear(purchase, ordered, missing)

    def _called_back(self, purchase: Purchase) -> Ticket | None:
        """Wait for the callback of a job that was surely ordered, as long as a job usually takes; None when it never comes."""
        deadline = time.monotonic() + self.patience_s
        while purchase.ticket is None and time.monotonic() < deadline:
            time.sleep(self.poll_s)
        return purchase.ticket

    def _settled_difference(self, balance: BalanceWatch, purchase: Purchase, ordered: Decimal) -> Decimal | None:
        """Look at the balance until it has had time to settle, or until the charge shows, or a callback brought the ticket."""
        missing: Decimal | None = None
        looks, failed_looks = 0, 0
        while looks < _SETTLE_LOOKS and purchase.ticket is None and (looks == 0 or missing != ordered):
            if looks + failed_looks:
                time.sleep(self.settle_s / (_SETTLE_LOOKS - 1))
            try:
                missing = balance.missing_credits()
                looks += 1
            except (RateLimited, ProviderUnavailable):
                failed_looks += 1
                if failed_looks >= _MOST_FAILED_LOOKS:
                    raise
        return missing

    def _credits(self, spec: ClipSpec) -> Decimal:
        model = find_model(self.model)
        grade = self.mode if model.grade_field == "mode" else self.resolution
        return credits_of(self.model, grade, offered_seconds(spec.seconds, model.seconds))

    def _check_texts(self, spec: ClipSpec, model: KieModel) -> None:
        if model.longest_prompt is not None:
            check_length("motion prompt", spec.prompt, model.longest_prompt, self.model)
        if model.takes_guidance:
            check_length("negative prompt", self.negative_prompt, _LONGEST_NEGATIVE_PROMPT, self.model)

    def _hand_in(self, spec: ClipSpec, bench: Bench) -> str:
        seed = read_picture_within(bench.open(spec.seed), _SEED_BYTES)
        name = spec.seed.split(".", maxsplit=1)[0] + seed.suffix
        with self.credentials.get_client(self.upload_url) as door:
            return kie_api.upload(door, name, seed.content, seed.media_type)

    def _order(self, spec: ClipSpec, model: KieModel, image_url: str, purchase: str) -> dict[str, JsonValue]:
        wanted: dict[str, JsonValue] = {
            "prompt": spec.prompt,
            model.image_field: image_url if model.image_field == "image_url" else [image_url],
            "duration": model.duration(offered_seconds(spec.seconds, model.seconds)),
            **model.neutral,
            **self._grade(model),
            **self._guidance(model),
        }
        order: dict[str, JsonValue] = {"model": self.model, "input": wanted}
        if self.callback_url:
            joint = "&" if "?" in self.callback_url else "?"
            order["callBackUrl"] = f"{self.callback_url}{joint}purchase={purchase}"
        return order

    def _grade(self, model: KieModel) -> dict[str, JsonValue]:
        match model.grade_field:
            case "mode":
                return {"mode": self.mode}
            case "resolution":
                return {"resolution": self.resolution}
            case _:
                return {}

    def _guidance(self, model: KieModel) -> dict[str, JsonValue]:
        if not model.takes_guidance:
            return {}
        negative: dict[str, JsonValue] = {"negative_prompt": self.negative_prompt} if self.negative_prompt else {}
        return {"cfg_scale": self.cfg_scale, **negative}

    def _billed(self, record: KieRecord, spec: ClipSpec) -> Usage:
        """Read what a job was billed; where the record does not say, its price, but nothing for one that never left the queue."""
        billed = record.credits_consumed
        if billed is None:
            billed = Decimal(0) if record.has_failed and record.fail_code == "524" else self._credits(spec)
        return Usage.of(credit=billed) if billed else Usage()

    def _unclear(self, purchase: Purchase, ordered: Decimal, missing: Decimal | None) -> PaymentUnclear:
        usd = self.price(Usage.of(credit=ordered))
        risk = f"{ordered} credits" + ("" if usd is None else f" ({usd:.2f} USD)")
        seen = (
            "the balance is lower by exactly its price, so the job was ordered and its id is not known"
            if missing == ordered
            else f"{'an unknown number of' if missing is None else missing} credits are missing since, and its price is {ordered}"
        )
        return PaymentUnclear(
            f"KIE: the answer to the order of purchase {purchase.number} was lost, and {seen}. At risk: {risk}. Nothing is "
            "ordered again. Either KIE tells of the job at the callback address, if one is set, and the film is run again "
            "afterwards; or a person looks at KIE's list of tasks and says with the flow settle-purchase what is there"
        )
