"""What an emulated Notion takes as the properties of a page: columns that exist, of their type."""

from __future__ import annotations

from typing import Any

from tests.emulators.notion_values import kind_of
from tests.emulators.notion_words import invalid
from tests.emulators.notion_workspace import TITLE, DataSource, Page, Property, Workspace

_GROWING = frozenset({"select", "multi_select"})
"""Types that take new choices from pages."""


def find_column(source: DataSource | None, name: str) -> Property | None:
    """Look up a column by name or id; a page outside any table has its title."""
    if source is None:
        return TITLE if name == TITLE.name else None
    return source.find(name)


def read_properties(workspace: Workspace, source: DataSource | None, given: dict[str, Any]) -> dict[str, Any]:
    """Read the properties of a page from a request of the right type; gives the values by property id.

    Raises:
        Refused: columns that do not exist, or are of another type, all of them at once; or a value that cannot be taken.
    """
    columns = {name: find_column(source, name) for name in given}
    problems = [problem for name, column in columns.items() if (problem := _mismatch(name, column, given[name]))]
    if problems:
        raise invalid(" ".join(problems))
    found = [(name, column) for name, column in columns.items() if column is not None]
    found.sort(key=lambda one: one[1].type in _GROWING)  # so that a request that is refused leaves no new choice
    return {column.id: kind_of(column).read(workspace, column, given[name][column.type]) for name, column in found}


def _mismatch(name: str, column: Property | None, given: dict[str, Any]) -> str | None:
    if column is None:
        return f"{name} is not a property that exists."
    return None if column.type in given else f"{column.name} is expected to be {column.type}."


def check_alive(page: Page) -> None:
    """Refuse to change a page in the trash."""
    if page.in_trash:
        raise invalid("Can't edit block that is archived. You must unarchive the block before editing.")
