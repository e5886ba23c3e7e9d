"""What machines share, as the environment tells it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.errors import SetupError
from blocks.results.database import EmbeddedPostgres, PostgresServer
from blocks.results.table import ResultsTable
from blocks.s3_storage import S3Storage
from blocks.storage import LocalStorage
from deployments.shared import SharedThings, save_shared, shared_results

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
