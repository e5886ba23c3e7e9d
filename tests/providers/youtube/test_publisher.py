"""Publishing on YouTube as a whole: private until everything is there, and each step done once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from blocks.capabilities.publication import UnwrittenPublication
from blocks.domain.audience import Category, Privacy, Showing
from blocks.domain.publication import PublicationState, PublishingStep
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    JobLate,
    MediaError,
    ProviderUnavailable,
    QuotaExhausted,
    ReviewRejected,
    StudioError,
    TransientError,
)
from blocks.providers.youtube.api import UNITS, UPLOADS, WHOLE_FILM_UNITS
from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators import youtube_videos
from tests.emulators.youtube import UPLOAD_ENDPOINT
from tests.emulators.youtube_quota import INSERTS
from tests.youtube_at_work import SRT, YouTubeAtWork, at_work, picture, soon

PUBLIC = Showing(privacy=Privacy.PUBLIC, category=Category.EDUCATION)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[YouTubeAtWork]:
    with at_work(tmp_path) as made, soon():
        yield made
        assert made.youtube.schema_problems == []


@pytest.fixture
def paper() -> UnwrittenPublication:
    return UnwrittenPublication()


@pytest.fixture
def film(work: YouTubeAtWork) -> str:
    return work.film(size=1_000)


def publish(work: YouTubeAtWork, paper, spec, publisher=None):
    """Publish as a task does: what may pass is tried again."""
    publisher, bench = publisher or work.publisher(), work.bench(paper)
    for _ in range(20):
        try:
            return publisher.publish(spec, bench)
        except TransientError as error:
            last = error
    raise last


def test_a_film_is_published_with_all_that_belongs_to_it(work: YouTubeAtWork, paper, film: str) -> None:
    playlist = work.youtube.add_playlist(work.channel)
    spec = work.spec(film, showing=PUBLIC.model_copy(update={"playlist": playlist.id}))

    published = publish(work, paper, spec)

    video = work.video
    assert published.url == f"https://youtu.be/{video.id}"
    assert (video.privacy, video.thumbnail, [one.content for one in video.captions]) == ("public", picture(), [SRT.encode()])
    assert work.youtube.playlists_of(video.id) == [playlist.id]


def test_what_is_declared_of_a_film_is_always_sent(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, metadata={"made_for_kids": True}))

    video = work.video
    declared = {
        name: video.status[name] for name in ("containsSyntheticMedia", "selfDeclaredMadeForKids", "embeddable", "license")
    }
    assert declared == {
        "containsSyntheticMedia": True,
        "selfDeclaredMadeForKids": True,
        "embeddable": True,
        "license": "youtube",
    }


def test_a_film_s_words_are_as_they_were_written(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film, showing=Showing(category=Category.SCIENCE), language="de")

    publish(work, paper, spec)

    assert work.video.snippet == {
        "title": spec.metadata.title,
        "description": spec.metadata.description,
        "tags": list(spec.metadata.tags),
        "categoryId": "28",
        "defaultLanguage": "de",
        "defaultAudioLanguage": "de",
    }


def test_subscribers_are_not_told_unless_the_publisher_says_so(work: YouTubeAtWork, film: str) -> None:
    told = []
    for notifies in (False, True):
        publish(work, UnwrittenPublication(), work.spec(film), work.publisher(notify_subscribers=notifies))
        told.append(list(work.youtube.videos.values())[-1].notify_subscribers)

    assert told == [False, True]


def test_a_film_is_private_until_its_last_step(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.faults.always("captions.insert", ways.BROKEN)

    with pytest.raises(ProviderUnavailable):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert (work.video.privacy, work.video.was_public) == ("private", False)


def test_a_private_film_is_not_changed_at_the_end(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film))

    assert work.count("videos.update") == 0


def test_a_film_becomes_public_by_itself_at_its_time(work: YouTubeAtWork, paper, film: str) -> None:
    at = datetime.now(UTC) + timedelta(hours=3)

    publish(work, paper, work.spec(film, showing=Showing(publish_at=at)))

    assert work.video.privacy == "private"
    work.youtube.clock = lambda: at + timedelta(seconds=1)
    work.youtube.site.settle()
    assert work.video.privacy == "public"


def test_a_time_that_passed_meanwhile_means_at_once(work: YouTubeAtWork, paper, film: str) -> None:
    at = datetime.now(UTC) + timedelta(hours=3)
    spec = work.spec(film, showing=Showing(publish_at=at))
    work.youtube.site.processing_polls = 1
    with pytest.raises(JobLate):
        work.publisher().publish(spec, work.bench(paper))

    with mock.patch("blocks.providers.youtube.steps.datetime", wraps=datetime) as clock:
        clock.now.return_value = at + timedelta(minutes=1)
        publish(work, paper, spec)

    assert work.video.privacy == "public"


def test_an_upload_that_was_begun_is_finished_though_its_time_is_near_by_now(work: YouTubeAtWork, paper, film: str) -> None:
    at = datetime.now(UTC) + timedelta(hours=3)
    spec = work.spec(film, showing=Showing(publish_at=at))
    work.youtube.faults.next(UPLOAD_ENDPOINT, wrong.QUOTA_EXCEEDED)
    with pytest.raises(QuotaExhausted):
        publish(work, paper, spec)

    with mock.patch("blocks.providers.youtube.publisher.datetime", wraps=datetime) as clock:
        clock.now.return_value = at - timedelta(minutes=1)
        publish(work, paper, spec)

    assert (work.video.privacy, len(work.youtube.sessions)) == ("private", 1)


def test_a_film_that_is_published_again_adds_nothing(work: YouTubeAtWork, paper, film: str) -> None:
    playlist = work.youtube.add_playlist(work.channel)
    spec = work.spec(film, showing=PUBLIC.model_copy(update={"playlist": playlist.id}))
    publish(work, paper, spec)
    calls = len(work.youtube.books.calls)

    publish(work, paper, spec)

    assert len(work.youtube.books.calls) == calls


@pytest.mark.parametrize(
    "endpoint",
    [
        "channels.list",
        "videos.insert",
        "thumbnails.set",
        "captions.insert",
        "playlistItems.list",
        "playlistItems.insert",
        "videos.list",
        "videos.update",
    ],
)
@pytest.mark.parametrize("fault", [ways.BROKEN, ways.RESET, ways.LOST_ANSWER, ways.RATE_LIMITED])
def test_a_step_that_fails_is_done_later_and_once(work: YouTubeAtWork, paper, film: str, endpoint: str, fault: str) -> None:
    playlist = work.youtube.add_playlist(work.channel)
    work.youtube.faults.next(endpoint, fault)

    publish(work, paper, work.spec(film, showing=PUBLIC.model_copy(update={"playlist": playlist.id})))

    video = work.video
    assert (video.privacy, len(video.captions), video.thumbnail) == ("public", 1, picture())
    assert work.youtube.playlists_of(video.id) == [playlist.id]


def test_captions_that_are_there_are_replaced(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film)
    work.youtube.site.processing_polls = 1
    with pytest.raises(JobLate):
        work.publisher().publish(spec, work.bench(paper))
    other = SRT.replace("fox", "dog")

    publish(work, paper, spec.model_copy(update={"captions": work.store("other.srt", other.encode())}))

    assert [one.content for one in work.video.captions] == [other.encode()]


def test_captions_that_youtube_cannot_read_leave_the_film_private(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film, showing=PUBLIC, captions=work.store("bad.srt", b"no captions at all"))

    with pytest.raises(MediaError, match="cannot read the captions"):
        publish(work, paper, spec)

    assert work.video.privacy == "private"


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


def changed_behind_our_back(work: YouTubeAtWork, status: dict, times: int = 1) -> None:
    """Let somebody change the film's status just before it is looked at."""
    site, known = work.youtube.site, []

    def settle(original=site.settle) -> None:
        original()
        for video in site.videos.values():
            if len(known) < times and video.captions:
                known.append(video.id)
                video.status.update(status)

    site.settle = settle


