"""Where the desk is heard, and shown what is true."""

import asyncio
import time

from prefect import flow, get_run_logger, runtime

from blocks.capabilities.desk import OpenDesk
from blocks.errors import RateLimited, SetupError, StudioError, TransientError
from blocks.pace import pace
from blocks.results.locks import PostgresLocks
from blocks.results.table import ResultsTable
from blocks.saved_channels import load_channels
from tasks.artifacts import show_desk
from tasks.desk import Listener, make_desk, saved_desk, saved_receiver

LOOK_EVERY_S = 15.0
"""How often all edits are asked for; what the desk tells by itself is heard within a second."""
REST_S = 1.0
AGAIN_AFTER_S = 5.0
"""How soon a desk that is away is asked again."""
TAKE_OVER_WITHIN_S = 30.0
PLACE = "the one who listens to the desk"
"""Name of the lock that the run at work holds."""


@flow(name="set-up-desk", flow_run_name="set up the desk")
async def set_up_desk(below: str = "") -> list[str]:
    """Make the columns that films need in the desk's table, and say what only a person can do there. What is there stays.

    Args:
        below: link of a page, below which a new database is made if no desk is saved; with the Notion Credentials named default.

    Returns:
        what was made, then what is to be done by hand.

    Raises:
        SetupError: no desk is saved.
        CredentialsRejected, BadSpec: the desk cannot be read; the message says what to mend.
    """
    desk = await saved_desk() or (await make_desk(below) if below else None)
    if desk is None:
        raise SetupError(
            "no desk is set up: name the page below which a database is to be made, or save a Notion Desk block named default "
            "(docs/desk.md), then run this again"
        )
    with desk.open(lambda: pace(desk.lane)) as table:
        prepared = await asyncio.to_thread(table.prepare)
    for line in prepared.done:
        get_run_logger().info("%s", line)
    for line in prepared.by_hand:
        get_run_logger().warning("by hand: %s", line)
    await show_desk(prepared)
    return [*prepared.done, *prepared.by_hand]


@flow(name="sync-desk", flow_run_name="sync the desk")
async def sync_desk(minutes: float = 5) -> None:
    """Hear what people changed on the desk, and show there what is true, for some minutes; then the next run goes on.

    One run is at work at a time: the next one is there before this one ends, and takes over from it. Nothing is lost while no run
    is at work, or while the desk is away: what is to be shown stays due, and edits wait to be read.

    Args:
        minutes: how long to stay; 0 for one look.
    """
    results: ResultsTable = await ResultsTable.aload("default")
    desk = await saved_desk()
    if desk is None:
        get_run_logger().info("no desk is set up: save a Notion Desk block named default (docs/desk.md)")
        return
    locks, name = PostgresLocks(results.database), f"{runtime.flow_run.id}"
    if not await locks.aacquire_lock(PLACE, name, acquire_timeout=max(minutes * 60, TAKE_OVER_WITHIN_S)):
        get_run_logger().info("another run listens to the desk")
        return
    try:
        with desk.open(lambda: pace(desk.lane)) as table:
            await _attend(table, results, time.monotonic() + minutes * 60)
    finally:
        locks.release_lock(PLACE, name)


async def _attend(table: OpenDesk, results: ResultsTable, until: float) -> None:
    """Hear and show by turns until that time, once at least."""
    looks_at, rest_s = 0.0, 0.0
    while True:
        if is_look := time.monotonic() >= looks_at:
            channels = await load_channels()
            listener = Listener(desk=table, channels=channels, results=results, receiver=await saved_receiver())
            looks_at = time.monotonic() + LOOK_EVERY_S
        try:
            await listener.hear_noticed()
            if is_look:
                await listener.hear_all()
            shown = await listener.show_due()
            if is_look:
                await asyncio.to_thread(table.offer_channels, sorted(channels))
            rest_s = 0.0 if shown else REST_S
        except TransientError as error:
            looks_at, rest_s = 0.0, _rest_after(error)
            get_run_logger().warning("the desk cannot be asked now, again in %.0f s: %s", rest_s, error)
        except StudioError as error:
            looks_at, rest_s = 0.0, LOOK_EVERY_S  # a person has to mend something
            listener.warn(error)
        if time.monotonic() + rest_s > until:
            return
        await asyncio.sleep(rest_s)


def _rest_after(error: TransientError) -> float:
    if isinstance(error, RateLimited) and error.retry_after_s is not None:
        return error.retry_after_s
    return AGAIN_AFTER_S
