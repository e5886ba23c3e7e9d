"""Where the desk is heard, and shown what is true."""

import asyncio
import time

from prefect import flow, get_run_logger

from blocks.errors import SetupError, StudioError
from blocks.results.table import ResultsTable
from blocks.saved_channels import load_channels
from tasks.artifacts import show_desk
from tasks.desk import Listener, pace, saved_desk

LOOK_EVERY_S = 15.0
"""How often all edits are asked for; what the desk tells by itself is heard within a second."""


@flow(name="set-up-desk", flow_run_name="set up the desk")
async def set_up_desk() -> list[str]:
    """Make the columns that films need in the desk's table, and say what only a person can do there. What is there stays.

    Returns:
        what was made, then what is to be done by hand.

    Raises:
        SetupError: no desk is saved.
        CredentialsRejected, BadSpec: the desk cannot be read; the message says what to mend.
    """
    desk = await saved_desk()
    if desk is None:
        raise SetupError("no desk is set up: save a Notion Desk block named default (docs/desk.md), then run this again")
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
    """Hear what people changed on the desk, and show there what is true, for some minutes; the next run goes on.

    Nothing is lost while no run is at work, or while the desk is away: what is to be shown stays due, and edits wait to be read.

    Args:
        minutes: how long to stay; 0 for one look.
    """
    results: ResultsTable = await ResultsTable.aload("default")
    desk = await saved_desk()
    if desk is None:
        get_run_logger().info("no desk is set up: save a Notion Desk block named default (docs/desk.md)")
        return
    until, looked_at = time.monotonic() + minutes * 60, float("-inf")
    with desk.open(lambda: pace(desk.lane)) as table:
        while True:
            channels = await load_channels()
            listener = Listener(desk=table, channels=channels, results=results)
            try:
                await listener.hear_noticed()
                if time.monotonic() - looked_at > LOOK_EVERY_S:
                    looked_at = time.monotonic()
                    await asyncio.to_thread(table.offer_channels, sorted(channels))
                    await listener.hear_all()
            except StudioError as error:
                get_run_logger().warning("the desk cannot be heard now: %s", error)
            shown = await listener.show_due()
            if time.monotonic() > until:
                return
            if not shown:
                await asyncio.sleep(1)
