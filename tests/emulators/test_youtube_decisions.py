"""What the emulated YouTube makes of a video by itself, whatever it was told, and what it does not show yet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_sdk import attached, item, uploaded, words
from tests.emulators.youtube_site import Channel


def changed(client: Any, video: str, **status: Any) -> dict[str, Any]:
    """Send a status, and give what YouTube says it is then."""
    return client.videos().update(part="status", body={"id": video, "status": status}).execute()["status"]


@pytest.mark.parametrize("resumable", [False, True])
def test_the_status_of_an_insert_may_be_unheard(youtube: YouTubeEmulator, client: Any, resumable: bool) -> None:
    youtube.faults.next("videos.insert", wrong.STATUS_UNHEARD)
    media = attached(b"film", resumable=resumable)
    made = client.videos().insert(part="snippet,status", body=words(containsSyntheticMedia=True), media_body=media).execute()

    assert made["status"]["privacyStatus"] == "public"
    assert "containsSyntheticMedia" not in youtube.videos[made["id"]].status


def test_what_youtube_imposes_no_update_changes(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    fox.imposed = {"privacyStatus": "private"}
    video = uploaded(client, privacyStatus="public")

    assert changed(client, video, privacyStatus="unlisted")["privacyStatus"] == "private"
    assert not youtube.videos[video].was_public


def test_what_youtube_imposes_on_public_videos_others_do_not_get(client: Any, fox: Channel) -> None:
    fox.imposed_when_public = {"containsSyntheticMedia": False}
    video = uploaded(client, containsSyntheticMedia=True)
    before = changed(client, video, privacyStatus="unlisted", containsSyntheticMedia=True)
    after = changed(client, video, privacyStatus="public", containsSyntheticMedia=True)

    assert (before["containsSyntheticMedia"], after["containsSyntheticMedia"]) == (True, False)


def test_the_list_of_uploads_may_be_late_and_others_are_not(youtube: YouTubeEmulator, client: Any, fox: Channel) -> None:
    video, playlist = uploaded(client), youtube.add_playlist(fox).id
    client.playlistItems().insert(part="snippet", body=item(playlist, video)).execute()
    youtube.faults.next("playlistItems.list", wrong.UPLOADS_UNLISTED, wrong.UPLOADS_UNLISTED)
    of = [fox.uploads_playlist_id, playlist, fox.uploads_playlist_id]
    listed = [client.playlistItems().list(part="id", playlistId=one).execute()["items"] for one in of]

    assert [len(items) for items in listed] == [0, 1, 1]
