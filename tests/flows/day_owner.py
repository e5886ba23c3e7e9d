"""The owner's side of a day at the desk: somebody who looks at the pages now and then, and edits them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from blocks.domain.status import Status
from blocks.results import notices
from tests.emulators.notion import NotionEmulator
from tests.flows.day_laws import GATES, PRIORITIES, READY, STAGES, Laws
from tests.flows.day_studio import ITEMS
from tests.flows.virtual_time import VirtualTime

NONSENSE = "Thinking about it"
"""An option of Status that is none of ours."""
WATCHED = ("Status", "Priority")
_COMPLETE = {"Channel": "a", "Topic": "salt", "Story Direction": "A caravan leaves. It crosses the desert. It comes home."}
_APPROVED = dict(zip(READY, GATES, strict=True))


class Owner:
    """Whoever owns the pages."""

    def __init__(self, notion: NotionEmulator, laws: Laws, time: VirtualTime, chance: random.Random, speed: float) -> None:
        self.notion, self.laws, self.time, self.chance, self.speed = notion, laws, time, chance, speed
        self.edits: Counter[str] = Counter()
        self.pages: list[str] = []
        self.changed: set[str] = set()
        """Pages that were edited; whoever counts them empties it."""
        self.is_over = False
        self.notes: dict[str, str] = {}
        self._said = 0

    def plan(self, count: int, begin: datetime, until: datetime, quiet: tuple[datetime, datetime]) -> None:
        """Write ideas down, and plan when each is queued; few of them at quiet times."""
        length_s = (until - begin).total_seconds()
        for number in range(count):
            title = f"Film {number - 1 if number % 40 == 39 else number}"  # now and then two pages of one title
            self.pages.append(self.notion.add_page(_COMPLETE | {"Title": title, "Status": "Draft"}))
            moment = begin + timedelta(seconds=self.chance.uniform(0, length_s))
            while quiet[0] <= moment <= quiet[1] and self.chance.random() < 0.7:
                moment = begin + timedelta(seconds=self.chance.uniform(0, length_s))
            self._plan(moment, self.pages[-1])

    def _plan(self, moment: datetime, page: str) -> None:
        self.time.at(moment, lambda: self.visit(page))

    def visit(self, page: str) -> None:
        """Look at a page and do something to it, as it looks; then come again later."""
        if self.is_over:
            return
        seen = self.notion.page(page)
        status = str(seen["Status"])
        if self.notion.workspace.pages[page].in_trash:
            return
        if status == Status.DRAFT:
            self._queue_draft(page, seen)
        elif status == Status.ERROR_INVALID_INPUT:
            self._mend(page, seen)
        elif status in READY:
            self._judge(page, Status(status))
        elif status.startswith("Error: "):
            self._either(page, ("try again", 7), ("send to a stage", 1), ("give up", 1), ("nonsense", 1), ("write", 1))
        elif status == Status.CANCELLED:
            self._either(page, ("queue again", 6), ("queue again, otherwise", 3), ("wrong move", 1), ("write", 1))
        elif status == Status.PUBLISHED:
            self._either(page, ("write", 3), ("wrong move", 1), ("prioritise", 1))
        else:
            self._either(
                page, ("prioritise", 6), ("give up", 2), ("wrong move", 2), ("write", 3), ("note", 2), ("nonsense", 1),
                ("no priority", 2), ("there and back", 3), ("two at once", 2), ("throw away", 0.7), ("nothing", 4),
            )  # fmt: skip
        pause_s = self.chance.expovariate(1 / (1500 * self.speed)) * (8 if status == Status.PUBLISHED else 1)
        self.time.after(pause_s, lambda: self.visit(page))

    def _either(self, page: str, *choices: tuple[str, float]) -> None:
        what = self.chance.choices([name for name, _ in choices], [weight for _, weight in choices])[0]
        self.edits[what] += 1
        if what in {"write", "there and back", "throw away"}:
            {"write": self._write, "there and back": self._there_and_back, "throw away": self._throw_away}[what](page)
        elif what != "nothing":
            self._edit(page, **self._values(what))

    def _values(self, what: str) -> dict[str, str]:
        """Say what an edit puts into which column."""
        chance = self.chance
        wrong = (Status.PUBLISHED, Status.VIDEO_READY, Status.APPROVED_AUDIO, Status.DRAFT)
        return {
            "try again": {"Status": "Queued"},
            "queue again": {"Status": "Queued"},
            "queue again, otherwise": {"Status": "Queued", "Priority": chance.choice(PRIORITIES)},
            "send to a stage": {"Status": chance.choice(STAGES[:3]).value},
            "give up": {"Status": "Cancelled"},
            "nonsense": {"Status": NONSENSE},
            "wrong move": {"Status": chance.choice(wrong).value},
            "note": {"Notes": f"remember {chance.randint(1, 99)}"},
            "no priority": {"Priority": "Urgent"},
            "prioritise": {"Priority": chance.choice(PRIORITIES)},
            "two at once": {"Priority": chance.choice(PRIORITIES), "Status": NONSENSE},
        }[what]

    def _there_and_back(self, page: str) -> None:
        before = str(self.notion.page(page)["Status"])
        self._edit(page, Status="Cancelled")
        self.time.after(self.chance.uniform(0.2, 6), lambda: self._back(page, before))

    def _throw_away(self, page: str) -> None:
        self.notion.trash(page)
        self.time.after(self.chance.uniform(60, 7200) * self.speed, lambda: self._restore(page))

    def _back(self, page: str, before: str) -> None:
        if self.notion.page(page)["Status"] == "Cancelled":
            self._edit(page, Status=before)

    def _restore(self, page: str) -> None:
        self.notion.restore(page)
        self.edits["restore"] += 1
        self.changed.add(page)
        self.time.after(self.chance.uniform(60, 1500) * self.speed, lambda: self.visit(page))

    def _queue_draft(self, page: str, seen: dict[str, Any]) -> None:
        if self.chance.random() < 0.2:
            self.edits["title of a draft"] += 1
            self._edit(page, Title=f"{seen['Title']} again")
        if self.chance.random() < 0.2:
            self._write(page)
        lacking = {name: None if name == "Channel" else "" for name in _COMPLETE if self.chance.random() < 0.06}
        self.edits["queue, incomplete" if lacking else "queue"] += 1
        self._edit(page, Status="Queued", **lacking)

    def _mend(self, page: str, seen: dict[str, Any]) -> None:
        self.edits["mend and queue"] += 1
        self._said += 1
        self._edit(page, **_COMPLETE, Title=f"{seen['Title']}, mended {self._said}", Status="Queued")

    def _judge(self, page: str, status: Status) -> None:
        what = self.chance.choices(
            ("approve", "reject", "reject for nothing", "approve elsewhere", "give up", "nonsense", "approve twice"),
            (50, 15, 5, 5, 4, 2, 6),
        )[0]
        self.edits[what] += 1
        if what.startswith("approve"):
            wanted = _APPROVED[self.chance.choice(READY) if what == "approve elsewhere" else status]
            self._edit(page, Status=wanted.value, Notes="")
            if what == "approve twice":
                self.time.after(self.chance.uniform(0.3, 60), lambda: self._again(page, wanted.value))
        elif what.startswith("reject"):
            item = "clip 99" if what == "reject for nothing" else self.chance.choice(ITEMS[GATES[_APPROVED[status]]])
            notes = self.chance.choice((f"regenerate {item}", f"{item}: too dark"))
            self._edit(page, Notes=notes, Status=self.chance.choice(STAGES[:3]).value)
        else:
            self._edit(page, Status=NONSENSE if what == "nonsense" else "Cancelled")

    def _again(self, page: str, wanted: str) -> None:
        """Say something else at the same gate, in the moment in which the first word is heard."""
        if self.notion.page(page)["Status"] == wanted:
            self._edit(page, Status="Cancelled" if self.chance.random() < 0.5 else self.chance.choice(READY).value)

    def _write(self, page: str) -> None:
        self._said += 1
        line = f"My own words, number {self._said}."
        log = str(self.notion.page(page)["Error Log"] or "")
        self.laws.own_lines.setdefault(page, []).append(line)
        self._edit(page, **{"Error Log": f"{log}\n{line}" if self.chance.random() < 0.7 else f"{line}\n{log}"})

    def _edit(self, page: str, **values: str | None) -> None:
        if self.notion.workspace.pages[page].in_trash or self.is_over:
            return
        there = self.notion.page(page)
        changed = {name: value for name, value in values.items() if (there[name] or "") != (value or "")}
        if not changed:
            return
        for column in WATCHED:
            if column in changed:
                self.laws.say(page, column, str(changed[column]), self.time.now)
        if "Notes" in changed:
            self.notes[page] = str(changed["Notes"])
        self.notion.edit(page, changed)
        self.changed.add(page)
        self._notice(page)

    def _notice(self, page: str) -> None:
        """Tell of an edit as Notion does: mostly at once, now and then late, twice, or never."""
        self._said += 1
        name, kind = f"event {self._said}", self.chance.random()
        if kind < 0.4:
            return
        wait_s = self.chance.uniform(200, 900) if kind < 0.5 else self.chance.uniform(0.5, 5)
        self.time.after(wait_s, lambda: self._tell(name, page))
        if kind > 0.9:
            self.time.after(wait_s * 2, lambda: self._tell(name, page))

    def _tell(self, name: str, page: str) -> None:
        with self.laws.results.open() as session:
            notices.keep_notice(session, name, "notion event", page)
