"""The laws of paying once: every purchase is in the books before its call, and ends there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL
from pydantic import SecretStr
from sqlalchemy import text

from blocks.domain.money import PurchaseState
from blocks.domain.specs import ClipSpec, ImageSpec
from blocks.domain.storyboard import AssetKind, CameraMove
from blocks.errors import (
    BudgetExceeded,
    ContentRefused,
    CredentialsRejected,
    PaymentUnclear,
    QuotaExhausted,
    SetupError,
    StudioError,
)
from blocks.results import purchases, queries
from blocks.studio import Studio
from tasks import buying
from tasks.retries import RetryDelays
from tests.lanes import close_lane, open_lanes
from tests.tasks.makers_for_tests import JobMaker, LanedMaker, animate_counted, draw_counted

ROOT = Path(__file__).parents[2]
SPEC = ImageSpec(kind=AssetKind.PROP, prompt="a stone", style_pack="silhouette")
CLIP = ClipSpec(seed="0" * 64 + ".png", prompt="It rolls.", camera_move=CameraMove.STATIC, seconds=5)


@pytest.fixture(autouse=True)
def _lane(prefect_api: str) -> None:
    asyncio.run(open_lanes({"test-lane": 20}))


@pytest.fixture
def maker(tmp_path: Path) -> LanedMaker:
    return LanedMaker(calls=tmp_path / "calls.txt")


@pytest.fixture
def jobs(tmp_path: Path) -> JobMaker:
    return JobMaker(folder=tmp_path)


@pytest.fixture
def _late_soon() -> Iterator[None]:
    """A clock by which a late job is asked after at once."""
    with mock.patch.object(buying, "LATE_PAUSES_S", (0.0,) * 5):
        yield


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """A clock by which what cost nothing is tried again at once."""
    with mock.patch.object(buying, "QUICK_PAUSES_S", (0.0,)):
        yield


def buy(studio: Studio, maker: LanedMaker | JobMaker, spec=None, tries: int = 3):
    """Buy one product in a flow of its own, as another run would; retries do not wait."""
    task = animate_counted if isinstance(maker, JobMaker) else draw_counted
    patient = task.with_options(retries=tries - 1, retry_delay_seconds=RetryDelays([0.0] * (tries - 1)))

    @flow
    def alone():
        return patient.submit(spec or (CLIP if isinstance(maker, JobMaker) else SPEC), maker, studio).result()

    return alone()


def states(studio: Studio) -> list[PurchaseState]:
    """Give the states of all purchases, in the order in which they were begun."""
    with studio.results.open() as session:
        return [purchase.state for purchase in purchases.in_states(session, PurchaseState)]


def receipts(studio: Studio):
    with studio.results.open() as session:
        return queries.receipts_of(session, studio.video)


def spent(studio: Studio) -> purchases.Spending:
    with studio.results.open() as session:
        return purchases.spent_on_film(session, studio.video)


def alerts(studio: Studio) -> list[str]:
    with studio.results.open() as session:
        return list(session.scalars(text("SELECT title FROM alerts ORDER BY raised_at")))


def test_a_purchase_ends_with_its_receipt(studio: Studio, maker: LanedMaker) -> None:
    buy(studio, maker)

    with studio.results.open() as session:
        (purchase,) = purchases.in_states(session, PurchaseState)
    (receipt,) = receipts(studio)
    assert (purchase.state, receipt.purchase, receipt.account) == (PurchaseState.SETTLED, purchase.number, maker.account)
    assert spent(studio) == purchases.Spending(receipts=Decimal("0.04"), at_stake=Decimal(0))


def test_a_call_that_gave_no_answer_is_in_the_books_as_possibly_paid(studio: Studio, maker: LanedMaker) -> None:
    buy(studio, maker.model_copy(update={"failures": ("lost",)}))

    assert states(studio) == [PurchaseState.POSSIBLY_PAID, PurchaseState.SETTLED]
    assert spent(studio) == purchases.Spending(receipts=Decimal("0.04"), at_stake=Decimal("0.04"))


def test_a_call_that_failed_unbilled_costs_nothing(studio: Studio, maker: LanedMaker) -> None:
    buy(studio, maker.model_copy(update={"failures": ("away",)}))

    assert states(studio) == [PurchaseState.VOID, PurchaseState.SETTLED]
    assert spent(studio).total == Decimal("0.04")


def test_a_refused_call_that_was_billed_ends_its_purchase_with_a_receipt(studio: Studio, maker: LanedMaker) -> None:
    with pytest.raises(ContentRefused):
        buy(studio, maker.model_copy(update={"failures": ("refused billed",)}))

    assert states(studio) == [PurchaseState.SETTLED]
    assert [receipt.delivered for receipt in receipts(studio)] == [False]


def test_a_wait_that_the_service_wants_is_no_attempt(studio: Studio, maker: LanedMaker) -> None:
    buy(studio, maker.model_copy(update={"failures": ("busy",) * 4}), tries=1)

    assert maker.count() == 5


def test_a_failure_that_cost_nothing_is_tried_again_before_it_costs_an_attempt(studio: Studio, maker: LanedMaker) -> None:
    buy(studio, maker.model_copy(update={"failures": ("away",)}), tries=1)

    assert maker.count() == 2


def test_a_film_buys_nothing_beyond_its_budget(studio: Studio, maker: LanedMaker) -> None:
    poor = studio.model_copy(update={"channel": studio.channel.model_copy(update={"video_budget_usd": Decimal("0.07")})})
    buy(poor, maker)

    with pytest.raises(BudgetExceeded, match="raise the channel's video budget"):
        buy(poor, maker, SPEC.model_copy(update={"take": 2}))

    assert maker.count() == 1


def test_a_channel_pauses_until_tomorrow_when_its_day_is_spent(studio: Studio, maker: LanedMaker) -> None:
    poor = studio.model_copy(update={"channel": studio.channel.model_copy(update={"daily_budget_usd": Decimal("0.07")})})
    buy(poor, maker)

    with pytest.raises(BudgetExceeded, match="it pauses until") as refused:
        buy(poor, maker, SPEC.model_copy(update={"take": 2}))

    assert refused.value.resets_at is not None
    assert maker.count() == 1


@pytest.mark.parametrize(("how", "error"), [("key", CredentialsRejected), ("quota", QuotaExhausted)])
def test_a_stopped_account_is_asked_by_no_film_and_people_are_told_once(
    studio: Studio, maker: LanedMaker, how: str, error: type[StudioError]
) -> None:
    failing = maker.model_copy(update={"failures": (how,) * 9})
    other_film = studio.model_copy(update={"video": studio.video.model_copy(update={"slug": "another"})})

    for take, film in ((1, studio), (2, studio), (3, other_film)):
        with pytest.raises(error):
            buy(film, failing, SPEC.model_copy(update={"take": take}))

    assert maker.count() == 1
    assert len(alerts(studio)) == 1


def test_a_stop_holds_for_one_key_only(studio: Studio, maker: LanedMaker) -> None:
    with pytest.raises(CredentialsRejected):
        buy(studio, maker.model_copy(update={"failures": ("key",)}))

    buy(studio, maker.model_copy(update={"key": SecretStr("a new key")}))

    assert maker.count() == 2


def test_people_are_warned_once_when_most_of_a_day_s_calls_are_used(studio: Studio, maker: LanedMaker) -> None:
    limited = maker.model_copy(update={"calls_a_day": 5})
    for take in range(1, 6):
        buy(studio, limited, SPEC.model_copy(update={"take": take}))

    assert alerts(studio) == ["counting: 4 of 5 calls today are used"]


def test_a_lane_that_does_not_exist_names_the_command_that_makes_it(studio: Studio, maker: LanedMaker) -> None:
    asyncio.run(close_lane("test-lane"))

    with pytest.raises(SetupError, match="make setup"):
        buy(studio, maker)


def test_a_job_is_ordered_once_and_collected(studio: Studio, jobs: JobMaker) -> None:
    product = buy(studio, jobs)

    assert jobs.orders() == [product.provenance.request_id]
    assert states(studio) == [PurchaseState.SETTLED]


@pytest.mark.usefixtures("_late_soon")
def test_a_late_job_is_waited_for_and_never_ordered_again(studio: Studio, jobs: JobMaker) -> None:
    buy(studio, jobs.model_copy(update={"collect_ends": ("late", "late", "away", "late")}))

    assert len(jobs.orders()) == 1
    assert states(studio) == [PurchaseState.SETTLED]


def test_an_order_whose_answer_was_lost_is_adopted(studio: Studio, jobs: JobMaker) -> None:
    buy(studio, jobs.model_copy(update={"submit_ends": ("lost",)}))

    assert len(jobs.orders()) == 1
    assert states(studio) == [PurchaseState.SETTLED]


def test_an_order_that_never_arrived_is_sent_again_under_the_same_number(studio: Studio, jobs: JobMaker) -> None:
    buy(studio, jobs.model_copy(update={"submit_ends": ("lost before",)}))

    assert len(jobs.orders()) == 1
    assert len(states(studio)) == 1


def test_an_order_that_nobody_can_find_is_parked_with_its_amount_and_never_repeated(studio: Studio, jobs: JobMaker) -> None:
    unclear = jobs.model_copy(update={"submit_ends": ("lost",), "tells_lost": False})
    for _ in range(2):
        with pytest.raises(PaymentUnclear):
            buy(studio, unclear)

    assert len(jobs.orders()) == 1
    assert states(studio) == [PurchaseState.PARKED]
    assert spent(studio).at_stake == Decimal("0.21")
    assert alerts(studio) == ["jobs: 0.21 USD may have been paid for a clip that cannot be found"]


def test_a_parked_order_goes_on_as_soon_as_it_can_be_found(studio: Studio, jobs: JobMaker) -> None:
    with pytest.raises(PaymentUnclear):
        buy(studio, jobs.model_copy(update={"submit_ends": ("lost",), "tells_lost": False}))

    buy(studio, jobs)

    assert len(jobs.orders()) == 1
    assert states(studio) == [PurchaseState.SETTLED]


def test_a_ticket_that_a_callback_brought_is_collected(studio: Studio, jobs: JobMaker) -> None:
    with pytest.raises(PaymentUnclear):
        buy(studio, jobs.model_copy(update={"submit_ends": ("lost",), "tells_lost": False}))
    with studio.results.open() as session:
        (parked,) = purchases.in_states(session, (PurchaseState.PARKED,))
        purchases.hint_job(session, parked.number, parked.number)

    buy(studio, jobs.model_copy(update={"tells_lost": False}))

    assert len(jobs.orders()) == 1
    assert states(studio) == [PurchaseState.SETTLED]


def test_a_job_that_failed_unbilled_is_ordered_anew(studio: Studio, jobs: JobMaker) -> None:
    buy(studio, jobs.model_copy(update={"collect_ends": ("failed",)}))

    assert states(studio) == [PurchaseState.VOID, PurchaseState.SETTLED]
    assert len(receipts(studio)) == 1


def test_a_job_that_was_refused_and_billed_leaves_an_undelivered_receipt(studio: Studio, jobs: JobMaker) -> None:
    with pytest.raises(ContentRefused):
        buy(studio, jobs.model_copy(update={"collect_ends": ("refused",)}))

    assert [(receipt.delivered, receipt.cost_usd) for receipt in receipts(studio)] == [(False, Decimal("0.210"))]
    assert states(studio) == [PurchaseState.SETTLED]


DYING = """
import os, signal, sys
sys.path.insert(0, {root!r})
from unittest import mock
from prefect import flow
from blocks.booked import BookedPurchase
from blocks.studio import Studio
from tests.tasks.makers_for_tests import JobMaker, LanedMaker, animate_counted, draw_counted
from tests.tasks.test_buying import CLIP, SPEC
studio = Studio.model_validate_json({studio!r})
maker = {kind}.model_validate_json({maker!r})

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

