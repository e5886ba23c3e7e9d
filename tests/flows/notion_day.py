"""A day at the desk in virtual time: an owner and a studio change films at random, and a listener keeps both sides agreed.

Whatever is due when a request arrives has happened before it is answered: so edits fall between any two requests of ours.
Requests are as far apart as the lane allows and as `test_desk_pace` measures over real processes: 1.9 a second.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_UI_URL
from pydantic import SecretStr
from sqlalchemy import select

from blocks.capabilities.desk import OpenDesk
from blocks.channel import Channel
from blocks.domain.bulk import Outcome, Wish
from blocks.domain.desk import Change, Page, Prepared
from blocks.domain.request import VideoName
from blocks.domain.status import Status
from blocks.errors import RateLimited, StudioError
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.notion.pages import COLUMNS
from blocks.results import queries, queue
from blocks.results.table import ResultsTable
from blocks.results.tables import PageRow
from flows.desk import AGAIN_AFTER_S, LOOK_EVERY_S
from tasks import bulk, desk
from tasks.desk import Listener
from tasks.lanes import PACES
from tests.emulators import faults
from tests.emulators.faults import Faults
from tests.emulators.notion import NotionEmulator, served
from tests.emulators.notion_faults import CONFLICT, SERVICE_OVERLOAD, TIMED_OUT_LATE
from tests.emulators.notion_pace import Pace
from tests.flows.day_account import Account, Size
from tests.flows.day_laws import Laws
from tests.flows.day_owner import NONSENSE, Owner
from tests.flows.day_studio import StudioSide
from tests.flows.test_desk import CHOICES
from tests.flows.virtual_time import VirtualTime
from tests.tasks.films_at_work import Films

BEGIN = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
LONG_AGO = BEGIN - timedelta(days=1)
RATES = {
    faults.LOST_ANSWER: 0.01, faults.RATE_LIMITED: 0.005, SERVICE_OVERLOAD: 0.002, CONFLICT: 0.01, faults.OVERLOADED: 0.005,
    faults.BROKEN: 0.005, faults.TRUNCATED: 0.003, faults.RESET: 0.003, TIMED_OUT_LATE: 0.005,
}  # fmt: skip
"""Share of all requests that go wrong in each way."""
DEATHS = 0.0005
"""Share of requests and wishes at which the listener dies."""
RIGHT_WITHIN_S = 60.0
"""How long after an hour away all is right, if the pace allows it."""
REQUESTS_A_PAGE = 3
"""To read it, to write it, and one for what goes wrong and is edited meanwhile."""
MEASURED_PACE = 1.9
"""Requests a second over real processes with the real lane."""
SETTLE = timedelta(hours=2)


class Death(Exception):
    """The listener's process ends."""


@dataclass
class Watched:
    """The desk as the listener has it, with the laws looking on."""

    table: OpenDesk
    laws: Laws
    time: VirtualTime

    def page(self, page: str) -> Page | None:
        found = self.table.page(page)
        self.laws.last_read[page] = self.time.now
        return found

    def edited_since(self, moment: datetime) -> tuple[Page, ...]:
        return self.table.edited_since(moment)

    def write(self, page: str, changes: Mapping[str, Change]) -> None:
        self.table.write(page, changes)

    def prepare(self) -> Prepared:
        return self.table.prepare()

    def offer_channels(self, channels: Collection[str]) -> None:
        self.table.offer_channels(channels)


@dataclass(frozen=True)
class Ears(Listener):
    """The listener, with the laws looking on."""

    laws: Laws = field(kw_only=True)

    async def hear(self, page: Page) -> None:
        await asyncio.to_thread(self.laws.begin_hearing, page)
        await super().hear(page)
        await asyncio.to_thread(self.laws.end_hearing, page.id)


