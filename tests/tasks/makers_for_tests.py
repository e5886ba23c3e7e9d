"""A maker that writes every paid call into a file of its own, so that calls are counted over processes and deaths."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, JsonValue, SecretStr

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.image_maker import ImageMaker
from blocks.domain.money import Price, Usage
from blocks.domain.specs import ImageSpec, NarrationSpec
from blocks.domain.stages import Step
from blocks.errors import ContentRefused, ProviderUnavailable, RateLimited
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
            case other:
                raise AssertionError(other)


class LanedMaker(CountingMaker):
    """A counting maker whose calls share a limit."""

    _block_type_name = "Laned Maker"
    lane: ClassVar[str | None] = "test-lane"


@generation(Step.STILL)
def draw_counted(spec: ImageSpec, maker: CountingMaker, bench: Bench) -> Made:
    """Draw one picture and count it."""
    return maker.draw(spec, bench)


@generation(Step.COMPOSITE)
def draw_counted_in_another_step(spec: ImageSpec, maker: CountingMaker, bench: Bench) -> Made:
    """Draw the same picture as another step of the line."""
    return maker.draw(spec, bench)
