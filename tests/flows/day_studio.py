"""The studio's side of a day at the desk: films move along the line, wait at gates, fail and cost money; nothing is made.

Films at gates have real flow runs that are suspended with the real form, so that an answer takes the way it takes in production.
What a run would do with its answer is done with production's own `keep_verdict`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import cast
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import PrefectHTTPStatusError
from prefect.input.run_input import keyset_from_base_key
from prefect.states import Suspended
from sqlalchemy import select

from blocks.domain.gates import Gate
from blocks.domain.money import Receipt, Usage
from blocks.domain.request import VideoName
from blocks.domain.status import Actor, Status
from blocks.domain.verdicts import Verdict, retakes_of
from blocks.results import entries, queries, queue, verdicts
from blocks.results.table import ResultsTable
from blocks.results.tables import VideoRow
from blocks.results.values import Failure
from blocks.results.verdicts import Wait
from blocks.studio import Studio
from flows.review import VerdictForm
from tasks.gates import READY, keep_verdict
from tests.flows.virtual_time import VirtualTime
from tests.tasks.films_at_work import Films

ITEMS = {
    Gate.ASSETS: ("fox", "hen"),
    Gate.CLIPS: ("clip 1", "clip 2", "clip 3"),
    Gate.AUDIO: ("narration 1", "effect 1"),
    Gate.FINAL: ("fox", "hen", "clip 1", "clip 2", "clip 3", "narration 1", "effect 1"),
}
"""What can be sent back at each gate."""
LOOK_EVERY_S = 20
STEP_S = (60.0, 480.0)
"""How long something takes."""
_STAGES = {
    Status.GENERATING_ASSETS: (Gate.ASSETS, Status.GENERATING_VIDEO, Status.ERROR_ASSETS),
    Status.GENERATING_VIDEO: (Gate.CLIPS, Status.GENERATING_AUDIO, Status.ERROR_VIDEO),
    Status.GENERATING_AUDIO: (Gate.AUDIO, Status.ASSEMBLING, Status.ERROR_NARRATION),
    Status.ASSEMBLING: (Gate.FINAL, None, Status.ERROR_ASSEMBLY),
}
"""The gate behind each stage, the stage behind the gate, and how it fails."""
_GO_ON = {
    Status.APPROVED_ASSETS: Status.GENERATING_VIDEO,
    Status.APPROVED_VIDEO: Status.GENERATING_AUDIO,
    Status.APPROVED_AUDIO: Status.ASSEMBLING,
}


@dataclass
class Seat:
    """Of a studio, what keeping a verdict needs."""

    video: VideoName
    results: ResultsTable


class StudioSide:
    """All films, and what becomes of them."""

    def __init__(self, films: Films, client: SyncPrefectClient, time: VirtualTime, chance: random.Random, speed: float) -> None:
        self.results, self.deployment = films.results, films.deployment
        self.client, self.time, self.chance, self.speed = client, time, chance, speed
        self.done: Counter[str] = Counter()
        self.costs: Counter[VideoName] = Counter()
        self.troubles: dict[VideoName, list[str]] = {}
        self.changed: set[VideoName] = set()
        """Films to which something happened; whoever counts them empties it."""
        self.asked: set[VideoName] = set()
        """Films for which somebody wished something: their forms may be filled in."""
        self.is_over = False
        self._forms: dict[VideoName, tuple[UUID, str]] = {}
        self._alive: set[VideoName] = set()

    def open(self) -> None:
        """Look at what is to be done, now and from time to time."""
        with self.results.open() as session:
            queued = session.execute(select(VideoRow.channel, VideoRow.slug).where(VideoRow.status == Status.QUEUED.value)).all()
        for channel, slug in queued:
            self._live(VideoName(channel=channel, slug=slug))
        for video in sorted(self.asked, key=str):
            self._read_form(video)
        self.time.after(LOOK_EVERY_S, self.open)

    def has_answer(self, video: VideoName) -> str | None:
        """Tell which decision somebody filled in at the gate where a film waits."""
        if video not in self._forms:
            return None
        form = self._filled_in(video)
        return None if form is None else form.decision

    def _live(self, video: VideoName) -> None:
        if video not in self._alive and not self.is_over:
            self._alive.add(video)
            self.time.after(self.chance.uniform(*STEP_S) * self.speed, lambda: self._step(video))

    def _step(self, video: VideoName) -> None:
        self._alive.discard(video)
        if self.is_over:
            return
        with self.results.open() as session:
            status = queries.film(session, video).status
        before = sum(self.done.values())
        if status is Status.QUEUED:
            self._begin(video)
        elif status in _STAGES:
            self._work(video, status)
        elif status in _GO_ON:
            self._move(video, _GO_ON[status])
        elif status is Status.UPLOADING:
            with self.results.open() as session:
                entries.note_published(session, video, f"https://youtu.be/{video.slug}")
            self._move(video, Status.PUBLISHED)
        elif status is Status.ERROR_QUOTA:
            self._move(video, Status.QUEUED)
        if sum(self.done.values()) > before and video not in self._forms:
            self._live(video)

    def _begin(self, video: VideoName) -> None:
        with self.results.open() as session:
            run = queue.run_of(session, video)
        begun = run or str(self.client.create_flow_run_from_deployment(self.deployment, parameters=_ASKED).id)
        with self.results.open() as session:
            queue.note_dispatched(session, video, begun)
        self._move(video, Status.GENERATING_ASSETS)

    def _work(self, video: VideoName, status: Status) -> None:
        gate, following, error = _STAGES[status]
        match self.chance.choices(("progress", "receipt", "trouble", "on", "fail"), (5, 4, 2, 7, 1))[0]:
            case "progress":
                with self.results.open() as session:
                    entries.note_progress(session, video, f"clip {self.chance.randint(1, 18)} of 18")
                self._count(video, "progress")
            case "receipt":
                self._pay(video)
            case "trouble":
                self._trouble(video)
            case "fail":
                self._trouble(video)
                self._move(video, Status.ERROR_QUOTA if self.chance.random() < 0.3 else error)
            case _:
                if following is None or self.chance.random() < 0.45:
                    self._wait_at(video, gate)
                else:
                    self._move(video, following)

    def _move(self, video: VideoName, to: Status) -> None:
        with self.results.open() as session:
            entries.move_film(session, video, to, Actor.SYSTEM, "as told")
        self._count(video, "move")

    def _pay(self, video: VideoName) -> None:
        cents = self.chance.randint(1, 90)
        receipt = Receipt(
            key=f"{video} {self.chance.random()}", channel=video.channel, video=video.slug, step="clip", maker="kie",
            usage=Usage(), cost_usd=Decimal(cents) / 100, delivered=True, at=self.time.now,
        )  # fmt: skip
        with self.results.open() as session:
            entries.record_undelivered(session, receipt)
        self.costs[video] += cents
        self._count(video, "receipt")

    def _trouble(self, video: VideoName) -> None:
        line = f"the service broke off, case {sum(len(one) for one in self.troubles.values())}."
        with self.results.open() as session:
            failure = Failure(
                at=self.time.now, step="clip", item="clip 3", kind="ProviderUnavailable", message=line, action="wait",
                request_id=None,
            )  # fmt: skip
            entries.record_error(session, video, failure)
        self.troubles.setdefault(video, []).append(line)
        self._count(video, "trouble")

    def _wait_at(self, video: VideoName, gate: Gate) -> None:
        """Suspend the film's run with the form that production has, and write down that the film waits."""
        with self.results.open() as session:
            run = UUID(queue.run_of(session, video) or "")
        key = f"{gate}-{self.chance.getrandbits(64):x}"
        keyset = keyset_from_base_key(key)
        state = Suspended(timeout_seconds=30 * 24 * 3600, pause_key=key)
        state.state_details.run_input_keyset = keyset
        self.client.set_flow_run_state(run, state, force=True)
        self.client.create_flow_run_input(run, keyset["schema"], json.dumps(VerdictForm.model_json_schema()))
        wait = Wait(video=video, gate=gate, run=str(run), items=ITEMS[gate], since=self.time.now)
        with self.results.open() as session:
            entries.move_film(session, video, READY[gate], Actor.SYSTEM, f"gate {gate}")
            verdicts.begin_wait(session, wait)
        self._forms[video] = run, key
        self._count(video, "gate")

    def _read_form(self, video: VideoName) -> None:
        """Do what the film's run does when it goes on with an answer."""
        self.asked.discard(video)
        if video not in self._forms:
            return
        form = self._filled_in(video)
        if form is None:
            return
        with self.results.open() as session:
            turn, wait = len(verdicts.verdicts_of(session, video)) + 1, verdicts.find_wait(session, video)
        del self._forms[video]
        if wait is None:  # it was given up meanwhile
            return
        retakes = retakes_of(form.decision, form.make_again, wait.items)
        verdict = Verdict(
            gate=wait.gate, turn=turn, shown="", decision=form.decision, retakes=retakes, note=form.note, who=form.who,
            at=self.time.now,
        )  # fmt: skip
        asyncio.run(keep_verdict(verdict, cast("Studio", Seat(video, self.results))))
        self._count(video, f"verdict {form.decision}")
        self._live(video)

    def _filled_in(self, video: VideoName) -> VerdictForm | None:
        run, key = self._forms[video]
        try:
            return VerdictForm.model_validate_json(self.client.read_flow_run_input(run, f"{key}-response"))
        except PrefectHTTPStatusError as error:
            if error.response.status_code != HTTPStatus.NOT_FOUND:
                raise
            return None

    def _count(self, video: VideoName, what: str) -> None:
        self.done[what] += 1
        self.changed.add(video)


_ASKED = {"request": {"topic": "a test"}, "channel": "a"}
