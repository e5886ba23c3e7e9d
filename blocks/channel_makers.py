"""The makers and the store of a channel as a file names them: by kind, settings, and the name of the saved credentials."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType, UnionType
from typing import Union, get_args, get_origin

from prefect.blocks.core import Block
from pydantic import JsonValue, ValidationError

from blocks.channel import Channel
from blocks.domain.asset_checks import nearest
from blocks.domain.misfits import WANTED, name_kind, say_misfit, say_unknown_key, show_value
from blocks.domain.problems import Problem

Shelf = Mapping[str, Mapping[str, Block]]
"""Saved credentials: by the slug of their type, then by name."""
CREDENTIALS = "credentials"


def _kinds(annotation: object) -> dict[str, type[Block]]:
    members = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    makers = [one for one in members if isinstance(one, type) and issubclass(one, Block)]
    return {str(maker.model_fields["kind"].default): maker for maker in makers}


KINDS: Mapping[str, Mapping[str, type[Block]]] = MappingProxyType(
    {field: kinds for field, one in Channel.model_fields.items() if (kinds := _kinds(one.annotation))}
)
"""The makers, or the stores, that each field of a channel can hold, by kind."""
MAKER_FIELDS = tuple(KINDS)


def credentials_type(maker: type[Block]) -> type[Block] | None:
    """Give the type of the credentials that a kind of maker needs; None when it needs none."""
    field = maker.model_fields.get(CREDENTIALS)
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, Block) else None


def credentials_of(maker: Block | None) -> Block | None:
    """Give the credentials of a maker; None when it has none, or those that every such maker begins with."""
    field = type(maker).model_fields.get(CREDENTIALS) if maker is not None else None
    if field is None:
        return None
    held: Block = getattr(maker, CREDENTIALS)
    return None if not field.is_required() and held == field.get_default(call_default_factory=True) else held


def read_maker(where: str, field: str, values: JsonValue, shelf: Shelf) -> tuple[Block | None, tuple[Problem, ...]]:
    """Read one maker of a channel, or its store.

    Args:
        where: the channel, for messages.
        field: what the maker is for: `narrator`.
        values: what the file says of it.
        shelf: the saved credentials.

    Returns:
        the maker, None when it has problems; and these.
    """
    kinds = KINDS[field]
    if not isinstance(values, dict):
        message = f"{field} is {name_kind(values)} ({show_value(values)}); it must be {WANTED['model_type']}, `kind` among them"
        return None, (Problem(where=where, rule="wrong-type", message=message),)
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        return None, (_wrong_kind(where, field, kind),)
    maker = kinds[kind]
    problems = [
        say_unknown_key(where, f"{field}.{key}", key, maker.model_fields) for key in values if key not in maker.model_fields
    ]
    settings: dict[str, object] = {key: value for key, value in values.items() if key in maker.model_fields}
    if needed := credentials_type(maker):
        problems += _take_credentials(where, field, maker, settings, shelf.get(needed.get_block_type_slug(), {}))
    try:
        made = maker.model_validate(settings)
    except ValidationError as error:
        problems += find_misfits(where, field, error)
        return None, tuple(problems)
    return (None if problems else made), tuple(problems)


def find_misfits(where: str, field: str, error: ValidationError) -> Iterator[Problem]:
    """Say everything a block found, each with its key as the file writes it.

    Args:
        where: the channel, for messages.
        field: the field of the channel that the block stands in; empty for the channel itself.
        error: what it found.
    """
    for one in error.errors(include_url=False):
        steps = [str(step + 1) if isinstance(step, int) else step for step in one["loc"]]
        if steps and steps[-1] == "[key]":
            known = re.findall(r"'([^']*)'", str(one.get("ctx", {}).get("expected", "")))
            yield say_unknown_key(where, ".".join([field, *steps[:-1]]).strip("."), steps[-2], known)
        elif not steps:
            message = f"{field or 'the channel'}: {one['msg'].removeprefix('Value error, ')}"
            yield Problem(where=where, rule="bad-value", message=message)
        else:
            yield say_misfit(where, ".".join([field, *steps]).strip("."), one)


def _wrong_kind(where: str, field: str, kind: JsonValue) -> Problem:
    known = ", ".join(KINDS[field])
    if kind is None:
        return Problem(where=where, rule="missing-key", message=f"{field}.kind is missing; it is one of {known}")
    hint = nearest(str(kind), KINDS[field])
    message = f"{field}.kind is {show_value(kind)}; it must be one of {known}{hint}"
    return Problem(where=where, rule="bad-value", message=message)


def _take_credentials(
    where: str, field: str, maker: type[Block], settings: dict[str, object], saved: Mapping[str, Block]
) -> Iterator[Problem]:
    """Put the saved block for its name. What was written is never shown: it may be a key by mistake."""
    needed = credentials_type(maker)
    name = settings.pop(CREDENTIALS, None)
    if needed is None or (name is None and not maker.model_fields[CREDENTIALS].is_required()):
        return
    if isinstance(name, str) and name in saved:
        settings[CREDENTIALS] = saved[name]
        return
    settings[CREDENTIALS] = needed.model_construct()  # so that the maker's other settings are checked
    title, path = needed.get_block_type_name(), f"{field}.{CREDENTIALS}"
    there = f"saved are: {', '.join(saved)}" if saved else f"none is saved yet; save one in the UI (Blocks, then {title})"
    if name is None:
        yield Problem(where=where, rule="missing-key", message=f"{path} is missing; write the name of a {title} block; {there}")
    else:
        hint = nearest(name, saved) if isinstance(name, str) else ""
        message = f"{path} is not the name of a saved {title} block{hint}; {there}"
        yield Problem(where=where, rule="unknown-credentials", message=message)