@pytest.mark.parametrize(
    "change", [{"containsSyntheticMedia": False}, {"selfDeclaredMadeForKids": True}, {"privacyStatus": "public"}]
)
def test_a_declaration_that_youtube_has_otherwise_is_corrected(work: YouTubeAtWork, paper, film: str, change: dict) -> None:
    changed_behind_our_back(work, change)
    right = {"containsSyntheticMedia": True, "selfDeclaredMadeForKids": False, "privacyStatus": "private"}

    publish(work, paper, work.spec(film))

    assert {name: work.video.status[name] for name in right} == right


def test_a_declaration_that_youtube_does_not_keep_is_an_error_and_the_film_is_private(
    work: YouTubeAtWork, paper, film: str
) -> None:
    changed_behind_our_back(work, {"containsSyntheticMedia": False}, times=1000)

    with pytest.raises(BadSpec, match="containsSyntheticMedia"):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


def test_a_film_that_youtube_does_not_show_is_an_error_and_private(work: YouTubeAtWork, paper, film: str) -> None:
    changed_behind_our_back(work, {"privacyStatus": "private"}, times=1000)

    with pytest.raises(BadSpec, match="does not show the film"):
        publish(work, paper, work.spec(film, showing=PUBLIC))


def test_a_declaration_that_is_lost_when_the_film_is_shown_is_an_error_and_the_film_private(work, paper, film: str) -> None:
    def settle(original=work.youtube.site.settle) -> None:
        original()
        for video in work.youtube.site.videos.values():
            if video.privacy == "public":
                video.status["containsSyntheticMedia"] = False

    work.youtube.site.settle = settle

    with pytest.raises(BadSpec, match=r"does not show the film .* another containsSyntheticMedia"):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


