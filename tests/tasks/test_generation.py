"""The laws of making things once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import SecretStr

from blocks.domain.money import Receipt
from blocks.domain.specs import ImageSpec
from blocks.domain.stages import Step
from blocks.domain.storyboard import AssetKind
from blocks.errors import ContentRefused, ProviderUnavailable
from blocks.results import queries
from blocks.studio import Studio
from tasks.generation import memory_key
from tasks.retries import RETRY_DELAYS_S, RetryDelays
from tests.lanes import close_lane, open_lanes
from tests.tasks.makers_for_tests import CountingMaker, LanedMaker, draw_counted, draw_counted_in_another_step

ROOT = Path(__file__).parents[2]
SPEC = ImageSpec(kind=AssetKind.PROP, prompt="a stone", style_pack="silhouette")
PATIENCE_S = 60


@pytest.fixture
def maker(tmp_path: Path) -> CountingMaker:
    return CountingMaker(calls=tmp_path / "calls.txt")


def make(studio: Studio, maker: CountingMaker, spec: ImageSpec = SPEC, task=draw_counted):
    """Run one task in a flow of its own, as another run would; retries do not wait."""

    @flow
    def alone():
        return task.with_options(retry_delay_seconds=RetryDelays([0.0])).submit(spec, maker, studio).result()

    return alone()


def receipts(studio: Studio) -> tuple[Receipt, ...]:
    with studio.results.open() as session:
        return queries.receipts_of(session, studio.video)


def test_the_same_spec_and_settings_are_made_once_over_all_runs(studio: Studio, maker: CountingMaker) -> None:
    first, second = make(studio, maker), make(studio, maker)

    assert first == second
    assert maker.count() == 1


def test_another_take_is_made_anew(studio: Studio, maker: CountingMaker) -> None:
    make(studio, maker)
    make(studio, maker, SPEC.model_copy(update={"take": 2}))

    assert maker.count() == 2


def test_another_model_is_made_anew(studio: Studio, maker: CountingMaker) -> None:
    make(studio, maker)
    make(studio, maker.model_copy(update={"model": "two"}))

    assert maker.count() == 2


def test_a_rotated_key_and_a_renamed_block_make_nothing_anew(studio: Studio, maker: CountingMaker) -> None:
    make(studio, maker)
    rotated = maker.model_copy(update={"key": SecretStr("another key")})
    rotated._block_document_name = "another-name"
    make(studio, rotated)

    assert maker.count() == 1


def test_equal_specs_of_different_steps_never_share(studio: Studio, maker: CountingMaker) -> None:
    still = make(studio, maker)
    composite = make(studio, maker, task=draw_counted_in_another_step)

    assert maker.count() == 2
    assert still.key != composite.key


def test_a_transient_failure_is_tried_again(studio: Studio, maker: CountingMaker) -> None:
    make(studio, maker.model_copy(update={"failures": ("away", "busy")}))

    assert maker.count() == 3
    assert len(receipts(studio)) == 1


def test_a_failure_that_stays_ends_after_five_attempts(studio: Studio, maker: CountingMaker) -> None:
    with pytest.raises(ProviderUnavailable):
        make(studio, maker.model_copy(update={"failures": ("away",) * 9}))

    assert maker.count() == 5


def test_a_terminal_failure_is_tried_once(studio: Studio, maker: CountingMaker) -> None:
    with pytest.raises(ContentRefused):
        make(studio, maker.model_copy(update={"failures": ("refused",) * 9}))

    assert maker.count() == 1
    assert receipts(studio) == ()


def test_a_failed_call_that_was_billed_leaves_a_receipt_marked_undelivered(studio: Studio, maker: CountingMaker) -> None:
    with pytest.raises(ContentRefused):
        make(studio, maker.model_copy(update={"failures": ("refused billed",)}))

    assert [(receipt.delivered, receipt.cost_usd) for receipt in receipts(studio)] == [(False, Decimal("0.04"))]


def test_a_success_leaves_exactly_one_receipt(studio: Studio, maker: CountingMaker) -> None:
    product = make(studio, maker)
    make(studio, maker)

    assert [(receipt.key, receipt.delivered) for receipt in receipts(studio)] == [(product.key, True)]


def test_a_product_whose_file_is_gone_is_made_again_and_says_so(
    studio: Studio, maker: CountingMaker, caplog: pytest.LogCaptureFixture
) -> None:
    product = make(studio, maker)
    studio.results.storage.open(product.address).unlink()

    again = make(studio, maker)

    assert maker.count() == 2
    assert studio.results.storage.has(again.address, again.size_bytes)
    assert "gone" in caplog.text


def test_a_row_without_a_cached_record_is_enough(studio: Studio, maker: CountingMaker) -> None:
    product = make(studio, maker)
    with studio.results.open() as session:
        session.connection().exec_driver_sql("DELETE FROM memory")

    assert make(studio, maker) == product
    assert maker.count() == 1


def test_two_equal_orders_at_the_same_moment_are_made_once(studio: Studio, maker: CountingMaker) -> None:
    slow = maker.model_copy(update={"takes_s": 0.3})

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=4))
    def together():
        return [future.result() for future in [draw_counted.submit(SPEC, slow, studio) for _ in range(4)]]

    assert len({product.address for product in together()}) == 1
    assert maker.count() == 1


def test_a_remembered_product_takes_no_place_in_its_lane(studio: Studio, tmp_path: Path) -> None:
    maker = LanedMaker(calls=tmp_path / "calls.txt")

    asyncio.run(open_lanes({"test-lane": 1}))
    product = make(studio, maker)
    asyncio.run(close_lane("test-lane"))

    # The lane is gone: whoever asked for a place in it would be refused.
    assert make(studio, maker) == product


DYING = """
import sys
sys.path.insert(0, {root!r})
from tests.tasks.makers_for_tests import CountingMaker, draw_counted
from prefect import flow
from blocks.studio import Studio
from tests.tasks.test_generation import SPEC
studio = Studio.model_validate_json({studio!r})
maker = CountingMaker.model_validate_json({maker!r})

