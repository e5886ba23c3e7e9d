"""What a day allows of uploads and of quota, and what stops an account, a project or a film."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from blocks.domain.days import day_start, next_day_start
from blocks.domain.publication import PublicationState
from blocks.domain.specs import PublishSpec
from blocks.domain.status import Status
from blocks.errors import BadSpec, BudgetExceeded, CredentialsRejected, ProviderUnavailable, QuotaExhausted, StudioError
from blocks.results import publications, queries, queue, stops
from blocks.studio import Studio
from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube_quota import INSERTS
from tests.tasks.publishing.films_to_publish import alerts, anew, holder, publish, show, studio_of


def stopped(studio: Studio) -> list[str]:
    with studio.results.open() as session:
        return [stop.account for stop in stops.standing_stops(session)]


def test_a_film_over_the_day_s_uploads_waits_for_the_next_day(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)
    second = studio_of(work, results, tmp_path, slug="dawn", max_uploads_a_day=1)
    now = datetime.now(UTC)

    with pytest.raises(BudgetExceeded) as stop:
        publish(work.spec(work.film(2, size=1_000)), second)

    assert stop.value.resets_at == day_start(now, UTC) + timedelta(days=1)
    assert len(work.youtube.sessions) == 1


def test_a_film_that_youtube_would_not_take_is_none_of_the_day_s_uploads(work, results, tmp_path) -> None:
    studio = studio_of(work, results, tmp_path, max_uploads_a_day=1)
    with pytest.raises(BadSpec, match="nothing was sent"):
        publish(work.spec(metadata={"title": "Foxes < badgers"}), studio)

    publish(work.spec(work.film(2, size=1_000)), studio_of(work, results, tmp_path, slug="dawn", max_uploads_a_day=1))

    assert len(work.youtube.videos) == 1


def test_a_film_that_could_not_be_begun_is_none_of_the_day_s_uploads_until_it_can(work, results, spec, tmp_path) -> None:
    first = studio_of(work, results, tmp_path, max_uploads_a_day=1)
    work.youtube.faults.next("channels.list", *(ways.BROKEN,) * 3)
    with pytest.raises(ProviderUnavailable):
        publish(spec, first)

    publish(work.spec(work.film(2, size=1_000)), studio_of(work, results, tmp_path, slug="dawn", max_uploads_a_day=1))
    with pytest.raises(BudgetExceeded):
        publish(anew(spec), first)

    assert len(work.youtube.videos) == 1


def test_of_two_films_that_want_the_day_s_last_upload_at_the_same_moment_one_gets_it(work, results, spec, tmp_path) -> None:
    work.youtube.latency_s = 0.05
    films = {slug: studio_of(work, results, tmp_path, slug=slug, max_uploads_a_day=1) for slug in ("dusk", "dawn")}
    specs = {"dusk": spec, "dawn": work.spec(work.film(2, size=1_000))}

    def outcome(slug: str) -> str:
        try:
            return publish(specs[slug], films[slug])
        except BudgetExceeded as error:
            return type(error).__name__

    with ThreadPoolExecutor() as pool:
        outcomes = set(pool.map(outcome, films))

    assert outcomes == {f"https://youtu.be/{work.video.id}", "BudgetExceeded"}


def test_a_film_that_was_begun_is_finished_whatever_the_day_s_uploads_are(work, results, studio, spec, tmp_path) -> None:
    work.youtube.faults.always("thumbnails.set", ways.BROKEN)
    with pytest.raises(ProviderUnavailable):
        publish(spec, studio)
    work.youtube.faults.always("thumbnails.set", None)

    publish(spec, studio_of(work, results, tmp_path, max_uploads_a_day=0))

    assert holder(studio, spec).state is PublicationState.PUBLISHED


def test_another_channel_s_uploads_do_not_count(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)
    badgers = work.youtube.add_channel("Badgers")

    publish(work.spec(work.film(2, size=1_000)), studio_of(work, results, tmp_path, "badgers", at=badgers, max_uploads_a_day=1))

    assert len(work.youtube.videos) == 2


def test_a_film_that_stopped_for_the_day_s_uploads_goes_on_by_itself(work, results, spec, tmp_path) -> None:
    studio = studio_of(work, results, tmp_path, max_uploads_a_day=0)
    with pytest.raises(BudgetExceeded):
        show(spec, studio)
    tomorrow = day_start(datetime.now(UTC), UTC) + timedelta(days=1)

    with results.open() as session:
        assert queries.film(session, studio.video).status is Status.ERROR_QUOTA
        assert queue.films_to_wake(session, tomorrow) == (studio.video,)
        assert queue.films_to_wake(session, tomorrow - timedelta(seconds=1)) == ()


def test_a_film_that_the_day_s_units_do_not_cover_is_not_begun(work, studio: Studio, spec: PublishSpec) -> None:
    now = datetime.now(UTC)
    with studio.results.open() as session:
        publications.charge(session, studio.channel.publisher.allowances[1], day_start(now).date(), "units", 9_600)

    with pytest.raises(QuotaExhausted) as stop:
        show(spec, studio)

    assert stop.value.resets_at == next_day_start(now)
    assert work.youtube.books.calls == []
    assert [title for title in alerts(studio) if "is stopped until" in title] == alerts(studio)


def test_a_day_s_use_is_counted_for_the_project_as_youtube_counts_it(work, studio: Studio, spec: PublishSpec) -> None:
    publish(spec, studio)

    day, project = day_start(datetime.now(UTC)).date(), studio.channel.publisher.allowances[1]
    with studio.results.open() as session:
        counted = [publications.used(session, project, day, bucket) for bucket in ("units", "uploads")]
    assert counted == [work.youtube.quota.used(), work.youtube.quota.used(INSERTS)]


def test_people_are_warned_when_most_of_a_day_s_units_are_used(work, studio: Studio, spec: PublishSpec) -> None:
    with studio.results.open() as session:
        project = studio.channel.publisher.allowances[1]
        publications.charge(session, project, day_start(datetime.now(UTC)).date(), "units", 8_000)

    publish(spec, studio)

    assert any("units today are used" in title for title in alerts(studio))


def test_a_project_without_quota_stops_all_its_channels_and_tells_once(work, results, studio, spec, tmp_path) -> None:
    other = studio_of(work, results, tmp_path, "badgers", at=work.youtube.add_channel("Badgers"))
    work.youtube.quota.use("units", 10_000)
    with pytest.raises(QuotaExhausted):
        show(spec, studio)
    calls = len(work.youtube.books.calls)

    with pytest.raises(QuotaExhausted) as stop:
        show(work.spec(work.film(2, size=1_000)), other)

    assert len(work.youtube.books.calls) == calls
    assert stop.value.resets_at == work.youtube.quota.resets_at()
    assert len(alerts(studio)) == 1


def test_a_channel_that_is_full_for_today_stops_alone(work, results, studio, spec, tmp_path) -> None:
    badgers = work.youtube.add_channel("Badgers")
    work.channel.uploads_a_day = 0
    with pytest.raises(QuotaExhausted) as stop:
        publish(spec, studio)

    publish(work.spec(work.film(2, size=1_000)), studio_of(work, results, tmp_path, "badgers", at=badgers))

    assert stop.value.resets_at - datetime.now(UTC) > timedelta(hours=23)
    assert stopped(studio) == [f"youtube:{work.channel.id}"]
    assert work.video.channel_id == badgers.id


def test_a_channel_that_signed_out_stops_alone_and_people_are_told_once(work, results, studio, spec, tmp_path) -> None:
    badgers = work.youtube.add_channel("Badgers")
    work.google.revoke_channel(work.channel.id)
    for one in (spec, anew(spec)):
        with pytest.raises(CredentialsRejected, match="authorize"):
            show(one, studio)

    publish(work.spec(work.film(2, size=1_000)), studio_of(work, results, tmp_path, "badgers", at=badgers))

    assert stopped(studio) == [f"youtube:{work.channel.id}"]
    assert len(alerts(studio)) == 1
    with results.open() as session:
        assert queries.film(session, studio.video).status is Status.ERROR_CREDENTIALS


def test_what_cannot_be_uploaded_is_in_the_film_s_error_log(work, results, spec, tmp_path) -> None:
    studio = studio_of(work, results, tmp_path, retry_waits_s=(0.0,))
    work.youtube.faults.next("videos.insert", wrong.rejected("copyright"))

    with pytest.raises(StudioError, match="copyright"):
        show(spec, studio)

    with results.open() as session:
        assert queries.film(session, studio.video).status is Status.ERROR_UPLOAD
