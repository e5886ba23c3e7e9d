"""An emulated Notion with a table of films, and ways to speak to it; tests of other vendors have fixtures of their own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from notion_client import Client

from tests.emulators.notion import NotionEmulator, served
from tests.emulators.notion_sdk import COLUMNS, opened, opened_by_hand
from tests.emulators.notion_workspace import Database


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
