"""Caption tracks of the emulated YouTube, as Google's own client sees them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_sdk import attached, refusal, uploaded

SRT = "1\n00:00:00,000 --> 00:00:02,500\nZwei Füchse im Nebel.\n".encode()
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.500\nTwo foxes in the mist.\n"


@pytest.fixture
def video(client: Any) -> str:
    return uploaded(client)


def inserted(client: Any, video: str, content: bytes = SRT, media_type: str = "application/octet-stream", **snippet: Any) -> Any:
    body = {"snippet": {"videoId": video, "language": "en", "name": "English", **snippet}}
    return client.captions().insert(part="snippet", body=body, media_body=attached(content, media_type))


@pytest.mark.parametrize("content", [SRT, VTT, b"\xef\xbb\xbf" + SRT.replace(b"\n", b"\r\n")])
def test_a_track_is_kept_as_it_was_sent(youtube: YouTubeEmulator, client: Any, video: str, content: bytes) -> None:
    made = inserted(client, video, content).execute()
    (track,) = youtube.videos[video].captions

    assert (track.content, track.language, track.name, track.is_draft) == (content, "en", "English", False)
    assert (made["id"], made["snippet"]["status"]) == (track.id, "serving")


@pytest.mark.parametrize("media_type", ["text/xml", "application/x-subrip", "text/vtt"])
def test_any_media_type_is_taken(youtube: YouTubeEmulator, client: Any, video: str, media_type: str) -> None:
    inserted(client, video, SRT, media_type).execute()

    assert youtube.videos[video].captions[0].content == SRT


def test_tracks_are_listed(client: Any, video: str) -> None:
    ids = [inserted(client, video, language=language).execute()["id"] for language in ("en", "de", "pt-BR")]
    every = client.captions().list(part="id,snippet", videoId=video).execute()["items"]
    one = client.captions().list(part="id", videoId=video, id=ids[1]).execute()["items"]

    assert [track["snippet"]["language"] for track in every] == ["en", "de", "pt-BR"]
    assert [track["id"] for track in one] == [ids[1]]


def test_a_second_track_of_the_same_language_and_name_is_refused(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    inserted(client, video).execute()
    inserted(client, video, name="English, for the deaf").execute()

    assert refusal(inserted(client, video, VTT)) == (409, "captionExists")
    assert [track.content for track in youtube.videos[video].captions] == [SRT, SRT]


def test_a_video_with_captions_says_so(client: Any, video: str) -> None:
    inserted(client, video).execute()
    (shown,) = client.videos().list(part="contentDetails", id=video).execute()["items"]

    assert shown["contentDetails"]["caption"] == "true"


@pytest.mark.parametrize(
    ("content", "snippet", "refused"),
    [
        (b"", {}, (400, "contentRequired")),
        (SRT, {"name": "x" * 151}, (400, "nameTooLong")),
        (SRT, {"language": "English"}, (400, "invalidMetadata")),
        (SRT, {"videoId": "xxxxxxxxxxx"}, (404, "videoNotFound")),
    ],
)
def test_a_track_that_cannot_be_is_refused(
    client: Any, video: str, content: bytes, snippet: dict[str, str], refused: tuple[int, str]
) -> None:
    assert refusal(inserted(client, video, content, **snippet)) == refused


@pytest.mark.parametrize("missing", ["videoId", "language", "name"])
def test_a_track_needs_video_language_and_name(client: Any, video: str, missing: str) -> None:
    snippet = {"videoId": video, "language": "en", "name": "English"}
    del snippet[missing]
    request = client.captions().insert(part="snippet", body={"snippet": snippet}, media_body=attached(SRT, "text/plain"))

    assert refusal(request) == (400, "invalidMetadata")


def test_a_track_that_youtube_cannot_read_fails(client: Any, video: str) -> None:
    made = inserted(client, video, b"Zwei Fuechse, ohne Zeiten").execute()

    assert (made["snippet"]["status"], made["snippet"]["failureReason"]) == ("failed", "unknownFormat")


def test_a_track_may_be_syncing_for_a_while(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    youtube.site.caption_polls = 1
    inserted(client, video).execute()
    states = [client.captions().list(part="snippet", videoId=video).execute()["items"][0]["snippet"]["status"] for _ in range(2)]

    assert states == ["syncing", "serving"]


def test_a_track_is_replaced(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    made = inserted(client, video, isDraft=True).execute()
    body = {"id": made["id"], "snippet": {"isDraft": False}}
    client.captions().update(part="snippet", body=body, media_body=attached(VTT, "text/vtt")).execute()
    (track,) = youtube.videos[video].captions

    assert (track.content, track.is_draft) == (VTT, False)


def test_a_draft_is_shown_to_all_without_sending_it_again(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    made = inserted(client, video, isDraft=True).execute()
    client.captions().update(part="snippet", body={"id": made["id"], "snippet": {"isDraft": False}}).execute()
    (track,) = youtube.videos[video].captions

    assert (track.content, track.is_draft) == (SRT, False)


def test_a_track_is_given_back_as_it_was_sent(client: Any, video: str) -> None:
    made = inserted(client, video).execute()

    assert client.captions().download(id=made["id"]).execute() == SRT


def test_a_track_is_deleted(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    made = inserted(client, video).execute()
    client.captions().delete(id=made["id"]).execute()

    assert youtube.videos[video].captions == []
    assert refusal(client.captions().delete(id=made["id"])) == (404, "captionNotFound")


def test_the_fault_of_a_track_that_is_there_already_keeps_nothing(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    youtube.faults.next("captions.insert", wrong.CAPTION_EXISTS)

    assert refusal(inserted(client, video)) == (409, "captionExists")
    assert youtube.videos[video].captions == []


def test_what_a_track_is_called_stands_in_the_books(youtube: YouTubeEmulator, client: Any, video: str) -> None:
    inserted(client, video).execute()
    (sent,) = youtube.books.requests("captions.insert")

    assert sent["snippet"]["name"] == "English"
    assert sent["media"] == {"content_type": "application/octet-stream", "bytes": len(SRT)}


def test_a_resumable_upload_of_captions_is_not_emulated(hand: httpx.Client, video: str) -> None:
    body = {"snippet": {"videoId": video, "language": "en", "name": "English"}}
    answer = hand.post("/upload/youtube/v3/captions?part=snippet&uploadType=resumable", json=body)

    assert answer.json()["error"]["errors"][0]["reason"] == "notEmulated"
