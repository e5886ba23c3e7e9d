"""Every rule of YouTube's, checked before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.domain.audience import Privacy, Showing
from blocks.domain.specs import PublishSpec
from blocks.domain.storyboard import Metadata
from blocks.providers.youtube.metadata import Files, find_problems, insert_body, showing_of

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADDRESS = "0" * 64 + ".mp4"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    film, captions = tmp_path / "film.mp4", tmp_path / "captions.srt"
    film.write_bytes(b"film")
    captions.write_bytes(b"captions")
    return Files(film, captions, None)


def spec(showing: Showing | None = None, language: str = "en", **words) -> PublishSpec:
    metadata = Metadata(**{"title": "A fox", "description": "Dusk."} | words)
    return PublishSpec(
        channel="a",
        slug="b",
        master=ADDRESS,
        film=ADDRESS,
        captions=ADDRESS,
        metadata=metadata,
        showing=showing or Showing(),
        language=language,
    )


def wheres(files: Files, order: PublishSpec) -> list[str]:
    return [problem.where for problem in find_problems(order, files)]


def test_the_longest_words_that_youtube_takes_pass(files: Files) -> None:
    longest = spec(title="x" * 100, description="ü" * 2500, tags=("a b",) * 82 + ("abcd",))

    assert wheres(files, longest) == []


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ({"title": "x" * 101}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "a < b"}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"description": "a > b"}, "description"),
        ({"tags": ("a b",) * 84}, "tags"),
        ({"tags": (" ",)}, "tags"),
        ({"tags": ("<i>",)}, "tag '<i>'"),
    ],
)
def test_words_that_youtube_refuses_are_found(files: Files, words: dict, where: str) -> None:
    assert wheres(files, spec(**words)) == [where]


@pytest.mark.parametrize(
    "showing",
    [
        Showing(publish_at=datetime(2027, 1, 1)),  # noqa: DTZ001 -- without a zone, on purpose
        Showing(publish_at=NOW + timedelta(days=1), privacy=Privacy.UNLISTED),
    ],
)
def test_a_time_that_youtube_could_not_keep_is_found(files: Files, showing: Showing) -> None:
    assert wheres(files, spec(showing)) == ["publish_at"]


def test_a_time_that_passed_while_the_film_was_made_does_not_stop_it(files: Files) -> None:
    assert wheres(files, spec(Showing(publish_at=NOW - timedelta(days=1)))) == []


@pytest.mark.parametrize("name", ["film", "captions"])
def test_an_empty_file_is_found(files: Files, name: str) -> None:
    getattr(files, name).write_bytes(b"")

    assert wheres(files, spec()) == [name]


@pytest.mark.parametrize("content", [b"GIF89a", b""])
def test_a_picture_that_youtube_does_not_take_is_found(files: Files, tmp_path: Path, content: bytes) -> None:
    picture = tmp_path / "t.jpg"
    picture.write_bytes(content)

    assert set(wheres(Files(files.film, files.captions, picture), spec())) == {"thumbnail"}


def test_whatever_is_asked_for_the_film_is_sent_privately() -> None:
    body = insert_body(spec(Showing(privacy=Privacy.PUBLIC)))

    assert body["status"]["privacyStatus"] == "private"


@pytest.mark.parametrize("privacy", list(Privacy))
def test_a_film_without_a_time_is_shown_as_asked(privacy: Privacy) -> None:
    assert showing_of(Showing(privacy=privacy), NOW) == {"privacyStatus": privacy.value}


def test_a_film_with_a_time_stays_private_until_then() -> None:
    shown = showing_of(Showing(privacy=Privacy.PUBLIC, publish_at=NOW + timedelta(hours=1)), NOW)

    assert shown == {"privacyStatus": "private", "publishAt": "2026-12-01T13:00:00+00:00"}


@pytest.mark.parametrize("away", [timedelta(days=-1), timedelta(0), timedelta(minutes=1)])
def test_a_film_whose_time_has_passed_or_is_about_to_is_public_at_once(away: timedelta) -> None:
    assert showing_of(Showing(publish_at=NOW + away), NOW) == {"privacyStatus": "public"}


def test_a_time_a_few_minutes_away_is_kept() -> None:
    shown = showing_of(Showing(publish_at=NOW + timedelta(minutes=3)), NOW)

    assert shown == {"privacyStatus": "private", "publishAt": "2026-12-01T12:03:00+00:00"}
