"""What a channel's audience reads and sees beside a film: who may watch, under which heading, in which words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator

from blocks.domain.asset_checks import nearest
from blocks.domain.chapters import Chapter, has_chapters, write_chapters
from blocks.domain.checks import MAX_DESCRIPTION_BYTES, MAX_TAG_CHARACTERS, tag_characters
from blocks.domain.frozen import Frozen
from blocks.domain.storyboard import Metadata, Storyboard

PLACES = ("description", "title", "topic", "logline", "channel", "chapters")
"""What stands in curly brackets in a description template."""
MAX_TEMPLATE_BYTES = 3000
"""The rest of the 5000 bytes that YouTube allows is the film's own."""


class Privacy(StrEnum):
    """Who may watch a published film."""

    PRIVATE = "private"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class Category(StrEnum):
    """YouTube's categories that a film can be filed under (Data API, videoCategories.list, 2026-11)."""

    FILM = "film"
    VEHICLES = "vehicles"
    MUSIC = "music"
    ANIMALS = "animals"
    SPORTS = "sports"
    TRAVEL = "travel"
    GAMING = "gaming"
    PEOPLE = "people"
    COMEDY = "comedy"
    ENTERTAINMENT = "entertainment"
    NEWS = "news"
    HOWTO = "howto"
    EDUCATION = "education"
    SCIENCE = "science"
    ACTIVISM = "activism"

    @property
    def youtube_id(self) -> str:
        """Give YouTube's own number of the category."""
        return _YOUTUBE_IDS[self]


_YOUTUBE_IDS = dict(
    zip(Category, ("1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"), strict=True)
)


def to_the_minute(moment: datetime) -> datetime:
    """Give a moment in UTC, its seconds dropped: equal moments are equal whatever time zone they were written in.

    Raises:
        ValueError: it names no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"it names no time zone; write {EXAMPLE}, or Z at its end for UTC")
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


Minute = Annotated[datetime, AfterValidator(to_the_minute)]
"""A moment with its time zone, to the minute."""
EXAMPLE = "2026-12-01T18:00+01:00"
"""A moment as people write it."""


def check_schedule(privacy: Privacy | None, publish_at: datetime | None) -> None:
    """Let a film be public from a moment on: it is private until then (Data API, videos, status.publishAt, 2026-11).

    Raises:
        ValueError: it is to be seen before.
    """
    if publish_at is not None and privacy not in {None, Privacy.PRIVATE}:
        raise ValueError(
            f"a film that becomes public at a moment is private until then, not {privacy}; leave privacy empty, or name no moment"
        )


def check_ahead(publish_at: datetime | None, now: datetime) -> None:
    """Let a moment pass that lies ahead, or none.

    Raises:
        ValueError: it is past.
    """
    if publish_at is not None and publish_at <= now:
        raise ValueError(
            f"it cannot be published at {publish_at:%Y-%m-%d %H:%M} UTC, which is past: name a moment that lies ahead, or none"
        )


class Showing(Frozen):
    """To whom a film is shown, from when, and where it is filed."""

    privacy: Privacy = Privacy.PRIVATE
    publish_at: datetime | None = None
    """When it becomes public by itself, with its time zone; None for what `privacy` says at once."""
    category: Category = Category.EDUCATION
    playlist: str = ""
    """Id of the playlist it is put on; empty for none."""

    def __str__(self) -> str:
        if self.publish_at is not None:
            return f"public from {self.publish_at:%Y-%m-%d %H:%M} UTC on, {self.privacy} until then"
        return f"{self.privacy} as soon as it is published"


class ChannelWords(Frozen):
    """What a channel adds to the words of each of its films."""

    channel: str
    """Name that people read."""
    template: str = "{description}"
    tags: tuple[str, ...] = ()
    made_for_kids: bool = False


def check_template(template: str) -> str:
    """Give a description template back if it can be filled.

    Raises:
        ValueError: it names an unknown place, is too long, has a lonely bracket, or < or >, which YouTube refuses.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError("a curly bracket stands alone; write {{ or }} for one that is to be read") from error
    for _, place, form, conversion in parts:
        if place is not None and (place not in PLACES or form or conversion):
            raise ValueError(f"{{{place}}} cannot be filled{nearest(place, PLACES)}; it can hold {_all_places()}")
    if re.search("[<>]", template):
        raise ValueError("it has < or > in it, which YouTube refuses; leave them out")
    if len(template.encode()) > MAX_TEMPLATE_BYTES:
        raise ValueError(f"it has {len(template.encode())} bytes; at most {MAX_TEMPLATE_BYTES} are allowed")
    return template


