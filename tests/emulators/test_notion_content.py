"""The content of pages and the comments below them, written and read by the vendor's own SDK."""

from typing import Any

from notion_client import Client
from notion_client.helpers import collect_paginated_api

from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sdk import paragraph, texts, title
from tests.emulators.notion_workspace import Database


def create(sdk: Client, films: Database, name: str = "Foxes") -> dict[str, Any]:
    return sdk.pages.create(parent={"data_source_id": films.data_source_id}, properties={"Name": title(name)})


def test_a_page_is_made_with_content_and_gets_more(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = sdk.pages.create(
        parent={"type": "data_source_id", "data_source_id": films.data_source_id},
        properties={"Name": title("Foxes")},
        children=[paragraph("first"), paragraph("second")],
    )["id"]
    last = sdk.blocks.children.list(page)["results"][-1]["id"]
    sdk.blocks.children.append(page, children=[paragraph("third")])
    sdk.blocks.children.append(page, children=[paragraph("before")], position={"type": "start"})
    sdk.blocks.children.append(page, children=[paragraph("between")], after=last)

    assert notion.texts(page) == ["before", "first", "second", "between", "third"]


BLOCKS: list[dict[str, Any]] = [
    *({name: texts(name)} for name in ("heading_1", "heading_2", "heading_3", "bulleted_list_item", "numbered_list_item")),
    *({name: texts(name)} for name in ("quote", "toggle")),
    {"callout": {**texts("callout"), "icon": {"emoji": "🦊"}}},
    {"to_do": {**texts("to do"), "checked": True}},
    {"code": {**texts("x = 1"), "language": "python"}},
    {"divider": {}},
    {"bookmark": {"url": "https://a.example"}},
    {"embed": {"url": "https://a.example"}},
    *({name: {"external": {"url": "https://a.example/a"}}} for name in ("image", "video", "audio", "pdf")),
    {"file": {"external": {"url": "https://a.example/plan.pdf"}, "caption": [{"text": {"content": "the plan"}}]}},
    {"toggle": {**texts("open me"), "children": [paragraph("inside")]}},
]


def test_blocks_of_many_kinds_are_listed_page_by_page(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = create(sdk, films)["id"]

    sdk.blocks.children.append(page, children=BLOCKS)
    listed = collect_paginated_api(sdk.blocks.children.list, block_id=page, page_size=7)
    inside = sdk.blocks.children.list(listed[-1]["id"])["results"]

    assert [block["type"] for block in listed] == [next(iter(block)) for block in BLOCKS]
    assert (listed[-1]["has_children"], inside[0]["parent"]) == (True, {"type": "block_id", "block_id": listed[-1]["id"]})
    assert notion.texts(page)[-2:] == ["open me", "inside"]


def test_comments_are_written_answered_and_listed(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = create(sdk, films)["id"]
    first = sdk.comments.create(parent={"page_id": page}, rich_text=[{"text": {"content": "Look at this"}}])
    sdk.comments.create(discussion_id=first["discussion_id"], rich_text=[{"text": {"content": "I did"}}])
    notion.comment(page, "Good")

    listed = sdk.comments.list(block_id=page)["results"]

    assert [one["rich_text"][0]["plain_text"] for one in listed] == notion.comments(page) == ["Look at this", "I did", "Good"]
    assert listed[0]["discussion_id"] == listed[1]["discussion_id"] != listed[2]["discussion_id"]
