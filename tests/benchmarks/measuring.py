"""What a piece of work costs, measured in a process of its own: time, CPU with all children, and memory at its peak."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import cast

import psutil

ROOT = Path(__file__).parents[2]
_SAMPLED_EVERY_S = 0.02

Arguments = dict[str, str | int]
Numbers = dict[str, float]
Work = Callable[[], Numbers]
Case = Callable[[Arguments], Work]
"""Prepares, which is not measured, and gives the work, which is; its numbers are handed back."""


@dataclass(frozen=True)
class Cost:
    """What one piece of work took."""

    wall_s: float
    cpu_s: float
    """User and system time of the process and all its children."""
    child_cpu_s: float
    """The children's part of it."""
    peak_mb: float = 0.0
    """Resident memory of the process and its children together, at the worst moment of the work."""
    answer: Numbers = field(default_factory=dict)
    began_at: float = 0.0
    """When the work began, by the clock on the wall."""


def measure(case: Case, environment: Mapping[str, str] | None = None, **arguments: str | int | Path) -> Cost:
    """Run a case in a fresh process, watch its memory, and give what its work cost.

    Raises:
        RuntimeError: the case failed; what it wrote stands above.
    """
    told = {name: value if isinstance(value, int) else str(value) for name, value in arguments.items()}
    command = [sys.executable, "-m", "tests.benchmarks.measuring", f"{case.__module__}:{case.__name__}", json.dumps(told)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, **(environment or {})}, text=True)
    held = _watch(process)
    said = process.stdout.read() if process.stdout else ""
    if process.returncode != 0:
        raise RuntimeError(f"the benchmark {case.__name__} failed (exit {process.returncode})")
    cost = Cost(**json.loads(said.splitlines()[-1]))
    return replace(cost, peak_mb=max((size for at, size in held if at >= cost.began_at), default=0) / 1e6)


def cpu_of_tree(process: psutil.Process) -> float:
    """Give the CPU seconds of a process, its living children and all those that ended."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _watch(process: subprocess.Popen[str]) -> list[tuple[float, int]]:
    """Wait for a process, and give the bytes it and its children held, moment by moment."""
    root = psutil.Process(process.pid)
    seen: list[tuple[float, int]] = []
    while True:
        at, size = time.time(), 0
        try:
            for one in (root, *root.children(recursive=True)):
                size += one.memory_info().rss
        except psutil.NoSuchProcess:
            # A child ended while it was counted; the next look sees the rest.
            pass
        seen.append((at, size))
        try:
            process.wait(_SAMPLED_EVERY_S)
        except subprocess.TimeoutExpired:
            continue
        return seen


def _run_case(name: str, arguments: Arguments) -> Cost:
    module, _, function = name.partition(":")
    work = cast("Case", getattr(importlib.import_module(module), function))(arguments)
    began_at, before, started = time.time(), os.times(), time.perf_counter()
    answer = work()
    wall, after = time.perf_counter() - started, os.times()
    child = after.children_user - before.children_user + after.children_system - before.children_system
    return Cost(wall, after.user - before.user + after.system - before.system + child, child, answer=answer, began_at=began_at)


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(asdict(_run_case(sys.argv[1], json.loads(sys.argv[2])))) + "\n")