@dataclass
class Day:
    """Everything of one day."""

    size: Size
    results: ResultsTable
    notion: NotionEmulator
    time: VirtualTime
    owner: Owner
    studio: StudioSide
    laws: Laws
    channels: Mapping[str, Channel]
    chance: random.Random
    tell: Callable[[str], None]
    """Takes a line each virtual hour."""
    deaths: int = 0
    _sent_at: datetime = BEGIN
    _looked_at: datetime = LONG_AGO
    _news: int = -1
    _came_back_at: datetime | None = None
    _still_wrong: set[str] = field(default_factory=set)
    changed_while_away: set[str] = field(default_factory=set)
    said_while_away: int = 0
    moved_while_away: int = 0
    right_after_s: float | None = None
    _before_away: tuple[int, int] = (0, 0)

    @property
    def end(self) -> datetime:
        return BEGIN + timedelta(hours=self.size.hours)

    def plan(self) -> None:
        """Plan the hour away, the end, and what the owner does."""
        away = BEGIN + timedelta(hours=self.size.away_from_hour)
        back = away + timedelta(hours=self.size.away_hours)
        self.time.now = BEGIN - timedelta(days=1)  # the ideas are older than the day
        last_ideas = BEGIN + 0.85 * (self.end - BEGIN)
        self.owner.plan(self.size.pages, BEGIN, last_ideas, (away - 2 * (back - away), back))
        self.time.at(BEGIN, self.studio.open)
        self.time.at(away, self._leave)
        self.time.at(back, self._come_back)
        self.time.at(self.end, self._finish)
        self.time.at(BEGIN, self._tell_hour)

    def _tell_hour(self) -> None:
        edits, changes = sum(self.owner.edits.values()), sum(self.studio.done.values())
        requests, broken = sum(self.notion.books.by_endpoint().values()), len(self.laws.broken)
        self.tell(f"{self.time.now:%H:%M}  {edits} edits, {changes} changes, {requests} requests, {broken} laws broken")
        self.time.after(3600, self._tell_hour)

    def _leave(self) -> None:
        self.owner.changed.clear()
        self.studio.changed.clear()
        self._before_away = sum(self.owner.edits.values()), sum(self.studio.done.values())
        self.notion.leave(self.chance.choice((faults.RESET, faults.OVERLOADED)))

    def _come_back(self) -> None:
        self.notion.come_back()
        self._came_back_at = self.time.now
        self.changed_while_away = self.owner.changed | {page for page, video in self._pages() if video in self.studio.changed}
        self._still_wrong = set(self.changed_while_away)
        self.said_while_away = sum(self.owner.edits.values()) - self._before_away[0]
        self.moved_while_away = sum(self.studio.done.values()) - self._before_away[1]

    def _finish(self) -> None:
        self.owner.is_over = self.studio.is_over = True

    def pace(self) -> None:
        """Wait until one more request may be sent; what is due by then has happened when it is."""
        moment = max(self.time.now, self._sent_at + timedelta(seconds=1 / PACES["notion"]))
        self._sent_at = moment + timedelta(seconds=self.chance.uniform(0, 0.25))
        self.time.go_to(self._sent_at)
        self._look_after_the_hour()
        if self.chance.random() < DEATHS:
            raise Death

    async def fulfil(self, wish: Wish, results: ResultsTable) -> Outcome:
        """Do as the listener's `fulfil`, unless it dies before or afterwards."""
        channel, _, slug = wish.video.partition("/")
        self.studio.asked.add(VideoName(channel=channel, slug=slug))
        if self.chance.random() < DEATHS * 10:
            raise Death
        outcome = await bulk.fulfil.fn(wish, results)
        if self.chance.random() < DEATHS * 10:
            raise Death
        return outcome

    async def live(self, table: OpenDesk) -> None:
        """Listen until the day is over and all is settled."""
        watched = Watched(table, self.laws, self.time)
        while True:
            listener = Ears(watched, self.channels, self.results, laws=self.laws)
            shown = 0
            try:
                shown = await self._round(listener)
            except Death:
                self.deaths += 1
                self._looked_at = LONG_AGO
            except StudioError as error:  # as sync_desk: everything is asked for again, a while later
                self._looked_at = LONG_AGO
                wait_s = error.retry_after_s if isinstance(error, RateLimited) else None
                await asyncio.to_thread(self.time.go_to, self.time.now + timedelta(seconds=wait_s or AGAIN_AFTER_S))
                continue
            await asyncio.to_thread(self._look_after_the_hour)
            if self.time.now > self.end and not shown and (self._is_settled() or self.time.now > self.end + SETTLE):
                return
            if not shown:
                await asyncio.to_thread(self.time.go_to, self._next_moment())

    async def _round(self, listener: Ears) -> int:
        await listener.hear_noticed()
        if self.time.now - self._looked_at < timedelta(seconds=LOOK_EVERY_S) or not self._has_news():
            return await listener.show_due()
        self._looked_at, self._news = self.time.now, sum(self.owner.edits.values())
        await listener.hear_all()
        shown = await listener.show_due()
        await asyncio.to_thread(listener.desk.offer_channels, sorted(self.channels))
        return shown

    def _has_news(self) -> bool:
        """Tell whether a look may find anything: to spare real time, an hour without edits is looked at every five minutes."""
        return self._news != sum(self.owner.edits.values()) or self.time.now - self._looked_at > timedelta(minutes=5)

    def _next_moment(self) -> datetime:
        """Give the moment until which a listener that has nothing to do would wait in steps of a second."""
        look = self._looked_at + (timedelta(seconds=LOOK_EVERY_S) if self._has_news() else timedelta(minutes=5, seconds=1))
        happens = self.time.next_moment() or look
        return max(self.time.now + timedelta(seconds=1), min(look, happens))

    def _is_settled(self) -> bool:
        with self.results.open() as session:
            is_due = session.scalar(select(PageRow.id).where(PageRow.due_at.is_not(None)).limit(1)) is not None
        return (
            not is_due
            and not self.studio.asked
            and not any(self.laws.unheard(page) for page in self.owner.pages if not self._is_gone(page))
        )

    def _is_gone(self, page: str) -> bool:
        return self.notion.workspace.pages[page].in_trash

    def _pages(self) -> list[tuple[str, VideoName | None]]:
        with self.results.open() as session:
            rows = session.execute(select(PageRow.id, PageRow.channel, PageRow.slug)).all()
        return [(name, VideoName(channel=channel, slug=slug) if channel and slug else None) for name, channel, slug in rows]

    def _look_after_the_hour(self) -> None:
        """See which pages that changed while Notion was away are right by now."""
        if self._came_back_at is None or not self._still_wrong:
            return
        videos = dict(self._pages())
        for name in list(self._still_wrong):
            if self._is_gone(name) or not (self.laws.unheard(name) or self.wrong_on(name, videos.get(name))):
                self._still_wrong.discard(name)
        if not self._still_wrong:
            self.right_after_s = (self.time.now - self._came_back_at).total_seconds()

    def wrong_on(self, page: str, video: VideoName | None) -> list[str]:
        """Compare a page with the truth."""
        if video is None:
            return []
        with self.results.open() as session:
            film, run = queries.film(session, video), queue.run_of(session, video)
        seen = self.notion.page(page)
        url = film.published_url if film.status is Status.PUBLISHED or film.published_url else None
        ui = PREFECT_UI_URL.value()
        wanted: dict[str, Any] = {
            "Status": film.status.value,
            "Priority": film.priority.value.capitalize(),
            "Progress": film.progress,
            "YouTube": url or "",
            "Prefect": f"{ui}/runs/flow-run/{run}" if ui and run else "",
        }
        wrong = [f"{name} is {seen[name]!r}, not {value!r}" for name, value in wanted.items() if (seen[name] or "") != value]
        if Decimal(str(seen["Cost"] or 0)) * 100 != self.studio.costs[video]:
            wrong.append(f"Cost is {seen['Cost']}, not {self.studio.costs[video]} cents")
        log = seen["Error Log"] or ""
        wrong += [
            f"{line!r} {log.count(line)} times in the log" for line in self.studio.troubles.get(video, []) if log.count(line) != 1
        ]
        return wrong

    def judge(self) -> None:
        """Hold the laws against how all stands in the end."""
        broken, videos = self.laws.broken, dict(self._pages())
        for page in self.owner.pages:
            if self._is_gone(page):
                continue
            seen = self.notion.page(page)
            log = str(seen["Error Log"] or "")
            broken += [f"{page} ({videos.get(page)}): {wrong}" for wrong in self.wrong_on(page, videos.get(page))]
            broken += [f"{page}: {word} was never heard" for word in self.laws.unheard(page)]
            broken += [f"{page}: the owner's {line!r} is gone" for line in self.laws.own_lines.get(page, []) if line not in log]
            broken += [f"{page}: refused and not told: {line}" for line in self.laws.refusals.get(page, []) if line not in log]
            if (seen["Notes"] or "") != self.owner.notes.get(page, ""):
                broken.append(f"{page}: Notes are not the owner's")
        for (page, _), words in self.laws.words.items():
            broken += [f"{page}: {word}" for word in words if word.state in {"heard", "lost"}]
        broken += [f"film {video} was queued, and no page said so" for video in self._unasked(videos)]
        within_s = max(RIGHT_WITHIN_S, len(self.changed_while_away) * REQUESTS_A_PAGE / MEASURED_PACE)
        if self.size.away_hours and not (self.right_after_s is not None and self.right_after_s <= within_s):
            broken.append(
                f"after the hour away, all was right after {self.right_after_s} s; {len(self._still_wrong)} pages never were"
            )
        if self.notion.most_in_a_second() > 3:
            broken.append(f"{self.notion.most_in_a_second()} requests in a second")

    def _unasked(self, videos: Mapping[str, VideoName | None]) -> list[VideoName]:
        """List the films that persons queued more often than pages said so."""
        heard: Counter[VideoName | None] = Counter()
        for (page, column), words in self.laws.words.items():
            heard[videos.get(page)] += sum(column == "Status" and word.state == "done" for word in words)
        unasked = []
        for video in filter(None, videos.values()):
            with self.results.open() as session:
                moves = queries.moves_of(session, video)
            by_person = sum(move.to is Status.QUEUED and move.who == "person" for move in moves)
            if by_person > heard[video]:
                unasked.append(video)
        return unasked

    def account(self) -> Account:
        """Tell what happened."""
        return Account(
            owner=self.owner.edits, studio=self.studio.done, outcomes=self.laws.outcomes, faults=self.notion.faults.planned(),
            crossings=self.laws.crossings, requests=self.notion.books.by_endpoint(),
            most_in_a_second=self.notion.most_in_a_second(), deaths=self.deaths, repeated=self.laws.repeated,
            changed_while_away=len(self.changed_while_away), said_while_away=self.said_while_away,
            moved_while_away=self.moved_while_away, right_after_s=self.right_after_s,
            heard_after_s=sorted(self.laws.heard_after_s), broken=self.laws.broken,
        )  # fmt: skip


