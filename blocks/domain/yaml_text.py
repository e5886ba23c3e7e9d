"""YAML and JSON text as plain values, with the line of whatever cannot be read."""

from __future__ import annotations

import json
from collections.abc import Hashable

import yaml
from pydantic import JsonValue

from blocks.domain.problems import Problem


class YamlDialect(yaml.SafeDumper):
    """Writes long texts folded and lists indented below their key, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 (PyYAML's own signature)
        """Indent lists below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (PyYAML's own signature)
        """Write equal values twice instead of by reference."""
        return True


def read_document(text: str, *, json_only: bool = False) -> tuple[JsonValue, tuple[Problem, ...]]:
    """Read YAML or JSON.

    Returns:
        the plain value and what is wrong with the text: keys written twice leave a value, anything worse leaves None.
    """
    if json_only or text.lstrip().startswith("{"):
        try:
            return _read_json(text)
        except json.JSONDecodeError as error:
            if json_only:
                return None, (_unreadable("JSON", error.lineno, error.colno, error.msg),)
        except RecursionError:
            return None, (_too_deep(),)
    return _read_yaml(text)


class _Loader(yaml.SafeLoader):
    """Reads plain values only, and remembers keys written twice."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems: list[Problem] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse references: a few lines of them can stand for millions of values."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references (*name) are not read; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Note keys written twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            word = str(key.value)
            if isinstance(key, yaml.ScalarNode) and word in seen:
                self.problems.append(_twice(word, f"line {key.start_mark.line + 1}"))
            seen.add(word)
        return super().construct_mapping(node, deep)


def _read_yaml(text: str) -> tuple[JsonValue, tuple[Problem, ...]]:
    try:
        loader = _Loader(text)
        try:
            value: JsonValue = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        line, column = text.count("\n", 0, error.position) + 1, error.position - text.rfind("\n", 0, error.position)
        return None, (_unreadable("YAML", line, column, "this character cannot stand in YAML"),)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return None, (_unreadable("YAML", line, column, error.problem or error.context or "it is not well formed"),)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # ValueError: what YAML takes for a date and the calendar does not have, such as 2026-13-45.
        return None, (Problem(where="file", rule="unreadable", message=f"this is not readable as YAML: {error}"),)
    if value is None:
        return None, (Problem(where="file", rule="empty-file", message="there is nothing in it"),)
    return value, tuple(loader.problems)


def _read_json(text: str) -> tuple[JsonValue, tuple[Problem, ...]]:
    problems: list[Problem] = []

    def _pairs(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        names = [name for name, _ in pairs]
        problems.extend(_twice(name, "file") for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    value: JsonValue = json.loads(text, object_pairs_hook=_pairs)
    return value, tuple(problems)


def _unreadable(language: str, line: int, column: int, found: str) -> Problem:
    message = f"this is not readable as {language}: {found} (column {column}); text with a colon or a quote in it needs quotes"
    return Problem(where=f"line {line}", rule="unreadable", message=message)


def _too_deep() -> Problem:
    return Problem(where="file", rule="unreadable", message="the values are nested too deep")


def _twice(key: str, where: str) -> Problem:
    return Problem(where=where, rule="key-twice", message=f"the key {key} is written twice; keep one")
