"""A studio on a real Prefect server and a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.request import VideoName, VideoRequest
from blocks.providers.offline import FolderPublisher
from blocks.results import entries
from blocks.results.table import ResultsTable
from blocks.studio import Studio


@pytest.fixture
def studio(prefect_api: str, results_table: ResultsTable, tmp_path: Path) -> Iterator[Studio]:
    """A film that was asked for, in a studio whose results table is saved as the flows expect it."""
    results_table.save("default", overwrite=True)
    channel = Channel(name="Test", workspaces=tmp_path / "workspaces", publisher=FolderPublisher(folder=tmp_path / "films"))
    video = VideoName(channel="test", slug="film")
    with results_table.open() as session:
        entries.open_film(session, video, VideoRequest(topic="a test"), "a test")
        entries.queue_film(session, video, "asked for")
    yield Studio(video=video, channel=channel, results=results_table)
    ResultsTable.delete("default")
