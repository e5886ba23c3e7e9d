"""The laws of publishing once: a film is claimed before its first byte is sent, and no channel gets it a second time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL
from sqlalchemy import text

from blocks.channel import Channel
from blocks.domain.audience import Privacy, Showing
from blocks.domain.days import day_start, next_day_start
from blocks.domain.publication import PublicationState
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.specs import PublishSpec
from blocks.domain.status import LINE, Actor, Status
from blocks.errors import (
    BadSpec,
    BudgetExceeded,
    CredentialsRejected,
    ProviderUnavailable,
    QuotaExhausted,
    ReviewRejected,
    SetupError,
    StudioError,
)
from blocks.results import entries, publications, queries, queue, stops
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from flows.settle import release_publication
from tasks import publications as publishing
from tasks import settling
from tasks.publications import alone
from tasks.publishing import publish_film, show_film
from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube import UPLOAD_ENDPOINT
from tests.emulators.youtube_quota import INSERTS
from tests.flows.leaks import rows_of
from tests.lanes import close_lane, open_lanes
from tests.tasks.publishing_alone import order_of
from tests.youtube_at_work import YouTubeAtWork, at_work, soon

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _lane(prefect_api: str) -> None:
    asyncio.run(open_lanes({"youtube": 2}))


@pytest.fixture
def results(prefect_api: str, results_table: ResultsTable) -> Iterator[ResultsTable]:
    results_table.save("default", overwrite=True)
    yield results_table
    ResultsTable.delete("default")


@pytest.fixture
def work(tmp_path: Path, results: ResultsTable) -> Iterator[YouTubeAtWork]:
    with at_work(tmp_path) as made, soon(), mock.patch.object(publishing, "QUICK_PAUSES_S", (0.01,) * 2):
        made.storage = results.storage
        yield made
        assert made.youtube.schema_problems == []


@pytest.fixture
def studio(work: YouTubeAtWork, results: ResultsTable, tmp_path: Path) -> Studio:
    return studio_of(work, results, tmp_path)


@pytest.fixture
def spec(work: YouTubeAtWork) -> PublishSpec:
    return work.spec(work.film(size=1_000))


def studio_of(work, results, folder: Path, channel: str = "foxes", slug: str = "dusk", at=None, **settings) -> Studio:
    """Ask for a film, on a channel that publishes to YouTube."""
    publisher = settings.pop("publisher", None) or work.publisher(work.account(at))
    made = Channel(name=channel, workspaces=folder / "workspaces", publisher=publisher, **settings)
    video = VideoName(channel=channel, slug=slug)
    with results.open() as session:
        entries.open_film(session, video, VideoRequest(topic="a test"), slug)
        entries.queue_film(session, video, "asked for")
    return Studio(video=video, channel=made, results=results)


def publish(spec: PublishSpec, studio: Studio, tries: int = 1) -> str:
    """Publish in a flow of its own, as another run would."""
    patient = publish_film.with_options(retries=tries - 1, retry_delay_seconds=[0.0] * (tries - 1))

    @flow
    def alone():
        return patient.submit(named(spec, studio), studio.channel.publisher, studio).result()

    return alone().url


def show(spec: PublishSpec, studio: Studio) -> str:
    """Publish as the stage does: with its retries, and with what is written down when it fails."""

    with studio.results.open() as session:
        if queries.film(session, studio.video).status is not Status.UPLOADING:
            entries.queue_film(session, studio.video, "asked for")
            for status in LINE[LINE.index(Status.QUEUED) + 1 : LINE.index(Status.PUBLISHED)]:
                who = Actor.PERSON if status.startswith("Approved") else Actor.SYSTEM
                entries.move_film(session, studio.video, status, who, "as far as it goes")

    @flow
    async def alone():
        return await show_film(named(spec, studio), studio.channel.publisher, studio)

    return asyncio.run(alone()).url


def named(spec: PublishSpec, studio: Studio) -> PublishSpec:
    return spec.model_copy(update={"channel": studio.video.channel, "slug": studio.video.slug})


def anew(spec: PublishSpec) -> PublishSpec:
    """Give the same film with other words: Prefect's memory of the first run does not answer for it."""
    return spec.model_copy(update={"metadata": spec.metadata.model_copy(update={"title": f"{spec.metadata.title} again"})})


def holder(studio: Studio, spec: PublishSpec):
    with studio.results.open() as session:
        return publications.holder_of(session, spec.master)


def alerts(studio: Studio) -> list[str]:
    with studio.results.open() as session:
        return list(session.scalars(text("SELECT title FROM alerts ORDER BY raised_at")))


def stopped(studio: Studio) -> list[str]:
    with studio.results.open() as session:
        return [stop.account for stop in stops.standing_stops(session)]


