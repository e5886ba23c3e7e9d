"""What was paid for and cannot be written down or stored now is not bought again."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from blocks import s3_storage
from blocks import studio as studios
from blocks.domain.money import PurchaseState, Receipt
from blocks.domain.products import Product
from blocks.errors import ProviderUnavailable, RateLimited, SetupError
from blocks.results import purchases
from blocks.results.database import engine_of
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks import buying
from tasks.settling import Outcome, settle
from tests.blocks.served_buckets import Buckets
from tests.lanes import open_lanes
from tests.tasks.makers_for_tests import JobMaker, LanedMaker
from tests.tasks.test_buying import SPEC, buy, receipts, spent, states


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


@pytest.fixture
def full(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The studio's own store, into which nothing can be put from the moment on in which a maker has answered."""
    folder = studio.results.storage.folder

    def spoil(*_: object) -> None:
        if not folder.exists():
            folder.write_text("a file in the place of the folder")

    after(LanedMaker, "draw", spoil, monkeypatch)
    after(JobMaker, "collect", spoil, monkeypatch)
    return folder


def after(kind: type, verb: str, then: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen each time a maker has answered."""
    real = getattr(kind, verb)

    def call(*args: object) -> object:
        answer = real(*args)
        then()
        return answer

    monkeypatch.setattr(kind, verb, call)


def waiting(studio: Studio) -> list[str]:
    return sorted(file.suffix for file in (studio.channel.workspaces / ".unstored").glob("*"))


def test_what_no_store_takes_waits_on_this_machine_and_is_stored_by_the_next_run(
    studio: Studio, maker: LanedMaker, full: Path
) -> None:
    with pytest.raises(SetupError, match=r"is kept at .*/\.unstored/.*json, and is not bought again"):
        buy(studio, maker, tries=1)
    assert (states(studio), receipts(studio)) == ([PurchaseState.PARKED], ())
    assert spent(studio).at_stake == Decimal("0.04")
    with pytest.raises(SetupError, match="is not bought again"):
        buy(studio, maker, tries=1)
    full.unlink()

    product = buy(studio, maker)

    assert studio.storage.open(product.address).read_text() == SPEC.model_dump_json()
    assert maker.count() == 1
    assert states(studio) == [PurchaseState.SETTLED]
    assert spent(studio) == purchases.Spending(receipts=Decimal("0.04"), at_stake=Decimal(0))
    assert waiting(studio) == []


def test_a_job_that_no_store_takes_is_neither_ordered_nor_collected_again(studio: Studio, tmp_path: Path, full: Path) -> None:
    jobs = JobMaker(folder=tmp_path)
    with pytest.raises(SetupError, match="is not bought again"):
        buy(studio, jobs, tries=1)
    full.unlink()

    product = buy(studio, jobs)

    assert jobs.orders() == [product.provenance.request_id]
    assert (tmp_path / "collects.txt").read_text().split() == ["0"]
    assert states(studio) == [PurchaseState.SETTLED]
    assert len(receipts(studio)) == 1


def test_a_bucket_that_asks_to_wait_after_the_call_is_waited_for_with_the_file_in_a_safe_place(
    studio: Studio, maker: LanedMaker, buckets: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = studio.results.model_copy(update={"storage": buckets.storage(tmp_path / "copies")})
    busy = studio.model_copy(update={"results": results})
    after(LanedMaker, "draw", lambda: setattr(buckets, "status", 429), monkeypatch)
    monkeypatch.setattr(s3_storage, "PUT_PAUSES_S", (0.0, 3600.0))

    with pytest.raises(RateLimited, match="is not bought again"):
        buy(busy, maker, tries=1)
    buckets.status = 0
    product = buy(busy, maker)

    assert buckets.names() == [f"products/{product.address}"]
    assert maker.count() == 1
    assert [receipt.delivered for receipt in receipts(studio)] == [True]


def test_what_is_stored_and_not_in_the_books_is_written_down_by_the_next_run(studio: Studio, maker: LanedMaker) -> None:
    with dying(studio, 1000, "products"), pytest.raises(ProviderUnavailable):
        buy(studio, maker, tries=1)
    assert waiting(studio) == [".json"]

    product = buy(studio, maker)

    assert studio.results.find(product.key) == product
    assert maker.count() == 1
    assert states(studio) == [PurchaseState.SETTLED]
    assert len(receipts(studio)) == 1
    assert waiting(studio) == []


def test_a_part_of_the_way_is_enough_where_the_films_folders_have_no_room(
    studio: Studio, maker: LanedMaker, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    studio.channel.workspaces.write_text("a file in the place of the folder")
    with pytest.raises(SetupError, match="ai-video-generator-unstored-"):
        buy(studio, maker, tries=1)
    full.unlink()

    buy(studio, maker)

    assert maker.count() == 1


def test_another_machine_does_not_buy_what_waits_on_this_one_until_a_person_gives_it_up(
    studio: Studio, maker: LanedMaker, full: Path, tmp_path: Path
) -> None:
    with pytest.raises(SetupError):
        buy(studio, maker, tries=1)
    full.unlink()
    elsewhere = studio.model_copy(
        update={"channel": studio.channel.model_copy(update={"workspaces": tmp_path / "disk of another machine"})}
    )

    with pytest.raises(SetupError, match=r"waits for a store at .*run the film again on that machine") as told:
        buy(elsewhere, maker)
    assert maker.count() == 1
    full.mkdir()
    with studio.results.open() as session:
        (parked,) = purchases.in_states(session, [PurchaseState.PARKED])
    assert parked.number in str(told.value)
    settle.fn(parked.number, Outcome.PAID_IN_VAIN, "", studio.results)
    buy(elsewhere, maker)

    assert maker.count() == 2
    assert states(studio) == [PurchaseState.SETTLED] * 2


def test_a_note_that_cannot_be_read_is_not_taken_for_a_loss(studio: Studio, maker: LanedMaker, full: Path) -> None:
    with pytest.raises(SetupError):
        buy(studio, maker, tries=1)
    full.unlink()
    (note,) = (studio.channel.workspaces / ".unstored").glob("*.note.json")
    note.write_text("{")

    with pytest.raises(SetupError, match="cannot be read"):
        buy(studio, maker)

    assert maker.count() == 1
