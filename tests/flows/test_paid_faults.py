"""A film by paid makers of whose calls, at every endpoint of every vendor, three in ten fail for the moment."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from blocks.domain.money import Purchased, PurchaseState
from blocks.domain.specs import EffectSpec, ImageSpec, NarrationSpec
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.results.table import ResultsTable
from tasks import patience
from tests.emulators import faults
from tests.emulators.books import Charge
from tests.emulators.serving import Emulator
from tests.flows.leaks import database_rows, files_below, found_in, secrets_of
from tests.flows.paid_line import PaidLine, brief_request, callbacks, paid_line
from tests.flows.paid_studio import all_vendors

RATES = {
    faults.RATE_LIMITED: 0.06,
    faults.OVERLOADED: 0.06,
    faults.BROKEN: 0.05,
    faults.RESET: 0.05,
    faults.LOST_ANSWER: 0.04,
    faults.TRUNCATED: 0.04,
}
SEED = 7
WAITS_S = (0.3,) * 8
QUICK = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 200), monotonic=time.monotonic)
"""A clock on which the waits that services ask for are over soon."""


@pytest.fixture(scope="module")
def line(results: ResultsTable, home: Path) -> Iterator[PaidLine]:
    """A channel whose vendors fail by a plan, and whose lost orders KIE tells of."""
    with (
        all_vendors(SEED, RATES) as vendors,
        callbacks(results) as address,
        paid_line(vendors, results, home, retry_waits_s=WAITS_S) as paid,
        mock.patch.object(patience, "time", QUICK),
    ):
        paid.change({"clip_animator.callback_url": address})
        yield paid


@pytest.fixture(scope="module")
def made(line: PaidLine) -> PaidLine:
    """The line after the film was asked for once."""
    line.produce(brief_request())
    return line


def test_the_film_is_finished_by_itself(made: PaidLine) -> None:
    assert made.film(brief_request()).status is Status.PUBLISHED
    assert sum((vendor.faults.planned() for vendor in _vendors(made)), Counter()), "no call failed"


def _vendors(line: PaidLine) -> tuple[Emulator, ...]:
    return line.vendors.gemini, line.vendors.kie, line.vendors.elevenlabs


def test_no_receipt_says_more_or_less_than_its_charge(made: PaidLine) -> None:
    charges = made.vendors.billed

    for receipt in made.all_receipts():
        assert receipt.cost_usd == charges.get(receipt.request_id or ""), receipt


def test_what_the_vendors_billed_without_a_receipt_is_in_the_books_as_possibly_paid(made: PaidLine) -> None:
    receipts = {receipt.request_id for receipt in made.all_receipts()}
    unread = [charge for one in _vendors(made) for charge in one.books.charges if charge.request_id not in receipts]
    doubtful = list(made.purchases(PurchaseState.POSSIBLY_PAID))

    for charge in unread:
        (doubt, *_) = [one for one in doubtful if _is_for(made, one, charge)]
        assert float(doubt.estimate_usd or 0) == pytest.approx(float(charge.usd), rel=0.05)
        doubtful.remove(doubt)


def _is_for(line: PaidLine, purchase: Purchased, charge: Charge) -> bool:
    """Tell whether a charge bears the words of what a purchase was for, as its product remembers them."""
    product = line.results.find(purchase.key)
    assert product is not None
    endpoint = {Step.STILL: "generateContent", Step.NARRATION: "with-timestamps", Step.EFFECT: "sound-generation"}
    if endpoint[Step(purchase.step)] != charge.endpoint:
        return False
    kind = {Step.STILL: ImageSpec, Step.NARRATION: NarrationSpec, Step.EFFECT: EffectSpec}[Step(purchase.step)]
    spec = kind.model_validate_json(product.provenance.spec)
    return (spec.text if isinstance(spec, NarrationSpec) else spec.prompt) in charge.item


def test_nothing_was_delivered_twice_and_no_purchase_is_left_open(made: PaidLine) -> None:
    delivered = Counter(receipt.key for receipt in made.all_receipts() if receipt.delivered)
    ends = {purchase.state for purchase in made.purchases()}

    assert set(delivered.values()) == {1}
    assert ends <= {PurchaseState.SETTLED, PurchaseState.VOID, PurchaseState.POSSIBLY_PAID}


def test_no_picture_was_animated_twice(made: PaidLine) -> None:
    jobs = Counter(job.order["input"]["image_url"] for job in made.vendors.kie.jobs.values() if job.failure is None)

    assert list(jobs.values()) == [1, 1]


def test_no_failure_told_a_key_or_a_signed_address(made: PaidLine) -> None:
    assert found_in(secrets_of(made), database_rows(made.results) | files_below(made.home)) == []