def test_a_film_is_uploaded_once_however_often_it_is_run(work, studio: Studio, spec: PublishSpec) -> None:
    addresses = {publish(spec, studio), publish(spec, studio), publish(anew(spec), studio)}

    assert addresses == {f"https://youtu.be/{work.video.id}"}
    assert len(work.youtube.sessions) == 1


def test_what_is_to_be_otherwise_of_a_published_film_is_changed_at_youtube(work, studio: Studio, spec: PublishSpec) -> None:
    publish(spec, studio)

    publish(spec.model_copy(update={"showing": Showing(privacy=Privacy.UNLISTED)}), studio)

    assert (work.video.privacy, holder(studio, spec).state) == ("unlisted", PublicationState.PUBLISHED)


def test_a_film_that_was_given_up_while_it_was_published_stays_private(work, studio: Studio, spec: PublishSpec) -> None:
    with studio.results.open() as session:
        entries.move_film(session, studio.video, Status.CANCELLED, Actor.PERSON, "not any more")

    with pytest.raises(ReviewRejected, match="given up"):
        publish(spec.model_copy(update={"showing": Showing(privacy=Privacy.PUBLIC)}), studio)

    assert (work.video.privacy, work.video.was_public) == ("private", False)


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


def test_a_film_that_another_only_claimed_and_gave_up_can_be_had(work, results, studio, spec, tmp_path) -> None:
    work.youtube.faults.next("channels.list", *(ways.BROKEN,) * 3)
    with pytest.raises(ProviderUnavailable):
        publish(spec, studio)
    with results.open() as session:
        entries.move_film(session, studio.video, Status.CANCELLED, Actor.PERSON, "not any more")

    assert publish(spec, studio_of(work, results, tmp_path, slug="dawn")) == f"https://youtu.be/{work.video.id}"


def test_a_film_that_another_has_claimed_and_not_given_up_cannot_be_had(work, results, studio, spec, tmp_path) -> None:
    work.youtube.faults.next("channels.list", *(ways.BROKEN,) * 3)
    with pytest.raises(ProviderUnavailable):
        publish(spec, studio)

    with pytest.raises(BadSpec, match="being published"):
        publish(spec, studio_of(work, results, tmp_path, slug="dawn"))


def test_a_channel_whose_account_is_another_s_publishes_nothing(work, results, spec, tmp_path) -> None:
    studio = studio_of(work, results, tmp_path, youtube_channel_id="UC" + "x" * 22)

    with pytest.raises(BadSpec, match="put the right account"):
        publish(spec, studio)

    assert work.youtube.books.calls == []


def test_a_missing_lane_names_the_command_that_makes_it(studio: Studio, spec: PublishSpec) -> None:
    asyncio.run(close_lane("youtube"))

    with pytest.raises(SetupError, match="make setup"):
        publish(spec, studio)


def test_a_film_over_the_day_s_uploads_waits_for_the_next_day(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)
    second = studio_of(work, results, tmp_path, slug="dawn", max_uploads_a_day=1)
    now = datetime.now(UTC)

    with pytest.raises(BudgetExceeded) as stop:
        publish(work.spec(work.film(2, size=1_000)), second)

    assert stop.value.resets_at == day_start(now, UTC) + timedelta(days=1)
    assert len(work.youtube.sessions) == 1


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


def test_processing_is_waited_for_with_the_lane_free(work, results, spec, tmp_path) -> None:
    asyncio.run(open_lanes({"youtube": 1}))
    work.youtube.site.processing_s = 3
    slow = studio_of(work, results, tmp_path, publisher=work.publisher(poll_s=0.2, processing_patience_s=30))
    quick = work.spec(work.film(2, size=1_000))
    with ThreadPoolExecutor() as pool:
        first = pool.submit(publish, spec, slow)
        until(lambda: work.count("videos.list") > 0)
        work.youtube.site.processing_s = 0
        publish(quick, studio_of(work, results, tmp_path, slug="dawn"))
        was_first = not first.done()
        first.result()

    assert was_first
    assert len(work.youtube.videos) == 2


def test_a_film_that_was_deleted_and_released_is_published_anew(work, results, studio: Studio, spec: PublishSpec) -> None:
    show(spec, studio)
    studio.channel.save("foxes", overwrite=True)
    work.youtube.site.delete_video(work.video)

    asyncio.run(release_publication("foxes", "dusk"))

    assert show(spec, studio) == f"https://youtu.be/{work.video.id}"
    Channel.delete("foxes")


def test_a_film_that_is_still_shown_is_not_released(work, results, studio: Studio, spec: PublishSpec) -> None:
    publish(spec, studio)
    studio.channel.save("foxes", overwrite=True)

    with pytest.raises(BadSpec, match="still shown on"):
        asyncio.run(release_publication("foxes", "dusk"))
    Channel.delete("foxes")


