"""Videos, captions and playlist items as YouTube's answers show them."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from tests.emulators.youtube_site import Caption, Channel, Playlist, PlaylistItem, Site, Video

_SIZES = {"default": (120, 90), "medium": (320, 180), "high": (480, 360), "standard": (640, 480), "maxres": (1280, 720)}
_PARTS_TOTAL = 1000
_FAILURES = {"codec": "transcodeFailed", "conversion": "transcodeFailed"}
"""processingFailureReason of the failures that come after the upload; the others failed in it."""


def listed(kind: str, items: list[dict[str, Any]], page: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make a list as answers have it."""
    return marked({"kind": kind, **(page or {}), "items": [marked(item) if "kind" in item else item for item in items]})


def marked(content: dict[str, Any]) -> dict[str, Any]:
    """Add an etag, which is the same for equal content."""
    digest = hashlib.sha1(json.dumps(content, sort_keys=True).encode(), usedforsecurity=False).digest()
    return {"kind": content["kind"], "etag": base64.urlsafe_b64encode(digest).decode().rstrip("="), **content}


def stamp(at: datetime) -> str:
    """Write a time as answers do."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def thumbnail_urls(video: Video) -> dict[str, Any]:
    """Give the addresses of a video's pictures; the largest exists for pictures of one's own."""
    return {
        name: {"url": f"https://i.ytimg.com/vi/{video.id}/{name}.jpg", "width": width, "height": height}
        for name, (width, height) in _SIZES.items()
        if video.thumbnail is not None or name not in {"standard", "maxres"}
    }


def video_object(site: Site, video: Video, parts: list[str], *, is_new: bool = False) -> dict[str, Any]:
    """Show the parts of a video that were asked for; the answer that a new one gets knows nothing of its processing."""
    is_processing = is_new or video.is_processing(site.now())
    every = {
        "snippet": _snippet(site.channels[video.channel_id], video),
        "status": _status(video, is_processing),
        "contentDetails": {
            "duration": "P0D",  # the real one knows it once processing has ended; nothing here measures films
            "dimension": "2d",
            "definition": "hd",
            "caption": "true" if any(not one.is_draft for one in video.captions) else "false",
            "licensedContent": False,
            "projection": "rectangular",
            "hasCustomThumbnail": video.thumbnail is not None,
        },
        "fileDetails": {"fileName": "unknown", "fileSize": str(video.size_bytes), "fileType": "video"},
        "processingDetails": _processing(site, video, is_processing),
        "statistics": {"viewCount": "0", "likeCount": "0", "favoriteCount": "0", "commentCount": "0"},
        **video.other_parts,
    }
    return marked({"kind": "youtube#video", "id": video.id, **{name: part for name, part in every.items() if name in parts}})


def _snippet(channel: Channel, video: Video) -> dict[str, Any]:
    words = {"title": video.snippet["title"], "description": video.snippet["description"]}
    return {
        "publishedAt": stamp(video.made_at),
        "channelId": channel.id,
        "channelTitle": channel.title,
        "thumbnails": thumbnail_urls(video),
        "liveBroadcastContent": "none",
        "localized": words,
        **video.snippet,
    }


def _status(video: Video, is_processing: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {**video.status, "madeForKids": video.status.get("selfDeclaredMadeForKids", False)}
    if is_processing:
        return shown | {"uploadStatus": "uploaded"}
    shown["uploadStatus"] = video.outcome.upload_status
    if video.outcome.upload_status == "failed":
        shown["failureReason"] = video.outcome.reason
    if video.outcome.upload_status == "rejected":
        shown["rejectionReason"] = video.outcome.reason
    return shown


def _processing(site: Site, video: Video, is_processing: bool) -> dict[str, Any]:
    if is_processing:
        left_s = max(0.0, (video.processed_at - site.now()).total_seconds()) if video.processed_at else 0.0
        done = _PARTS_TOTAL // (2 + video.polls_left)
        progress = {"partsTotal": str(_PARTS_TOTAL), "partsProcessed": str(done), "timeLeftMs": str(int(left_s * 1000))}
        return {"processingStatus": "processing", "processingProgress": progress, **_available("inProgress")}
    status = video.outcome.upload_status
    if status == "processed":
        return {"processingStatus": "succeeded", **_available("available")}
    if status == "rejected":
        return {"processingStatus": "terminated", **_available("unavailable")}
    reason = _FAILURES.get(video.outcome.reason, "uploadFailed")
    return {"processingStatus": "failed", "processingFailureReason": reason, **_available("unavailable")}


def _available(word: str) -> dict[str, str]:
    names = ("fileDetails", "processingIssues", "tagSuggestions", "editorSuggestions", "thumbnails")
    return {f"{name}Availability": word for name in names}


def caption_object(caption: Caption) -> dict[str, Any]:
    """Show a caption track."""
    snippet: dict[str, Any] = {
        "videoId": caption.video_id,
        "lastUpdated": stamp(caption.changed_at),
        "trackKind": "standard",
        "language": caption.language,
        "name": caption.name,
        "audioTrackType": "unknown",
        "isCC": False,
        "isLarge": False,
        "isEasyReader": False,
        "isDraft": caption.is_draft,
        "isAutoSynced": False,
        "status": "syncing" if caption.polls_left else "failed" if caption.failure else "serving",
    }
    if snippet["status"] == "failed":
        snippet["failureReason"] = caption.failure
    return marked({"kind": "youtube#caption", "id": caption.id, "snippet": snippet})


def playlist_object(site: Site, playlist: Playlist, parts: list[str]) -> dict[str, Any]:
    """Show the parts of a playlist that were asked for."""
    words = {"title": playlist.snippet["title"], "description": playlist.snippet.get("description", "")}
    whose = {"channelId": playlist.channel_id, "channelTitle": site.channels[playlist.channel_id].title}
    every: dict[str, Any] = {
        "snippet": {"publishedAt": stamp(playlist.made_at), **whose, **playlist.snippet, **words, "localized": words},
        "status": {"privacyStatus": playlist.privacy},
        "contentDetails": {"itemCount": len(playlist.items)},
    }
    return marked(
        {"kind": "youtube#playlist", "id": playlist.id, **{name: part for name, part in every.items() if name in parts}}
    )


def item_object(site: Site, playlist_id: str, item: PlaylistItem, position: int, parts: list[str]) -> dict[str, Any]:
    """Show the parts of a place in a playlist that were asked for."""
    video = site.videos[item.video_id]
    owner = site.channels[video.channel_id]
    listing = site.playlists[playlist_id].channel_id if playlist_id in site.playlists else owner.id
    every: dict[str, Any] = {
        "snippet": {
            "publishedAt": stamp(item.added_at),
            "channelId": listing,
            "channelTitle": site.channels[listing].title,
            "title": video.snippet["title"],
            "description": video.snippet["description"],
            "thumbnails": thumbnail_urls(video),
            "playlistId": playlist_id,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": video.id},
            "videoOwnerChannelId": owner.id,
            "videoOwnerChannelTitle": owner.title,
        },
        "contentDetails": {"videoId": video.id, "videoPublishedAt": stamp(video.made_at)},
        "status": {"privacyStatus": video.privacy},
    }
    return marked(
        {"kind": "youtube#playlistItem", "id": item.id, **{name: part for name, part in every.items() if name in parts}}
    )
