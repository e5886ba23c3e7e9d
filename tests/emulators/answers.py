"""What an obedient language model would answer to the questions of our planners, and how answers go wrong.

The film is read out of the prompt, planned by the offline rules, and told in the form that the schema asks for; a question about
anything else gets the smallest answer its schema allows. Equal questions get equal answers.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from blocks.domain.camera import split_sentences
from blocks.domain.planning.planner import plan_storyboard
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import Asset, Scene, Storyboard

FENCED = "fenced answer"
"""The JSON in a Markdown fence, with a friendly sentence before it. The planner reads it."""
THINKING = "thinking aloud"
"""The model's thoughts before the JSON. The planner reads it."""
MALFORMED = "malformed answer"
"""Not JSON."""
MISSHAPEN = "misshapen answer"
"""JSON that lacks a key it should have."""
CUT_SHORT = "cut short"
"""The answer breaks off in its middle, because it is longer than allowed; whoever plays it gives the vendor's finish reason."""
FLAWED = "flawed storyboard"
"""A sound answer that breaks rules of storyboards: in the scenes or a repair it calls for a repair round."""
FLAWS = (FENCED, THINKING, MALFORMED, MISSHAPEN, CUT_SHORT, FLAWED)

_PLAIN_WORDS = "This is a plain answer to a plain question."
_PART = {"research": "summary", "story": "logline"}
"""The key by which an answer is known to be this part and nothing around it."""


def answer_question(prompt: str, schema: dict[str, Any] | None) -> str:
    """Answer as a model would that does what it is told.

    Args:
        prompt: all words of the question.
        schema: JSON Schema of the answer, or the OpenAPI kind; None when the schema is in the prompt, or there is none.

    Returns:
        JSON of the schema; plain words without one.
    """
    schema = schema or _schema_in(prompt)
    if schema is None:
        return _PLAIN_WORDS
    film = _film_in(prompt)
    properties = schema.get("properties", {})
    if film is not None:
        parts = _parts(_planned(film))
        for name, key in _PART.items():
            if key in properties:
                return _written(parts[name])
        if properties and properties.keys() <= parts.keys():
            return _written({name: parts[name] for name in properties})
    return _written(_smallest(schema))


def flaw(answer: str, fault: str) -> str:
    """Spoil an answer in one of the ways of `FLAWS`."""
    match fault:
        case "fenced answer":
            return f"Here is the JSON you asked for:\n\n```json\n{answer}\n```\n"
        case "thinking aloud":
            return f"<think>\nThe user wants {{JSON}}. Let me think about the beats first.\n</think>\n\n{answer}"
        case "malformed answer":
            return "I am sorry, here is my plan in prose instead: " + answer.replace('"', "")
        case "misshapen answer":
            document = json.loads(answer)
            document.pop(next(iter(document)), None)
            return _written(document)
        case "cut short":
            return answer[: len(answer) // 2]
        case "flawed storyboard":
            return _written(_against_the_rules(json.loads(answer)))
    raise ValueError(f"no flaw is called {fault!r}")


def _against_the_rules(document: dict[str, Any]) -> dict[str, Any]:
    for scene in document.get("scenes", [])[:1]:
        scene["narration"] = (
            "I think \u2014 and so do you \u2014 that this line has far too many words to be spoken in one short scene."
        )
    for scene in document.get("scenes", [])[-1:]:
        scene["seed"] |= {"kind": "direct", "asset": "a-picture-that-nobody-drew", "figures": []}
        scene["sounds"] = ["soft piano music"]
    if "hooks" in document:
        document["hooks"] = document["hooks"][:1]
    return document


def _schema_in(prompt: str) -> dict[str, Any] | None:
    found = re.search(r"JSON Schema:\s*(?=\{)", prompt)
    return json.JSONDecoder().raw_decode(prompt, found.end())[0] if found else None


def _film_in(prompt: str) -> PlanSpec | None:
    """Read what film a question is about."""
    lines = dict(re.findall(r"(?m)^(Topic|Title to keep|Length|Style pack|Take): *(.*)$", prompt))
    direction = re.search(r"(?ms)^-{10}\n(.*?)\n-{10}$", prompt)
    if "Topic" not in lines or direction is None:
        return None
    return PlanSpec(
        topic=lines["Topic"],
        title=_unless_none(lines["Title to keep"]),
        story_direction=_unless_none(direction[1]),
        target_seconds=int(lines["Length"].split()[0]),
        style_pack=lines["Style pack"],
        take=int(lines["Take"]),
    )


def _unless_none(text: str) -> str:
    return "" if text.startswith("(none") else text


@lru_cache(maxsize=64)
def _planned(film: PlanSpec) -> Storyboard:
    return plan_storyboard(film)


def _parts(board: Storyboard) -> dict[str, Any]:
    """Tell a storyboard in the forms that the planners' questions ask for."""
    story = board.story.model_dump(mode="json")
    return {
        "research": board.research.model_dump(mode="json"),
        "story": {"title": board.video.title, "logline": board.video.logline}
        | story
        | {"atmosphere": board.style.atmosphere, "exclusions": ["picture frames"]},
        "assets": [_asset(asset) for asset in board.assets],
        "scenes": [_scene(scene) for scene in board.scenes],
        "metadata": {
            "title": board.metadata.title,
            "description": board.metadata.description.split("\n\n")[0],
            "tags": list(board.metadata.tags),
        },
    }


def _asset(asset: Asset) -> dict[str, Any]:
    return asset.model_dump(mode="json") | {"variation_of": asset.variation_of or ""}


def _scene(scene: Scene) -> dict[str, Any]:
    action, *others = split_sentences(scene.motion_prompt)[:-1]
    sounds = scene.effect_prompt.split(": ", 1)[1].rstrip(".").split(", ")
    return {
        "number": scene.number,
        "beat": scene.beat.value,
        "narration": scene.narration,
        "seed": _seed(scene),
        "action": action,
        "details": " ".join(others[:-1]),
        "surroundings": " ".join(others[-1:]),
        "camera_move": scene.camera_move.value,
        "sounds": sounds[:4],
    }


def _seed(scene: Scene) -> dict[str, Any]:
    told = scene.seed.model_dump(mode="json")
    flat = {"asset": "", "figures": [], "second": "", "direction": "horizontal", "prompt": "", "references": []}
    flat["asset"] = told.pop("background", "") or told.pop("first", "")
    return flat | told


def _smallest(schema: dict[str, Any]) -> Any:
    """Give the smallest value that a schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "null" if {"$ref", "anyOf"} & set(schema) else "object")
    match (kind[0] if isinstance(kind, list) else kind).lower():
        case "object":
            return {name: _smallest(value) for name, value in schema.get("properties", {}).items()}
        case "array":
            return [_smallest(schema.get("items", {})) for _ in range(int(schema.get("minItems", 1)))]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case other:
            return {"boolean": True, "string": "words"}.get(other)


def _written(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
