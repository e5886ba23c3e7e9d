"""The desk: what its owner changes on pages is done, and pages show what is true."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from pydantic import SecretStr
from sqlalchemy import update

from blocks.domain.priority import Priority
from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.domain.request import VideoName
from blocks.domain.status import Actor, Status, StatusMove
from blocks.errors import BadSpec, SetupError
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.columns import CHOICES as OFFERED
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.notion.pages import COLUMNS
from blocks.receiver import Receiver
from blocks.results import entries, notices, queries, queue
from blocks.results.locks import PostgresLocks
from blocks.results.table import ResultsTable
from blocks.results.tables import PageRow
from blocks.results.values import Failure, Film
from deployments.setup import make_lanes
from flows import desk as syncing
from flows.desk import set_up_desk, sync_desk
from tasks.lanes import PACES
from tests.emulators import faults
from tests.emulators.notion import NotionEmulator, served
from tests.tasks.films_at_work import Films, films_at_work

IDEA = {"Title": "The Salt Road", "Channel": "a", "Topic": "salt", "Story Direction": "A caravan leaves.", "Status": "Queued"}
CHOICES = {name: list(choices) for name, choices in OFFERED.items()} | {"Status": [one.value for one in Status], "Channel": []}


@pytest.fixture(scope="module")
def notion() -> Iterator[NotionEmulator]:
    with served() as notion:
        yield notion


class Desk:
    """A database in Notion, its owner, and the studio that listens."""

    def __init__(self, notion: NotionEmulator, films: Films) -> None:
        self.notion, self.films = notion, films
        notion.begin_anew()
        columns: dict[str, Any] = {name: (kind, CHOICES[name]) if name in CHOICES else kind for name, kind in COLUMNS.values()}
        self.source = notion.make_database("Films", columns).sources[0]

    def add(self, **changes: str) -> str:
        """Make a page."""
        return self.notion.add_page(IDEA | changes)

    def sync(self) -> None:
        """Hear and show once."""
        asyncio.run(sync_desk(minutes=0))

    def waiting(self) -> list[str]:
        """List the films that wait for their turn."""
        with self.films.results.open() as session:
            return [str(one.video) for one in queue.waiting_films(session)]

    def film(self, slug: str) -> Film:
        """Look at a film of the channel."""
        with self.films.results.open() as session:
            return queries.film(session, VideoName(channel="a", slug=slug))

    def moves(self, slug: str) -> tuple[StatusMove, ...]:
        """List every move of a film."""
        with self.films.results.open() as session:
            return queries.moves_of(session, VideoName(channel="a", slug=slug))

    def move(self, slug: str, *path: Status) -> None:
        """Let the system move a film on."""
        video = VideoName(channel="a", slug=slug)
        with self.films.results.open() as session:
            for status in path:
                entries.move_film(session, video, status, Actor.SYSTEM, "as told")

    def put(self, slug: str, *names: str) -> None:
        """Let a film have files by these names."""
        video = VideoName(channel="a", slug=slug)
        with self.films.results.open() as session:
            for name in names:
                key, (_, _, suffix) = secrets.token_hex(32), name.partition(".")
                facts, provenance = DocumentFacts(), Provenance(maker="offline", model="x", spec="{}")
                made = Product(key=key, step="clip", address=f"{key}.{suffix}", size_bytes=1, facts=facts, provenance=provenance)
                entries.record_product(session, made, None)
                entries.link_product(session, video, name, key)

    def fail(self, slug: str, item: str) -> None:
        """Let something go wrong in a film that goes on."""
        video = VideoName(channel="a", slug=slug)
        with self.films.results.open() as session:
            entries.note_progress(session, video, "clip 5 of 18")
            now = datetime.now(UTC)
            entries.record_error(
                session,
                video,
                Failure(
                    at=now, step="clip", item=item, kind="X", message="the service is away", request_id="r-7", attempt=1,
                    next_try_at=None, action="wait",
                ),
            )  # fmt: skip

    def forget_waits(self) -> None:
        """Let the time pass until pages that could not be written are tried again."""
        with self.films.results.open() as session:
            session.execute(update(PageRow).values(next_try_at=None))

    def page(self, page: str) -> dict[str, Any]:
        """Read a page as its owner does."""
        return self.notion.page(page)


@contextmanager
def hurried(per_second: float = 100) -> Iterator[None]:
    """Let requests to Notion follow each other faster than Notion would bear."""

    async def set_to(pace: float) -> None:
        async with get_client() as client:
            await client.update_global_concurrency_limit("notion", GlobalConcurrencyLimitUpdate(slot_decay_per_second=pace))

    asyncio.run(make_lanes())
    asyncio.run(set_to(per_second))
    yield
    asyncio.run(set_to(PACES["notion"]))


@pytest.fixture
def desk(prefect_api: str, results_table: ResultsTable, tmp_path: Path, notion: NotionEmulator) -> Iterator[Desk]:
    with hurried(), films_at_work(results_table, tmp_path) as films:
        films.channel("a")
        desk = Desk(notion, films)
        credentials = NotionCredentials(token=SecretStr(notion.token), base_url=notion.url)
        NotionDesk(credentials=credentials, data_source_id=desk.source.id).save("default", overwrite=True)
        Receiver.fresh().model_copy(update={"public_url": "https://films.example.org"}).save("default", overwrite=True)
        yield desk
        Receiver.delete("default")
        NotionDesk.delete("default")


def test_a_draft_is_left_alone_and_a_queued_page_becomes_a_film(desk: Desk) -> None:
    draft, queued = desk.add(Title="A Draft", Status="Draft"), desk.add()
    desk.sync()
    desk.sync()

    assert desk.page(draft)["Status"] == "Draft"
    assert desk.page(queued)["Status"] == "Queued"
    assert desk.page(queued)["Priority"] == "Normal"
    assert desk.waiting() == ["a/the-salt-road"]


def test_a_page_that_cannot_be_a_film_is_sent_back_with_all_reasons(desk: Desk) -> None:
    page = desk.add(**{"Channel": "nowhere", "Topic": "", "Story Direction": "", "Error Log": "my own words"})
    desk.sync()

    shown = desk.page(page)
    assert shown["Status"] == "Error: Invalid Input"
    assert shown["Error Log"].startswith("my own words\n")
    assert "Topic: it is empty" in shown["Error Log"]
    assert "Story Direction: it is empty" in shown["Error Log"]
    assert desk.waiting() == []

    desk.notion.edit(page, {"Topic": "salt", "Story Direction": "A caravan leaves.", "Status": "Queued"})
    desk.sync()
    assert "there is no channel 'nowhere'; the channels are: a" in desk.page(page)["Error Log"]
    desk.notion.edit(page, {"Channel": "a", "Status": "Queued"})
    desk.sync()
    assert desk.waiting() == ["a/the-salt-road"]
    assert desk.page(page)["Status"] == "Queued"


def test_channels_are_offered_in_the_column(desk: Desk) -> None:
    desk.sync()

    assert [option.name for option in desk.source.properties["Channel"].options] == ["a"]


def test_two_pages_do_not_stand_for_one_film(desk: Desk) -> None:
    first, second = desk.add(), desk.add()
    desk.sync()

    assert desk.page(first)["Status"] == "Queued"
    assert desk.page(second)["Status"] == "Error: Invalid Input"
    assert "another page stands for the film a/the-salt-road already" in desk.page(second)["Error Log"]


def test_a_page_shows_how_far_its_film_is(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.move("the-salt-road", Status.GENERATING_ASSETS, Status.GENERATING_VIDEO)
    desk.fail("the-salt-road", "clip 3")
    desk.sync()

    shown = desk.page(page)
    assert shown["Status"] == "Generating Video"
    assert shown["Progress"] == "clip 5 of 18"
    assert shown["Cost"] == 0
    assert "clip 3, try 1: the service is away (request r-7). Do: wait" in shown["Error Log"]


def test_at_a_gate_the_page_links_to_what_is_to_be_looked_at(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.put("the-salt-road", "videos/clip_01.mp4", "videos/conformed_01.mp4", "videos/sheet.jpg", "audio/narration_01.flac")
    desk.move("the-salt-road", Status.GENERATING_ASSETS, Status.GENERATING_VIDEO, Status.VIDEO_READY)
    desk.sync()

    shown = desk.page(page)["Files"]
    assert [name for name, _ in shown] == ["sheet.jpg", "clip_01.mp4"]
    assert all(url.startswith("https://films.example.org/files/") for _, url in shown)
    desk.move("the-salt-road", Status.ERROR_VIDEO)
    desk.sync()
    assert desk.page(page)["Files"] == shown


def test_what_the_owner_wants_is_done_once(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.notion.edit(page, {"Priority": "High"})
    desk.sync()
    assert desk.film("the-salt-road").priority is Priority.HIGH
    desk.notion.edit(page, {"Status": "Cancelled"})
    desk.sync()
    desk.sync()

    assert desk.film("the-salt-road").status is Status.CANCELLED
    assert desk.page(page)["Status"] == "Cancelled"
    desk.notion.edit(page, {"Status": "Queued"})
    desk.sync()
    assert desk.film("the-salt-road").status is Status.QUEUED
    assert [move.to for move in desk.moves("the-salt-road")] == [Status.DRAFT, Status.QUEUED, Status.CANCELLED, Status.QUEUED]


def test_a_move_that_cannot_be_made_is_taken_back_with_the_reason(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.notion.edit(page, {"Status": "Approved - Video"})
    desk.sync()

    assert desk.page(page)["Status"] == "Queued"
    assert 'is at "Queued" and waits at no gate' in desk.page(page)["Error Log"]


def test_a_word_of_the_owner_is_heard_before_the_page_is_written(desk: Desk) -> None:
    """The film moves on at the moment when its owner gives it up."""
    page = desk.add()
    desk.sync()
    desk.move("the-salt-road", Status.GENERATING_ASSETS)
    desk.notion.edit(page, {"Status": "Cancelled"})
    desk.sync()

    assert desk.film("the-salt-road").status is Status.CANCELLED
    assert desk.page(page)["Status"] == "Cancelled"


def test_a_status_of_ours_whose_writing_was_never_confirmed_is_not_the_owners_word(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.move("the-salt-road", Status.GENERATING_ASSETS)
    desk.notion.faults.next("update page", faults.LOST_ANSWER)
    desk.sync()
    assert desk.page(page)["Status"] == "Generating Assets"
    desk.move("the-salt-road", Status.ASSETS_READY)
    desk.forget_waits()
    desk.sync()

    assert desk.page(page)["Status"] == "Assets Ready"
    assert desk.page(page)["Error Log"] == ""
    assert [move.who for move in desk.moves("the-salt-road")][2:] == [Actor.SYSTEM, Actor.SYSTEM]


def test_while_notion_is_away_nothing_is_lost(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.notion.leave(faults.OVERLOADED)
    desk.move("the-salt-road", Status.GENERATING_ASSETS, Status.GENERATING_VIDEO)
    desk.sync()
    desk.notion.come_back()
    desk.notion.edit(page, {"Priority": "Low"})
    desk.forget_waits()
    desk.sync()

    assert desk.page(page)["Status"] == "Generating Video"
    assert desk.page(page)["Priority"] == "Low"
    assert desk.film("the-salt-road").priority is Priority.LOW


def test_a_page_that_was_thrown_away_leaves_its_film_alone(desk: Desk) -> None:
    page = desk.add()
    desk.sync()
    desk.notion.trash(page)
    desk.move("the-salt-road", Status.GENERATING_ASSETS)
    desk.sync()

    assert desk.film("the-salt-road").status is Status.GENERATING_ASSETS


def test_while_one_run_listens_another_hears_nothing_and_then_takes_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "TAKE_OVER_WITHIN_S", 0.2)
    locks = PostgresLocks(desk.films.results.database)
    desk.add()
    assert locks.acquire_lock(syncing.PLACE, "another run")
    desk.sync()
    assert desk.waiting() == []

    locks.release_lock(syncing.PLACE, "another run")
    desk.sync()

    assert desk.waiting() == ["a/the-salt-road"]


@pytest.mark.acceptance
def test_what_the_desk_tells_is_heard_long_before_the_next_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "LOOK_EVERY_S", 600)
    desk.add()

    def queue_another(*_: object) -> None:
        desk.notion.before_write.clear()
        page = desk.add(Title="The Silk Road")
        with desk.films.results.open() as session:
            notices.keep_notice(session, "told", "notion event", page)

    desk.notion.before_write.append(queue_another)
    asyncio.run(sync_desk(minutes=0.5))

    assert sorted(desk.waiting()) == ["a/the-salt-road", "a/the-silk-road"]
    assert desk.notion.books.by_endpoint()["query"] == 1


def test_a_database_is_made_below_a_page_that_the_owner_names(desk: Desk) -> None:
    NotionDesk.delete("default")
    credentials = NotionCredentials(token=SecretStr(desk.notion.token), base_url=desk.notion.url)
    with pytest.raises(SetupError, match="no integration is saved"):
        asyncio.run(set_up_desk(below="https://www.notion.so/Plans-0123456789abcdef0123456789abcdef"))
    credentials.save("default", overwrite=True)
    with pytest.raises(BadSpec, match="is no page of Notion"):
        asyncio.run(set_up_desk(below="https://www.notion.so/Plans"))
    page = desk.notion.add_page({"Title": "Plans"})

    said = asyncio.run(set_up_desk(below=f"https://www.notion.so/Plans-{page.replace('-', '')}?pvs=4"))

    made = desk.notion.workspace.sources[NotionDesk.load("default").data_source_id]
    assert {name: column.type for name, column in made.properties.items()} == {
        name: kind for name, kind in COLUMNS.values() if kind != "status"
    }
    assert "add a column Status of the type Status with the options below" in said
    NotionCredentials.delete("default")


def test_a_table_of_the_owners_making_is_made_ready_as_far_as_can_be(desk: Desk) -> None:
    plain = desk.notion.make_database("Plain", {"Name": "title", "Status": ("status", ["Draft"]), "Topic": "number"}).sources[0]
    credentials = NotionCredentials(token=SecretStr(desk.notion.token), base_url=desk.notion.url)
    NotionDesk(credentials=credentials, data_source_id=plain.id).save("default", overwrite=True)

    said = asyncio.run(set_up_desk())
    again = asyncio.run(set_up_desk())

    assert plain.properties["Title"].type == "title"
    assert [option.name for option in plain.properties["Priority"].options] == ["High", "Normal", "Low"]
    assert {name: column.type for name, column in plain.properties.items()} == {"Topic": "number"} | {
        name: kind for name, kind in COLUMNS.values() if name != "Topic"
    }
    assert "the column Topic is of the type number: make it a Text, or give it another name" in said
    assert any(line.startswith("column Status: add the options Queued, Generating Assets") for line in said)
    assert not any(line.endswith(": made") for line in again)
