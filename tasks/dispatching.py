"""Beginning the films that wait for a run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from prefect import get_run_logger, task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from sqlalchemy.orm import Session

from blocks.channel import Channel
from blocks.domain.days import day_start
from blocks.domain.fairness import Turn, Waiting, next_films
from blocks.domain.priority import Priority
from blocks.domain.request import Quality, VideoName, VideoRequest
from blocks.errors import QuotaExhausted, SetupError
from blocks.results import purchases, queue, stops
from blocks.results.table import ResultsTable
from tasks.allowances import BUDGET_DAY

FILMS = "produce-video/studio"
"""Name of the deployment that makes films; its concurrency limit is how many are at work at once."""


@task(name="begin films that wait")
async def begin_films(channels: Mapping[str, Channel], results: ResultsTable) -> list[VideoName]:
    """Begin as many of the films that wait as may be at work, fairly; gives them in that order.

    However many do this at once, each film is begun once: they take turns, and Prefect knows a run by its film and its place in
    the queue, so that one who died on the way began nothing twice either.

    Args:
        channels: all channels, by id.
        results: the studio's books.

    Raises:
        SetupError: there is no deployment that makes films.
    """
    begun = await asyncio.to_thread(_begin, channels, results)
    get_run_logger().info("begun: %s", ", ".join(str(film.video) for film in begun) or "nothing")
    return [film.video for film in begun]


def _begin(channels: Mapping[str, Channel], results: ResultsTable) -> list[Waiting]:
    with get_client(sync_client=True) as client, results.open() as session:
        deployment = films_deployment(client)
        queue.lock_dispatch(session)
        waiting = queue.waiting_films(session)
        if not waiting:
            return []
        busy = queue.at_work(session)
        turns = _turns({film.video.channel for film in waiting}, channels, busy, session)
        limit = deployment.global_concurrency_limit
        room = len(waiting) if limit is None else limit.limit - sum(busy.values())
        chosen = next_films(waiting, turns, room)
        for film in chosen:
            place = f"{film.video} {film.since.isoformat()}"
            run = begin_run(client, deployment, film.video, queue.request_of(session, film.video), film.priority, place)
            queue.note_dispatched(session, film.video, str(run.id))
        return chosen


def begin_run(
    client: SyncPrefectClient,
    deployment: DeploymentResponse,
    video: VideoName,
    request: VideoRequest,
    priority: Priority,
    place: str | None = None,
) -> FlowRun:
    """Let a run make a film; with the same place in the queue, it is the same run."""
    return client.create_flow_run_from_deployment(
        deployment.id,
        parameters={"request": request.model_dump(mode="json"), "channel": video.channel},
        idempotency_key=place,
        work_queue_name=priority.value,
    )


def films_deployment(client: SyncPrefectClient) -> DeploymentResponse:
    """Find the deployment that makes films.

    Raises:
        SetupError: there is none.
    """
    try:
        return client.read_deployment_by_name(FILMS)
    except ObjectNotFound as error:
        raise SetupError(f"there is no deployment {FILMS}: run `make setup` (or `python -m deployments setup`)") from error


def _turns(names: set[str], channels: Mapping[str, Channel], busy: Mapping[str, int], session: Session) -> dict[str, Turn]:
    """See how the channels stand that may begin films now: active, with something left to spend, and with makers that work."""
    now = datetime.now(UTC)
    stopped = {stop.account for stop in stops.standing_stops(session) if _lasts(stop, now)}
    served = queue.served_at(session, sorted(names))
    turns = {}
    for name in names & channels.keys():
        channel = channels[name]
        spent = purchases.spent_by_channel(session, name, day_start(now, BUDGET_DAY)).total
        accounts = {maker.account for maker in channel.makers_for(Quality.FINAL) if maker.lane is not None}
        pays = bool(accounts)
        if not channel.active or (pays and spent >= channel.daily_budget_usd) or accounts & stopped:
            continue
        turns[name] = Turn(
            priority=channel.priority,
            room=channel.max_concurrent_videos - busy.get(name, 0),
            served_at=served.get(name),
        )
    return turns


def _lasts(stop: stops.Stop, now: datetime) -> bool:
    """Tell whether an account has nothing to give for a while; a refused key is asked again by the next film's checks."""
    return stop.kind == QuotaExhausted.__name__ and stop.until is not None and stop.until > now