def check_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Give tags back if YouTube would take them.

    Raises:
        ValueError: one is empty, or has < or > in it; or all together are too long.
    """
    if not all(tag.strip() for tag in tags):
        raise ValueError("one of them is empty; remove it")
    if wrong := [tag for tag in tags if re.search("[<>]", tag)]:
        raise ValueError(f"{wrong[0]!r} has < or > in it, which YouTube refuses; leave them out")
    if (length := tag_characters(tags)) > MAX_TAG_CHARACTERS:
        raise ValueError(f"they take {length} characters with their separators; {MAX_TAG_CHARACTERS} are allowed")
    return tags


def dress(board: Storyboard, words: ChannelWords, chapters: Sequence[Chapter] = ()) -> Metadata:
    """Give a film's words with its channel's: the template filled, the tags of both, made for kids if either says so.

    The film's own tags come first, and the channel's follow as long as there is room. The film's description is shortened at
    the end of a word where the whole would be longer than YouTube takes; the channel's words stay whole. Chapters stand where the
    template places them, else at the end, unless somebody wrote chapters already; they are whole, or left out.
    """
    own = board.metadata
    return own.model_copy(
        update={
            "description": _describe(board, words, write_chapters(chapters)),
            "tags": _join_tags(own.tags, words.tags),
            "made_for_kids": own.made_for_kids or words.made_for_kids,
        }
    )


def _describe(board: Storyboard, words: ChannelWords, chapters: str) -> str:
    template = words.template
    if has_chapters(template) or has_chapters(board.metadata.description):
        chapters = ""
    is_placed = any(place == "chapters" for _, place, _, _ in Formatter().parse(template))
    if chapters:
        whole = _tidied(_fill(template if is_placed else f"{template}\n\n{{chapters}}", board, words, chapters))
        if len(whole.encode()) <= MAX_DESCRIPTION_BYTES:
            return whole
    filled = _cut(_fill(template, board, words, ""), MAX_DESCRIPTION_BYTES)
    return _tidied(filled) if is_placed else filled


def _fill(template: str, board: Storyboard, words: ChannelWords, chapters: str) -> str:
    """Fill a template, the film's own description shortened as far as that helps."""
    placed = {
        "description": board.metadata.description,
        "title": board.metadata.title,
        "topic": _allowed(board.video.topic),
        "logline": _allowed(board.video.logline),
        "channel": _allowed(words.channel),
        "chapters": chapters,
    }
    filled = template.format_map(placed)
    over_bytes = len(filled.encode()) - MAX_DESCRIPTION_BYTES
    if over_bytes > 0 and (times := template.count("{description}")):
        own = placed["description"]
        placed["description"] = _cut(own, max(0, len(own.encode()) - math.ceil(over_bytes / times)))
        filled = template.format_map(placed)
    return filled


def _allowed(text: str) -> str:
    """Leave out < and >, which YouTube refuses: these words are not written for it, and nobody checks them."""
    return " ".join(re.sub("[<>]", "", text).split()) if re.search("[<>]", text) else text


def _tidied(text: str) -> str:
    """Leave one blank line where a place that nothing fills leaves more."""
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _cut(text: str, most_bytes: int) -> str:
    """Keep whole words from the beginning."""
    if len(text.encode()) <= most_bytes:
        return text
    kept = text.encode()[:most_bytes].decode(errors="ignore")
    return kept.rpartition(" ")[0].rstrip() if " " in kept else kept


def _join_tags(own: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    joined = tuple(own)
    for tag in more:
        known = {one.casefold() for one in joined}
        if tag.casefold() not in known and tag_characters((*joined, tag)) <= MAX_TAG_CHARACTERS:
            joined = (*joined, tag)
    return joined


def _all_places() -> str:
    return ", ".join(f"{{{place}}}" for place in PLACES)
