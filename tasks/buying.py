"""How a paid call is made once: written down before it is made, adopted after a death, stopped before it costs too much.

A purchase that was begun and has no end was possibly paid. For a call that answers at once, the next run writes it off as that
and asks again; a job is never ordered again before it is certain that it was not ordered.
"""

from __future__ import annotations

import logging
import socket
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
from blocks.errors import OutcomeUnknown, PaymentUnclear, StudioError
from blocks.studio import Studio
from tasks.allowances import begin_purchase, note_trouble, note_use, tell_parked
from tasks.patience import QUICK_PAUSES_S, RATE_PAUSES_S, Pauses, patiently

LATE_PAUSES_S = (60.0,) * 10 + (180.0,) * 20 + (300.0,) * 60
"""When a late job is asked after again: for six hours, ever more seldom."""
_log = logging.getLogger(__name__)


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

    One purchase takes several free calls, any of which can fail; so a failure that cost nothing is tried again here, a few times,
    before it costs an attempt of the task.

    Raises:
        StudioError: as the maker has it; `BudgetExceeded`, `QuotaExhausted`, `CredentialsRejected`, or `SetupError` for want of
            the store, before anything was asked.
    """
    pauses = Pauses(late=LATE_PAUSES_S, quick=QUICK_PAUSES_S, rate=RATE_PAUSES_S)
    return patiently(wanted.maker, pauses, lambda: _buy_now(wanted, studio, ask))


def _buy_now(wanted: Wanted, studio: Studio, ask: Callable[[Bench], Made]) -> Product:
    if (bought := studio.take_up(wanted.key, wanted.step, wanted.spec, wanted.maker)) is not None:
        return bought
    studio.see_store()
    purchase = begin_purchase(wanted.key, wanted.step, wanted.maker, wanted.estimate, studio)
    if isinstance(wanted.maker, ClipJobs) and purchase.is_in_doubt:
        _find_out(purchase, wanted.maker, studio)
    made = None
    try:
        with studio.bench(purchase) as bench:
            made = ask(bench)
            product = studio.keep(wanted.key, wanted.step, wanted.spec, wanted.maker, made, purchase)
    except BaseException as error:
        _end_surely(purchase, wanted, studio, error, made)
        raise
    _note_use_surely(wanted.maker, studio)
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


def _note_use_surely(maker: Maker, studio: Studio) -> None:
    """Warn of a scarce allowance; when that fails, the product is there all the same, and must not be bought again for it."""
    try:
        note_use(maker, studio)
    except StudioError as error:
        _log.warning("nobody can say now how many calls of %s are left today: %s", maker.kind, error)


def _end_surely(purchase: BookedPurchase, wanted: Wanted, studio: Studio, error: BaseException, made: Made | None) -> None:
    """End a purchase that gave no product; when that fails, the purchase stays open, and its own error is the one that counts."""
    try:
        _end(purchase, wanted, studio, error, made)
    except StudioError as unwritten:
        _log.error("the end of the purchase %s is not in the books, it counts as possibly paid: %s", purchase.number, unwritten)


def _end(purchase: BookedPurchase, wanted: Wanted, studio: Studio, error: BaseException, made: Made | None) -> None:
    """Write down what a purchase came to that gave no product, or one that waits for a store."""
    if made is not None and (place := studio.waits(wanted.key)) is not None:
        # It ends when that is stored. A job needs no word: whoever asks collects it again, and pays nothing.
        if not isinstance(wanted.maker, ClipJobs):
            purchase.set_aside(f"{socket.gethostname()}:{place}")
        return
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
