"""What people read beside a published film, and who sees it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from blocks.domain.audience import Privacy, Showing
from blocks.domain.publication import PublicationState
from blocks.domain.specs import PublishSpec
from blocks.domain.status import Actor, Status
from blocks.errors import ReviewRejected
from blocks.results import entries, queries, queue
from blocks.studio import Studio
from tests.tasks.publishing.films_to_publish import anew, bring_to_uploading, holder, publish, show, studio_of
from tests.waiting import until


def test_what_is_to_be_otherwise_of_a_published_film_is_changed_at_youtube(work, studio: Studio, spec: PublishSpec) -> None:
    publish(spec, studio)

    publish(spec.model_copy(update={"showing": Showing(privacy=Privacy.UNLISTED)}), studio)

    assert (work.video.privacy, holder(studio, spec).state) == ("unlisted", PublicationState.PUBLISHED)


def test_what_is_asked_for_last_holds_even_if_it_was_asked_for_before(work, studio: Studio, spec: PublishSpec) -> None:
    for wanted in (spec, anew(spec), spec):
        show(wanted, studio)

    assert work.video.snippet["title"] == spec.metadata.title
    assert len(work.youtube.sessions) == 1


def test_a_film_that_was_given_up_while_it_was_published_stays_private(work, studio: Studio, spec: PublishSpec) -> None:
    with studio.results.open() as session:
        entries.move_film(session, studio.video, Status.CANCELLED, Actor.PERSON, "not any more")

    with pytest.raises(ReviewRejected, match="given up"):
        publish(spec.model_copy(update={"showing": Showing(privacy=Privacy.PUBLIC)}), studio)

    assert (work.video.privacy, work.video.was_public) == ("private", False)


PUBLIC = Showing(privacy=Privacy.PUBLIC)


def ask_anew(studio: Studio, run: str | None = None) -> None:
    """Give the film up and ask for it again, as a person does; a run may have brought it back to where it is published."""
    with studio.results.open() as session:
        entries.move_film(session, studio.video, Status.CANCELLED, Actor.PERSON, "not like this")
        entries.queue_film(session, studio.video, "asked for anew")
        if run is None:
            queue.want_run(session, studio.video)
            return
        bring_to_uploading(session, studio.video)
        queue.note_run(session, studio.video, run)


@pytest.mark.parametrize("run", [None, "second"])
def test_a_film_that_was_asked_for_anew_meanwhile_is_not_shown_as_was_asked_before(work, results, tmp_path, run) -> None:
    work.youtube.site.processing_s = 60
    slow = studio_of(work, results, tmp_path, publisher=work.publisher(poll_s=0.2, processing_patience_s=60))
    with results.open() as session:
        queue.note_run(session, slow.video, "first")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(show, work.spec(work.film(size=1_000), showing=PUBLIC), slow)
        until(lambda: work.count("videos.list") > 1)
        ask_anew(slow, run)
        work.youtube.site.processing_s = 0
        with pytest.raises(ReviewRejected, match="asked for anew while it was being published"):
            first.result()

    assert (work.video.privacy, work.video.was_public) == ("private", False)
    with results.open() as session:  # its new run is not stopped by what the old one could not do
        assert queries.film(session, slow.video).status is (Status.UPLOADING if run else Status.QUEUED)


def test_what_is_scheduled_is_published_and_private_until_then(work, studio: Studio) -> None:
    at = datetime.now(UTC) + timedelta(hours=2)
    spec = work.spec(work.film(size=1_000), showing=Showing(privacy=Privacy.PUBLIC, publish_at=at))

    publish(spec, studio)

    assert (work.video.privacy, holder(studio, spec).state) == ("private", PublicationState.PUBLISHED)
