"""The desk: what its owner changes on pages is done, and pages show what is true."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.states import Running
from pydantic import SecretStr

from blocks.domain.status import Actor, Status
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.notion.pages import COLUMNS
from blocks.results import entries, queue
from blocks.results.table import ResultsTable
from blocks.results.values import Failure
from deployments.setup import make_lanes
from flows.desk import sync_desk
from tests.emulators.notion import NotionEmulator, served
from tests.tasks.films_at_work import Films, films_at_work

IDEA = {"Title": "The Salt Road", "Channel": "a", "Topic": "salt", "Story Direction": "A caravan leaves.", "Status": "Queued"}
CHOICES = {"Status": [status.value for status in Status], "Priority": ["High", "Normal", "Low"], "Channel": []}


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

    def page(self, page: str) -> dict[str, Any]:
        """Read a page as its owner does."""
        return self.notion.page(page)


@pytest.fixture
def desk(prefect_api: str, results_table: ResultsTable, tmp_path: Path, notion: NotionEmulator) -> Iterator[Desk]:
    with films_at_work(results_table, tmp_path) as films:
        asyncio.run(make_lanes())
        films.channel("a")
        desk = Desk(notion, films)
        credentials = NotionCredentials(token=SecretStr(notion.token), base_url=notion.url)
        NotionDesk(credentials=credentials, data_source_id=desk.source.id).save("default", overwrite=True)
        yield desk
        NotionDesk.delete("default")


def test_a_draft_is_left_alone_and_a_queued_page_becomes_a_film(desk: Desk) -> None:
    draft, queued = desk.add(Title="A Draft", Status="Draft"), desk.add()
    desk.sync()
    desk.sync()

    assert desk.page(draft)["Status"] == "Draft"
    assert desk.page(queued)["Status"] == "Queued"
    assert desk.page(queued)["Priority"] == "Normal"
    assert desk.waiting() == ["a/the-salt-road"]
