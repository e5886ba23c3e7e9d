"""A Notion on loopback that keeps products, and a lane in which nobody has to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.storage import NotionStorage
from tests.emulators.notion import NotionEmulator, served
from tests.emulators.notion_workspace import DataSource


@dataclass
class NotionStore:
    """The workspace and its database for products, as the owner sees them."""

    notion: NotionEmulator
    source: DataSource

    def storage(self, folder: Path, **settings: object) -> NotionStorage:
        """Give one machine's way to it."""
        credentials = NotionCredentials(token=SecretStr(self.notion.token), base_url=self.notion.url)
        return NotionStorage(**{"credentials": credentials, "data_source_id": self.source.id, "folder": folder, **settings})

    def names(self) -> list[str]:
        """List the names of all pages."""
        return [self.notion.page(page)["Name"] for page in self.notion.pages()]

    def asked(self, endpoint: str) -> int:
        """Count the calls of an endpoint."""
        return self.notion.books.by_endpoint()[endpoint]


@contextmanager
def notion_store() -> Iterator[NotionStore]:
    """Serve a Notion with an empty database, and see that its lane lets everybody pass."""
    _widen("notion")
    with served() as notion:
        yield NotionStore(notion, notion.make_database("Products", {"Name": "title"}).sources[0])


def _widen(lane: str) -> None:
    wide = {"limit": 1000, "slot_decay_per_second": 1000.0}
    with get_client(sync_client=True) as client:
        try:
            client.update_global_concurrency_limit(lane, GlobalConcurrencyLimitUpdate(**wide))
        except ObjectNotFound:
            client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=lane, **wide))
