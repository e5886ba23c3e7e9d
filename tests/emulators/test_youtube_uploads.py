"""Films on their way into the emulated YouTube, sent by Google's own client and by hand."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube import UPLOAD_ENDPOINT, YouTubeEmulator
from tests.emulators.youtube_hand import FILM, TOTAL, begun, finished, is_whole, kept, queried, reason, sent
from tests.emulators.youtube_sdk import attached, film, opened, words
from tests.emulators.youtube_uploads import UNIT

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
    youtube.faults.next(UPLOAD_ENDPOINT, "", wrong.STORES_LESS, "", wrong.STORES_LESS)
    insert(client).execute()

    assert is_whole(youtube)
    assert len(youtube.sessions[0].pieces) == 5


def test_the_official_client_begins_again_when_nothing_was_kept(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.faults.next(UPLOAD_ENDPOINT, "", "", wrong.STORED_NOTHING)
    insert(client).execute()

    assert is_whole(youtube)
    assert [first for first, _ in youtube.sessions[0].pieces] == [0, UNIT, 0, UNIT, 2 * UNIT, 3 * UNIT]


def test_the_official_client_hears_of_a_film_whose_last_answer_was_lost(youtube: YouTubeEmulator, client: Any) -> None:
    """Its transport sends the last piece again by itself, which only works with a file that can be read again."""

    class Rereadable(MediaIoBaseUpload):
        def has_stream(self) -> bool:
            return False

    media = Rereadable(io.BytesIO(FILM), "video/mp4", chunksize=UNIT, resumable=True)
    youtube.faults.next(UPLOAD_ENDPOINT, wrong.FINAL_ANSWER_LOST)
    answer = client.videos().insert(part="snippet,status", body=words(), media_body=media).execute()

    assert list(youtube.videos) == [answer["id"]]
    assert is_whole(youtube)
    assert youtube.sessions[0].bytes_arrived == TOTAL + 1000


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
    answer = hand.post(
        "/upload/youtube/v3/videos?uploadType=resumable&part=snippet", json={"snippet": words()["snippet"]}, headers=headers
    )

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
    answer = hand.post(
        "/upload/youtube/v3/videos?part=snippet&uploadType=media", content=FILM, headers={"content-type": "video/mp4"}
    )

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
