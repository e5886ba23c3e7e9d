"""What a Notion workspace holds: databases with their data sources, pages, blocks, comments, files, and who changed what when."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.emulators.notion_words import dashed, invalid, invalid_part, not_found

PARENT_OF_ALL = {"type": "workspace", "workspace": True}


@dataclass
class Option:
    """One choice of a select, a multi-select or a status."""

    id: str
    name: str
    color: str = "default"
    description: str | None = None


@dataclass
class Property:
    """One column."""

    id: str
    """As answers have it: safe for addresses (`J%40cT`)."""
    name: str
    type: str
    options: list[Option] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    """What else configures its type: the format of a number, the prefix of a unique id."""
    description: str | None = None

    def find_option(self, name_or_id: str) -> Option | None:
        """Look up a choice."""
        return next((option for option in self.options if name_or_id in {option.name, option.id}), None)


TITLE = Property("title", "title", "title")
"""The one property of a page outside any table."""


@dataclass
class Kept:
    """What everything in a workspace has."""

    id: str
    created_at: datetime
    created_by: str
    edited_at: datetime
    edited_by: str
    in_trash: bool = field(default=False, kw_only=True)


@dataclass
class Database(Kept):
    """A container of data sources."""

    title: list[dict[str, Any]]
    parent: dict[str, Any]
    sources: list[DataSource] = field(default_factory=list)
    look: dict[str, Any] = field(default_factory=dict)
    """Icon, cover, description and what else only shows."""

    @property
    def data_source_id(self) -> str:
        """The id of its first data source."""
        return self.sources[0].id


@dataclass
class DataSource(Kept):
    """A table."""

    title: list[dict[str, Any]]
    database: Database
    properties: dict[str, Property] = field(default_factory=dict)
    """By name, in the order of the columns."""
    numbered: int = 0
    """How many unique ids were given."""

    def find(self, name_or_id: str) -> Property | None:
        """Look up a column by its name or its id, encoded or not."""
        if name_or_id in self.properties:
            return self.properties[name_or_id]
        return next((one for one in self.properties.values() if one.id in {name_or_id, quote(name_or_id, safe="")}), None)


@dataclass
class Block(Kept):
    """One piece of a page's content."""

    type: str
    content: dict[str, Any]
    """What stands under its type in answers."""
    parent: dict[str, Any]
    page: Page
    children: list[Block] = field(default_factory=list)
    upload_id: str | None = None
    """The file it shows, when Notion keeps it."""


@dataclass
class Page(Kept):
    """A page, mostly a row of a table."""

    source: DataSource | None
    parent: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    """By property id; how each type is kept is known to `notion_values`."""
    blocks: list[Block] = field(default_factory=list)
    look: dict[str, Any] = field(default_factory=dict)
    unique_number: int = 0


@dataclass(frozen=True)
class Change:
    """Something that subscribers are told of."""

    type: str
    """The event's: `page.properties_updated`."""
    entity: Page | DataSource
    author: str
    at: datetime
    details: tuple[Any, ...] = ()
    """Property ids of a page, blocks of a page, or properties of a data source with what was done to them."""


@dataclass
class Workspace:
    """Everything, behind one lock."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    address: Callable[[], str] = lambda: ""
    """Where the emulator is served."""
    name: str = "Studio"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    owner_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    """The person; whoever writes through the API is the bot."""
    bot_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    databases: dict[str, Database] = field(default_factory=dict)
    sources: dict[str, DataSource] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, Any] = field(default_factory=dict)
    cursors: dict[str, Any] = field(default_factory=dict)
    unshared: set[str] = field(default_factory=set)
    """Databases that the integration may not see."""
    changes: list[Change] = field(default_factory=list)
    before_write: list[Callable[[str, dict[str, Any]], None]] = field(default_factory=list)
    status_options_by_api: bool = False
    max_file_bytes: int = 5 * 1024**3
    ids: random.Random = field(default_factory=random.Random)
    """Where new ids come from."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def new_id(self) -> str:
        """Make an id."""
        return str(uuid.UUID(int=self.ids.getrandbits(128), version=4))

    def stamps(self, author: str) -> dict[str, Any]:
        """Give what something new is marked with."""
        now = self.now()
        return {"id": self.new_id(), "created_at": now, "created_by": author, "edited_at": now, "edited_by": author}

    def keep_page(self, page: Page) -> None:
        """Take a new page in, with its content."""
        if page.source is not None:
            page.source.numbered += 1
            page.unique_number = page.source.numbered
        self.pages[page.id] = page
        self.keep_blocks(page.blocks)
        self.note("page.created", page, page.created_by)

    def keep_blocks(self, blocks: list[Block]) -> None:
        """Take new blocks in, with all below them."""
        for block in blocks:
            self.blocks[block.id] = block
            self.keep_blocks(block.children)

    def note(self, kind: str, entity: Page | DataSource, author: str, *details: Any) -> None:
        """Write down that something changed, and mark it as edited."""
        entity.edited_at, entity.edited_by = self.now(), author
        self.changes.append(Change(kind, entity, author, entity.edited_at, details))

    def kind_of_author(self, author: str) -> str:
        """Tell persons and bots apart."""
        return "bot" if author == self.bot_id else "person"

    def find_database(self, name: str) -> Database:
        found = self.databases.get(checked_id(name, "database_id"))
        if found is None or found.id in self.unshared:
            raise not_found("database", name)
        return found

    def find_source(self, name: str) -> DataSource:
        found = self.sources.get(checked_id(name, "data_source_id"))
        if found is None or found.database.id in self.unshared:
            raise not_found("data_source", name)
        return found

    def find_page(self, name: str) -> Page:
        found = self.pages.get(checked_id(name, "page_id"))
        if found is None or (found.source is not None and found.source.database.id in self.unshared):
            raise not_found("page", name)
        return found

    def find_block(self, name: str) -> Block | Page:
        """Look up a block; pages are blocks, too."""
        own_id = checked_id(name, "block_id")
        if own_id in self.pages:
            return self.find_page(name)
        if own_id not in self.blocks:
            raise not_found("block", name)
        block = self.blocks[own_id]
        self.find_page(block.page.id)
        return block

    def only_source(self, database: Database) -> DataSource:
        """Give the one data source of a database, for callers that do not name it (upgrade guide of 2025-09-03)."""
        if len(database.sources) == 1:
            return database.sources[0]
        raise invalid(
            "Databases with multiple data sources are not supported in this API version.",
            {
                "error_type": "multiple_data_sources_for_database",
                "database_id": database.id,
                "child_data_source_ids": [source.id for source in database.sources],
                "minimum_api_version": "2025-09-03",
            },
        )

    def pages_of(self, source: DataSource) -> Iterator[Page]:
        """List the rows of a table, newest first."""
        return (page for page in reversed(self.pages.values()) if page.source is source)


def checked_id(name: str, parameter: str) -> str:
    """Read an id of a request's path."""
    try:
        return dashed(name)
    except ValueError:
        raise invalid_part("path", f'path.{parameter} should be a valid uuid, instead was `"{name}"`.') from None
