"""Listening to the desk, and showing there what is true. Production waits for nothing of this."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect import get_run_logger
from prefect.settings import PREFECT_UI_URL
from sqlalchemy.orm import Session

from blocks.capabilities.desk import Desk, OpenDesk
from blocks.channel import Channel
from blocks.domain.bulk import Action
from blocks.domain.desk import (
    Asked,
    Face,
    Known,
    Page,
    PageFile,
    Sitting,
    changes,
    names_to_review,
    read_order,
    read_wishes,
    wants_film,
    with_lines,
)
from blocks.domain.orders import Order
from blocks.domain.request import VideoName
from blocks.domain.status import Status
from blocks.errors import BadSpec, SetupError, StudioError, TransientError
from blocks.pace import pace
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.receiver import RECEIVER_BLOCK, Receiver
from blocks.results import entries, notices, pages, purchases, queries, queue, verdicts
from blocks.results.alerts import raise_alert
from blocks.results.pages import KeptPage
from blocks.results.table import ResultsTable
from blocks.results.values import Failure
from blocks.studio import saved_names
from tasks.bulk import fulfil
from tasks.queueing import say_queued

AT_ONCE = 20
"""Pages that are read or written in one round; what is left comes in the next."""
MARGIN = timedelta(minutes=3)
"""Notion rounds the time of an edit down to its minute, and its clock is not ours."""
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 900.0
LINKS_LAST = timedelta(days=30)
_LAST_LOOK = "desk"


async def saved_desk() -> Desk | None:
    """Load the desk that is saved as `default`; None when there is none."""
    return await NotionDesk.aload("default") if "default" in await saved_names("notion-desk") else None


async def make_desk(page: str) -> Desk:
    """Make a database below a page of Notion, with the saved integration, and save it as the desk.

    Raises:
        SetupError: no integration is saved.
        StudioError: it cannot be made there; the message says what to mend.
    """
    if "default" not in await saved_names("notion-credentials"):
        raise SetupError(
            "no integration is saved: save a Notion Credentials block named default (docs/desk.md), then run this again"
        )
    credentials = await NotionCredentials.aload("default")
    desk = await asyncio.to_thread(NotionDesk.made_below, page, credentials, lambda: pace(NotionDesk.lane))
    await desk.asave("default")
    return desk


async def saved_receiver() -> Receiver | None:
    """Load the receiver of this studio; None when none was set up."""
    return await Receiver.aload(RECEIVER_BLOCK) if RECEIVER_BLOCK in await saved_names("receiver") else None


@dataclass(frozen=True)
class Listener:
    """One desk that is open, and whom it speaks for."""

    desk: OpenDesk
    channels: Mapping[str, Channel]
    results: ResultsTable
    receiver: Receiver | None = None
    """Gives the links to what is to be looked at; without it, pages show none."""

    async def hear_all(self) -> None:
        """Hear every page that was edited since the last look, whoever told of it.

        Raises:
            StudioError: the desk cannot be asked.
        """
        now = datetime.now(UTC)
        with self.results.open() as session:
            told = pages.last_look(session, _LAST_LOOK)
        since = (told or datetime(2000, 1, 1, tzinfo=UTC)) - MARGIN
        for page in await asyncio.to_thread(self.desk.edited_since, since):
            await self.hear(page)
        with self.results.open() as session:
            pages.note_look(session, _LAST_LOOK, now)

    async def hear_noticed(self) -> None:
        """Hear the pages that services told us of; what cannot be read now is found by `hear_all`.

        Raises:
            StudioError: the desk cannot be asked.
        """
        with self.results.open() as session:
            told = dict.fromkeys(one.page for one in notices.take_notices(session, AT_ONCE) if one.page)
        for name in told:
            page = await asyncio.to_thread(self.desk.page, name)
            if page is not None:
                await self.hear(page)

    async def hear(self, page: Page) -> bool:
        """Understand what its owner changed on a page, and do it; tell whether there was something to do, which takes a while."""
        kept, was_asked = await asyncio.to_thread(self._write_down, page), False
        while kept is not None and kept.asked is not None and kept.video is not None:
            was_asked = True
            await self._do(kept, kept.video, kept.asked)
            kept = await asyncio.to_thread(self._write_down, page)  # what we did may be older than what the page says now
        return was_asked

    def _write_down(self, page: Page) -> KeptPage | None:
        """Write down what a page asks for before anything is done about it, so that it is done once."""
        with self.results.open() as session:
            kept = pages.find_page(session, page.id)
            known = kept.known if kept else Known()
            said = page.model_dump(include=_OWNERS - page.lacks)
            now_known = known.model_copy(update={**said, "writing": "", "gone": False, "lacks": page.lacks})
            if kept is None or kept.video is None:
                if wants_film(page, known):
                    self._take_order(session, page, now_known, None)
                else:
                    _know(session, page, known, now_known)
                return None
            if kept.asked is not None:
                return kept
            status = queries.film(session, kept.video).status
            asked = read_wishes(page, known, Sitting(video=kept.video, status=status))
            if wants_film(page, known) and status in _MAY_BE_QUEUED:
                self._take_order(session, page, now_known, kept.video)
                for priority in filter(None, (wish.priority for wish in asked.wishes)):
                    entries.prioritise_film(session, kept.video, priority)
                return None
            if asked.is_nothing:
                _know(session, page, known, now_known)
                return None
            answers = len(verdicts.verdicts_of(session, kept.video))
            if any(wish.action in _LATE for wish in asked.wishes):
                now_known = now_known.model_copy(update={"moves": len(queries.moves_of(session, kept.video))})
            pages.keep_asked(session, page.id, asked.model_copy(update={"said": answers}), now_known)
            return pages.find_page(session, page.id)

    def _take_order(self, session: Session, page: Page, known: Known, there: VideoName | None) -> None:
        """Queue the film that a page asks for, or write down why not; the page has to say so."""
        pages.know_page(session, page.id, known)
        found = read_order(page)
        if not isinstance(found, Order):
            pages.keep_answer(session, page.id, _stamped([f"{problem.where}: {problem.message}" for problem in found]))
            return
        order = found
        if there is not None:  # the film keeps its name, whatever its page is called now
            order = found.model_copy(update={"request": found.request.model_copy(update={"slug": there.slug})})
        try:
            with session.begin_nested():
                self._queue(session, page, order, known)
        except BadSpec as refused:
            pages.keep_answer(session, page.id, _stamped([str(refused)]))
            return
        get_run_logger().info("%s is queued from the desk", order.video)
        say_queued()

    def _queue(self, session: Session, page: Page, order: Order, known: Known) -> None:
        if order.channel not in self.channels:
            there = ", ".join(sorted(self.channels)) or "none yet"
            raise BadSpec(f"Channel: there is no channel {order.channel!r}; the channels are: {there}")
        video = order.video
        pages.link_page(session, page.id, video, known)
        status = queries.find_status(session, video)
        if status is Status.PUBLISHED:
            raise BadSpec(f"the film {video} is published already: give this page another title, then queue it")
        if status is not None and not status.is_resting:
            raise BadSpec(f'the film {video} is on its way already: "{status}"')
        entries.open_film(session, video, order.request, order.request.label)
        entries.queue_film(session, video, "queued from the desk")
        queue.want_run(session, video)

    async def _do(self, kept: KeptPage, video: VideoName, asked: Asked) -> None:
        lines, left = [refused.why for refused in asked.refused], []
        for wish in asked.wishes:
            if wish.action in _ANSWERS and self._count_verdicts(video) > asked.said:
                continue  # it arrived before we died
            outcome = await fulfil(wish, self.results)
            if outcome.is_done:
                get_run_logger().info("%s: %s, as the desk says: %s", video, wish.action, outcome.what)
                left += [outcome.left] if outcome.left else []
            else:
                lines.append(outcome.what)
        with self.results.open() as session:
            if lines:  # what could not be done does not stand on the page
                pages.know_page(session, kept.id, kept.known.model_copy(update={"moves": 0}))
            pages.keep_answer(session, kept.id, _stamped([*lines, *left]))

    def _count_verdicts(self, video: VideoName) -> int:
        with self.results.open() as session:
            return len(verdicts.verdicts_of(session, video))

    async def show_due(self) -> int:
        """Write on the pages that do not show the truth, those first that have not for longest; gives how many were tried.

        A page that cannot be written is tried again later, ever more seldom if that is its own fault, and keeps no other waiting.

        Raises:
            TransientError: the desk cannot be reached now.
        """
        with self.results.open() as session:
            due = pages.due_pages(session, AT_ONCE, datetime.now(UTC))
        for kept in due:
            try:
                await self._show(kept)
            except TransientError:
                self._put_off(kept, FIRST_WAIT_S)
                raise
            except StudioError as error:
                self._put_off(kept, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**kept.tries))
                self.warn(error, kept.video)
        return len(due)

    def warn(self, error: StudioError, video: VideoName | None = None) -> None:
        """Alert that the desk needs a person's hand, once a day for one kind of trouble."""
        get_run_logger().warning("the desk: %s", error)
        cause = f"desk {type(error).__name__} {datetime.now(UTC):%Y-%m-%d}"
        with self.results.open() as session:
            raise_alert(session, cause, video, "The desk does not work", str(error), advice=error.advice)

    async def _show(self, kept: KeptPage) -> None:
        page = await asyncio.to_thread(self.desk.page, kept.id)
        if page is None:
            with self.results.open() as session:
                pages.forget_page(session, kept.id)
            return
        if await self.hear(page):
            return  # what was read is old by now; the page is still due
        with self.results.open() as session:
            latest = pages.find_page(session, kept.id)
            if latest is None:
                return
            face, lines, last_error = self._face(session, latest, page)
            wanted = changes(page, face)
            if latest.video is not None and len(queries.moves_of(session, latest.video)) == latest.known.moves:
                wanted.pop("status", None)  # the film has not moved yet as its owner wants
            lines = [line for line in lines if line not in page.error_log]
            if lines and "error_log" not in page.lacks:
                wanted["error_log"] = with_lines(page.error_log, lines)
            if "status" in wanted:
                pages.begin_writing(session, latest, face.status)
        if wanted:
            await asyncio.to_thread(self.desk.write, kept.id, wanted)
        with self.results.open() as session:
            status = face.status if "status" in wanted else page.status
            known = Known(**face.model_dump(include=_OWNERS) | {"status": status}, moves=latest.known.moves, lacks=page.lacks)
            pages.note_shown(session, latest, known, last_error)

    def _face(self, session: Session, kept: KeptPage, page: Page) -> tuple[Face, list[str], int]:
        """Give what a page has to show, the lines to add to its log, and the number of the last error among them."""
        lines = kept.answer.splitlines()
        if kept.video is None:
            status = Status.ERROR_INVALID_INPUT.value if kept.answer else page.status
            return Face(**page.model_dump(include=set(Face.model_fields)) | {"status": status}), lines, kept.last_error
        film, run = queries.film(session, kept.video), queue.run_of(session, kept.video)
        errors = pages.errors_after(session, kept)
        ui = PREFECT_UI_URL.value()
        face = Face(
            status=film.status.value,
            priority=film.priority.value,
            privacy=film.request.privacy or "",
            publish_at=film.request.publish_at,
            progress=film.progress,
            youtube=film.published_url if film.published_url and film.published_url.startswith("http") else "",
            cost_usd=round(purchases.spent_on_film(session, kept.video).total, 2),
            run_url=f"{ui}/runs/flow-run/{run}" if ui and run else "",
            files=self._files(film.status, kept.video, session) or page.files,
        )
        last_error = errors[-1][0] if errors else kept.last_error
        return face, [*lines, *(_line(failure) for _, failure in errors)], last_error

    def _files(self, status: Status, video: VideoName, session: Session) -> tuple[PageFile, ...]:
        """Link to what a person looks at while the film is in that state; nothing when that is nothing new."""
        if self.receiver is None:
            return ()
        found = {item.name: item.product.address for item in queries.products_of(session, video)}
        return tuple(
            PageFile(name=name.rpartition("/")[2], url=self.receiver.link(found[name], LINKS_LAST))
            for name in names_to_review(status, found)
        )

    def _put_off(self, kept: KeptPage, wait_s: float) -> None:
        with self.results.open() as session:
            pages.note_unwritten(session, kept, datetime.now(UTC) + timedelta(seconds=wait_s))


