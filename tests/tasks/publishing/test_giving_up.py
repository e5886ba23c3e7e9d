"""A film that is given up while YouTube has it: people are told where it is, and when it will be seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from blocks.domain.audience import Privacy, Showing
from blocks.domain.bulk import Action, Outcome, Wish
from blocks.domain.gates import Gate
from blocks.domain.request import VideoRequest
from blocks.domain.specs import PublishSpec
from blocks.domain.verdicts import Decision, Verdict
from blocks.results import entries
from blocks.studio import Studio
from flows.bulk import review_videos
from tasks.gates import keep_verdict
from tests.tasks.publishing.films_to_publish import alerts, publish


def give_up(studio: Studio) -> Outcome:
    (outcome,) = asyncio.run(review_videos([Wish(video=str(studio.video), action=Action.CANCEL)]))
    return outcome


def test_who_gives_up_a_film_that_will_be_public_is_told_where_and_when(work, studio: Studio) -> None:
    at = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)
    with studio.results.open() as session:
        entries.open_film(session, studio.video, VideoRequest(topic="a test", publish_at=at), "dusk")
    url = publish(work.spec(work.film(size=1_000), showing=Showing(privacy=Privacy.PRIVATE, publish_at=at)), studio)

    outcome = give_up(studio)

    assert outcome.is_done
    assert outcome.left == (
        f"it is still at {url}, and becomes public by itself at {at:%Y-%m-%d %H:%M} UTC: "
        "hide or delete the film where it is, if it shall not be seen there"
    )
    assert outcome.what.endswith(outcome.left)
    assert alerts(studio) == ["foxes/dusk was given up and is published"]


def test_of_a_film_that_was_never_sent_nothing_is_left(studio: Studio, spec: PublishSpec) -> None:
    assert give_up(studio).left == ""
    assert alerts(studio) == []


def test_a_published_film_that_is_given_up_at_a_gate_of_a_later_run_is_told_of_too(studio: Studio, spec: PublishSpec) -> None:
    publish(spec, studio)
    given_up = Verdict(gate=Gate.FINAL, turn=1, shown="abc", decision=Decision.CANCEL, at=datetime.now(UTC))

    asyncio.run(keep_verdict(given_up, studio))

    assert alerts(studio) == ["foxes/dusk was given up and is published"]
