"""Notion as the desk: one data source, a page for each film."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, JsonValue

from blocks.capabilities.desk import Desk, Pace
from blocks.domain.desk import Change, Page, Prepared
from blocks.domain.frozen import Frozen
from blocks.errors import BadSpec
from blocks.http import Door
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.columns import VIEWS, Plan, plan_columns, read_columns
from blocks.providers.notion.pages import COLUMNS, NotionPage, read_page, write_properties

LANE = "notion"
_PAGE_SIZE = 100
_PAGE_ID = re.compile(r"[0-9a-f]{32}$")


class NotionDesk(Desk):
    """A Notion database in which people plan, watch and approve."""

    _block_type_name = "Notion Desk"
    lane: ClassVar[str] = LANE

    kind: Literal["notion"] = "notion"
    credentials: NotionCredentials = Field(description="The integration that reads and writes.")
    data_source_id: str = Field(
        min_length=1, description="Id of the data source whose pages are films: menu of the database, Manage data sources."
    )

    @classmethod
    def made_below(cls, page: str, credentials: NotionCredentials, pace: Pace) -> Self:
        """Make a database for films below a page, with every column that the API can make; it is not saved yet.

        Args:
            page: id of the page, or its address; it is shared with the integration.
            credentials: the integration.
            pace: waits until a request may be sent.

        Raises:
            BadSpec: that is no page, or none that the integration sees.
            CredentialsRejected: the integration may not insert content.
            TransientError: Notion cannot be reached now; look whether the database is there before you ask again.
        """
        found = _PAGE_ID.search(urlsplit(page.strip()).path.replace("-", ""))
        if found is None:
            raise BadSpec(f"{page!r} is no page of Notion: copy its link from the page's menu")
        body: dict[str, JsonValue] = {
            "parent": {"type": "page_id", "page_id": found[0]},
            "title": [{"text": {"content": "Films"}}],
            "initial_data_source": {"properties": dict(plan_columns({}).made)},
        }
        with credentials.get_client() as door:
            pace()
            made = door.post("/databases", json=body).read(_Database)
        return cls(credentials=credentials, data_source_id=made.data_sources[0].id)

    @contextmanager
    def open(self, pace: Pace) -> Iterator[NotionTable]:
        """Open the data source."""
        with self.credentials.get_client() as door:
            yield NotionTable(door, pace, self.data_source_id)


class _Named(Frozen, extra="ignore"):
    id: str


class _Database(Frozen, extra="ignore"):
    data_sources: tuple[_Named, ...] = Field(min_length=1)


class _Listing(Frozen, extra="ignore"):
    results: tuple[NotionPage, ...]
    has_more: bool = False
    next_cursor: str | None = None


class _Source(Frozen, extra="ignore"):
    properties: dict[str, dict[str, JsonValue]]


@dataclass
class NotionTable:
    """The data source, spoken to at the pace that Notion allows."""

    door: Door
    pace: Pace
    source: str

    def page(self, page: str) -> Page | None:
        """Read a page as it is now; None when it was thrown away or moved elsewhere."""
        self.pace()
        found = self.door.get(f"/pages/{page}").read(NotionPage)
        return None if found.is_gone else read_page(found)

    def edited_since(self, moment: datetime) -> tuple[Page, ...]:
        """List the pages that anybody edited since; Notion rounds the time of an edit down to its minute."""
        since: JsonValue = {
            "timestamp": "last_edited_time",
            "last_edited_time": {"on_or_after": moment.replace(second=0, microsecond=0).isoformat()},
        }
        body: dict[str, JsonValue] = {
            "filter": since,
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
            "page_size": _PAGE_SIZE,
        }
        found: list[NotionPage] = []
        while True:
            self.pace()
            listing = self.door.post(f"/data_sources/{self.source}/query", json=body).read(_Listing)
            found += listing.results
            if not listing.has_more or listing.next_cursor is None:
                return tuple(read_page(one) for one in found if not one.is_gone)
            body = {**body, "start_cursor": listing.next_cursor}

    def write(self, page: str, changes: Mapping[str, Change]) -> None:
        """Write on a page; what is not named stays."""
        self.pace()
        self.door.patch(f"/pages/{page}", json={"properties": write_properties(changes)})

    def prepare(self) -> Prepared:
        """Make the columns and choices that films need, as far as the API can; what is there stays."""
        plan = self._plan()
        if plan.made:
            self.pace()
            self.door.patch(f"/data_sources/{self.source}", json={"properties": dict(plan.made)})
        return Prepared(
            done=tuple(f"column {name}: made" for name in plan.made),
            by_hand=(*plan.by_hand, *(f"make {view}" for view in VIEWS)),
        )

    def lacks(self) -> tuple[str, ...]:
        """Say which columns and choices are missing or of another type."""
        plan = self._plan()
        return (*(f"the column {name} is missing or incomplete" for name in plan.made), *plan.by_hand)

    def _plan(self) -> Plan:
        self.pace()
        return plan_columns(read_columns(self.door.get(f"/data_sources/{self.source}").read(_Source).properties))

    def offer_channels(self, channels: Collection[str]) -> None:
        """Add the channels that the column does not offer yet; those it offers stay, for pages may have them."""
        name = COLUMNS["channel"][0]
        self.pace()
        source = self.door.get(f"/data_sources/{self.source}").read(_Source)
        column = source.properties.get(name, {}).get("select")
        options = column.get("options") if isinstance(column, dict) else None
        there = [option for option in options if isinstance(option, dict)] if isinstance(options, list) else []
        missing = sorted(set(channels) - {str(option.get("name")) for option in there})
        if missing:
            kept: list[JsonValue] = [{"id": option["id"], "name": option["name"]} for option in there]
            added: list[JsonValue] = [{"name": one} for one in missing]
            self.pace()
            self.door.patch(f"/data_sources/{self.source}", json={"properties": {name: {"select": {"options": [*kept, *added]}}}})
