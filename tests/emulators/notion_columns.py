"""Columns of tables: made and changed by requests, and by the owner's hand.

The options of a status cannot be made or changed through the API, says the reference (update data source properties, 2026-11).
The types of the SDK allow it, and some have seen new options appear: `Workspace.status_options_by_api` allows it, too.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tests.emulators.notion_values import COMPUTED, KINDS, add_option
from tests.emulators.notion_words import invalid, not_emulated
from tests.emulators.notion_workspace import DataSource, Option, Property, Workspace

Simple = str | tuple[str, Sequence[str]]
"""A column as the owner names it: its type, or its type with the names of its options."""
_SIGNS = string.ascii_letters + string.digits + "@:;<>=~_"
_WITH_OPTIONS = frozenset({"select", "multi_select", "status"})


def make_column(name: str, kind: str, settings: Mapping[str, Any] | None = None) -> Property:
    """Make a column with an id as Notion's: four signs, some of which addresses must encode."""
    if kind not in KINDS and kind not in COMPUTED:
        raise not_emulated(f"columns of the type {kind}")
    given = dict(settings or {})
    options = given.pop("options", [])
    if kind == "number":
        given.setdefault("format", "number")
    if kind == "unique_id":
        given.setdefault("prefix", None)
    if kind == "formula":
        given.setdefault("expression", "")
    column = Property(_new_id(name, kind), name, kind, settings=given)
    for option in options:
        add_option(column, option["name"], option.get("color"), option.get("description"))
    return column


def _new_id(name: str, kind: str) -> str:
    if kind == "title":
        return "title"
    digest = hashlib.sha256(name.encode()).digest()
    return quote("@" + "".join(_SIGNS[byte % len(_SIGNS)] for byte in digest[:3]), safe="")


def simple_column(name: str, wanted: Simple) -> Property:
    """Make a column as the owner names it."""
    kind, options = (wanted, ()) if isinstance(wanted, str) else wanted
    return make_column(name, kind, {"options": [{"name": option} for option in options]} if options else None)


def read_columns(workspace: Workspace, given: Mapping[str, Any]) -> dict[str, Property]:
    """Read the columns of a new table from a request of the right type."""
    columns = {name: _read_column(workspace, name, config) for name, config in given.items()}
    titles = [column for column in columns.values() if column.type == "title"]
    if not titles:
        columns = {"Name": make_column("Name", "title")} | columns
    if len(titles) > 1:
        raise invalid("Cannot create more than one title property.")
    return columns


def _read_column(workspace: Workspace, name: str, config: dict[str, Any]) -> Property:
    kind = _kind_in(config)
    if kind == "status" and not workspace.status_options_by_api:
        raise invalid(f"{name} cannot be created: status properties and their options are made in the app.")
    if kind == "relation":
        raise not_emulated("relations that requests make")
    column = make_column(name, kind, config[kind])
    column.description = config.get("description")
    return column


def _kind_in(config: dict[str, Any]) -> str:
    return next(key for key in config if key not in {"name", "type", "description"})


def change_columns(workspace: Workspace, source: DataSource, given: Mapping[str, Any], author: str) -> None:
    """Change a table's columns by a request of the right type: null removes, a name renames, a type adds or configures.

    Raises:
        Refused: nothing was changed.
    """
    planned = {name: (source.find(name), config) for name, config in given.items()}
    for name, (column, config) in planned.items():
        _check_change(workspace, name, column, config)
    done = []
    for name, (column, config) in planned.items():
        if column is None:
            source.properties[name] = made = _read_column(workspace, name, config)
            done.append({"id": made.id, "name": name, "action": "created"})
        elif config is None:
            del source.properties[column.name]
            done.append({"id": column.id, "name": column.name, "action": "deleted"})
        else:
            _configure(source, column, config)
            done.append({"id": column.id, "name": column.name, "action": "updated"})
    if done:
        workspace.note("data_source.schema_updated", source, author, *done)


def _check_change(workspace: Workspace, name: str, column: Property | None, config: dict[str, Any] | None) -> None:
    kinds = set(config or {}) - {"name", "type", "description"}
    if column is None:
        if not kinds:
            raise invalid(f"{name} is not a property that exists.")
        _read_column(workspace, name, config or {})
        return
    if column.type == "title" and (config is None or kinds - {"title"}):
        raise invalid("The title property can neither be removed nor be given another type.")
    if kinds - {column.type}:
        raise not_emulated(f"how to make a {min(kinds)} of the {column.type} {name}")
    if column.type == "status" and kinds and not workspace.status_options_by_api:
        raise invalid(f"{name} cannot be changed: the options of a status are made in the app.")
    if kinds & _WITH_OPTIONS:
        _merged(column, (config or {})[column.type].get("options", []))


def _configure(source: DataSource, column: Property, config: dict[str, Any]) -> None:
    settings = config.get(column.type, {})
    if column.type in _WITH_OPTIONS and "options" in settings:
        column.options = _merged(column, settings["options"])
    column.settings |= {key: value for key, value in settings.items() if key != "options"}
    column.description = config.get("description", column.description)
    if (new_name := config.get("name", column.name)) != column.name:
        renamed = {new_name if name == column.name else name: one for name, one in source.properties.items()}
        column.name, source.properties = new_name, renamed


def _merged(column: Property, given: list[dict[str, Any]]) -> list[Option]:
    """Replace the options: those that are not named go, and the colour of none can change."""
    merged = Property(column.id, column.name, column.type)
    for one in given:
        known = column.find_option(one.get("id") or one["name"])
        if known is None and "name" not in one:
            raise invalid(f'Invalid select option. Select option "{one["id"]}" does not exist.')
        if known is None:
            add_option(merged, one["name"], one.get("color"), one.get("description"))
            continue
        if one.get("color", known.color) != known.color:
            raise invalid(
                f"Cannot update color of select with {'id' if 'id' in one else 'name'}: {one.get('id') or one['name']}."
            )
        merged.options.append(known)
    return merged.options
