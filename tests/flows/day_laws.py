"""What has to hold on a day at the desk: each word of the owner is heard before it is written over, and done or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from blocks.domain.desk import Page
from blocks.domain.gates import Gate
from blocks.domain.request import VideoName
from blocks.domain.status import Actor, Status
from blocks.domain.verdicts import Decision, VerdictRefused, retakes_of
from blocks.results import pages, queries, verdicts
from blocks.results.pages import KeptPage
from blocks.results.table import ResultsTable
from blocks.results.values import Film
from tests.emulators.notion import NotionEmulator
from tests.flows.day_studio import ITEMS, StudioSide

PRIORITIES = ("High", "Normal", "Low")
GATES = {
    Status.APPROVED_ASSETS: Gate.ASSETS,
    Status.APPROVED_VIDEO: Gate.CLIPS,
    Status.APPROVED_AUDIO: Gate.AUDIO,
    Status.UPLOADING: Gate.FINAL,
}
STAGES = (Status.GENERATING_ASSETS, Status.GENERATING_VIDEO, Status.GENERATING_AUDIO, Status.ASSEMBLING)
READY = (Status.ASSETS_READY, Status.VIDEO_READY, Status.AUDIO_READY, Status.ASSEMBLY_COMPLETE)
RESTING = (Status.DRAFT, Status.CANCELLED, Status.ERROR_INVALID_INPUT)


@dataclass
class Word:
    """One value that the owner put into a column that both sides write."""

    page: str
    column: str
    value: str
    at: datetime
    base: str
    """What stood there when nobody had said anything unheard."""
    state: str = "fresh"
    """fresh, taken back, replaced, heard, done, refused, moot, crossed."""

    def __str__(self) -> str:
        return f"{self.column} {self.value!r} of {self.at:%d %H:%M:%S}, which was {self.state}"


@dataclass
class Before:
    """How a film stood when a word about it was heard."""

    film: Film | None
    moves: int
    said: int
    answer: str
    can_answer: bool
    gate: Gate | None
    notes: str


@dataclass
class Laws:
    """Watches everything that is said, heard and written."""

    results: ResultsTable
    notion: NotionEmulator
    studio: StudioSide
    broken: list[str] = field(default_factory=list)
    crossings: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    """Words that were refused a second time, after a death, though they had been done."""
    words: dict[tuple[str, str], list[Word]] = field(default_factory=dict)
    own_lines: dict[str, list[str]] = field(default_factory=dict)
    """What the owner wrote into each error log, as far as it must stand there."""
    refusals: dict[str, list[str]] = field(default_factory=dict)
    last_read: dict[str, datetime] = field(default_factory=dict)
    heard_after_s: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    _open: dict[str, tuple[Before, list[Word]]] = field(default_factory=dict)

    def say(self, page: str, column: str, value: str, at: datetime) -> None:
        """Note a value that the owner is about to put into a column."""
        there = self.words.setdefault((page, column), [])
        base = str(self.notion.page(page)[column] or "")
        for word in there:
            if word.state == "fresh":
                word.state, base = "replaced", word.base
        there.append(Word(page, column, value, at, base, "taken back" if value == base else "fresh"))

    def unheard(self, page: str) -> list[Word]:
        """List what the owner said on a page and nobody has heard."""
        return [word for (of, _), there in self.words.items() if of == page for word in there if word.state == "fresh"]

    def before_write(self, page: str, given: Mapping[str, Any]) -> None:
        """Look at what our writing is about to write over."""
        for column in ("Status", "Priority"):
            if column not in given:
                continue
            for word in self.words.get((page, column), []):
                if word.state == "fresh":
                    self._cross(word, _named(given[column]))
        if "Error Log" in given:
            ours = "".join(part["text"]["content"] for part in given["Error Log"]["rich_text"])
            for line in list(self.own_lines.get(page, [])):
                if line not in ours:
                    self.own_lines[page].remove(line)
                    self.crossings["Error Log"] += 1

    def _cross(self, word: Word, ours: str) -> None:
        if ours == word.value:
            word.state = "moot"
        elif word.at > self.last_read[word.page]:
            word.state = "crossed"
            self.crossings[word.column] += 1
        else:
            word.state = "lost"
            self.broken.append(f"{word.page}: {word} is written over by {ours!r} though it was there when the page was read")

    def begin_hearing(self, page: Page) -> None:
        """Note what of the owner's is heard now."""
        heard = [
            *self._matching(page.id, "Status", page.status),
            *self._matching(page.id, "Priority", page.priority.capitalize()),
        ]
        for word in heard:
            word.state = "heard"
            self.heard_after_s.append((self.studio.time.now - word.at).total_seconds())
        if heard and page.id in self._open:
            self._open[page.id][1].extend(heard)
        elif heard:
            self._open[page.id] = self._stand(page), heard

    def _matching(self, page: str, column: str, value: str) -> list[Word]:
        there = self.words.get((page, column), [])
        for number, word in reversed(list(enumerate(there))):
            if word.state == "fresh" and word.value == value:
                return [word]
            if word.state not in {"fresh", "replaced", "taken back"}:
                return []
            if word.state == "replaced" and word.value == value:
                for later in there[number + 1 :]:  # what was said since differs from what is known now
                    later.base = value
                    later.state = "fresh" if later is there[-1] and later.value != value else later.state
                return [word]
        return []

    def end_hearing(self, name: str) -> None:
        """Look at what became of what was heard; what is still to be done is looked at later."""
        if name not in self._open:
            return
        with self.results.open() as session:
            kept = pages.find_page(session, name)
        if kept is None or kept.asked is not None:
            return
        before, words = self._open.pop(name)
        if kept.answer:
            told = self.refusals.setdefault(name, [])
            told += [line for line in kept.answer.splitlines() if line not in told]
        for word in words:
            wanted = self._wanted(word, before)
            was = self._became(word, before, kept)
            word.state = was
            self.outcomes[f"{word.column}: {was}"] += 1
            if was not in wanted:
                stood = before.film.status if before.film else "no film"
                self.broken.append(f"{name}: {word} at {stood} should be {wanted}; answer {kept.answer!r}")

    def _stand(self, page: Page) -> Before:
        with self.results.open() as session:
            kept = pages.find_page(session, page.id)
            video = kept.video if kept else None
            film = queries.film(session, video) if video else None
            wait = verdicts.find_wait(session, video) if video else None
            moves = len(queries.moves_of(session, video)) if video else 0
            said = len(verdicts.verdicts_of(session, video)) if video else 0
        can_answer = wait is not None and video is not None and self.studio.has_answer(video) is None
        return Before(film, moves, said, kept.answer if kept else "", can_answer, wait.gate if wait else None, page.notes)

    def _wanted(self, word: Word, before: Before) -> str:
        if word.column == "Priority":
            if before.film is None:
                return "moot"
            return "done" if word.value in PRIORITIES else "refused"
        return _wanted_move(word.value, before)

    def _became(self, word: Word, before: Before, kept: KeptPage) -> str:  # noqa: PLR0911 -- each outcome at once
        lines = kept.answer.splitlines()
        if kept.video is None:
            return "refused" if lines and word.column == "Status" else "moot"
        with self.results.open() as session:
            film = queries.film(session, kept.video)
            moves = queries.moves_of(session, kept.video)[before.moves :]
            said = len(verdicts.verdicts_of(session, kept.video))
        if word.column == "Priority":
            if before.film is None:
                return "moot"
            if any("is no priority" in line for line in lines):
                return "refused"
            return "done" if film.priority.value == word.value.lower() else "lost"
        if any(move.who is Actor.PERSON for move in moves) or said > before.said or self._has_answered(kept.video, before):
            self.repeated += any("is no priority" not in line for line in lines if line not in before.answer.splitlines())
            return "done"
        if any("is no priority" not in line for line in lines):
            return "refused"
        return "moot" if before.film is not None and word.value == before.film.status else "lost"

    def _has_answered(self, video: VideoName, before: Before) -> bool:
        return before.can_answer and self.studio.has_answer(video) is not None


def _wanted_move(value: str, before: Before) -> str:  # noqa: PLR0911 -- one line of the table each
    """Tell what has to become of a status that the owner set, as docs/desk.md has it."""
    film = before.film
    if film is None:
        return "done or refused" if value == Status.QUEUED else "moot"
    if value == film.status:
        return "moot"
    if value not in list(Status):
        return "refused"
    to = Status(value)
    if to is Status.CANCELLED:
        return "done"
    if to in GATES:
        return "done" if before.can_answer and before.gate is GATES[to] else "refused"
    if film.status in READY and to in STAGES:
        return "done" if before.can_answer and _names_items(before) else "refused"
    if film.status in RESTING and to is Status.QUEUED:
        return "done or refused"
    if film.status.is_error and (to is Status.QUEUED or to in STAGES):
        return "done"
    return "refused"


def _names_items(before: Before) -> bool:
    words = before.notes.removeprefix("regenerate").strip()
    try:
        return before.gate is not None and bool(retakes_of(Decision.REJECT, words, ITEMS[before.gate]))
    except VerdictRefused:
        return False


def _named(value: Mapping[str, Any]) -> str:
    return str(next(({} if one is None else one).get("name", "") for kind, one in value.items() if kind in {"status", "select"}))
