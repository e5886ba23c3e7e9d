"""Where people see how the studio stands, and how a week went."""

import asyncio
from pathlib import Path
from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.results.table import ResultsTable
from tasks.reports import refresh_dashboard, report_channels, week_named


@flow(name="show-dashboard", flow_run_name="dashboard")
async def show_dashboard(films_listed: Annotated[int, Field(ge=1, le=100)] = 10) -> list[str]:
    """Refresh the artifact "dashboard": the queue, what is in progress, needs review or stopped, rates, costs, the bottleneck.

    It only reads, and costs nothing.

    Args:
        films_listed: how many films to list of those that wait longest, and of those that stopped last.

    Returns:
        the warnings it shows.
    """
    crowd = await refresh_dashboard(films_listed, await ResultsTable.aload("default"))
    warnings = [] if crowd is None else [str(crowd)]
    for warning in warnings:
        get_run_logger().warning("%s", warning)
    return warnings


@flow(name="report-week", flow_run_name="weekly report")
async def report_week(week: str = "", channel: str = "", home: Path = Path("studio")) -> list[Path]:
    """Report a week of each channel: films, success, times, retries and costs, beside the week before.

    Each channel gets an artifact, "week-" and its id, and a file of figures, reports/<week>/<channel>.csv. One alert tells of all
    channels together, once for each week. It only reads, and costs nothing.

    Args:
        week: year and ISO week, such as 2026-W47; empty: the last full week. Weeks begin on Monday, UTC.
        channel: id of one channel; empty: all of them.
        home: folder of the studio, in which the folder "reports" is made.

    Returns:
        the files.

    Raises:
        BadSpec: there is no such week or channel.
    """
    folder = await asyncio.to_thread(home.resolve) / "reports"
    files = await report_channels(week_named(week), channel.strip(), folder, await ResultsTable.aload("default"))
    get_run_logger().info(
        "%s", ", ".join(str(file) for file in files) or "no film was ever asked for: there is nothing to report"
    )
    return files
