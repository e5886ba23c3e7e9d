"""The columns that a table of films needs: which are missing, which can be made, and what only a person can do in Notion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from blocks.domain.frozen import Frozen
from blocks.domain.status import Status
from blocks.providers.notion.pages import COLUMNS

CHOICES = {"Priority": ("High", "Normal", "Low"), "Privacy": ("Private", "Unlisted", "Public")}
"""What those columns offer in which people choose among the studio's words."""
VIEWS = (
    "a view `In progress`, layout Board, grouped by Status, filter: Status is none of Draft, Published, Cancelled",
    "a view `Needs review`, layout Table, filter: Status is Assets Ready, Video Ready, Audio Ready or Assembly Complete",
    "a view `Errors`, layout Table, filter: Status contains each of the options that begin with Error",
    "for each channel a view of its name, layout Table, filter: Channel is that channel, sorted by Priority and Created time",
)
"""Views that the API cannot make."""


class Column(Frozen, extra="ignore"):
    """One column as the API gives it."""

    id: str
    name: str
    type: str
    options: tuple[str, ...] = ()


class Plan(Frozen):
    """What is to be done so that a table can hold films."""

    made: dict[str, JsonValue]
    """Columns that the API makes or changes: the body of an update."""
    by_hand: tuple[str, ...]
    """What only a person can do."""


def read_columns(properties: Mapping[str, Mapping[str, JsonValue]]) -> dict[str, Column]:
    """Give the columns by name."""
    found = {}
    for name, one in properties.items():
        inside = one.get(str(one.get("type")))
        listed = inside.get("options") if isinstance(inside, dict) else None
        options = tuple(str(option["name"]) for option in listed if isinstance(option, dict)) if isinstance(listed, list) else ()
        found[name] = Column(id=str(one.get("id")), name=name, type=str(one.get("type")), options=options)
    return found


def plan_columns(columns: Mapping[str, Column]) -> Plan:
    """Compare a table with what films need."""
    made: dict[str, JsonValue] = {}
    by_hand: list[str] = []
    for name, kind in COLUMNS.values():
        there = columns.get(name)
        if there is not None and there.type != kind:
            by_hand.append(f"the column {name} is of the type {there.type}: make it {_KINDS[kind]}, or give it another name")
        elif there is None and kind == "title":
            titled = next((column for column in columns.values() if column.type == "title"), None)
            if titled is not None:
                made[titled.name] = {"name": name}
            else:
                made[name] = {"title": {}}
        elif there is None and kind == "status":
            by_hand.append(f"add a column {name} of the type Status with the options below")
        elif there is None:
            made[name] = {kind: {}}
    for name, choices in CHOICES.items():
        if (options := _complete(columns.get(name), choices)) is not None:
            made[name] = {"select": {"options": options}}
    status = columns.get("Status")
    has = status.options if status is not None and status.type == "status" else ()
    if lacking := [one.value for one in Status if one.value not in has]:
        by_hand.append(f"column Status: add the options {', '.join(lacking)}")
    return Plan(made=made, by_hand=tuple(by_hand))


def _complete(column: Column | None, choices: Sequence[str]) -> list[JsonValue] | None:
    """Give all options of a column of choices, its own first; None when it lacks none, or is of another type."""
    if column is not None and column.type != "select":
        return None
    offered = column.options if column is not None else ()
    lacking = [one for one in choices if one not in offered]
    return [{"name": one} for one in (*offered, *lacking)] if lacking else None


_KINDS = {
    "title": "the title",
    "select": "a Select",
    "rich_text": "a Text",
    "status": "a Status",
    "url": "a URL",
    "number": "a Number",
    "date": "a Date",
    "files": "a Files & media",
}
