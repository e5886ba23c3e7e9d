"""What the emulated Notion refuses as the properties of a page, and in which words."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sdk import invalid, paragraph, texts, title, told
from tests.emulators.notion_workspace import Database

NOBODY = str(uuid4())
BODY = "body failed validation: "


LONG = "x" * 2001
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a column that is not there": ({"Length": {"number": 1}}, "Length is not a property that exists."),
    "a value of another type": ({"Status": {"select": {"name": "Draft"}}}, "Status is expected to be status."),
    "several such": (
        {"Length": {"number": 1}, "Cost": {"url": None}},
        "Length is not a property that exists. Cost is expected to be number.",
    ),
    "a status that is not there": (
        {"Status": {"status": {"name": "Filming"}}},
        'Invalid status option. Status option "Filming" does not exist.',
    ),
    "a status of another case": (
        {"Status": {"status": {"name": "draft"}}},
        'Invalid status option. Status option "draft" does not exist.',
    ),
    "a choice of an unknown id": (
        {"Priority": {"select": {"id": NOBODY}}},
        f'Invalid select option. Select option "{NOBODY}" does not exist.',
    ),
    "a choice with a comma": (
        {"Priority": {"select": {"name": "high, low"}}},
        "Invalid select option, commas not allowed: high, low",
    ),
    "a choice of a long name": (
        {"Priority": {"select": {"name": "p" * 101}}},
        f"{BODY}body.properties.Priority.select.name.length should be ≤ `100`, instead was `101`.",
    ),
    "a text too long": (
        {"Notes": texts("short", LONG)},
        f"{BODY}body.properties.Notes.rich_text[1].text.content.length should be ≤ `2000`, instead was `2001`.",
    ),
    "a text too long for JavaScript": (
        {"Name": title("🦊" * 1001)},
        f"{BODY}body.properties.Name.title[0].text.content.length should be ≤ `2000`, instead was `2002`.",
    ),
    "too many texts": (
        {"Notes": texts(*"x" * 101)},
        f"{BODY}body.properties.Notes.rich_text.length should be ≤ `100`, instead was `101`.",
    ),
    "too many choices": (
        {"Tags": {"multi_select": [{"name": str(number)} for number in range(101)]}},
        f"{BODY}body.properties.Tags.multi_select.length should be ≤ `100`, instead was `101`.",
    ),
    "an empty address": (
        {"Link": {"url": ""}},
        f'{BODY}body.properties.Link.url should be populated, instead was `""`.',
    ),
    "a long address": (
        {"Link": {"url": f"https://{LONG}"}},
        f"{BODY}body.properties.Link.url.length should be ≤ `2000`, instead was `2009`.",
    ),
    "a long link": (
        {"Notes": {"rich_text": [{"text": {"content": "a", "link": {"url": LONG}}}]}},
        f"{BODY}body.properties.Notes.rich_text[0].text.link.url.length should be ≤ `2000`, instead was `2001`.",
    ),
    "a long mail address": (
        {"Mail": {"email": "m" * 201}},
        f"{BODY}body.properties.Mail.email.length should be ≤ `200`, instead was `201`.",
    ),
    "a date that is none": (
        {"Due": {"date": {"start": "tomorrow"}}},
        f'{BODY}body.properties.Due.date.start should be a valid ISO 8601 date string, instead was `"tomorrow"`.',
    ),
    "somebody unknown": ({"Owner": {"people": [{"id": NOBODY}]}}, f"Could not find user with ID: {NOBODY}."),
    "a file of nobody": (
        {"Files": {"files": [{"name": "a.png", "file": {"url": "https://a.example/a.png"}}]}},
        "Invalid file URL: https://a.example/a.png",
    ),
    "when it was made": ({"Made": {"rich_text": []}}, "Made is expected to be created_time."),
    "when it was changed": ({"Changed": {"date": {"start": "2026-11-22"}}}, "Changed is expected to be last_edited_time."),
    "who changed it": ({"By": {"people": []}}, "By is expected to be last_edited_by."),
    "its number": ({"Number": {"number": 7}}, "Number is expected to be unique_id."),
    "a formula": ({"Sum": {"rich_text": []}}, "Sum is expected to be formula."),
    "a mention": (
        {"Notes": {"rich_text": [{"mention": {"user": {"id": NOBODY}}}]}},
        "The emulator does not know mentions in rich text.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_page_does_not_take(raw: httpx.Client, notion: NotionEmulator, page: str, wrong: str) -> None:
    properties, message = WRONG[wrong]

    answer = raw.patch(f"/v1/pages/{page}", json={"properties": {"Name": title("Changed"), **properties}})

    assert told(answer) == invalid(message)
    assert notion.page(page)["Name"] == "Foxes"


MISTYPED: dict[str, tuple[dict[str, Any], str]] = {
    "a bare status": (
        {"properties": {"Status": {"status": "Queued"}}},
        'body.properties.Status.status should be an object, instead was `"Queued"`.',
    ),
    "a number as text": (
        {"properties": {"Cost": {"number": "1"}}},
        'body.properties.Cost.number should be a number or `null`, instead was `"1"`.',
    ),
    "a text as text": (
        {"properties": {"Notes": {"rich_text": "words"}}},
        'body.properties.Notes.rich_text should be an array, instead was `"words"`.',
    ),
    "a written formula": (
        {"properties": {"Sum": {"formula": {"expression": "1"}}}},
        "body.properties.Sum.title should be defined, instead was `undefined`.",
    ),
    "a written time": (
        {"properties": {"Made": {"created_time": "2026-11-22"}}},
        "body.properties.Made.date should be defined, instead was `undefined`.",
    ),
    "a misspelt key": ({"propertys": {}}, "body.propertys should be not present, instead was `{}`."),
    "a tick that is none": ({"in_trash": "yes"}, 'body.in_trash should be a boolean, instead was `"yes"`.'),
}


@pytest.mark.parametrize("wrong", MISTYPED)
def test_a_request_of_a_wrong_type_is_refused_for(raw: httpx.Client, page: str, wrong: str) -> None:
    body, line = MISTYPED[wrong]

    status, code, message = told(raw.patch(f"/v1/pages/{page}", json=body))

    assert (status, code) == (400, "validation_error")
    assert message.startswith("body failed validation")
    assert line in message.replace("body failed validation: ", "\n").splitlines()


def test_half_a_character_is_not_kept(raw: httpx.Client, notion: NotionEmulator, page: str) -> None:
    raw.patch(f"/v1/pages/{page}", content=rb'{"properties":{"Notes":{"rich_text":[{"text":{"content":"a\ud83d"}}]}}}')

    assert notion.page(page)["Notes"] == "a\ufffd"


def test_a_page_in_the_trash_is_not_changed(raw: httpx.Client, notion: NotionEmulator, page: str) -> None:
    notion.trash(page)
    changes = (
        raw.patch(f"/v1/pages/{page}", json={"properties": {"Cost": {"number": 2}}}),
        raw.patch(f"/v1/blocks/{page}/children", json={"children": [paragraph("more")]}),
    )

    for answer in changes:
        assert told(answer) == invalid("Can't edit block that is archived. You must unarchive the block before editing.")


def test_the_newest_version_has_given_up_old_names(raw: httpx.Client, page: str) -> None:
    newest = {"notion-version": "2026-03-11"}
    archived = raw.patch(f"/v1/pages/{page}", json={"archived": True}, headers=newest)
    after = raw.patch(f"/v1/blocks/{page}/children", json={"children": [paragraph("a")], "after": NOBODY}, headers=newest)

    assert told(archived) == invalid(f"{BODY}body.archived should be not present, instead was `true`.")
    assert told(after) == invalid(f'{BODY}body.after should be not present, instead was `"{NOBODY}"`.')
    assert raw.patch(f"/v1/pages/{page}", json={"in_trash": True}, headers=newest).json()["in_trash"]


def test_a_refused_request_makes_no_choices(raw: httpx.Client, films: Database, page: str) -> None:
    raw.patch(
        f"/v1/pages/{page}", json={"properties": {"Priority": {"select": {"name": "New"}}, "Status": {"status": {"name": "?"}}}}
    )

    assert [option.name for option in films.sources[0].properties["Priority"].options] == ["High", "Normal", "Low"]
