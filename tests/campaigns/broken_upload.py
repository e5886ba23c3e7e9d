"""`python -m tests.campaigns.broken_upload`: one film of 100 MB, forty breaks by YouTube and ten deaths of the sending process.

Access tokens end in between. At the end YouTube has one film, with the right bytes, from one upload; what was sent in all is
printed.
"""

# ruff: noqa: PLC0415 -- Prefect reads its settings when it is imported

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import pytest_configure

if TYPE_CHECKING:
    from blocks.results.table import ResultsTable
    from tests.youtube_at_work import YouTubeAtWork

ROOT = Path(__file__).parents[2]
LIMIT_S = 1200.0


@dataclass(frozen=True)
class Plan:
    """What goes wrong with one upload; the seed fixes where."""

    size_bytes: int = 100_000_000
    breaks: int = 40
    kills: int = 10
    seed: int = 1


@dataclass(frozen=True)
class Account:
    """What came of it."""

    films: int
    uploads: int
    sent_bytes: int
    size_bytes: int
    is_whole: bool
    breaks: int
    kills: int
    tokens: int
    problems: tuple[str, ...]
    leaks: int

    @property
    def is_good(self) -> bool:
        """Whether one film arrived as it should."""
        return self.is_whole and (self.films, self.uploads, self.leaks, self.problems) == (1, 1, 0, ())

    def __str__(self) -> str:
        return (
            f"{self.breaks} breaks, {self.kills} deaths, {self.tokens} access tokens: {self.films} film, {self.uploads} upload, "
            f"{'the right bytes' if self.is_whole else 'WRONG BYTES'}; {self.sent_bytes / 1e6:.1f} MB sent for "
            f"{self.size_bytes / 1e6:.1f} MB; schema problems {len(self.problems)}, secrets told {self.leaks}"
        )


def run(plan: Plan, work: YouTubeAtWork, results: ResultsTable, folder: Path) -> Account:
    """Publish one film, while everything breaks as planned."""
    from tests.emulators import faults as ways
    from tests.emulators import youtube_faults as wrong
    from tests.emulators.youtube import UPLOAD_ENDPOINT

    kinds = [
        *(wrong.STORES_LESS, wrong.OVERLOADED_MIDWAY, wrong.CUT_MIDWAY, wrong.UNAUTHORIZED_MIDWAY, wrong.RATE_LIMITED_403),
        *(ways.RATE_LIMITED, ways.OVERLOADED, ways.BROKEN, ways.RESET, ways.LOST_ANSWER, ways.TRUNCATED),
    ]
    chance = random.Random(plan.seed)
    order = _begin(plan, work, results, folder)
    breaks = sorted(chance.uniform(0, 0.9) * plan.size_bytes for _ in range(plan.breaks))
    kills = sorted(chance.uniform(0.02, 0.95) * plan.size_bytes for _ in range(plan.kills))
    work.youtube.latency_s = 0.02
    started, broken, killed, logs = time.monotonic(), 0, 0, 0
    process = _start(order, folder / f"log-{logs}.txt")
    try:
        while time.monotonic() - started < LIMIT_S:
            received = max((session.received for session in work.youtube.sessions), default=-1)
            while broken < plan.breaks and received >= breaks[broken]:
                work.youtube.faults.next(UPLOAD_ENDPOINT, chance.choice(kinds))
                broken += 1
            if killed < plan.kills and received >= kills[killed]:
                process.kill()
                process.wait()
                killed, logs = killed + 1, logs + 1
                work.google.end_access_tokens()
                process = _start(order, folder / f"log-{logs}.txt")
            elif process.poll() is not None:
                break
            time.sleep(0.002)
    finally:
        process.kill()
        process.wait()
    return _account(plan, work, results, folder, (broken, killed))