@flow
def alone():
    return draw_counted(SPEC, maker, studio)

alone()
"""


def start_another_process(studio: Studio, maker: CountingMaker) -> subprocess.Popen[bytes]:
    code = DYING.format(root=str(ROOT), studio=studio.model_dump_json(), maker=maker.model_dump_json())
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT)


def test_two_processes_that_ask_at_once_make_one(studio: Studio, maker: CountingMaker) -> None:
    slow = maker.model_copy(update={"takes_s": 1.0})

    processes = [start_another_process(studio, slow) for _ in range(2)]

    assert [process.wait(timeout=PATIENCE_S) for process in processes] == [0, 0]
    assert maker.count() == 1
    assert len(receipts(studio)) == 1


def test_a_process_killed_while_it_makes_holds_up_nobody_and_is_not_paid_twice(studio: Studio, maker: CountingMaker) -> None:
    process = start_another_process(studio, maker.model_copy(update={"takes_s": 30.0}))
    deadline = time.monotonic() + PATIENCE_S
    while maker.count() == 0:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()

    make(studio, maker)

    assert maker.count() == 2  # the call in flight at the kill, and the one that delivered
    assert len(receipts(studio)) == 1


def test_a_key_does_not_depend_on_the_run_or_the_machine(maker: CountingMaker) -> None:
    assert memory_key(Step.STILL, SPEC, maker).startswith("1576fec1df5c")


def test_waits_are_those_planned_unless_the_service_names_its_own() -> None:
    delays = RetryDelays(RETRY_DELAYS_S)

    assert [delays[index] for index in range(4)] == [60.0, 300.0, 900.0, 3600.0]
    assert delays[1:] == [300.0, 900.0, 3600.0]
