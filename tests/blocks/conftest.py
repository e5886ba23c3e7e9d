"""What tests of storages share."""

from collections.abc import Iterator

import pytest

from tests.blocks.served_buckets import Buckets, served
from tests.providers.notion_stores import NotionStore, notion_store


@pytest.fixture(scope="session")
def _served() -> Iterator[Buckets]:
    with served() as store:
        yield store


@pytest.fixture
def buckets(_served: Buckets) -> Buckets:
    """A store with one empty bucket."""
    _served.begin_anew()
    return _served


@pytest.fixture
def notion_database(prefect_api: str) -> Iterator[NotionStore]:
    """An empty database of an emulated Notion."""
    with notion_store() as store:
        yield store
