"""Values of page properties: read from a request, shown in an answer, and as plain Python for whoever holds the owner's hand.

A choice is kept by the id of its option, a file by its upload or its address, anything else as answers show it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.emulators.notion_files import attach, link_to, name_of, upload_behind
from tests.emulators.notion_texts import plain, read_texts, texts_of
from tests.emulators.notion_words import invalid, invalid_part, not_emulated
from tests.emulators.notion_workspace import Option, Page, Property, Workspace

COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
REFERENCES_SHOWN = 25
"""A page shows no more relations or people of one property (retrieve a page, 2026-11)."""
_LONGEST_OPTION = 100


@dataclass(frozen=True)
class Kind:
    """How values of one type are read, shown and told."""

    read: Callable[[Workspace, Property, Any], Any] = lambda workspace, column, given: given
    """From a request of the right type to what is kept."""
    show: Callable[[Workspace, Property, Any], Any] = lambda workspace, column, kept: kept
    """From what is kept to what stands under the type in an answer."""
    tell: Callable[[Any], Any] = lambda shown: shown
    """From there to plain Python."""
    ask: Callable[[Any], Any] = lambda simple: simple
    """From plain Python to a request."""
    empty: Any = None


def kind_of(column: Property) -> Kind:
    """Give the kind of a property that can be written.

    Raises:
        Refused: nobody writes it.
    """
    if column.type not in KINDS:
        raise not_emulated(f"how to write a {column.type}")
    return KINDS[column.type]


def value_of(page: Page, column: Property) -> Any:
    """Give a value as it is kept."""
    kept = page.values.get(column.id)
    return KINDS[column.type].empty if kept is None else kept


def shown_value(workspace: Workspace, page: Page, column: Property) -> Any:
    """Give a value as answers show it under its type; all references of it, however many."""
    if column.type in COMPUTED:
        return COMPUTED[column.type](page, column)
    return KINDS[column.type].show(workspace, column, value_of(page, column))


def simple_value(workspace: Workspace, page: Page, column: Property) -> Any:
    """Give a value as plain Python: a text, a number, the name of a choice, names and addresses of files."""
    shown = shown_value(workspace, page, column)
    return shown if column.type in COMPUTED else KINDS[column.type].tell(shown)


def add_option(column: Property, name: str, color: str | None = None, description: str | None = None) -> Option:
    """Add a choice to a select, a multi-select or a status."""
    if "," in name:
        raise invalid(f"Invalid select option, commas not allowed: {name}")
    if len(name) > _LONGEST_OPTION:
        place = f"body.properties.{column.name}.{column.type}.name.length"
        raise invalid_part("body", f"{place} should be ≤ `{_LONGEST_OPTION}`, instead was `{len(name)}`.")
    own_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{column.id} {name}"))
    option = Option(own_id, name, color or COLORS[len(column.options) % len(COLORS)], description)
    column.options.append(option)
    return option


def shown_file(workspace: Workspace, kept: dict[str, str]) -> dict[str, Any]:
    """Give a file as answers show it: at an address of somebody's, or at one of Notion's that holds for an hour."""
    if "url" in kept:
        return {"type": "external", "external": {"url": kept["url"]}}
    return {"type": "file", "file": link_to(workspace, workspace.uploads[kept["upload_id"]])}


def to_the_minute(at: datetime) -> str:
    """Write a time as pages have it: rounded down to the minute."""
    return f"{at:%Y-%m-%dT%H:%M}:00.000Z"


def _read_option(column: Property, given: dict[str, Any] | None) -> str | None:
    if given is None:
        return None
    name = given.get("id") or given["name"]
    if found := column.find_option(name):
        return found.id
    if column.type == "status":
        raise invalid(f'Invalid status option. Status option "{name}" does not exist.')
    if "id" in given:
        raise invalid(f'Invalid select option. Select option "{name}" does not exist.')
    return add_option(column, name, given.get("color")).id


def _show_option(column: Property, own_id: str | None) -> dict[str, str] | None:
    option = column.find_option(own_id or "")
    return option and {"id": option.id, "name": option.name, "color": option.color}


def _show_options(column: Property, ids: list[str]) -> list[dict[str, str]]:
    return [shown for shown in (_show_option(column, own_id) for own_id in ids) if shown]


def _read_file(workspace: Workspace, given: dict[str, Any]) -> dict[str, str]:
    if "external" in given:
        return {"name": given["name"], "url": given["external"]["url"]}
    if "file_upload" in given:
        upload = attach(workspace, given["file_upload"]["id"])
        return {"name": given.get("name") or name_of(upload), "upload_id": upload.id}
    return {"name": given["name"], "upload_id": upload_behind(workspace, given["file"]["url"]).id}


def _read_person(workspace: Workspace, given: dict[str, Any]) -> str:
    if given["id"] not in {workspace.owner_id, workspace.bot_id}:
        raise invalid(f"Could not find user with ID: {given['id']}.")
    return given["id"]


def _read_date(column: Property, given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    for name in ("start", "end"):
        text = given.get(name)
        try:
            if text is not None:
                datetime.fromisoformat(text)
        except ValueError:
            place = f"body.properties.{column.name}.date.{name}"
            raise invalid_part("body", f'{place} should be a valid ISO 8601 date string, instead was `"{text}"`.') from None
    return {"start": given["start"], "end": given.get("end"), "time_zone": given.get("time_zone")}


_TEXT = Kind(
    read=lambda workspace, column, given: read_texts(given), tell=plain, ask=lambda simple: texts_of(simple or ""), empty=[]
)
_CHOICE = Kind(
    read=lambda workspace, column, given: _read_option(column, given),
    show=lambda workspace, column, kept: _show_option(column, kept),
    tell=lambda shown: shown and shown["name"],
    ask=lambda simple: {"name": simple} if simple else None,
)
KINDS = {
    "title": _TEXT,
    "rich_text": _TEXT,
    "select": _CHOICE,
    "status": _CHOICE,
    "multi_select": Kind(
        read=lambda workspace, column, given: [_read_option(column, one) for one in given],
        show=lambda workspace, column, kept: _show_options(column, kept),
        tell=lambda shown: [option["name"] for option in shown],
        ask=lambda simple: [{"name": name} for name in simple],
        empty=[],
    ),
    "files": Kind(
        read=lambda workspace, column, given: [_read_file(workspace, one) for one in given],
        show=lambda workspace, column, kept: [{"name": one["name"], **shown_file(workspace, one)} for one in kept],
        tell=lambda shown: [(one["name"], one[one["type"]]["url"]) for one in shown],
        ask=lambda simple: [{"name": name, "external": {"url": url}} for name, url in simple],
        empty=[],
    ),
    "relation": Kind(
        read=lambda workspace, column, given: [workspace.find_page(one["id"]).id for one in given],
        show=lambda workspace, column, kept: [{"id": one} for one in kept],
        tell=lambda shown: [one["id"] for one in shown],
        ask=lambda simple: [{"id": one} for one in simple],
        empty=[],
    ),
    "people": Kind(
        read=lambda workspace, column, given: [_read_person(workspace, one) for one in given],
        show=lambda workspace, column, kept: [{"object": "user", "id": one} for one in kept],
        tell=lambda shown: [one["id"] for one in shown],
        ask=lambda simple: [{"id": one} for one in simple],
        empty=[],
    ),
    "date": Kind(
        read=lambda workspace, column, given: _read_date(column, given),
        tell=lambda shown: shown and shown["start"],
        ask=lambda simple: {"start": simple.isoformat() if isinstance(simple, date) else simple} if simple else None,
    ),
    "checkbox": Kind(empty=False),
    "number": Kind(),
    "url": Kind(ask=lambda simple: simple or None),
    "email": Kind(ask=lambda simple: simple or None),
    "phone_number": Kind(ask=lambda simple: simple or None),
}
"""Types that can be written."""
COMPUTED: dict[str, Callable[[Page, Property], Any]] = {
    "created_time": lambda page, _: to_the_minute(page.created_at),
    "last_edited_time": lambda page, _: to_the_minute(page.edited_at),
    "created_by": lambda page, _: {"object": "user", "id": page.created_by},
    "last_edited_by": lambda page, _: {"object": "user", "id": page.edited_by},
    "unique_id": lambda page, column: {"prefix": column.settings.get("prefix"), "number": page.unique_number},
    "formula": lambda page, column: {"type": "string", "string": None},
}
"""Types that nobody writes; formulas are not computed."""
