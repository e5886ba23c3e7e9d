"""The buying stages of the full film, in a process of its own. Prefect reads its settings when it is imported."""

# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from pathlib import Path
from typing import Any

from blocks.channel import Channel
from blocks.domain.request import VideoName, VideoRequest
from tests.benchmarks.engine_runs import cpu_by_part
from tests.benchmarks.measuring import Arguments, Numbers, Work
from tests.benchmarks.vendors_served import Waits
from tests.emulators.elevenlabs import ElevenLabsEmulator
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.kie import KieEmulator
from tests.flows.paid_studio import Vendors, full_request, paid_channel

POLL_S = 3.0
"""How often a clip is looked at first, at the vendors' own pace."""
LOWERED_AFTER = 4
"""Clips that are ordered before the lane is made narrower."""


def buy_film(told: Arguments) -> Work:
    """Buy everything for the full film.

    Args (all in `told`):
        home: folder for everything the film leaves.
        urls: JSON, the vendors' addresses.
        lanes: JSON, the places in each lane.
        times_faster: how much faster than the vendors their emulators are.
        lowered: places of the lane `kling` once some clips are ordered; 0 leaves it alone.
    """
    home, lanes, lowered = Path(str(told["home"])), json.loads(str(told["lanes"])), int(told["lowered"])
    channel = _channel(json.loads(str(told["urls"])), home, Waits(int(told["times_faster"])))

    def work() -> Numbers:
        from tests.benchmarks.prefect_server import prefect_served

        home.mkdir()
        home.chmod(0o755)
        with prefect_served(home):
            results = _set_up(home, channel, lanes)
            if lowered:
                threading.Thread(target=_lower, args=(results, lowered), daemon=True).start()
            return _stages(full_request(), home)

    return work


def _channel(urls: dict[str, str], home: Path, waits: Waits) -> Channel:
    kie = KieEmulator(url=urls["kie"], upload_url=urls["uploads"])
    elsewhere = Vendors(GeminiEmulator(url=urls["gemini"]), kie, ElevenLabsEmulator(url=urls["elevenlabs"]))
    channel = paid_channel(elsewhere, home)
    animator = channel.clip_animator.model_copy(update={"poll_s": POLL_S / waits.times_faster})
    return channel.model_copy(update={"clip_animator": animator})


def _set_up(home: Path, channel: Channel, lanes: dict[str, int]) -> Any:
    from blocks.results.database import EmbeddedPostgres
    from blocks.results.schema import migrate
    from blocks.results.table import ResultsTable
    from blocks.storage import LocalStorage
    from deployments.setup import make_lanes

    results = ResultsTable(database=EmbeddedPostgres(folder=home / "postgres"), storage=LocalStorage(folder=home / "products"))
    migrate(results.database)
    results.save("default")
    channel.save("paid")
    asyncio.run(make_lanes())
    for name, places in lanes.items():
        asyncio.run(_set_places(name, places))
    return results


async def _set_places(name: str, places: int) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate

    async with get_client() as client:
        await client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(limit=places))


_lowered_at: list[float] = []
"""When the lane was made narrower, on the clock that all processes share."""


def _lower(results: Any, places: int) -> None:
    from sqlalchemy import text

    ordered = "SELECT count(*) FROM purchases WHERE step = 'clip'"
    while True:
        with results.open() as session:
            if session.execute(text(ordered)).scalar_one() >= LOWERED_AFTER:
                break
        time.sleep(0.1)
    asyncio.run(_set_places("kling", places))
    _lowered_at.append(time.monotonic())


def _stages(request: VideoRequest, home: Path) -> Numbers:
    from blocks.studio import open_studio
    from flows.animate import animate
    from flows.illustrate import illustrate
    from flows.storyboard import write_storyboard
    from flows.voice import voice
    from tasks.books import open_film

    video = request.name("paid")

    async def buy() -> Numbers:
        studio = await open_studio(video)
        await open_film(request, studio)
        board = await write_storyboard(request, video)
        numbers: Numbers = {"rss_before_mb": _memory_mb("VmRSS")}
        before, began = cpu_by_part(home), time.perf_counter()
        stills = await illustrate(board, video)
        drawn = time.perf_counter()
        await animate(board, stills, video)
        animated = time.perf_counter()
        await voice(board, video)
        ended = time.perf_counter()
        numbers |= {"pictures_s": drawn - began, "clips_s": animated - drawn, "sound_s": ended - animated, "all_s": ended - began}
        numbers |= {part: spent - before[part] for part, spent in cpu_by_part(home).items()}
        return numbers | {"peak_mb": _memory_mb("VmHWM"), **_receipts(studio, video)}

    return asyncio.run(buy()) | {"lowered_at": next(iter(_lowered_at), 0.0)}


def _receipts(studio: Any, video: VideoName) -> Numbers:
    from blocks.results import queries

    with studio.results.open() as session:
        receipts = queries.receipts_of(session, video)
    return {"receipts": len(receipts), "usd": float(sum(one.cost_usd or 0 for one in receipts))}


def _memory_mb(line: str) -> float:
    """Read this process's own memory: `VmRSS` now, `VmHWM` at its peak."""
    found = re.search(rf"{line}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0
