"""A channel that its owner let rest begins nothing new, and finishes what it has begun."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Status
from blocks.errors import BadSpec
from blocks.providers.offline import FolderPublisher
from blocks.results import queries
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks.books import open_film

REQUEST = VideoRequest(topic="wolves")


def studio_of(results: ResultsTable, folder: Path, *, active: bool) -> Studio:
    channel = Channel(name="One", active=active, workspaces=folder, publisher=FolderPublisher(folder=folder))
    return Studio(video=VideoName(channel="one", slug="wolves"), channel=channel, results=results)


def test_a_resting_channel_begins_no_new_film_and_leaves_no_trace_of_it(results_table: ResultsTable, tmp_path: Path):
    studio = studio_of(results_table, tmp_path, active=False)

    with pytest.raises(BadSpec, match="begins no new films"):
        asyncio.run(open_film(REQUEST, studio))

    with results_table.open() as session, pytest.raises(BadSpec, match="no film"):
        queries.film(session, studio.video)


def test_a_resting_channel_goes_on_with_a_film_that_was_begun(results_table: ResultsTable, tmp_path: Path):
    asyncio.run(open_film(REQUEST, studio_of(results_table, tmp_path, active=True)))

    asyncio.run(open_film(REQUEST, studio_of(results_table, tmp_path, active=False)))

    with results_table.open() as session:
        assert queries.film(session, VideoName(channel="one", slug="wolves")).status is Status.QUEUED