@contextmanager
def day_of(size: Size, films: Films, tell: Callable[[str], None]) -> Iterator[tuple[Day, OpenDesk]]:
    """Lay out a day: a served Notion with an empty table, a studio without films, and a clock of their own."""
    time, chance = VirtualTime(BEGIN), random.Random(size.seed)
    channel = films.channel("a")
    with ExitStack() as stack:
        plan = Faults(seed=size.seed, rates=RATES)
        notion = stack.enter_context(
            served(now=lambda: time.now, pace=Pace(clock=time.seconds), retry_after_s=3, seed=size.seed, faults=plan)
        )
        client = stack.enter_context(get_client(sync_client=True))
        choices = CHOICES | {"Status": [*CHOICES["Status"], NONSENSE]}
        columns: dict[str, Any] = {name: (kind, choices[name]) if name in choices else kind for name, kind in COLUMNS.values()}
        source = notion.make_database("Films", columns).sources[0]
        studio = StudioSide(films, client, time, random.Random(size.seed + 1), size.speed)
        laws = Laws(films.results, notion, studio)
        notion.before_write.append(laws.before_write)
        owner = Owner(notion, laws, time, random.Random(size.seed + 2), size.speed)
        day = Day(size, films.results, notion, time, owner, studio, laws, {"a": channel}, chance, tell)
        stack.enter_context(mock.patch.object(desk, "datetime", time.as_datetime()))
        stack.enter_context(mock.patch.object(desk, "fulfil", day.fulfil))
        credentials = NotionCredentials(token=SecretStr(notion.token), base_url=notion.url)
        table = NotionDesk(credentials=credentials, data_source_id=source.id)
        yield day, stack.enter_context(table.open(day.pace))


def live_through(size: Size, films: Films, tell: Callable[[str], None] = str) -> Account:
    """Live through a day, telling a line each virtual hour, and tell what happened."""
    with day_of(size, films, tell) as (day, table):

        @flow(name="desk-day", flow_run_name="a day at the desk")
        async def listen() -> None:
            await asyncio.to_thread(day.plan)
            await day.live(table)

        asyncio.run(listen())
        day.judge()
        return day.account()
