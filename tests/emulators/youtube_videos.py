"""Videos: made from what was uploaded, listed, changed and deleted; and their thumbnails."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube_objects import listed, thumbnail_urls, video_object
from tests.emulators.youtube_requests import Asked, page_of
from tests.emulators.youtube_rules import other_parts_of, snippet_of, status_of
from tests.emulators.youtube_site import Channel, Outcome, Site, Video
from tests.emulators.youtube_words import Refused

MOST_IDS = 50
LARGEST_THUMBNAIL = 52_428_800
THUMBNAIL_TYPES = frozenset({"image/jpeg", "image/png", "application/octet-stream"})
OWNERS_PARTS = frozenset({"fileDetails", "processingDetails", "suggestions"})


def draft_of(site: Site, asked: Asked) -> dict[str, Any]:
    """Check what a video is to be before its bytes come, and give what `make_video` wants of it.

    Raises:
        Refused: naming what is wrong with the words, or uploadLimitExceeded.
    """
    channel = asked.own_channel()
    snippet = snippet_of(asked.body.get("snippet", {}))
    sent = {} if asked.visit.fault == wrong.STATUS_UNHEARD else asked.body.get("status", {})
    status = status_of(sent, site.now(), was_public=False)
    others = other_parts_of(asked.body, snippet)
    site.demand_room(channel)
    return {
        "channel_id": channel.id,
        "snippet": snippet,
        "status": status,
        "other_parts": others,
        "notify_subscribers": asked.says("notifySubscribers", default=True),
        "outcome": wrong.outcome_of(asked.visit.fault),
    }


def make_video(site: Site, draft: dict[str, Any], file: Path, media_type: str) -> Video:
    """Make a video of a whole file, which belongs to it from now on."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    with site.lock:
        now, size_bytes = site.now(), file.stat().st_size
        video = Video(
            id=site.make_id(11),
            made_at=now,
            file=file,
            sha256=sha256,
            size_bytes=size_bytes,
            media_type=media_type,
            polls_left=site.processing_polls,
            processed_at=now + timedelta(seconds=site.processing_s),
            unseen_calls=site.unseen_calls,
            **draft,
        )
        if size_bytes == 0:
            video.outcome = Outcome("failed", "emptyFile")
        site.videos[video.id] = video
        site.settle()
    return video