def test_a_token_of_another_channel_sends_nothing(work: YouTubeAtWork, paper, film: str) -> None:
    other = work.youtube.add_channel("Badgers")
    account = work.account(other, youtube_channel_id=work.channel.id)

    with pytest.raises(CredentialsRejected, match="Badgers"):
        publish(work, paper, work.spec(film), work.publisher(account))

    assert work.youtube.sessions == []


def test_a_check_says_that_the_token_writes_to_another_channel(work: YouTubeAtWork) -> None:
    account = work.account(work.youtube.add_channel("Badgers"), youtube_channel_id=work.channel.id)

    with pytest.raises(CredentialsRejected, match="Badgers"):
        work.publisher(account).check()


def test_a_check_of_the_right_channel_passes(work: YouTubeAtWork) -> None:
    assert work.publisher().check() is None


def long_ago(paper) -> None:
    """Let the upload be an hour old."""
    paper.write(paper.entry.model_copy(update={"uploaded_at": datetime.now(UTC) - timedelta(hours=1)}))


@pytest.mark.parametrize("missing", ["thumbnails.set", "captions.insert", "videos.list"])
def test_a_film_that_was_deleted_half_finished_is_uploaded_anew(work: YouTubeAtWork, paper, film: str, missing: str) -> None:
    spec = work.spec(film, showing=PUBLIC)
    work.youtube.faults.always(missing, ways.BROKEN)
    with pytest.raises(ProviderUnavailable):
        publish(work, paper, spec)
    work.youtube.faults.always(missing, None)
    long_ago(paper)
    work.youtube.site.delete_video(work.video)

    publish(work, paper, spec)

    assert (work.video.privacy, len(work.youtube.sessions)) == ("public", 2)


def test_a_published_film_that_was_deleted_is_not_uploaded_unasked(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    paper.end("https://youtu.be/x")
    long_ago(paper)
    work.youtube.site.delete_video(work.video)

    with pytest.raises(BadSpec, match="release-publication"):
        publish(work, paper, work.spec(film))

    assert work.youtube.videos == {}


def test_a_film_that_youtube_made_public_is_hidden_whenever_that_works_again(work: YouTubeAtWork, paper, film: str) -> None:
    began = youtube_videos.draft_of
    with mock.patch.object(youtube_videos, "draft_of", lambda *asked: began(*asked) | {"status": {"privacyStatus": "public"}}):
        work.youtube.faults.always("videos.update", ways.BROKEN)
        with pytest.raises(ProviderUnavailable):
            publish(work, paper, work.spec(film))
    work.youtube.faults.always("videos.update", None)
    work.youtube.faults.always("thumbnails.set", ways.BROKEN)

    with pytest.raises(ProviderUnavailable):
        publish(work, paper, work.spec(film))

    assert work.video.privacy == "private"


def test_a_film_that_youtube_made_public_is_hidden_before_it_is_listed(work: YouTubeAtWork, paper, film: str) -> None:
    began, work.youtube.site.unseen_calls = youtube_videos.draft_of, 1
    work.youtube.faults.always("thumbnails.set", ways.BROKEN)
    with (
        mock.patch.object(youtube_videos, "draft_of", lambda *asked: began(*asked) | {"status": {"privacyStatus": "public"}}),
        pytest.raises(ProviderUnavailable),
    ):
        work.publisher().publish(work.spec(film), work.bench(paper))

    assert work.video.privacy == "private"


def test_another_showing_of_a_published_film_is_all_that_changes(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film))
    before = len(work.youtube.books.calls)

    publish(work, paper, work.spec(film, showing=Showing(privacy=Privacy.UNLISTED)))

    assert work.video.privacy == "unlisted"
    assert [call.endpoint for call in work.youtube.books.calls[before:]] == ["videos.list", "videos.list", "videos.update"]