@flow
def alone():
    task = animate_counted if isinstance(maker, JobMaker) else draw_counted
    return task({spec}, maker, studio)

with mock.patch.object({target}, {name!r}, die):
    alone()
"""

DEATHS = [
    ("LanedMaker", "SPEC", "LanedMaker", "draw", [PurchaseState.POSSIBLY_PAID, PurchaseState.SETTLED]),
    ("LanedMaker", "SPEC", "Studio", "keep", [PurchaseState.POSSIBLY_PAID, PurchaseState.SETTLED]),
    ("JobMaker", "CLIP", "BookedPurchase", "asking", [PurchaseState.SETTLED]),
    ("JobMaker", "CLIP", "BookedPurchase", "keep", [PurchaseState.SETTLED]),
    ("JobMaker", "CLIP", "JobMaker", "collect", [PurchaseState.SETTLED]),
    ("JobMaker", "CLIP", "Studio", "keep", [PurchaseState.SETTLED]),
]


@pytest.mark.parametrize(("kind", "spec", "target", "name", "expected"), DEATHS, ids=lambda part: str(part)[:20])
def test_a_purchase_survives_the_death_of_its_process(
    studio: Studio, maker: LanedMaker, jobs: JobMaker, kind: str, spec: str, target: str, name: str, expected: list[PurchaseState]
) -> None:
    buyer = jobs if kind == "JobMaker" else maker
    code = DYING.format(
        root=str(ROOT),
        studio=studio.model_dump_json(),
        maker=buyer.model_dump_json(),
        kind=kind,
        spec=spec,
        target=target,
        name=name,
    )
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL

    buy(studio, buyer)

    assert states(studio) == expected
    assert len([receipt for receipt in receipts(studio) if receipt.delivered]) == 1
    if kind == "JobMaker":
        assert len(jobs.orders()) == 1
