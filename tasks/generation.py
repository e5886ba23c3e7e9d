"""Everything that must happen around making a product: remember, retry, keep; what is paid for is bought in `buying`.

A product is remembered under the hash of its step, its spec and its maker's settings. Prefect's cached record is the convenience;
the product row, written with its receipt in one transaction before the task returns, is the truth.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Literal, ParamSpec, Protocol, TypeVar, runtime_checkable

from prefect import Task, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.context import TaskRunContext
from prefect.transactions import IsolationLevel
from pydantic import JsonValue

from blocks.capabilities.bench import Bench, BuysPart, Made
from blocks.capabilities.maker import Maker
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.products import Product
from blocks.domain.stages import Step
from blocks.errors import StudioError
from blocks.results.locks import PostgresLocks
from blocks.studio import RESULTS_BLOCK, Studio
from tasks.buying import Wanted, buy
from tasks.retries import RETRIES, RETRY_DELAYS_S, RETRY_JITTER, RetryDelays, is_worth_retrying

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Frozen)
M = TypeVar("M", bound="Makes")


class Makes(Protocol):
    """What a step needs to know of whoever does it."""

    @property
    def kind(self) -> str:
        """Tells makers apart."""
        ...

    @property
    def lane(self) -> str | None:
        """Name of the limit that all calls share; None when no service is called."""
        ...

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the settings that shape the output."""
        ...


@runtime_checkable
class Estimates(Protocol):
    """A maker that says beforehand what it will bill."""

    def estimate(self, spec: Any, /) -> Usage:  # noqa: ANN401 -- each capability has a spec of its own
        """Give the usage that making this would bill."""
        ...


class Local(Frozen):
    """Who does a step that needs no maker: this program, at a version."""

    kind: Literal["local"] = "local"
    lane: ClassVar[str | None] = None
    version: int

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the version of the program's part."""
        return {"kind": self.kind, "version": self.version}


def memory_key(step: Step, spec: Frozen, maker: Makes) -> str:
    """Give the name a product is remembered under: a SHA-256 over canonical JSON, equal on every machine and in every run."""
    return hashlib.sha256(canonical_json([step.value, spec.model_dump(mode="json"), maker.fingerprint()]).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """Write JSON with sorted keys and no spaces, so that equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def generation(step: Step) -> Callable[[Callable[[S, M, Bench], Made]], Task[[S, M, Studio], Product]]:
    """Turn a function that makes one file into a task that makes it once.

    The task takes `(spec, maker, studio)` and gives the stored product. It makes nothing when the product is there already, in
    this run or any other; when two runs ask at once, one makes and the other waits.
    """

    def decorate(make: Callable[[S, M, Bench], Made]) -> Task[[S, M, Studio], Product]:
        def once(spec: S, maker: M, studio: Studio) -> Product:
            key = memory_key(step, spec, maker)
            if (known := studio.results.find(key)) is not None:
                return known
            if isinstance(maker, Maker) and isinstance(maker, Estimates) and maker.lane is not None and not maker.pays_by_part:
                wanted = Wanted(key=key, step=step, spec=spec, maker=maker, estimate=maker.estimate(spec))
                return buy(wanted, studio, lambda bench: make(spec, maker, bench))
            return _make_here(step, spec, maker, studio, make)

        return remembered(step, make.__doc__)(once)

    return decorate


def _make_here(step: Step, spec: S, maker: M, studio: Studio, make: Callable[[S, M, Bench], Made]) -> Product:
    """Make something that nobody is paid for, or only for its parts."""
    key = memory_key(step, spec, maker)
    if (made_before := studio.take_up(key, step, spec, maker)) is not None:
        return made_before
    studio.see_store()
    with studio.bench() as bench:
        if isinstance(maker, Maker) and maker.pays_by_part:
            made = make(spec, maker, replace(bench, buy_part=_parts_of(maker, studio)))
            return studio.keep(key, step, spec, maker, made)
        try:
            with _cores:
                made = make(spec, maker, bench)
        except StudioError as error:
            if error.usage is not None:
                studio.bill(key, step, maker, error)
            raise
        return studio.keep(key, step, spec, maker, made)


def _parts_of(maker: Maker, studio: Studio) -> BuysPart:
    def buy_part(spec: Frozen, estimate: Usage, ask: Callable[[Bench], Made]) -> Path:
        key = memory_key(Step.ANSWER, spec, maker)
        known = studio.results.find(key)
        if known is None:
            known = buy(Wanted(key=key, step=Step.ANSWER, spec=spec, maker=maker, estimate=estimate), studio, ask)
        return studio.storage.open(known.address)

    return buy_part


def remembered(step: Step, description: str | None = None) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a task of a function of `(spec, maker, studio)`.

    It is remembered, runs one at a time for equal orders, and is tried again when that may help.
    """

    def key(_context: TaskRunContext, parameters: dict[str, Any]) -> str:
        return memory_key(step, parameters["spec"], parameters["maker"])

    return task(
        name=step.value,
        description=description,
        cache_policy=CacheKeyFnPolicy(cache_key_fn=key).configure(
            lock_manager=PostgresLocks(), isolation_level=IsolationLevel.SERIALIZABLE
        ),
        persist_result=True,
        result_storage=RESULTS_BLOCK,
        result_serializer="json",
        # Prefect's in-process cache would be read instead of the table, and does not know that a file is gone.
        cache_result_in_memory=False,
        retries=RETRIES,
        retry_delay_seconds=RetryDelays(RETRY_DELAYS_S),
        retry_jitter_factor=RETRY_JITTER,
        retry_condition_fn=is_worth_retrying,
    )


_cores = threading.BoundedSemaphore(os.cpu_count() or 1)
"""Work done on this machine shares its cores, as calls to a service share its lane."""
