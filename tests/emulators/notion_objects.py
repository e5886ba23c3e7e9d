"""Objects of an emulated Notion as answers show them: pages, databases, data sources and users."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.emulators.notion_texts import plain
from tests.emulators.notion_values import REFERENCES_SHOWN, shown_value, to_the_minute
from tests.emulators.notion_workspace import TITLE, Database, DataSource, Kept, Page, Property, Workspace


def columns_of(page: Page) -> dict[str, Property]:
    """Give a page's properties by name."""
    return {"title": TITLE} if page.source is None else page.source.properties


def page_object(workspace: Workspace, page: Page, only: list[str] | None = None) -> dict[str, Any]:
    """Show a page, with all its properties or only those of these ids."""
    shown = {
        name: {"id": column.id, "type": column.type, column.type: _first_references(workspace, page, column)}
        for name, column in columns_of(page).items()
        if not only or column.id in only
    }
    return {
        "object": "page",
        **marks_of(page),
        "is_archived": page.in_trash,
        "is_locked": page.look.get("is_locked", False),
        "url": f"https://www.notion.so/{page.id.replace('-', '')}",
        "public_url": None,
        "parent": page.parent,
        "properties": shown,
        "icon": page.look.get("icon"),
        "cover": page.look.get("cover"),
    }


def marks_of(kept: Kept) -> dict[str, Any]:
    """Show what all objects have: who made and changed them, and when, rounded down to the minute."""
    return {
        "id": kept.id,
        "created_time": to_the_minute(kept.created_at),
        "last_edited_time": to_the_minute(kept.edited_at),
        "created_by": {"object": "user", "id": kept.created_by},
        "last_edited_by": {"object": "user", "id": kept.edited_by},
        "in_trash": kept.in_trash,
        "archived": kept.in_trash,
    }


def _first_references(workspace: Workspace, page: Page, column: Property) -> Any:
    shown = shown_value(workspace, page, column)
    return shown[:REFERENCES_SHOWN] if column.type in {"relation", "people"} else shown


def database_object(database: Database) -> dict[str, Any]:
    """Show a database."""
    marks = marks_of(database)
    del marks["created_by"], marks["last_edited_by"]
    return {
        "object": "database",
        **marks,
        "title": database.title,
        "description": database.look.get("description", []),
        "parent": database.parent,
        "is_inline": database.look.get("is_inline", False),
        "is_locked": database.look.get("is_locked", False),
        "data_sources": [{"id": source.id, "name": plain(source.title)} for source in database.sources],
        "icon": database.look.get("icon"),
        "cover": database.look.get("cover"),
        "url": f"https://www.notion.so/{database.id.replace('-', '')}",
        "public_url": None,
    }


def data_source_object(source: DataSource) -> dict[str, Any]:
    """Show a data source with its columns."""
    return {
        "object": "data_source",
        **marks_of(source),
        "title": source.title,
        "description": [],
        "parent": {"type": "database_id", "database_id": source.database.id},
        "database_parent": source.database.parent,
        "is_inline": source.database.look.get("is_inline", False),
        "properties": {name: column_object(source, column) for name, column in source.properties.items()},
        "icon": None,
        "cover": None,
        "url": f"https://www.notion.so/{source.database.id.replace('-', '')}",
        "public_url": None,
    }


def column_object(source: DataSource, column: Property) -> dict[str, Any]:
    """Show a column with what configures it."""
    options = [asdict(option) for option in column.options]
    match column.type:
        case "select" | "multi_select":
            settings: dict[str, Any] = {"options": options}
        case "status":
            settings = {"options": options, "groups": _groups(column)}
        case "relation":  # to pages of the same table
            here = {"data_source_id": source.id, "database_id": source.database.id}
            settings = here | {"type": "single_property", "single_property": {}}
        case _:
            settings = column.settings
    shown = {"id": column.id, "name": column.name, "description": column.description}
    return shown | {"type": column.type, column.type: settings}


def _groups(column: Property) -> list[dict[str, Any]]:
    ids = [option.id for option in column.options]
    members = {"To-do": ids[:1], "In progress": ids[1:-1], "Complete": ids[1:][-1:]}
    colors = {"To-do": "gray", "In progress": "blue", "Complete": "green"}
    return [
        {"id": f"{column.id}-{number}", "name": name, "color": colors[name], "option_ids": option_ids}
        for number, (name, option_ids) in enumerate(members.items())
    ]


def bot_object(workspace: Workspace) -> dict[str, Any]:
    """Show the integration's own user."""
    return {
        "object": "user",
        "id": workspace.bot_id,
        "name": "The integration",
        "avatar_url": None,
        "type": "bot",
        "bot": {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_id": workspace.id,
            "workspace_limits": {"max_file_upload_size_in_bytes": workspace.max_file_bytes},
            "workspace_name": workspace.name,
        },
    }
