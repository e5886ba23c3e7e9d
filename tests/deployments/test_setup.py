"""Setting the studio up."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.channel import Channel
from blocks.domain.request import VideoName
from blocks.errors import SetupError
from blocks.results import embedded
from blocks.results.database import forget_engine
from blocks.results.table import ResultsTable
from blocks.studio import open_studio, saved_names
from deployments.setup import set_up

FILM = VideoName(channel="demo", slug="film")


@pytest.fixture
def home(prefect_api: str) -> Iterator[Path]:
    """An empty home, in a folder with a space in its name; whatever was set up is forgotten."""
    with tempfile.TemporaryDirectory(prefix="a studio ") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        asyncio.run(_forget())
        embedded.stop(Path(folder) / "postgres")


async def _forget() -> None:
    results = await ResultsTable.aload("default")
    forget_engine(results.database)
    await ResultsTable.adelete("default")
    await Channel.adelete("demo")


def test_setting_up_twice_changes_nothing_the_second_time(home: Path) -> None:
    first, second = asyncio.run(set_up(home)), asyncio.run(set_up(home))

    assert any("channel demo" in line for line in first)
    assert second == []


def test_what_the_owner_changed_is_left_alone(home: Path) -> None:
    asyncio.run(set_up(home))
    channel = Channel.load("demo")
    channel.name = "Mine"
    channel.save("demo", overwrite=True)

    asyncio.run(set_up(home))

    assert asyncio.run(open_studio(FILM)).channel.name == "Mine"


def test_every_maker_of_a_channel_comes_back_as_it_was_saved(home: Path) -> None:
    asyncio.run(set_up(home))
    channel = Channel.load("demo")

    again = asyncio.run(open_studio(FILM)).channel

    assert again.model_dump() == channel.model_dump()
    assert type(again.narrator) is type(channel.narrator)


def test_a_type_that_was_never_registered_has_no_saved_blocks(prefect_api: str) -> None:
    assert asyncio.run(saved_names("no-such-type")) == set()


def test_a_studio_that_was_never_set_up_names_the_command(prefect_api: str) -> None:
    with pytest.raises(SetupError, match="make setup"):
        asyncio.run(open_studio(FILM))
