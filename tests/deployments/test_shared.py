"""What machines share, as the environment tells it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from pydantic import SecretStr

from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.errors import SetupError
from blocks.results import shelves
from blocks.results.database import EmbeddedPostgres, PostgresServer
from blocks.results.table import ResultsTable
from blocks.s3_storage import S3Storage
from blocks.storage import LocalStorage
from deployments.shared import SharedThings, save_shared, shared_results
from tests.blocks.served_buckets import Buckets

HOME = Path("/home/of/the/studio")


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in SharedThings.model_fields:
        monkeypatch.delenv(f"STUDIO_{field.upper()}", raising=False)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> ResultsTable:
    for name, value in {
        "RESULTS_HOST": "db.example",
        "RESULTS_PASSWORD": "p@ss/w:d $1",
        "S3_BUCKET": "films",
        "S3_REGION": "auto",
        "S3_ENDPOINT_URL": "https://account.store.example/",
        "S3_ACCESS_KEY_ID": "id",
        "S3_SECRET_ACCESS_KEY": "hush",
    }.items():
        monkeypatch.setenv(f"STUDIO_{name}", value)
    results = shared_results(HOME)
    assert results is not None
    return results


@pytest.mark.parametrize("value", [None, ""])
def test_an_environment_that_says_nothing_changes_nothing(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        for field in SharedThings.model_fields:
            monkeypatch.setenv(f"STUDIO_{field.upper()}", value)

    assert shared_results(HOME) is None


def test_a_database_and_a_bucket_are_taken_from_the_environment(told: ResultsTable) -> None:
    assert told.database == PostgresServer(host="db.example", user="studio", password=SecretStr("p@ss/w:d $1"), name="results")
    assert isinstance(told.storage, S3Storage)
    assert (told.storage.bucket, told.storage.region, told.storage.prefix) == ("films", "auto", "products")
    assert told.storage.endpoint_url == "https://account.store.example"
    assert told.storage.credentials.secret_access_key == SecretStr("hush")


def test_what_is_not_shared_stays_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_RESULTS_HOST", "db.example")
    only_database = shared_results(HOME)
    monkeypatch.delenv("STUDIO_RESULTS_HOST")
    monkeypatch.setenv("STUDIO_S3_BUCKET", "films")
    only_bucket = shared_results(HOME)

    assert only_database is not None
    assert only_database.storage.model_dump() == LocalStorage(folder=HOME / "products").model_dump()
    assert only_bucket is not None
    assert only_bucket.database == EmbeddedPostgres(folder=HOME / "postgres")


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("RESULTS_PORT", "hush", "RESULTS_PORT"),
        ("RESULTS_SSL_MODE", "hush", "RESULTS_SSL_MODE"),
        ("S3_ENDPOINT_URL", "https://id:hush@store.example", "ENDPOINT_URL"),
        ("S3_ACCESS_KEY_ID", "", "both the id of the key and its secret"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named_and_not_shown(
    told: ResultsTable, monkeypatch: pytest.MonkeyPatch, name: str, value: str, what: str
) -> None:
    monkeypatch.setenv(f"STUDIO_{name}", value)

    with pytest.raises(SetupError, match=what) as refused:
        shared_results(HOME)

    assert "hush" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_environment_is_saved_once_and_wins(prefect_api: str, told: ResultsTable) -> None:
    async def save(results: ResultsTable) -> list[str]:
        changed: list[str] = []
        await save_shared(results, changed)
        return changed

    moved = told.model_copy(update={"database": told.database.model_copy(update={"host": "another.example"})})
    try:
        first, second, third = (asyncio.run(save(results)) for results in (told, told, moved))
        assert ResultsTable.load("default", _sync=True).database == moved.database
    finally:
        ResultsTable.delete("default")

    assert first == ["results table: kept in the database results at db.example:5432, products in the bucket films"]
    assert second == []
    assert len(third) == 1


@pytest.fixture
def moving(prefect_api: str, results_table: ResultsTable, monkeypatch: pytest.MonkeyPatch) -> Iterator[ResultsTable]:
    """A studio that keeps its products in a folder, in which there is one; every look at saved stores is a new one."""
    monkeypatch.setattr(shelves, "FRESH_S", 0.0)
    results_table.save("default", overwrite=True)
    keep(results_table, "a picture")
    yield results_table
    ResultsTable.delete("default")
    with get_client(sync_client=True) as client:
        for kind in ("local-storage", "s3-storage"):
            for document in client.read_block_documents_by_type(kind):
                client.delete_block_document(document.id)


def keep(results: ResultsTable, what: str) -> None:
    """Make a product in the studio's own store."""
    file = results.storage.folder.parent / "made.json"
    file.write_text(what)
    size_bytes = file.stat().st_size
    made = Product(
        key=what,
        step="still",
        address=results.storage.put(file),
        size_bytes=size_bytes,
        facts=DocumentFacts(),
        provenance=Provenance(maker="offline", model="painter 1", spec="{}"),
    )
    results.record(made, None)


def move(results: ResultsTable, storage: LocalStorage | S3Storage) -> tuple[ResultsTable, list[str]]:
    """Set the studio up with another store."""
    changed: list[str] = []
    told = ResultsTable(database=results.database, storage=storage)
    return asyncio.run(save_shared(told, changed)), changed


def test_products_stay_where_they_are_when_the_studio_gets_another_store(
    moving: ResultsTable, buckets: Buckets, tmp_path: Path
) -> None:
    now, changed = move(moving, buckets.storage(tmp_path / "copies"))

    found = now.find("a picture")
    assert found is not None
    assert found.store == f"local:{tmp_path}/products"
    assert now.shelves.open(found.address).read_text() == "a picture"
    assert re.fullmatch(
        rf"store local:{tmp_path}/products: saved as the block studio-storage-[0-9a-f]{{8}}, and 1 products are read from there "
        "as before",
        changed[0],
    )
    assert len(changed) == 2


def test_products_in_a_bucket_stay_readable_with_its_key(moving: ResultsTable, buckets: Buckets, tmp_path: Path) -> None:
    in_bucket, _ = move(moving, buckets.storage(tmp_path / "copies"))
    keep(in_bucket, "another picture")
    shutil.rmtree(tmp_path / "copies")

    now, _ = move(in_bucket, LocalStorage(folder=tmp_path / "new"))

    for what in ("a picture", "another picture"):
        found = now.find(what)
        assert found is not None
        assert now.shelves.open(found.address).read_text() == what


def test_what_a_film_under_way_puts_into_the_store_of_before_is_found(
    moving: ResultsTable, buckets: Buckets, tmp_path: Path
) -> None:
    now, _ = move(moving, buckets.storage(tmp_path / "copies"))

    keep(moving, "a late picture")

    found = now.find("a late picture")
    assert found is not None
    assert now.shelves.open(found.address).read_text() == "a late picture"


def test_a_bucket_that_was_mistyped_makes_nothing_look_gone(moving: ResultsTable, buckets: Buckets, tmp_path: Path) -> None:
    mistyped = buckets.storage(tmp_path / "copies", bucket="flims")
    now, _ = move(moving, mistyped)
    assert now.find("a picture") is not None

    mended, changed = move(now, buckets.storage(tmp_path / "copies"))

    assert mended.find("a picture") is not None
    assert len(changed) == 1
