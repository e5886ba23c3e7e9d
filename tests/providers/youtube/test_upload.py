"""A film is sent to YouTube once, whatever breaks on the way."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from blocks.capabilities.publication import UnwrittenPublication
from blocks.errors import CredentialsRejected, JobLate, MediaError, ProviderUnavailable, QuotaExhausted, RateLimited
from blocks.providers.youtube import sending, upload
from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube import UPLOAD_ENDPOINT
from tests.youtube_at_work import FILM_BYTES, YouTubeAtWork


def publish(work: YouTubeAtWork, paper=None, spec=None, publisher=None):
    """Publish the film, as a task does that looks again while YouTube works on it."""
    spec, publisher, bench = spec or work.spec(), publisher or work.publisher(), work.bench(paper)
    while True:
        try:
            return publisher.publish(spec, bench)
        except JobLate:
            continue


def is_whole(work: YouTubeAtWork, film: str) -> bool:
    return work.video.sha256 == film.partition(".")[0]


def test_a_film_arrives_whole_in_one_upload(work: YouTubeAtWork) -> None:
    spec = work.spec()

    publish(work, spec=spec)

    assert is_whole(work, spec.film)
    assert [session.bytes_arrived for session in work.youtube.sessions] == [FILM_BYTES]


BREAKS = [
    wrong.STORES_LESS,
    wrong.OVERLOADED_MIDWAY,
    wrong.CUT_MIDWAY,
    wrong.UNAUTHORIZED_MIDWAY,
    wrong.STORED_NOTHING,
    wrong.FINAL_ANSWER_LOST,
    wrong.RATE_LIMITED_403,
    ways.RATE_LIMITED,
    ways.OVERLOADED,
    ways.BROKEN,
    ways.RESET,
    ways.LOST_ANSWER,
    ways.TRUNCATED,
]


@pytest.mark.parametrize("fault", BREAKS)
def test_an_upload_that_breaks_goes_on_where_it_stopped(work: YouTubeAtWork, fault: str) -> None:
    spec = work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", fault)

    publish(work, spec=spec)

    assert is_whole(work, spec.film)
    assert len(work.youtube.sessions) == 1


def test_the_last_bytes_can_break_in_every_way_and_make_one_film(work: YouTubeAtWork) -> None:
    spec = work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.CUT_MIDWAY, "", wrong.OVERLOADED_MIDWAY, "", wrong.FINAL_ANSWER_LOST)

    publish(work, spec=spec)

    assert is_whole(work, spec.film)
    assert len(work.youtube.sessions) == 1


@pytest.mark.parametrize("fault", [wrong.SESSION_NOT_FOUND, wrong.SESSION_GONE])
def test_an_upload_that_is_gone_is_begun_anew(work: YouTubeAtWork, fault: str) -> None:
    spec = work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", fault)

    publish(work, spec=spec)

    assert is_whole(work, spec.film)
    assert len(work.youtube.sessions) == 2


def test_a_film_whose_upload_is_gone_is_found_and_not_sent_again(work: YouTubeAtWork) -> None:
    spec = work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.FINAL_ANSWER_LOST, wrong.SESSION_GONE)

    publish(work, spec=spec)

    assert is_whole(work, spec.film)
    assert len(work.youtube.sessions) == 1


def test_a_film_whose_upload_is_gone_is_found_by_the_words_it_was_sent_with(work: YouTubeAtWork) -> None:
    paper, spec = UnwrittenPublication(), work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.FINAL_ANSWER_LOST, wrong.SESSION_GONE)
    work.youtube.faults.always("playlistItems.list", ways.BROKEN)
    with pytest.raises(ProviderUnavailable):
        publish(work, paper, spec)
    work.youtube.faults.always("playlistItems.list", None)

    publish(work, paper, spec.model_copy(update={"metadata": spec.metadata.model_copy(update={"title": "Another title"})}))

    assert (work.video.snippet["title"], len(work.youtube.sessions)) == ("Another title", 1)


def test_a_film_that_may_be_there_is_not_sent_again_while_youtube_does_not_list_it(work: YouTubeAtWork) -> None:
    paper, spec = UnwrittenPublication(), work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.FINAL_ANSWER_LOST, wrong.SESSION_GONE)
    work.youtube.faults.always("playlistItems.list", wrong.UPLOADS_UNLISTED)
    with pytest.raises(ProviderUnavailable, match="looked for again later"):
        publish(work, paper, spec)
    work.youtube.faults.always("playlistItems.list", None)

    publish(work, paper, spec)

    assert is_whole(work, spec.film)
    assert len(work.youtube.sessions) == 1


def test_a_film_that_youtube_has_not_listed_for_long_is_sent_again(work: YouTubeAtWork) -> None:
    paper, spec = UnwrittenPublication(), work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.FINAL_ANSWER_LOST, wrong.SESSION_GONE)
    work.youtube.faults.always("playlistItems.list", wrong.UPLOADS_UNLISTED)
    with pytest.raises(ProviderUnavailable, match="looked for again later"):
        publish(work, paper, spec)

    with mock.patch.object(upload, "datetime", wraps=datetime) as clock:
        clock.now.return_value = datetime.now(UTC) + upload.NEW_FOR
        publish(work, paper, spec)

    assert len(work.youtube.sessions) == 2


def test_a_film_of_the_same_words_that_belongs_to_another_is_not_taken(work: YouTubeAtWork) -> None:
    publish(work, spec=work.spec(work.film(2)))
    (other,) = work.youtube.videos

    class Knowing(UnwrittenPublication):
        def owned_by_others(self, video_ids):
            return frozenset({other}) & frozenset(video_ids)

    spec = work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", wrong.SESSION_GONE)
    publish(work, Knowing(), spec)

    assert {video.sha256 for video in work.youtube.videos.values()} == {work.spec(work.film(2)).film[:64], spec.film[:64]}


def test_an_older_film_of_the_same_words_is_not_taken(work: YouTubeAtWork) -> None:
    publish(work, spec=work.spec(work.film(2)))
    work.video.made_at -= timedelta(days=2)
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", wrong.SESSION_GONE)

    publish(work)

    assert len(work.youtube.videos) == 2


def test_when_nothing_arrives_any_more_the_task_waits_and_the_upload_stays(work: YouTubeAtWork) -> None:
    paper, spec = UnwrittenPublication(), work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", *(ways.RESET,) * 8)
    with pytest.raises(ProviderUnavailable):
        publish(work, paper, spec)

    publish(work, paper, spec)

    assert is_whole(work, spec.film)
    assert len(work.youtube.sessions) == 1


def test_a_long_wait_that_youtube_asks_for_is_left_to_the_task(work: YouTubeAtWork) -> None:
    work.youtube.retry_after_s = 1000
    work.youtube.faults.next(UPLOAD_ENDPOINT, ways.RATE_LIMITED)

    with pytest.raises(RateLimited) as error:
        publish(work)

    assert error.value.retry_after_s == 1000


def test_a_short_wait_that_youtube_asks_for_is_kept(work: YouTubeAtWork) -> None:
    work.youtube.retry_after_s = 2
    work.youtube.faults.next(UPLOAD_ENDPOINT, ways.OVERLOADED)

    with mock.patch.object(sending.time, "sleep") as sleep:
        publish(work)

    assert 2 <= sleep.call_args_list[0].args[0] <= 2.5


def test_a_quota_that_ends_midway_leaves_the_upload_to_be_gone_on_with(work: YouTubeAtWork) -> None:
    paper, spec = UnwrittenPublication(), work.spec()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", wrong.QUOTA_EXCEEDED)
    with pytest.raises(QuotaExhausted) as stopped:
        publish(work, paper, spec)

    publish(work, paper, spec)

    assert len(work.youtube.sessions) == 1
    assert stopped.value.account.startswith("youtube project")


def test_a_token_that_nothing_can_replace_stops_the_upload(work: YouTubeAtWork) -> None:
    spec, publisher = work.spec(), work.publisher()
    work.youtube.faults.next(UPLOAD_ENDPOINT, "", wrong.UNAUTHORIZED_MIDWAY)
    work.google.faults.next("token", "", "invalid_grant")

    with pytest.raises(CredentialsRejected, match="authorize"):
        publish(work, spec=spec, publisher=publisher)


def test_tokens_that_are_refused_again_and_again_stop_the_upload(work: YouTubeAtWork) -> None:
    work.youtube.faults.always(UPLOAD_ENDPOINT, wrong.UNAUTHORIZED)

    with pytest.raises(CredentialsRejected):
        publish(work)


def test_an_upload_that_takes_no_bytes_is_given_up_for_another(work: YouTubeAtWork) -> None:
    work.youtube.faults.always(UPLOAD_ENDPOINT, wrong.bytes_refused("invalidContentRange"))

    with pytest.raises(ProviderUnavailable, match="3 uploads were gone"):
        publish(work)

    assert len(work.youtube.sessions) == 3


def test_an_upload_that_takes_bytes_from_no_token_stops(work: YouTubeAtWork) -> None:
    work.youtube.faults.always(UPLOAD_ENDPOINT, wrong.bytes_refused("authError"))

    with pytest.raises(CredentialsRejected):
        publish(work)

    assert len(work.youtube.sessions) == 1


def test_a_film_that_was_changed_on_the_disk_is_not_sent(work: YouTubeAtWork) -> None:
    spec = work.spec()
    work.storage.open(spec.film).write_bytes(b"something else")

    with pytest.raises(MediaError, match="changed on the disk"):
        publish(work, spec=spec)

    assert work.youtube.sessions == []


def test_a_film_of_one_byte_arrives(work: YouTubeAtWork) -> None:
    spec = work.spec(work.film(size=1))

    publish(work, spec=spec)

    assert is_whole(work, spec.film)


def test_a_film_of_exactly_one_chunk_arrives(work: YouTubeAtWork) -> None:
    spec = work.spec(work.film(size=sending.CHUNK_BYTES))

    publish(work, spec=spec)

    assert [session.pieces for session in work.youtube.sessions] == [[(0, sending.CHUNK_BYTES - 1)]]


def test_an_upload_at_a_stranger_s_address_gets_neither_bytes_nor_token(work: YouTubeAtWork) -> None:
    work.youtube.faults.next("videos.insert", wrong.SESSION_ELSEWHERE)

    with pytest.raises(ProviderUnavailable, match="not its own"):
        publish(work)

    assert work.youtube.sessions[0].bytes_arrived == 0


def test_no_secret_is_logged_or_kept_in_the_open(work: YouTubeAtWork, caplog: pytest.LogCaptureFixture) -> None:
    paper = UnwrittenPublication()
    work.youtube.faults.always(UPLOAD_ENDPOINT, ways.BROKEN)
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderUnavailable) as error:
        publish(work, paper)

    kept = paper.entry.session
    assert kept is not None
    told = caplog.text + str(error.value) + repr(paper.entry) + repr(kept) + paper.entry.model_dump_json()
    secrets = [work.youtube.sessions[0].id, *work.google._accesses, *work.google._refreshes]
    assert [told[max(0, told.find(secret) - 200) : told.find(secret)] for secret in secrets if secret in told] == []


def test_people_are_told_how_far_the_upload_is(work: YouTubeAtWork) -> None:
    said: list[str] = []

    class Listening(UnwrittenPublication):
        def tell(self, progress: str) -> None:
            said.append(progress)

    with mock.patch.object(sending, "TELL_EVERY_S", 0.0):
        publish(work, Listening())

    assert "uploading 8 of 17 MB" in said
