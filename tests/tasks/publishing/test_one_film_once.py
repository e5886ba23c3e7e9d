"""A film is claimed before its first byte is sent, and no channel gets it a second time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from blocks.domain.specs import PublishSpec
from blocks.domain.status import Actor, Status
from blocks.errors import BadSpec, ReviewRejected, SetupError
from blocks.results import entries
from blocks.studio import Studio
from tasks import publications
from tasks.lanes import lane
from tests.lanes import close_lane, open_lanes
from tests.tasks.publishing.films_to_publish import anew, holder, named, publish, studio_of
from tests.waiting import until


def test_a_film_is_uploaded_once_however_often_it_is_run(work, studio: Studio, spec: PublishSpec) -> None:
    addresses = {publish(spec, studio), publish(spec, studio), publish(anew(spec), studio)}

    assert addresses == {f"https://youtu.be/{work.video.id}"}
    assert len(work.youtube.sessions) == 1


def test_two_runs_at_the_same_moment_upload_a_film_once(work, studio: Studio, spec: PublishSpec) -> None:
    work.youtube.latency_s = 0.05
    with ThreadPoolExecutor() as pool:
        addresses = set(pool.map(lambda one: publish(one, studio), [spec, anew(spec), spec]))

    assert addresses == {f"https://youtu.be/{work.video.id}"}


def test_another_channel_does_not_get_a_film_that_was_published(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)
    other = studio_of(work, results, tmp_path, "badgers", at=work.youtube.add_channel("Badgers"))

    with pytest.raises(BadSpec, match=r"same film as foxes/dusk.* published at https://youtu.be/") as refused:
        publish(spec, other)

    assert "release-publication" in str(refused.value)
    assert len(work.youtube.sessions) == 1


def test_of_two_channels_that_want_a_film_at_the_same_moment_one_gets_it(work, results, studio, spec, tmp_path) -> None:
    work.youtube.latency_s = 0.05
    other = studio_of(work, results, tmp_path, "badgers", at=work.youtube.add_channel("Badgers"))

    def outcome(one: Studio) -> str:
        try:
            return publish(spec, one)
        except BadSpec as error:
            return type(error).__name__

    with ThreadPoolExecutor() as pool:
        outcomes = set(pool.map(outcome, [studio, other]))

    assert outcomes == {f"https://youtu.be/{work.video.id}", "BadSpec"}


def test_a_film_under_another_name_is_the_same_film(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)

    with pytest.raises(BadSpec, match="same film as foxes/dusk"):
        publish(spec, studio_of(work, results, tmp_path, slug="dawn"))


def claim_and_die(spec: PublishSpec, studio: Studio) -> None:
    """Leave behind what a process leaves that dies before it has sent anything."""
    publications._claim(named(spec, studio), studio.channel.publisher, studio)


def test_a_film_that_another_only_claimed_and_gave_up_can_be_had(work, results, studio, spec, tmp_path) -> None:
    claim_and_die(spec, studio)
    with results.open() as session:
        entries.move_film(session, studio.video, Status.CANCELLED, Actor.PERSON, "not any more")

    assert publish(spec, studio_of(work, results, tmp_path, slug="dawn")) == f"https://youtu.be/{work.video.id}"


def test_a_film_that_another_has_claimed_and_not_given_up_cannot_be_had(work, results, studio, spec, tmp_path) -> None:
    claim_and_die(spec, studio)

    with pytest.raises(BadSpec, match="being published"):
        publish(spec, studio_of(work, results, tmp_path, slug="dawn"))


def test_a_film_that_was_changed_while_it_waited_is_sent_only_as_it_is_now(work, studio: Studio, spec: PublishSpec) -> None:
    asyncio.run(open_lanes({"youtube": 1}))
    changed = work.spec(work.film(seed=2, size=1_000))
    with ThreadPoolExecutor() as pool:
        with lane(studio.channel.publisher):
            first = pool.submit(publish, spec, studio)
            until(lambda: holder(studio, spec))
            second = pool.submit(publish, changed, studio)
            until(lambda: holder(studio, changed))
        with pytest.raises(ReviewRejected, match="another version of foxes/dusk has taken the place"):
            first.result()
        assert second.result() == f"https://youtu.be/{work.video.id}"

    assert [video.sha256 for video in work.youtube.videos.values()] == [changed.film[:64]]


def test_a_film_that_is_being_sent_is_not_changed_for_another(work, studio: Studio) -> None:
    work.youtube.latency_s = 0.3
    first = work.spec()
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(publish, first, studio)
        until(lambda: work.youtube.sessions)
        until(lambda: holder(studio, first).has_begun)
        with pytest.raises(BadSpec, match="was changed, and is on"):
            publish(work.spec(work.film(seed=2, size=1_000)), studio)
        sending.result()

    assert [video.sha256 for video in work.youtube.videos.values()] == [first.film[:64]]


def test_a_channel_whose_account_is_another_s_publishes_nothing(work, results, spec, tmp_path) -> None:
    studio = studio_of(work, results, tmp_path, youtube_channel_id="UC" + "x" * 22)

    with pytest.raises(BadSpec, match="put the right account"):
        publish(spec, studio)

    assert work.youtube.books.calls == []


def test_a_missing_lane_names_the_command_that_makes_it(studio: Studio, spec: PublishSpec) -> None:
    asyncio.run(close_lane("youtube"))

    with pytest.raises(SetupError, match="make setup"):
        publish(spec, studio)
