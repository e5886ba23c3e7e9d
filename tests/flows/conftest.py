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


@pytest.fixture(scope="module")
def studio(prefect_api: str, postgres_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A saved channel over a saved results table, both empty at first; the tests of a module share what they make."""
    home = tmp_path_factory.mktemp("studio")
    database = EmbeddedPostgres(folder=postgres_folder, name=home.name.replace("-", "_"))
    migrate(database)
    results = ResultsTable(database=database, storage=LocalStorage(folder=home / "products"))
    results.save("default", overwrite=True)
    channel = Channel(name="Test", workspaces=home / "workspaces", publisher=FolderPublisher(folder=home / "films"))
    channel.save("test", overwrite=True)
    yield Studio(video=VideoName(channel="test", slug="a-small-film"), channel=channel, results=results)
    asyncio.run(_forget())


async def _forget() -> None:
    await Channel.adelete("test")
    await ResultsTable.adelete("default")
