"""`python -m deployments books`: what was paid, line by line, for the accountant."""

from __future__ import annotations

import asyncio
import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from blocks.errors import BadSpec, SetupError
from blocks.results.books_export import BookLine, Span, book_lines
from blocks.results.table import ResultsTable
from blocks.studio import saved_names


@dataclass
class Sums:
    """What the lines add up to, exactly."""

    lines: int = 0
    usd: Decimal = Decimal(0)
    possibly_paid_usd: Decimal = Decimal(0)
    unpriced: int = 0
    """Receipts of which no price is known."""

    def add(self, line: BookLine) -> None:
        """Count one line."""
        self.lines += 1
        self.usd += line.usd or Decimal(0)
        self.possibly_paid_usd += line.possibly_paid_usd or Decimal(0)
        self.unpriced += line.kind == "receipt" and line.usd is None

    def __str__(self) -> str:
        more = f", {self.possibly_paid_usd:.2f} USD more possibly paid" if self.possibly_paid_usd else ""
        more += f"; {self.unpriced} of unknown price not counted" if self.unpriced else ""
        return f"{self.lines} lines, {self.usd:.2f} USD by receipts{more}"


async def export_books(span: Span, to: Path | None) -> Sums:
    """Write the receipts, and the purchases that may have been paid, as CSV.

    Args:
        span: which lines.
        to: the file, which is replaced; None writes to the standard output.

    Returns:
        what they add up to.

    Raises:
        SetupError: the studio was never set up.
        BadSpec: the file cannot be written.
    """
    results = await _results()
    return (
        await asyncio.to_thread(_to_file, results, span, to) if to else await asyncio.to_thread(_copy, results, span, sys.stdout)
    )


def span_of(since: str, until: str, channel: str) -> Span:
    """Read the first and the last day, both included, UTC; empty words set no bound.

    Raises:
        BadSpec: one is no date, or the last lies before the first.
    """
    first, last = _day(since), _day(until)
    if first and last and last < first:
        raise BadSpec(f"the books cannot begin on {first} and end on {last}: give the earlier day as --since")
    return Span(
        since=datetime.combine(first, time(), UTC) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), UTC) if last else None,
        channel=channel or None,
    )


def write_lines(lines: Iterable[BookLine], stream: TextIO) -> Sums:
    """Write lines as CSV, below the names of their columns; amounts of money with all their decimals."""
    sums, rows = Sums(), csv.writer(stream, lineterminator="\n")
    rows.writerow(BookLine.model_fields)
    for line in lines:
        sums.add(line)
        rows.writerow(_cell(getattr(line, name)) for name in BookLine.model_fields)
    return sums


def _to_file(results: ResultsTable, span: Span, file: Path) -> Sums:
    aside = file.with_name(f"{file.name}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="") as stream:
            sums = _copy(results, span, stream)
        aside.replace(file)
    except OSError as error:
        raise BadSpec(f"the books cannot be written to {file}: {error.strerror or error}") from error
    return sums


def _copy(results: ResultsTable, span: Span, stream: TextIO) -> Sums:
    with results.open() as session:
        return write_lines(book_lines(session, span), stream)


async def _results() -> ResultsTable:
    try:
        results: ResultsTable = await ResultsTable.aload("default")
    except ValueError as error:
        if "default" in await saved_names("results-table"):
            raise
        raise SetupError("the studio has no books yet: run `make setup` (or `python -m deployments setup`)") from error
    return results


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as error:
        raise BadSpec(f"{words!r} is no day: write it as 2026-11-30") from error


def _cell(value: datetime | Decimal | str | None) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case Decimal():
            return f"{value:f}"
        case _:
            return value
