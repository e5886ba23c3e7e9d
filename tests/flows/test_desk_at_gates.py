"""A film of an owner who only edits a page in Notion: queued, sent back, approved, published. The tests build on each other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from blocks.domain.gates import Gate, GateMode
from blocks.domain.status import Status
from blocks.domain.verdicts import Decision
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.notion.pages import COLUMNS
from blocks.studio import Studio
from deployments.setup import make_lanes
from flows.desk import sync_desk
from flows.dispatch import dispatch_videos
from tests.emulators.notion import NotionEmulator, served
from tests.flows.served_line import PATIENCE_S, ServedLine, served_line
from tests.flows.test_desk import CHOICES

pytestmark = pytest.mark.acceptance

IDEA = {
    "Title": "The Lighthouse",
    "Channel": "test",
    "Topic": "a lighthouse keeper",
    "Story Direction": "A keeper climbs the tower at dusk. A storm comes in from the sea. The lamp burns, and a ship comes home.",
    "Status": "Queued",
}


class Owner:
    """Somebody who knows Notion and nothing else."""

    def __init__(self, notion: NotionEmulator) -> None:
        self.notion = notion
        columns: dict[str, Any] = {name: (kind, CHOICES[name]) if name in CHOICES else kind for name, kind in COLUMNS.values()}
        self.source = notion.make_database("Films", columns).sources[0]
        self.page = ""

    def reads(self) -> dict[str, Any]:
        """Look at the page."""
        return self.notion.page(self.page)

    def awaits(self, status: Status) -> None:
        """Wait until the page shows a status."""
        deadline = time.monotonic() + PATIENCE_S
        while self.reads()["Status"] != status:
            assert time.monotonic() < deadline, self.reads()
            asyncio.run(sync_desk(minutes=0))
            time.sleep(0.5)


@pytest.fixture(scope="module")
def line(studio: Studio, home: Path) -> Iterator[ServedLine]:
    gates = {Gate.CLIPS: GateMode.MANUAL, Gate.FINAL: GateMode.MANUAL}
    settings = {"rate": "8", "gates": gates, "target_seconds": 16, "max_concurrent_videos": 5}
    studio.channel.model_copy(update=settings).save("test", overwrite=True)
    with served_line(studio, home / "death") as line:
        yield line.of("the-lighthouse")


@pytest.fixture(scope="module")
def owner(line: ServedLine) -> Iterator[Owner]:
    asyncio.run(make_lanes())
    with served() as notion:
        owner = Owner(notion)
        credentials = NotionCredentials(token=SecretStr(notion.token), base_url=notion.url)
        NotionDesk(credentials=credentials, data_source_id=owner.source.id).save("default", overwrite=True)
        yield owner
        NotionDesk.delete("default")


def test_a_queued_page_comes_to_its_gate(owner: Owner, line: ServedLine) -> None:
    owner.page = owner.notion.add_page(IDEA)
    asyncio.run(sync_desk(minutes=0))
    asyncio.run(dispatch_videos())

    owner.awaits(Status.VIDEO_READY)
    assert "/runs/flow-run/" in owner.reads()["Prefect"] or owner.reads()["Prefect"] is None


def test_a_note_sends_a_clip_back_and_the_film_returns_to_the_gate(owner: Owner, line: ServedLine) -> None:
    owner.notion.edit(owner.page, {"Status": "Generating Video", "Notes": "regenerate 1: too dark"})
    asyncio.run(sync_desk(minutes=0))
    line.reach(Status.GENERATING_VIDEO)
    owner.awaits(Status.VIDEO_READY)

    (verdict,) = line.said
    assert verdict.decision is Decision.REJECT
    assert [(one.item, one.reason) for one in verdict.retakes] == [("clip 1", "too dark")]


def test_an_approved_film_is_published_after_its_last_gate(owner: Owner, line: ServedLine) -> None:
    owner.notion.edit(owner.page, {"Status": "Approved - Video", "Notes": ""})
    owner.awaits(Status.ASSEMBLY_COMPLETE)
    owner.notion.edit(owner.page, {"Status": "Uploading"})
    owner.awaits(Status.PUBLISHED)

    assert [verdict.decision for verdict in line.said] == [Decision.REJECT, Decision.APPROVE, Decision.APPROVE]
    assert owner.reads()["Error Log"] == ""
