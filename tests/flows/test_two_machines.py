"""One film made by two machines that have a database, a bucket and Prefect's server in common, and no disk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.gates import Gate, GateMode
from blocks.domain.layout import film_name
from blocks.domain.orders import Order
from blocks.domain.request import VideoRequest
from blocks.domain.status import Status
from blocks.media.probe import measure
from blocks.providers.offline import FolderPublisher
from blocks.results import embedded
from blocks.results.database import EmbeddedPostgres, PostgresServer, forget_engine
from blocks.results.schema import migrate
from blocks.results.table import ResultsTable
from blocks.storage import sha256_of
from blocks.studio import Studio
from tests.blocks.served_buckets import Buckets, served
from tests.flows.small_film import EXPECTED_CALLS, products_of, receipts_of, small_board, small_request
from tests.flows.two_machines import Books, Machine, line_for_all, pull_the_plug
from tests.tasks.films_at_work import forget_channels

FILM = f"{film_name(small_request().name('together').slug)}.mp4"
SIGNED = FILM.replace(".mp4", "_signed.mp4")
pytestmark = pytest.mark.acceptance


@dataclass
class Together:
    """Two machines and the film that they made."""

    first: Machine
    second: Machine
    buckets: Buckets
    studio: Studio
    made: list[set[str]] = field(default_factory=list)
    """Keys of the products that were made in each of the three spells: by the first, the second, and the first machine."""
    made_again: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def buckets() -> Iterator[Buckets]:
    with served() as store:
        store.begin_anew()
        yield store


@pytest.fixture(scope="module")
def results(prefect_api: str, postgres_folder: Path, buckets: Buckets) -> Iterator[ResultsTable]:
    """The books, at an address that every machine reaches, and the bucket; each machine has copies in its own home."""
    embedded_one = EmbeddedPostgres(folder=postgres_folder, name="machines")
    migrate(embedded_one)
    address = PostgresServer(host=str(embedded.join(postgres_folder)), user=embedded.SUPERUSER, name="machines")
    table = ResultsTable(database=address, storage=buckets.storage(Path("~/copies")))
    table.save("default", overwrite=True)
    yield table
    asyncio.run(ResultsTable.adelete("default"))
    for database in (embedded_one, address):
        forget_engine(database)


@pytest.fixture(scope="module")
def together(results: ResultsTable, buckets: Buckets, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    """The first machine dies with the clips made, the second with the sound made; the first comes back and finishes."""
    first, second = (Machine(tmp_path_factory.mktemp(name)) for name in ("first", "second"))
    forget_channels()
    channel = Channel(name="Test", rate="8", workspaces=Path("~/workspaces"), publisher=FolderPublisher(folder=Path("~/films")))
    channel.save("together", overwrite=True)
    order = Order(channel="together", request=VideoRequest(storyboard=small_board(), gates=dict.fromkeys(Gate, GateMode.AUTO)))
    books = Books(results, order.video)
    both = Together(first, second, buckets, Studio(video=order.video, channel=channel, results=results))
    spells = (
        (first, lambda: books.steps()["clip"] == EXPECTED_CALLS["clip"]),
        (second, lambda: books.steps()["narration"] + books.steps()["effect"] == 4),
        (first, lambda: books.film.status is Status.PUBLISHED),
    )
    known: dict[str, object] = {}
    with line_for_all():
        books.begin(order)
        for number, (machine, is_enough) in enumerate(spells):
            if number:
                books.go_on_elsewhere()
            with machine.worker() as worker:
                books.wait_until(is_enough)
                pull_the_plug(worker)
            now = books.made()
            both.made_again |= {key for key, at in known.items() if now[key] != at}
            both.made.append(now.keys() - known.keys())
            known = now
        yield both
    forget_channels()


def test_both_made_a_part_of_it_and_nothing_was_made_twice(together: Together) -> None:
    receipts = receipts_of(together.studio)

    assert [bool(spell) for spell in together.made] == [True, True, True]
    assert together.made_again == set()
    assert Counter(receipt.step for receipt in receipts) == EXPECTED_CALLS
    assert len({receipt.key for receipt in receipts}) == len(receipts)
    sent = Counter(line for line in together.buckets.log if line.startswith("PUT "))
    assert set(sent.values()) == {1}


def test_the_film_is_whole_on_the_machine_that_finished_it(together: Together) -> None:
    film = products_of(together.studio)[SIGNED]
    published = next(file for file in together.first.films if file.suffix == ".mp4")

    assert sha256_of(published) == film.address.partition(".")[0]
    assert measure(published) == film.facts
    assert together.second.films == []


def test_the_bucket_has_every_product_and_nothing_else(together: Together) -> None:
    addresses = Books(together.studio.results, together.studio.video).addresses()

    assert {name.removeprefix("products/") for name in together.buckets.names()} == addresses


def test_each_machine_has_only_what_the_film_needs(together: Together) -> None:
    products = products_of(together.studio)
    addresses = Books(together.studio.results, together.studio.video).addresses()

    for machine in (together.first, together.second):
        laid_out = machine.laid_out(together.studio.video)
        assert machine.copies <= addresses
        assert {name for name in laid_out if not name.endswith(".otio")} <= products.keys()
        assert all(sha256_of(file) == products[name].address[:64] for name, file in laid_out.items() if name in products)
    at_second = together.second.laid_out(together.studio.video).keys()
    fetched = {name for name in products if name.startswith(("assets/", "videos/clip"))}
    assert fetched <= at_second
    assert {products[name].key for name in fetched} <= together.made[0] | together.made[1]
    assert FILM not in at_second
