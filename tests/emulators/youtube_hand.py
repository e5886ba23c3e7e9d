"""Upload sessions of the emulated YouTube, piece by piece over plain HTTP."""

from __future__ import annotations

import hashlib

import httpx

from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube_sdk import film, words
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
