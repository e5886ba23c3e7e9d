"""What YouTube's discovery document says of requests and answers, as checks; it comes with Google's own client library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient.discovery
import jsonschema

_DOCUMENT = Path(googleapiclient.discovery.__file__).parent / "discovery_cache/documents/youtube.v3.json"
_AS_STRINGS = {"int64": r"^-?\d+$", "uint64": r"^\d+$"}
_OF_UPLOADS = {"upload_id": {"type": "string"}}
"""What addresses of upload sessions have beside the method's own parameters."""
Query = Mapping[str, str | Iterable[str]]


@cache
def document() -> dict[str, Any]:
    """Give the discovery document, revision 20261104 in google-api-python-client 2.202.0; not to be changed."""
    return json.loads(_DOCUMENT.read_text())


def method(method_id: str) -> dict[str, Any]:
    """Give what the document says of a method: `videos.insert`."""
    resource, name = method_id.split(".")
    return document()["resources"][resource]["methods"][name]


def problems(method_id: str, query: Query, body: Any = None) -> list[str]:
    """Say what is wrong with a request; nothing when all is well.

    Args:
        method_id: `videos.insert`.
        query: its parameters, each one text or several.
        body: its JSON; None for a request that has none.
    """
    asked = method(method_id)
    found = _query_problems(asked, query)
    expected = asked.get("request")
    if body is None:
        return found
    if expected is None:
        return [*found, "body: this method takes none"]
    return [*found, *problems_of(expected["$ref"], body)]


def answer_problems(method_id: str, body: Any) -> list[str]:
    """Say what is wrong with an answer to a method."""
    return problems_of(method(method_id)["response"]["$ref"], body)


def problems_of(schema: str, content: Any) -> list[str]:
    """Say what is wrong with a resource: `Video`."""
    return sorted(
        f"{'.'.join(map(str, error.absolute_path)) or 'body'}: {error.message}" for error in _checker(schema).iter_errors(content)
    )


def parts_of(method_id: str) -> frozenset[str]:
    """Give the parts that a method's resource has."""
    names = {
        "videos": "Video",
        "channels": "Channel",
        "captions": "Caption",
        "playlists": "Playlist",
        "playlistItems": "PlaylistItem",
    }
    return frozenset(document()["schemas"][names[method_id.partition(".")[0]]]["properties"]) - {"kind", "etag"}


def scopes_of(method_id: str) -> frozenset[str]:
    """Give the scopes of which a token needs one."""
    return frozenset(method(method_id)["scopes"])


def _query_problems(asked: dict[str, Any], query: Query) -> list[str]:
    known = {**document()["parameters"], **asked["parameters"], **_OF_UPLOADS}
    given = {name: [value] if isinstance(value, str) else list(value) for name, value in query.items()}
    found = [f"{name}: no such parameter" for name in given if name not in known]
    found += [
        f"{name}: it is required" for name, one in asked["parameters"].items() if one.get("required") and not given.get(name)
    ]
    for name, values in given.items():
        rule = known.get(name, {})
        if len(values) > 1 and not rule.get("repeated"):
            found.append(f"{name}: it is given {len(values)} times")
        found += [f"{name}: {value!r} is {wrong}" for value in values if (wrong := _wrong_with(value, rule))]
    return found


def _wrong_with(value: str, rule: dict[str, Any]) -> str:
    if "enum" in rule and value not in rule["enum"]:
        return f"none of {rule['enum']}"
    if rule.get("type") == "boolean" and value not in {"true", "false"}:
        return "neither true nor false"
    if rule.get("type") == "integer":
        if not re.fullmatch(r"-?\d+", value):
            return "no whole number"
        if not int(rule.get("minimum", 0)) <= int(value) <= int(rule.get("maximum", 2**31)):
            return f"not within {rule.get('minimum')} to {rule.get('maximum')}"
    return ""


@cache
def _checker(schema: str) -> jsonschema.Draft202012Validator:
    whole = {"$ref": f"#/$defs/{schema}", "$defs": {name: _converted(one) for name, one in document()["schemas"].items()}}
    return jsonschema.Draft202012Validator(whole, format_checker=_FORMATS)


def _converted(one: dict[str, Any]) -> dict[str, Any]:
    """Turn a schema of the discovery document into JSON Schema; whatever it does not name is refused."""
    if "$ref" in one:
        return {"$ref": f"#/$defs/{one['$ref']}"}
    if one.get("type") == "any":
        return {}
    made: dict[str, Any] = {name: one[name] for name in ("type", "enum") if name in one}
    if one.get("format") in _AS_STRINGS:
        made["pattern"] = _AS_STRINGS[one["format"]]
    if one.get("format") == "uint32":
        made["minimum"] = 0
    if one.get("format") == "date-time":
        made["format"] = "date-time"
    if "items" in one:
        made["items"] = _converted(one["items"])
    if one.get("type") == "object":
        made["properties"] = {name: _converted(part) for name, part in one.get("properties", {}).items()}
        made["additionalProperties"] = _converted(one["additionalProperties"]) if "additionalProperties" in one else False
    return made


def moment(text: str) -> datetime:
    """Read a time of RFC 3339, with its zone.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text):
        raise ValueError(f"{text!r} is no time of RFC 3339")
    return datetime.fromisoformat(text)


_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or bool(moment(text))
