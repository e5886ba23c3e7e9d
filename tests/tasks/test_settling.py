"""A person's word about purchases that are parked and accounts that are stopped."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocks.domain.money import Purchased, PurchaseState
from blocks.errors import BadSpec, PaymentUnclear
from blocks.results import purchases, stops
from blocks.studio import Studio
from flows.settle import reopen_account, settle_purchase
from tasks.settling import Outcome
from tests.lanes import open_lanes
from tests.tasks.makers_for_tests import JobMaker
from tests.tasks.test_buying import buy, receipts, spent


@pytest.fixture
def jobs(tmp_path: Path) -> JobMaker:
    return JobMaker(folder=tmp_path)


@pytest.fixture
def parked(studio: Studio, jobs: JobMaker) -> Purchased:
    """An order whose job runs and cannot be found."""
    asyncio.run(open_lanes({"test-lane": 20}))
    with pytest.raises(PaymentUnclear):
        buy(studio, jobs.model_copy(update={"submit_ends": ("lost",), "tells_lost": False}))
    with studio.results.open() as session:
        (purchase,) = purchases.in_states(session, (PurchaseState.PARKED,))
    return purchase


def settle(number: str, outcome: Outcome, job: str = "") -> str:
    return asyncio.run(settle_purchase(number, outcome, job))


def test_a_job_that_a_person_found_is_collected(studio: Studio, jobs: JobMaker, parked: Purchased) -> None:
    settle(parked.number, Outcome.JOB_IS_THERE, job=parked.number)

    product = buy(studio, jobs.model_copy(update={"tells_lost": False}))

    assert product.provenance.request_id == parked.number
    assert len(jobs.orders()) == 1


def test_an_order_of_which_nothing_was_bought_is_sent_again(studio: Studio, jobs: JobMaker, parked: Purchased) -> None:
    settle(parked.number, Outcome.NOTHING_WAS_BOUGHT)

    buy(studio, jobs.model_copy(update={"tells_lost": False}))

    assert len(jobs.orders()) == 2
    assert spent(studio).at_stake == 0


def test_a_job_that_was_paid_in_vain_leaves_a_receipt(studio: Studio, jobs: JobMaker, parked: Purchased) -> None:
    settle(parked.number, Outcome.PAID_IN_VAIN)

    assert [(receipt.delivered, receipt.purchase) for receipt in receipts(studio)] == [(False, parked.number)]
    assert spent(studio).at_stake == 0


def test_a_job_without_its_id_cannot_be_settled(parked: Purchased) -> None:
    with pytest.raises(BadSpec, match="task id"):
        settle(parked.number, Outcome.JOB_IS_THERE)


def test_a_purchase_is_settled_once(parked: Purchased) -> None:
    settle(parked.number, Outcome.PAID_IN_VAIN)

    with pytest.raises(BadSpec, match="only one that is parked"):
        settle(parked.number, Outcome.NOTHING_WAS_BOUGHT)


def test_an_unknown_purchase_is_refused_by_its_number(studio: Studio) -> None:
    with pytest.raises(BadSpec, match="no purchase 12ab"):
        settle("12ab", Outcome.NOTHING_WAS_BOUGHT)


def test_a_stopped_account_is_reopened_by_a_person(studio: Studio) -> None:
    now = datetime.now(UTC)
    stop = stops.Stop(account="gemini:1", kind="QuotaExhausted", why="used up", request_id=None, since=now, until=None)
    with studio.results.open() as session:
        stops.stop_account(session, stop)

    asyncio.run(reopen_account("gemini:1"))

    with studio.results.open() as session:
        assert stops.standing_stop(session, "gemini:1", now) is None


def test_an_account_that_is_not_stopped_is_refused_with_those_that_are(studio: Studio) -> None:
    now = datetime.now(UTC)
    stop = stops.Stop(account="kie:2", kind="CredentialsRejected", why="refused", request_id=None, since=now, until=None)
    with studio.results.open() as session:
        stops.stop_account(session, stop)

    with pytest.raises(BadSpec, match="stopped are: kie:2"):
        asyncio.run(reopen_account("gemini:1"))
