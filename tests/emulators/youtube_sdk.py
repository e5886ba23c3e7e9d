"""Google's own Python client before an emulated YouTube; it speaks plain HTTP to this machine when its document says so."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from tests.emulators import youtube_schema
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_uploads import UNIT


@contextmanager
def opened(youtube: YouTubeEmulator, token: str) -> Iterator[Any]:
    """Open the official client with an access token."""
    document = copy.deepcopy(youtube_schema.document())
    document["rootUrl"] = document["baseUrl"] = f"{youtube.url}/"
    del document["mtlsRootUrl"]
    client = build_from_document(document, credentials=Credentials(token))
    try:
        yield client
    finally:
        client.close()


@contextmanager
def opened_by_hand(youtube: YouTubeEmulator, token: str) -> Iterator[httpx.Client]:
    """Open a plain client with an access token."""
    with httpx.Client(base_url=youtube.url, headers={"authorization": f"Bearer {token}"}, trust_env=False, timeout=10) as client:
        yield client


def film(size_bytes: int = 3 * UNIT + 1000) -> bytes:
    """Make bytes of which no two places are alike."""
    return b"".join(number.to_bytes(4) for number in range(size_bytes // 4 + 1))[:size_bytes]


def words(title: str = "Foxes at dusk", **status: Any) -> dict[str, Any]:
    """Say what a video is to be; private unless `privacyStatus` says otherwise."""
    snippet = {"title": title, "description": "Two foxes cross a meadow.", "tags": ["foxes", "dusk light"], "categoryId": "27"}
    return {"snippet": snippet, "status": {"privacyStatus": "private", **status}}


def attached(
    content: bytes, media_type: str = "video/mp4", *, resumable: bool = False, piece_bytes: int = UNIT
) -> MediaIoBaseUpload:
    """Give a file as the official client wants it."""
    return MediaIoBaseUpload(io.BytesIO(content), media_type, chunksize=piece_bytes, resumable=resumable)


def uploaded(client: Any, content: bytes = b"film", **status: Any) -> str:
    """Upload a video in one request, and give its id."""
    return client.videos().insert(part="snippet,status", body=words(**status), media_body=attached(content)).execute()["id"]


def item(playlist: str, video: str, **more: Any) -> dict[str, Any]:
    """Say that a video goes into a playlist."""
    return {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}, **more}}


def refusal(request: Any) -> tuple[int, str]:
    """Give status and reason of a request that is refused."""
    with pytest.raises(HttpError) as refused:
        request.execute()
    return refused.value.status_code, refused.value.error_details[0]["reason"]
