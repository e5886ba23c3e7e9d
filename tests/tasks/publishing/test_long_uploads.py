"""Uploads that take a while: others go on meanwhile, and a process that dies is followed by another."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from blocks.domain.specs import PublishSpec
from blocks.errors import QuotaExhausted
from blocks.studio import Studio
from tests.emulators import youtube_faults as wrong
from tests.emulators.youtube import UPLOAD_ENDPOINT
from tests.flows.leaks import rows_of
from tests.lanes import open_lanes
from tests.tasks.publishing.films_to_publish import publish, studio_of
from tests.tasks.publishing_alone import order_of
from tests.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def start(studio: Studio, tmp_path: Path) -> Iterator:
    """Start processes that publish the film."""
    begun: list[subprocess.Popen] = []

    def begin(spec: PublishSpec) -> subprocess.Popen:
        order = tmp_path / "order.json"
        order.write_text(json.dumps(order_of(studio, spec)))
        command = [sys.executable, "-m", "tests.tasks.publishing_alone", str(order)]
        environment = os.environ | {"PREFECT_API_URL": PREFECT_API_URL.value()}
        begun.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def test_processing_is_waited_for_with_the_lane_free(work, results, spec, tmp_path) -> None:
    asyncio.run(open_lanes({"youtube": 1}))
    work.youtube.site.processing_s = 3
    slow = studio_of(work, results, tmp_path, publisher=work.publisher(poll_s=0.2, processing_patience_s=30))
    quick = work.spec(work.film(2, size=1_000))
    with ThreadPoolExecutor() as pool:
        first = pool.submit(publish, spec, slow)
        until(lambda: work.count("videos.list") > 0)
        work.youtube.site.processing_s = 0
        publish(quick, studio_of(work, results, tmp_path, slug="dawn"))
        was_first = not first.done()
        first.result()

    assert was_first
    assert len(work.youtube.videos) == 2


def test_a_process_that_is_killed_midway_leaves_an_upload_that_another_goes_on_with(work, studio, start) -> None:
    spec = work.spec()
    work.youtube.latency_s = 0.3
    first = start(spec)
    until(lambda: any(session.received > 8_000_000 for session in work.youtube.sessions))
    first.send_signal(signal.SIGKILL)
    first.wait()
    work.youtube.latency_s = 0

    assert start(spec).communicate(timeout=120)[0].strip() == f"https://youtu.be/{work.video.id}"
    assert work.video.sha256 == spec.film[:64]
    assert len(work.youtube.sessions) == 1


def test_two_processes_that_publish_a_film_upload_it_once(work, studio, start) -> None:
    spec = work.spec(work.film(size=1_000))

    first, second = start(spec), start(spec)

    addresses = {process.communicate(timeout=120)[0].strip() for process in (first, second)}
    assert addresses == {f"https://youtu.be/{work.video.id}"}


def test_no_row_holds_the_address_of_an_upload_or_a_token(work, studio: Studio) -> None:
    spec = work.spec()
    work.youtube.faults.always(UPLOAD_ENDPOINT, wrong.QUOTA_EXCEEDED)
    with pytest.raises(QuotaExhausted):
        publish(spec, studio)

    rows = b"\n".join(rows_of(studio.results.database).values()).decode()
    secrets = [work.youtube.sessions[0].id, *work.google._accesses, *work.google._refreshes]

    assert "sealed" in rows
    assert [secret for secret in secrets if secret in rows] == []
