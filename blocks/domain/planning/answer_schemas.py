"""JSON Schemas of answers, as all vendors take them: nothing referred to, nothing optional, no keyword that some refuse."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from pydantic import JsonValue

from blocks.domain.planning.answers import Answer

_KEPT = frozenset({"type", "description", "enum", "properties", "items", "required"})
"""Keywords that every vendor reads. The rest (titles, defaults, bounds) is for people, or is checked here."""

Schema = dict[str, JsonValue]


def schema_of(shape: type[Answer], only: Collection[str] = ()) -> Schema:
    """Give the schema of an answer with everything written in place.

    Every property is required, as OpenAI's strict mode wants it; a shape says in its descriptions what stands for nothing.

    Args:
        shape: the answer.
        only: the properties asked for; all when empty.
    """
    whole = cast("Schema", shape.model_json_schema(mode="validation"))
    named = cast("dict[str, Schema]", whole.get("$defs", {}))
    plain = _write_out(whole, named)
    if only:
        properties = cast("Schema", plain["properties"])
        plain["properties"] = {name: value for name, value in properties.items() if name in only}
        plain["required"] = list(cast("Schema", plain["properties"]))
    return plain


def _write_out(schema: Schema, named: dict[str, Schema]) -> Schema:
    """Write one schema out: references in place, `X | None` as X."""
    schema = _followed(schema, named)
    plain: Schema = {key: value for key, value in schema.items() if key in _KEPT}
    if "properties" in schema:
        properties = cast("dict[str, Schema]", schema["properties"])
        plain["properties"] = {name: _write_out(value, named) for name, value in properties.items()}
        plain["required"] = list(properties)
        plain["additionalProperties"] = False
    if "items" in schema:
        plain["items"] = _write_out(cast("Schema", schema["items"]), named)
    return plain


def _followed(schema: Schema, named: dict[str, Schema]) -> Schema:
    """Give the schema that is meant, with the description of the place it is used in."""
    meant = schema
    if "anyOf" in meant:
        meant = next(one for one in cast("list[Schema]", meant["anyOf"]) if one.get("type") != "null")
    if "$ref" in meant:
        meant = named[str(meant["$ref"]).rsplit("/", 1)[1]]
    return meant | {"description": schema["description"]} if "description" in schema else meant
