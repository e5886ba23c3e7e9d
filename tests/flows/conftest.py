"""A studio as setting up makes it, kept for a whole module, and a film small enough to make often."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.request import VideoName
from blocks.providers.offline import FolderPublisher
from blocks.results.database import EmbeddedPostgres
from blocks.results.schema import migrate
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage
from blocks.studio import Studio
from tests.flows.paid_line import PaidLine, paid_line
from tests.flows.paid_studio import all_vendors


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of everything that the tests of a module make."""
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def results(prefect_api: str, postgres_folder: Path, home: Path) -> Iterator[ResultsTable]:
    """A saved results table, empty at first; the tests of a module share what they make."""
    database = EmbeddedPostgres(folder=postgres_folder, name=home.name.replace("-", "_"))
    migrate(database)
    table = ResultsTable(database=database, storage=LocalStorage(folder=home / "products"))
    table.save("default", overwrite=True)
    yield table
    asyncio.run(ResultsTable.adelete("default"))


@pytest.fixture(scope="module")
def studio(results: ResultsTable, home: Path) -> Iterator[Studio]:
    """A saved channel that makes everything offline."""
    workspaces, publisher = home / "workspaces", FolderPublisher(folder=home / "films")
    channel = Channel(name="Test", rate="8", workspaces=workspaces, publisher=publisher)  # few pictures a second are soon drawn
    channel.save("test", overwrite=True)
    yield Studio(video=VideoName(channel="test", slug="a-small-film"), channel=channel, results=results)
    asyncio.run(Channel.adelete("test"))


@pytest.fixture(scope="module")
def line(results: ResultsTable, home: Path) -> Iterator[PaidLine]:
    """A saved channel that buys everything from emulated vendors, which nothing ails."""
    with all_vendors() as vendors, paid_line(vendors, results, home) as paid:
        yield paid
