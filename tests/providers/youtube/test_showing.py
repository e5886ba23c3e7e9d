"""Who may watch a film on YouTube, and when; and that nobody may whose declarations are not as they should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from blocks.capabilities.publication import UnwrittenPublication
from blocks.domain.audience import Privacy, Showing
from blocks.errors import BadSpec, ProviderUnavailable, ReviewRejected
from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.providers.youtube.publishing import PUBLIC, begin, publish
from tests.youtube_at_work import YouTubeAtWork


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
    begin(work, paper, spec)

    with mock.patch("blocks.providers.youtube.steps.datetime", wraps=datetime) as clock:
        clock.now.return_value = at + timedelta(minutes=1)
        publish(work, paper, spec)

    assert work.video.privacy == "public"


def test_a_film_whose_time_passed_while_it_was_made_is_public_as_soon_as_it_is_published(
    work: YouTubeAtWork, paper, film: str
) -> None:
    publish(work, paper, work.spec(film, showing=Showing(publish_at=datetime.now(UTC) - timedelta(minutes=1))))

    assert work.video.privacy == "public"


@pytest.mark.parametrize(
    "change", [{"containsSyntheticMedia": False}, {"selfDeclaredMadeForKids": True}, {"privacyStatus": "public"}]
)
def test_a_declaration_that_youtube_has_otherwise_is_corrected(work: YouTubeAtWork, paper, film: str, change: dict) -> None:
    spec = work.spec(film)
    begin(work, paper, spec)
    work.video.status.update(change)  # as its owner does in YouTube Studio
    right = {"containsSyntheticMedia": True, "selfDeclaredMadeForKids": False, "privacyStatus": "private"}

    publish(work, paper, spec)

    assert {name: work.video.status[name] for name in right} == right


def test_a_declaration_that_youtube_does_not_keep_is_an_error_and_the_film_is_private(
    work: YouTubeAtWork, paper, film: str
) -> None:
    work.channel.imposed = {"containsSyntheticMedia": False}

    with pytest.raises(BadSpec, match="containsSyntheticMedia"):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


def test_a_film_is_hidden_again_whose_declarations_youtube_does_not_keep_any_more(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    work.channel.imposed = {"containsSyntheticMedia": False}

    with pytest.raises(BadSpec, match="containsSyntheticMedia"):
        publish(work, paper, work.spec(film, showing=PUBLIC, metadata={"title": "Another title"}))

    assert work.video.privacy == "private"


def test_a_film_that_youtube_shows_whatever_is_asked_is_left_to_its_owner(work: YouTubeAtWork, paper, film: str) -> None:
    work.channel.imposed = {"privacyStatus": "public"}

    with pytest.raises(BadSpec, match="hide or delete it"):
        publish(work, paper, work.spec(film))


def test_a_film_that_youtube_does_not_show_is_an_error_and_private(work: YouTubeAtWork, paper, film: str) -> None:
    work.channel.imposed = {"privacyStatus": "private"}

    with pytest.raises(BadSpec, match="does not show the film"):
        publish(work, paper, work.spec(film, showing=PUBLIC))


def test_a_declaration_that_is_lost_when_the_film_is_shown_is_an_error_and_the_film_private(work, paper, film: str) -> None:
    work.channel.imposed_when_public = {"containsSyntheticMedia": False}

    with pytest.raises(BadSpec, match=r"does not show the film .* another containsSyntheticMedia"):
        publish(work, paper, work.spec(film, showing=PUBLIC))

    assert work.video.privacy == "private"


def test_a_film_that_youtube_made_public_is_hidden_whenever_that_works_again(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.faults.next("videos.insert", wrong.STATUS_UNHEARD)
    work.youtube.faults.always("videos.update", ways.BROKEN)
    with pytest.raises(ProviderUnavailable):
        publish(work, paper, work.spec(film))
    assert work.video.privacy == "public"
    work.youtube.faults.always("videos.update", None)
    work.youtube.faults.always("thumbnails.set", ways.BROKEN)

    with pytest.raises(ProviderUnavailable):
        publish(work, paper, work.spec(film))

    assert work.video.privacy == "private"


def test_a_film_that_youtube_made_public_is_hidden_before_it_is_listed(work: YouTubeAtWork, paper, film: str) -> None:
    work.youtube.site.unseen_calls = 1
    work.youtube.faults.next("videos.insert", wrong.STATUS_UNHEARD)
    work.youtube.faults.always("thumbnails.set", ways.BROKEN)

    with pytest.raises(ProviderUnavailable):
        work.publisher().publish(work.spec(film), work.bench(paper))

    assert (work.video.privacy, work.video.was_public) == ("private", True)


def test_another_showing_of_a_published_film_is_all_that_changes(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film))
    before = len(work.youtube.books.calls)

    publish(work, paper, work.spec(film, showing=Showing(privacy=Privacy.UNLISTED)))

    assert work.video.privacy == "unlisted"
    assert [call.endpoint for call in work.youtube.books.calls[before:]] == ["videos.list", "videos.list", "videos.update"]


def test_other_words_of_a_published_film_leave_it_shown(work: YouTubeAtWork, paper, film: str) -> None:
    publish(work, paper, work.spec(film, showing=PUBLIC))
    before = work.count("videos.update")

    publish(work, paper, work.spec(film, showing=PUBLIC, metadata={"title": "Another title"}))

    sent = [body["status"]["privacyStatus"] for body in work.youtube.books.requests("videos.update")[before:]]
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