def test_other_words_of_a_published_film_leave_it_shown(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    sent = []
    update = type(work.youtube.site).own_video

    def watched(site, channel, video_id):
        sent.append(site.videos[video_id].privacy)
        return update(site, channel, video_id)

    with mock.patch.object(type(work.youtube.site), "own_video", watched):
        publish(work, paper, work.spec(film, showing=PUBLIC, metadata={"title": "Another title"}))

    assert (work.video.snippet["title"], work.video.privacy, set(sent)) == ("Another title", "public", {"public"})


def test_other_words_of_a_scheduled_film_leave_its_time(work: YouTubeAtWork, paper, film: str) -> None:
    showing = Showing(publish_at=datetime.now(UTC) + timedelta(hours=3))
    publish(work, paper, work.spec(film, showing=showing))
    at = work.video.status["publishAt"]

    publish(work, paper, work.spec(film, showing=showing, metadata={"title": "Another title"}))

    assert (work.video.snippet["title"], work.video.status["publishAt"]) == ("Another title", at)


def test_other_words_and_another_showing_that_stop_between_are_both_there_in_the_end(
    work: YouTubeAtWork, paper, film: str
) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    unlisted = work.spec(film, showing=Showing(privacy=Privacy.UNLISTED), metadata={"title": "Another title"})
    work.youtube.faults.next("videos.update", "", "forbidden")
    with pytest.raises(BadSpec):
        publish(work, paper, unlisted)

    publish(work, paper, work.spec(film, showing=PUBLIC, metadata={"title": "Another title"}))

    assert (work.video.snippet["title"], work.video.privacy) == ("Another title", "public")


def test_a_film_that_is_given_up_before_its_last_step_stays_private(work: YouTubeAtWork, film: str) -> None:
    class GivenUp(UnwrittenPublication):
        def see_that_it_is_wanted(self) -> None:
            raise ReviewRejected("it was given up")

    with pytest.raises(ReviewRejected):
        publish(work, GivenUp(), work.spec(film, showing=PUBLIC))

    assert (work.video.privacy, work.video.was_public) == ("private", False)


def test_a_playlist_that_is_not_there_leaves_the_film_private(work: YouTubeAtWork, paper, film: str) -> None:
    with pytest.raises(BadSpec, match="playlist"):
        publish(work, paper, work.spec(film, showing=PUBLIC.model_copy(update={"playlist": "PLnowhere"})))

    assert work.video.privacy == "private"


def test_a_channel_without_a_phone_number_is_told_so(work: YouTubeAtWork, paper, film: str) -> None:
    work.channel.is_verified = False

    with pytest.raises(BadSpec, match="phone number"):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


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


def test_every_finished_step_is_written_down(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film))

    assert set(paper.entry.done) == set(PublishingStep) - {PublishingStep.PLAYLIST}
    assert (paper.entry.state, paper.entry.video_id, paper.entry.session) == (PublicationState.UPLOADED, work.video.id, None)


def test_all_that_youtube_would_not_take_is_said_at_once_and_nothing_is_sent(work: YouTubeAtWork, paper, film: str) -> None:
    words = {"title": "<b>" + "x" * 100, "description": "ü" * 2501, "tags": ("",)}
    spec = work.spec(film, metadata=words, thumbnail=work.store("t.png", b"no picture"), language="English")

    with pytest.raises(BadSpec) as error:
        publish(work, paper, spec)

    assert {problem.where for problem in error.value.problems} == {"title", "description", "tags", "thumbnail", "language"}
    assert work.youtube.books.calls == []


def test_no_error_of_a_step_holds_a_secret(work: YouTubeAtWork, paper, film: str) -> None:
    told = []
    for endpoint in ("channels.list", "thumbnails.set", "captions.insert"):
        work.youtube.faults.always(endpoint, "forbidden")
        with pytest.raises(StudioError) as error:
            publish(work, UnwrittenPublication(), work.spec(film))
        told.append(str(error.value))
        work.youtube.faults.always(endpoint, None)

    secrets = [*work.google._accesses, *work.google._refreshes]
    assert not [secret for secret in secrets if re.search(re.escape(secret), "".join(told))]
