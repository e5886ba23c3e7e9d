"""What YouTube makes of a film that was uploaded, and how long that takes."""

from __future__ import annotations

import pytest

from blocks.domain.publication import PublishingStep
from blocks.errors import ContentRefused, JobLate, MediaError
from tests.emulators import youtube_faults as wrong
from tests.providers.youtube.publishing import PUBLIC, begin, long_ago, publish
from tests.youtube_at_work import YouTubeAtWork


def test_a_film_may_be_unknown_for_a_while_after_its_upload(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.site.unseen_calls = 3

    publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "public"


def test_processing_is_followed_until_the_film_is_there(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.site.processing_polls = 3
    spec = work.spec(film, showing=PUBLIC)
    for _ in range(3):
        with pytest.raises(JobLate, match="still processes"):
            work.publisher().publish(spec, work.bench(paper))

    publish(work, paper, spec)

    assert work.video.privacy == "public"


@pytest.mark.parametrize("reason", wrong.reasons("failureReason"))
def test_a_film_that_cannot_be_processed_says_why_and_stays_private(work: YouTubeAtWork, paper, film: str, reason: str) -> None:
    work.youtube.faults.next("videos.insert", wrong.processing_fails(reason))

    with pytest.raises(MediaError, match=reason):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


@pytest.mark.parametrize("reason", wrong.reasons("rejectionReason"))
def test_a_film_that_is_rejected_says_why_and_stays_private(work: YouTubeAtWork, paper, film: str, reason: str) -> None:
    work.youtube.faults.next("videos.insert", wrong.rejected(reason))

    with pytest.raises(ContentRefused, match=reason):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


def test_processing_is_waited_for_so_long_after_the_upload_and_looked_at_once_by_each_later_run(work, paper, film: str) -> None:
    spec = work.spec(film)
    begin(work, paper, spec)
    work.video.polls_left = 1
    long_ago(paper)

    with pytest.raises(MediaError, match=r"still works on the film .*; it is private"):
        work.publisher().publish(spec, work.bench(paper))
    publish(work, paper, spec)

    assert paper.entry.done.keys() >= set(PublishingStep) - {PublishingStep.PLAYLIST}
