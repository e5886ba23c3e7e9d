"""Finding films whose run died, whose allowance came back, or that do not move, and helping them on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect import get_run_logger, task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun, StateType

from blocks.channel import Channel
from blocks.domain.request import VideoName
from blocks.domain.status import Actor, Status, error_of
from blocks.results import entries, notices, queue
from blocks.results.alerts import raise_alert
from blocks.results.queue import Carried
from blocks.results.table import ResultsTable
from blocks.workspace import film_folder

MOST_REVIVALS = 5
"""A film whose runs die so often in one stage is stopped with an error."""
AFTER_RESET = timedelta(minutes=5)
"""How long after its reset an allowance is asked of again: vendors' clocks and ours differ."""
STUCK_AFTER = timedelta(hours=1)
NOTICES_KEPT = timedelta(days=7)
_PAGE = 100


@task(name="revive films")
async def revive_films(results: ResultsTable) -> list[VideoName]:
    """Let the films whose run died wait for another one; gives them. What they finished comes back from memory.

    A film whose run a person cancelled is given up. One whose run failed in a way that nothing wrote down, or whose runs die
    again and again, is stopped with an error.
    """
    revived = await asyncio.to_thread(_revive, results)
    get_run_logger().info("revived: %s", ", ".join(map(str, revived)) or "nothing: every run lives")
    return revived


def _revive(results: ResultsTable) -> list[VideoName]:
    with results.open() as session:
        carried = queue.carried_films(session)
    with get_client(sync_client=True) as client:
        runs = _runs_by_id(client, [film.run for film in carried])
    revived = []
    for film in carried:
        run = runs.get(film.run)
        if run is None or run.deployment_id is None:  # begun from a shell, it belongs to whoever began it
            continue
        match run.state_type:
            case StateType.CRASHED if film.revivals < MOST_REVIVALS:
                with results.open() as session:
                    queue.revive(session, film.video, film.run)
                revived.append(film.video)
            case StateType.CRASHED:
                _stop(film, run, f"its runs died {MOST_REVIVALS + 1} times in this stage", results)
            case StateType.FAILED if not film.is_waiting:  # at a gate, it waited longer than anybody was asked to: it waits on
                _stop(film, run, f"its run failed: {run.state.message if run.state else ''}", results)
            case StateType.CANCELLED:
                why = f"run {run.name} was cancelled in Prefect"
                with results.open() as session:
                    entries.move_film(session, film.video, Status.CANCELLED, Actor.PERSON, why)
    return revived


def _runs_by_id(client: SyncPrefectClient, ids: Sequence[str]) -> Mapping[str, FlowRun]:
    found: dict[str, FlowRun] = {}
    for start in range(0, len(ids), _PAGE):
        page = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(run) for run in ids[start : start + _PAGE]]))
        found |= {str(run.id): run for run in client.read_flow_runs(flow_run_filter=page, limit=_PAGE)}
    return found


def _stop(film: Carried, run: FlowRun, why: str, results: ResultsTable) -> None:
    with results.open() as session:
        if entries.fail_film(session, film.video, error_of(film.status), why).is_error:
            title = f"{film.video} stopped: {why}"
            advice = "read the log of its run, then retry it: what is finished is kept"
            raise_alert(session, f"died {film.video} {film.run}", film.video, title, why, advice=advice, run=str(run.id))


@task(name="wake films")
async def wake_films(results: ResultsTable) -> list[VideoName]:
    """Queue the films that stopped for want of an allowance which is there again since five minutes; gives them."""

    def wake() -> list[VideoName]:
        with results.open() as session:
            asleep = queue.films_to_wake(session, datetime.now(UTC) - AFTER_RESET)
            for video in asleep:
                entries.move_film(session, video, Status.QUEUED, Actor.SYSTEM, "the allowance is there again")
                queue.want_run(session, video)
        return list(asleep)

    woken = await asyncio.to_thread(wake)
    get_run_logger().info("woken: %s", ", ".join(map(str, woken)) or "nothing: nobody waits for an allowance")
    return woken


@task(name="look for stuck films")
async def warn_of_stuck_films(results: ResultsTable) -> list[VideoName]:
    """Tell people, once, of each film at work in which nothing has moved for an hour and no retry is planned; gives them."""

    def warn() -> list[VideoName]:
        now = datetime.now(UTC)
        stuck = []
        with results.open() as session:
            for film in queue.unmoved_films(session, now - STUCK_AFTER, now):
                title = f"{film.video} has not moved since {film.moved_at:%Y-%m-%d %H:%M} UTC"
                cause = f"stuck {film.video} {film.moved_at.isoformat()}"
                advice = "look at its run in the UI; if it hangs, cancel it there and retry the film: what is finished is kept"
                raise_alert(session, cause, film.video, title, f'it is at "{film.status}"', advice=advice, run=film.run)
                stuck.append(film.video)
        return stuck

    stuck = await asyncio.to_thread(warn)
    if stuck:
        get_run_logger().warning("stuck: %s", ", ".join(map(str, stuck)))
    return stuck


@task(name="clear folders")
async def clear_folders(days: int, channels: Mapping[str, Channel], results: ResultsTable) -> list[VideoName]:
    """Remove the folders of films that were published so long ago; gives them. Rows and products stay.

    Args:
        days: how long a published film keeps its folder.
        channels: all channels, by id; films of others keep theirs.
        results: the studio's books.
    """

    def clear() -> list[VideoName]:
        with results.open() as session:
            old = queue.published_before(session, datetime.now(UTC) - timedelta(days=days))
        return [video for video in old if video.channel in channels and _clear(channels[video.channel].workspaces, video)]

    cleared = await asyncio.to_thread(clear)
    get_run_logger().info("cleared: %s", ", ".join(map(str, cleared)) or "nothing")
    return cleared


async def forget_old_notices(results: ResultsTable) -> None:
    """Forget what services told us long ago; whoever told it does not repeat it any more."""

    def forget() -> int:
        with results.open() as session:
            return notices.forget_notices(session, datetime.now(UTC) - NOTICES_KEPT)

    get_run_logger().info("forgot %d notices", await asyncio.to_thread(forget))


def _clear(workspaces: Path, video: VideoName) -> bool:
    """Remove the folder of a film, and its draft's; tell whether there was one."""
    folders = [folder for one in (video, video.draft) if (folder := film_folder(workspaces, one)).is_dir()]
    for folder in folders:
        shutil.rmtree(folder)
    return bool(folders)
