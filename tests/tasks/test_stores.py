"""Channels with stores of their own: each film goes to its channel's, and is found from everywhere."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prefect import flow
from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from blocks.capabilities.bench import Made
from blocks.domain.money import Usage
from blocks.domain.products import Product
from blocks.domain.specs import ImageSpec
from blocks.domain.stages import Step
from blocks.domain.storyboard import AssetKind
from blocks.errors import ProductMissing, ProviderUnavailable, SetupError
from blocks.results import queries
from blocks.results.shelves import Shelves
from blocks.storage import LocalStorage
from blocks.studio import Studio
from tasks.fan_out import lay_out
from tests.blocks.served_buckets import Buckets
from tests.lanes import open_lanes
from tests.tasks.makers_for_tests import CountingMaker, LanedMaker, draw_counted
from tests.waiting import until

NO_ONE_LISTENS = "http://127.0.0.1:9"
SPEC = ImageSpec(kind=AssetKind.PROP, prompt="a stone", style_pack="silhouette")


@pytest.fixture
def maker(tmp_path: Path) -> CountingMaker:
    return CountingMaker(calls=tmp_path / "calls.txt")


@pytest.fixture
def foxes(studio: Studio, tmp_path: Path) -> Iterator[Studio]:
    """A channel that keeps its products on a disk of its own."""
    yield from of_channel(studio, "foxes", LocalStorage(folder=tmp_path / "disk/foxes"))


@pytest.fixture
def wolves(studio: Studio, buckets: Buckets, tmp_path: Path) -> Iterator[Studio]:
    """A channel that keeps its products in a bucket."""
    yield from of_channel(studio, "wolves", buckets.storage(tmp_path / "copies"))


def of_channel(studio: Studio, name: str, store: Block) -> Iterator[Studio]:
    """Save a channel and its store, as importing channels does."""
    store.save(name, overwrite=True)
    channel = studio.channel.model_copy(update={"name": name, "storage": store})
    yield studio.model_copy(update={"channel": channel})
    forget(store)


def forget(store: Block) -> None:
    """Delete the block of a store, if it is there still."""
    with get_client(sync_client=True) as client:
        try:
            client.delete_block_document(store._block_document_id)
        except ObjectNotFound:
            return


def make(studio: Studio, maker: CountingMaker, spec: ImageSpec = SPEC, retries: int | None = None) -> Product:
    """Run the task in a run of its own."""

    @flow
    def alone():
        return (
            draw_counted.with_options(retries=draw_counted.retries if retries is None else retries)
            .submit(spec, maker, studio)
            .result()
        )

    return alone()


def place(names: dict[str, Product], studio: Studio) -> None:
    """Lay products out in a run of its own."""

    @flow
    async def stage() -> None:
        await lay_out(Step.STILL, names, studio)

    asyncio.run(stage())


def files_in(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("*/*")]


def test_each_channel_keeps_what_it_made_in_its_own_store(foxes, wolves, studio, maker, buckets, tmp_path) -> None:
    of_foxes, of_wolves, of_all = (
        make(one, maker, SPEC.model_copy(update={"prompt": f"{number} stones"}))
        for number, one in enumerate((foxes, wolves, studio))
    )

    assert files_in(tmp_path / "disk/foxes") == [of_foxes.address]
    assert buckets.names() == [f"products/{of_wolves.address}"]
    assert files_in(tmp_path / "products") == [of_all.address]
    assert (of_foxes.store, of_wolves.store, of_all.store) == (
        f"local:{tmp_path}/disk/foxes",
        f"s3:{buckets.url}/films/products",
        "",
    )


def test_what_one_channel_bought_another_reads_where_it_lies(foxes, wolves, studio, maker, buckets) -> None:
    made, found, seen = make(foxes, maker), make(wolves, maker), make(studio, maker)
    wolves.place({"assets/props/prop_01": found})

    assert made == found == seen
    assert maker.count() == 1
    assert buckets.names() == []
    assert (wolves.folder / "assets/props/prop_01.json").read_text() == SPEC.model_dump_json()


def test_who_has_only_the_address_finds_it(wolves, studio, maker) -> None:
    made = make(wolves, maker)

    assert studio.results.shelves.open(made.address).read_text() == SPEC.model_dump_json()


def test_a_store_whose_disk_is_not_mounted_makes_nothing_again(foxes, studio, maker, tmp_path) -> None:
    made = make(foxes, maker)
    (tmp_path / "disk").rename(tmp_path / "away")

    for one in (foxes, studio):
        with pytest.raises(SetupError, match=r"disk/foxes is not there, or is empty: mount its disk"):
            make(one, maker)
    (tmp_path / "disk/foxes").mkdir(parents=True)  # the empty place where it is mounted
    with pytest.raises(SetupError, match="mount its disk"):
        studio.storage.open(made.address)
    shutil.rmtree(tmp_path / "disk")
    (tmp_path / "away").rename(tmp_path / "disk")

    assert make(studio, maker) == made
    assert maker.count() == 1


@pytest.mark.parametrize("kind", [CountingMaker, LanedMaker])
def test_nothing_is_bought_into_the_empty_place_of_a_disk_that_is_not_mounted(foxes, tmp_path, kind) -> None:
    asyncio.run(open_lanes({"test-lane": 1}))
    maker = kind(calls=tmp_path / "calls.txt")
    made = make(foxes, maker) if kind is CountingMaker else make(foxes, CountingMaker(calls=maker.calls))
    (tmp_path / "disk").rename(tmp_path / "away")

    with pytest.raises(SetupError, match="mount its disk"):
        make(foxes, maker, SPEC.model_copy(update={"prompt": "another stone"}))

    assert maker.count() == 1
    assert not (tmp_path / "disk").exists()
    (tmp_path / "away").rename(tmp_path / "disk")
    assert foxes.results.shelves.holds(made)


def test_the_studios_own_store_is_looked_for_before_anything_is_bought_too(studio, maker, tmp_path) -> None:
    make(studio, maker)
    (tmp_path / "products").rename(tmp_path / "away")

    with pytest.raises(SetupError, match="mount its disk"):
        make(studio, maker, SPEC.model_copy(update={"prompt": "another stone"}))

    assert maker.count() == 1
    assert not (tmp_path / "products").exists()


def test_a_disk_that_goes_away_during_a_paid_call_leaves_its_file_to_the_studio(foxes, studio, maker, tmp_path) -> None:
    make(foxes, maker)
    file = tmp_path / "made.json"
    file.write_text("{}")
    (tmp_path / "disk").rename(tmp_path / "away")

    product = foxes.keep("paid", Step.STILL, SPEC, maker, Made(file=file, usage=Usage.of(picture=1), model="one"))

    assert product.store == ""
    assert not (tmp_path / "disk").exists()


def test_products_that_are_lost_with_their_disk_are_made_again_when_their_owner_says_so(foxes, studio, maker, tmp_path) -> None:
    make(foxes, maker)
    shutil.rmtree(tmp_path / "disk")
    (tmp_path / "disk/foxes/lost").mkdir(parents=True)

    again = make(studio, maker)

    assert (maker.count(), again.store) == (2, "")


def test_a_store_that_nobody_knows_any_more_makes_nothing_again(foxes, studio, maker) -> None:
    made = make(foxes, maker)
    forget(foxes.channel.storage)

    with pytest.raises(SetupError, match="save a block Local Storage for /") as told:
        make(studio, maker)
    LocalStorage(folder=foxes.channel.storage.folder).save("found-again")

    assert made.store in str(told.value)
    assert make(studio, maker) == made
    assert maker.count() == 1
    LocalStorage.delete("found-again")


def test_files_that_were_taken_along_to_another_store_are_found_there(foxes, studio, maker, tmp_path) -> None:
    made = make(foxes, maker)
    forget(foxes.channel.storage)
    shutil.move(tmp_path / "disk/foxes", tmp_path / "products")

    assert make(studio, maker) == made
    assert studio.storage.open(made.address).is_relative_to(tmp_path / "products")
    assert maker.count() == 1


def test_a_file_that_is_gone_is_made_again_into_the_store_of_who_asks(foxes, wolves, studio, maker, buckets, caplog) -> None:
    made = make(foxes, maker)
    studio.storage.open(made.address).unlink()
    with pytest.raises(ProductMissing, match="run the film again"):
        studio.storage.open(made.address)

    again = make(wolves, maker)

    assert (again.address, again.store) == (made.address, f"s3:{buckets.url}/films/products")
    assert maker.count() == 2
    assert "is gone and will be made again" in caplog.text
    assert make(foxes, maker) == again


def test_equal_bytes_in_another_store_will_do(foxes, studio, maker, tmp_path) -> None:
    """Two orders of one outcome: the second is a product of its own in another store."""
    made = make(foxes, maker)
    file = tmp_path / "same.json"
    file.write_text(SPEC.model_dump_json())
    studio.results.storage.put(file)
    studio.results.record(made.model_copy(update={"key": "another", "store": ""}), None)
    foxes.channel.storage.open(made.address).unlink()

    assert make(foxes, maker) == make(studio, maker) == made
    assert studio.storage.open(made.address).is_relative_to(tmp_path / "products")
    assert maker.count() == 1


@pytest.mark.parametrize("trouble", [{"bucket": "another-bucket"}, {"endpoint_url": NO_ONE_LISTENS}], ids=["gone", "away"])
def test_what_was_paid_for_is_kept_by_the_studio_when_the_channels_store_cannot_have_it_now(
    wolves, studio, maker, caplog, monkeypatch, tmp_path, trouble
) -> None:
    """Soon: who dies while he waits for a store has paid for nothing."""
    monkeypatch.setattr("blocks.s3_storage.PUT_PAUSES_S", (0.0, 3600.0))
    file = tmp_path / "made.json"
    file.write_text("{}")

    with caplog.at_level(logging.WARNING, "blocks.studio"):
        made = troubled(wolves, trouble).keep(
            "paid", Step.STILL, SPEC, maker, Made(file=file, usage=Usage.of(picture=1), model="one")
        )

    assert made.store == ""
    assert studio.results.storage.has(made.address, made.size_bytes)
    assert "is kept in the studio's own store, not in s3:" in caplog.text
    assert studio.results.find("paid") == made


@pytest.mark.parametrize(
    ("trouble", "error"),
    [({"bucket": "another-bucket"}, SetupError), ({"endpoint_url": NO_ONE_LISTENS}, ProviderUnavailable)],
    ids=["gone", "away"],
)
@pytest.mark.parametrize("kind", [CountingMaker, LanedMaker])
def test_nothing_is_bought_while_the_channels_store_cannot_have_it(wolves, tmp_path, monkeypatch, trouble, error, kind) -> None:
    asyncio.run(open_lanes({"test-lane": 1}))
    monkeypatch.setattr("tasks.buying.QUICK_PAUSES_S", ())
    maker = kind(calls=tmp_path / "calls.txt")

    with pytest.raises(error):
        make(troubled(wolves, trouble), maker, retries=0)

    assert maker.count() == 0


def test_nothing_is_bought_into_a_disk_that_is_nearly_full(studio, maker, monkeypatch) -> None:
    monkeypatch.setattr("blocks.results.shelves.LEAST_ROOM_MB", 10**12)

    with pytest.raises(SetupError, match="MB are free where"):
        make(studio, maker)

    assert maker.count() == 0


def troubled(studio: Studio, trouble: dict[str, str]) -> Studio:
    """Let something ail the store of a channel."""
    lost = studio.channel.storage.model_copy(update=trouble)
    return studio.model_copy(update={"channel": studio.channel.model_copy(update={"storage": lost})})


def test_a_films_folder_waits_for_a_store_that_is_away(wolves, maker, buckets, tmp_path) -> None:
    made = make(wolves, maker)
    shutil.rmtree(tmp_path / "copies")
    often = wolves.model_copy(update={"channel": wolves.channel.model_copy(update={"retry_waits_s": (0.05,) * 1000})})
    buckets.status = 503
    asked = buckets.asked("GET")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(place, {"assets/props/prop_01": made}, often)
        until(lambda: buckets.asked("GET") > asked)
        buckets.status = 0
        waiting.result()

    assert (wolves.folder / "assets/props/prop_01.json").read_text() == SPEC.model_dump_json()


def test_a_films_folder_that_cannot_be_written_stops_the_film_with_the_way_out(foxes, maker) -> None:
    made = make(foxes, maker)
    foxes.folder.parent.mkdir(parents=True)
    foxes.folder.write_text("a file in the place of the folder")

    with pytest.raises(SetupError, match=r"cannot write the film's folder .*make room"):
        place({"assets/props/prop_01": made}, foxes)

    with foxes.results.open() as session:
        (told,) = queries.errors_of(session, foxes.video)
    assert (told.item, told.kind) == ("folder", "SetupError")


def test_a_store_that_only_prefect_knows_is_away_while_prefect_is(foxes, studio, maker) -> None:
    made = make(foxes, maker)

    with (
        temporary_settings({PREFECT_API_URL: f"{NO_ONE_LISTENS}/api", PREFECT_CLIENT_MAX_RETRIES: 0}),
        pytest.raises(ProviderUnavailable, match="Prefect does not say which stores are saved"),
    ):
        studio.storage.holds(made)


def test_the_store_inside_a_saved_channel_is_found_as_well(studio, maker, tmp_path) -> None:
    store = LocalStorage(folder=tmp_path / "inside")
    channel = studio.channel.model_copy(update={"storage": store})
    channel.save("inside", overwrite=True)
    made = make(studio.model_copy(update={"channel": channel}), maker)

    assert Shelves(studio.results.database, studio.results.storage).holds(made)
    assert type(type(channel).load("inside", _sync=True).storage) is LocalStorage
    type(channel).delete("inside")
