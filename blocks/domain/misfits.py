"""What a model says of values that do not fit it, in the words of whoever wrote the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from pydantic_core import ErrorDetails

from blocks.domain.asset_checks import nearest
from blocks.domain.audience import EXAMPLE
from blocks.domain.problems import Problem

_MOMENT = f"a moment with its time zone, as {EXAMPLE}"
WANTED: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "text; put it in quotes if it looks like a number, a date, yes or no",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "float_parsing": "a number",
        "decimal_type": "a number",
        "decimal_parsing": "a number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "datetime_type": _MOMENT,
        "datetime_parsing": _MOMENT,
        "datetime_from_date_parsing": _MOMENT,
        "datetime_object_invalid": _MOMENT,
        "path_type": "the path of a file or folder",
        "tuple_type": "a list, one entry a line, each after a hyphen",
        "model_type": "keys with values below it",
        "dict_type": "keys with values below it",
        "model_attributes_type": "keys with values below it",
    }
)
"""What each kind of misfit lacks."""
_PRELUDE = "Value error, "


def say_misfit(where: str, path: str, error: ErrorDetails) -> Problem:
    """Say what the model found at one place.

    Args:
        where: the thing at fault, as its author knows it.
        path: the place inside it, as its author writes it.
        error: what the model found there; the messages of our own validators are kept as they are.
    """
    kind, found = error["type"], show_value(error["input"])
    context = error.get("ctx", {})
    if kind == "missing":
        rule, message = "missing-key", f"{path} is missing; add it"
    elif kind in {"enum", "literal_error"}:
        rule, message = "bad-value", f"{path} is {found}; it must be one of {context['expected']}"
    elif kind in WANTED:
        rule, message = "wrong-type", f"{path} is {name_kind(error['input'])} ({found}); it must be {WANTED[kind]}"
    elif kind == "value_error":
        rule, message = "bad-value", f"{path} is {found}: {error['msg'].removeprefix(_PRELUDE)}"
    else:
        rule, message = "bad-value", f"{path} is {found}: {error['msg'].lower()}"
    return Problem(where=where, rule=rule, message=message)


def say_unknown_key(where: str, path: str, key: str, known: Iterable[str]) -> Problem:
    """Say that a key is unknown, with the one that was probably meant, or else all there are."""
    keys = list(known)
    hint = nearest(key, keys) or f"; the keys are {', '.join(keys)}"
    return Problem(where=where, rule="unknown-key", message=f"the key {path} is unknown{hint}")


def name_kind(value: object) -> str:
    """Name the kind of a value as people do who write YAML: `a list`, `text`, `true or false`."""
    names = {dict: "keys with values", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "nothing" if value is None else f"a {type(value).__name__}")


def show_value(value: object) -> str:
    """Show a value, at most 60 characters of it."""
    shown = value.isoformat() if isinstance(value, date) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
