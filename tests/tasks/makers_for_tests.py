"""A maker that writes every paid call into a file of its own, so that calls are counted over processes and deaths."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, JsonValue, SecretStr

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_jobs import ClipJobs
from blocks.capabilities.image_maker import ImageMaker
from blocks.capabilities.maker import account_name
from blocks.capabilities.purchase import Purchase
from blocks.domain.money import Price, Ticket, Usage
from blocks.domain.specs import ClipSpec, ImageSpec, NarrationSpec
from blocks.domain.stages import Step
from blocks.errors import (
    ContentRefused,
    CredentialsRejected,
    JobLate,
    OutcomeUnknown,
    PaymentUnclear,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from tasks.generation import generation


class CountingMaker(ImageMaker):
    """Makes a text file and counts its calls; fails as it is told."""

    _block_type_name = "Counting Maker"
    prices: ClassVar[tuple[Price, ...]] = (Price(unit="picture", usd=Decimal("0.04")),)

    kind: Literal["counting"] = "counting"
    calls: Path = Field(description="File that gets a line for each call.")
    model: str = "one"
    key: SecretStr = SecretStr("a key")
    failures: tuple[str, ...] = Field(default=(), description="How the first calls fail: away, busy, refused, refused billed.")
    takes_s: float = 0.0

    def fingerprint(self) -> dict[str, JsonValue]:
        return {"kind": self.kind, "model": self.model}

    def estimate(self, spec: ImageSpec) -> Usage:
        return Usage.of(picture=1)

    def draw(self, spec: ImageSpec | NarrationSpec, bench: Bench) -> Made:
        with self.calls.open("a") as log:
            log.write(f"{os.getpid()} {spec.take}\n")
        count = self.count()
        time.sleep(self.takes_s)
        if count <= len(self.failures):
            self._fail(self.failures[count - 1])
        file = bench.folder / "made.json"
        file.write_text(spec.model_dump_json())
        return Made(file=file, usage=Usage.of(picture=1), model=self.model)

    def count(self) -> int:
        """Give the number of calls so far."""
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0

    def _fail(self, how: str) -> None:
        match how:
            case "away":
                raise ProviderUnavailable("the service is away")
            case "busy":
                raise RateLimited("slow down", retry_after_s=0.01)
            case "refused":
                raise ContentRefused("not that picture")
            case "refused billed":
                raise ContentRefused("not that picture", usage=Usage.of(picture=1))
            case "lost":
                raise OutcomeUnknown("no answer was read")
            case "key":
                raise CredentialsRejected("the key is not accepted", request_id="r-1")
            case "quota":
                raise QuotaExhausted("used up", resets_at=datetime.now(UTC) + timedelta(hours=1), request_id="r-2")
            case "ok":
                pass
            case other:
                raise AssertionError(other)


class JobMaker(ClipJobs):
    """Buys clips from a service that is a folder: a file for each job, and a file that counts the orders."""

    _block_type_name = "Job Maker"
    lane: ClassVar[str | None] = "test-lane"
    prices: ClassVar[tuple[Price, ...]] = (Price(unit="credit", usd=Decimal("0.005")),)

    kind: Literal["jobs"] = "jobs"
    folder: Path
    submit_ends: tuple[str, ...] = Field(default=(), description="How the first orders end: lost, lost before, busy.")
    collect_ends: tuple[str, ...] = Field(default=(), description="How the first collections end: late, away, failed, refused.")
    tells_lost: bool = True

    def fingerprint(self) -> dict[str, JsonValue]:
        return {"kind": self.kind}

    def estimate(self, spec: ClipSpec) -> Usage:
        return Usage.of(credit=42)

    def orders(self) -> list[str]:
        """Give the jobs that the service has taken, in order."""
        log = self.folder / "orders.txt"
        return log.read_text().split() if log.exists() else []

    def submit(self, spec: ClipSpec, bench: Bench) -> Ticket:
        end = self._next("submits", self.submit_ends)
        bench.purchase.asking(balance="100")
        if end == "busy":
            raise RateLimited("slow down", retry_after_s=0.01)
        if end == "lost before":
            raise OutcomeUnknown("no answer")
        with (self.folder / "orders.txt").open("a") as log:
            log.write(f"{bench.purchase.number}\n")
        if end == "lost":
            raise OutcomeUnknown("no answer")
        ticket = Ticket(job=bench.purchase.number, model="folder")
        bench.purchase.keep(ticket)
        return ticket

    def trace(self, purchase: Purchase) -> Ticket | None:
        if not self.tells_lost:
            raise PaymentUnclear("nobody can tell")
        return Ticket(job=purchase.number, model="folder") if purchase.number in self.orders() else None

    def collect(self, ticket: Ticket, spec: ClipSpec, bench: Bench) -> Made:
        match self._next("collects", self.collect_ends):
            case "late":
                raise JobLate("still running")
            case "away":
                raise ProviderUnavailable("the service is away")
            case "failed":
                raise ProviderUnavailable("the job failed", usage=Usage())
            case "refused":
                raise ContentRefused("not that clip", usage=Usage.of(credit=42))
        file = bench.folder / "made.json"
        file.write_text(ticket.job)
        return Made(file=file, usage=Usage.of(credit=42), model=ticket.model, request_id=ticket.job)

    def _next(self, what: str, ends: tuple[str, ...]) -> str:
        log = self.folder / f"{what}.txt"
        done = len(log.read_text().split()) if log.exists() else 0
        with log.open("a") as stream:
            stream.write(f"{done}\n")
        return ends[done] if done < len(ends) else ""


@generation(Step.CLIP)
def animate_counted(spec: ClipSpec, maker: JobMaker, bench: Bench) -> Made:
    """Animate one seed by a job."""
    return maker.animate(spec, bench)


class LanedMaker(CountingMaker):
    """A counting maker whose calls share a limit."""

    _block_type_name = "Laned Maker"
    lane: ClassVar[str | None] = "test-lane"
    calls_a_day: int | None = None

    @property
    def account(self) -> str:
        return account_name(self.kind, self.key)

    @property
    def daily_calls(self) -> int | None:
        return self.calls_a_day


@generation(Step.STILL)
def draw_counted(spec: ImageSpec, maker: CountingMaker, bench: Bench) -> Made:
    """Draw one picture and count it."""
    return maker.draw(spec, bench)


@generation(Step.COMPOSITE)
def draw_counted_in_another_step(spec: ImageSpec, maker: CountingMaker, bench: Bench) -> Made:
    """Draw the same picture as another step of the line."""
    return maker.draw(spec, bench)
