"""Publishing on YouTube as a whole: private until everything is there, and each step done once."""

from __future__ import annotations

import re

import pytest

from blocks.capabilities.publication import UnwrittenPublication
from blocks.domain.audience import Category, Showing
from blocks.domain.publication import PublicationState, PublishingStep
from blocks.errors import BadSpec, CredentialsRejected, ProviderUnavailable, StudioError
from tests.emulators import faults as ways
from tests.providers.youtube.publishing import PUBLIC, begin, long_ago, publish
from tests.youtube_at_work import SRT, YouTubeAtWork, picture


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


def test_a_film_that_youtube_may_not_list_yet_is_not_taken_for_gone(work: YouTubeAtWork, paper, film: str) -> None:
    begin(work, paper, work.spec(film))
    work.youtube.site.videos.clear()

    assert not work.publisher().is_gone(paper.entry)
    long_ago(paper)
    assert work.publisher().is_gone(paper.entry)
