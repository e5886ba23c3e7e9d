"""Storyboards as text: YAML and JSON in, YAML and a JSON Schema out."""

from __future__ import annotations

import json

import yaml
from pydantic import JsonValue

from blocks.domain.checks import find_draft_problems
from blocks.domain.problems import Problem
from blocks.domain.storyboard import Storyboard
from blocks.domain.storyboard_reading import read_draft
from blocks.domain.yaml_text import YamlDialect, read_document

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class StoryboardRefused(ValueError):
    """A text is no storyboard a film can be made of; carries everything that is wrong with it."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"the storyboard {name} has {count}; correct the file and run again, nothing was made")
        self.problems = problems


def read_storyboard(text: str, name: str) -> Storyboard:
    """Read a storyboard and check every rule.

    Args:
        text: YAML or JSON.
        name: file name for messages; one that ends in `.json` is read as JSON only.

    Raises:
        StoryboardRefused: the text cannot be read, keys or values do not fit, or rules are broken; all findings at once,
            so that what is wrong in one scene never hides what is wrong in another.
    """
    document, unreadable = read_document(text, json_only=name.lower().endswith(".json"))
    if document is None:
        raise StoryboardRefused(name, unreadable)
    draft, misfits = read_draft(document)
    problems = [*unreadable, *misfits, *(find_draft_problems(draft) if draft else ())]
    if problems:
        places = draft.places() if draft else ()
        problems.sort(key=lambda problem: places.index(problem.where) if problem.where in places else -1)
        raise StoryboardRefused(name, tuple(problems))
    return Storyboard.model_validate(document)


def dump_storyboard(board: Storyboard) -> str:
    """Write a storyboard as YAML that reads back as the same storyboard, keys in the order people write them."""
    document = board.model_dump(mode="json", exclude_none=True)
    return yaml.dump(document, Dumper=YamlDialect, sort_keys=False, allow_unicode=True, width=110)


def storyboard_schema() -> str:
    """Give the JSON Schema of a storyboard, for editors that complete and check while one writes."""
    schema: dict[str, JsonValue] = {"$schema": SCHEMA_ID, **Storyboard.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
