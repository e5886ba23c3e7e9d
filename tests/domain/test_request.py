"""What a person may say about the showing of a film."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from blocks.domain.audience import Category, Privacy, Showing, check_ahead
from blocks.domain.request import VideoRequest

EVENING = datetime(2026, 12, 1, 17, tzinfo=UTC)
USUAL = Showing(privacy=Privacy.UNLISTED, category=Category.SCIENCE, playlist="PL1")


def asked(**words: object) -> VideoRequest:
    return VideoRequest.model_validate({"topic": "foxes", **words})


def refusal(**words: object) -> str:
    with pytest.raises(ValidationError) as refused:
        asked(**words)
    (error,) = refused.value.errors()
    assert error["loc"] == ("publish_at",)
    return error["msg"]


@pytest.mark.parametrize("written", ["2026-12-01T18:00+01:00", "2026-12-01T17:00:31.5Z", "2026-12-01T22:30:00+05:30"])
def test_equal_moments_are_equal_however_they_are_written(written: str) -> None:
    assert asked(publish_at=written).publish_at == EVENING
    assert asked(publish_at=written).model_dump_json() == asked(publish_at=EVENING).model_dump_json()


@pytest.mark.parametrize("written", ["2026-12-01T18:00", "2026-12-01", datetime(2026, 12, 1)])  # noqa: DTZ001 -- that is the point
def test_a_moment_without_a_time_zone_is_refused_with_an_example(written: object) -> None:
    assert "it names no time zone; write 2026-12-01T18:00+01:00, or Z at its end for UTC" in refusal(publish_at=written)


@pytest.mark.parametrize("privacy", ["public", "unlisted"])
def test_a_film_that_becomes_public_later_cannot_be_seen_before(privacy: str) -> None:
    assert f"is private until then, not {privacy}" in refusal(publish_at=EVENING, privacy=privacy)


def test_a_request_that_says_nothing_is_shown_as_its_channel_says() -> None:
    assert asked().showing(USUAL) == USUAL


def test_what_a_request_says_wins_and_the_rest_stays_the_channel_s() -> None:
    assert asked(privacy="public").showing(USUAL) == USUAL.model_copy(update={"privacy": Privacy.PUBLIC})


def test_a_film_with_a_moment_is_private_until_then_whatever_its_channel_says() -> None:
    shown = asked(publish_at=EVENING).showing(USUAL)

    assert (shown.privacy, shown.publish_at, shown.playlist) == (Privacy.PRIVATE, EVENING, "PL1")


def test_only_a_moment_ahead_is_taken() -> None:
    check_ahead(EVENING, EVENING - timedelta(minutes=1))
    check_ahead(None, EVENING)
    with pytest.raises(ValueError, match="cannot be published at 2026-12-01 17:00 UTC, which is past: name a moment that lies"):
        check_ahead(EVENING, EVENING)


def test_a_request_that_was_written_down_is_read_long_after_its_moment() -> None:
    old = asked(publish_at="1999-12-31T23:59Z")

    assert VideoRequest.model_validate_json(old.model_dump_json()) == old


def test_a_request_is_changed_in_what_goes_together_only() -> None:
    before = asked(privacy="public")

    assert before.shown_otherwise(None, EVENING) == asked(publish_at=EVENING)
    with pytest.raises(ValueError, match="private until then"):
        before.shown_otherwise(Privacy.PUBLIC, EVENING)
