"""Caption tracks of videos (captions resource, API reference 2026-11)."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from tests.emulators.youtube_objects import caption_object, listed
from tests.emulators.youtube_requests import Asked
from tests.emulators.youtube_rules import is_language
from tests.emulators.youtube_site import Caption, Site
from tests.emulators.youtube_words import Refused

LONGEST_NAME = 150
LARGEST = 104_857_600
_SRT = re.compile(r"\ufeff?\s*\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}")
_VTT = re.compile(r"\ufeff?WEBVTT(\s|$)[\s\S]*\d\d:\d\d\.\d{3} --> (\d\d:)?\d\d:\d\d\.\d{3}")


def insert_caption(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer POST /upload/youtube/v3/captions."""
    sent = asked.body.get("snippet", {})
    if missing := {"videoId", "language", "name"} - set(sent):
        raise Refused("invalidMetadata", f"A caption track needs {sorted(missing)}.")
    video = site.own_video(asked.own_channel(), sent["videoId"])
    if not is_language(sent["language"]):
        raise Refused("invalidMetadata", f"{sent['language']} is no language.")
    if len(sent["name"]) > LONGEST_NAME:
        raise Refused("nameTooLong")
    if any((one.language, one.name) == (sent["language"], sent["name"]) for one in video.captions):
        raise Refused("captionExists")
    content = _content(asked)
    caption = Caption(
        id=site.make_id(40, "AUieDa"),
        video_id=video.id,
        language=sent["language"],
        name=sent["name"],
        is_draft=sent.get("isDraft", False),
        content=content,
        changed_at=site.now(),
        failure=failure_of(content),
        polls_left=site.caption_polls,
    )
    video.captions.append(caption)
    return caption_object(caption)


def list_captions(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer GET /youtube/v3/captions."""
    video = site.own_video(asked.own_channel(), asked.one("videoId"))
    wanted = [one for one in video.captions if "id" not in asked.query or one.id in asked.query["id"]]
    shown = [caption_object(one) for one in wanted]
    for one in wanted:
        one.polls_left = max(0, one.polls_left - 1)
    return listed("youtube#captionListResponse", shown)


def update_caption(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer PUT: another file, or the draft's flag, or both."""
    caption = _own(site, asked, asked.body.get("id", ""))
    if asked.media is not None:
        caption.content = _content(asked)
        caption.failure, caption.polls_left = failure_of(caption.content), site.caption_polls
    caption.is_draft = asked.body.get("snippet", {}).get("isDraft", caption.is_draft)
    caption.changed_at = site.now()
    return caption_object(caption)


def delete_caption(site: Site, asked: Asked) -> None:
    """Answer DELETE /youtube/v3/captions."""
    caption = _own(site, asked, asked.one("id"))
    site.videos[caption.video_id].captions.remove(caption)


def download_caption(site: Site, asked: Asked) -> Response:
    """Answer GET /youtube/v3/captions/{id}: the track as it was uploaded."""
    caption = _own(site, asked, asked.visit.request.path_params["id"])
    return Response(caption.content, media_type="application/octet-stream")


def failure_of(content: bytes) -> str:
    """Say why YouTube cannot read a track; empty for SubRip and WebVTT with times."""
    text = content.decode("utf-8", "replace")
    return "" if _SRT.match(text) or _VTT.match(text) else "unknownFormat"


def _own(site: Site, asked: Asked, caption_id: str) -> Caption:
    channel = asked.own_channel()
    every = {one.id: one for video in site.videos.values() for one in video.captions}
    if caption_id not in every:
        raise Refused("captionNotFound")
    if site.videos[every[caption_id].video_id].channel_id != channel.id:
        raise Refused("forbidden", "The caption track belongs to another channel.")
    return every[caption_id]


def _content(asked: Asked) -> bytes:
    if not asked.media:
        raise Refused("contentRequired")
    if len(asked.media) > LARGEST:
        raise Refused("uploadTooLarge", f"{len(asked.media)} bytes are more than {LARGEST}")
    return asked.media