def test_a_film_that_was_changed_is_not_put_beside_the_one_that_is_there(work, results, studio, spec) -> None:
    address = publish(spec, studio)
    changed = work.spec(work.film(seed=2, size=1_000))

    with pytest.raises(BadSpec, match=r"was changed, and is on .*release-publication") as refused:
        publish(changed, studio)

    assert address in str(refused.value)
    assert len(work.youtube.sessions) == 1

    studio.channel.save("foxes", overwrite=True)
    work.youtube.site.delete_video(work.video)
    asyncio.run(release_publication("foxes", "dusk"))
    Channel.delete("foxes")
    assert publish(changed, studio) == f"https://youtu.be/{work.video.id}"


def test_a_film_that_another_channel_has_by_now_is_not_said_to_be_published(work, results, studio, spec, tmp_path) -> None:
    show(spec, studio)
    studio.channel.save("foxes", overwrite=True)
    work.youtube.site.delete_video(work.video)
    asyncio.run(release_publication("foxes", "dusk"))
    Channel.delete("foxes")
    publish(spec, studio_of(work, results, tmp_path, "badgers", at=work.youtube.add_channel("Badgers")))

    with pytest.raises(BadSpec, match="same film as badgers/dusk"):
        show(spec, studio)


def test_a_film_that_is_being_published_is_not_released(work, results, studio, spec) -> None:
    publish(spec, studio)
    with (
        alone(spec.master, studio),
        mock.patch.object(settling, "_PATIENCE_S", 0.1),
        ThreadPoolExecutor() as pool,
        pytest.raises(BadSpec, match="is being published at this moment"),
    ):
        pool.submit(settling.release.fn, studio, sure=True).result()


def test_what_is_asked_for_last_holds_even_if_it_was_asked_for_before(work, studio: Studio, spec: PublishSpec) -> None:
    for wanted in (spec, anew(spec), spec):
        show(wanted, studio)

    assert work.video.snippet["title"] == spec.metadata.title
    assert len(work.youtube.sessions) == 1


def test_a_film_of_a_channel_that_is_lost_is_released_by_a_person_s_word(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)
    studio.channel.save("foxes", overwrite=True)
    asyncio.run(release_publication("foxes", "dusk", sure=True))
    Channel.delete("foxes")
    badgers = work.youtube.add_channel("Badgers")

    publish(spec, studio_of(work, results, tmp_path, "badgers", at=badgers))

    assert [video.channel_id for video in work.youtube.videos.values()] == [work.channel.id, badgers.id]


def until(holds, limit_s: float = 60.0) -> None:
    """Wait for something to come true."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < limit_s
        time.sleep(0.02)


@pytest.fixture
def start(studio: Studio, tmp_path: Path) -> Iterator:
    """Start processes that publish the film."""
    begun: list[subprocess.Popen] = []

    def begin(spec: PublishSpec) -> subprocess.Popen:
        order = tmp_path / "order.json"
        order.write_text(json.dumps(order_of(studio, spec)))
        command = [sys.executable, "-m", "tests.tasks.publishing_alone", str(order)]
        environment = os.environ | {"PREFECT_API_URL": PREFECT_API_URL.value()}
        begun.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def test_a_process_that_is_killed_midway_leaves_an_upload_that_another_goes_on_with(work, studio, start) -> None:
    spec = work.spec()
    work.youtube.latency_s = 0.3
    first = start(spec)
    until(lambda: any(session.received > 8_000_000 for session in work.youtube.sessions))
    first.send_signal(signal.SIGKILL)
    first.wait()
    work.youtube.latency_s = 0

    assert start(spec).communicate(timeout=120)[0].strip() == f"https://youtu.be/{work.video.id}"
    assert work.video.sha256 == spec.film[:64]
    assert len(work.youtube.sessions) == 1


def test_two_processes_that_publish_a_film_upload_it_once(work, studio, start) -> None:
    spec = work.spec(work.film(size=1_000))

    first, second = start(spec), start(spec)

    addresses = {process.communicate(timeout=120)[0].strip() for process in (first, second)}
    assert addresses == {f"https://youtu.be/{work.video.id}"}


def test_no_row_holds_the_address_of_an_upload_or_a_token(work, studio: Studio) -> None:
    spec = work.spec()
    work.youtube.faults.always(UPLOAD_ENDPOINT, wrong.QUOTA_EXCEEDED)
    with pytest.raises(QuotaExhausted):
        publish(spec, studio)

    rows = b"\n".join(rows_of(studio.results.database).values()).decode()
    secrets = [work.youtube.sessions[0].id, *work.google._accesses, *work.google._refreshes]

    assert "sealed" in rows
    assert [secret for secret in secrets if secret in rows] == []


def test_what_is_scheduled_is_published_and_private_until_then(work, studio: Studio) -> None:
    at = datetime.now(UTC) + timedelta(hours=2)
    spec = work.spec(work.film(size=1_000), showing=Showing(privacy=Privacy.PUBLIC, publish_at=at))

    publish(spec, studio)

    assert (work.video.privacy, holder(studio, spec).state) == ("private", PublicationState.PUBLISHED)
