"""Films that somebody wants, many at once: as a list of values, or as a table that people write."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from pydantic import Field, JsonValue, ValidationError

from blocks.domain.frozen import Frozen
from blocks.domain.misfits import name_kind, say_misfit, say_unknown_key
from blocks.domain.problems import Problem
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.yaml_text import read_document

CELLS = (
    "channel", "topic", "title", "story_direction", "target_seconds", "slug", "quality", "priority", "burn_captions", "privacy",
    "publish_at",
)  # fmt: skip
"""Columns of a table of films; the first two are needed."""
_KEYS = ("channel", *VideoRequest.model_fields)
MOST = 1000


class Order(Frozen):
    """One film that somebody wants."""

    channel: str = Field(default="demo", description="Id of the channel that the film is for.")
    request: VideoRequest = Field(description="The idea, or a finished storyboard.")

    @property
    def video(self) -> VideoName:
        """Name the film."""
        return self.request.name(self.channel)


class Queued(Frozen):
    """What became of one film that somebody wants."""

    where: str
    """As its author finds it: `row 3`, `film 3`."""
    video: VideoName | None = None
    """None when it could not be read."""
    is_queued: bool
    what: str
    """What happens now, or why nothing does."""

    def __str__(self) -> str:
        return f"{self.video or 'no film'}: {'queued' if self.is_queued else 'refused'}: {self.what}"


@dataclass(frozen=True)
class Entry:
    """One film of a table."""

    where: str
    """As its author finds it: `row 3`, `film 3`."""
    order: Order | None
    """None when it has problems."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class OrderTable:
    """What could be read of a table."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    """What is wrong with the table itself: nothing of it can be used then."""


def read_orders(text: str) -> OrderTable:
    """Read a table of films; what is wrong with one of them never keeps another from being made.

    Args:
        text: CSV whose first row names its columns (parted by commas, semicolons or tabs), or YAML: `films:`, and below it a
            list.
    """
    first = next((line.strip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()), "")
    if not first:
        return _refuse("empty", "there is nothing in it; the first row names the columns, at least channel and topic")
    if first.startswith(("films:", "- ", "#", "{", "---")):
        return _read_yaml(text)
    return _read_csv(text.removeprefix("\ufeff"), first)


def _read_csv(text: str, head: str) -> OrderTable:
    separator = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text), delimiter=separator, strict=True)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        return _refuse("unreadable", f"it cannot be read at line {reader.line_num}: {error}; save it as CSV in UTF-8")
    columns = [name.strip().lower().replace(" ", "_") for name in rows[0]]
    problems = [say_unknown_key("row 1", name, name, CELLS) for name in columns if name not in CELLS]
    problems += [
        Problem(where="row 1", rule="missing-key", message=f"there is no column {name}; add it")
        for name in CELLS[:2]
        if name not in columns
    ]
    problems += [
        Problem(where="row 1", rule="twice", message=f"the column {name} is there twice; leave one")
        for name in dict.fromkeys(columns)
        if columns.count(name) > 1
    ]
    if problems or len(rows) - 1 > MOST:
        return OrderTable((), tuple(problems) or _refuse("too-many", f"it has more than {MOST} films; part it").problems)
    return OrderTable(tuple(_entry_of_row(f"row {number}", columns, row) for number, row in enumerate(rows[1:], start=2)))


def _entry_of_row(where: str, columns: list[str], row: list[str]) -> Entry:
    if len(row) > len(columns):
        message = f"it has {len(row)} cells and the table has {len(columns)} columns; put text with separators in double quotes"
        return Entry(where, None, (Problem(where=where, rule="too-many-cells", message=message),))
    # A cell that nothing is written in says nothing: the film has what it has by default.
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if cell.strip()}
    return _read_entry(where, "column ", cells)


def _read_yaml(text: str) -> OrderTable:
    document, unreadable = read_document(text)
    if unreadable:
        return OrderTable((), unreadable)
    listed = document.get("films") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        message = f"films is {name_kind(listed)}; write `films:`, and below it a list, each film after a hyphen"
        return _refuse("wrong-type", message)
    if isinstance(document, dict) and (strangers := [key for key in document if key != "films"]):
        return OrderTable((), tuple(say_unknown_key("file", str(key), str(key), ("films",)) for key in strangers))
    if len(listed) > MOST:
        return _refuse("too-many", f"it has more than {MOST} films; part it")
    return OrderTable(tuple(_entry_of_value(f"film {number}", value) for number, value in enumerate(listed, start=1)))


def _entry_of_value(where: str, value: JsonValue) -> Entry:
    if not isinstance(value, dict):
        message = f"it is {name_kind(value)}; it must be keys with values below it"
        return Entry(where, None, (Problem(where=where, rule="wrong-type", message=message),))
    return _read_entry(where, "", value)


def _read_entry(where: str, label: str, values: Mapping[str, JsonValue]) -> Entry:
    problems = [say_unknown_key(where, key, key, _KEYS) for key in values if key not in _KEYS]
    channel = values.get("channel")
    if not isinstance(channel, str):
        message = f"{label}channel is {name_kind(channel)}; write the id of a channel"
        problems.append(Problem(where=where, rule="missing-key", message=message))
    asked = {key: value for key, value in values.items() if key != "channel" and key in _KEYS}
    try:
        request = VideoRequest.model_validate(asked)
        order = Order(channel=str(channel), request=request)
        _ = order.video
    except ValidationError as error:
        return Entry(where, None, (*problems, *_misfits(where, label, error)))
    return Entry(where, None if problems else order, tuple(problems))


def _misfits(where: str, label: str, error: ValidationError) -> Iterator[Problem]:
    for one in error.errors():
        path = ".".join(str(step) for step in one["loc"])
        if path:
            yield say_misfit(where, f"{label}{path}", one)
        else:
            yield Problem(where=where, rule="incomplete", message=one["msg"].removeprefix("Value error, "))


def _refuse(rule: str, message: str) -> OrderTable:
    return OrderTable((), (Problem(where="table", rule=rule, message=message),))
