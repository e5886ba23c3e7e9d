"""Uploads into the emulated YouTube over connections that break, with sessions and tokens that end in between."""

from __future__ import annotations

import http.client
import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators.google_grants import READONLY
from tests.emulators.youtube import UPLOAD_ENDPOINT, YouTubeEmulator
from tests.emulators.youtube_hand import FILM, TOTAL, begun, finished, is_whole, kept, queried, reason, sent
from tests.emulators.youtube_sdk import opened_by_hand
from tests.emulators.youtube_site import Channel
from tests.emulators.youtube_uploads import UNIT
from tests.waiting import until

# Connections that break


def cut_off(youtube: YouTubeEmulator, token: str, session: str, announced: int, content: bytes) -> None:
    """Announce a piece, send a part of it, and leave."""
    place = urlsplit(session)
    connection = http.client.HTTPConnection(place.netloc)
    connection.putrequest("PUT", f"{place.path}?{place.query}")
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Content-Length", str(announced))
    connection.putheader("Content-Range", f"bytes 0-{announced - 1}/{TOTAL}")
    connection.endheaders(content)
    until(lambda: youtube.sessions[0].received >= len(content))
    connection.close()


def test_bytes_that_came_before_the_client_left_are_kept(youtube: YouTubeEmulator, hand: httpx.Client, token: str) -> None:
    session = begun(hand)
    cut_off(youtube, token, session, 2 * UNIT, FILM[:300_000])

    assert kept(queried(hand, session)) == 300_000
    assert finished(hand, session)
    assert is_whole(youtube)


def test_bytes_are_kept_while_their_connection_is_still_open(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    """The query of a client that has started anew does not wait for its old connection."""
    session, gate = begun(hand), threading.Event()

    def slowly() -> Any:
        yield FILM[:300_000]
        gate.wait(10)
        yield FILM[300_000:]

    def send() -> None:
        with pytest.raises(httpx.TransportError), opened_by_hand(youtube, next(iter(youtube.accounts))) as other:
            other.put(session, content=slowly())

    old = threading.Thread(target=send)
    old.start()
    until(lambda: youtube.sessions[0].received == 300_000)
    so_far = kept(queried(hand, session))
    gate.set()
    old.join()

    assert so_far == 300_000
    assert kept(queried(hand, session)) == 300_000


def test_the_server_may_cut_a_connection_midway(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.CUT_MIDWAY)
    with pytest.raises(httpx.TransportError):
        sent(hand, session, 0, 2 * UNIT)

    assert kept(queried(hand, session)) == UNIT
    assert finished(hand, session)
    assert is_whole(youtube)


def test_the_server_may_cut_a_whole_file_midway(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.CUT_MIDWAY)
    with pytest.raises(httpx.TransportError):
        hand.put(session, content=FILM)

    assert kept(queried(hand, session)) == TOTAL // 2


@pytest.mark.parametrize("fault", [ways.RESET, ways.LOST_ANSWER])
def test_a_connection_may_drop_before_or_after_a_piece(youtube: YouTubeEmulator, hand: httpx.Client, fault: str) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, fault)
    with pytest.raises(httpx.TransportError):
        sent(hand, session, 0)

    assert kept(queried(hand, session)) == (UNIT if fault == ways.LOST_ANSWER else 0)


def test_the_answer_to_the_last_bytes_may_be_lost(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.FINAL_ANSWER_LOST)
    sent(hand, session, 0, 3 * UNIT)
    with pytest.raises(httpx.TransportError):
        sent(hand, session, 3 * UNIT)

    assert is_whole(youtube)
    assert queried(hand, session).json()["id"] in youtube.videos


def test_a_server_that_lost_everything_says_no_range(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    sent(hand, session, 0, 2 * UNIT)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.STORED_NOTHING)

    assert kept(queried(hand, session)) == 0
    assert finished(hand, session)
    assert is_whole(youtube)


@pytest.mark.parametrize("fault", [wrong.OVERLOADED_MIDWAY, wrong.STORES_LESS])
def test_less_may_be_kept_of_the_last_piece(youtube: YouTubeEmulator, hand: httpx.Client, fault: str) -> None:
    session = begun(hand)
    sent(hand, session, 0, 3 * UNIT)
    youtube.faults.next(UPLOAD_ENDPOINT, fault)
    sent(hand, session, 3 * UNIT)

    assert kept(queried(hand, session)) == 3 * UNIT + 500
    assert finished(hand, session)
    assert is_whole(youtube)


@pytest.mark.parametrize(("why", "status"), [("invalidContentRange", 400), ("authError", 401)])
def test_a_session_may_refuse_all_bytes_and_say_where_to_go_on(
    youtube: YouTubeEmulator, hand: httpx.Client, why: str, status: int
) -> None:
    session = begun(hand)
    youtube.faults.always(UPLOAD_ENDPOINT, wrong.bytes_refused(why))
    refused = sent(hand, session, 0)
    so_far = kept(queried(hand, session))
    youtube.faults.always(UPLOAD_ENDPOINT, None)

    assert (refused.status_code, reason(refused), so_far) == (status, why, 0)
    assert finished(hand, session)


