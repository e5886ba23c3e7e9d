"""A receiver in a process of its own, and somebody who posts to it. Prefect reads its settings when it is imported."""

# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import math
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.benchmarks.measuring import Arguments, Numbers, Work, cpu_of_tree

RATES = (50, 200)
SECONDS = 20
TOKEN = "secret_of_the_benchmark_0123456789"
_CONNECTIONS = 20
_AGAIN_EVERY = 10
_START_LIMIT_S = 60


def answer_events(told: Arguments) -> Work:
    """Serve Prefect and a receiver that was paired, and post events to it."""
    home = Path(str(told["home"]))

    def work() -> Numbers:
        from deployments.setup import set_up
        from tests.benchmarks.prefect_server import prefect_served

        home.mkdir()
        with prefect_served(home):
            asyncio.run(set_up(home))
            asyncio.run(_pair())
            with _served() as (port, process):
                numbers = _post_all(port, process)
            numbers["kept"] = _count_kept(home)
        return numbers

    return work


async def _pair() -> None:
    from pydantic import SecretStr

    from blocks.receiver import RECEIVER_BLOCK, Receiver

    receiver = await Receiver.aload(RECEIVER_BLOCK)
    await receiver.paired(SecretStr(TOKEN)).asave(RECEIVER_BLOCK, overwrite=True)


def _count_kept(home: Path) -> float:
    from blocks.results.database import EmbeddedPostgres, transaction
    from blocks.results.notices import take_notices

    with transaction(EmbeddedPostgres(folder=home / "postgres")) as session:
        return len(take_notices(session, 1_000_000))


@contextmanager
def _served() -> Iterator[tuple[int, psutil.Process]]:
    """Run the receiver as people do."""
    from prefect.settings import get_current_settings

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    told = get_current_settings().to_environment_variables(exclude_unset=True, include_secrets=True)
    command = [sys.executable, "-m", "deployments", "receive", "--port", str(port)]
    with subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + _START_LIMIT_S
            while not _listens(port):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError("the receiver did not start")
                time.sleep(0.1)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@dataclass
class _Load:
    """Posts that become due at a steady rate."""

    due: asyncio.Queue[tuple[float, bytes]] = field(default_factory=asyncio.Queue)
    took_ms: list[float] = field(default_factory=list)
    refused: int = 0

    async def post_all(self, port: int, rate: int, seconds: int) -> None:
        """Let them become due, and wait for all answers."""
        workers = [asyncio.create_task(self._work(port)) for _ in range(_CONNECTIONS)]
        request, began = b"", time.perf_counter()
        for number in range(rate * seconds):
            if number % _AGAIN_EVERY != _AGAIN_EVERY - 1:
                request = _request()
            at = began + number / rate
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            self.due.put_nowait((at, request))
        await self.due.join()
        for one in workers:
            one.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while True:
                at, request = await self.due.get()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                await reader.readexactly(length)
                self.took_ms.append((time.perf_counter() - at) * 1000)
                self.refused += not head.startswith(b"HTTP/1.1 200")
                self.due.task_done()
        finally:
            writer.close()


def _request() -> bytes:
    event = {
        "id": str(uuid.uuid4()),
        "timestamp": datetime.now(UTC).isoformat(),
        "type": "page.properties_updated",
        "authors": [{"id": str(uuid.uuid4()), "type": "person"}],
        "entity": {"id": str(uuid.uuid4()), "type": "page"},
        "data": {"parent": {"id": str(uuid.uuid4()), "type": "database"}, "updated_properties": ["%3AU%7C"]},
    }
    raw = json.dumps(event).encode()
    signature = hmac.new(TOKEN.encode(), raw, hashlib.sha256).hexdigest()
    head = (
        f"POST /webhook/notion HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(raw)}\r\nx-notion-signature: sha256={signature}\r\n\r\n"
    )
    return head.encode() + raw


def _post_all(port: int, process: psutil.Process) -> Numbers:
    asyncio.run(_Load().post_all(port, 50, 2))  # what is slow the first time is not what is measured
    numbers: Numbers = {"posted": 100.0, "refused": 0.0}
    for rate in RATES:
        load, before = _Load(), cpu_of_tree(process)
        asyncio.run(load.post_all(port, rate, SECONDS))
        spent_s = cpu_of_tree(process) - before
        took = sorted(load.took_ms)
        numbers |= {
            f"{rate}_{name}": took[math.ceil(len(took) * share) - 1]
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("worst", 1.0))
        }
        numbers[f"{rate}_cpu"] = spent_s / len(took) * 1000
        numbers["posted"] += len(took)
        numbers["refused"] += load.refused
    return numbers
