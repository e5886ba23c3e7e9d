"""A process of its own that publishes one film: `python -m tests.tasks.publishing_alone ORDER`, a JSON file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from prefect import flow

from blocks.channel import Channel
from blocks.domain.request import VideoName
from blocks.domain.specs import PublishSpec
from blocks.providers.youtube.publisher import YouTubePublisher
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks import publications
from tasks.publishing import publish_film
from tasks.retries import RetryDelays
from tests.youtube_at_work import read_account, soon, write_account


def order_of(studio: Studio, spec: PublishSpec) -> dict[str, object]:
    """Write down what a process needs to publish a film."""
    publisher = studio.channel.publisher
    return {
        "spec": spec.model_dump(mode="json"),
        "video": studio.video.model_dump(),
        "workspaces": str(studio.channel.workspaces),
        "uploads_a_day": studio.channel.max_uploads_a_day,
        "account": write_account(publisher.credentials),
        "results": studio.results.model_dump(mode="json", include={"database", "storage"}),
    }


def run(order: Mapping[str, object], tries: int = 3) -> str:
    """Publish the film of an order, in a flow of its own; gives its address."""
    publisher = YouTubePublisher(credentials=read_account(order["account"]), poll_s=0.05, processing_patience_s=5)
    channel = Channel(name="Foxes", workspaces=order["workspaces"], publisher=publisher, max_uploads_a_day=order["uploads_a_day"])
    studio = Studio(video=VideoName(**order["video"]), channel=channel, results=ResultsTable(**order["results"]))
    spec = PublishSpec.model_validate(order["spec"])
    patient = publish_film.with_options(retries=tries - 1, retry_delay_seconds=RetryDelays([0.05] * (tries - 1)))

    @flow(persist_result=True)
    def alone() -> str:
        return patient.submit(spec, publisher, studio).result().url

    with soon((0.05,) * 20), mock.patch.object(publications, "QUICK_PAUSES_S", (0.05,) * 3):
        return alone()


if __name__ == "__main__":
    sys.stdout.write(run(json.loads(Path(sys.argv[1]).read_text())))