def _know(session: Session, page: Page, before: Known, now: Known) -> None:
    """Write down what a page says of which nothing follows."""
    if now != before:
        pages.know_page(session, page.id, now)
    if before.gone or before.lacks - now.lacks:
        pages.keep_answer(session, page.id, "")  # it, or a column, is back from the trash, and shows what was true long ago


def _stamped(lines: Iterable[str]) -> str:
    """Say when something was answered: written twice, it is the same answer still."""
    return "\n".join(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC  {' '.join(line.split())}" for line in lines)


def _line(failure: Failure) -> str:
    """Say on one line what went wrong, and what happens next."""
    next_try, day = failure.next_try_at, ""
    if next_try is not None and next_try.date() != failure.at.date():
        day = f"{next_try:%Y-%m-%d} "
    when = f", next try {day}{next_try:%H:%M} UTC" if next_try is not None else ""
    action = f" Do: {failure.action}" if failure.action and failure.next_try_at is None else ""
    request = f" (request {failure.request_id})" if failure.request_id else ""
    message = " ".join(failure.message.split())
    return f"{failure.at:%Y-%m-%d %H:%M} UTC  {failure.item}, try {failure.attempt}{when}: {message}{request}.{action}"


_ANSWERS = frozenset({Action.APPROVE, Action.REJECT})
_LATE = _ANSWERS | {Action.CANCEL}
"""What the film's run does a while after it was said."""
_MAY_BE_QUEUED = frozenset({Status.DRAFT, Status.CANCELLED, Status.ERROR_INVALID_INPUT})
_OWNERS = {"status", "priority", "privacy", "publish_at"}
"""What both sides write on a page."""
