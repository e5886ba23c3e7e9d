"""Videos, thumbnails, channels and playlists of the emulated YouTube, as Google's own client sees them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.emulators import youtube_faults as wrong
from tests.emulators import youtube_schema
from tests.emulators.google_grants import FORCE_SSL, READONLY, UPLOAD, YOUTUBE, Grant
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_sdk import attached, item, opened, opened_by_hand, refusal, uploaded, words
from tests.emulators.youtube_site import Channel

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def picture(form: str = "JPEG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 36), "orange").save(made, form)
    return made.getvalue()


def seen(client: Any, video_id: str, part: str = "status") -> dict[str, Any]:
    """Give one part of a video."""
    (video,) = client.videos().list(part=part, id=video_id).execute()["items"]
    return video[part]


# Who asks


def test_a_token_tells_which_channel_it_is_for(client: Any, fox: Channel) -> None:
    (channel,) = client.channels().list(part="snippet,contentDetails", mine=True).execute()["items"]

    assert (channel["id"], channel["snippet"]["title"]) == (fox.id, "Foxes at Dusk")
    assert channel["contentDetails"]["relatedPlaylists"]["uploads"] == f"UU{fox.id[2:]}"
    assert (len(fox.id), fox.id[:2]) == (24, "UC")


def test_an_account_without_a_channel_gets_no_items_at_all(youtube: YouTubeEmulator) -> None:
    token = youtube.issue_token("nobody")
    with opened(youtube, token) as client:
        answer = client.channels().list(part="snippet", mine=True).execute()
    with opened_by_hand(youtube, token) as hand:
        refused = hand.post("/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status", json=words())

    assert "items" not in answer
    assert answer["pageInfo"]["totalResults"] == 0
    assert (refused.status_code, refused.json()["error"]["errors"][0]["reason"]) == (401, "youtubeSignupRequired")


def test_a_channel_is_found_by_its_id(youtube: YouTubeEmulator, client: Any) -> None:
    wolf = youtube.add_channel("Wolves", "UCwolveswolveswolveswolve")
    (channel,) = client.channels().list(part="snippet", id=wolf.id).execute()["items"]

    assert channel["snippet"]["title"] == "Wolves"


def test_a_token_that_is_not_known_or_has_ended_is_refused(youtube: YouTubeEmulator, hand: httpx.Client, token: str) -> None:
    path = "/youtube/v3/channels?part=id&mine=true"
    unknown = hand.get(path, headers={"authorization": "Bearer ya29.none"})
    missing = httpx.get(f"{youtube.url}{path}")
    youtube.end_token(token)
    ended = hand.get(path)

    for answer in (unknown, missing, ended):
        error = answer.json()["error"]
        assert (answer.status_code, error["errors"][0]["reason"], error["status"]) == (401, "authError", "UNAUTHENTICATED")
        assert "invalid_token" in answer.headers["www-authenticate"]


def test_somebody_else_may_say_whose_token_it_is(youtube: YouTubeEmulator, fox: Channel) -> None:
    grants = {"elsewhere": Grant(fox.id, frozenset({READONLY}))}
    youtube.token_holder = grants.get
    with opened(youtube, "elsewhere") as client:
        found = client.channels().list(part="id", mine=True).execute()["items"][0]["id"]

    assert found == fox.id


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        (UPLOAD, {"insert", "thumbnail"}),
        (READONLY, {"list", "items"}),
        (YOUTUBE, {"insert", "thumbnail", "list", "items", "update", "add"}),
        (FORCE_SSL, {"insert", "thumbnail", "list", "items", "update", "add", "captions"}),
    ],
)
def test_each_scope_lets_a_token_do_what_google_says(
    youtube: YouTubeEmulator, fox: Channel, client: Any, scope: str, may: set[str]
) -> None:
    video, playlist = uploaded(client), youtube.add_playlist(fox)
    item = {"playlistId": playlist.id, "resourceId": {"kind": "youtube#video", "videoId": video}}
    with opened(youtube, youtube.issue_token(fox, frozenset({scope}))) as limited:
        calls = {
            "insert": limited.videos().insert(part="snippet,status", body=words(), media_body=attached(b"film")),
            "thumbnail": limited.thumbnails().set(videoId=video, media_body=attached(picture(), "image/jpeg")),
            "list": limited.videos().list(part="id", id=video),
            "items": limited.playlistItems().list(part="id", playlistId=playlist.id),
            "update": limited.videos().update(part="status", body={"id": video, "status": {"privacyStatus": "private"}}),
            "add": limited.playlistItems().insert(part="snippet", body={"snippet": item}),
            "captions": limited.captions().list(part="id", videoId=video),
        }
        for name, call in calls.items():
            if name in may:
                call.execute()
            else:
                assert refusal(call) == (403, "insufficientPermissions"), name


# Defaults that bite


def test_a_video_is_public_unless_the_request_says_otherwise(youtube: YouTubeEmulator, client: Any) -> None:
    body = {"snippet": words()["snippet"], "status": {"selfDeclaredMadeForKids": False}}
    made = client.videos().insert(part="snippet,status", body=body, media_body=attached(b"film")).execute()

    assert made["status"]["privacyStatus"] == "public"
    assert youtube.videos[made["id"]].notify_subscribers


def test_an_update_resets_what_it_does_not_say(client: Any) -> None:
    video = uploaded(client, containsSyntheticMedia=True, license="creativeCommon", embeddable=False)
    client.videos().update(part="status", body={"id": video, "status": {"selfDeclaredMadeForKids": True}}).execute()
    status = seen(client, video)

    assert (status["privacyStatus"], status["license"], status["embeddable"]) == ("public", "youtube", True)
    assert "containsSyntheticMedia" not in status
    assert status["madeForKids"]


def test_an_update_leaves_the_parts_that_it_does_not_name(client: Any) -> None:
    video = uploaded(client, containsSyntheticMedia=True)
    snippet = {"title": "Foxes at dawn", "categoryId": "15"}
    client.videos().update(part="snippet", body={"id": video, "snippet": snippet}).execute()
    now = seen(client, video, "snippet")

    assert (now["title"], now["categoryId"], now["description"], "tags" in now) == ("Foxes at dawn", "15", "", False)
    assert seen(client, video)["containsSyntheticMedia"]
    assert seen(client, video)["privacyStatus"] == "private"


def test_made_for_kids_follows_what_the_owner_declared_and_cannot_be_set(client: Any) -> None:
    video = uploaded(client, madeForKids=True, selfDeclaredMadeForKids=False)

    assert seen(client, video)["madeForKids"] is False


def test_a_snippet_is_updated_with_title_and_category_only(client: Any) -> None:
    video = uploaded(client)
    requests = [
        client.videos().update(part="snippet", body={"id": video, "snippet": snippet})
        for snippet in ({"title": "Foxes"}, {"categoryId": "27"}, {})
    ]

    assert [refusal(request) for request in requests] == [(400, "invalidVideoMetadata")] * 3


# Schedules


@pytest.fixture
def noon(youtube: YouTubeEmulator) -> YouTubeEmulator:
    youtube.clock = lambda: NOON
    return youtube


def test_a_scheduled_video_becomes_public_when_its_time_has_come(noon: YouTubeEmulator, client: Any) -> None:
    video = uploaded(client, publishAt="2026-11-22T13:00:00Z")
    before = seen(client, video)
    noon.clock = lambda: NOON + timedelta(hours=1)
    after = seen(client, video)

    assert (before["privacyStatus"], before["publishAt"]) == ("private", "2026-11-22T13:00:00Z")
    assert (after["privacyStatus"], "publishAt" in after) == ("public", False)
    assert noon.videos[video].privacy == "public"


def test_a_scheduled_video_that_was_rejected_stays_private(noon: YouTubeEmulator, client: Any) -> None:
    noon.faults.next("videos.insert", wrong.rejected("copyright"))
    video = uploaded(client, publishAt="2026-11-22T13:00:00Z")
    noon.clock = lambda: NOON + timedelta(days=1)

    assert noon.videos[video].privacy == "private"


@pytest.mark.parametrize(
    "status",
    [
        {"privacyStatus": "public", "publishAt": "2026-11-23T12:00:00Z"},
        {"privacyStatus": "unlisted", "publishAt": "2026-11-23T12:00:00Z"},
        {"privacyStatus": "private", "publishAt": "2026-11-22T12:00:00Z"},
        {"privacyStatus": "private", "publishAt": "2026-11-22T13:30:00+02:00"},
    ],
    ids=["public", "unlisted", "now", "past"],
)
def test_a_schedule_is_for_private_videos_and_the_future(noon: YouTubeEmulator, client: Any, status: dict[str, str]) -> None:
    request = client.videos().insert(part="snippet,status", body=words(**status), media_body=attached(b"film"))

    assert refusal(request) == (400, "invalidPublishAt")
    assert noon.videos == {}


def test_a_video_that_was_public_is_not_scheduled_again(noon: YouTubeEmulator, client: Any) -> None:
    video = uploaded(client, privacyStatus="public")
    body = {"id": video, "status": {"privacyStatus": "private", "publishAt": "2026-11-23T12:00:00Z"}}

    assert refusal(client.videos().update(part="status", body=body)) == (400, "invalidPublishAt")


def test_a_schedule_is_taken_back_by_an_update_without_it(noon: YouTubeEmulator, client: Any) -> None:
    video = uploaded(client, publishAt="2026-11-22T13:00:00Z")
    client.videos().update(part="status", body={"id": video, "status": {"privacyStatus": "private"}}).execute()
    noon.clock = lambda: NOON + timedelta(days=9)

    assert noon.videos[video].privacy == "private"


# Lists


def test_videos_are_listed_by_id_and_those_that_are_not_there_are_missing(youtube: YouTubeEmulator, client: Any) -> None:
    ids = [uploaded(client) for _ in range(3)]
    client.videos().delete(id=ids[1]).execute()
    answer = client.videos().list(part="id,snippet", id=[ids[2], ids[1], "xxxxxxxxxxx", ids[0]]).execute()

    assert [video["id"] for video in answer["items"]] == [ids[2], ids[0]]
    assert answer["pageInfo"] == {"totalResults": 2, "resultsPerPage": 2}
    assert list(youtube.videos) == [ids[0], ids[2]]


def test_only_the_parts_that_are_asked_for_are_shown(client: Any) -> None:
    (video,) = client.videos().list(part="status", id=uploaded(client)).execute()["items"]

    assert set(video) == {"kind", "etag", "id", "status"}


def test_a_private_video_of_somebody_else_is_missing(youtube: YouTubeEmulator, client: Any) -> None:
    video = uploaded(client)
    with opened(youtube, youtube.issue_token(youtube.add_channel("Wolves"))) as wolf:
        before = wolf.videos().list(part="status", id=video).execute()["items"]
        client.videos().update(part="status", body={"id": video, "status": {"privacyStatus": "public"}}).execute()
        after = wolf.videos().list(part="status", id=video).execute()["items"]
        private_parts = refusal(wolf.videos().list(part="processingDetails", id=video))

    assert (before, len(after)) == ([], 1)
    assert private_parts == (403, "forbidden")


def test_nobody_changes_the_videos_of_somebody_else(youtube: YouTubeEmulator, client: Any) -> None:
    video = uploaded(client, privacyStatus="public")
    with opened(youtube, youtube.issue_token(youtube.add_channel("Wolves"))) as wolf:
        refusals = [
            refusal(wolf.videos().update(part="status", body={"id": video, "status": {"privacyStatus": "private"}})),
            refusal(wolf.videos().delete(id=video)),
            refusal(wolf.thumbnails().set(videoId=video, media_body=attached(picture(), "image/jpeg"))),
            refusal(wolf.captions().list(part="id", videoId=video)),
        ]

    assert refusals == [(403, "forbidden")] * 4


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"part": "id"}, "missingRequiredParameter"),
        ({"part": "id", "id": "a", "maxResults": "5"}, "incompatibleParameters"),
        ({"part": "id", "id": ",".join(map(str, range(51)))}, "invalidFilters"),
        ({"part": "id", "chart": "mostPopular"}, "notEmulated"),
        ({"id": "a"}, "badRequest"),
        ({"part": "id", "id": "a", "onBehalfOfContentOwner": "b"}, "notEmulated"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(hand: httpx.Client, query: dict[str, str], why: str) -> None:
    answer = hand.get("/youtube/v3/videos", params=query)

    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, why)


def test_an_etag_is_the_same_for_the_same_video_only(client: Any) -> None:
    video = uploaded(client)
    etags = [client.videos().list(part="status", id=video).execute()["items"][0]["etag"] for _ in range(2)]
    client.videos().update(part="status", body={"id": video, "status": {"privacyStatus": "unlisted"}}).execute()
    changed = client.videos().list(part="status", id=video).execute()["items"][0]["etag"]

    assert etags[0] == etags[1] != changed


# Thumbnails


@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("PNG", "application/octet-stream")]
)
def test_a_thumbnail_is_kept_as_it_was_sent(youtube: YouTubeEmulator, client: Any, form: str, media_type: str) -> None:
    video = uploaded(client)
    answer = client.thumbnails().set(videoId=video, media_body=attached(picture(form), media_type)).execute()
    kept = youtube.videos[video]

    assert (kept.thumbnail, kept.thumbnail_type) == (picture(form), f"image/{form.lower()}")
    assert answer["items"][0]["maxres"]["width"] == 1280
    assert seen(client, video, "snippet")["thumbnails"] == answer["items"][0]


def test_a_thumbnail_needs_a_verified_channel(youtube: YouTubeEmulator, fox: Channel, client: Any) -> None:
    fox.is_verified = False
    video = uploaded(client)
    request = client.thumbnails().set(videoId=video, media_body=attached(picture(), "image/jpeg"))

    assert refusal(request) == (403, "forbidden")
    assert youtube.videos[video].thumbnail is None


@pytest.mark.parametrize(
    ("content", "media_type", "refused"),
    [
        (b"no picture", "image/jpeg", (400, "invalidImage")),
        (picture()[:100], "image/gif", (400, "invalidMediaType")),
        (b"", "image/jpeg", (400, "mediaBodyRequired")),
    ],
    ids=["words", "type", "empty"],
)
def test_what_is_no_picture_is_no_thumbnail(client: Any, content: bytes, media_type: str, refused: tuple[int, str]) -> None:
    video = uploaded(client)

    assert refusal(client.thumbnails().set(videoId=video, media_body=attached(content, media_type))) == refused


def test_a_thumbnail_has_a_largest_size(client: Any, hand: httpx.Client) -> None:
    path = f"/upload/youtube/v3/thumbnails/set?videoId={uploaded(client)}&uploadType=media"
    answer = hand.post(path, content=bytes(52_428_801), headers={"content-type": "image/jpeg"})

    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (413, "uploadTooLarge")


def test_a_thumbnail_of_no_video_is_refused(client: Any) -> None:
    request = client.thumbnails().set(videoId="xxxxxxxxxxx", media_body=attached(picture(), "image/jpeg"))

    assert refusal(request) == (404, "videoNotFound")


# Every answer


def test_every_answer_is_as_the_discovery_document_says(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    video = uploaded(client, containsSyntheticMedia=True, publishAt="2099-01-01T00:00:00Z")
    playlist = client.playlists().insert(part="snippet,status", body={"snippet": {"title": "Foxes"}}).execute()
    track = {"snippet": {"videoId": video, "language": "en", "name": "English"}}
    subtitles = attached(b"1\n00:00:00,000 --> 00:00:01,000\nFoxes.\n", "application/octet-stream")
    every = "snippet,status,contentDetails,fileDetails,processingDetails,statistics"
    answers = {
        "playlists.insert": playlist,
        "videos.list": client.videos().list(part=every, id=video).execute(),
        "videos.update": client.videos().update(part="status", body={"id": video, "status": {}}).execute(),
        "thumbnails.set": client.thumbnails().set(videoId=video, media_body=attached(picture(), "image/jpeg")).execute(),
        "captions.insert": client.captions().insert(part="snippet", body=track, media_body=subtitles).execute(),
        "captions.list": client.captions().list(part="snippet", videoId=video).execute(),
        "playlistItems.insert": client.playlistItems().insert(part="snippet", body=item(playlist["id"], video)).execute(),
        "playlistItems.list": client.playlistItems()
        .list(part="snippet,status,contentDetails", playlistId=playlist["id"])
        .execute(),
        "playlists.list": client.playlists().list(part="snippet,status,contentDetails", mine=True).execute(),
        "channels.list": client.channels().list(part="snippet,contentDetails,status,statistics", mine=True).execute(),
        "videos.insert": client.videos().insert(part=every, body=words(), media_body=attached(b"film")).execute(),
    }

    assert {name: youtube_schema.answer_problems(name, answer) for name, answer in answers.items()} == {
        name: [] for name in answers
    }
    assert all(len(answer["etag"]) == 27 for answer in answers.values())
    assert [answer["kind"] for answer in answers.values()][:2] == ["youtube#playlist", "youtube#videoListResponse"]
    assert youtube.schema_problems == []
