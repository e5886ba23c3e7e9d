"""Films are open to those who have a link, whole and in parts, and to nobody else."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from tests.deployments.receiver_at_work import Outside, local, paired, receiver_at_work


@pytest.fixture(scope="module")
def results(_migrated, prefect_api: str) -> Iterator[ResultsTable]:
    """The results table whose storage holds the films."""
    with tempfile.TemporaryDirectory(prefix="receiver-") as folder:
        yield ResultsTable(database=_migrated, storage=LocalStorage(folder=Path(folder)))


@pytest.fixture(scope="module")
def outside(results: ResultsTable) -> Iterator[Outside]:
    """Somebody who has links."""
    with receiver_at_work(results, paired()) as outside:
        yield outside


@pytest.fixture
def film(results: ResultsTable, tmp_path: Path) -> str:
    """The address of a stored file of 1000 bytes."""
    file = tmp_path / "film.mp4"
    file.write_bytes(bytes(range(250)) * 4)
    return results.storage.put(file)


def test_a_link_opens_a_film_whole_and_in_parts(outside: Outside, film: str) -> None:
    link = local(outside.receiver.link(film, timedelta(hours=1)))
    whole, head = outside.client.get(link), outside.client.head(link)
    part = outside.client.get(link, headers={"range": "bytes=100-199"})
    tail = outside.client.get(link, headers={"range": "bytes=-10"})
    beyond = outside.client.get(link, headers={"range": "bytes=5000-"})

    assert (whole.status_code, len(whole.content)) == (200, 1000)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "1000")
    assert (part.status_code, part.content, part.headers["content-range"]) == (
        206,
        bytes(range(100, 200)),
        "bytes 100-199/1000",
    )
    assert (tail.status_code, tail.content) == (206, bytes(range(240, 250)))
    assert beyond.status_code == 416
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"] == f'inline; filename="{film}"'
    assert whole.headers["cache-control"].startswith("private")


def test_a_changed_or_ended_link_opens_nothing(outside: Outside, film: str) -> None:
    link = local(outside.receiver.link(film, timedelta(seconds=1)))
    longer = local(outside.receiver.link(film, timedelta(hours=1)))
    other = longer.replace(film, f"{'0' * 64}.mp4")
    time.sleep(2.1)  # it may last twice as long as asked

    assert outside.client.get(link).status_code == 403
    assert outside.client.get(longer.replace("video%2Fmp4", "text%2Fhtml")).status_code == 403
    assert outside.client.get(longer.replace("until=1", "until=2")).status_code == 403
    assert outside.client.get(other).status_code == 403
    assert outside.client.get(f"/files/{film}").status_code == 403


def test_a_film_in_the_store_of_a_channel_is_opened_as_any_other(outside: Outside, results: ResultsTable, tmp_path: Path) -> None:
    store = LocalStorage(folder=tmp_path / "own")
    store.save("own-of-a-channel", overwrite=True)
    file = tmp_path / "film.mp4"
    file.write_bytes(b"a film")
    film = store.put(file)
    provenance = Provenance(maker="local", model="tests", spec="{}")
    facts = {"key": film, "step": "text", "address": film, "size_bytes": 6, "facts": DocumentFacts(), "provenance": provenance}
    results.record(Product(**facts, store=store.store_name), None)
    link = local(outside.receiver.link(film, timedelta(hours=1)))

    opened = outside.client.get(link)
    LocalStorage.delete("own-of-a-channel")

    assert (opened.status_code, opened.content) == (200, b"a film")


def test_a_film_that_is_gone_is_not_found(outside: Outside, results: ResultsTable, film: str) -> None:
    link = local(outside.receiver.link(film, timedelta(hours=1)))
    results.storage.open(film).unlink()

    assert outside.client.get(link).status_code == 404
