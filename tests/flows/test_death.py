"""The process that makes a film is killed in the middle of every step; the next one goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.results import queries
from blocks.studio import Studio
from tests.flows.small_film import EXPECTED_CALLS, ROOT, made_by_step, receipts_of

PATIENCE_S = 300
RUN = """
import asyncio, os, signal, sys
sys.path.insert(0, {root!r})
from unittest import mock
from blocks.providers.offline import FolderPublisher
from blocks.studio import Studio
from flows.produce import produce_video
from tests.flows.small_film import small_request

def die():
    os.kill(os.getpid(), signal.SIGKILL)

keep, publish = Studio.keep, FolderPublisher.publish

def dying_keep(self, key, step, *rest):
    if step == {step!r} and {before!r}:
        die()
    product = keep(self, key, step, *rest)
    if step == {step!r}:
        die()
    return product

def dying_publish(self, spec, bench):
    publish(self, spec, bench)
    if {step!r} == "published":
        die()
    return publish(self, spec, bench)

with mock.patch.object(Studio, "keep", dying_keep), mock.patch.object(FolderPublisher, "publish", dying_publish):
    asyncio.run(produce_video(small_request(), channel="test"))
"""

DEATHS = [
    (Step.STILL, "with the file made and not yet kept"),
    (Step.STILL, "right after the row was written"),
    (Step.COMPOSITE, "with the file made and not yet kept"),
    (Step.CLIP, "right after the row was written"),
    (Step.NARRATION, "with the file made and not yet kept"),
    (Step.EFFECT, "right after the row was written"),
    (Step.CONFORMED, "right after the row was written"),
    (Step.MASTER, "with the file made and not yet kept"),
    (Step.CHECK, "right after the row was written"),
    (Step.CAPTIONS, "with the file made and not yet kept"),
    (Step.PUBLISHED, "after the film was published and before anybody knew"),
]


def run_until(step: str, *, before: bool) -> int:
    """Make the small film in a process of its own that dies at a step; gives how it ended."""
    code = RUN.format(root=str(ROOT), step=str(step), before=before)
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    return subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, timeout=PATIENCE_S, check=False).returncode


def stored_files(folder: Path) -> int:
    return sum(1 for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))


@pytest.mark.parametrize(("step", "when"), DEATHS, ids=lambda part: str(part).replace(" ", "-"))
def test_a_process_dies_in_the_middle_of_a_step(studio: Studio, step: Step, when: str) -> None:
    before = made_by_step(studio)

    assert run_until(step, before="not yet kept" in when) == -signal.SIGKILL

    assert made_by_step(studio) >= before


def test_after_all_these_deaths_the_film_is_finished_and_every_product_was_paid_for_once(studio: Studio) -> None:
    assert run_until("never", before=False) == 0

    with studio.results.open() as session:
        assert queries.film(session, studio.video).status is Status.PUBLISHED
    receipts = receipts_of(studio)
    assert Counter(receipt.step for receipt in receipts) == EXPECTED_CALLS
    assert len({receipt.key for receipt in receipts}) == len(receipts)
    assert stored_files(studio.results.storage.folder) == sum(made_by_step(studio).values())
