"""Notion's own types of requests and answers, as JSON Schema: what a request is checked against, and answers in tests.

They come from the TypeScript types of @notionhq/client 5.26.0 (see `tests/oracles/README.md`). They know names and types, but no
lengths, no property of a database and no option of a status.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tests.emulators.notion_words import invalid_part, one_of

TYPES = Path(__file__).parents[1] / "oracles/notion/types.json.gz"
_PLAIN = {"string": "a string", "number": "a number", "boolean": "a boolean", "array": "an array", "object": "an object"}


@cache
def _definitions() -> dict[str, Any]:
    return json.loads(gzip.decompress(TYPES.read_bytes()))["definitions"]


@cache
def _checker(name: str, kind: type[Validator] = Draft7Validator) -> Validator:
    return kind({"$ref": f"#/definitions/{name}", "definitions": _definitions()})


def _any_of(checker: Validator, branches: list[Any], value: Any, _: Any) -> Iterator[ValidationError]:
    if all(next(checker.descend(value, branch), None) for branch in branches):
        yield ValidationError("no branch fits")


_Quick = extend(Draft7Validator, {"anyOf": _any_of})
"""Leaves each branch at its first problem: several times as quick, but it cannot say what is wrong."""


def names_of_types() -> list[str]:
    """List all types that are kept here."""
    return list(_definitions())


def problems_of(value: Any, name: str, part: str = "body") -> list[str]:
    """Say in Notion's words what keeps a value from being of a type; nothing when it is one."""
    if _checker(name, _Quick).is_valid(value):
        return []
    return list(dict.fromkeys(_worded(_checker(name).iter_errors(value), part)))


def check_type(value: Any, name: str, **path: str) -> None:
    """Refuse a body that is not of its type; what the path names belongs to the type, too."""
    body = value | path if isinstance(value, dict) else value
    if problems := problems_of(body, name):
        raise invalid_part("body", *problems)


def _worded(errors: Iterable[ValidationError], part: str) -> Iterator[str]:
    for error in errors:
        place = part + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield from _one_worded(error, place, part)


def _first_by_branch(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """Take one problem of each branch: what it lacks, if it lacks anything."""
    chosen: dict[int, ValidationError] = {}
    for error in errors:
        branch = error.schema_path[0]
        if branch not in chosen or (error.validator == "required" and chosen[branch].validator != "required"):
            chosen[branch] = error
    return list(chosen.values())


def _one_worded(error: ValidationError, place: str, part: str) -> Iterator[str]:
    found = json.dumps(error.instance, ensure_ascii=False)
    match error.validator:
        case "anyOf":
            yield from _worded(_first_by_branch(error.context), part)
        case "required":
            for name in error.validator_value:
                if name not in error.instance:
                    yield f"{place}.{name} should be defined, instead was `undefined`."
        case "additionalProperties":
            for name in error.instance.keys() - error.schema.get("properties", {}).keys():
                extra = json.dumps(error.instance[name], ensure_ascii=False)
                yield f"{place}.{name} should be not present, instead was `{extra}`."
        case "enum" | "const":
            known = error.validator_value if error.validator == "enum" else [error.validator_value]
            yield f"{place} should be {one_of(known)}, instead was `{found}`."
        case "type":
            kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
            yield f"{place} should be {' or '.join(_PLAIN.get(kind, f'`{kind}`') for kind in kinds)}, instead was `{found}`."
        case _:
            yield f"{place} is not valid: {error.message}."
