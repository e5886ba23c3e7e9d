"""Publishing a film on YouTube as a task does, and states that a film can be in on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from blocks.capabilities.publication import PublicationPaper
from blocks.domain.audience import Category, Privacy, Showing
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo
from blocks.errors import JobLate, TransientError
from blocks.providers.youtube.publisher import YouTubePublisher
from tests.youtube_at_work import YouTubeAtWork

PUBLIC = Showing(privacy=Privacy.PUBLIC, category=Category.EDUCATION)
_MOST_TRIES = 20


def publish(
    work: YouTubeAtWork, paper: PublicationPaper, spec: PublishSpec, publisher: YouTubePublisher | None = None
) -> PublishedVideo:
    """Publish as a task does: what may pass is tried again."""
    publisher, bench = publisher or work.publisher(), work.bench(paper)
    for _ in range(_MOST_TRIES):
        try:
            return publisher.publish(spec, bench)
        except TransientError as error:
            last = error
    raise last


def begin(work: YouTubeAtWork, paper: PublicationPaper, spec: PublishSpec) -> None:
    """Publish until YouTube is to process the film, and takes its time."""
    work.youtube.site.processing_polls = 1
    with pytest.raises(JobLate):
        work.publisher().publish(spec, work.bench(paper))


def long_ago(paper: PublicationPaper) -> None:
    """Let the upload be an hour old."""
    paper.write(paper.entry.model_copy(update={"uploaded_at": datetime.now(UTC) - timedelta(hours=1)}))
