"""What the emulated Notion refuses as a query, as a column, and as content of a page."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sdk import invalid, paragraph, texts, told
from tests.emulators.notion_workspace import Database

NOBODY = str(uuid4())
BODY = "body failed validation: "
MISMATCH = "The property type in the database does not match the property type of the filter provided"


# Queries

QUERIES: dict[str, tuple[dict[str, Any], str]] = {
    "a column that is not there": (
        {"filter": {"property": "Length", "number": {"equals": 1}}},
        "Could not find property with name or id: Length",
    ),
    "a column of another type": (
        {"filter": {"property": "Status", "select": {"equals": "Draft"}}},
        f"{MISMATCH}: database property status does not match filter select",
    ),
    "a status that is not there": (
        {"filter": {"and": [{"property": "Status", "status": {"equals": "Filming"}}]}},
        'status option "Filming" not found for property "Status". Available options: "Draft", "Queued", "Published".',
    ),
    "a choice that is not there": (
        {"filter": {"property": "Priority", "select": {"does_not_equal": "Urgent"}}},
        'select option "Urgent" not found for property "Priority". Available options: "High", "Normal", "Low".',
    ),
    "an order of nothing": (
        {"sorts": [{"property": "Length", "direction": "ascending"}]},
        "Could not find sort property with name or id: Length",
    ),
    "too many at once": ({"page_size": 101}, f"{BODY}body.page_size should be ≤ `100`, instead was `101`."),
    "half a page": ({"page_size": 2.5}, f"{BODY}body.page_size should be a whole number, instead was `2.5`."),
    "none at once": ({"page_size": 0}, f"{BODY}body.page_size should be ≥ `1`, instead was `0`."),
    "a cursor of nobody": ({"start_cursor": NOBODY}, f"The start_cursor provided is invalid: {NOBODY}"),
    "a filter of formulas": (
        {"filter": {"property": "Sum", "formula": {"string": {"equals": "1"}}}},
        "The emulator does not know filters and sorts by formula.",
    ),
}


@pytest.mark.parametrize("wrong", QUERIES)
def test_a_query_is_refused_for(raw: httpx.Client, films: Database, page: str, wrong: str) -> None:
    body, message = QUERIES[wrong]

    assert told(raw.post(f"/v1/data_sources/{films.data_source_id}/query", json=body)) == invalid(message)


MISTYPED_QUERIES: dict[str, dict[str, Any]] = {
    "a misspelt operator": {"filter": {"property": "Status", "status": {"is": "Draft"}}},
    "no operator": {"filter": {"property": "Status"}},
    "three levels": {"filter": {"and": [{"or": [{"and": [{"property": "Cost", "number": {"equals": 1}}]}]}]}},
    "an order without a direction": {"sorts": [{"property": "Cost"}]},
    "a direction that is none": {"sorts": [{"property": "Cost", "direction": "up"}]},
    "a key nobody knows": {"limit": 5},
    "properties in the body": {"filter_properties": "title"},
}


@pytest.mark.parametrize("wrong", MISTYPED_QUERIES)
def test_a_query_of_a_wrong_type_is_refused_for(raw: httpx.Client, films: Database, wrong: str) -> None:
    status, code, message = told(raw.post(f"/v1/data_sources/{films.data_source_id}/query", json=MISTYPED_QUERIES[wrong]))

    assert (status, code) == (400, "validation_error")
    assert message.startswith("body failed validation")


def test_a_cursor_belongs_to_its_query(raw: httpx.Client, notion: NotionEmulator, films: Database, page: str) -> None:
    notion.add_page({"Name": "Wolves"})
    path = f"/v1/data_sources/{films.data_source_id}/query"
    cursor = raw.post(path, json={"page_size": 1}).json()["next_cursor"]

    of_another = raw.post(path, json={"start_cursor": cursor, "sorts": [{"property": "Cost", "direction": "ascending"}]})

    assert told(of_another) == invalid(f"The start_cursor provided is invalid: {cursor}")
    assert raw.post(path, json={"page_size": 1, "start_cursor": cursor}).json()["has_more"] is False


# Columns

CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "options of a status": (
        {"Status": {"status": {"options": [{"name": "Filming"}]}}},
        "Status cannot be changed: the options of a status are made in the app.",
    ),
    "a new status": (
        {"State": {"status": {}}},
        "State cannot be created: status properties and their options are made in the app.",
    ),
    "another colour of a choice": (
        {"Priority": {"select": {"options": [{"name": "High", "color": "pink"}]}}},
        "Cannot update color of select with name: High.",
    ),
    "a choice of an unknown id": (
        {"Priority": {"select": {"options": [{"id": NOBODY}]}}},
        f'Invalid select option. Select option "{NOBODY}" does not exist.',
    ),
    "no title any more": ({"Name": None}, "The title property can neither be removed nor be given another type."),
    "a title that is a number": (
        {"Name": {"number": {}}},
        "The title property can neither be removed nor be given another type.",
    ),
    "another name of nothing": ({"Length": {"name": "Seconds"}}, "Length is not a property that exists."),
    "a number that is a text": (
        {"Cost": {"rich_text": {}}},
        "The emulator does not know how to make a rich_text of the number Cost.",
    ),
    "a choice with a comma": (
        {"Kind": {"select": {"options": [{"name": "a, b"}]}}},
        "Invalid select option, commas not allowed: a, b",
    ),
}


@pytest.mark.parametrize("wrong", CHANGES)
def test_a_table_does_not_take(raw: httpx.Client, films: Database, wrong: str) -> None:
    properties, message = CHANGES[wrong]

    answer = raw.patch(f"/v1/data_sources/{films.data_source_id}", json={"properties": {"New": {"checkbox": {}}, **properties}})

    assert told(answer) == invalid(message)
    assert "New" not in films.sources[0].properties


def test_a_table_has_one_title(raw: httpx.Client) -> None:
    body = {
        "parent": {"type": "workspace", "workspace": True},
        "initial_data_source": {"properties": {"A": {"title": {}}, "B": {"title": {}}}},
    }

    assert told(raw.post("/v1/databases", json=body)) == invalid("Cannot create more than one title property.")


# Blocks and comments

CONTENTS: dict[str, tuple[list[Any], str]] = {
    "nothing": ([], f"{BODY}body.children.length should be ≥ `1`, instead was `0`."),
    "too much": (
        [paragraph("a")] * 101,
        f"{BODY}body.children.length should be ≤ `100`, instead was `101`.",
    ),
    "a text too long": (
        [paragraph("x" * 2001)],
        f"{BODY}body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.",
    ),
    "more than a thousand blocks": (
        [{"toggle": {**texts("a"), "children": [paragraph("b")] * 10}}] * 100,
        f"{BODY}body.children should hold ≤ `1000` blocks in all, instead were `1100`.",
    ),
    "a breadcrumb": ([{"breadcrumb": {}}], "The emulator does not know blocks of the type breadcrumb."),
}


@pytest.mark.parametrize("wrong", CONTENTS)
def test_a_page_does_not_take_as_content(raw: httpx.Client, notion: NotionEmulator, page: str, wrong: str) -> None:
    children, message = CONTENTS[wrong]

    assert told(raw.patch(f"/v1/blocks/{page}/children", json={"children": children})) == invalid(message)
    assert notion.texts(page) == []


def test_a_page_whose_content_is_refused_is_not_made(raw: httpx.Client, notion: NotionEmulator, films: Database) -> None:
    body = {"parent": {"data_source_id": films.data_source_id}, "children": [paragraph("a"), {"breadcrumb": {}}]}

    assert raw.post("/v1/pages", json=body).status_code == 400
    assert (notion.pages(), notion.workspace.blocks) == ([], {})


def test_a_block_of_an_unknown_type_is_refused(raw: httpx.Client, page: str) -> None:
    answer = raw.patch(f"/v1/blocks/{page}/children", json={"children": [{"poem": {"rich_text": []}}]})

    assert told(answer)[:2] == (400, "validation_error")


def test_a_block_comes_after_one_of_its_own_page(raw: httpx.Client, page: str) -> None:
    answer = raw.patch(f"/v1/blocks/{page}/children", json={"children": [paragraph("a")], "after": page})

    assert told(answer) == invalid(f"Block to append children after is not parented by the block: {page}")


def test_a_comment_belongs_somewhere(raw: httpx.Client) -> None:
    words = {"rich_text": [{"text": {"content": "a"}}]}

    assert told(raw.post("/v1/comments", json={"parent": {"page_id": NOBODY}, **words}))[1] == "object_not_found"
    assert told(raw.post("/v1/comments", json={"discussion_id": NOBODY, **words}))[1] == "validation_error"
    assert told(raw.get("/v1/comments")) == invalid(
        "query failed validation: query.block_id should be defined, instead was `undefined`."
    )


@pytest.mark.parametrize("size", ["101", "many"])
def test_a_list_in_an_address_has_its_sizes_too(raw: httpx.Client, page: str, size: str) -> None:
    status, code, message = told(raw.get(f"/v1/blocks/{page}/children?page_size={size}"))

    assert (status, code) == (400, "validation_error")
    assert message.startswith("query failed validation: query.page_size should be")
