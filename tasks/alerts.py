"""Sending people what they must be told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

from prefect import get_run_logger

from blocks.errors import SetupError
from blocks.results import alerts
from blocks.results.alerts import Alert
from blocks.results.table import ResultsTable
from tasks.messenger import find_messenger

_PATIENCE_S = 240.0
"""How long alerts are sent in one go; the rest waits for the next."""
_SHOWN = 50


async def send_alerts(results: ResultsTable) -> list[str]:
    """Send the alerts that were not sent yet, oldest first; gives the titles of those that were sent.

    One that cannot be sent is tried again the next time, and holds up no other. Any number of processes may send at once: each
    alert goes out once, or once more when a process dies between sending it and writing that down.
    """
    log = get_run_logger()
    try:
        messenger = await find_messenger()
    except SetupError as error:
        if waiting := await asyncio.to_thread(_count, results):
            log.warning("%d alerts wait, and nobody is told: %s", waiting, error)
        return []
    loop, until = asyncio.get_running_loop(), time.monotonic() + _PATIENCE_S

    def send(alert: Alert) -> str:
        return asyncio.run_coroutine_threadsafe(messenger.send(alert), loop).result()

    sent: list[str] = []
    tried: list[str] = []
    while time.monotonic() < until and (ending := await asyncio.to_thread(_send_next, results, tried, send)):
        alert, trouble = ending
        tried.append(alert.cause)
        if trouble:
            log.warning("not sent with %s (try %d): %s: %s", messenger.name, alert.tries + 1, alert.title, trouble)
        else:
            log.info("sent with %s: %s", messenger.name, alert.title)
            sent.append(alert.title)
    return sent


async def latest_alerts(results: ResultsTable) -> tuple[Alert, ...]:
    """List the latest fifty alerts, sent or not, newest first."""

    def read() -> tuple[Alert, ...]:
        with results.open() as session:
            return alerts.latest(session, _SHOWN)

    return await asyncio.to_thread(read)


def _send_next(results: ResultsTable, besides: Collection[str], send: Callable[[Alert], str]) -> tuple[Alert, str] | None:
    """Send the oldest alert that nobody else is sending, in the transaction that writes down what became of it."""
    with results.open() as session:
        for alert in alerts.unsent(session, 1, besides):
            trouble = send(alert)
            if trouble:
                alerts.note_failed(session, alert.cause)
            else:
                alerts.note_sent(session, alert.cause)
            return alert, trouble
    return None


def _count(results: ResultsTable) -> int:
    with results.open() as session:
        return alerts.count_unsent(session)
