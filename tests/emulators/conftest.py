"""An emulated Notion with a table of films, an emulated YouTube with a channel, and ways to speak to them.

Tests of other vendors have fixtures of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from notion_client import Client

from tests.emulators import youtube as emulated_youtube
from tests.emulators import youtube_sdk
from tests.emulators.notion import NotionEmulator, served
from tests.emulators.notion_sdk import COLUMNS, opened, opened_by_hand
from tests.emulators.notion_workspace import Database
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_site import Channel


@pytest.fixture(scope="module")
def notion_server() -> Iterator[NotionEmulator]:
    with served() as vendor:
        yield vendor


@pytest.fixture
def notion(notion_server: NotionEmulator) -> NotionEmulator:
    """One server for all tests of a file, empty at the beginning of each."""
    notion_server.begin_anew()
    return notion_server


@pytest.fixture
def films(notion: NotionEmulator) -> Database:
    return notion.make_database("Films", COLUMNS)


@pytest.fixture
def page(notion: NotionEmulator, films: Database) -> str:
    return notion.add_page({"Name": "Foxes", "Status": "Draft", "Cost": 1})


@pytest.fixture
def sdk(notion: NotionEmulator) -> Iterator[Client]:
    with opened(notion) as client:
        yield client


@pytest.fixture
def raw(notion: NotionEmulator) -> Iterator[httpx.Client]:
    with opened_by_hand(notion) as client:
        yield client


@pytest.fixture(scope="module")
def youtube_server() -> Iterator[YouTubeEmulator]:
    with emulated_youtube.served() as vendor:
        yield vendor


@pytest.fixture
def youtube(youtube_server: YouTubeEmulator) -> YouTubeEmulator:
    """One server for all tests of a file, empty at the beginning of each."""
    youtube_server.begin_anew()
    return youtube_server


@pytest.fixture
def fox(youtube: YouTubeEmulator) -> Channel:
    """A channel that may do everything."""
    return youtube.add_channel("Foxes at Dusk")


@pytest.fixture
def token(youtube: YouTubeEmulator, fox: Channel) -> str:
    return youtube.issue_token(fox)


@pytest.fixture
def client(youtube: YouTubeEmulator, token: str) -> Iterator[Any]:
    """Google's own client, as the channel."""
    with youtube_sdk.opened(youtube, token) as made:
        yield made


@pytest.fixture
def hand(youtube: YouTubeEmulator, token: str) -> Iterator[httpx.Client]:
    """Plain HTTP, as the channel."""
    with youtube_sdk.opened_by_hand(youtube, token) as made:
        yield made
