"""The steps of one film's way to its audience on YouTube, each done once, and again when it is to be otherwise."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from blocks.capabilities.publication import PublicationPaper
from blocks.domain.audience import Privacy
from blocks.domain.publication import PublicationState, PublishingStep
from blocks.domain.specs import PublishSpec
from blocks.errors import BadSpec, ContentRefused, JobLate, MediaError, ProviderUnavailable
from blocks.providers.youtube.answers import Video
from blocks.providers.youtube.api import YouTube
from blocks.providers.youtube.metadata import Files, flags_of, insert_body, media_type_of, showing_of, words_of
from blocks.providers.youtube.upload import NEW_FOR, Film, upload_film

_log = logging.getLogger(__name__)

_STUDIO = "YouTube Studio (studio.youtube.com, Content)"
_UNKNOWN = "unknown"
"""Mark of a finished step from when it is changed until YouTube has answered: whoever comes next sends what is wanted then."""


def marks_of(spec: PublishSpec) -> dict[PublishingStep, str]:
    """Give the steps that a film takes, each with a mark of what it does."""
    showing = spec.showing
    declared = json.dumps([words_of(spec), flags_of(spec)], sort_keys=True)
    marks = {
        PublishingStep.FILM: "",
        PublishingStep.CAPTIONS: f"{spec.language} {spec.captions}",
        PublishingStep.PROCESSED: "",
        PublishingStep.FLAGS: hashlib.sha256(declared.encode()).hexdigest(),
        PublishingStep.SHOWN: f"{showing.privacy} {showing.publish_at.isoformat() if showing.publish_at else ''}".strip(),
    }
    may_lack = {PublishingStep.THUMBNAIL: spec.thumbnail or "", PublishingStep.PLAYLIST: showing.playlist}
    return marks | {step: mark for step, mark in may_lack.items() if mark}


def is_finished(spec: PublishSpec, paper: PublicationPaper) -> bool:
    """Tell whether every step is done, and just as it is to be."""
    return all(paper.is_done(step, mark) for step, mark in marks_of(spec).items())


class Publishing:
    """The steps of one film, each done once."""

    def __init__(self, line: YouTube, spec: PublishSpec, files: Files, notifies: bool) -> None:
        self._line, self._spec, self._files, self._notifies = line, spec, files, notifies
        self._paper: PublicationPaper = line.paper
        self._marks = marks_of(spec)
        self._seen: Video | None = None
        """What the first look at the film showed, in a run that did not upload it."""

    @property
    def _video_id(self) -> str:
        return self._paper.entry.video_id

    def see_that_film_is_there(self) -> None:
        """Upload the film, or what is missing of it, and see that it is private.

        Raises:
            BadSpec: it was published, and is not at YouTube any more.
        """
        video = self._look()
        if not self._video_id:
            channel = self._line.own_channel()
            film = Film(self._spec.film, self._files.film, insert_body(self._spec), self._notifies)
            video = upload_film(self._line, film, channel)
            self._paper.keep_video(video.id, self._spec.film)
            _log.info("the film is at YouTube: %s", video.id)
        if self._paper.is_done(PublishingStep.FILM):
            return
        if video is None or video.status.privacy != Privacy.PRIVATE:
            _log.warning("the film %s may be seen by others; it is made private", self._video_id)
            self._hide()
        self._paper.finish(PublishingStep.FILM)

    def _look(self) -> Video | None:
        """Look at a film that was uploaded; None when there is none, or YouTube does not list it yet.

        One that is gone is written down as gone, and is uploaded anew.
        """
        entry = self._paper.entry
        if not entry.video_id:
            return None
        self._seen = self._line.video(entry.video_id)
        if self._seen is not None or (entry.uploaded_at is not None and datetime.now(UTC) - entry.uploaded_at < NEW_FOR):
            return self._seen
        self._line.own_channel()  # the films of another channel are not found either
        why = f"the film {entry.video_id} is not at YouTube any more"
        if entry.state is PublicationState.PUBLISHED:
            raise BadSpec(
                f"{why}: somebody deleted it after it was published; if it shall be there again, run release-publication/studio "
                f"for it (channel {entry.channel}, film {entry.video}), then run the film again"
            )
        _log.warning("%s: somebody deleted it before it was published; it is uploaded anew", why)
        self._paper.begin_anew(why)
        return None

    def take_back(self) -> None:
        """Hide a film that others may see, or will, and that is to be private by now, before anything else is done to it."""
        shown = self._paper.entry.done.get(PublishingStep.SHOWN, Privacy.PRIVATE.value)
        is_for_others = showing_of(self._spec.showing, datetime.now(UTC))["privacyStatus"] != Privacy.PRIVATE.value
        rest = {step: mark for step, mark in self._marks.items() if step is not PublishingStep.SHOWN}
        is_next = all(self._paper.is_done(step, mark) for step, mark in rest.items())
        if is_for_others or is_next or shown in {Privacy.PRIVATE.value, self._marks[PublishingStep.SHOWN]}:
            return
        _log.info("the film %s is taken back", self._video_id)
        self._hide()

    def set_thumbnail(self) -> None:
        """Set the picture to click on."""
        picture, mark = self._files.thumbnail, self._marks.get(PublishingStep.THUMBNAIL, "")
        if picture is None or self._paper.is_done(PublishingStep.THUMBNAIL, mark):
            return
        media_type = media_type_of(picture)
        assert media_type is not None
        self._doubt(PublishingStep.THUMBNAIL)
        self._line.set_thumbnail(self._video_id, picture, media_type)
        self._paper.finish(PublishingStep.THUMBNAIL, mark)

    def set_captions(self) -> None:
        """Add the captions, or replace those that are there in this language."""
        spec, mark = self._spec, self._marks[PublishingStep.CAPTIONS]
        if self._paper.is_done(PublishingStep.CAPTIONS, mark):
            return
        self._doubt(PublishingStep.CAPTIONS)
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

        A film that is shown as it is to be stays shown meanwhile; any other is private until it is shown.

        Raises:
            BadSpec: YouTube does not take them; the film is private.
        """
        mark = self._marks[PublishingStep.FLAGS]
        if self._paper.is_done(PublishingStep.FLAGS, mark):
            return
        words, parts = words_of(self._spec), self._parts()
        stays = self._paper.is_done(PublishingStep.SHOWN, self._marks[PublishingStep.SHOWN])
        showing = _present_showing(parts["status"], datetime.now(UTC)) if stays else {"privacyStatus": Privacy.PRIVATE.value}
        declared = flags_of(self._spec) | {"privacyStatus": showing["privacyStatus"]}
        if _differing(parts["status"], declared) or _differing(parts["snippet"], words):
            _log.warning(
                "YouTube has other words or declarations than the film %s is to have; they are corrected", self._video_id
            )
            self._doubt(PublishingStep.FLAGS)
            if not stays:
                self._doubt(PublishingStep.SHOWN)
            status = _settable(parts["status"]) | declared | showing
            self._line.update(self._video_id, {"snippet": parts["snippet"] | words, "status": status})
            if differing := _differing(self._parts()["status"], declared):
                self._hide()
                raise BadSpec(
                    f"YouTube does not keep what is declared of the film {self._video_id} ({', '.join(differing)}): it stays "
                    f"private; look at it in {_STUDIO}, then run the film again"
                )
        self._paper.finish(PublishingStep.FLAGS, mark)

    def show(self) -> None:
        """Let those see the film whom it is for, now or from a time on.

        Raises:
            BadSpec: YouTube does not do so, or declares something else of the film once it is shown; the film is private.
            ReviewRejected: the film was given up meanwhile; it stays as it is.
        """
        mark = self._marks[PublishingStep.SHOWN]
        if self._paper.is_done(PublishingStep.SHOWN, mark):
            return
        self._paper.see_that_it_is_wanted()
        wanted = showing_of(self._spec.showing, datetime.now(UTC))
        if wanted != {"privacyStatus": Privacy.PRIVATE.value} or PublishingStep.SHOWN in self._paper.entry.done:
            declared = flags_of(self._spec) | {"privacyStatus": wanted["privacyStatus"]}
            status = _settable(self._parts()["status"]) | flags_of(self._spec) | wanted
            self._paper.finish(PublishingStep.SHOWN, _UNKNOWN)
            try:
                shown = self._line.update(self._video_id, {"status": status}).status
            except BadSpec:  # as of a time that YouTube does not take for a film that was public
                self._hide()
                raise
            if differing := [*_differing(shown, declared), *_late(shown, wanted)]:
                self._hide()
                raise BadSpec(
                    f"YouTube does not show the film {self._video_id} as asked ({mark}; it has another "
                    f"{', '.join(differing)}): it stays private; see in {_STUDIO} what holds it back, then run the film again"
                )
        self._paper.finish(PublishingStep.SHOWN, mark)

    def _doubt(self, step: PublishingStep) -> None:
        """Write down that nobody knows what a finished step came to, until YouTube has answered to its change."""
        if step in self._paper.entry.done:
            self._paper.finish(step, _UNKNOWN)

    def _hide(self) -> None:
        """Make the film private, whatever else is wrong with it, and though YouTube may not list it yet."""
        self._doubt(PublishingStep.SHOWN)
        if not self._paper.is_done(PublishingStep.FLAGS, self._marks[PublishingStep.FLAGS]):
            self._doubt(PublishingStep.FLAGS)  # they are sent along
        parts = self._line.parts(self._video_id)
        status = {} if parts is None else _settable(parts.status)
        hidden = self._line.update(self._video_id, {"status": status | flags_of(self._spec) | {"privacyStatus": "private"}})
        if (privacy := hidden.status.get("privacyStatus")) != Privacy.PRIVATE.value:
            raise BadSpec(
                f"YouTube does not make the film {self._video_id} private (it says {privacy}): "
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

    def _missing(self) -> ProviderUnavailable:
        return ProviderUnavailable(f"YouTube does not find the film {self._video_id}; it is looked for again later")


def _settable(status: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Leave out what YouTube alone writes; a time to become public goes only with the step that sets it."""
    kept = ("privacyStatus", "license", "embeddable", "publicStatsViewable", "selfDeclaredMadeForKids", "containsSyntheticMedia")
    return {key: status[key] for key in kept if key in status}


def _settable_words(snippet: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    kept = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
    return {key: snippet[key] for key in kept if key in snippet}


def _present_showing(status: Mapping[str, JsonValue], now: datetime) -> dict[str, JsonValue]:
    """Give who may watch the film as it is, to be sent along with a change; a time that has passed means at once."""
    at = status.get("publishAt")
    if at is None:
        return {"privacyStatus": status.get("privacyStatus", Privacy.PRIVATE.value)}
    if datetime.fromisoformat(str(at)) <= now:
        return {"privacyStatus": Privacy.PUBLIC.value}
    return {"privacyStatus": Privacy.PRIVATE.value, "publishAt": at}


def _late(shown: Mapping[str, JsonValue], wanted: Mapping[str, JsonValue]) -> list[str]:
    """Name the time to become public, when there is to be one and it is another."""
    at, found = wanted.get("publishAt"), shown.get("publishAt")
    is_on_time = at is None or (found is not None and datetime.fromisoformat(str(found)) == datetime.fromisoformat(str(at)))
    return [] if is_on_time else ["publishAt"]


def _differing(there: Mapping[str, JsonValue], wanted: Mapping[str, JsonValue]) -> list[str]:
    """Name what is other than wanted; spaces at the ends of a text do not count."""
    return [key for key, value in wanted.items() if _plain(there.get(key)) != _plain(value)]


def _plain(value: JsonValue) -> JsonValue:
    return value.split() if isinstance(value, str) else value or []  # type: ignore[return-value]  # a list of words
