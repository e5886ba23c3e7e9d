"""What people read beside a published film, and who sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from blocks.domain.audience import Privacy, Showing
from blocks.domain.publication import PublicationState
from blocks.domain.specs import PublishSpec
from blocks.domain.status import Actor, Status
from blocks.errors import ReviewRejected
from blocks.results import entries
from blocks.studio import Studio
from tests.tasks.publishing.films_to_publish import anew, holder, publish, show


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


def test_what_is_scheduled_is_published_and_private_until_then(work, studio: Studio) -> None:
    at = datetime.now(UTC) + timedelta(hours=2)
    spec = work.spec(work.film(size=1_000), showing=Showing(privacy=Privacy.PUBLIC, publish_at=at))

    publish(spec, studio)

    assert (work.video.privacy, holder(studio, spec).state) == ("private", PublicationState.PUBLISHED)
