"""An emulated YouTube: what a program needs that publishes films through the Data API v3, with faults on demand.

After the discovery document (revision 20261104) and the API reference of 2026-11. Resumable uploads of captions and thumbnails,
content owners, and lists by chart or rating are refused with the reason `notEmulated`; search is an address that is not there.
How long videos are processed, and how many calls do not know a new one, stands in `site`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from tests.emulators import youtube_captions, youtube_playlists, youtube_schema, youtube_videos
from tests.emulators import youtube_faults as wrong
from tests.emulators.google_grants import FORCE_SSL, UPLOAD, Grant
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving
from tests.emulators.youtube_objects import video_object
from tests.emulators.youtube_quota import Quota
from tests.emulators.youtube_requests import Asked, query_of, read_body
from tests.emulators.youtube_site import Channel, Playlist, Site, Video
from tests.emulators.youtube_uploads import Session, Uploads, checked_type, exhaust
from tests.emulators.youtube_words import Refused

UPLOAD_ENDPOINT = "videos.upload"
"""The name of the endpoint that takes the bytes of an upload session."""
_UPLOADED = frozenset({"videos.insert", "thumbnails.set", "captions.insert", "captions.update"})
"""Methods that take a file."""
Answer = Callable[[Site, Asked], Any]


@dataclass
class YouTubeEmulator(Emulator):
    """The vendor's server, with the channels of one project behind it."""

    seed: int = 0
    """Fixes all ids."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """What time it is, with a zone; a test may set another one."""
    retry_after_s: int | None = None
    """`Retry-After` of 429 and 503."""
    accounts: dict[str, Grant] = field(default_factory=dict)
    """Live access tokens."""
    token_holder: Callable[[str], Grant | None] | None = None
    """Whom to ask instead whose token it is: an emulated sign-in."""
    ended_tokens: set[str] = field(default_factory=set)
    """Tokens that are refused whoever holds them."""
    schema_problems: list[str] = field(default_factory=list)
    """What requests had that the discovery document does not, with their methods."""

    def __post_init__(self) -> None:
        self.site = Site(self._now, self.seed)
        self.quota = Quota(self._now)
        self.uploads = Uploads(self.site, self._finish, self._show)

    def _now(self) -> datetime:
        return self.clock()

    def begin_anew(self) -> None:
        """Forget everything, at the same address: a server for many tests."""
        vars(self).update(vars(YouTubeEmulator(url=self.url, seed=self.seed)))
        self.__post_init__()

    # What a test sets up

    def add_channel(self, title: str = "Foxes at Dusk", channel_id: str = "", **options: Any) -> Channel:
        """Found a channel: `is_verified`, `uploads_a_day` as in `Channel`."""
        return self.site.add_channel(title, channel_id, **options)

    def issue_token(self, channel: Channel | str, scopes: frozenset[str] = frozenset({UPLOAD, FORCE_SSL})) -> str:
        """Make an access token for a channel, or for an account without one (an id that is no channel's)."""
        token = self.site.make_id(60, "ya29.")
        self.accounts[token] = Grant(channel if isinstance(channel, str) else channel.id, frozenset(scopes))
        return token

    def end_token(self, token: str) -> None:
        """Let a token be refused from now on."""
        self.ended_tokens.add(token)

    def add_playlist(self, channel: Channel, title: str = "Foxes") -> Playlist:
        """Make a playlist."""
        return youtube_playlists.make_playlist(self.site, channel.id, {"title": title})

    # What a test looks at

    @property
    def videos(self) -> dict[str, Video]:
        """All videos by id, oldest first."""
        self.site.settle()
        return self.site.videos

    @property
    def sessions(self) -> list[Session]:
        """All upload sessions, oldest first."""
        return list(self.uploads.sessions.values())

    def playlists_of(self, video_id: str) -> list[str]:
        """Give the playlists a video is in, once for each place; uploads are not among them."""
        return [one.id for one in self.site.playlists.values() for item in one.items if item.video_id == video_id]

    # Serving

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        answers: dict[tuple[str, str], tuple[str, Answer]] = {
            ("GET", "channels"): ("channels.list", youtube_videos.list_channels),
            ("GET", "videos"): ("videos.list", youtube_videos.list_videos),
            ("POST", "videos"): ("videos.insert", self._insert),
            ("PUT", "videos"): ("videos.update", youtube_videos.update_video),
            ("DELETE", "videos"): ("videos.delete", youtube_videos.delete_video),
            ("POST", "thumbnails/set"): ("thumbnails.set", youtube_videos.set_thumbnail),
            ("GET", "captions"): ("captions.list", youtube_captions.list_captions),
            ("GET", "captions/{id}"): ("captions.download", youtube_captions.download_caption),
            ("POST", "captions"): ("captions.insert", youtube_captions.insert_caption),
            ("PUT", "captions"): ("captions.update", youtube_captions.update_caption),
            ("DELETE", "captions"): ("captions.delete", youtube_captions.delete_caption),
            ("GET", "playlists"): ("playlists.list", youtube_playlists.list_playlists),
            ("POST", "playlists"): ("playlists.insert", youtube_playlists.insert_playlist),
            ("GET", "playlistItems"): ("playlistItems.list", youtube_playlists.list_items),
            ("POST", "playlistItems"): ("playlistItems.insert", youtube_playlists.insert_item),
            ("DELETE", "playlistItems"): ("playlistItems.delete", youtube_playlists.delete_item),
        }
        made: dict[tuple[str, str], tuple[str, Handler]] = {}
        for (verb, place), (method_id, answer) in answers.items():
            folders = ["", *(["/upload", "/resumable/upload"] if method_id in _UPLOADED else [])]
            for folder in folders:
                made[verb, f"{folder}/youtube/v3/{place}"] = (method_id, self._guarded(method_id, answer))
        for folder in ("/upload", "/resumable/upload"):
            made["PUT", f"{folder}/youtube/v3/videos"] = (UPLOAD_ENDPOINT, self._take)
        return made

    def reads_itself(self, endpoint: str) -> bool:
        return endpoint == UPLOAD_ENDPOINT

    def parse(self, raw: bytes, content_type: str) -> Any:
        try:
            body, media, media_type = read_body(raw, content_type)
        except ValueError:
            return super().parse(raw, content_type)
        file = {} if media is None else {"media": {"content_type": media_type, "bytes": len(media)}}
        return {**body, **file} if isinstance(body, dict) else file or body

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if wrong.is_in_the_work(fault):
            return next(handler for name, handler in self.routes().values() if name == visit.call.endpoint)(visit)
        exhaust(visit, self.uploads.sessions.get(visit.call.query.get("upload_id", "")))
        return wrong.answer_in_words(fault, self.retry_after_s)

    def _guarded(self, method_id: str, answer: Answer) -> Handler:
        """Look at the token, the quota and the schema first, and answer refusals."""

        def guarded(visit: Visit) -> Response:
            with self.site.lock:
                self.site.settle()
                try:
                    grant = self._grant(visit, method_id)
                    self.quota.demand(method_id)
                except Refused as refused:
                    return refused.answer()
                try:
                    content = answer(self.site, self._asked(visit, method_id, grant))
                except Refused as refused:
                    self.quota.charge(method_id, is_refused=True)
                    return refused.answer()
                self.quota.charge(method_id)
            if isinstance(content, Response):
                return content
            return Response(status_code=204) if content is None else as_json(content)

        return guarded

    def _grant(self, visit: Visit, method_id: str) -> Grant:
        scheme, _, token = visit.request.headers.get("authorization", "").partition(" ")
        holder = self.token_holder or self.accounts.get
        grant = None if scheme != "Bearer" or token in self.ended_tokens else holder(token)
        if grant is None:
            raise Refused("authError")
        if not grant.scopes & youtube_schema.scopes_of(method_id):
            raise Refused("insufficientPermissions")
        return grant

    def _asked(self, visit: Visit, method_id: str, grant: Grant) -> Asked:
        try:
            body, media, media_type = read_body(visit.raw, visit.request.headers.get("content-type", ""))
        except ValueError as error:
            raise Refused("badRequest", f"The body cannot be read: {error}") from error
        query = query_of(visit)
        self._demand_schema(visit, method_id, query, body)
        if any(name.startswith("onBehalfOf") for name in query):
            raise Refused("notEmulated", "content owners are not emulated")
        is_upload = "/upload/" in visit.request.url.path
        if is_upload and method_id != "videos.insert" and query.get("uploadType") == ["resumable"]:
            raise Refused("notEmulated", f"resumable uploads of {method_id} are not emulated")
        channel = self.site.channels.get(grant.channel_id)
        return Asked(visit, channel, query, body or {}, media if is_upload else None, media_type)

    def _demand_schema(self, visit: Visit, method_id: str, query: dict[str, list[str]], body: Any) -> None:
        found = youtube_schema.problems(method_id, query | visit.request.path_params, body)
        if "part" in query:
            parts = youtube_schema.parts_of(method_id)
            found += [f"part: there is no part {part!r}" for part in query["part"] if part not in parts]
            if isinstance(body, dict):
                found += [
                    f"{name}: part does not name it" for name in body if name in parts - {"id"} and name not in query["part"]
                ]
        if found:
            self.schema_problems += [f"{method_id}: {problem}" for problem in found]
            raise Refused("badRequest", "; ".join(found))

    def _insert(self, site: Site, asked: Asked) -> Any:
        """Answer POST of a video: with a session, or with the video when its bytes came along."""
        draft = youtube_videos.draft_of(site, asked)
        kind = asked.one("uploadType")
        if "/upload/" not in asked.visit.request.url.path or kind not in {"resumable", "multipart", "media"}:
            raise Refused("mediaBodyRequired")
        if kind == "resumable":
            return self.uploads.begin(asked.visit, draft, asked.parts)
        if asked.media is None:
            raise Refused("mediaBodyRequired")
        media_type = checked_type(asked.media_type)
        file = site.folder / f"sent-{len(site.videos)}-{site.make_id(4)}"
        file.write_bytes(asked.media)
        return video_object(site, youtube_videos.make_video(site, draft, file, media_type), asked.parts, is_new=True)

    def _take(self, visit: Visit) -> Response:
        """Answer PUT of bytes."""
        session = self.uploads.sessions.get(visit.call.query.get("upload_id", ""))
        try:
            session = self.uploads.find(visit)
            if self._grant(visit, "videos.insert").channel_id != session.channel_id:
                raise Refused("forbidden", "The upload session belongs to another channel.")
            if visit.fault == wrong.UNAUTHORIZED_MIDWAY:
                self.end_token(visit.request.headers["authorization"].partition(" ")[2])
            answered = self.uploads.take(visit, session)
        except Refused as refused:
            exhaust(visit, session)
            return refused.answer()
        if visit.fault == wrong.FINAL_ANSWER_LOST and session.video is None:
            self.faults.next(UPLOAD_ENDPOINT, wrong.FINAL_ANSWER_LOST)
        return answered

    def _finish(self, session: Session) -> Video:
        return youtube_videos.make_video(self.site, session.draft, session.file, session.media_type)

    def _show(self, session: Session) -> dict[str, Any]:
        assert session.video is not None
        with self.site.lock:
            return video_object(self.site, session.video, session.parts, is_new=True)


@contextmanager
def served(**options: Any) -> Iterator[YouTubeEmulator]:
    """Serve a YouTube on loopback."""
    youtube = YouTubeEmulator(**options)
    with serving(youtube):
        yield youtube
