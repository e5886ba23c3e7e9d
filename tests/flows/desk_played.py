"""What is left when an owner has played: the desk, the vendors and the studio, and where to look for secrets."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolUpdate
from pydantic import SecretStr

from blocks.channel import Channel
from blocks.domain.request import VideoName, slugify
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.offline import OfflinePlanner
from blocks.receiver import Receiver
from blocks.results import queue
from blocks.results.database import EmbeddedPostgres
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from deployments.setup import make_lanes
from flows.desk import sync_desk
from flows.dispatch import dispatch_videos
from tests.emulators.notion import served
from tests.flows.desk_owner import Owner
from tests.flows.leaks import database_rows, files_below, rows_of, secrets_of, told_by_prefect
from tests.flows.paid_line import PaidLine
from tests.flows.paid_studio import Vendors, all_vendors, paid_channel
from tests.flows.served_line import POOL, ServedLine, served_line

TOKEN = "ntn_token-of-this-desk-4e02"
"""Of Notion's integration; nothing but these tests knows it."""
REST_S = 2.0
"""Between two looks, so that looking leaves the machine to the films."""
AT_ONCE = 4
"""Runs at one time: each is a process."""


@dataclass
class Played:
    """An owner, the studio that works for them, and the vendors that it pays."""

    owner: Owner
    vendors: Vendors
    results: ResultsTable
    line: ServedLine
    receiver: Receiver
    folder: Path
    channels: tuple[str, ...]
    ends: ExitStack
    said: io.StringIO = field(default_factory=io.StringIO)
    """What the worker said, once it has ended."""

    def work(self) -> None:
        """Let the studio listen, show, and begin what waits, once; its worker is at work all the time."""
        asyncio.run(sync_desk(minutes=0))
        with self.results.open() as session:
            is_anybody_waiting = queue.count_waiting(session) > 0
        if is_anybody_waiting:
            asyncio.run(dispatch_videos())
        time.sleep(REST_S)

    def name(self, title: str, channel: str) -> VideoName:
        """Name the film of a page."""
        return VideoName(channel=channel, slug=slugify(title))

    def paid(self) -> PaidLine:
        """See the first channel as a paid line."""
        return PaidLine(self.vendors, self.results, Channel.load(self.channels[0]), self.folder)

    def end(self) -> None:
        """End the studio; what its worker said is there then."""
        with redirect_stderr(self.said):
            self.ends.close()

    def secrets(self) -> set[bytes]:
        """List what must be found nowhere."""
        receiver = (self.receiver.link_key, self.receiver.notion_header_secret)
        ours = {TOKEN.encode(), *(secret.get_secret_value().encode() for secret in receiver)}
        return ours | secrets_of(self.paid())

    def places(self, prefect_database: EmbeddedPostgres) -> dict[str, bytes]:
        """Give everything that is left: rows, files, what Prefect keeps and tells, and what its worker said."""
        rows = {f"Prefect's {name}": content for name, content in rows_of(prefect_database).items()}
        places = database_rows(self.results) | files_below(self.folder) | rows | asyncio.run(told_by_prefect())
        return places | {"the worker": self.said.getvalue().encode()}


@contextmanager
def played(results: ResultsTable, home: Path, channels: tuple[str, ...], **settings: Any) -> Iterator[Played]:
    """Open a desk, save channels that buy from emulated vendors, and let a worker take their runs.

    Args:
        results: the studio's books.
        home: where everything is made.
        channels: ids of the channels.
        settings: of all channels; their films have two scenes.
    """
    with ExitStack() as kept, ExitStack() as ends:
        notion = kept.enter_context(served(token=TOKEN))
        vendors = kept.enter_context(all_vendors())
        asyncio.run(make_lanes())
        owner, receiver = Owner(notion), Receiver.fresh()
        credentials = NotionCredentials(token=SecretStr(notion.token), base_url=notion.url)
        blocks = {
            "default": [NotionDesk(credentials=credentials, data_source_id=owner.source.id), receiver],
            **{name: [_channel(name, vendors, home, settings)] for name in channels},
        }
        for name, of_it in blocks.items():
            for block in of_it:
                block.save(name, overwrite=True)
                kept.callback(asyncio.run, type(block).adelete(name))
        studio = Studio(video=VideoName(channel=channels[0], slug="any"), channel=blocks[channels[0]][0], results=results)
        line = ends.enter_context(served_line(studio, home / "death"))
        with get_client(sync_client=True) as client:
            client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=AT_ONCE))
        yield Played(owner, vendors, results, line, receiver, home, channels, ends)


def _channel(name: str, vendors: Vendors, home: Path, settings: dict[str, Any]) -> Channel:
    brief = {"name": name, "planner": OfflinePlanner(), "rate": "8", "target_seconds": 10}
    return paid_channel(vendors, home, **brief | settings)
