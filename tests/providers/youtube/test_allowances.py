"""What YouTube allows a project and a channel in a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from blocks.errors import QuotaExhausted
from blocks.providers.youtube.api import UNITS, UPLOADS, WHOLE_FILM_UNITS
from tests.emulators.youtube_quota import INSERTS
from tests.providers.youtube.publishing import PUBLIC, publish
from tests.youtube_at_work import YouTubeAtWork


def test_a_project_without_quota_is_told_when_it_has_some_again(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.quota.use("units", 10_000)

    with pytest.raises(QuotaExhausted) as error:
        publish(work, paper, work.spec(film))

    assert error.value.resets_at == work.youtube.quota.resets_at()
    assert error.value.account in work.publisher().allowances


def test_a_channel_that_uploaded_too_many_is_told_to_wait_a_day(work: YouTubeAtWork, paper, film: str) -> None:
    work.channel.uploads_a_day = 0

    with pytest.raises(QuotaExhausted) as error:
        publish(work, paper, work.spec(film))

    assert error.value.account == ""
    assert timedelta(hours=23, minutes=59) < error.value.resets_at - datetime.now(UTC) <= timedelta(hours=24)


def test_what_is_counted_here_is_what_youtube_counts(work: YouTubeAtWork, paper, film: str) -> None:
    publisher = work.publisher()
    publish(work, paper, work.spec(film, showing=PUBLIC), publisher)

    project = publisher.allowances[1]
    assert paper.charged == {(project, UNITS): work.youtube.quota.used(), (project, UPLOADS): work.youtube.quota.used(INSERTS)}


def test_a_whole_film_takes_no_more_than_is_asked_for_beforehand(work: YouTubeAtWork, paper, film: str) -> None:
    playlist = work.youtube.add_playlist(work.channel)
    work.youtube.site.processing_polls = 3

    publish(work, paper, work.spec(film, showing=PUBLIC.model_copy(update={"playlist": playlist.id})))

    assert WHOLE_FILM_UNITS - 100 <= work.youtube.quota.used() <= WHOLE_FILM_UNITS
