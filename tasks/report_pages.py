"""What people read: the dashboard and the weekly report, as markdown that holds its pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pandas as pd

from blocks.domain.priority import Priority
from blocks.media.plots import draw_days, draw_pairs, draw_queue
from blocks.results.dashboard import Dashboard
from blocks.results.statistics import STAGES, Kind
from blocks.results.weekly import Figure, Unit, WeekReport

SUCCESS_GOAL = Decimal("0.95")
RECOVERY_GOAL = Decimal("0.8")
_NOTHING_YET = "Nothing has been asked for yet. Run `produce-video` or `queue-videos`, and look here again."
_MOST_LETTERS = 100


def dashboard_page(board: Dashboard) -> str:
    """Write the dashboard."""
    head = f"# The studio\n\n{board.at:%-d %B %Y, %H:%M} UTC"
    if board.is_empty:
        return f"{head}\n\n{_NOTHING_YET}"
    parts = [
        head,
        f"> **Warning:** {board.crowd}." if board.crowd else "",
        _at_one_glance(board),
        *_queue(board),
        *_at_work(board),
        *_reviews(board),
        *_stopped(board),
        *_times(board),
        *_days(board),
    ]
    return "\n\n".join(part for part in parts if part)


def week_page(report: WeekReport) -> str:
    """Write one channel's weekly report."""
    head = f"# {plain(report.channel)}, week {report.week}\n\n{report.week.days}, UTC"
    if report.is_idle:
        return f"{head}\n\nNothing moved and nothing was spent, in this week and in the week before."
    goals = {"success rate": SUCCESS_GOAL, "self-recovery rate": RECOVERY_GOAL}
    rows = [
        [
            figure.name + (f" (goal {goals[figure.name]:.0%})" if figure.name in goals else ""),
            written(figure.value, figure.unit),
            written(figure.before, figure.unit),
            _trend(figure),
        ]
        for figure in report.figures
        if not figure.of
    ]
    parts = [
        head,
        _table(["", "this week", "week before", "trend"], rows),
        *_week_times(report),
        *_week_costs(report),
        *_week_films(report),
    ]
    return "\n\n".join(part for part in parts if part)


def week_line(report: WeekReport) -> str:
    """Say in one line what became of a channel's week."""
    published, stopped, rate, cost = (
        report.figure(name) for name in ("films published", "films stopped", "success rate", "cost")
    )
    success = "" if rate.value is None else f", success rate {rate.value:.0%}"
    return f"{report.channel}: {published.value} published, {stopped.value} stopped{success}, {cost.value:.2f} USD"


def written(value: Decimal | None, unit: Unit) -> str:
    """Write a figure for people; nothing when it is unknown."""
    if value is None:
        return "-"
    match unit:
        case Unit.SHARE:
            return f"{value:.0%}"
        case Unit.MINUTES:
            return lasting(timedelta(minutes=float(value)))
        case Unit.USD:
            return f"{value:.2f} USD"
        case _:
            return f"{value:f}"


