"""Films on a YouTube channel.

A film is uploaded privately, gets all that belongs to it, and is looked at until it really is there. Only then, as the last
step, others may see it. Each step is written down: a later run goes on where this one stopped.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from blocks.capabilities.bench import Bench
from blocks.capabilities.publication import PublicationPaper, UnwrittenPublication
from blocks.capabilities.publisher import Publisher
from blocks.domain.publication import Need, Publication, PublishingStep
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo
from blocks.errors import BadSpec, JobLate, MediaError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.api import UNITS, UPLOADS, WHOLE_FILM_UNITS, YouTube, project_account
from blocks.providers.youtube.metadata import Files, find_problems
from blocks.providers.youtube.steps import Publishing, is_finished
from blocks.providers.youtube.upload import NEW_FOR


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
        """Ask YouTube for the film; one whose last bytes went out, and that has no name yet, or a new one, may be there."""
        if not publication.video_id:
            return publication.session is None or not publication.session.last_sent
        with YouTube.open(self.credentials, UnwrittenPublication()) as line:
            line.own_channel()
            is_listed = line.video(publication.video_id) is not None
        was_seen = PublishingStep.PROCESSED in publication.done
        return not is_listed and (was_seen or _age_s(publication) >= NEW_FOR.total_seconds())

    def publish(self, spec: PublishSpec, bench: Bench) -> PublishedVideo:
        """Upload the film privately, finish it, and show it to whom it is for; what is done already is not asked about."""
        paper = bench.publication
        if is_finished(spec, paper):
            return _shown(paper)
        thumbnail = bench.open(spec.thumbnail) if spec.thumbnail else None
        files = Files(bench.open(spec.film), bench.open(spec.captions), thumbnail)
        if problems := find_problems(spec, files):
            raise BadSpec(f"YouTube would not take {spec.channel}/{spec.slug}; nothing was sent:", problems=problems)
        with YouTube.open(self.credentials, paper) as line:
            publishing = Publishing(line, spec, files, self.notify_subscribers)
            publishing.see_that_film_is_there()
            publishing.take_back()
            publishing.set_thumbnail()
            publishing.set_captions()
            publishing.put_on_playlist()
            self._see_processed(publishing, paper)
            publishing.see_its_flags()
            publishing.show()
        return _shown(paper)

    def _see_processed(self, publishing: Publishing, paper: PublicationPaper) -> None:
        try:
            publishing.see_that_it_is_processed()
        except JobLate as late:
            if _age_s(paper.entry) < self.processing_patience_s:
                raise
            raise MediaError(
                f"YouTube still works on the film {paper.entry.video_id}, {self.processing_patience_s / 60:.0f} minutes after "
                "its upload; it is private. Run the film again when YouTube Studio can play it: nothing is uploaded twice"
            ) from late


def _age_s(publication: Publication) -> float:
    """Give how long ago the film was uploaded, in seconds; that of an earlier version, or none, is as old as can be."""
    at = publication.uploaded_at
    return math.inf if at is None else (datetime.now(UTC) - at).total_seconds()


def _shown(paper: PublicationPaper) -> PublishedVideo:
    return PublishedVideo(url=f"https://youtu.be/{paper.entry.video_id}", publisher="youtube")
