"""What the vendor's own SDK finds in a table of the emulated Notion, in which order, and in how many pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from notion_client import Client
from notion_client.helpers import collect_paginated_api

from tests.emulators import notion_faults as wrong
from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sdk import COLUMNS
from tests.emulators.notion_workspace import Database

NOON = datetime(2026, 11, 22, 12, 0, 45, tzinfo=UTC)


def names(found: dict[str, Any] | list[dict[str, Any]]) -> list[str]:
    pages = found["results"] if isinstance(found, dict) else found
    return [page["properties"]["Name"]["title"][0]["plain_text"] for page in pages]


@pytest.fixture
def shelf(notion: NotionEmulator, films: Database) -> Database:
    """Four films, made an hour apart, from noon on."""
    rows = [
        {"Name": "Ants", "Status": "Draft", "Priority": "Low", "Cost": 3, "Notes": "Small feet", "Due": "2026-12-01"},
        {"Name": "Bears", "Status": "Queued", "Priority": "High", "Cost": 1, "Tags": ["ice"], "Done": True},
        {"Name": "Cranes", "Status": "Queued", "Priority": "Normal", "Link": "https://c.example", "Due": "2026-12-24"},
        {"Name": "Deer", "Cost": 2, "Tags": ["sea", "ice"], "Files": [("d.png", "https://d.example")]},
    ]
    for hours, row in enumerate(rows):
        notion.now = lambda hours=hours: NOON + timedelta(hours=hours)  # type: ignore[misc]
        notion.add_page(row)
    return films


def status(name: Any) -> dict[str, Any]:
    return {"property": "Status", "status": {"equals": name}}


FILTERS: dict[str, tuple[dict[str, Any], str]] = {
    "a status": (status("Queued"), "CB"),
    "any of several": (status(["Queued", "Draft"]), "CBA"),
    "another status": ({"property": "Status", "status": {"does_not_equal": "Queued"}}, "DA"),
    "no status": ({"property": "Status", "status": {"is_empty": True}}, "D"),
    "some status": ({"property": "Status", "status": {"is_not_empty": True}}, "CBA"),
    "a choice": ({"property": "Priority", "select": {"equals": "High"}}, "B"),
    "one of the choices": ({"property": "Tags", "multi_select": {"contains": "ice"}}, "DB"),
    "none of the choices": ({"property": "Tags", "multi_select": {"does_not_contain": "sea"}}, "CBA"),
    "part of a title": ({"property": "Name", "title": {"contains": "ear"}}, "B"),
    "a title whatever its case": ({"property": "Name", "title": {"equals": "ants"}}, "A"),
    "how a text begins": ({"property": "Notes", "rich_text": {"starts_with": "small"}}, "A"),
    "how a text ends": ({"property": "Notes", "rich_text": {"ends_with": "feet"}}, "A"),
    "no text": ({"property": "Notes", "rich_text": {"is_empty": True}}, "DCB"),
    "a number": ({"property": "Cost", "number": {"equals": 2}}, "D"),
    "a greater number": ({"property": "Cost", "number": {"greater_than_or_equal_to": 2}}, "DA"),
    "a smaller number": ({"property": "Cost", "number": {"less_than": 2}}, "B"),
    "no number": ({"property": "Cost", "number": {"is_empty": True}}, "C"),
    "a tick": ({"property": "Done", "checkbox": {"equals": True}}, "B"),
    "no tick": ({"property": "Done", "checkbox": {"equals": False}}, "DCA"),
    "an address": ({"property": "Link", "url": {"contains": "c.example"}}, "C"),
    "files": ({"property": "Files", "files": {"is_not_empty": True}}, "D"),
    "a day": ({"property": "Due", "date": {"equals": "2026-12-24"}}, "C"),
    "a day before": ({"property": "Due", "date": {"before": "2026-12-24"}}, "A"),
    "a day or before": ({"property": "Due", "date": {"on_or_before": "2026-12-24"}}, "CA"),
    "a running number": ({"property": "Number", "unique_id": {"greater_than": 2}}, "DC"),
    "made since": ({"timestamp": "created_time", "created_time": {"on_or_after": "2026-11-22T14:00:00Z"}}, "DC"),
    "made in the week past": ({"timestamp": "created_time", "created_time": {"past_week": {}}}, "DCBA"),
    "changed before": ({"timestamp": "last_edited_time", "last_edited_time": {"before": "2026-11-22T13:00:00.000Z"}}, "A"),
    "a column of times": ({"property": "Made", "created_time": {"after": "2026-11-22T13:00:00+00:00"}}, "DC"),
    "both": ({"and": [status("Queued"), {"property": "Cost", "number": {"is_not_empty": True}}]}, "B"),
    "either": ({"or": [status("Draft"), {"property": "Priority", "select": {"equals": "High"}}]}, "BA"),
    "either of both": (
        {"or": [status("Draft"), {"and": [status("Queued"), {"property": "Priority", "select": {"equals": "Normal"}}]}]},
        "CA",
    ),
}


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_query_finds(sdk: Client, shelf: Database, wanted: str) -> None:
    filter_, found = FILTERS[wanted]

    assert "".join(name[0] for name in names(sdk.data_sources.query(shelf.data_source_id, filter=filter_))) == found


SORTS: dict[str, tuple[list[dict[str, str]], str]] = {
    "nothing, newest first": ([], "DCBA"),
    "when it was made": ([{"timestamp": "created_time", "direction": "ascending"}], "ABCD"),
    "when it was changed": ([{"timestamp": "last_edited_time", "direction": "descending"}], "DCBA"),
    "the order of choices": ([{"property": "Priority", "direction": "ascending"}], "BCAD"),
    "the order of choices backwards": ([{"property": "Priority", "direction": "descending"}], "ACBD"),
    "a number, none last": ([{"property": "Cost", "direction": "descending"}], "ADBC"),
    "a title": ([{"property": "Name", "direction": "descending"}], "DCBA"),
    "a day": ([{"property": "Due", "direction": "ascending"}], "ACDB"),
    "a status, and then when it was made": (
        [{"property": "Status", "direction": "ascending"}, {"timestamp": "created_time", "direction": "ascending"}],
        "ABCD",
    ),
}


@pytest.mark.parametrize("order", SORTS)
def test_a_query_is_sorted_by(sdk: Client, shelf: Database, order: str) -> None:
    sorts, found = SORTS[order]

    assert "".join(name[0] for name in names(sdk.data_sources.query(shelf.data_source_id, sorts=sorts))) == found


def test_an_edit_is_found_from_its_minute_on_and_not_from_its_second_on(
    sdk: Client, notion: NotionEmulator, films: Database
) -> None:
    notion.now = lambda: NOON
    notion.add_page({"Name": "Foxes"})

    def since(text: str) -> list[str]:
        wanted = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": text}}
        return names(sdk.data_sources.query(films.data_source_id, filter=wanted))

    assert (since("2026-11-22T12:00:00Z"), since("2026-11-22T12:00:30Z")) == (["Foxes"], [])


def test_the_sdk_collects_all_pages_of_a_long_list(sdk: Client, notion: NotionEmulator) -> None:
    films = notion.make_database("Films", {"Name": "title"})
    for number in range(103):
        notion.add_page({"Name": f"Film {number:03}"})

    first = sdk.data_sources.query(films.data_source_id)
    everything = collect_paginated_api(sdk.data_sources.query, data_source_id=films.data_source_id, page_size=50)

    assert (len(first["results"]), first["has_more"], first["request_status"]) == (100, True, {"type": "complete"})
    assert names(everything) == [f"Film {number:03}" for number in reversed(range(103))]


def test_a_list_goes_on_where_it_was_when_its_next_page_has_gone(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    pages = [notion.add_page({"Name": name}) for name in ("Ants", "Bears", "Cranes", "Deer")]
    first = sdk.data_sources.query(films.data_source_id, page_size=2)
    notion.trash(pages[1])

    rest = sdk.data_sources.query(films.data_source_id, page_size=2, start_cursor=first["next_cursor"])

    assert (names(first), names(rest), rest["has_more"]) == (["Deer", "Cranes"], ["Ants"], False)


def test_a_query_that_found_too_much_says_that_it_is_incomplete(sdk: Client, notion: NotionEmulator, shelf: Database) -> None:
    notion.faults.next("query", wrong.INCOMPLETE)

    found = sdk.data_sources.query(shelf.data_source_id)

    assert found["request_status"] == {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
    assert len(found["results"]) == 2


def test_a_query_may_not_list_the_newest_page_yet(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    for name in ("Ants", "Bears"):
        notion.add_page({"Name": name})
    notion.faults.next("query", wrong.UNLISTED)

    late, in_time = (sdk.data_sources.query(films.data_source_id) for _ in range(2))

    assert (names(late), names(in_time)) == (["Ants"], ["Bears", "Ants"])
    assert late["request_status"] == {"type": "complete"}


def test_a_query_shows_only_the_properties_that_are_asked_for(sdk: Client, shelf: Database) -> None:
    (page, *_) = sdk.data_sources.query(shelf.data_source_id, filter_properties=["title"])["results"]

    assert page["properties"].keys() == {"Name"}


def test_databases_themselves_are_queried_in_the_version_before_data_sources(notion: NotionEmulator, shelf: Database) -> None:
    with httpx.Client(verify=False, headers={"authorization": f"Bearer {notion.token}", "notion-version": "2022-06-28"}) as old:
        found = old.post(f"{notion.url}/v1/databases/{shelf.id}/query", json={"filter": status("Queued")}).json()
        shown = old.get(f"{notion.url}/v1/databases/{shelf.id}").json()
        notion.make_data_source(shelf, "More", {"Name": "title"})
        refused = old.post(f"{notion.url}/v1/databases/{shelf.id}/query", json={}).json()

    assert names(found) == ["Cranes", "Bears"]
    assert shown["properties"].keys() == COLUMNS.keys()
    assert (refused["status"], refused["code"]) == (400, "validation_error")
    assert refused["additional_data"]["error_type"] == "multiple_data_sources_for_database"
