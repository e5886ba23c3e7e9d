"""Writing down films that somebody wants."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from prefect import task
from prefect.events import emit_event

from blocks.channel import Channel
from blocks.domain.orders import Order, Queued
from blocks.domain.status import Status
from blocks.errors import StudioError
from blocks.results import entries, queries, queue
from blocks.results.table import ResultsTable

QUEUED = "studio.films.queued"
"""Name of the event after which films that wait are begun."""


@task(name="queue film", task_run_name="queue {where}")
async def queue_film(where: str, order: Order, channels: Mapping[str, Channel], results: ResultsTable) -> Queued:
    """Let a film wait for its turn, unless it is on its way already or its channel is unknown."""
    if order.channel not in channels:
        known = ", ".join(sorted(channels)) or "none yet"
        what = f"there is no channel {order.channel!r}; the channels are: {known}"
        return Queued(where=where, video=order.video, is_queued=False, what=what)
    try:
        return await asyncio.to_thread(_queue, where, order, results)
    except StudioError as refused:
        return Queued(where=where, video=order.video, is_queued=False, what=str(refused))


def _queue(where: str, order: Order, results: ResultsTable) -> Queued:
    video = order.video
    with results.open() as session:
        if queue.is_waiting(session, video):
            return Queued(where=where, video=video, is_queued=False, what="it waits for its turn already")
        there = queries.find_status(session, video)
        if there is not None and not there.is_resting:
            return Queued(where=where, video=video, is_queued=False, what=f'it is on its way: "{there}"')
        if there is Status.PUBLISHED:
            what = "it is published already; name it with another slug, or run it again from its run form"
            return Queued(where=where, video=video, is_queued=False, what=what)
        entries.open_film(session, video, order.request, order.request.label)
        entries.queue_film(session, video, "queued")
        queue.want_run(session, video)
    return Queued(where=where, video=video, is_queued=True, what="it is begun when its turn comes")


def say_queued() -> None:
    """Tell Prefect's automations that films wait."""
    emit_event(QUEUED, resource={"prefect.resource.id": "studio.queue", "prefect.resource.name": "films that wait"})
