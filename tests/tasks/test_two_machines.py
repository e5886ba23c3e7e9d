"""Two machines with one database and one bucket, and no disk in common."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from blocks.domain.products import Product
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tests.blocks.served_buckets import SECRET, Buckets
from tests.tasks.makers_for_tests import CountingMaker, draw_counted

SPEC = ImageSpec(kind=AssetKind.PROP, prompt="a stone", style_pack="silhouette")


@pytest.fixture
def machines(studio: Studio, buckets: Buckets, tmp_path: Path) -> tuple[Studio, Studio]:
    """The same film in two studios: the blocks are equal but for the folders, which lie on disks of their own."""
    first, second = (
        studio.model_copy(
            update={
                "results": ResultsTable(database=studio.results.database, storage=buckets.storage(tmp_path / name / "copies")),
                "channel": studio.channel.model_copy(update={"workspaces": tmp_path / name / "workspaces"}),
            }
        )
        for name in ("first", "second")
    )
    return first, second


@pytest.fixture
def maker(tmp_path: Path) -> CountingMaker:
    return CountingMaker(calls=tmp_path / "calls.txt")


def make(studio: Studio, maker: CountingMaker) -> Product:
    """Run the task as a worker of that machine would, with the block as it is there."""
    studio.results.save("default", overwrite=True)

    @flow
    def alone():
        return draw_counted.submit(SPEC, maker, studio).result()

    return alone()


def test_what_one_machine_made_the_other_does_not_make_again(machines: tuple[Studio, Studio], maker: CountingMaker) -> None:
    first, second = machines

    made, found = make(first, maker), make(second, maker)
    second.place({"assets/props/prop_01": found})

    assert made == found
    assert maker.count() == 1
    assert (second.folder / "assets/props/prop_01.json").read_text() == SPEC.model_dump_json()
    assert not first.folder.exists()


def test_what_is_gone_from_the_bucket_is_made_again_for_all(
    machines: tuple[Studio, Studio], maker: CountingMaker, buckets: Buckets, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = machines
    product = make(first, maker)
    for key in buckets.names():
        buckets.client.delete_object(Bucket="films", Key=key)

    again = make(second, maker)

    assert maker.count() == 2
    assert again.address == product.address
    assert "gone" in caplog.text
    assert buckets.names() == [f"products/{product.address}"]


def test_a_bucket_that_is_gone_makes_nothing_again(machines: tuple[Studio, Studio], maker: CountingMaker) -> None:
    first, second = machines
    make(first, maker)
    elsewhere = second.results.storage.model_copy(update={"bucket": "another-bucket"})
    lost = second.model_copy(update={"results": ResultsTable(database=second.results.database, storage=elsewhere)})

    with pytest.raises(Exception, match="does not exist: make it"):
        make(lost, maker)

    assert maker.count() == 1


def test_the_saved_block_comes_back_with_its_key_and_shows_it_to_nobody(machines: tuple[Studio, Studio]) -> None:
    results = machines[0].results
    results.save("default", overwrite=True)

    loaded = ResultsTable.load("default", _sync=True)
    with get_client(sync_client=True) as client:
        shown = client.read_block_document_by_name("default", "results-table", include_secrets=False)

    assert loaded.storage.model_dump() == results.storage.model_dump()
    assert type(loaded.storage) is type(results.storage)
    assert SECRET not in shown.model_dump_json()
