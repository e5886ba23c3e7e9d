"""Reading a storyboard piece by piece, so that one bad value hides nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import cast

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from blocks.domain.draft import Draft, Part, PartT, name_asset, name_scene
from blocks.domain.frozen import Frozen
from blocks.domain.misfits import WANTED, name_kind, say_misfit, say_unknown_key
from blocks.domain.problems import Problem
from blocks.domain.storyboard import (
    Asset,
    CastMember,
    CompositeSeed,
    DirectSeed,
    GeneratedSeed,
    Metadata,
    Placement,
    Research,
    Scene,
    SplitSeed,
    Story,
    Storyboard,
    Style,
    VideoPlan,
)

_SECTIONS: Mapping[str, type[Frozen]] = MappingProxyType[str, type[Frozen]](
    {"video": VideoPlan, "research": Research, "story": Story, "style": Style, "metadata": Metadata}
)
_INNER: Mapping[str, type[Frozen]] = MappingProxyType[str, type[Frozen]](
    {
        "cast": CastMember,
        "figures": Placement,
        "direct": DirectSeed,
        "composite": CompositeSeed,
        "split": SplitSeed,
        "generated": GeneratedSeed,
    }
)
_TAGS = frozenset({"direct", "composite", "split", "generated"})


def read_draft(document: JsonValue) -> tuple[Draft | None, tuple[Problem, ...]]:
    """Read whatever of a document fits the model.

    Returns:
        what could be read (None when it is no storyboard at all), and every key and value that does not fit.
    """
    if not isinstance(document, dict):
        message = f"a storyboard is keys with values ({', '.join(Storyboard.model_fields)}); this is {name_kind(document)}"
        return None, (Problem(where="file", rule="wrong-type", message=message),)
    problems = list(_check_keys(document))
    assets = _take_list("assets", document, problems)
    scenes = _take_list("scenes", document, problems)
    draft = Draft(
        video=_read_part("video", VideoPlan, document.get("video"), problems),
        research=_read_part("research", Research, document.get("research"), problems),
        story=_read_part("story", Story, document.get("story"), problems),
        style=_read_part("style", Style, document.get("style"), problems),
        metadata=_read_part("metadata", Metadata, document.get("metadata"), problems),
        assets=tuple(_read_part(_name(one, at, "asset"), Asset, one, problems) for at, one in enumerate(assets or (), start=1)),
        scenes=tuple(_read_part(_name(one, at, "scene"), Scene, one, problems) for at, one in enumerate(scenes or (), start=1)),
        has_assets=assets is not None,
        has_scenes=scenes is not None,
    )
    return draft, tuple(problems)


def _check_keys(document: dict[str, JsonValue]) -> Iterator[Problem]:
    known = Storyboard.model_fields
    for key in document:
        if key not in known:
            yield _unknown("storyboard", key, key, Storyboard)
    for key, field in known.items():
        if field.is_required() and document.get(key) is None:
            yield Problem(where="storyboard", rule="missing-key", message=f"{key} is missing; add it")
    if document.get("schema_version", 1) != 1:
        found = f"schema_version is {document['schema_version']!r}; this program reads version 1"
        yield Problem(where="storyboard", rule="schema-version", message=found)


def _take_list(key: str, document: dict[str, JsonValue], problems: list[Problem]) -> list[JsonValue] | None:
    value = document.get(key)
    if value is None or isinstance(value, list):
        return value
    problems.append(
        Problem(where=key, rule="wrong-type", message=f"{key} is {name_kind(value)}; it must be {WANTED['tuple_type']}")
    )
    return None


def _read_part(where: str, model: type[PartT], value: JsonValue, problems: list[Problem]) -> Part[PartT]:
    """Read one piece whole, or else field by field."""
    if not isinstance(value, dict):
        if value is not None or where not in _SECTIONS:
            message = f"it is {name_kind(value)}; it must be {WANTED['model_type']}"
            problems.append(Problem(where=where, rule="wrong-type", message=message))
        return Part(where, cast("PartT", model.model_construct()), frozenset())
    try:
        return Part(where, model.model_validate(value), frozenset(model.model_fields))
    except ValidationError as error:
        errors = error.errors(include_url=False)
    problems.extend(_translate(where, model, one) for one in errors)
    broken = {str(one["loc"][0]) for one in errors}
    sound = {
        name: TypeAdapter(cast("type[object]", field.annotation)).validate_python(value[name])
        for name, field in model.model_fields.items()
        if name in value and name not in broken
    }
    return Part(where, cast("PartT", model.model_construct(None, **sound)), frozenset(model.model_fields) - broken)


def _name(value: JsonValue, position: int, kind: str) -> str:
    """Name a piece by its own id or number, or else by its place in the list."""
    own = value.get("id" if kind == "asset" else "number") if isinstance(value, dict) else None
    if kind == "asset" and isinstance(own, str) and own.strip():
        return name_asset(own)
    if kind == "scene" and isinstance(own, int) and not isinstance(own, bool):
        return name_scene(own)
    return f"{kind} at place {position}"


def _translate(where: str, model: type[Frozen], error: ErrorDetails) -> Problem:
    """Say in the author's words what the model found."""
    path, kind = _path(error["loc"]), error["type"]
    if kind == "extra_forbidden":
        return _unknown(where, path, str(error["loc"][-1]), _model_at(error["loc"], model))
    if kind == "union_tag_not_found":
        message = f"{path}.kind is missing; it is one of {', '.join(sorted(_TAGS))}"
        return Problem(where=where, rule="missing-key", message=message)
    if kind == "union_tag_invalid":
        context = error.get("ctx", {})
        message = f"{path}.kind is {context['tag']!r}; it must be one of {context['expected_tags']}"
        return Problem(where=where, rule="bad-value", message=message)
    return say_misfit(where, path, error)


def _unknown(where: str, path: str, key: str, model: type[Frozen]) -> Problem:
    return say_unknown_key(where, path, key, model.model_fields)


def _model_at(loc: tuple[int | str, ...], model: type[Frozen]) -> type[Frozen]:
    inner = [_INNER[step] for step in loc[:-1] if isinstance(step, str) and step in _INNER]
    return inner[-1] if inner else model


def _path(loc: tuple[int | str, ...]) -> str:
    """Write a place inside a piece: `seed.figures.2.scale`, entries counted from 1."""
    steps = [step for before, step in zip((None, *loc), loc, strict=False) if not (before == "seed" and step in _TAGS)]
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in steps)
