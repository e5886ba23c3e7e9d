"""What tests of storages share."""

from collections.abc import Iterator

import pytest

from tests.providers.notion_stores import NotionStore, notion_store


@pytest.fixture
def notion_database(prefect_api: str) -> Iterator[NotionStore]:
    """An empty database of an emulated Notion."""
    with notion_store() as store:
        yield store
