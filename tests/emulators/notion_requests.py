"""Requests as an emulated Notion reads them: JSON of a known type, within the limits of sizes.

The limits are those of the request limits page (developers.notion.com, 2026-11).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.emulators.notion_texts import LONGEST_ELEMENT, units
from tests.emulators.notion_types import check_type
from tests.emulators.notion_words import Refused, invalid, invalid_part
from tests.emulators.serving import Visit

MOST_BYTES = 500_000
MOST_BLOCKS = 1000
MOST_ELEMENTS = 100
"""Of any list in a request."""
LONGEST_URL = 2000
LONGEST_ADDRESS = 200
LONGEST_FORMULA = 1000
_LISTS = frozenset({"title", "rich_text", "caption", "children", "multi_select", "relation", "people", "options", "files"})
_LONGEST = {
    "content": LONGEST_ELEMENT,
    "expression": LONGEST_FORMULA,
    "url": LONGEST_URL,
    "email": LONGEST_ADDRESS,
    "phone_number": LONGEST_ADDRESS,
}


def _parsed(raw: bytes) -> Any:
    if len(raw) > MOST_BYTES:
        raise invalid(f"Request body too large: the limit is 500KB, instead was {len(raw) // 1000}KB.")
    try:
        return json.loads(raw) if raw else {}
    except ValueError:
        raise Refused(400, "invalid_json", "Error parsing JSON body.") from None


def read_request(visit: Visit, name: str, **path: str) -> dict[str, Any]:
    """Read a request's body: of its type, with what the path names, and within the limits of sizes."""
    body = _parsed(visit.raw)
    check_type(body, name, **path)
    if problem := next(_oversized(body, "body"), None):
        raise invalid_part("body", problem)
    if (blocks := _count_blocks(body)) > MOST_BLOCKS:
        raise invalid_part("body", f"body.children should hold ≤ `{MOST_BLOCKS}` blocks in all, instead were `{blocks}`.")
    return body


def _oversized(value: Any, place: str) -> Iterator[str]:
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        where = f"{place}.{step}" if isinstance(step, str) else f"{place}[{step}]"
        if isinstance(inner, list) and step in _LISTS and len(inner) > MOST_ELEMENTS:
            yield f"{where}.length should be ≤ `{MOST_ELEMENTS}`, instead was `{len(inner)}`."
        if isinstance(inner, str) and step in _LONGEST:
            if step == "url" and not inner:
                yield f'{where} should be populated, instead was `""`.'
            if (length := units(inner)) > _LONGEST[str(step)]:
                yield f"{where}.length should be ≤ `{_LONGEST[str(step)]}`, instead was `{length}`."
        if isinstance(inner, dict | list):
            yield from _oversized(inner, where)


def _count_blocks(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_count_blocks, value))
    if not isinstance(value, dict):
        return 0
    children = value.get("children")
    own = len(children) if isinstance(children, list) else 0
    return own + sum(map(_count_blocks, value.values()))


def check_query(visit: Visit, *known: str) -> None:
    """Refuse parameters of an address that the endpoint does not have."""
    for name, value in visit.call.query.items():
        if name not in known:
            raise invalid_part("query", f'query.{name} should be not present, instead was `"{value}"`.')


def listed(visit: Visit, name: str) -> list[str]:
    """Give all values of a parameter that may come more than once."""
    return visit.request.query_params.getlist(name)


def version_of(visit: Visit) -> str:
    """Give the version of the API that a request wants."""
    return visit.call.headers["notion-version"]
