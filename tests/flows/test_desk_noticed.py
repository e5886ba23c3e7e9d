"""An edit that Notion itself tells of, by its signed webhook: through the receiver, to the film in the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect import flow
from pydantic import SecretStr

from blocks.channel import Channel
from blocks.domain.status import Status
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.offline import FolderPublisher
from blocks.receiver import Receiver
from blocks.results import queue
from blocks.results.table import ResultsTable
from tasks.desk import Listener
from tests.deployments.receiver_at_work import receiver_at_work
from tests.emulators.notion import served
from tests.emulators.notion_outbox import FORGED, UNSIGNED, Delivery
from tests.emulators.notion_webhooks import Subscription
from tests.flows.desk_owner import Owner

TITLE = "The Salt Road"


@dataclass
class Told:
    """An owner, the Notion that tells of what they do, and the studio that hears of nothing else."""

    owner: Owner
    subscription: Subscription
    desk: NotionDesk
    channel: Channel
    results: ResultsTable

    def tell(self, fault: str | None = None) -> list[Delivery]:
        """Let Notion post what happened since the last time; in a wrong way if one is named."""
        self.subscription.faults.always("event", fault)
        return self.subscription.deliver()

    def hear(self) -> list[str]:
        """Look at the pages that were told of, and at no other; gives the films that wait for their turn then."""

        @flow(name="hear what was told")
        async def hear_noticed() -> None:
            with self.desk.open(lambda: None) as table:
                await Listener(desk=table, channels={"a": self.channel}, results=self.results).hear_noticed()

        asyncio.run(hear_noticed())
        with self.results.open() as session:
            return [str(one.video) for one in queue.waiting_films(session)]


@pytest.fixture
def told(prefect_api: str, results_table: ResultsTable, tmp_path: Path) -> Iterator[Told]:
    pairing = Receiver.fresh().pairing(datetime.now(UTC))
    with served() as notion, receiver_at_work(results_table, pairing) as outside:
        owner = Owner(notion)
        credentials = NotionCredentials(token=SecretStr(notion.token), base_url=notion.url)
        desk = NotionDesk(credentials=credentials, data_source_id=owner.source.id)
        channel = Channel(name="A", workspaces=tmp_path, publisher=FolderPublisher(folder=tmp_path / "films"))
        subscription = Subscription(notion, str(outside.client.base_url.join("/webhook/notion")))
        assert subscription.shake_hands().status == 200
        yield Told(owner, subscription, desk, channel, results_table)


def test_an_edit_that_notion_tells_of_queues_the_film_and_what_is_not_signed_does_nothing(told: Told) -> None:
    told.owner.adds(TITLE, Channel="a", Topic="salt", Story_Direction="A caravan leaves.", Status=Status.DRAFT)
    assert [one.status for one in told.tell()] == [200]
    assert told.hear() == []

    told.owner.edits(TITLE, Status=Status.QUEUED)
    for pretended in (UNSIGNED, FORGED):
        assert [one.status for one in told.tell(pretended)] == [401]
        assert told.hear() == []

    assert [one.status for one in told.tell()] == [200]
    assert told.hear() == ["a/the-salt-road"]


def test_only_pages_that_were_told_of_are_read(told: Told) -> None:
    told.owner.adds("Another", Channel="a", Topic="salt", Story_Direction="A caravan leaves.", Status=Status.QUEUED)
    assert told.hear() == []

    told.tell()
    told.tell()
    assert told.hear() == ["a/another"]
    assert told.owner.notion.books.by_endpoint() == {"page": 1}
