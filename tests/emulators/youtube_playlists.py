"""Playlists and their places; the uploads of a channel are one that nobody else can write into."""

from __future__ import annotations

import base64
from typing import Any

from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube_objects import item_object, listed, playlist_object
from tests.emulators.youtube_requests import Asked, page_of
from tests.emulators.youtube_site import Channel, Playlist, PlaylistItem, Site
from tests.emulators.youtube_words import Refused

LONGEST_TITLE = 150


def make_playlist(site: Site, channel_id: str, snippet: dict[str, Any], privacy: str = "public") -> Playlist:
    """Make a playlist of a channel, empty."""
    playlist = Playlist(site.make_id(32, "PL"), channel_id, site.now(), snippet, privacy)
    site.playlists[playlist.id] = playlist
    return playlist


def insert_playlist(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer POST /youtube/v3/playlists."""
    sent = asked.body.get("snippet", {})
    title = sent.get("title", "")
    if not title.strip():
        raise Refused("playlistTitleRequired")
    if len(title) > LONGEST_TITLE or "<" in title or ">" in title:
        raise Refused("invalidPlaylistSnippet")
    kept = {name: sent[name] for name in ("title", "description", "defaultLanguage") if name in sent}
    privacy = asked.body.get("status", {}).get("privacyStatus", "public")
    return playlist_object(site, make_playlist(site, asked.own_channel().id, kept, privacy), asked.parts)


def list_playlists(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer GET /youtube/v3/playlists; the uploads are not among a channel's own."""
    filters = {"mine", "id", "channelId"} & set(asked.query)
    if len(filters) != 1:
        raise Refused("incompatibleParameters" if filters else "missingRequiredParameter")
    every = [one for one in site.playlists.values() if _may_see(asked.channel, one)]
    if "id" in filters:
        found = [one for one in every if one.id in asked.query["id"]]
    else:
        whose = asked.one("channelId") or asked.own_channel().id
        found = [one for one in every if one.channel_id == whose]
    page, said = page_of(asked, found)
    return listed("youtube#playlistListResponse", [playlist_object(site, one, asked.parts) for one in page], said)


def _may_see(channel: Channel | None, playlist: Playlist) -> bool:
    return playlist.privacy != "private" or (channel is not None and channel.id == playlist.channel_id)


def insert_item(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer POST /youtube/v3/playlistItems; the same video may come in twice."""
    channel, sent = asked.own_channel(), asked.body.get("snippet", {})
    resource = sent.get("resourceId", {})
    if resource.get("kind") != "youtube#video" or "videoId" not in resource:
        raise Refused("invalidSnippet", "resourceId needs kind youtube#video and videoId.")
    playlist = _own_playlist(site, channel, sent.get("playlistId", ""))
    video = site.videos.get(resource["videoId"])
    if video is None or not site.is_known(video) or (video.channel_id != channel.id and video.privacy == "private"):
        raise Refused("videoNotFound")
    position = sent.get("position", len(playlist.items))
    if position > len(playlist.items):
        raise Refused("invalidSnippet", f"position {position} is behind the end of the playlist.")
    item = PlaylistItem(_item_id(playlist.id, site.make_id(12)), video.id, site.now())
    playlist.items.insert(position, item)
    return item_object(site, playlist.id, item, position, asked.parts)


def _own_playlist(site: Site, channel: Channel, playlist_id: str) -> Playlist:
    if not playlist_id:
        raise Refused("playlistIdRequired")
    if playlist_id in {one.uploads_playlist_id for one in site.channels.values()}:
        raise Refused("playlistOperationUnsupported", "Nothing can be added to uploads.")
    if playlist_id not in site.playlists:
        raise Refused("playlistNotFound")
    if site.playlists[playlist_id].channel_id != channel.id:
        raise Refused("forbidden", "The playlist belongs to another channel.")
    return site.playlists[playlist_id]


def list_items(site: Site, asked: Asked) -> dict[str, Any]:
    """Answer GET /youtube/v3/playlistItems."""
    places = _places(site, asked)
    if "videoId" in asked.query:
        places = [place for place in places if place[2].video_id == asked.one("videoId")]
    page, said = page_of(asked, places)
    shown = [item_object(site, playlist_id, item, position, asked.parts) for playlist_id, position, item in page]
    return listed("youtube#playlistItemListResponse", shown, said)


def _places(site: Site, asked: Asked) -> list[tuple[str, int, PlaylistItem]]:
    if "id" in asked.query:
        every = [
            (one.id, position, item)
            for one in site.playlists.values()
            if _may_see(asked.channel, one)
            for position, item in enumerate(one.items)
        ]
        return [place for place in every if place[2].id in asked.query["id"]]
    playlist_id = asked.one("playlistId")
    if not playlist_id:
        raise Refused("playlistIdRequired")
    for channel in site.channels.values():
        if playlist_id == channel.uploads_playlist_id:
            return [(playlist_id, number, item) for number, item in enumerate(_uploads(site, asked, channel))]
    if playlist_id not in site.playlists:
        raise Refused("playlistNotFound")
    if not _may_see(asked.channel, site.playlists[playlist_id]):
        raise Refused("playlistItemsNotAccessible")
    return [(playlist_id, number, item) for number, item in enumerate(site.playlists[playlist_id].items)]


def _uploads(site: Site, asked: Asked, channel: Channel) -> list[PlaylistItem]:
    if asked.visit.fault == wrong.UPLOADS_UNLISTED:
        return []
    is_own = asked.channel is not None and asked.channel.id == channel.id
    known = [one for one in site.uploads_of(channel) if (is_own or one.privacy == "public") and site.is_known(one)]
    return [PlaylistItem(_item_id(channel.uploads_playlist_id, one.id), one.id, one.made_at) for one in known]


def delete_item(site: Site, asked: Asked) -> None:
    """Answer DELETE /youtube/v3/playlistItems."""
    channel = asked.own_channel()
    for playlist in site.playlists.values():
        for item in playlist.items:
            if item.id == asked.one("id"):
                playlist.items.remove(_of(playlist, channel, item))
                return
    raise Refused("playlistItemNotFound")


def _of(playlist: Playlist, channel: Channel, item: PlaylistItem) -> PlaylistItem:
    if playlist.channel_id != channel.id:
        raise Refused("forbidden", "The playlist belongs to another channel.")
    return item


def _item_id(playlist_id: str, name: str) -> str:
    return base64.urlsafe_b64encode(f"{playlist_id}.{name}".encode()).decode().rstrip("=")
