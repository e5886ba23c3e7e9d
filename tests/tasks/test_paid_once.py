"""What was paid for and cannot be written down or stored now is not bought again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from blocks import studio as studios
from blocks.domain.money import PurchaseState, Receipt
from blocks.domain.products import Product
from blocks.errors import ProviderUnavailable
from blocks.results.database import engine_of
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks import buying
from tests.lanes import open_lanes
from tests.tasks.makers_for_tests import LanedMaker
from tests.tasks.test_buying import buy, receipts, states


@pytest.fixture(autouse=True)
def _lane(prefect_api: str) -> None:
    asyncio.run(open_lanes({"test-lane": 20}))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock by which everything is tried again at once."""
    monkeypatch.setattr(buying, "QUICK_PAUSES_S", (0.0,) * 3)
    monkeypatch.setattr(buying, "RATE_PAUSES_S", (0.0,) * 10)
    monkeypatch.setattr(studios, "RECORD_PAUSES_S", (0.0,) * 3)


@pytest.fixture
def maker(tmp_path: Path) -> LanedMaker:
    return LanedMaker(calls=tmp_path / "calls.txt")


@contextmanager
def dying(studio: Studio, times: int, *tables: str) -> Iterator[None]:
    """Let the database end the connection of who writes into these tables, so many times."""
    with engine_of(studio.results.database).begin() as connection:
        connection.execute(text("CREATE SEQUENCE deaths"))
        connection.execute(
            text(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF nextval('deaths') <= {times} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; "
                "RETURN NEW; END $$"
            )
        )
        for table in tables:
            connection.execute(text(f"CREATE TRIGGER dies BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION die()"))
    try:
        yield
    finally:
        with engine_of(studio.results.database).begin() as connection:
            connection.execute(text("DROP FUNCTION die CASCADE"))
            connection.execute(text("DROP SEQUENCE deaths"))


def test_a_database_that_is_started_anew_after_the_call_is_waited_for(studio: Studio, maker: LanedMaker) -> None:
    with dying(studio, 3, "products"):
        product = buy(studio, maker, tries=1)

    assert studio.results.find(product.key) == product
    assert maker.count() == 1
    assert states(studio) == [PurchaseState.SETTLED]
    assert [receipt.delivered for receipt in receipts(studio)] == [True]


def test_a_product_whose_commit_was_not_answered_has_one_receipt(
    studio: Studio, maker: LanedMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([ProviderUnavailable("the connection was lost"), None])
    record = ResultsTable.record

    def record_unanswered(results: ResultsTable, product: Product, receipt: Receipt | None) -> None:
        record(results, product, receipt)
        if (lost := next(answers)) is not None:
            raise lost

    monkeypatch.setattr(ResultsTable, "record", record_unanswered)

    buy(studio, maker, tries=1)

    assert len(receipts(studio)) == 1
    assert next(answers, "asked twice") == "asked twice"


def test_a_bill_that_cannot_be_written_does_not_hide_that_the_call_was_paid_for(
    studio: Studio, maker: LanedMaker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lose(*_: object, **__: object) -> None:
        raise ProviderUnavailable("the database is away")

    monkeypatch.setattr(Studio, "keep", lose)
    monkeypatch.setattr(Studio, "bill", lose)

    with pytest.raises(ProviderUnavailable) as told:
        buy(studio, maker, tries=1)

    assert maker.count() == 1
    assert told.value.usage == maker.estimate(None)
    assert "counts as possibly paid" in caplog.text


def test_a_product_is_there_though_nobody_can_count_the_calls_of_the_day(
    studio: Studio, maker: LanedMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_: object) -> None:
        raise ProviderUnavailable("the database is away")

    monkeypatch.setattr(buying, "note_use", lose)

    buy(studio, maker, tries=1)

    assert maker.count() == 1
