"""What a painted picture remembers of itself, so that a variation can keep its layout or its figure."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from pydantic import ValidationError

from blocks.domain.frozen import Frozen
from blocks.domain.scenery import Scenery

_CHUNK = b"paIn"
_SIGNATURE_LENGTH = 8


class Recipe(Frozen):
    """Where a picture came from."""

    seed: int
    tone_seed: int
    scenery: Scenery
    figure: str = ""
    """Name of its figure without pose; empty for a place."""


def add_recipe(still: Path, recipe: Recipe) -> None:
    """Write a recipe into a PNG, in a private chunk that other programs ignore."""
    data = still.read_bytes()
    end = data.rindex(b"IEND") - 4
    body = recipe.model_dump_json().encode()
    chunk = struct.pack(">I", len(body)) + _CHUNK + body + struct.pack(">I", zlib.crc32(_CHUNK + body))
    still.write_bytes(data[:end] + chunk + data[end:])


def find_recipe(stills: tuple[Path, ...]) -> Recipe | None:
    """Give the recipe of the first picture that has one; None when none was painted here."""
    for still in stills:
        body = _find_chunk(still.read_bytes())
        if body is None:
            continue
        try:
            return Recipe.model_validate_json(body)
        except ValidationError:
            continue
    return None


def _find_chunk(data: bytes) -> bytes | None:
    at = _SIGNATURE_LENGTH
    while data[1:4] == b"PNG" and at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == _CHUNK:
            return data[at + 8 : at + 8 + length]
        at += 12 + length
    return None
