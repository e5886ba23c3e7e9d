"""The vendor's own Python SDK before an emulated Notion; each answer it gets is held against the types of Notion's SDK."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from notion_client import Client

from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_types import problems_of

COLUMNS = {
    "Name": "title",
    "Status": ("status", ["Draft", "Queued", "Published"]),
    "Priority": ("select", ["High", "Normal", "Low"]),
    "Tags": ("multi_select", ["sea", "ice"]),
    "Notes": "rich_text",
    "Cost": "number",
    "Done": "checkbox",
    "Due": "date",
    "Link": "url",
    "Mail": "email",
    "Phone": "phone_number",
    "Files": "files",
    "Linked": "relation",
    "Owner": "people",
    "Made": "created_time",
    "Changed": "last_edited_time",
    "By": "last_edited_by",
    "Number": "unique_id",
    "Sum": "formula",
}
"""A table with a column of every type."""
ANSWERS = {
    r"GET /v1/users/me": "GetSelfResponse",
    r"POST /v1/databases": "DatabaseObjectResponse",
    r"(GET|PATCH) /v1/databases/[^/]+": "DatabaseObjectResponse",
    r"POST /v1/data_sources": "DataSourceObjectResponse",
    r"(GET|PATCH) /v1/data_sources/[^/]+": "DataSourceObjectResponse",
    r"POST /v1/data_sources/[^/]+/query": "QueryDataSourceResponse",
    r"POST /v1/pages": "PageObjectResponse",
    r"(GET|PATCH) /v1/pages/[^/]+": "PageObjectResponse",
    r"GET /v1/pages/[^/]+/properties/.+": "GetPagePropertyResponse",
    r"GET /v1/blocks/[^/]+/children": "ListBlockChildrenResponse",
    r"PATCH /v1/blocks/[^/]+/children": "AppendBlockChildrenResponse",
    r"POST /v1/comments": "CommentObjectResponse",
    r"GET /v1/comments": "ListCommentsResponse",
    r"POST /v1/file_uploads(/[^/]+/(send|complete))?": "FileUploadObjectResponse",
    r"GET /v1/file_uploads/[^/]+": "FileUploadObjectResponse",
}
"""Type of each answer, by method and path."""


def check_answer(response: httpx.Response) -> None:
    """Hold an answer of the current version against its type, and an error against the one shape of errors."""
    response.read()
    check_content(response.request, response.status_code, response.json())


def check_content(request: httpx.Request, status: int, content: dict[str, Any]) -> None:
    """Hold the content of an answer against its type."""
    if status >= 400:
        assert {"object", "status", "code", "message", "request_id"} <= content.keys() <= _ERROR_KEYS
        assert (content["object"], content["status"]) == ("error", status)
        return
    place = f"{request.method} {request.url.path}"
    (kind,) = (kind for pattern, kind in ANSWERS.items() if re.fullmatch(pattern, place))
    assert problems_of(content, kind) == []


_ERROR_KEYS = {"object", "status", "code", "message", "request_id", "additional_data"}


@contextmanager
def opened(notion: NotionEmulator, **options: Any) -> Iterator[Client]:
    """Open the SDK; it tries nothing twice, unless `retry` says so."""
    with httpx.Client(verify=False, trust_env=False, event_hooks={"response": [check_answer]}) as http:
        logger = logging.getLogger(__name__)  # without one, each SDK adds another way to the terminal
        yield Client({"auth": notion.token, "base_url": notion.url, "retry": False, "logger": logger, **options}, http)


@contextmanager
def opened_by_hand(notion: NotionEmulator) -> Iterator[httpx.Client]:
    """Open a plain client with the headers of the API, for what the SDK would never send."""
    headers = {"authorization": f"Bearer {notion.token}", "notion-version": "2025-09-03"}
    hooks = {"response": [check_answer]}
    with httpx.Client(base_url=notion.url, headers=headers, verify=False, trust_env=False, event_hooks=hooks) as client:
        yield client


def told(answer: httpx.Response) -> tuple[int, str, str]:
    """Give the status, code and message of a refusal."""
    body = answer.json()
    return answer.status_code, body["code"], body["message"]


def invalid(message: str) -> tuple[int, str, str]:
    """Give what is told of a request that fails validation."""
    return 400, "validation_error", message


def title(text: str) -> dict[str, Any]:
    """Write a title as requests have it."""
    return {"title": [{"text": {"content": text}}]}


def texts(*elements: str) -> dict[str, Any]:
    """Write rich text as requests have it."""
    return {"rich_text": [{"text": {"content": element}} for element in elements]}


def paragraph(text: str) -> dict[str, Any]:
    """Write a block of text as requests have it."""
    return {"type": "paragraph", "paragraph": texts(text)}
