"""What YouTube wants of a video's words and settings, beside its schema (videos resource and tags, API reference 2026-11)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tests.emulators.youtube_schema import moment
from tests.emulators.youtube_words import Refused

LONGEST_TITLE = 100
LONGEST_DESCRIPTION_BYTES = 5000
LONGEST_TAGS = 500
ASSIGNABLE = frozenset({"1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"})
UNASSIGNABLE = frozenset({"18", "21", *map(str, range(30, 45))})
"""Categories that exist, and that no video can be put into."""
USUAL_CATEGORY = "22"
SNIPPET = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
"""The mutable properties of a snippet."""
OTHER_PARTS = ("localizations", "recordingDetails", "paidProductPlacementDetails")
"""Other parts that can be written."""
_STATUS = (
    "privacyStatus",
    "publishAt",
    "license",
    "embeddable",
    "publicStatsViewable",
    "selfDeclaredMadeForKids",
    "containsSyntheticMedia",
)
_USUAL_STATUS = {"privacyStatus": "public", "license": "youtube", "embeddable": True, "publicStatsViewable": True}
"""Since 2026-11-02 a video is public unless the request says otherwise (revision history)."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|\d{3}))?")


def is_language(text: str) -> bool:
    """Tell whether a text looks like a language: `en`, `pt-BR`, `zh-Hant`."""
    return _LANGUAGE.fullmatch(text) is not None


def length_of_tags(tags: list[str]) -> int:
    """Count tags as YouTube does: with the commas between them, and quotes around those that have a space."""
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)


def snippet_of(sent: dict[str, Any]) -> dict[str, Any]:
    """Check a snippet, and give what is kept of it.

    Raises:
        Refused: naming what is wrong.
    """
    title, description, tags = sent.get("title", ""), sent.get("description", ""), sent.get("tags", [])
    if not title.strip() or len(title) > LONGEST_TITLE or _has_angles(title):
        raise Refused("invalidTitle")
    if len(description.encode()) > LONGEST_DESCRIPTION_BYTES or _has_angles(description):
        raise Refused("invalidDescription")
    if length_of_tags(tags) > LONGEST_TAGS or any(not tag.strip() or _has_angles(tag) for tag in tags):
        raise Refused("invalidTags")
    if sent.get("categoryId", USUAL_CATEGORY) not in ASSIGNABLE:
        raise Refused("invalidCategoryId")
    for name in ("defaultLanguage", "defaultAudioLanguage"):
        if name in sent and not is_language(sent[name]):
            raise Refused("invalidVideoMetadata", f"{name} is no language that YouTube knows.")
    return {"description": "", "categoryId": USUAL_CATEGORY} | {name: sent[name] for name in SNIPPET if name in sent}


def status_of(sent: dict[str, Any], now: datetime, *, was_public: bool) -> dict[str, Any]:
    """Check a status, and give what is kept of it: what is not sent is the default again.

    Raises:
        Refused: invalidPublishAt.
    """
    kept = _USUAL_STATUS | {name: sent[name] for name in _STATUS if name in sent}
    if "publishAt" in kept and (kept["privacyStatus"] != "private" or was_public or moment(kept["publishAt"]) <= now):
        raise Refused("invalidPublishAt")
    return kept


def other_parts_of(sent: dict[str, Any], snippet: dict[str, Any]) -> dict[str, Any]:
    """Check the parts that few videos have, and give what is kept of them.

    Raises:
        Refused: naming what is wrong.
    """
    if sent.get("localizations") and "defaultLanguage" not in snippet:
        raise Refused("defaultLanguageNotSet")
    for language, words in sent.get("localizations", {}).items():
        if not is_language(language):
            raise Refused("invalidVideoMetadata", f"{language} is no language that YouTube knows.")
        snippet_of(words)
    return {name: sent[name] for name in OTHER_PARTS if name in sent}


def _has_angles(text: str) -> bool:
    return "<" in text or ">" in text