def list_videos(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer GET /youtube/v3/videos."""
    for name in ("chart", "myRating"):
        if name in asked.query:
            raise Refused("notEmulated", f"videos.list by {name} is not emulated")
    ids = asked.query.get("id", [])
    if not ids:
        raise Refused("missingRequiredParameter", "No filter selected. Expected one of: id, chart, myRating")
    if "maxResults" in asked.query or "pageToken" in asked.query:
        raise Refused("incompatibleParameters", "maxResults and pageToken cannot be used with id")
    if len(ids) > MOST_IDS:
        raise Refused("invalidFilters", f"{len(ids)} ids are more than {MOST_IDS}")
    shown = [_shown(site, asked, video) for one in dict.fromkeys(ids) if (video := _visible(site, asked, one))]
    page = {"pageInfo": {"totalResults": len(shown), "resultsPerPage": len(shown)}}
    return listed("youtube#videoListResponse", shown, page)


def _visible(site: Site, asked: Asked, video_id: str) -> Video | None:
    video = site.videos.get(video_id)
    if video is None or not site.is_known(video):
        return None
    return video if _is_own(asked.channel, video) or video.privacy != "private" else None


def _shown(site: Site, asked: Asked, video: Video) -> dict[str, Any]:
    if not _is_own(asked.channel, video) and OWNERS_PARTS & set(asked.parts):
        raise Refused("forbidden", "The fileDetails, processingDetails and suggestions parts are only for the video's owner.")
    shown = video_object(site, video, asked.parts)
    video.polls_left = max(0, video.polls_left - 1)
    return shown


def _is_own(channel: Channel | None, video: Video) -> bool:
    return channel is not None and channel.id == video.channel_id


def update_video(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer PUT /youtube/v3/videos: each part that is named is replaced as a whole."""
    video = site.own_video(asked.own_channel(), asked.body.get("id", ""))
    snippet, status = video.snippet, video.status
    if "snippet" in asked.parts:
        sent = asked.body.get("snippet", {})
        if "title" not in sent or "categoryId" not in sent:
            raise Refused("invalidVideoMetadata", "A snippet needs title and categoryId.")
        snippet = snippet_of(sent)
    if "status" in asked.parts:
        status = status_of(asked.body.get("status", {}), site.now(), was_public=video.was_public)
    others = other_parts_of(asked.body, snippet)
    video.snippet, video.status = snippet, status
    video.other_parts = {name: part for name, part in video.other_parts.items() if name not in asked.parts} | others
    site.settle()
    return video_object(site, video, asked.parts)


def delete_video(site: Site, asked: Asked) -> None:
    """Answer DELETE /youtube/v3/videos."""
    site.delete_video(site.own_video(asked.own_channel(), asked.one("id")))


def set_thumbnail(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer POST /upload/youtube/v3/thumbnails/set."""
    channel = asked.own_channel()
    video = site.own_video(channel, asked.one("videoId"))
    if not channel.is_verified:
        raise Refused("forbidden", "The authenticated user doesn't have permissions to upload and set custom video thumbnails.")
    if not asked.media:
        raise Refused("mediaBodyRequired")
    if asked.media_type not in THUMBNAIL_TYPES:
        raise Refused("invalidMediaType", f"Media type {asked.media_type!r} is not supported.")
    if len(asked.media) > LARGEST_THUMBNAIL:
        raise Refused("uploadTooLarge", f"{len(asked.media)} bytes are more than {LARGEST_THUMBNAIL}")
    video.thumbnail_type = _media_type_of(asked.media)
    video.thumbnail = asked.media
    return listed("youtube#thumbnailSetResponse", [thumbnail_urls(video)])


def _media_type_of(picture: bytes) -> str:
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as image:
            image.verify()
            return f"image/{str(image.format).lower()}"
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise Refused("invalidImage") from error


def list_channels(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer GET /youtube/v3/channels; like the real one it says nothing of items when there are none."""
    wanted = [name for name in ("mine", "id", "forHandle", "forUsername", "managedByMe", "mySubscribers") if name in asked.query]
    if wanted not in (["mine"], ["id"]):
        raise Refused("missingRequiredParameter" if not wanted else "notEmulated", "channels.list wants either mine or id")
    own = [asked.channel] if asked.channel and asked.says("mine", default=False) else []
    found = own or [site.channels[one] for one in asked.query.get("id", []) if one in site.channels]
    page, said = page_of(asked, found)
    shown = listed("youtube#channelListResponse", [_channel_object(site, channel, asked.parts) for channel in page], said)
    return shown if page else {name: value for name, value in shown.items() if name != "items"}


def _channel_object(site: Site, channel: Channel, parts: list[str]) -> dict[str, Any]:
    videos = [video for video in site.uploads_of(channel) if video.privacy == "public"]
    words = {"title": channel.title, "description": ""}
    every: dict[str, Any] = {
        "snippet": words | {"publishedAt": f"{channel.made_at:%Y-%m-%dT%H:%M:%SZ}", "localized": words},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": channel.uploads_playlist_id}},
        "status": {
            "privacyStatus": "public",
            "isLinked": True,
            "longUploadsStatus": "allowed" if channel.is_verified else "eligible",
        },
        "statistics": {"viewCount": "0", "subscriberCount": "0", "hiddenSubscriberCount": False, "videoCount": str(len(videos))},
    }
    from_parts = {name: part for name, part in every.items() if name in parts}
    return {"kind": "youtube#channel", "id": channel.id, **from_parts}
