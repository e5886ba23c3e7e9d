"""What the emulated Notion refuses before it looks at any page: tokens, versions, addresses, bodies, parents."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.emulators.notion import VERSIONS, NotionEmulator
from tests.emulators.notion_sdk import invalid, texts, title, told
from tests.emulators.notion_types import names_of_types, problems_of
from tests.emulators.notion_workspace import Database

NOBODY = str(uuid4())
BODY = "body failed validation: "
SHARED = "Make sure the relevant pages and databases are shared with your integration."


# Who may ask, and where


@pytest.mark.parametrize("authorization", ["", "Bearer ntn_other", "ntn_testkey", "bearer ntn_testkey"])
def test_a_wrong_token_is_refused(raw: httpx.Client, authorization: str) -> None:
    assert told(raw.get("/v1/users/me", headers={"authorization": authorization})) == (
        401,
        "unauthorized",
        "API token is invalid.",
    )


def test_a_request_without_a_version_is_refused(notion: NotionEmulator) -> None:
    answer = httpx.get(f"{notion.url}/v1/users/me", headers={"authorization": f"Bearer {notion.token}"})

    message = "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`."
    assert told(answer) == (400, "missing_version", message)


def test_an_unknown_version_is_refused_and_the_known_ones_are_named(raw: httpx.Client) -> None:
    status, code, message = told(raw.get("/v1/users/me", headers={"notion-version": "2024-01-01"}))

    assert (status, code) == (400, "missing_version")
    assert message.endswith('or `"2026-03-11"`, instead was `"2024-01-01"`.')
    assert all(version in message for version in VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_known_versions_are_answered(raw: httpx.Client, version: str) -> None:
    assert raw.get("/v1/users/me", headers={"notion-version": version}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/nothing"), ("DELETE", "/v1/pages/x"), ("PUT", "/v1/users/me"), ("POST", "/pages")]
)
def test_an_address_that_does_not_exist_is_refused(raw: httpx.Client, method: str, path: str) -> None:
    assert told(raw.request(method, path)) == (400, "invalid_request_url", "Invalid request URL.")


def test_databases_are_not_queried_any_more(raw: httpx.Client, films: Database) -> None:
    answer = raw.post(f"/v1/databases/{films.id}/query", json={})

    assert told(answer) == (400, "invalid_request_url", "Invalid request URL.")


def test_data_sources_are_unknown_to_the_version_before_them(raw: httpx.Client, films: Database) -> None:
    answer = raw.get(f"/v1/data_sources/{films.data_source_id}", headers={"notion-version": "2022-06-28"})

    assert told(answer)[1] == "invalid_request_url"


LOOKS = {
    "page": ("page", "GET", "/v1/pages/{}"),
    "page that is changed": ("page", "PATCH", "/v1/pages/{}"),
    "database": ("database", "GET", "/v1/databases/{}"),
    "data source": ("data_source", "GET", "/v1/data_sources/{}"),
    "table that is queried": ("data_source", "POST", "/v1/data_sources/{}/query"),
    "block": ("block", "GET", "/v1/blocks/{}/children"),
    "file": ("file_upload", "GET", "/v1/file_uploads/{}"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_what_does_not_exist_is_not_found(raw: httpx.Client, look: str) -> None:
    kind, method, path = LOOKS[look]
    body = {"json": {}} if method != "GET" else {}

    missing, odd = (raw.request(method, path.format(name), **body) for name in (NOBODY, "abc"))

    assert told(missing) == (404, "object_not_found", f"Could not find {kind} with ID: {NOBODY}. {SHARED}")
    assert told(odd) == invalid(f'path failed validation: path.{kind}_id should be a valid uuid, instead was `"abc"`.')


# Bodies


def test_a_body_that_is_no_json_is_refused(raw: httpx.Client) -> None:
    assert told(raw.post("/v1/pages", content=b"{'a'}")) == (400, "invalid_json", "Error parsing JSON body.")


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null"])
def test_a_body_that_is_no_object_is_refused(raw: httpx.Client, body: str) -> None:
    assert told(raw.post("/v1/pages", content=body)) == invalid(
        f"body failed validation: body should be an object, instead was `{body}`."
    )


def test_a_body_of_more_than_500_kb_is_refused(raw: httpx.Client, page: str) -> None:
    elements = ["x" * 2000] * 100
    fits = raw.patch(
        f"/v1/pages/{page}", json={"properties": {"Notes": texts(*elements), "Name": {"title": texts(*elements)["rich_text"]}}}
    )
    answer = raw.patch(f"/v1/blocks/{page}/children", json={"children": [{"paragraph": texts(*elements)}] * 3})

    assert fits.status_code == 200
    assert told(answer) == invalid("Request body too large: the limit is 500KB, instead was 607KB.")


def test_an_unknown_parameter_of_an_address_is_refused(raw: httpx.Client, page: str) -> None:
    assert told(raw.get(f"/v1/pages/{page}?properties=a")) == invalid(
        'query failed validation: query.properties should be not present, instead was `"a"`.'
    )


PARENTS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({}, f"{BODY}body.parent should be defined, instead was `undefined`."),
    "one that is not there": ({"parent": {"data_source_id": NOBODY}}, f"Could not find data_source with ID: {NOBODY}. {SHARED}"),
    "a page that is not there": ({"parent": {"page_id": NOBODY}}, f"Could not find page with ID: {NOBODY}. {SHARED}"),
    "one of a wrong type": ({"parent": {"block_id": NOBODY}}, "body failed validation. Fix one:"),
    "the workspace": ({"parent": {"workspace": True}}, "The emulator does not know pages without a parent."),
}


@pytest.mark.parametrize("parent", PARENTS)
def test_a_page_is_not_made_below(raw: httpx.Client, notion: NotionEmulator, films: Database, parent: str) -> None:
    body, message = PARENTS[parent]

    answer = raw.post("/v1/pages", json={"properties": {}, **body})

    assert answer.status_code in {400, 404}
    assert answer.json()["message"].startswith(message)
    assert notion.pages() == []


def test_a_database_of_several_tables_is_no_parent(raw: httpx.Client, notion: NotionEmulator, films: Database) -> None:
    body = {"parent": {"database_id": films.id}, "properties": {"Name": title("Foxes")}}
    alone = raw.post("/v1/pages", json=body)
    second = notion.make_data_source(films, "More", {"Name": "title"})

    answer = raw.post("/v1/pages", json=body)

    assert alone.status_code == 200
    assert told(answer) == invalid("Databases with multiple data sources are not supported in this API version.")
    assert answer.json()["additional_data"]["child_data_source_ids"] == [films.data_source_id, second.id]


# The types themselves


def test_the_types_of_notion_s_sdk_tell_right_from_wrong() -> None:
    assert "PagePropertiesUpdatedWebhookPayload" in names_of_types()
    assert problems_of({"mode": "single_part"}, "CreateFileUploadParameters") == []
    assert problems_of({"mode": "by mail"}, "CreateFileUploadParameters") == [
        'body.mode should be `"single_part"`, `"multi_part"`, or `"external_url"`, instead was `"by mail"`.'
    ]
