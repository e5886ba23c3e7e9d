"""A small film made through the flow, twice, in a process of its own. Prefect reads its settings when it is imported."""

# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from blocks.domain.checks import find_problems
from blocks.domain.gates import Gate, GateMode
from blocks.domain.pacing import film_seconds
from blocks.domain.request import VideoRequest
from blocks.domain.storyboard import Storyboard
from blocks.storyboard_files import load_storyboard
from tests.benchmarks.measuring import ROOT, Arguments, Numbers, Work, cpu_of_tree

SCENES = 2


@dataclass
class Making:
    """When something was being made."""

    spans: list[tuple[float, float]] = field(default_factory=list)

    def seconds(self) -> float:
        """Give the time in which at least one item was being made."""
        total, until = 0.0, 0.0
        for start, end in sorted(self.spans):
            total += max(0.0, end - max(start, until))
            until = max(until, end)
        return total


def produce_twice(told: Arguments) -> Work:
    """Make the film, then ask for it again."""
    home = Path(str(told["home"]))
    request = VideoRequest(storyboard=small_board(), gates=dict.fromkeys(Gate, GateMode.AUTO))

    def work() -> Numbers:
        from deployments.setup import set_up
        from tests.benchmarks.prefect_server import prefect_served

        home.mkdir()
        with prefect_served(home):
            asyncio.run(set_up(home))
            return _runs(request, home)

    return work


def small_board() -> Storyboard:
    """Cut the short sample down to its first scenes."""
    board = load_storyboard(ROOT / "docs" / "samples" / "short.yaml")
    scenes = board.scenes[:SCENES]
    shown = " ".join(scene.model_dump_json() for scene in scenes)
    small = board.model_copy(
        update={
            "scenes": scenes,
            "assets": tuple(asset for asset in board.assets if f'"{asset.id}"' in shown),
            "video": board.video.model_copy(update={"target_seconds": round(film_seconds(scene.narration for scene in scenes))}),
        }
    )
    if problems := find_problems(small):
        raise RuntimeError(f"the small film breaks rules: {'; '.join(map(str, problems))}")
    return small


def _runs(request: VideoRequest, home: Path) -> Numbers:
    from flows.produce import produce_video

    making = _watch_making()
    asyncio.run(_count_states())
    numbers: Numbers = {}
    for which in ("first", "again"):
        before, started = cpu_by_part(home), time.perf_counter()
        asyncio.run(produce_video(request, channel="demo"))
        numbers[f"{which}_s"] = time.perf_counter() - started
        numbers |= {f"{which}_{part}": spent - before[part] for part, spent in cpu_by_part(home).items()}
        if which == "first":
            numbers["making_s"] = making.seconds()
            made, _ = asyncio.run(_count_states())
    tasks, cached = asyncio.run(_count_states())
    return {**numbers, "tasks": made, "again_tasks": tasks - made, "cached": cached}


def _watch_making() -> Making:
    """Note from when to when each bench is in use: it is cleared only for what is not remembered."""
    from blocks.studio import Studio

    making, clear = Making(), Studio.bench

    @contextmanager
    def watched(studio: Studio) -> Iterator[Any]:
        started = time.perf_counter()
        try:
            with clear(studio) as bench:
                yield bench
        finally:
            making.spans.append((started, time.perf_counter()))

    Studio.bench = watched  # type: ignore[method-assign,assignment]
    return making


async def _count_states() -> tuple[int, int]:
    """Count all task runs, and those that were remembered, once the server has heard of them all; a stage is no task."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import TaskRunSort

    async with get_client() as client:
        before = -1
        while True:
            runs = await client.read_task_runs(sort=TaskRunSort.ID_DESC, limit=200)
            ended = [run for run in runs if run.state is not None and run.state.is_final()]
            if len(ended) == len(runs) == before:
                tasks = [run for run in ended if run.state and run.state.state_details.child_flow_run_id is None]
                return len(tasks), sum(run.state_name == "Cached" for run in tasks)
            before = len(runs)
            await asyncio.sleep(2)


def cpu_by_part(home: Path) -> Numbers:
    """Give the CPU seconds spent so far by all, by Prefect's server, and by the database below the studio's folder."""
    own = psutil.Process()
    server = sum(cpu_of_tree(child) for child in own.children())
    database = 0.0
    for process in psutil.process_iter(["cmdline", "name"]):
        if process.info["name"] == "postgres" and any(str(home) in word for word in process.info["cmdline"] or ()):
            database += cpu_of_tree(process)
    return {"cpu": cpu_of_tree(own) + database, "server_cpu": server, "database_cpu": database}
