"""A studio on a real Prefect server and a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.request import VideoName, VideoRequest
from blocks.providers.offline import FolderPublisher
from blocks.results import entries, shelves
from blocks.results.table import ResultsTable
from blocks.studio import Studio


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look at saved stores be a new one: a store of the test before would be found for a minute."""
    monkeypatch.setattr(shelves, "FRESH_S", 0.0)
    monkeypatch.setattr(shelves, "CHECKED_S", 0.0)


@pytest.fixture
def results(prefect_api: str, results_table: ResultsTable) -> Iterator[ResultsTable]:
    """An empty results table, saved as the flows expect it."""
    results_table.save("default", overwrite=True)
    yield results_table
    ResultsTable.delete("default")


@pytest.fixture
def studio(results: ResultsTable, tmp_path: Path) -> Studio:
    """A film that was asked for, and its studio."""
    channel = Channel(name="Test", workspaces=tmp_path / "workspaces", publisher=FolderPublisher(folder=tmp_path / "films"))
    video = VideoName(channel="test", slug="film")
    with results.open() as session:
        entries.open_film(session, video, VideoRequest(topic="a test"), "a test")
        entries.queue_film(session, video, "asked for")
    return Studio(video=video, channel=channel, results=results)
