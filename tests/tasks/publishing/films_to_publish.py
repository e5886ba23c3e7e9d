"""Films that were asked for on channels that publish to YouTube, and the ways to publish them and to look at what came of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prefect import flow
from sqlalchemy import text

from blocks.channel import Channel
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.specs import PublishSpec
from blocks.domain.status import LINE, Actor, Status
from blocks.results import entries, publications, queries
from blocks.studio import Studio
from tasks.publishing import publish_film, show_film


def studio_of(work, results, folder: Path, channel: str = "foxes", slug: str = "dusk", at=None, **settings) -> Studio:
    """Ask for a film, on a channel that publishes to YouTube."""
    publisher = settings.pop("publisher", None) or work.publisher(work.account(at))
    made = Channel(name=channel, workspaces=folder / "workspaces", publisher=publisher, **settings)
    video = VideoName(channel=channel, slug=slug)
    with results.open() as session:
        entries.open_film(session, video, VideoRequest(topic="a test"), slug)
        bring_to_uploading(session, video)
    return Studio(video=video, channel=made, results=results)


def bring_to_uploading(session, video: VideoName) -> None:
    """Carry a film that rests to where it is published; one that is there stays."""
    if queries.film(session, video).status is Status.UPLOADING:
        return
    entries.queue_film(session, video, "asked for")
    for status in LINE[LINE.index(Status.QUEUED) + 1 : LINE.index(Status.PUBLISHED)]:
        who = Actor.PERSON if status.startswith("Approved") else Actor.SYSTEM
        entries.move_film(session, video, status, who, "as far as it goes")


def publish(spec: PublishSpec, studio: Studio, tries: int = 1) -> str:
    """Publish in a flow of its own, as another run would."""
    patient = publish_film.with_options(retries=tries - 1, retry_delay_seconds=[0.0] * (tries - 1))

    @flow
    def alone():
        return patient.submit(named(spec, studio), studio.channel.publisher, studio).result()

    return alone().url


def show(spec: PublishSpec, studio: Studio) -> str:
    """Publish as the stage does: with its retries, and with what is written down when it fails."""

    with studio.results.open() as session:
        bring_to_uploading(session, studio.video)

    @flow
    async def alone():
        return await show_film(named(spec, studio), studio.channel.publisher, studio)

    return asyncio.run(alone()).url


def named(spec: PublishSpec, studio: Studio) -> PublishSpec:
    return spec.model_copy(update={"channel": studio.video.channel, "slug": studio.video.slug})


def anew(spec: PublishSpec) -> PublishSpec:
    """Give the same film with other words: Prefect's memory of the first run does not answer for it."""
    return spec.model_copy(update={"metadata": spec.metadata.model_copy(update={"title": f"{spec.metadata.title} again"})})


def holder(studio: Studio, spec: PublishSpec):
    with studio.results.open() as session:
        return publications.holder_of(session, spec.master)


def alerts(studio: Studio) -> list[str]:
    with studio.results.open() as session:
        return list(session.scalars(text("SELECT title FROM alerts ORDER BY raised_at")))
