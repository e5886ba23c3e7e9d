"""The JSON in what a language model wrote: without its thinking, its fence and its small talk."""

from __future__ import annotations

import re

_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN_THINKING = re.compile(r"^.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
"""Some chat templates write the opening mark themselves, so that an answer holds only the closing one."""
_FENCE = re.compile(r"```[a-z]*\s*\n(.*?)\n?\s*```", re.DOTALL | re.IGNORECASE)


def json_text(written: str) -> str:
    """Take the JSON out of an answer; a text without any comes back as it is, for the reader of JSON to refuse."""
    text = _OPEN_THINKING.sub("", _THINKING.sub("", written)).strip()
    if text.startswith("{"):
        return text
    fenced = _FENCE.search(text)
    if fenced:
        return fenced.group(1).strip()
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text