def _begin(plan: Plan, work: YouTubeAtWork, results: ResultsTable, folder: Path) -> Path:
    """Claim the film, and write down what a process needs that publishes it."""
    from blocks.domain.publication import Publication, PublicationState
    from blocks.domain.request import VideoRequest
    from blocks.results import entries, publications
    from tests.youtube_at_work import write_account

    work.storage = results.storage
    spec = work.spec(work.film(plan.seed, plan.size_bytes))
    account = work.account()
    held = Publication(
        number="0" * 32,
        master=spec.master,
        channel=spec.channel,
        video=spec.slug,
        account=account.account,
        state=PublicationState.CLAIMED,
        claimed_at=datetime.now(UTC),
    )
    with results.open() as session:
        entries.open_film(session, held.name, VideoRequest(topic="a test"), "a test")
        publications.put(session, held)
    order = folder / "order.json"
    order.write_text(
        json.dumps(
            {
                "spec": spec.model_dump(mode="json"),
                "account": write_account(account),
                "results": results.model_dump(mode="json", include={"database", "storage"}),
            }
        )
    )
    return order


def _start(order: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "tests.campaigns.broken_upload", "--send", str(order)]
        return subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=stream, stderr=stream)


def _account(plan: Plan, work: YouTubeAtWork, results: ResultsTable, folder: Path, what: tuple[int, int]) -> Account:
    from tests.flows.leaks import rows_of

    videos, sessions = list(work.youtube.videos.values()), work.youtube.sessions
    rows = b"\n".join(rows_of(results.database).values()).decode()
    told = rows + "".join(log.read_text(errors="replace") for log in folder.glob("log-*.txt"))
    tokens = {call.headers["authorization"].split()[-1] for call in work.youtube.books.calls if "authorization" in call.headers}
    secrets = {*tokens, *(one.id for one in sessions), *work.google._refreshes}
    digest = hashlib.sha256(random.Random(plan.seed).randbytes(plan.size_bytes)).hexdigest()
    return Account(
        films=len(videos),
        uploads=len(sessions),
        sent_bytes=sum(one.bytes_arrived for one in sessions),
        size_bytes=plan.size_bytes,
        is_whole=[video.sha256 for video in videos] == [digest] and videos[0].privacy == "private",
        breaks=what[0],
        kills=what[1],
        tokens=len(tokens),
        problems=tuple(work.youtube.schema_problems),
        leaks=sum(secret in told for secret in secrets),
    )


def send(order: Path) -> None:
    """Publish the film of an order, as far as one process gets."""
    import logging

    from blocks.booked_publication import BookedPublication
    from blocks.capabilities.bench import Bench
    from blocks.domain.specs import PublishSpec
    from blocks.errors import JobLate, TransientError
    from blocks.providers.youtube.publisher import YouTubePublisher
    from blocks.results import publications
    from blocks.results.table import ResultsTable
    from tests.youtube_at_work import read_account, soon

    logging.basicConfig(level=logging.DEBUG)
    content = json.loads(order.read_text())
    results, spec = ResultsTable(**content["results"]), PublishSpec.model_validate(content["spec"])
    publisher = YouTubePublisher(credentials=read_account(content["account"]))
    with soon((0.05,) * 20), tempfile.TemporaryDirectory() as folder:
        while True:
            with results.open() as session:
                held = publications.holder_of(session, spec.master)
            assert held is not None
            bench = Bench(folder=Path(folder), storage=results.storage, publication=BookedPublication(results, held))
            try:
                publisher.publish(spec, bench)
            except (JobLate, TransientError):
                time.sleep(0.05)
            else:
                return


def main() -> int:
    """Run the campaign; gives 0 when one film arrived as it should."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--send", type=Path)
    chosen = parser.parse_args()
    if chosen.send is not None:
        send(chosen.send)
        return 0
    pytest_configure()
    from blocks.results import embedded
    from blocks.results.database import EmbeddedPostgres
    from blocks.results.schema import migrate
    from blocks.results.table import ResultsTable
    from blocks.storage import LocalStorage
    from tests.youtube_at_work import at_work

    with tempfile.TemporaryDirectory(prefix="broken-upload-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        database = EmbeddedPostgres(folder=folder / "postgres")
        migrate(database)
        results = ResultsTable(database=database, storage=LocalStorage(folder=folder / "products"))
        try:
            with at_work(folder) as work:
                account = run(Plan(seed=chosen.seed), work, results, folder)
        finally:
            embedded.stop(folder / "postgres")
    sys.stdout.write(f"{account}\n")
    return 0 if account.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
