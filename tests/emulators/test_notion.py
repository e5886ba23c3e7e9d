"""The vendor's own Python SDK speaks to the emulated Notion, and what it is answered is of the types of Notion's SDK."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from notion_client import AsyncClient, Client
from notion_client.helpers import collect_paginated_api

from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sdk import COLUMNS, check_content, opened, paragraph, texts, title
from tests.emulators.notion_workspace import Database

NOON = datetime(2026, 11, 22, 12, 0, 45, tzinfo=UTC)


def create(sdk: Client, films: Database, name: str = "Foxes", **properties: Any) -> dict[str, Any]:
    return sdk.pages.create(parent={"data_source_id": films.data_source_id}, properties={"Name": title(name), **properties})


# Databases and their tables


def test_the_sdk_reads_who_it_is(sdk: Client, notion: NotionEmulator) -> None:
    me = sdk.users.me()

    assert (me["type"], me["id"]) == ("bot", notion.workspace.bot_id)


def test_the_sdk_finds_the_table_of_a_database_and_its_columns(sdk: Client, films: Database) -> None:
    (table,) = sdk.databases.retrieve(films.id.replace("-", ""))["data_sources"]
    columns = sdk.data_sources.retrieve(table["id"])["properties"]

    assert {name: column["type"] for name, column in columns.items()} == {
        name: kind if isinstance(kind, str) else kind[0] for name, kind in COLUMNS.items()
    }
    assert [option["name"] for option in columns["Status"]["status"]["options"]] == ["Draft", "Queued", "Published"]
    assert sum(len(group["option_ids"]) for group in columns["Status"]["status"]["groups"]) == 3


def test_the_sdk_makes_a_database_and_one_more_table_in_it(sdk: Client) -> None:
    made = sdk.databases.create(
        parent={"type": "workspace", "workspace": True},
        title=[{"text": {"content": "Ideas"}}],
        initial_data_source={"properties": {"Idea": {"title": {}}, "Kind": {"select": {"options": [{"name": "short"}]}}}},
    )
    sdk.data_sources.create(parent={"type": "database_id", "database_id": made["id"]}, properties={"Scene": {"title": {}}})
    changed = sdk.databases.update(
        made["id"], title=[{"text": {"content": "Thoughts"}}], description=[{"text": {"content": "All"}}]
    )

    assert [len(changed["data_sources"]), changed["title"][0]["plain_text"]] == [2, "Thoughts"]
    assert changed["description"][0]["plain_text"] == "All"


def test_the_sdk_changes_the_columns_of_a_table(sdk: Client, films: Database) -> None:
    wanted = {
        "Channel": {"select": {"options": [{"name": "wild", "color": "green"}]}},
        "Priority": {"select": {"options": [{"name": "High"}, {"name": "Urgent"}]}},
        "Cost": {"name": "Price", "number": {"format": "dollar"}},
        "Phone": None,
    }

    columns = sdk.data_sources.update(films.data_source_id, properties=wanted)["properties"]

    assert columns["Channel"]["select"]["options"][0]["color"] == "green"
    assert [option["name"] for option in columns["Priority"]["select"]["options"]] == ["High", "Urgent"]
    assert columns["Price"]["number"] == {"format": "dollar"}
    assert not {"Cost", "Phone"} & columns.keys()


def test_a_choice_that_stays_keeps_its_id_and_its_pages(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    high, low = (notion.add_page({"Name": name, "Priority": name}) for name in ("High", "Low"))

    sdk.data_sources.update(films.data_source_id, properties={"Priority": {"select": {"options": [{"name": "High"}]}}})

    assert [notion.page(page)["Priority"] for page in (high, low)] == ["High", None]


def test_a_workspace_may_let_options_of_a_status_be_made(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    notion.workspace.status_options_by_api = True
    options = [{"name": name} for name in ("Draft", "Queued", "Published", "Cancelled")]

    changed = sdk.data_sources.update(films.data_source_id, properties={"Status": {"status": {"options": options}}})

    assert [option["name"] for option in changed["properties"]["Status"]["status"]["options"]][-1] == "Cancelled"


# Pages

VALUES: dict[str, tuple[str, Any, Any]] = {
    "a title": ("Name", title("The Fox"), "The Fox"),
    "texts": ("Notes", texts("one ", "two"), "one two"),
    "a link": ("Notes", {"rich_text": [{"text": {"content": "a", "link": {"url": "https://a.example"}}}]}, "a"),
    "an equation": ("Notes", {"rich_text": [{"equation": {"expression": "E=mc^2"}}]}, "E=mc^2"),
    "no text": ("Notes", texts(""), ""),
    "a status": ("Status", {"status": {"name": "Queued"}}, "Queued"),
    "no status": ("Status", {"status": None}, None),
    "a choice": ("Priority", {"select": {"name": "High"}}, "High"),
    "a new choice": ("Priority", {"select": {"name": "Urgent", "color": "red"}}, "Urgent"),
    "choices": ("Tags", {"multi_select": [{"name": "ice"}, {"name": "new"}]}, ["ice", "new"]),
    "a number": ("Cost", {"number": 3.5}, 3.5),
    "no number": ("Cost", {"number": None}, None),
    "a tick": ("Done", {"checkbox": True}, True),
    "a day": ("Due", {"date": {"start": "2026-11-22"}}, "2026-11-22"),
    "an address": ("Link", {"url": "https://youtu.be/x"}, "https://youtu.be/x"),
    "no address": ("Link", {"url": None}, None),
    "a mail address": ("Mail", {"email": "a@b.example"}, "a@b.example"),
    "a telephone": ("Phone", {"phone_number": "+49 1"}, "+49 1"),
    "files": (
        "Files",
        {"files": [{"name": "a.png", "type": "external", "external": {"url": "https://a.example/a.png"}}]},
        [("a.png", "https://a.example/a.png")],
    ),
}


@pytest.mark.parametrize("value", VALUES)
def test_a_page_takes_and_shows(sdk: Client, notion: NotionEmulator, films: Database, value: str) -> None:
    name, written, simple = VALUES[value]
    page = create(sdk, films)["id"]

    changed = sdk.pages.update(page, properties={name: written})

    assert sdk.pages.retrieve(page)["properties"][name] == changed["properties"][name]
    assert notion.page(page)[name] == simple


def test_pages_and_people_are_linked(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    first = create(sdk, films)["id"]
    linked = {"Linked": {"relation": [{"id": first}]}, "Owner": {"people": [{"object": "user", "id": notion.workspace.owner_id}]}}

    page = create(sdk, films, **linked)

    assert page["properties"]["Linked"]["relation"] == [{"id": first}]
    assert notion.page(page["id"])["Owner"] == [notion.workspace.owner_id]


def test_a_choice_is_named_by_its_id_too_and_so_is_a_column(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    column = films.sources[0].properties["Status"]
    queued = column.find_option("Queued")
    assert queued is not None

    page = create(sdk, films, **{column.id: {"status": {"id": queued.id}}})

    assert notion.page(page["id"])["Status"] == "Queued"


def test_only_what_is_named_is_changed(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = create(sdk, films, Cost={"number": 1}, Notes=texts("kept"))["id"]

    sdk.pages.update(page, properties={"Cost": {"number": 2}})

    assert (notion.page(page)["Cost"], notion.page(page)["Notes"], notion.page(page)["Name"]) == (2, "kept", "Foxes")


def test_a_page_shows_only_the_properties_that_are_asked_for(sdk: Client, films: Database) -> None:
    cost = films.sources[0].properties["Cost"].id
    page = create(sdk, films)["id"]

    assert sdk.pages.retrieve(page, filter_properties=[cost, "title"])["properties"].keys() == {"Name", "Cost"}


def test_times_are_rounded_down_to_the_minute_and_name_who_wrote(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    notion.now = lambda: NOON
    page = notion.add_page({"Name": "Foxes"})
    notion.now = lambda: NOON + timedelta(minutes=10)
    before = sdk.pages.retrieve(page)
    sdk.pages.update(page, properties={"Cost": {"number": 1}})
    after = sdk.pages.retrieve(page)

    assert (before["created_time"], before["last_edited_time"]) == ("2026-11-22T12:00:00.000Z",) * 2
    assert after["last_edited_time"] == after["properties"]["Changed"]["last_edited_time"] == "2026-11-22T12:10:00.000Z"
    assert [one["last_edited_by"]["id"] for one in (before, after)] == [notion.workspace.owner_id, notion.workspace.bot_id]
    assert notion.last_editor(page) == "bot"
    notion.edit(page, {"Cost": 2})
    assert notion.last_editor(page) == "person"


def test_a_page_goes_into_the_trash_and_comes_back(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = create(sdk, films)["id"]
    gone = sdk.pages.update(page, in_trash=True)
    left = sdk.data_sources.query(films.data_source_id)["results"]
    in_trash = sdk.data_sources.query(films.data_source_id, in_trash=True)["results"]
    back = sdk.pages.update(page, in_trash=False, properties={"Cost": {"number": 1}})

    assert (gone["in_trash"], gone["archived"], back["in_trash"]) == (True, True, False)
    assert (left, len(in_trash)) == ([], 1)
    assert notion.page(page)["Cost"] == 1


def test_a_page_has_an_icon_and_pages_below_it(sdk: Client, films: Database) -> None:
    above = create(sdk, films)["id"]

    below = sdk.pages.create(parent={"page_id": above}, properties={"title": title("Notes")}, icon={"emoji": "🦊"})

    assert (below["parent"], below["icon"]) == ({"type": "page_id", "page_id": above}, {"type": "emoji", "emoji": "🦊"})
    assert sdk.pages.retrieve(below["id"])["properties"]["title"]["title"][0]["plain_text"] == "Notes"


def test_long_values_are_read_piece_by_piece(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    others = [notion.add_page({"Name": f"Film {number}"}) for number in range(30)]
    page = create(sdk, films, Linked={"relation": [{"id": one} for one in others]}, Notes=texts("a", "b", "c"))
    linked, notes = (films.sources[0].properties[name].id for name in ("Linked", "Notes"))

    pieces = collect_paginated_api(sdk.pages.properties.retrieve, page_id=page["id"], property_id=linked, page_size=12)
    first = sdk.pages.properties.retrieve(page["id"], notes, page_size=2)
    cost = sdk.pages.properties.retrieve(page["id"], films.sources[0].properties["Cost"].id)

    assert len(page["properties"]["Linked"]["relation"]) == 25
    assert [piece["relation"]["id"] for piece in pieces] == others
    assert [piece["rich_text"]["plain_text"] for piece in first["results"]] == ["a", "b"]
    assert first["property_item"]["next_url"].endswith(first["next_cursor"])
    assert (cost["object"], cost["number"]) == ("property_item", None)


# Many at once


def test_many_at_once_lose_nothing(notion: NotionEmulator) -> None:
    films = notion.make_database("Films", {"Name": "title"})
    page = notion.add_page({"Name": "Shared"})
    gate = threading.Barrier(4)

    def work(worker: int) -> None:
        gate.wait()
        with opened(notion) as sdk:
            for number in range(5):
                create(sdk, films, f"{worker}-{number}")
                sdk.blocks.children.append(page, children=[paragraph(f"{worker}-{number}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    wanted = sorted(f"{worker}-{number}" for worker in range(4) for number in range(5))
    assert sorted(notion.texts(page)) == wanted
    assert sorted(notion.page(one)["Name"] for one in notion.pages() if one != page) == wanted
    assert len(notion.pace.arrivals_s) == notion.books.count() == 40


def test_the_async_sdk_is_answered_too(notion: NotionEmulator, films: Database) -> None:
    async def check(response: httpx.Response) -> None:
        await response.aread()
        check_content(response.request, response.status_code, response.json())

    async def walk() -> dict[str, Any]:
        async with httpx.AsyncClient(verify=False, trust_env=False, event_hooks={"response": [check]}) as http:
            sdk = AsyncClient({"auth": notion.token, "base_url": notion.url, "retry": False}, http)
            page = await sdk.pages.create(parent={"data_source_id": films.data_source_id}, properties={"Name": title("Foxes")})
            await sdk.pages.update(page["id"], properties={"Status": {"status": {"name": "Queued"}}})
            return await sdk.data_sources.query(
                films.data_source_id, filter={"property": "Status", "status": {"equals": "Queued"}}
            )

    assert [page["object"] for page in asyncio.run(walk())["results"]] == ["page"]
