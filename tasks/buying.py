"""How a paid call is made once: written down before it is made, adopted after a death, stopped before it costs too much.

A purchase that was begun and has no end was possibly paid. For a call that answers at once, the next run writes it off as that
and asks again; a job is never ordered again before it is certain that it was not ordered.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from blocks.booked import BookedPurchase
from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_jobs import ClipJobs
from blocks.capabilities.maker import Maker
from blocks.domain.frozen import Frozen
from blocks.domain.money import PurchaseState, Usage
from blocks.domain.products import Product
from blocks.domain.stages import Step
from blocks.errors import JobLate, OutcomeUnknown, PaymentUnclear, ProviderUnavailable, RateLimited, StudioError
from blocks.studio import Studio
from tasks.allowances import begin_purchase, note_trouble, note_use, tell_parked
from tasks.lanes import lane

RATE_PAUSES_S = (5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0)
"""Waits after a service asked for patience without saying how long; they cost no attempt of the task."""
LONGEST_RATE_PAUSE_S = 120.0
"""A service that wants a longer wait gets it from the task, which counts it as an attempt."""
QUICK_PAUSES_S = (1.0, 3.0, 9.0)
"""Waits before a purchase that failed and cost nothing is tried again; after these, each costs an attempt of the task."""
LATE_PAUSES_S = (60.0,) * 10 + (180.0,) * 20 + (300.0,) * 60
"""When a late job is asked after again: for six hours, ever more seldom."""


@dataclass(frozen=True)
class Wanted:
    """One product that is to be bought."""

    key: str
    """Its memory key."""
    step: Step
    spec: Frozen
    maker: Maker
    estimate: Usage
    """What the call will bill."""


def buy(wanted: Wanted, studio: Studio, ask: Callable[[Bench], Made]) -> Product:
    """Make a paid call in its lane, and store what it gives.

    Between tries, and while a job is late, the place in the lane is free for others. One purchase takes several free calls, any
    of which can fail; so a failure that cost nothing is tried again here, a few times, before it costs an attempt of the task.

    Raises:
        StudioError: as the maker has it; `BudgetExceeded`, `QuotaExhausted` or `CredentialsRejected` before anything was asked.
    """
    rate_pauses, late_pauses, quick_pauses = iter(RATE_PAUSES_S), iter(LATE_PAUSES_S), iter(QUICK_PAUSES_S)
    while True:
        try:
            with lane(wanted.maker):
                return _buy_now(wanted, studio, ask)
        except RateLimited as limited:
            pause_s = next(rate_pauses, None)
            asked_s = limited.retry_after_s if limited.retry_after_s is not None else pause_s
            if pause_s is None or asked_s is None or asked_s > LONGEST_RATE_PAUSE_S:
                raise
            pause_s = asked_s * random.uniform(1.0, 1.25)  # noqa: S311 -- spreads those that wait together
        except JobLate:
            pause_s = next(late_pauses, None)
            if pause_s is None:
                raise
        except ProviderUnavailable as error:
            pause_s = next(quick_pauses, None)
            if pause_s is None or error.usage is not None:
                raise
        time.sleep(pause_s)


def _buy_now(wanted: Wanted, studio: Studio, ask: Callable[[Bench], Made]) -> Product:
    purchase = begin_purchase(wanted.key, wanted.step, wanted.maker, wanted.estimate, studio)
    if isinstance(wanted.maker, ClipJobs) and purchase.is_in_doubt:
        _find_out(purchase, wanted.maker, studio)
    made = None
    try:
        with studio.bench(purchase) as bench:
            made = ask(bench)
            product = studio.keep(wanted.key, wanted.step, wanted.spec, wanted.maker, made, purchase)
    except BaseException as error:
        _end(purchase, wanted, studio, error, made)
        raise
    note_use(wanted.maker, studio)
    return product


def _find_out(purchase: BookedPurchase, maker: ClipJobs, studio: Studio) -> None:
    """Adopt the job of an order whose answer was never read, if there is one.

    Raises:
        PaymentUnclear: nobody can tell; the purchase is parked until a person says.
    """
    try:
        ticket = maker.trace(purchase)
    except PaymentUnclear as unclear:
        purchase.end(PurchaseState.PARKED, str(unclear))
        tell_parked(purchase.entry, studio, unclear)
        raise
    if ticket is not None:
        purchase.keep(ticket)
    else:
        purchase.take_back()


def _end(purchase: BookedPurchase, wanted: Wanted, studio: Studio, error: BaseException, made: Made | None) -> None:
    """Write down what a purchase came to that gave no product."""
    if not isinstance(error, StudioError):
        if not isinstance(wanted.maker, ClipJobs):
            purchase.end(PurchaseState.POSSIBLY_PAID, f"{type(error).__name__}: {error}")
        return
    if made is not None and error.usage is None and not isinstance(wanted.maker, ClipJobs):
        error.usage, error.request_id = made.usage, made.request_id
    note_trouble(wanted.maker, studio, error)
    if error.usage is not None and error.usage.lines:
        studio.bill(wanted.key, wanted.step, wanted.maker, error, purchase)
    elif isinstance(error, PaymentUnclear):
        purchase.end(PurchaseState.PARKED, str(error))
        tell_parked(purchase.entry, studio, error)
    elif isinstance(wanted.maker, ClipJobs):
        # Without a ticket, any other error says that nothing was ordered; with one, only a bill, if empty, says that it is over.
        if error.usage is not None if purchase.ticket else not isinstance(error, OutcomeUnknown):
            purchase.end(PurchaseState.VOID, str(error))
    else:
        purchase.end(PurchaseState.POSSIBLY_PAID if isinstance(error, OutcomeUnknown) else PurchaseState.VOID, str(error))
