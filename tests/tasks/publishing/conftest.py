"""What tests of publishing share: an emulated YouTube, and a film that a channel is to publish there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from blocks.domain.specs import PublishSpec
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks import publications as publishing
from tests.lanes import open_lanes
from tests.tasks.publishing.films_to_publish import studio_of
from tests.youtube_at_work import YouTubeAtWork, at_work, soon


@pytest.fixture(autouse=True)
def _lane(prefect_api: str) -> None:
    asyncio.run(open_lanes({"youtube": 2}))


@pytest.fixture
def work(tmp_path: Path, results: ResultsTable) -> Iterator[YouTubeAtWork]:
    with at_work(tmp_path) as made, soon(), mock.patch.object(publishing, "QUICK_PAUSES_S", (0.01,) * 2):
        made.storage = results.storage
        yield made
        assert made.youtube.schema_problems == []


@pytest.fixture
def studio(work: YouTubeAtWork, results: ResultsTable, tmp_path: Path) -> Studio:
    return studio_of(work, results, tmp_path)


@pytest.fixture
def spec(work: YouTubeAtWork) -> PublishSpec:
    return work.spec(work.film(size=1_000))
