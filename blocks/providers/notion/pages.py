"""Notion's pages: its property values, as a page of the desk and back (developers.notion.com, property values)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, JsonValue

from blocks.domain.audience import to_the_minute
from blocks.domain.desk import Change, Page, PageFile
from blocks.domain.frozen import Frozen

COLUMNS = {
    "title": ("Title", "title"),
    "channel": ("Channel", "select"),
    "topic": ("Topic", "rich_text"),
    "story_direction": ("Story Direction", "rich_text"),
    "status": ("Status", "status"),
    "priority": ("Priority", "select"),
    "privacy": ("Privacy", "select"),
    "publish_at": ("Publish At", "date"),
    "notes": ("Notes", "rich_text"),
    "progress": ("Progress", "rich_text"),
    "error_log": ("Error Log", "rich_text"),
    "youtube": ("YouTube", "url"),
    "cost_usd": ("Cost", "number"),
    "run_url": ("Prefect", "url"),
    "files": ("Files", "files"),
}
"""Name and type of the column of each field of a page."""
MOST_PER_TEXT = 2000
"""UTF-16 units that one piece of text may have (request limits)."""
MOST_TEXTS = 100
"""Pieces that one text may have."""


class NotionPage(Frozen, extra="ignore"):
    """A page as the API gives it; only what is needed of it is looked at."""

    id: str
    url: str = ""
    in_trash: bool = False
    archived: bool = False
    properties: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        """Whether somebody threw it away."""
        return self.in_trash or self.archived


def read_page(found: NotionPage) -> Page:
    """Give a page as the desk has it; columns that are missing, or of another type, are empty, and the page says which."""
    values = {field: _read(found.properties.get(name), kind) for field, (name, kind) in COLUMNS.items()}
    choices = {field: str(values[field]).lower() for field in _CHOICES}
    lacks = {field for field, (name, kind) in COLUMNS.items() if kind not in found.properties.get(name, {})}
    return Page.model_validate({"id": found.id, "url": found.url, "lacks": lacks, **values, **choices})


def write_properties(changes: Mapping[str, Change]) -> dict[str, JsonValue]:
    """Give the body that writes these fields of a page."""
    return {COLUMNS[field][0]: _write(value, COLUMNS[field][1], field) for field, value in changes.items()}


def split_text(text: str) -> Iterator[str]:
    """Part a text into pieces that Notion takes; characters beyond U+FFFF count twice and are never parted."""
    piece: list[str] = []
    length = 0
    for character in text:
        units = 2 if ord(character) > 0xFFFF else 1
        if length + units > MOST_PER_TEXT:
            yield "".join(piece)
            piece, length = [], 0
        piece.append(character)
        length += units
    if piece:
        yield "".join(piece)


def _read(found: Mapping[str, Any] | None, kind: str) -> Change:
    value = None if found is None else found.get(kind)
    match kind:
        case "title" | "rich_text":
            return "".join(str(part.get("plain_text", "")) for part in value or ())
        case "status" | "select":
            return str(value["name"]) if value else ""
        case "number":
            return None if value is None else Decimal(str(value))
        case "date":
            return _moment(value) if value else None
        case "files":  # what somebody uploaded is none of ours
            links = [one for one in value or () if one.get("external")]
            return tuple(PageFile(name=str(one["name"]), url=str(one["external"]["url"])) for one in links)
        case _:
            return str(value or "")


def _moment(value: Mapping[str, Any]) -> datetime:
    """Read where a date begins: a day alone begins at 00:00 UTC, and what names no offset is in the zone it names, or in UTC."""
    start = datetime.fromisoformat(str(value["start"]))
    if start.utcoffset() is None:
        start = start.replace(tzinfo=ZoneInfo(value["time_zone"]) if value.get("time_zone") else UTC)
    return to_the_minute(start)


def _write(value: Change, kind: str, field: str) -> JsonValue:
    if isinstance(value, tuple):
        return {kind: [{"name": one.name, "external": {"url": one.url}} for one in value]}
    match kind:
        case "title" | "rich_text":
            pieces = list(split_text(str(value or "")))[-MOST_TEXTS:]
            return {kind: [{"text": {"content": piece}} for piece in pieces]}
        case "status" | "select":
            name = str(value).capitalize() if field in _CHOICES else value
            return {kind: {"name": str(name)} if name else None}
        case "number":
            return {kind: float(value) if isinstance(value, Decimal) else None}
        case "date":
            return {kind: {"start": value.isoformat()} if isinstance(value, datetime) else None}
        case _:
            return {kind: str(value) if value else None}


_CHOICES = ("priority", "privacy")
"""Fields whose words people read with a capital."""
