"""Refreshing the dashboard, and reporting a week."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.domain.weeks import NoSuchWeek, Week, last_full_week, read_week
from blocks.errors import BadSpec, SetupError
from blocks.results import alerts, statistics, weekly
from blocks.results.dashboard import Crowd, read_dashboard
from blocks.results.table import ResultsTable
from blocks.results.weekly import Figure, Unit, WeekReport
from tasks.artifacts import show_studio, show_week
from tasks.report_pages import dashboard_page, week_line, week_page

_COLUMNS = ("week", "channel", "figure", "of", "unit", "value", "week_before")


@task(name="refresh the dashboard", cache_policy=NO_CACHE)
async def refresh_dashboard(most: int, results: ResultsTable) -> Crowd | None:
    """Read how the studio stands and show it.

    Returns:
        the channel that crowds the queue, if one does.
    """

    def draw() -> tuple[str, Crowd | None]:
        with results.open() as session:
            board = read_dashboard(session, datetime.now(UTC), most)
        return dashboard_page(board), board.crowd

    page, crowd = await asyncio.to_thread(draw)
    await show_studio(page)
    return crowd


@task(name="report the week", cache_policy=NO_CACHE)
async def report_channels(week: Week, channel: str, folder: Path, results: ResultsTable) -> list[Path]:
    """Show each channel's week, or one channel's, and write it down as CSV; tell people once, when all channels are reported.

    Returns:
        the files.

    Raises:
        BadSpec: no film was ever asked for on this channel.
        SetupError: the folder cannot be written to.
    """

    def read() -> tuple[WeekReport, ...]:
        with results.open() as session:
            known = statistics.channels(session)
            if channel and channel not in known:
                raise BadSpec(
                    f"there is nothing to report of {channel!r}; channels that had films: {', '.join(known) or 'none yet'}"
                )
            return weekly.read_week(session, week, channel)

    def tell(reports: Sequence[WeekReport]) -> None:
        with results.open() as session:
            alerts.raise_alert(session, f"report {week}", None, _title(reports, week), "\n".join(map(week_line, reports)))

    reports = await asyncio.to_thread(read)
    for report in reports:
        page = await asyncio.to_thread(week_page, report)
        await show_week(week_key(report.channel), page, f"{report.channel}, week {week}")
    files = await asyncio.to_thread(lambda: [_write(report, folder / str(week)) for report in reports])
    if reports and not channel:
        await asyncio.to_thread(tell, reports)
    return files


def week_key(channel: str) -> str:
    """Give the key of a channel's weekly report: Prefect's keys have small letters, digits and single dashes only.

    A channel's id that has others gets some digits more, so that no two channels share a key.
    """
    simple = "-".join(re.findall("[a-z0-9]+", channel.lower()))
    return f"week-{simple}" if simple == channel else f"week-{simple}-{hashlib.sha256(channel.encode()).hexdigest()[:6]}"


def week_named(words: str) -> Week:
    """Read which week is meant; no words mean the last full one.

    Raises:
        BadSpec: there is no such week, or it has not begun.
    """
    now = datetime.now(UTC)
    try:
        week = read_week(words) if words.strip() else last_full_week(now)
    except NoSuchWeek as error:
        raise BadSpec(str(error)) from error
    if week.since > now:
        raise BadSpec(f"the week {week} has not begun: name an earlier one, or none for the last full one")
    return week


def _title(reports: Sequence[WeekReport], week: Week) -> str:
    published, usd = (sum(report.figure(name).value or 0 for report in reports) for name in ("films published", "cost"))
    return f"Week {week}: {published} films published on {len(reports)} channels, {usd:.2f} USD"


def _write(report: WeekReport, folder: Path) -> Path:
    """Write a report's figures, a line each, replacing an earlier file at once."""
    file = folder / f"{report.channel}.csv"
    aside = file.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream, lineterminator="\n")
            lines.writerow(_COLUMNS)
            films = (
                Figure(name="cost of film", of=film.film, unit=Unit.USD, value=film.usd, before=None) for film in report.films
            )
            for figure in (*report.figures, *films):
                values = ("" if value is None else f"{value:f}" for value in (figure.value, figure.before))
                lines.writerow([report.week, report.channel, figure.name, figure.of, figure.unit.value, *values])
        aside.replace(file)
    except OSError as error:
        raise SetupError(
            f"the report {file} cannot be written: {error.strerror or error}; mend the folder and run again"
        ) from error
    return file
