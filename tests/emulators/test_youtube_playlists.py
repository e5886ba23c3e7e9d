"""Playlists of the emulated YouTube, and the uploads of a channel among them, as Google's own client sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_sdk import item, opened, refusal, uploaded
from tests.emulators.youtube_site import Channel


def test_a_playlist_is_made_and_listed(client: Any, fox: Channel) -> None:
    body = {"snippet": {"title": "Foxes", "description": "All of them"}, "status": {"privacyStatus": "unlisted"}}
    made = client.playlists().insert(part="snippet,status", body=body).execute()
    (mine,) = client.playlists().list(part="snippet,status,contentDetails", mine=True).execute()["items"]

    assert (made["id"][:2], mine["id"]) == ("PL", made["id"])
    assert (mine["snippet"]["title"], mine["snippet"]["channelId"]) == ("Foxes", fox.id)
    assert (mine["status"]["privacyStatus"], mine["contentDetails"]["itemCount"]) == ("unlisted", 0)


def test_a_playlist_without_a_title_is_refused(client: Any) -> None:
    assert refusal(client.playlists().insert(part="snippet", body={"snippet": {}})) == (400, "playlistTitleRequired")


def test_videos_are_put_into_a_playlist_at_their_places(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    playlist, ids = youtube.add_playlist(fox).id, [uploaded(client) for _ in range(3)]
    for number, position in ((0, None), (1, None), (2, 0)):
        more = {} if position is None else {"position": position}
        client.playlistItems().insert(part="snippet", body=item(playlist, ids[number], **more)).execute()
    listed = client.playlistItems().list(part="snippet", playlistId=playlist).execute()["items"]

    assert [one["snippet"]["resourceId"]["videoId"] for one in listed] == [ids[2], ids[0], ids[1]]
    assert [one["snippet"]["position"] for one in listed] == [0, 1, 2]
    assert youtube.playlists_of(ids[0]) == [playlist]


def test_a_video_may_be_in_a_playlist_twice(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    playlist, video = youtube.add_playlist(fox).id, uploaded(client)
    for _ in range(2):
        client.playlistItems().insert(part="snippet", body=item(playlist, video)).execute()
    listed = client.playlistItems().list(part="snippet", playlistId=playlist, videoId=video).execute()["items"]

    assert len({one["id"] for one in listed}) == 2


def test_a_video_is_taken_out_of_a_playlist(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    playlist, video = youtube.add_playlist(fox).id, uploaded(client)
    made = client.playlistItems().insert(part="snippet", body=item(playlist, video)).execute()
    client.playlistItems().delete(id=made["id"]).execute()

    assert youtube.playlists_of(video) == []
    assert refusal(client.playlistItems().delete(id=made["id"])) == (404, "playlistItemNotFound")


def test_a_deleted_video_is_in_no_playlist(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    playlist, video = youtube.add_playlist(fox).id, uploaded(client)
    client.playlistItems().insert(part="snippet", body=item(playlist, video)).execute()
    client.videos().delete(id=video).execute()

    assert client.playlistItems().list(part="snippet", playlistId=playlist).execute()["items"] == []


def test_the_uploads_are_a_playlist_with_the_newest_first(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    ids = [uploaded(client) for _ in range(3)]
    listed = client.playlistItems().list(part="snippet,status", playlistId=fox.uploads_playlist_id).execute()["items"]
    body = item(fox.uploads_playlist_id, ids[0])

    assert [one["snippet"]["resourceId"]["videoId"] for one in listed] == ids[::-1]
    assert {one["status"]["privacyStatus"] for one in listed} == {"private"}
    assert refusal(client.playlistItems().insert(part="snippet", body=body)) == (400, "playlistOperationUnsupported")


def test_lists_come_in_pages(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    ids = [uploaded(client) for _ in range(7)]
    found, request = [], client.playlistItems().list(part="contentDetails", playlistId=fox.uploads_playlist_id, maxResults=3)
    while request is not None:
        answer = request.execute()
        found.append([one["contentDetails"]["videoId"] for one in answer["items"]])
        request = client.playlistItems().list_next(request, answer)

    assert [len(page) for page in found] == [3, 3, 1]
    assert [video for page in found for video in page] == ids[::-1]
    assert answer["pageInfo"] == {"totalResults": 7, "resultsPerPage": 3}


def test_a_page_has_five_items_unless_the_request_says_otherwise(client: Any, fox: Channel) -> None:
    for _ in range(6):
        uploaded(client)

    assert len(client.playlistItems().list(part="id", playlistId=fox.uploads_playlist_id).execute()["items"]) == 5


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ({"playlistId": "PLnone"}, (404, "playlistNotFound")),
        ({}, (400, "playlistIdRequired")),
        ({"playlistId": "{uploads}", "pageToken": "nonsense"}, (400, "invalidPageToken")),
    ],
)
def test_items_of_no_playlist_are_refused(client: Any, fox: Channel, query: dict[str, str], refused: tuple[int, str]) -> None:
    asked = {name: value.format(uploads=fox.uploads_playlist_id) for name, value in query.items()}

    assert refusal(client.playlistItems().list(part="snippet", **asked)) == refused


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"playlistId": "PLnone"}, (404, "playlistNotFound")),
        ({"resourceId": {"kind": "youtube#video", "videoId": "xxxxxxxxxxx"}}, (404, "videoNotFound")),
        ({"resourceId": {"videoId": "xxxxxxxxxxx"}}, (400, "invalidSnippet")),
        ({"position": 1}, (400, "invalidSnippet")),
    ],
)
def test_an_item_that_cannot_be_is_refused(
    youtube: YouTubeEmulator, client: Any, fox: Channel, change: dict[str, Any], refused: tuple[int, str]
) -> None:
    body = item(youtube.add_playlist(fox).id, uploaded(client))
    body["snippet"] |= change

    assert refusal(client.playlistItems().insert(part="snippet", body=body)) == refused


def test_a_private_playlist_is_for_its_owner(youtube: YouTubeEmulator, fox: Channel) -> None:
    playlist = youtube.add_playlist(fox)
    playlist.privacy = "private"
    with opened(youtube, youtube.issue_token(youtube.add_channel("Wolves"))) as wolf:
        refused = refusal(wolf.playlistItems().list(part="id", playlistId=playlist.id))
        listed = wolf.playlists().list(part="id", channelId=fox.id).execute()["items"]

    assert (refused, listed) == ((403, "playlistItemsNotAccessible"), [])
