"""Lists in pages of at most a hundred, with cursors that belong to the list they came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.emulators.notion_requests import listed
from tests.emulators.notion_words import invalid, invalid_part
from tests.emulators.notion_workspace import Workspace
from tests.emulators.serving import Visit

MOST = 100
ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Cursor:
    """Where a list goes on."""

    of: str
    """The list: equal requests have equal lists."""
    at: int
    key: str
    """What comes next; when it has gone, the list goes on where it would have been."""


def asked_in_address(visit: Visit) -> dict[str, Any]:
    """Read which page of a list is wanted from the address."""
    query = {name: visit.call.query[name] for name in ("page_size", "start_cursor") if name in visit.call.query}
    size = query.get("page_size")
    if size is None:
        return query
    if not size.isdecimal():
        raise invalid_part("query", f'query.page_size should be a number, instead was `"{size}"`.')
    return query | {"page_size": int(size)}


def page_of(
    workspace: Workspace,
    visit: Visit,
    asked: Mapping[str, Any],
    items: Sequence[ItemT],
    key_of: Callable[[ItemT], str],
    show: Callable[[ItemT], Any],
) -> dict[str, Any]:
    """Show one page of a list.

    Args:
        workspace: keeps the cursors.
        visit: the request; together with `asked` it tells lists apart.
        asked: `page_size` and `start_cursor`, with whatever else a body says.
        items: the whole list as it is now.
        key_of: gives what an item is known by when the list is read again.
        show: gives an item as the answer has it.
    """
    part = "query" if visit.call.method == "GET" else "body"
    size = asked.get("page_size", MOST)
    if not isinstance(size, int) or not 1 <= size <= MOST:
        bound = "a whole number" if not isinstance(size, int) else f"≤ `{MOST}`" if size > MOST else "≥ `1`"
        raise invalid_part(part, f"{part}.page_size should be {bound}, instead was `{size}`.")
    constant = {name: value for name, value in asked.items() if name not in {"page_size", "start_cursor"}}
    name_of_list = json.dumps([visit.call.path, constant, listed(visit, "block_id")], sort_keys=True)
    start = _start(workspace, asked.get("start_cursor"), name_of_list, [key_of(item) for item in items])
    shown, rest = items[start : start + size], items[start + size :]
    cursor = None
    if rest:
        cursor = workspace.new_id()
        workspace.cursors[cursor] = Cursor(name_of_list, start + size, key_of(rest[0]))
    return {"object": "list", "results": [show(item) for item in shown], "next_cursor": cursor, "has_more": bool(rest)}


def _start(workspace: Workspace, token: str | None, name_of_list: str, keys: list[str]) -> int:
    if token is None:
        return 0
    cursor = workspace.cursors.get(token)
    if cursor is None or cursor.of != name_of_list:
        raise invalid(f"The start_cursor provided is invalid: {token}")
    return keys.index(cursor.key) if cursor.key in keys else min(cursor.at, len(keys))
