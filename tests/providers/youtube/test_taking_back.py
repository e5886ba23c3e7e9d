"""A film that was shown on YouTube, or may have been, and is to be private: it is, whatever was lost or went wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from blocks.domain.audience import Showing
from blocks.errors import BadSpec, ProviderUnavailable
from tests.emulators import faults as ways
from tests.providers.youtube.publishing import PUBLIC, publish
from tests.youtube_at_work import YouTubeAtWork, picture


def lose_answer(work: YouTubeAtWork, paper, spec, fault: str = ways.LOST_ANSWER) -> None:
    """Publish until YouTube is asked to show the film: it does, and nobody hears of it."""
    work.youtube.faults.next("videos.update", fault)
    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(spec, work.bench(paper))


@pytest.mark.parametrize("fault", [ways.LOST_ANSWER, ways.TRUNCATED])
def test_a_film_that_youtube_made_public_unheard_is_private_when_that_is_wanted(work, paper, film: str, fault: str) -> None:
    lose_answer(work, paper, work.spec(film, showing=PUBLIC), fault)
    assert work.video.privacy == "public"

    publish(work, paper, work.spec(film))

    assert work.video.privacy == "private"


def test_a_film_that_youtube_scheduled_unheard_has_no_time_when_it_is_to_be_private(work, paper, film: str) -> None:
    at = datetime.now(UTC) + timedelta(hours=3)
    lose_answer(work, paper, work.spec(film, showing=Showing(publish_at=at)))
    assert "publishAt" in work.video.status

    publish(work, paper, work.spec(film))

    assert "publishAt" not in work.video.status


def test_a_private_film_that_youtube_made_public_unheard_is_made_private_again(work, paper, film: str) -> None:
    publish(work, paper, work.spec(film))
    lose_answer(work, paper, work.spec(film, showing=PUBLIC))

    publish(work, paper, work.spec(film))

    assert work.video.privacy == "private"


def test_a_public_film_is_private_after_all_though_its_words_are_the_old_ones_again(work, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    work.youtube.faults.next("videos.update", ways.BROKEN)
    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(work.spec(film, metadata={"title": "Another title"}), work.bench(paper))

    publish(work, paper, work.spec(film))

    assert work.video.privacy == "private"


def test_a_film_that_could_not_be_hidden_is_hidden_by_the_next_run(work, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    work.channel.imposed = {"containsSyntheticMedia": False}
    work.youtube.faults.next("videos.update", "", ways.BROKEN)  # the words are sent, and the film cannot be hidden
    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(work.spec(film, showing=PUBLIC, metadata={"title": "Another title"}), work.bench(paper))
    work.channel.imposed = {}

    publish(work, paper, work.spec(film))

    assert work.video.privacy == "private"


def test_a_film_that_is_to_be_private_is_so_though_its_thumbnail_fails(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    work.youtube.faults.always("thumbnails.set", ways.BROKEN)

    with pytest.raises(ProviderUnavailable):
        publish(work, paper, work.spec(film, thumbnail=work.store("another.jpg", picture(shade=200))))

    assert work.video.privacy == "private"


def test_a_public_film_that_youtube_does_not_schedule_is_private(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))

    with pytest.raises(BadSpec, match="invalidPublishAt"):
        publish(work, paper, work.spec(film, showing=Showing(publish_at=datetime.now(UTC) + timedelta(days=1))))

    assert work.video.privacy == "private"
