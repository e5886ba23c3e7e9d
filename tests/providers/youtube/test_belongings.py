"""What belongs to a film on YouTube, and cannot be put there."""

from __future__ import annotations

import pytest

from blocks.errors import BadSpec, MediaError, ProviderUnavailable
from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.providers.youtube.publishing import PUBLIC, begin, publish
from tests.youtube_at_work import SRT, YouTubeAtWork, picture


def test_captions_that_are_there_are_replaced(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film)
    begin(work, paper, spec)
    other = SRT.replace("fox", "dog")

    publish(work, paper, spec.model_copy(update={"captions": work.store("other.srt", other.encode())}))

    assert [one.content for one in work.video.captions] == [other.encode()]


def test_captions_that_youtube_cannot_read_leave_the_film_private(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film, showing=PUBLIC, captions=work.store("bad.srt", b"no captions at all"))

    with pytest.raises(MediaError, match="cannot read the captions"):
        publish(work, paper, spec)

    assert work.video.privacy == "private"


def test_a_playlist_that_is_not_there_leaves_the_film_private(work: YouTubeAtWork, paper, film: str) -> None:
    with pytest.raises(BadSpec, match="playlist"):
        publish(work, paper, work.spec(film, showing=PUBLIC.model_copy(update={"playlist": "PLnowhere"})))

    assert work.video.privacy == "private"


def test_a_channel_without_a_phone_number_is_told_so(work: YouTubeAtWork, paper, film: str) -> None:
    work.channel.is_verified = False

    with pytest.raises(BadSpec, match="phone number"):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


def test_a_playlist_that_is_full_is_the_films_trouble_and_not_the_channels(work: YouTubeAtWork, paper, film: str) -> None:
    playlist = work.youtube.add_playlist(work.channel)
    work.youtube.faults.next("playlistItems.insert", wrong.PLAYLIST_FULL)

    with pytest.raises(BadSpec, match="the playlist is full: write the id of another one"):
        publish(work, paper, work.spec(film, showing=PUBLIC.model_copy(update={"playlist": playlist.id})))

    assert work.video.privacy == "private"


def test_a_refusal_of_something_in_between_passes(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.faults.next("captions.insert", wrong.BLOCKED)

    publish(work, paper, work.spec(film))

    assert len(work.video.captions) == 1


def test_a_thumbnail_that_was_changed_unheard_is_changed_back(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film)
    publish(work, paper, spec)
    first = work.video.thumbnail
    work.youtube.faults.next("thumbnails.set", ways.LOST_ANSWER)
    other = work.spec(film, thumbnail=work.store("another.jpg", picture(shade=200)))
    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(other, work.bench(paper))
    assert work.video.thumbnail != first

    publish(work, paper, spec)

    assert work.video.thumbnail == first


def test_captions_that_were_changed_unheard_are_changed_back(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film)
    publish(work, paper, spec)
    work.youtube.faults.next("captions.update", ways.LOST_ANSWER)
    other = work.spec(film, captions=work.store("other.srt", SRT.replace("fox", "dog").encode()))
    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(other, work.bench(paper))

    publish(work, paper, spec)

    assert [one.content for one in work.video.captions] == [SRT.encode()]


def test_words_that_were_changed_unheard_are_changed_back(work: YouTubeAtWork, paper, film: str) -> None:
    spec = work.spec(film)
    publish(work, paper, spec)
    work.youtube.faults.next("videos.update", ways.LOST_ANSWER)
    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(work.spec(film, metadata={"title": "Another title"}), work.bench(paper))
    assert work.video.snippet["title"] == "Another title"

    publish(work, paper, spec)

    assert work.video.snippet["title"] == "A fox walks home"
