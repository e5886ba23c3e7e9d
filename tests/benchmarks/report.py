"""Benchmarks in Markdown: printed, and kept in the project's documents."""

from __future__ import annotations

import os
import platform
import re
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from blocks.media.ffmpeg import ffmpeg_version
from tests.benchmarks.measuring import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Section:
    """What one benchmark found."""

    name: str
    title: str
    body: str

    def text(self) -> str:
        """Give the section with how and where it was measured."""
        return f"## {self.title}\n\n`python -m tests.benchmarks {self.name}`, {_machine()}.\n\n{self.body.strip()}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table whose first column holds words and whose others hold numbers."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(section: Section) -> None:
    """Put a section in its place in the document, and print it."""
    sys.stdout.write(f"\n{section.text()}\n")
    sys.stdout.flush()
    begin, end = f"<!-- {section.name}: written by the benchmark -->\n", f"<!-- {section.name}: end -->"
    place = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    old = DOCUMENT.read_text(encoding="utf-8")
    if not place.search(old):
        raise RuntimeError(
            f"{DOCUMENT} has no place for {section.name}: write the two comments {begin.strip()} and {end} into it"
        )
    DOCUMENT.write_text(place.sub(lambda _: f"{begin}{section.text()}{end}", old), encoding="utf-8")


def middle(values: Iterable[float]) -> float:
    """Give the median."""
    return statistics.median(values)


def verdict(value: float, *, most: float | None = None, least: float | None = None) -> str:
    """Say whether a number is as wanted."""
    met = (most is None or value <= most) and (least is None or value >= least)
    wanted = f"at most {most:g}" if most is not None else f"at least {least:g}"
    return f"wanted {wanted}: {'met' if met else '**missed**'}"


def _machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {psutil.cpu_count()} cores of {_processor()}, {platform.system()}, "
        f"Python {platform.python_version()}, {ffmpeg_version().partition(' Copyright')[0]}, load {load:.1f} at the end"
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", facts.read_text(encoding="utf-8")) if facts.is_file() else None
    return named[1] if named else platform.processor() or platform.machine()
