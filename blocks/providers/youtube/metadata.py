"""What YouTube is told of a film, and every rule of it checked before anything is sent.

Source: YouTube Data API, videos, thumbnails and captions resources, revision 20261104.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import JsonValue

from blocks.domain.audience import Privacy, Showing
from blocks.domain.checks import MAX_DESCRIPTION_BYTES, MAX_TAG_CHARACTERS, MAX_TITLE_CHARACTERS, tag_characters
from blocks.domain.problems import Problem
from blocks.domain.specs import PublishSpec
from blocks.domain.storyboard import Metadata

SOON = timedelta(minutes=2)
"""A time to become public that is nearer than this may pass before YouTube, which refuses a past one, reads it."""
MOST_FILM_BYTES = 274_877_906_944
MOST_PICTURE_BYTES = 52_428_800
MOST_CAPTION_BYTES = 100_000_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True)
class Files:
    """The files of a publication, on this machine."""

    film: Path
    captions: Path
    thumbnail: Path | None


def words_of(spec: PublishSpec) -> dict[str, JsonValue]:
    """Give what people read beside the film, as YouTube's `snippet`."""
    words = spec.metadata
    return {
        "title": words.title,
        "description": words.description,
        "tags": list(words.tags),
        "categoryId": spec.showing.category.youtube_id,
        "defaultLanguage": spec.language,
        "defaultAudioLanguage": spec.language,
    }


def flags_of(spec: PublishSpec) -> dict[str, JsonValue]:
    """Give what is declared of the film, as part of YouTube's `status`."""
    return {
        "selfDeclaredMadeForKids": spec.metadata.made_for_kids,
        "containsSyntheticMedia": spec.metadata.synthetic_disclosure,
        "embeddable": True,
        "license": "youtube",
    }


def insert_body(spec: PublishSpec) -> dict[str, JsonValue]:
    """Give what goes along with the film: it is private in any case, for YouTube's own default is public."""
    return {"snippet": words_of(spec), "status": {"privacyStatus": Privacy.PRIVATE.value, **flags_of(spec)}}


def showing_of(showing: Showing, now: datetime) -> dict[str, JsonValue]:
    """Give who may watch the film, as part of YouTube's `status`; a time that has passed, or is about to, means at once."""
    at = showing.publish_at
    if at is None:
        return {"privacyStatus": showing.privacy.value}
    if at <= now + SOON:
        return {"privacyStatus": Privacy.PUBLIC.value}
    return {"privacyStatus": Privacy.PRIVATE.value, "publishAt": at.isoformat()}


def media_type_of(picture: Path) -> str | None:
    """Tell by its first bytes what a picture is; None for what YouTube does not take."""
    with picture.open("rb") as stream:
        beginning = stream.read(8)
    return next((media_type for mark, media_type in _PICTURES.items() if beginning.startswith(mark)), None)


def find_problems(spec: PublishSpec, files: Files) -> tuple[Problem, ...]:
    """Check a publication against every rule of YouTube.

    A time to become public may have passed while the film was made: it was ahead when a person named it.

    Args:
        spec: what is to be published.
        files: its files.

    Returns:
        one finding for each broken rule; empty when YouTube would take it.
    """
    showing = _check_showing(spec.showing)
    return (*_check_words(spec.metadata), *_check_language(spec.language), *showing, *_check_files(files))


def _check_words(words: Metadata) -> Iterator[Problem]:
    title, description = words.title, words.description
    if not title.strip():
        yield _problem("title", "it is empty; write a title")
    if len(title) > MAX_TITLE_CHARACTERS:
        yield _problem("title", f"it has {len(title)} characters; at most {MAX_TITLE_CHARACTERS} are allowed")
    if (length := len(description.encode())) > MAX_DESCRIPTION_BYTES:
        yield _problem("description", f"it has {length} bytes; at most {MAX_DESCRIPTION_BYTES} are allowed")
    texts = {"title": title, "description": description, **{f"tag {tag!r}": tag for tag in words.tags}}
    for where, text in texts.items():
        if re.search("[<>]", text):
            yield _problem(where, "it has < or > in it, which YouTube refuses; leave them out")
    if not all(tag.strip() for tag in words.tags):
        yield _problem("tags", "one of them is empty; remove it")
    if (length := tag_characters(words.tags)) > MAX_TAG_CHARACTERS:
        yield _problem("tags", f"they take {length} characters with their separators; {MAX_TAG_CHARACTERS} are allowed")


def _check_language(language: str) -> Iterator[Problem]:
    if not _LANGUAGE.fullmatch(language):
        yield _problem("language", f"it is {language!r}; write a language tag such as en, en-GB or de")


def _check_showing(showing: Showing) -> Iterator[Problem]:
    at = showing.publish_at
    if at is None:
        return
    if at.tzinfo is None:
        yield _problem("publish_at", f"{at.isoformat()} has no time zone; write one, as in 2026-12-24T18:00:00Z")
    if showing.privacy is Privacy.UNLISTED:
        yield _problem("publish_at", "an unlisted film cannot become public by itself; leave out the time, or ask for public")


def _check_files(files: Files) -> Iterator[Problem]:
    yield from _check_size("film", files.film, MOST_FILM_BYTES)
    yield from _check_size("captions", files.captions, MOST_CAPTION_BYTES)
    if files.thumbnail is not None:
        yield from _check_size("thumbnail", files.thumbnail, MOST_PICTURE_BYTES)
        if media_type_of(files.thumbnail) is None:
            yield _problem("thumbnail", "it is neither JPEG nor PNG; YouTube takes no other pictures")


def _check_size(where: str, file: Path, most_bytes: int) -> Iterator[Problem]:
    size_bytes = file.stat().st_size
    if not 0 < size_bytes <= most_bytes:
        yield _problem(where, f"it has {size_bytes} bytes; YouTube takes 1 to {most_bytes}")


def _problem(where: str, message: str) -> Problem:
    return Problem(where=where, rule=f"youtube-{where.partition(' ')[0].replace('_', '-')}", message=message)
