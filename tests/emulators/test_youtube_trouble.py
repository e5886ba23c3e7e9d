"""What goes wrong at the emulated YouTube: words it does not take, quotas, limits, processing, and faults on demand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.emulators import faults as ways
from tests.emulators import youtube_faults as wrong
from tests.emulators import youtube_schema
from tests.emulators.serving import FAULT_HEADER
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_quota import INSERTS, UNITS
from tests.emulators.youtube_rules import length_of_tags
from tests.emulators.youtube_sdk import attached, opened, refusal, uploaded, words
from tests.emulators.youtube_site import Channel

EVENING = datetime(2026, 11, 23, 7, 59, tzinfo=UTC)
"""A minute before midnight in California."""


def insert(client: Any, body: dict[str, Any] | None = None) -> Any:
    return client.videos().insert(part="snippet,status", body=body or words(), media_body=attached(b"film"))


def status(client: Any, video: str) -> dict[str, Any]:
    (shown,) = client.videos().list(part="status,processingDetails", id=video).execute()["items"]
    return shown


# Words


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": "x" * 101}, "invalidTitle"),
        ({"title": "  "}, "invalidTitle"),
        ({"title": "1 < 2"}, "invalidTitle"),
        ({"description": "ü" * 2501}, "invalidDescription"),
        ({"description": "<b>"}, "invalidDescription"),
        ({"tags": ["x" * 501]}, "invalidTags"),
        ({"tags": ["x" * 249, "y" * 248 + " z"]}, "invalidTags"),
        ({"tags": ["a<b"]}, "invalidTags"),
        ({"tags": [""]}, "invalidTags"),
        ({"categoryId": "30"}, "invalidCategoryId"),
        ({"categoryId": "99"}, "invalidCategoryId"),
        ({"defaultLanguage": "English"}, "invalidVideoMetadata"),
        ({"defaultAudioLanguage": "x"}, "invalidVideoMetadata"),
    ],
)
def test_words_that_youtube_does_not_take_are_refused(
    youtube: YouTubeEmulator, client: Any, change: dict[str, Any], why: str
) -> None:
    body = words()
    body["snippet"] |= change

    assert refusal(insert(client, body)) == (400, why)
    assert youtube.videos == {}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "ü" * 100},
        {"description": "ü" * 2500},
        {"tags": ["x" * 249, "y" * 250]},
        {"tags": []},
        {"defaultLanguage": "pt-BR", "defaultAudioLanguage": "en"},
        {"categoryId": "28"},
    ],
)
def test_words_up_to_the_limit_are_taken(youtube: YouTubeEmulator, client: Any, change: dict[str, Any]) -> None:
    body = words()
    body["snippet"] |= change
    made = insert(client, body).execute()

    assert youtube.videos[made["id"]].snippet == body["snippet"]


@pytest.mark.parametrize(
    ("tags", "length"), [([], 0), (["foxes"], 5), (["foxes", "dusk"], 10), (["red fox"], 9), (["red fox", "a b"], 15)]
)
def test_tags_are_counted_with_commas_and_quotes(tags: list[str], length: int) -> None:
    assert length_of_tags(tags) == length


def test_translations_need_the_language_of_the_original(client: Any) -> None:
    body = words() | {"localizations": {"de": {"title": "Füchse", "description": ""}}}
    request = client.videos().insert(part="snippet,status,localizations", body=body, media_body=attached(b"film"))

    assert refusal(request) == (400, "defaultLanguageNotSet")


# The discovery document


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("snippet,status", {"snippet": {"title": "Foxes", "categoryID": "27"}}),
        ("snippet,status", {"snippet": {"title": "Foxes"}, "status": {"containSyntheticMedia": True}}),
        ("snippet,status", {"snippet": {"title": "Foxes"}, "status": {"privacyStatus": "secret"}}),
        ("snippet,status", {"snippet": {"title": "Foxes"}, "status": {"embeddable": "yes"}}),
        ("snippet,status", {"snippet": {"title": "Foxes"}, "status": {"publishAt": "tomorrow"}}),
        ("snippet", {"snippet": {"title": "Foxes"}, "status": {"privacyStatus": "private"}}),
        ("snippet,stats", {"snippet": {"title": "Foxes"}}),
    ],
    ids=["misspelt", "misspelt too", "no privacy", "no boolean", "no time", "unnamed part", "unknown part"],
)
def test_a_body_that_breaks_the_schema_is_refused_and_remembered(
    youtube: YouTubeEmulator, client: Any, part: str, body: dict[str, Any]
) -> None:
    request = client.videos().insert(part=part, body=body, media_body=attached(b"film"))

    assert refusal(request) == (400, "badRequest")
    assert len(youtube.schema_problems) == 1
    assert youtube.schema_problems[0].startswith("videos.insert: ")


@pytest.mark.parametrize(
    "query",
    [
        {"part": "id", "mine": "yes"},
        {"part": "id", "mine": "true", "whose": "mine"},
        {"part": "id", "mine": "true", "maxResults": "51"},
        {"part": "id", "mine": "true", "maxResults": "few"},
        {"mine": "true"},
    ],
)
def test_a_query_that_breaks_the_schema_is_refused_and_remembered(
    youtube: YouTubeEmulator, hand: httpx.Client, query: dict[str, str]
) -> None:
    assert hand.get("/youtube/v3/channels", params=query).status_code == 400
    assert len(youtube.schema_problems) == 1


@pytest.mark.parametrize("content", [b"{", b"[]", b'"film"'])
def test_a_body_that_is_no_object_is_refused(hand: httpx.Client, content: bytes) -> None:
    headers = {"content-type": "application/json"}

    assert hand.post("/youtube/v3/playlists?part=snippet", content=content, headers=headers).status_code == 400


def test_a_request_can_be_checked_without_a_server() -> None:
    query = {"part": ["snippet", "status"], "notifySubscribers": "false", "uploadType": "resumable"}
    body = words(containsSyntheticMedia=True, publishAt="2026-12-01T10:00:00.5Z", selfDeclaredMadeForKids=False)

    assert youtube_schema.problems("videos.insert", query, body) == []
    assert youtube_schema.problems("videos.insert", query | {"notify": "x"}, body) == ["notify: no such parameter"]
    assert youtube_schema.problems("videos.list", {}) == ["part: it is required"]
    assert youtube_schema.problems("videos.delete", {"id": "a"}, {}) == ["body: this method takes none"]
    assert youtube_schema.problems("videos.delete", {"id": ["a", "b"]}) == ["id: it is given 2 times"]


def test_large_numbers_are_strings() -> None:
    progress = {"processingDetails": {"processingProgress": {"partsTotal": "1000", "partsProcessed": 3}}}

    assert youtube_schema.problems_of("Video", progress) == [
        "processingDetails.processingProgress.partsProcessed: 3 is not of type 'string'"
    ]


# Quota


def test_every_call_costs_what_the_quota_page_says(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    video, playlist = uploaded(client), youtube.add_playlist(fox).id
    track = {"snippet": {"videoId": video, "language": "en", "name": "English"}}
    place = {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}}
    calls = [
        (client.channels().list(part="id", mine=True), 1),
        (client.videos().list(part="id", id=video), 1),
        (client.videos().update(part="status", body={"id": video, "status": {}}), 50),
        (client.captions().insert(part="snippet", body=track, media_body=attached(b"WEBVTT", "text/vtt")), 400),
        (client.captions().list(part="id", videoId=video), 50),
        (client.playlists().list(part="id", mine=True), 1),
        (client.playlistItems().insert(part="snippet", body=place), 50),
        (client.playlistItems().list(part="id", playlistId=playlist), 1),
        (client.videos().delete(id=video), 50),
    ]
    for call, units in calls:
        before = youtube.quota.used(UNITS)
        call.execute()
        assert youtube.quota.used(UNITS) - before == units, call.methodId
    assert youtube.quota.used(INSERTS) == 1


def test_a_refused_call_costs_a_unit(youtube: YouTubeEmulator, client: Any) -> None:
    refusal(client.videos().update(part="status", body={"id": "xxxxxxxxxxx", "status": {}}))
    refusal(client.playlists().insert(part="snippet", body={"snippet": {}}))

    assert youtube.quota.used(UNITS) == 2


def test_the_bytes_of_a_film_cost_nothing(youtube: YouTubeEmulator, client: Any) -> None:
    media = attached(bytes(3 * 262_144), resumable=True)
    client.videos().insert(part="snippet,status", body=words(), media_body=media).execute()

    assert (youtube.quota.used(INSERTS), youtube.quota.used(UNITS)) == (1, 0)


def test_units_run_out_until_midnight_in_california(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.clock = lambda: EVENING
    youtube.quota.use(UNITS, 9_960)
    allowed = client.channels().list(part="id", mine=True).execute()
    refused = refusal(client.playlists().insert(part="snippet", body={"snippet": {"title": "Foxes"}}))
    youtube.clock = lambda: EVENING + timedelta(minutes=1)
    client.playlists().insert(part="snippet", body={"snippet": {"title": "Foxes"}}).execute()

    assert allowed["items"]
    assert refused == (403, "quotaExceeded")
    assert youtube.quota.used(UNITS) == 50
    assert youtube.quota.resets_at().astimezone(UTC) == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_inserts_have_a_bucket_of_their_own(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.quota.use(UNITS, 10_000)
    uploaded(client)
    youtube.quota.use(INSERTS, 99)

    assert refusal(insert(client)) == (403, "quotaExceeded")
    assert youtube.quota.limits == {"units": 10_000, "inserts": 100, "searches": 100}


def test_the_day_of_the_quota_follows_summer_time(youtube: YouTubeEmulator) -> None:
    youtube.clock = lambda: datetime(2026, 7, 1, 6, 59, tzinfo=UTC)

    assert youtube.quota.resets_at().astimezone(UTC) == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_a_channel_uploads_only_so_much_a_day(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    youtube.clock = lambda: EVENING
    fox.uploads_a_day = 2
    for _ in range(2):
        uploaded(client)
    refused = refusal(insert(client))
    with opened(youtube, youtube.issue_token(youtube.add_channel("Wolves"))) as wolf:
        uploaded(wolf)
    youtube.clock = lambda: EVENING + timedelta(hours=24)
    uploaded(client)

    assert refused == (400, "uploadLimitExceeded")


# Processing


def test_a_video_is_processed_after_some_looks(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.site.processing_polls = 2
    video = uploaded(client)
    looks = [status(client, video) for _ in range(3)]

    assert [look["status"]["uploadStatus"] for look in looks] == ["uploaded", "uploaded", "processed"]
    assert [look["processingDetails"]["processingStatus"] for look in looks] == ["processing", "processing", "succeeded"]
    assert looks[1]["processingDetails"]["processingProgress"] == {
        "partsTotal": "1000",
        "partsProcessed": "333",
        "timeLeftMs": "0",
    }
    assert youtube_schema.problems_of("Video", looks[0]) == []


def test_a_video_is_processed_after_some_time(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.clock, youtube.site.processing_s = lambda: EVENING, 90.0
    video = uploaded(client)
    youtube.clock = lambda: EVENING + timedelta(seconds=60)
    before = status(client, video)
    youtube.clock = lambda: EVENING + timedelta(seconds=90)

    assert before["processingDetails"]["processingProgress"]["timeLeftMs"] == "30000"
    assert status(client, video)["status"]["uploadStatus"] == "processed"


@pytest.mark.parametrize("reason", wrong.reasons("failureReason"))
def test_the_processing_of_a_video_may_fail(youtube: YouTubeEmulator, client: Any, reason: str) -> None:
    youtube.faults.next("videos.insert", wrong.processing_fails(reason))
    shown = status(client, uploaded(client))

    assert (shown["status"]["uploadStatus"], shown["status"]["failureReason"]) == ("failed", reason)
    assert shown["processingDetails"]["processingStatus"] == "failed"
    assert youtube_schema.problems_of("Video", shown) == []


@pytest.mark.parametrize("reason", wrong.reasons("rejectionReason"))
def test_a_video_may_be_rejected(youtube: YouTubeEmulator, client: Any, reason: str) -> None:
    youtube.site.processing_polls = 1
    youtube.faults.next("videos.insert", wrong.rejected(reason))
    video = uploaded(client)
    first, second = (status(client, video)["status"] for _ in range(2))

    assert (first["uploadStatus"], second["uploadStatus"], second["rejectionReason"]) == ("uploaded", "rejected", reason)


def test_the_end_of_a_session_keeps_the_outcome_it_began_with(youtube: YouTubeEmulator, client: Any) -> None:
    youtube.faults.next("videos.insert", wrong.rejected("copyright"))
    made = client.videos().insert(part="snippet,status", body=words(), media_body=attached(b"film", resumable=True)).execute()

    assert made["status"]["uploadStatus"] == "uploaded"
    assert status(client, made["id"])["status"]["rejectionReason"] == "copyright"


def test_an_outcome_that_youtube_does_not_have_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="boredom is none of rejectionReason"):
        wrong.rejected("boredom")


def test_a_new_video_may_not_be_known_for_some_calls(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    youtube.site.unseen_calls = 4
    video = uploaded(client)
    listed = client.videos().list(part="id", id=video).execute()["items"]
    in_uploads = client.playlistItems().list(part="id", playlistId=fox.uploads_playlist_id).execute()["items"]
    refusals = [
        refusal(client.captions().list(part="id", videoId=video)),
        refusal(client.videos().update(part="status", body={"id": video, "status": {}})),
    ]

    assert (listed, in_uploads, refusals) == ([], [], [(404, "videoNotFound")] * 2)
    assert client.videos().list(part="id", id=video).execute()["items"]


# Faults on demand


@pytest.mark.parametrize(
    ("fault", "code", "why"),
    [
        (ways.RATE_LIMITED, 429, "rateLimitExceeded"),
        (wrong.RATE_LIMITED_403, 403, "rateLimitExceeded"),
        ("userRateLimitExceeded", 403, "userRateLimitExceeded"),
        (ways.OVERLOADED, 503, "backendError"),
        (ways.BROKEN, 500, "internalError"),
        (wrong.QUOTA_EXCEEDED, 403, "quotaExceeded"),
        ("dailyLimitExceeded", 403, "dailyLimitExceeded"),
        (wrong.UPLOAD_LIMIT, 400, "uploadLimitExceeded"),
        (wrong.FORBIDDEN, 403, "forbidden"),
        ("accessNotConfigured", 403, "accessNotConfigured"),
    ],
)
def test_a_call_may_be_refused_for_any_reason_and_does_nothing(
    youtube: YouTubeEmulator, client: Any, fault: str, code: int, why: str
) -> None:
    youtube.faults.next("videos.insert", fault)

    assert refusal(insert(client)) == (code, why)
    assert youtube.videos == {}
    assert insert(client).execute()["id"] in youtube.videos


def test_a_refusal_says_when_to_come_again(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    youtube.retry_after_s = 7
    youtube.faults.next("channels.list", ways.RATE_LIMITED, ways.OVERLOADED, ways.BROKEN)
    answers = [hand.get("/youtube/v3/channels?part=id&mine=true") for _ in range(3)]

    assert [answer.headers.get("retry-after") for answer in answers] == ["7", "7", None]


def test_an_answer_may_be_lost_or_break_off_and_the_work_is_done(youtube: YouTubeEmulator, hand: httpx.Client) -> None:
    youtube.faults.next("playlists.insert", ways.RESET, ways.LOST_ANSWER, ways.TRUNCATED)
    for _ in range(3):
        with pytest.raises(httpx.TransportError):
            hand.post("/youtube/v3/playlists?part=snippet", json={"snippet": {"title": "Foxes"}})

    assert len(youtube.site.playlists) == 2


def test_a_request_by_hand_may_ask_for_its_own_fault(hand: httpx.Client) -> None:
    answer = hand.get("/youtube/v3/channels?part=id&mine=true", headers={FAULT_HEADER: wrong.QUOTA_EXCEEDED})

    assert answer.json()["error"]["errors"] == [
        {
            "message": "The request cannot be completed because you have exceeded your quota.",
            "domain": "youtube.quota",
            "reason": "quotaExceeded",
        }
    ]


def test_beginning_anew_forgets_everything_at_the_same_address(youtube: YouTubeEmulator, client: Any) -> None:
    uploaded(client)
    url, folder = youtube.url, youtube.site.folder
    youtube.begin_anew()

    assert (youtube.url, youtube.videos, youtube.sessions, youtube.quota.used(INSERTS)) == (url, {}, [], 0)
    assert youtube.books.calls == []
    assert youtube.site.folder != folder
