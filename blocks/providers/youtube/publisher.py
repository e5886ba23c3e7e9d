"""Films on a YouTube channel.

A film is uploaded privately, gets all that belongs to it, and is looked at until it really is there. Only then, as the last
step, others may see it. Each step is written down: a later run goes on where this one stopped.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from blocks.capabilities.bench import Bench
from blocks.capabilities.publication import PublicationPaper, UnwrittenPublication
from blocks.capabilities.publisher import Publisher
from blocks.domain.audience import Privacy
from blocks.domain.publication import Need, Publication, PublishingStep
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo
from blocks.errors import BadSpec, ContentRefused, JobLate, MediaError, ProviderUnavailable, ReviewRejected
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.answers import Video
from blocks.providers.youtube.api import UNITS, UPLOADS, WHOLE_FILM_UNITS, YouTube, project_account
from blocks.providers.youtube.metadata import Files, find_problems, flags_of, insert_body, media_type_of, showing_of, words_of
from blocks.providers.youtube.upload import Film, upload_film

_log = logging.getLogger(__name__)

NEW_FOR = timedelta(minutes=10)
"""How long a film that was uploaded may be missing from YouTube's answers."""
_STUDIO = "YouTube Studio (studio.youtube.com, Content)"


class YouTubePublisher(Publisher):
    """Shows films on a YouTube channel."""

    _block_type_name = "YouTube Publisher"
    lane: ClassVar[str | None] = "youtube"

    kind: Literal["youtube"] = Field(default="youtube", description="Tells makers apart.")
    credentials: YouTubeAccount = Field(description="The channel's account: `python -m deployments authorize` makes it.")
    notify_subscribers: bool = Field(default=False, description="Whether the channel's subscribers are told of each film.")
    processing_patience_s: float = Field(
        default=7200, ge=0, description="How long, in seconds, YouTube may work on a film that was uploaded."
    )
    poll_s: float = Field(default=30, gt=0, description="Seconds between the looks at a film that YouTube works on.")
    uploads_a_day: int = Field(default=100, ge=0, description="Uploads a day that Google allows the account's project.")
    units_a_day: int = Field(default=10_000, ge=0, description="Quota units a day that Google allows the account's project.")

    @property
    def account(self) -> str:
        """Name the channel."""
        return self.credentials.account

    @property
    def allowances(self) -> tuple[str, ...]:
        """Name the channel, and the project whose units its calls use."""
        return (self.account, project_account(self.credentials))

    @property
    def shows_on(self) -> str:
        """Give the channel's id."""
        return self.credentials.youtube_channel_id

    @property
    def waits_s(self) -> tuple[float, ...]:
        """Look at an equal pace, as long as patience lasts."""
        return (self.poll_s,) * int(self.processing_patience_s // self.poll_s)

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the channel: another one is another place to publish to."""
        return {"kind": self.kind, "channel": self.shows_on}

    def needs(self, publication: Publication) -> tuple[Need, ...]:
        """Say what a film takes that was not begun; one that was is finished with what there is."""
        if publication.has_begun:
            return ()
        project = project_account(self.credentials)
        return (
            Need(account=project, bucket=UPLOADS, amount=1, limit=self.uploads_a_day),
            Need(account=project, bucket=UNITS, amount=WHOLE_FILM_UNITS, limit=self.units_a_day),
        )

    def check(self) -> None:
        """See, for one unit, that the account's token is good and writes to the account's channel."""
        with YouTube.open(self.credentials, UnwrittenPublication()) as line:
            line.own_channel()

    def holds(self, film: PublishedVideo) -> bool:
        """Believe it: a film that its owner took away at YouTube is not put there again unasked."""
        return True

    def is_gone(self, publication: Publication) -> bool:
        """Ask YouTube for the film; one whose last bytes went out, and that has no name yet, may be there."""
        if not publication.video_id:
            return publication.session is None or not publication.session.last_sent
        with YouTube.open(self.credentials, UnwrittenPublication()) as line:
            line.own_channel()
            return line.video(publication.video_id) is None

    def publish(self, spec: PublishSpec, bench: Bench) -> PublishedVideo:
        """Upload the film privately, finish it, and show it to whom it is for."""
        paper = bench.publication
        thumbnail = bench.open(spec.thumbnail) if spec.thumbnail else None
        files = Files(bench.open(spec.film), bench.open(spec.captions), thumbnail)
        now = None if paper.entry.has_begun else datetime.now(UTC)
        if problems := find_problems(spec, files, now):
            raise BadSpec(f"YouTube would not take {spec.channel}/{spec.slug}; nothing was sent:", problems=problems)
        with YouTube.open(self.credentials, paper) as line:
            publishing = _Publishing(line, spec, files, self.notify_subscribers)
            publishing.see_that_film_is_there()
            publishing.set_thumbnail()
            publishing.set_captions()
            publishing.put_on_playlist()
            publishing.see_that_it_is_processed()
            publishing.see_its_flags()
            publishing.show()
        return PublishedVideo(url=f"https://youtu.be/{paper.entry.video_id}", publisher=self.kind)


class _Publishing:
    """The steps of one film, each done once."""

    def __init__(self, line: YouTube, spec: PublishSpec, files: Files, notifies: bool) -> None:
        self._line, self._spec, self._files, self._notifies = line, spec, files, notifies
        self._paper: PublicationPaper = line.paper
        self._seen: Video | None = None
        """The film as it was a moment ago."""

    @property
    def _video_id(self) -> str:
        return self._paper.entry.video_id

    def see_that_film_is_there(self) -> None:
        """Upload the film, or what is missing of it."""
        if PublishingStep.SHOWN in self._paper.entry.done:
            return
        if self._video_id:  # of an earlier try; somebody may have deleted it since
            video = self._seen = self._there()
        else:
            channel = self._line.own_channel()
            film = Film(self._spec.film, self._files.film, insert_body(self._spec), self._notifies)
            video = upload_film(self._line, film, channel)
            self._paper.keep_video(video.id)
            _log.info("the film is at YouTube: %s", video.id)
        if self._paper.is_done(PublishingStep.FILM):
            return
        if video.status.privacy != Privacy.PRIVATE:
            _log.warning("YouTube made the film %s; it is made private", video.status.privacy or "visible to nobody knows whom")
            self._hide()
        self._paper.finish(PublishingStep.FILM)

    def set_thumbnail(self) -> None:
        """Set the picture to click on."""
        picture, mark = self._files.thumbnail, self._spec.thumbnail or ""
        if picture is None or self._paper.is_done(PublishingStep.THUMBNAIL, mark):
            return
        media_type = media_type_of(picture)
        assert media_type is not None
        self._line.set_thumbnail(self._video_id, picture, media_type)
        self._paper.finish(PublishingStep.THUMBNAIL, mark)

    def set_captions(self) -> None:
        """Add the captions, or replace those that are there in this language."""
        spec, mark = self._spec, f"{self._spec.language} {self._spec.captions}"
        if self._paper.is_done(PublishingStep.CAPTIONS, mark):
            return
        caption = self._line.add_captions(self._video_id, spec.language, self._files.captions)
        if caption is None:
            there = [
                one
                for one in self._line.captions(self._video_id)
                if (one.snippet.language, one.snippet.name) == (spec.language, "") and one.snippet.kind.lower() != "asr"
            ]
            if not there:
                raise ProviderUnavailable("YouTube has captions of the film that it does not list; it is tried again later")
            caption = self._line.replace_captions(there[0].id, self._files.captions)
        if caption.snippet.status == "failed":
            raise MediaError(
                f"YouTube cannot read the captions {spec.captions} ({caption.snippet.failure_reason or 'it says no reason'}): "
                f"the film {self._video_id} stays private; mend the captions, then run the film again"
            )
        self._paper.finish(PublishingStep.CAPTIONS, mark)

    def put_on_playlist(self) -> None:
        """Put the film on the channel's playlist, once."""
        playlist = self._spec.showing.playlist
        if not playlist or self._paper.is_done(PublishingStep.PLAYLIST, playlist):
            return
        if not self._line.is_on(playlist, self._video_id):
            self._line.put_on(playlist, self._video_id)
        self._paper.finish(PublishingStep.PLAYLIST, playlist)

    def see_that_it_is_processed(self) -> None:
        """See that YouTube has made of the film what can be watched.

        Raises:
            JobLate: it still works on it.
            ContentRefused: it will not show the film.
            MediaError: it cannot read the film.
        """
        if self._paper.is_done(PublishingStep.PROCESSED):
            return
        video = self._seen or self._there()
        status, processing = video.status, video.processing
        way_out = f"the film {video.id} is private; delete it in {_STUDIO}, then run the film again"
        if status.upload_status == "rejected":
            raise ContentRefused(f"YouTube rejected the film ({status.rejection_reason or 'it says no reason'}): {way_out}")
        reason = status.failure_reason or processing.failure_reason
        if status.upload_status in {"failed", "deleted"} or processing.status in {"failed", "terminated"}:
            raise MediaError(f"YouTube could not process the film ({reason or 'it says no reason'}): {way_out}")
        if status.upload_status != "processed" or processing.status == "processing":
            parts = processing.progress
            far = f" ({parts.processed} of {parts.total} parts)" if parts and parts.total else ""
            self._paper.tell(f"YouTube processes the film{far}")
            raise JobLate(f"YouTube still processes the film {video.id}{far}; it is private meanwhile, and is looked at again")
        self._paper.finish(PublishingStep.PROCESSED)

    def see_its_flags(self) -> None:
        """See that YouTube has the film's words and declarations as they were sent; correct them once if not.

        Raises:
            BadSpec: YouTube does not take them; the film is private.
        """
        words, flags = words_of(self._spec), flags_of(self._spec)
        mark = hashlib.sha256(json.dumps([words, flags], sort_keys=True).encode()).hexdigest()
        if self._paper.is_done(PublishingStep.FLAGS, mark):
            return
        parts = self._parts()
        if not (_agrees(parts["status"], flags | {"privacyStatus": "private"}) and _agrees(parts["snippet"], words)):
            _log.warning(
                "YouTube has other words or declarations than the film %s was sent with; they are corrected", self._video_id
            )
            self._line.update(
                self._video_id,
                {
                    "snippet": parts["snippet"] | words,
                    "status": _settable(parts["status"]) | flags | {"privacyStatus": "private"},
                },
            )
            if differing := _differing(self._parts()["status"], flags | {"privacyStatus": "private"}):
                self._hide()
                raise BadSpec(
                    f"YouTube does not keep what is declared of the film {self._video_id} ({', '.join(differing)}): it stays "
                    f"private; look at it in {_STUDIO}, then run the film again"
                )
        self._paper.finish(PublishingStep.FLAGS, mark)

    def show(self) -> None:
        """Let those see the film whom it is for, now or from a time on.

        Raises:
            BadSpec: YouTube does not do so; the film is private.
            ReviewRejected: the film was given up meanwhile; it is private.
        """
        if self._paper.is_given_up():
            raise ReviewRejected(f"the film was given up while it was published: it stays private at YouTube ({self._video_id})")
        showing = self._spec.showing
        mark = f"{showing.privacy} {showing.publish_at.isoformat() if showing.publish_at else ''}".strip()
        if self._paper.is_done(PublishingStep.SHOWN, mark):
            return
        wanted = showing_of(showing, datetime.now(UTC))
        if wanted != {"privacyStatus": Privacy.PRIVATE.value} or PublishingStep.SHOWN in self._paper.entry.done:
            status = _settable(self._parts()["status"]) | flags_of(self._spec) | wanted
            shown = self._line.update(self._video_id, {"status": status}).status
            at = wanted.get("publishAt")
            on_time = at is None or (shown.publish_at is not None and shown.publish_at == datetime.fromisoformat(str(at)))
            if shown.privacy != wanted["privacyStatus"] or not on_time:
                self._hide()
                raise BadSpec(
                    f"YouTube does not show the film {self._video_id} as asked ({mark}; it says {shown.privacy}): it stays "
                    f"private; see in {_STUDIO} what holds it back, then run the film again"
                )
        self._paper.finish(PublishingStep.SHOWN, mark)

    def _hide(self) -> None:
        """Make the film private, whatever else is wrong with it."""
        found = self._line.parts(self._video_id)  # one that is new may not be listed yet, and can be hidden all the same
        status = _settable(found.status) if found else {}
        video = self._line.update(self._video_id, {"status": status | flags_of(self._spec) | {"privacyStatus": "private"}})
        if video.status.privacy != Privacy.PRIVATE:
            raise BadSpec(
                f"YouTube does not make the film {self._video_id} private (it says {video.status.privacy}): "
                f"hide or delete it in {_STUDIO} now, then run the film again"
            )

    def _parts(self) -> dict[str, dict[str, JsonValue]]:
        found = self._line.parts(self._video_id)
        if found is None:
            raise self._missing()
        return {"snippet": _settable_words(found.snippet), "status": found.status}

    def _there(self) -> Video:
        video = self._line.video(self._video_id)
        if video is None:
            raise self._missing()
        return video

    def _missing(self) -> BadSpec | ProviderUnavailable:
        """Give the error of a film that YouTube does not have, and write down that it is gone when it surely is."""
        entry = self._paper.entry
        if entry.uploaded_at is not None and datetime.now(UTC) - entry.uploaded_at < NEW_FOR:
            return ProviderUnavailable(f"YouTube does not find the film {entry.video_id} yet; it is asked again later")
        self._line.own_channel()  # the films of another channel are not found either
        why = f"the film {entry.video_id} is not at YouTube any more"
        self._paper.begin_anew(why)
        return BadSpec(f"{why}: somebody deleted it; run the film again to upload it anew")


def _settable(status: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Leave out what YouTube alone writes; a time to become public goes only with the step that sets it."""
    kept = ("privacyStatus", "license", "embeddable", "publicStatsViewable", "selfDeclaredMadeForKids", "containsSyntheticMedia")
    return {key: status[key] for key in kept if key in status}


def _settable_words(snippet: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    kept = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
    return {key: snippet[key] for key in kept if key in snippet}


def _agrees(there: Mapping[str, JsonValue], wanted: Mapping[str, JsonValue]) -> bool:
    return not _differing(there, wanted)


def _differing(there: Mapping[str, JsonValue], wanted: Mapping[str, JsonValue]) -> list[str]:
    """Name what is other than wanted; spaces at the ends of a text do not count."""
    return [key for key, value in wanted.items() if _plain(there.get(key)) != _plain(value)]


def _plain(value: JsonValue) -> JsonValue:
    return value.split() if isinstance(value, str) else value or []  # type: ignore[return-value]  # a list of words