def test_a_reason_that_youtube_does_not_have_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="boredom"):
        wrong.bytes_refused("boredom")


def test_a_session_may_be_at_another_host(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    youtube.faults.next("videos.insert", wrong.SESSION_ELSEWHERE)
    session = begun(hand)

    assert httpx.URL(session).host == "localhost"
    assert finished(hand, session)


# Sessions and tokens that end


@pytest.mark.parametrize(("fault", "status"), [(wrong.SESSION_NOT_FOUND, 404), (wrong.SESSION_GONE, 410)])
def test_a_session_that_has_ended_stays_ended(youtube: YouTubeEmulator, hand: httpx.Client, fault: str, status: int) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, fault)

    assert sent(hand, session, 0).status_code == status
    assert queried(hand, session).status_code == status


def test_a_session_lives_for_a_week(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    youtube.clock = lambda: noon
    session = begun(hand)
    youtube.clock = lambda: noon + timedelta(days=7)
    before = queried(hand, session).status_code
    youtube.clock = lambda: noon + timedelta(days=7, seconds=1)

    assert (before, queried(hand, session).status_code) == (308, 404)


def test_a_session_that_never_was_is_not_found(hand: httpx.Client) -> None:
    answer = queried(hand, "/upload/youtube/v3/videos?uploadType=resumable&upload_id=ABnone")

    assert (answer.status_code, reason(answer)) == (404, "notFound")


def test_a_token_that_ended_in_between_is_refused_and_another_goes_on(
    youtube: YouTubeEmulator, fox: Channel, hand: httpx.Client, token: str
) -> None:
    session = begun(hand)
    sent(hand, session, 0)
    youtube.end_token(token)
    refused = sent(hand, session, UNIT)
    with opened_by_hand(youtube, youtube.issue_token(fox)) as fresh:
        so_far = kept(queried(fresh, session))
        finished(fresh, session)

    assert (refused.status_code, reason(refused), so_far) == (401, "authError", UNIT)
    assert is_whole(youtube)


def test_a_token_may_end_while_a_piece_comes_in(youtube: YouTubeEmulator, fox: Channel, hand: httpx.Client) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.UNAUTHORIZED_MIDWAY)
    refused = sent(hand, session, 0, 2 * UNIT)
    again = queried(hand, session)
    with opened_by_hand(youtube, youtube.issue_token(fox)) as fresh:
        so_far = kept(queried(fresh, session))

    assert (refused.status_code, again.status_code, so_far) == (401, 401, UNIT)


def test_bytes_need_a_token_of_the_channel(youtube: YouTubeEmulator, hand: httpx.Client, fox: Channel) -> None:
    session = begun(hand)
    others = youtube.issue_token(youtube.add_channel("Wolves"))
    reader = youtube.issue_token(fox, frozenset({READONLY}))
    nobody = httpx.put(session, content=FILM)
    with opened_by_hand(youtube, others) as wolf, opened_by_hand(youtube, reader) as reading:
        refused = [sent(wolf, session, 0), sent(reading, session, 0)]

    assert [(answer.status_code, reason(answer)) for answer in [nobody, *refused]] == [
        (401, "authError"),
        (403, "forbidden"),
        (403, "insufficientPermissions"),
    ]
    assert youtube.sessions[0].received == 0


# All of it


def resumed(youtube: YouTubeEmulator, fox: Channel, session: str) -> str:
    """Send a film whatever happens on the way, and give its id."""
    token = youtube.issue_token(fox)
    while True:
        with opened_by_hand(youtube, token) as hand:
            try:
                answer = queried(hand, session)
                if answer.status_code == 308:
                    answer = sent(hand, session, kept(answer))
            except httpx.TransportError:
                continue
        if answer.status_code == 401:
            token = youtube.issue_token(fox)
        if answer.status_code == 200:
            return answer.json()["id"]


@pytest.mark.parametrize("seed", range(3))
def test_a_film_survives_forty_breaks_of_every_kind(
    youtube: YouTubeEmulator, fox: Channel, hand: httpx.Client, seed: int
) -> None:
    kinds = [*sorted(wrong.MIDWAY), wrong.STORED_NOTHING, wrong.FINAL_ANSWER_LOST, ways.RESET, ways.LOST_ANSWER, ways.OVERLOADED]
    youtube.faults.next(UPLOAD_ENDPOINT, *random.Random(seed).choices(["", *kinds], k=40))
    video = resumed(youtube, fox, begun(hand))

    assert list(youtube.videos) == [video]
    assert len(youtube.sessions) == 1
    assert is_whole(youtube)


def test_a_plan_of_breaks_hits_the_same_calls_in_every_run(youtube: YouTubeEmulator) -> None:
    met = []
    for _ in range(2):
        youtube.begin_anew()
        youtube.faults.rates, youtube.faults.only = {wrong.STORES_LESS: 0.3, ways.OVERLOADED: 0.3}, frozenset({UPLOAD_ENDPOINT})
        fox = youtube.add_channel()
        with opened_by_hand(youtube, youtube.issue_token(fox)) as hand:
            resumed(youtube, fox, begun(hand))
        met.append((youtube.faults.planned(), youtube.sessions[0].pieces))

    assert met[0] == met[1]
    assert met[0][0].total() > 0