def lasting(time: timedelta) -> str:
    """Write a length of time for people, by its two largest units."""
    seconds = round(time.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"


def plain(words: str, most: int = _MOST_LETTERS) -> str:
    """Make other people's words harmless in a cell: one line, no markup, not too long."""
    line = " ".join(words.split())
    line = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return re.sub(r"([\\`*_\[\]<>|#!~$])", r"\\\1", line)


def _at_one_glance(board: Dashboard) -> str:
    narrow = board.bottleneck
    rows = [
        ["waiting for a run", _count(int(board.queue["films"].sum()), "film")],
        ["in progress", _count(int(board.in_progress["films"].sum()), "film")],
        ["needs review", _count(len(board.reviews), "film")],
        ["stopped by an error", _count(int(board.stopped["films"].sum()), "film")],
        ["success rate, 7 days", _rate(board.success, SUCCESS_GOAL)],
        ["self-recovery rate, 7 days", _rate(board.recovery, RECOVERY_GOAL)],
        ["cost today", _spent(board, board.today)],
        ["cost in 7 days", _spent(board, board.today - timedelta(days=6))],
        [
            "bottleneck",
            "-"
            if narrow is None
            else f"**{narrow['place']}**: {narrow['hours']:.1f} film-hours in 24 h, median {lasting(narrow['median'])}",
        ],
    ]
    return _table(["", "now"], rows)


def _queue(board: Dashboard) -> Iterable[str]:
    yield "## Queue"
    if board.queue.empty:
        yield "No film waits for a run."
        return
    counts = board.queue.pivot_table(index="channel", columns="priority", values="films", aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=[priority.value for priority in Priority], fill_value=0)
    yield _picture(draw_queue(counts), "films that wait, by channel and priority")
    lines = counts.assign(all=counts.sum(axis=1), since=board.queue.groupby("channel")["since"].min()).reset_index()
    rows = [
        [plain(line["channel"]), *(str(line[name]) for name in (*counts, "all")), _ago(board, line["since"])]
        for line in lines.to_dict("records")
    ]
    yield _table(["channel", *counts, "all", "longest wait"], rows)
    yield "### Waiting longest"
    rows = [
        [plain(f"{film['channel']}/{film['film']}"), plain(film["title"]), film["priority"], _ago(board, film["since"])]
        for film in board.oldest.to_dict("records")
    ]
    yield _table(["film", "title", "priority", "waits for"], rows)


def _at_work(board: Dashboard) -> Iterable[str]:
    yield "## In progress"
    if board.in_progress.empty:
        yield "No film is at work."
        return
    counts = board.in_progress.pivot_table(index="channel", columns="stage", values="films", aggfunc="sum", fill_value=0)
    stages = [stage for stage in ("starting", *STAGES) if stage in counts]
    rows = [
        [plain(line["channel"]), *(str(line[stage]) for stage in (*stages, "all"))]
        for line in counts.assign(all=counts.sum(axis=1)).reset_index().to_dict("records")
    ]
    yield _table(["channel", *stages, "all"], rows)


def _reviews(board: Dashboard) -> Iterable[str]:
    yield "## Needs review"
    if board.reviews.empty:
        yield "No film waits for a person."
        return
    by_gate = board.reviews["gate"].value_counts()
    yield ", ".join(f"{_count(films, 'film')} at the gate {gate}" for gate, films in by_gate.items())
    rows = [
        [plain(f"{wait['channel']}/{wait['film']}"), wait["gate"], _ago(board, wait["since"]), _run(wait["run"])]
        for wait in board.reviews.head(board.most).to_dict("records")
    ]
    yield _table(["film", "gate", "waits for", "run"], rows)


def _stopped(board: Dashboard) -> Iterable[str]:
    yield "## Stopped by an error"
    if board.stopped.empty:
        yield "No film stands still."
        return
    yield _table(
        ["status", "channel", "films", "latest"],
        [
            [row["status"], plain(row["channel"]), str(row["films"]), f"{_ago(board, row['latest'])} ago"]
            for row in board.stopped.to_dict("records")
        ],
    )
    yield "### The latest"
    yield _table(
        ["film", "status", "why", "since"],
        [
            [plain(f"{row['channel']}/{row['film']}"), row["status"], plain(row["why"], 160), f"{_ago(board, row['at'])} ago"]
            for row in board.latest_stops.to_dict("records")
        ],
    )


def _times(board: Dashboard) -> Iterable[str]:
    if board.times.empty:
        return
    yield "## Where films were in the last 24 hours"
    waits_for = {Kind.QUEUE: "its turn", Kind.STAGE: "its work", Kind.GATE: "a person"}
    yield _table(
        ["place", "waits for", "films", "film-hours", "median"],
        [
            [row["place"], waits_for[Kind(row["kind"])], str(row["films"]), f"{row['hours']:.1f}", lasting(row["median"])]
            for row in board.times.to_dict("records")
        ],
    )


def _days(board: Dashboard) -> Iterable[str]:
    yield "## Films published, by day"
    total = int(board.published.sum())
    yield _picture(draw_days(board.published), "films published by day") if total else "None in 14 days."
    yield "## Cost, by day"
    by_day = pd.Series({day: float(sum(usd, Decimal(0))) for day, usd in board.costs.groupby("day")["usd"]}, dtype="float64")
    costs = by_day.reindex(board.published.index, fill_value=0.0)
    if not costs.any():
        yield "Nothing was paid in 14 days."
        return
    yield _picture(draw_days(costs, "USD"), "cost by day")
    yield "By receipts, and days of UTC, as budgets count them."
    if unpriced := int(board.costs["unpriced"].sum()):
        yield f"{_count(unpriced, 'call')} of unknown price left out."


def _week_times(report: WeekReport) -> Iterable[str]:
    rows, medians = [], {}
    for kind in ("time in stage", "wait in queue", "wait at gate"):
        for median in report.named(f"{kind}, median"):
            films, p90 = (report.figure(f"{kind}, {what}", median.of) for what in ("films", "p90"))
            rows.append([kind, median.of, *(written(value.value, value.unit) for value in (films, median, p90))])
            rows[-1] += [written(median.before, median.unit), written(p90.before, p90.unit)]
            if kind == "time in stage":
                medians[median.of] = (median.value, median.before)
    if not rows:
        return
    yield "## Time"
    if medians:
        pairs = pd.DataFrame(medians, index=["this week", "week before"], dtype="float64").T
        yield "Minutes in each stage, median."
        yield _picture(draw_pairs(pairs, "min"), "median minutes in each stage, this week and the week before")
    yield _table(["", "", "films", "median", "p90", "median before", "p90 before"], rows)


def _week_costs(report: WeekReport) -> Iterable[str]:
    steps = [step for step in report.named("cost") if step.value or step.before]
    steps.sort(key=lambda step: step.value or 0, reverse=True)
    if not steps:
        return
    yield "## Cost by step"
    pairs = pd.DataFrame(
        {step.of: (step.value, step.before) for step in steps}, index=["this week", "week before"], dtype="float64"
    ).T
    yield _picture(draw_pairs(pairs, "USD"), "cost of each step, this week and the week before")
    yield _table(
        ["step", "this week", "week before", "trend"],
        [[plain(step.of), written(step.value, step.unit), written(step.before, step.unit), _trend(step)] for step in steps],
    )


def _week_films(report: WeekReport) -> Iterable[str]:
    if not report.films:
        return
    yield "## Films that left the line"
    yield _table(
        ["film", "outcome", "cost since it was asked for", "possibly paid"],
        [
            [
                plain(film.film),
                film.outcome if film.outcome == "published" else f"{film.outcome} ({film.status})",
                written(film.usd, Unit.USD),
                written(film.possibly_paid_usd, Unit.USD) if film.possibly_paid_usd else "",
            ]
            for film in report.films
        ],
    )


def _trend(figure: Figure) -> str:
    if figure.value is None or figure.before is None:
        return ""
    change = figure.value - figure.before
    if not change:
        return "="
    sign = "+" if change > 0 else "-"
    match figure.unit:
        case Unit.SHARE:
            return f"{sign}{abs(change) * 100:.0f} points"
        case Unit.USD | Unit.MINUTES if figure.before:
            share = f"{abs(change) / figure.before:.0%}"
            return "=" if share == "0%" else sign + share
        case _:
            return f"{sign}{written(abs(change), figure.unit)}"


def _rate(rate: float | None, goal: Decimal) -> str:
    return "-" if rate is None else f"{rate:.0%} (goal {goal:.0%})"


def _spent(board: Dashboard, since: datetime) -> str:
    staked = board.staked_since(since)
    return f"{board.spent_since(since):.2f} USD" + (f" and {staked:.2f} possibly" if staked else "")


def _ago(board: Dashboard, moment: datetime) -> str:
    return lasting(board.at - moment)


def _run(run: str) -> str:
    return f"[open](/runs/flow-run/{run})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _picture(png: bytes, what: str) -> str:
    return f"![{what}](data:image/png;base64,{base64.b64encode(png).decode()})"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (names, ["---"] * len(names), *rows)]
    return "\n".join(lines)
