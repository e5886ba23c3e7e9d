"""Films on their way into the emulated YouTube, sent by Google's own client and by hand, over connections that break."""

from __future__ import annotations

import hashlib
import http.client
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from googleapiclient.errors import HttpError

from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators.google_grants import READONLY
from tests.emulators.youtube import UPLOAD_ENDPOINT, YouTubeEmulator
from tests.emulators.youtube_sdk import attached, film, opened, opened_by_hand, words
from tests.emulators.youtube_site import Channel
from tests.emulators.youtube_uploads import UNIT

FILM = film()
TOTAL = len(FILM)


def begun(hand: httpx.Client, content: bytes = FILM, *, folder: str = "/upload", **query: str) -> str:
    """Open a session, and give its address."""
    headers = {"x-upload-content-type": "video/mp4", "x-upload-content-length": str(len(content))}
    asked = {"uploadType": "resumable", "part": "snippet,status", **query}
    answer = hand.post(f"{folder}/youtube/v3/videos", params=asked, json=words(), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["location"]


def sent(hand: httpx.Client, session: str, first: int, size: int = UNIT, content: bytes = FILM) -> httpx.Response:
    """Send a piece."""
    piece = content[first : first + size]
    return hand.put(session, content=piece, headers={"content-range": f"bytes {first}-{first + len(piece) - 1}/{len(content)}"})


def queried(hand: httpx.Client, session: str, total: int | str = TOTAL) -> httpx.Response:
    """Ask how far a session is."""
    return hand.put(session, headers={"content-range": f"bytes */{total}"})


def kept(answer: httpx.Response) -> int:
    """Say how many bytes an answer says are kept."""
    assert answer.status_code == 308, (answer.status_code, answer.text)
    return int(answer.headers["range"].removeprefix("bytes=0-")) + 1 if "range" in answer.headers else 0


def reason(answer: httpx.Response) -> str:
    return answer.json()["error"]["errors"][0]["reason"]


def finished(hand: httpx.Client, session: str, content: bytes = FILM) -> str:
    """Send all that is missing, and give the video's id."""
    first = kept(queried(hand, session, len(content)))
    answer = sent(hand, session, first, len(content), content)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def is_whole(youtube: YouTubeEmulator, content: bytes = FILM) -> bool:
    """Tell whether there is one video, of exactly these bytes."""
    (video,) = youtube.videos.values()
    return video.sha256 == hashlib.sha256(content).hexdigest() and video.file.read_bytes() == content


# Google's own client


def insert(client: Any, content: bytes = FILM, **options: Any) -> Any:
    media = attached(content, resumable=True, **options)
    return client.videos().insert(part="snippet,status", body=words(), media_body=media, notifySubscribers=False)


def test_the_official_client_uploads_in_pieces(youtube: YouTubeEmulator, client: Any) -> None:
    request, steps, answer = insert(client), [], None
    while answer is None:
        progress, answer = request.next_chunk()
        steps.append(progress and progress.resumable_progress)

    assert steps == [UNIT, 2 * UNIT, 3 * UNIT, None]
    assert (answer["status"]["uploadStatus"], answer["status"]["privacyStatus"]) == ("uploaded", "private")
    assert is_whole(youtube)


def test_the_official_client_uploads_in_one_piece(youtube: YouTubeEmulator, client: Any) -> None:
    insert(client, piece_bytes=-1).execute()

    assert is_whole(youtube)
    assert youtube.sessions[0].pieces == [(0, TOTAL - 1)]


def test_the_official_client_goes_on_after_an_overload_midway(youtube: YouTubeEmulator, client: Any) -> None:
    request = insert(client)
    request.next_chunk()
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.OVERLOADED_MIDWAY)
    with pytest.raises(HttpError) as refused:
        request.next_chunk()
    request.execute()

    assert refused.value.status_code == 503
    assert youtube.sessions[0].queries == 1
    assert youtube.sessions[0].pieces[1:3] == [(UNIT, 2 * UNIT - 1), (UNIT + UNIT // 2, 2 * UNIT + UNIT // 2 - 1)]
    assert is_whole(youtube)


@pytest.mark.parametrize("fault", [ways.OVERLOADED, ways.BROKEN, ways.RATE_LIMITED, wrong.RATE_LIMITED_403])
def test_the_official_client_goes_on_after_a_refusal(youtube: YouTubeEmulator, client: Any, fault: str) -> None:
    request = insert(client)
    youtube.faults.next(UPLOAD_ENDPOINT, fault)
    with pytest.raises(HttpError):
        request.next_chunk()
    request.execute()

    assert is_whole(youtube)


def test_the_official_client_goes_on_where_less_was_kept_than_sent(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.faults.next(UPLOAD_ENDPOINT, "", wrong.STORES_LESS, "", "", wrong.STORES_LESS)
    insert(client).execute()

    assert is_whole(youtube)
    assert len(youtube.sessions[0].pieces) == 6


def test_the_official_client_begins_again_when_nothing_was_kept(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.STORED_NOTHING)
    insert(client).execute()

    assert is_whole(youtube)
    assert [first for first, _ in youtube.sessions[0].pieces] == [0, UNIT, 0, UNIT, 2 * UNIT, 3 * UNIT]


def test_the_official_client_hears_of_a_film_whose_last_answer_was_lost(youtube: YouTubeEmulator, client: Any) -> None:
    request = insert(client)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.FINAL_ANSWER_LOST)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        request.execute()
    answer = request.execute()

    assert list(youtube.videos) == [answer["id"]]
    assert is_whole(youtube)


def test_the_official_client_uploads_a_film_of_no_bytes(youtube: YouTubeEmulator, client: Any) -> None:
    made = insert(client, b"").execute()
    seen = client.videos().list(part="status", id=made["id"]).execute()["items"][0]["status"]

    assert (seen["uploadStatus"], seen["failureReason"]) == ("failed", "emptyFile")


# The beginning


@pytest.mark.parametrize("folder", ["/upload", "/resumable/upload"])
def test_a_session_is_at_an_address_of_the_host_that_was_asked(youtube: YouTubeEmulator, hand: httpx.Client, folder: str) -> None:
    place = urlsplit(begun(hand, folder=folder))

    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{youtube.url}{folder}/youtube/v3/videos"
    assert parse_qs(place.query)["upload_id"] == [youtube.sessions[0].id]


def test_a_session_names_the_host_that_the_client_named(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    port = urlsplit(youtube.url).port
    headers = {"host": f"tube.test:{port}", "x-upload-content-type": "video/mp4"}
    answer = hand.post("/upload/youtube/v3/videos?uploadType=resumable&part=snippet", json={"snippet": words()["snippet"]}, headers=headers)

    assert answer.headers["location"].startswith(f"http://tube.test:{port}/upload/")


def test_nothing_is_made_before_the_last_byte(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    sent(hand, session, 0, 3 * UNIT)

    assert youtube.videos == {}
    assert youtube.sessions[0].video is None


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({"x-upload-content-type": "audio/mpeg"}, 400, "invalidMediaType"),
        ({"x-upload-content-length": "274877906945"}, 413, "uploadTooLarge"),
        ({"x-upload-content-length": "many"}, 400, "badRequest"),
    ],
)
def test_a_session_is_refused_for_what_is_no_film(hand: httpx.Client, headers: dict[str, str], status: int, why: str) -> None:
    query = {"uploadType": "resumable", "part": "snippet,status"}
    answer = hand.post("/upload/youtube/v3/videos", params=query, json=words(), headers=headers)

    assert (answer.status_code, reason(answer)) == (status, why)


def test_subscribers_are_told_unless_the_request_says_not(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    for query in ({}, {"notifySubscribers": "true"}, {"notifySubscribers": "false"}):
        finished(hand, begun(hand, **query))

    assert [video.notify_subscribers for video in youtube.videos.values()] == [True, True, False]


# Pieces


def test_each_piece_is_answered_with_the_last_byte_that_is_kept(hand: httpx.Client) -> None:
    session = begun(hand)
    answers = [sent(hand, session, first) for first in (0, UNIT, 2 * UNIT)]

    assert [answer.headers["range"] for answer in answers] == [f"bytes=0-{number * UNIT - 1}" for number in (1, 2, 3)]
    assert all(answer.content == b"" and "location" not in answer.headers for answer in answers)


def test_a_session_without_bytes_says_so_by_saying_no_range(hand: httpx.Client) -> None:
    answer = queried(hand, begun(hand))

    assert answer.status_code == 308
    assert "range" not in answer.headers


@pytest.mark.parametrize("total", [TOTAL, "*"])
def test_a_session_says_how_far_it_is(hand: httpx.Client, total: int | str) -> None:
    session = begun(hand)
    sent(hand, session, 0, 2 * UNIT)

    assert kept(queried(hand, session, total)) == 2 * UNIT


def test_a_whole_file_may_come_without_a_range(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    answer = hand.put(begun(hand), content=FILM)

    assert answer.status_code == 200
    assert is_whole(youtube)


def test_a_whole_file_may_come_in_pieces_of_unknown_length(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    answer = hand.put(begun(hand), content=iter([FILM[:1000], FILM[1000:]]))

    assert answer.status_code == 200
    assert is_whole(youtube)


def test_the_size_may_be_told_with_the_last_piece(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    query = {"uploadType": "resumable", "part": "snippet,status"}
    session = hand.post("/upload/youtube/v3/videos", params=query, json=words()).headers["location"]
    first = hand.put(session, content=FILM[: 3 * UNIT], headers={"content-range": f"bytes 0-{3 * UNIT - 1}/*"})
    last = hand.put(session, content=FILM[3 * UNIT :], headers={"content-range": f"bytes {3 * UNIT}-{TOTAL - 1}/{TOTAL}"})

    assert (first.status_code, last.status_code) == (308, 200)
    assert is_whole(youtube)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FILM[: UNIT - 1], f"bytes 0-{UNIT - 2}/{TOTAL}"),
        (FILM[:1000], f"bytes 0-999/{TOTAL}"),
        (FILM[:UNIT], f"bytes 0-{UNIT - 1}/{TOTAL + 1}"),
        (FILM[UNIT : 2 * UNIT], f"bytes {UNIT}-{2 * UNIT - 1}/{TOTAL}"),
        (FILM[:UNIT], f"bytes 0-{2 * UNIT - 1}/{TOTAL}"),
        (FILM[:UNIT], f"bytes {UNIT}-0/{TOTAL}"),
        (FILM, f"bytes 0-{TOTAL}/{TOTAL}"),
        (FILM[:UNIT], "bytes 0-"),
        (FILM[:UNIT], f"bytes */{TOTAL}"),
        (b"", f"bytes */{TOTAL + 1}"),
        (b"", "bytes */many"),
        (FILM[:1000], ""),
    ],
    ids=["a byte short", "no multiple", "other total", "gap", "fewer bytes", "backwards", "beyond", "no end", "query with bytes",
         "query of another total", "query of words", "not the whole"],
)  # fmt: skip
def test_a_piece_that_does_not_fit_is_refused_and_nothing_is_kept(hand: httpx.Client, content: bytes, said: str) -> None:
    session = begun(hand)
    answer = hand.put(session, content=content, headers={"content-range": said} if said else {})

    assert (answer.status_code, reason(answer)) == (400, "invalidContentRange")
    assert kept(queried(hand, session)) == 0


@pytest.mark.parametrize("first", [0, UNIT // 2, 2 * UNIT])
def test_a_piece_that_begins_elsewhere_is_refused(hand: httpx.Client, first: int) -> None:
    session = begun(hand)
    sent(hand, session, 0)
    answer = sent(hand, session, first)

    assert answer.status_code == 400
    assert kept(queried(hand, session)) == UNIT


def test_a_session_that_has_finished_answers_with_its_video_again(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    video = finished(hand, session)
    again = [queried(hand, session), sent(hand, session, 0), sent(hand, session, 3 * UNIT)]

    assert [(answer.status_code, answer.json()["id"]) for answer in again] == [(200, video)] * 3
    assert list(youtube.videos) == [video]


def test_the_bytes_that_came_are_counted_with_those_that_were_not_kept(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    session = begun(hand)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.STORES_LESS, ways.OVERLOADED)
    sent(hand, session, 0)
    sent(hand, session, UNIT // 2)
    finished(hand, session)

    assert youtube.sessions[0].bytes_arrived == 2 * UNIT + TOTAL - UNIT // 2


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


def until(condition: Any, patience_s: float = 10) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


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


# In one request


def test_a_film_may_come_with_its_words_in_one_request(youtube: YouTubeEmulator, client: Any) -> None:
    made = client.videos().insert(part="snippet,status", body=words(), media_body=attached(FILM)).execute()

    assert made["snippet"]["title"] == "Foxes at dusk"
    assert is_whole(youtube)
    assert youtube.sessions == []


def test_a_multipart_request_of_any_hand_is_understood(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    text = b'--==x\r\nContent-Type: application/json\r\n\r\n{"snippet": {"title": "Foxes"}}\r\n'
    body = text + b"--==x\r\nContent-Type: video/mp4\r\n\r\n\r\n\r\n--film\r\n\r\n\r\n--==x--\r\n"
    headers = {"content-type": 'multipart/related; boundary="==x"'}
    answer = hand.post("/upload/youtube/v3/videos?part=snippet&uploadType=multipart", content=body, headers=headers)

    assert answer.status_code == 200
    assert is_whole(youtube, b"\r\n\r\n--film\r\n\r\n")


@pytest.mark.parametrize(
    ("path", "query"),
    [("/youtube/v3/videos", {}), ("/upload/youtube/v3/videos", {"uploadType": "multipart"}), ("/upload/youtube/v3/videos", {})],
)
def test_a_film_without_bytes_is_refused(hand: httpx.Client, path: str, query: dict[str, str]) -> None:
    answer = hand.post(path, params={"part": "snippet,status", **query}, json=words())

    assert (answer.status_code, reason(answer)) == (400, "mediaBodyRequired")


def test_a_film_without_words_has_no_title(hand: httpx.Client) -> None:
    answer = hand.post("/upload/youtube/v3/videos?part=snippet&uploadType=media", content=FILM, headers={"content-type": "video/mp4"})

    assert (answer.status_code, reason(answer)) == (400, "invalidTitle")


def test_a_large_film_is_kept_in_a_file(youtube: YouTubeEmulator, client: Any) -> None:
    large = film(20 * 1024 * 1024)
    insert(client, large, piece_bytes=32 * UNIT).execute()

    assert is_whole(youtube, large)
    assert youtube.sessions[0].bytes_arrived == len(large)


def test_two_films_at_the_same_time_do_not_mix(youtube: YouTubeEmulator, hand: httpx.Client, token: str) -> None:
    other = FILM[::-1]
    one, two = begun(hand), begun(hand, other)
    for first in (0, UNIT, 2 * UNIT):
        sent(hand, one, first)
        sent(hand, two, first, content=other)
    ids = [finished(hand, one), finished(hand, two, other)]

    assert [youtube.videos[one].file.read_bytes() for one in ids] == [FILM, other]


def test_equal_seeds_make_equal_ids(youtube: YouTubeEmulator) -> None:
    ids = []
    for _ in range(2):
        youtube.begin_anew()
        token = youtube.issue_token(youtube.add_channel())
        with opened(youtube, token) as client:
            ids.append(insert(client, b"film").execute()["id"])

    assert ids[0] == ids[1]
    assert len(ids[0]) == 11
