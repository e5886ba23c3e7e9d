"""Queries of a table: filters two levels deep, and sorts, as the reference of 2026-11 has them.

Texts are compared without regard to case. Times are compared as pages show them, rounded down to the minute.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.emulators.notion_texts import plain
from tests.emulators.notion_values import shown_value, to_the_minute, value_of
from tests.emulators.notion_words import invalid, not_emulated
from tests.emulators.notion_workspace import DataSource, Page, Property, Workspace

Test = Callable[[Page], bool]
_TEXTS = frozenset({"title", "rich_text", "url", "email", "phone_number"})
_LISTS = frozenset({"multi_select", "relation", "people", "files"})
_PAST = {"past_week": timedelta(days=7), "past_month": timedelta(days=30), "past_year": timedelta(days=365)}


def matching(workspace: Workspace, source: DataSource, wanted: dict[str, Any] | None) -> Test:
    """Turn a filter of the right type into a test of pages.

    Raises:
        Refused: it names a column or a choice that does not exist, or takes a column for another type.
    """
    if wanted is None:
        return lambda page: True
    for word, combined in (("and", all), ("or", any)):
        if word in wanted:
            tests = [matching(workspace, source, one) for one in wanted[word]]
            return lambda page: combined(test(page) for test in tests)
    if "timestamp" in wanted:
        return _by_time(workspace, wanted)
    return _by_property(workspace, source, wanted)


def _by_time(workspace: Workspace, wanted: dict[str, Any]) -> Test:
    (operator, value), name = next(iter(wanted[wanted["timestamp"]].items())), wanted["timestamp"]
    compare = _time_test(workspace, operator, value)
    return lambda page: compare(to_the_minute(page.created_at if name == "created_time" else page.edited_at))


def _by_property(workspace: Workspace, source: DataSource, wanted: dict[str, Any]) -> Test:
    column = source.find(wanted["property"])
    if column is None:
        raise invalid(f"Could not find property with name or id: {wanted['property']}")
    kind = next(key for key in wanted if key not in {"property", "type"})
    if kind != column.type:
        raise invalid(
            "The property type in the database does not match the property type of the filter provided: "
            f"database property {column.type} does not match filter {kind}"
        )
    operator, value = next(iter(wanted[kind].items()))
    compare = _value_test(workspace, column, operator, value)
    return lambda page: compare(_comparable(workspace, page, column))


def _comparable(workspace: Workspace, page: Page, column: Property) -> Any:
    """Give a value as tests and sorts compare it: texts as text, choices by their ids, times as text."""
    match column.type:
        case "title" | "rich_text":
            return plain(value_of(page, column))
        case "date":
            kept = value_of(page, column)
            return kept and kept["start"]
        case "created_time" | "last_edited_time":
            return shown_value(workspace, page, column)
        case "unique_id":
            return page.unique_number
        case "created_by" | "last_edited_by" | "formula":
            raise not_emulated(f"filters and sorts by {column.type}")
        case _:
            return value_of(page, column)


def _value_test(workspace: Workspace, column: Property, operator: str, value: Any) -> Callable[[Any], bool]:
    if operator in {"is_empty", "is_not_empty"}:
        return lambda found: (found is None or found in ("", [])) == (operator == "is_empty")
    if column.type in {"select", "status", "multi_select"}:
        return _choice_test(column, operator, value)
    if column.type in _TEXTS:
        return lambda found: _TEXT_TESTS[operator]((found or "").casefold(), value.casefold())
    if column.type in {"date", "created_time", "last_edited_time"}:
        return _time_test(workspace, operator, value)
    if column.type in _LISTS:
        return lambda found: (value in found) == (operator == "contains")
    return lambda found: _PLAIN_TESTS[operator](found, value)


def _choice_test(column: Property, operator: str, value: str | list[str]) -> Callable[[Any], bool]:
    names = [value] if isinstance(value, str) else value
    known = [option.name for option in column.options]
    for name in names:
        if name not in known:
            available = ", ".join(f'"{option}"' for option in known)
            kind = "status" if column.type == "status" else "select"
            raise invalid(f'{kind} option "{name}" not found for property "{column.name}". Available options: {available}.')
    ids = {option.id for option in column.options if option.name in names}
    is_wanted = operator in {"equals", "contains"}
    return lambda found: bool(ids & set(found if isinstance(found, list) else [found])) == is_wanted


_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda found, value: found == value,
    "does_not_equal": lambda found, value: found != value,
    "contains": lambda found, value: value in found,
    "does_not_contain": lambda found, value: value not in found,
    "starts_with": lambda found, value: found.startswith(value),
    "ends_with": lambda found, value: found.endswith(value),
}
_PLAIN_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda found, value: found == value,
    "does_not_equal": lambda found, value: found != value,
    "greater_than": lambda found, value: found is not None and found > value,
    "less_than": lambda found, value: found is not None and found < value,
    "greater_than_or_equal_to": lambda found, value: found is not None and found >= value,
    "less_than_or_equal_to": lambda found, value: found is not None and found <= value,
}
_TIME_TESTS: dict[str, Callable[[datetime, datetime, datetime], bool]] = {
    "equals": lambda found, begin, end: begin <= found <= end,
    "before": lambda found, begin, end: found < begin,
    "after": lambda found, begin, end: found > end,
    "on_or_before": lambda found, begin, end: found <= end,
    "on_or_after": lambda found, begin, end: found >= begin,
}
"""With the begin and the end of what is compared with: a moment, or a whole day."""


def _time_test(workspace: Workspace, operator: str, value: Any) -> Callable[[str | None], bool]:
    if operator in _PAST:
        end = workspace.now()
        begin = end - _PAST[operator]
        return lambda found: found is not None and begin <= _moments(found)[0] <= end
    if operator not in _TIME_TESTS:
        raise not_emulated(f"the filter {operator} of times")
    try:
        begin, end = _moments(value)
    except ValueError:
        raise not_emulated(f"the time {value!r} in a filter") from None
    return lambda found: found is not None and _TIME_TESTS[operator](_moments(found)[0], begin, end)


def _moments(text: str) -> tuple[datetime, datetime]:
    if len(text) == len("2026-11-22"):
        day = date.fromisoformat(text)
        return datetime.combine(day, time.min, UTC), datetime.combine(day, time.max, UTC)
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, moment


def in_order(workspace: Workspace, source: DataSource, pages: list[Page], sorts: list[dict[str, str]]) -> list[Page]:
    """Sort pages: choices by their order in the table, what is empty last, equals in the order they came."""
    for wanted in reversed(sorts):
        key_of = _sort_key(workspace, source, wanted)
        full = [page for page in pages if key_of(page) is not None]
        empty = [page for page in pages if key_of(page) is None]
        pages = sorted(full, key=key_of, reverse=wanted["direction"] == "descending") + empty
    return pages


def _sort_key(workspace: Workspace, source: DataSource, wanted: dict[str, str]) -> Callable[[Page], Any]:
    if "timestamp" in wanted:
        return lambda page: page.created_at if wanted["timestamp"] == "created_time" else to_the_minute(page.edited_at)
    column = source.find(wanted["property"])
    if column is None:
        raise invalid(f"Could not find sort property with name or id: {wanted['property']}")
    if column.type in _LISTS:
        raise not_emulated(f"sorts by {column.type}")
    ranks = {option.id: rank for rank, option in enumerate(column.options)}

    def key_of(page: Page) -> Any:
        found = _comparable(workspace, page, column)
        if column.type in {"select", "status"}:
            return ranks.get(found)
        if column.type in _TEXTS:
            return found.casefold() if found else None
        return found

    return key_of
