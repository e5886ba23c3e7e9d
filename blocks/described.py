"""Blocks whose saving does not take Prefect ten seconds."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from prefect.blocks.core import Block


@cache
def _worked_out(kind: type[Block], args: tuple[Any, ...], options: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    schema: dict[str, Any] = Block.model_json_schema.__func__(kind, *args, **dict(options))  # type: ignore[attr-defined]
    return schema


class DescribedOnce(Block):
    """A block whose JSON schema is worked out once in a process.

    Prefect 3.8.8 asks for the schema again for every field of every block within a block, which for a channel takes ten seconds.
    """

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:  # noqa: ANN401 -- as Prefect and pydantic declare it
        """Give the JSON schema, as a copy that the caller may change."""
        return deepcopy(_worked_out(cls, args, tuple(options.items())))
