"""Finding secrets in a file that is no place for them, before any message could show them."""

from __future__ import annotations

import re

from pydantic import JsonValue

from blocks.domain.problems import Problem

_SECRET_KEY = re.compile(
    r"((api|access|secret|private|xi|auth)[-_ ]?)?key|((access|refresh|auth|bearer|client|secret)[-_ ])?(secret|token|password)"
    r"|passphrase|authorization|bearer",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"AIza[\w-]{30,}|\bsk[-_][\w-]{16,}|\bbearer\s+\S{8,}|://[^\s/@]*:[^\s/@]+@",
    re.IGNORECASE,
)
"""Keys as Google and others write them, and passwords inside addresses."""


def take_out_secrets(where: str, document: dict[str, JsonValue]) -> tuple[dict[str, JsonValue], tuple[Problem, ...]]:
    """Take out every key that names a secret, and every value that looks like one.

    Returns:
        the rest, and a problem for each, which names its place and never its value.
    """
    problems: list[Problem] = []

    def clean(path: str, value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {
                key: clean(f"{path}.{key}", one) for key, one in value.items() if not is_secret(f"{path}.{key}", str(key), one)
            }
        if isinstance(value, list):
            return [
                clean(f"{path}.{place}", one) for place, one in enumerate(value, 1) if not is_secret(f"{path}.{place}", "", one)
            ]
        return value

    def is_secret(path: str, key: str, value: JsonValue) -> bool:
        found = bool(_SECRET_KEY.fullmatch(key)) or (isinstance(value, str) and bool(_SECRET_VALUE.search(value)))
        if found:
            problems.append(_problem(where, path.removeprefix(".")))
        return found

    rest = clean("", document)
    return rest if isinstance(rest, dict) else {}, tuple(problems)


def _problem(where: str, path: str) -> Problem:
    message = (
        f"{path} holds a secret, and a file is no place for one: take it out, save it in the UI (Blocks) as a credentials block, "
        "and write that block's name as `credentials` of the maker; change the key if others have seen the file"
    )
    return Problem(where=where, rule="secret-in-file", message=message)
