"""Databases and their tables: made, shown, changed and queried."""

from __future__ import annotations

from typing import Any

from tests.emulators.notion_columns import change_columns, read_columns
from tests.emulators.notion_faults import INCOMPLETE, UNLISTED
from tests.emulators.notion_lists import page_of
from tests.emulators.notion_objects import bot_object, column_object, data_source_object, database_object, page_object
from tests.emulators.notion_query import in_order, matching
from tests.emulators.notion_requests import check_query, listed, read_request, version_of
from tests.emulators.notion_texts import read_texts
from tests.emulators.notion_words import invalid, not_emulated, unknown_address
from tests.emulators.notion_workspace import PARENT_OF_ALL, Database, DataSource, Property, Workspace
from tests.emulators.serving import Visit

WITH_SOURCES = "2025-09-03"
"""The version that knows data sources; earlier ones know databases that are tables themselves."""


def show_bot(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/users/me."""
    check_query(visit)
    return bot_object(workspace)


def add_database(
    workspace: Workspace, title: list[dict[str, Any]], columns: dict[str, Property], author: str, parent: dict[str, Any]
) -> Database:
    """Make a database with one table."""
    database = Database(**workspace.stamps(author), title=title, parent=parent)
    workspace.databases[database.id] = database
    add_source(workspace, database, title, columns, author)
    return database


def add_source(
    workspace: Workspace, database: Database, title: list[dict[str, Any]], columns: dict[str, Property], author: str
) -> DataSource:
    """Make a table in a database."""
    source = DataSource(**workspace.stamps(author), title=title, database=database, properties=columns)
    database.sources.append(source)
    workspace.sources[source.id] = source
    return source


def create_database(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/databases."""
    _check_version(visit)
    body = read_request(visit, "CreateDatabaseParameters")
    given = body["parent"]
    parent = {"type": "page_id", "page_id": workspace.find_page(given["page_id"]).id} if "page_id" in given else PARENT_OF_ALL
    columns = read_columns(workspace, body.get("initial_data_source", {}).get("properties", {}))
    look, title = _read_look(body), read_texts(body.get("title", []))
    database = add_database(workspace, title, columns, workspace.bot_id, parent)
    database.look = look
    return database_object(database)


def _check_version(visit: Visit) -> None:
    if version_of(visit) < WITH_SOURCES:
        raise unknown_address()


def _read_look(body: dict[str, Any]) -> dict[str, Any]:
    if unknown := body.keys() & {"icon", "cover"}:
        raise not_emulated(f"the {min(unknown)} of databases")
    look = {name: body[name] for name in ("is_inline", "is_locked") if name in body}
    return look | ({"description": read_texts(body["description"])} if "description" in body else {})


def show_database(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/databases/{id}; before data sources a database showed its columns itself."""
    database = workspace.find_database(visit.request.path_params["database_id"])
    shown = database_object(database)
    if version_of(visit) >= WITH_SOURCES:
        return shown
    source = workspace.only_source(database)
    del shown["data_sources"]
    return shown | {"properties": {name: column_object(source, column) for name, column in source.properties.items()}}


def update_database(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer PATCH /v1/databases/{id}."""
    _check_version(visit)
    name = visit.request.path_params["database_id"]
    body = read_request(visit, "UpdateDatabaseParameters", database_id=name)
    database = workspace.find_database(name)
    if "parent" in body:
        raise not_emulated("databases that move")
    look, title = _read_look(body), read_texts(body["title"]) if "title" in body else database.title
    database.look, database.title = database.look | look, title
    database.in_trash = body.get("in_trash", body.get("archived", database.in_trash))
    database.edited_at, database.edited_by = workspace.now(), workspace.bot_id
    return database_object(database)


def create_source(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/data_sources."""
    _check_version(visit)
    body = read_request(visit, "CreateDataSourceParameters")
    database = workspace.find_database(body["parent"]["database_id"])
    columns = read_columns(workspace, body["properties"])
    return data_source_object(add_source(workspace, database, read_texts(body.get("title", [])), columns, workspace.bot_id))


def show_source(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/data_sources/{id}."""
    _check_version(visit)
    return data_source_object(workspace.find_source(visit.request.path_params["data_source_id"]))


def update_source(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer PATCH /v1/data_sources/{id}."""
    _check_version(visit)
    name = visit.request.path_params["data_source_id"]
    body = read_request(visit, "UpdateDataSourceParameters", data_source_id=name)
    source = workspace.find_source(name)
    if unknown := body.keys() & {"icon", "parent", "in_trash", "archived"}:
        raise not_emulated(f"the {min(unknown)} of data sources")
    title = read_texts(body.get("title", []))
    change_columns(workspace, source, body.get("properties", {}), workspace.bot_id)
    if "title" in body:
        source.title = title
        source.edited_at, source.edited_by = workspace.now(), workspace.bot_id
    return data_source_object(source)


def query_source(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/data_sources/{id}/query."""
    _check_version(visit)
    name = visit.request.path_params["data_source_id"]
    body = read_request(visit, "QueryDataSourceParameters", data_source_id=name)
    return _queried(workspace, visit, workspace.find_source(name), body) | {
        "type": "page_or_data_source",
        "page_or_data_source": {},
    }


def query_database(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/databases/{id}/query, which is gone since there are data sources (upgrade guide of 2025-09-03)."""
    if version_of(visit) >= WITH_SOURCES:
        raise unknown_address()
    name = visit.request.path_params["database_id"]
    body = read_request(visit, "QueryDataSourceParameters", data_source_id=name)
    source = workspace.only_source(workspace.find_database(name))
    return _queried(workspace, visit, source, body) | {"type": "page_or_database", "page_or_database": {}}


def _queried(workspace: Workspace, visit: Visit, source: DataSource, body: dict[str, Any]) -> dict[str, Any]:
    check_query(visit, "filter_properties")
    test = matching(workspace, source, body.get("filter"))
    in_trash = body.get("in_trash", body.get("archived", False))
    found = [page for page in workspace.pages_of(source) if page.in_trash == in_trash and test(page)]
    if body.get("result_type") == "data_source":
        found = []
    found = in_order(workspace, source, found, body.get("sorts", []))
    status: dict[str, Any] = {"type": "complete"}
    if visit.fault == INCOMPLETE:
        found = found[: len(found) // 2]
        status = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    if visit.fault == UNLISTED:
        newest = max(found, key=lambda page: page.created_at, default=None)
        found = [page for page in found if page is not newest]
    only = [_column_id(source, name) for name in listed(visit, "filter_properties")]
    told = page_of(workspace, visit, body, found, lambda page: page.id, lambda page: page_object(workspace, page, only))
    return told | {"request_status": status}


def _column_id(source: DataSource, name: str) -> str:
    column = source.find(name)
    if column is None:
        raise invalid(f"Could not find property with name or id: {name}")
    return column.id
