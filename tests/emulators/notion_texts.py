"""Rich text: read from a request, shown in an answer, and plain."""

from __future__ import annotations

from typing import Any

from tests.emulators.notion_words import not_emulated

LONGEST_ELEMENT = 2000
"""UTF-16 units of one element (request limits page, 2026-11)."""
_PLAIN_LOOK = {"bold": False, "italic": False, "strikethrough": False, "underline": False, "code": False, "color": "default"}


def element(content: str, link: str | None = None, look: dict[str, Any] | None = None) -> dict[str, Any]:
    """Write one element of rich text as answers have it."""
    return {
        "type": "text",
        "text": {"content": content, "link": None if link is None else {"url": link}},
        "annotations": _PLAIN_LOOK | (look or {}),
        "plain_text": content,
        "href": link,
    }


def read_texts(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Read rich text of a request; elements without a letter are dropped, as Notion does."""
    return [read for read in map(_read, given) if read["plain_text"]]


def _read(given: dict[str, Any]) -> dict[str, Any]:
    if "text" in given:
        link, content = given["text"].get("link"), given["text"]["content"]
        whole = content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character becomes U+FFFD
        return element(whole, link and link["url"], given.get("annotations"))
    if "equation" in given:
        formula = given["equation"]["expression"]
        look = _PLAIN_LOOK | given.get("annotations", {})
        return {"type": "equation", "equation": {"expression": formula}, "annotations": look, "plain_text": formula, "href": None}
    raise not_emulated("mentions in rich text")


def texts_of(content: str) -> list[dict[str, Any]]:
    """Write plain text as rich text of one element, as the app keeps what a person types at once."""
    return [element(content)] if content else []


def plain(texts: list[dict[str, Any]]) -> str:
    """Join the plain text of rich text."""
    return "".join(text["plain_text"] for text in texts)


def units(text: str) -> int:
    """Count UTF-16 units, which is how JavaScript measures a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
