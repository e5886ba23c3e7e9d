"""Pages of an emulated Notion: made, shown, changed, and one property of theirs at a time."""

from __future__ import annotations

from typing import Any

from tests.emulators.notion_blocks import NEWEST, make_blocks, read_picture
from tests.emulators.notion_lists import asked_in_address, page_of
from tests.emulators.notion_objects import page_object
from tests.emulators.notion_requests import check_query, listed, read_request, version_of
from tests.emulators.notion_rules import check_alive, find_column, read_properties
from tests.emulators.notion_values import shown_value
from tests.emulators.notion_words import invalid_part, not_emulated, not_found
from tests.emulators.notion_workspace import DataSource, Page, Property, Workspace
from tests.emulators.serving import Visit

_IN_PIECES = frozenset({"title", "rich_text", "relation", "people"})
"""Types whose values are listed one by one."""
_UNKNOWN = frozenset({"content", "markdown", "allow_async", "template", "position", "erase_content"})


def create_page(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/pages."""
    check_query(visit, "filter_properties")
    body = read_request(visit, "CreatePageParameters")
    _refuse_unknown(body)
    if "parent" not in body:
        raise invalid_part("body", "body.parent should be defined, instead was `undefined`.")
    source, parent = _parent(workspace, body["parent"])
    page = Page(**workspace.stamps(workspace.bot_id), source=source, parent=parent, look=_read_look(body))
    page.blocks = make_blocks(workspace, page, page, body.get("children", []), workspace.bot_id)
    page.values = read_properties(workspace, source, body.get("properties", {}))
    workspace.keep_page(page)
    return page_object(workspace, page, _wanted(page, visit))


def _refuse_unknown(body: dict[str, Any]) -> None:
    if unknown := body.keys() & _UNKNOWN:
        raise not_emulated(f"body.{min(unknown)} of pages")


def _parent(workspace: Workspace, given: dict[str, Any]) -> tuple[DataSource | None, dict[str, Any]]:
    if "page_id" in given:
        return None, {"type": "page_id", "page_id": workspace.find_page(given["page_id"]).id}
    if "data_source_id" in given:
        source = workspace.find_source(given["data_source_id"])
    elif "database_id" in given:
        source = workspace.only_source(workspace.find_database(given["database_id"]))
    else:
        raise not_emulated("pages without a parent")
    return source, parent_in(source)


def parent_in(source: DataSource) -> dict[str, Any]:
    """Give the parent of a row as answers have it."""
    return {"type": "data_source_id", "data_source_id": source.id, "database_id": source.database.id}


def _read_look(body: dict[str, Any]) -> dict[str, Any]:
    look = {name: body[name] for name in ("icon", "cover", "is_locked") if name in body}
    return look | {name: read_picture(look[name], name) for name in ("icon", "cover") if name in look}


def show_page(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/pages/{id}."""
    check_query(visit, "filter_properties")
    page = workspace.find_page(visit.request.path_params["page_id"])
    return page_object(workspace, page, _wanted(page, visit))


def _wanted(page: Page, visit: Visit) -> list[str]:
    return [_column(page, name).id for name in listed(visit, "filter_properties")]


def _column(page: Page, name: str) -> Property:
    found = find_column(page.source, name)
    if found is None:
        raise not_found("property", name)
    return found


def update_page(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer PATCH /v1/pages/{id}; whoever waits in `before_write` comes first."""
    check_query(visit, "filter_properties")
    name = visit.request.path_params["page_id"]
    body = read_request(visit, "UpdatePageParameters", page_id=name)
    _refuse_unknown(body)
    if "archived" in body and version_of(visit) >= NEWEST:
        raise invalid_part("body", f"body.archived should be not present, instead was `{str(body['archived']).lower()}`.")
    page, given = workspace.find_page(name), body.get("properties", {})
    for intervene in workspace.before_write:
        intervene(page.id, given)
    wants_trash = body.get("in_trash", body.get("archived"))
    if wants_trash is not False:
        check_alive(page)
    look, values = _read_look(body), read_properties(workspace, page.source, given)
    write(workspace, page, values, workspace.bot_id)
    if look:
        page.look |= look
        page.edited_at, page.edited_by = workspace.now(), workspace.bot_id
    if wants_trash is not None:
        move_to_trash(workspace, page, workspace.bot_id, wants_trash)
    return page_object(workspace, page, _wanted(page, visit))


def write(workspace: Workspace, page: Page, values: dict[str, Any], author: str) -> None:
    """Change values of a page, by property id."""
    if values:
        page.values |= values
        workspace.note("page.properties_updated", page, author, *values)


def move_to_trash(workspace: Workspace, page: Page, author: str, in_trash: bool) -> None:
    """Move a page into the trash or out of it."""
    if page.in_trash != in_trash:
        page.in_trash = in_trash
        workspace.note("page.deleted" if in_trash else "page.undeleted", page, author)


def show_property(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/pages/{id}/properties/{id}: one value, or a list of all its pieces."""
    check_query(visit, "page_size", "start_cursor")
    page = workspace.find_page(visit.request.path_params["page_id"])
    column = _column(page, visit.request.path_params["property_id"])
    shown = shown_value(workspace, page, column)
    item = {"object": "property_item", "id": column.id, "type": column.type}
    if column.type not in _IN_PIECES:
        return item | {column.type: shown}
    pieces = list(enumerate(shown))
    told = page_of(
        workspace,
        visit,
        asked_in_address(visit),
        pieces,
        lambda piece: str(piece[0]),
        lambda piece: item | {column.type: piece[1]},
    )
    next_url = None
    if told["next_cursor"]:
        here = f"{workspace.address()}/v1/pages/{page.id}/properties/{column.id}"
        next_url = f"{here}?start_cursor={told['next_cursor']}"
    about = {"id": column.id, "type": column.type, "next_url": next_url, column.type: {}}
    return told | {"type": "property_item", "property_item": about}
