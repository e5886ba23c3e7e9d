"""The pages of the desk: which film each stands for, what we know it to say, and what is still to be written on it.

Whatever is written about a film makes its page due, by a trigger, in the same transaction. What is due stays due until it was
written, and several changes of one page are written at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from blocks.domain.desk import Asked, Known
from blocks.domain.frozen import Frozen
from blocks.domain.request import VideoName
from blocks.errors import BadSpec
from blocks.results.queries import failure_of
from blocks.results.tables import ErrorRow, MarkRow, PageRow
from blocks.results.values import Failure


class KeptPage(Frozen):
    """What is kept of one page."""

    id: str
    video: VideoName | None
    """The film that it stands for; None as long as nobody queued it."""
    known: Known
    asked: Asked | None
    """What its owner asked for, until it is done."""
    answer: str
    """What its owner is still to be told."""
    last_error: int
    """The latest line of the film's error log that stands on it."""
    revision: int
    """Grows with each change of what it has to show."""
    tries: int
    """How often it could not be written."""


def find_page(session: Session, page: str) -> KeptPage | None:
    """Look a page up; None when it was never read."""
    row = session.get(PageRow, page)
    return None if row is None else _kept(row)


def know_page(session: Session, page: str, known: Known) -> None:
    """Write down what a page says, of that which both sides write."""
    statement = insert(PageRow).values(id=page, known=known.model_dump(mode="json"))
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"known": known.model_dump(mode="json")}))


def link_page(session: Session, page: str, video: VideoName, known: Known) -> None:
    """Let a page stand for a film from now on; it has to show it.

    Raises:
        BadSpec: another page stands for the film; one in the trash gives way.
    """
    other = session.scalars(select(PageRow).where(PageRow.channel == video.channel, PageRow.slug == video.slug)).one_or_none()
    if other is not None and other.id != page:
        if not Known.model_validate(other.known).gone:
            raise BadSpec(f"another page stands for the film {video} already: change the title of this one, then queue it again")
        session.execute(update(PageRow).where(PageRow.id == other.id).values(channel=None, slug=None))
    know_page(session, page, known)
    session.execute(update(PageRow).where(PageRow.id == page).values(channel=video.channel, slug=video.slug, **_DUE))


def keep_asked(session: Session, page: str, asked: Asked, known: Known) -> None:
    """Write down what an owner asks for, before anything is done about it."""
    values = {"asked": asked.model_dump(mode="json"), "known": known.model_dump(mode="json")}
    session.execute(update(PageRow).where(PageRow.id == page).values(**values))


def keep_answer(session: Session, page: str, answer: str) -> None:
    """Write down that everything asked for was dealt with, and what its owner is to be told; the page has to show it.

    What the owner was to be told before and does not stand on the page yet is still to be told.
    """
    untold = session.scalars(select(PageRow.answer).where(PageRow.id == page)).one()
    lines = dict.fromkeys([*untold.splitlines(), *answer.splitlines()])
    session.execute(update(PageRow).where(PageRow.id == page).values(asked=None, answer="\n".join(lines), **_DUE))


def due_pages(session: Session, limit: int, now: datetime) -> tuple[KeptPage, ...]:
    """List pages that do not show the truth, those first that have not for longest; not those that are to be tried later."""
    is_time = or_(PageRow.next_try_at.is_(None), PageRow.next_try_at <= now)
    rows = session.scalars(select(PageRow).where(PageRow.due_at.is_not(None), is_time).order_by(PageRow.due_at).limit(limit))
    return tuple(_kept(row) for row in rows)


def begin_writing(session: Session, page: KeptPage, status: str) -> None:
    """Write down which status a page is about to get: should we die now, it is not taken for its owner's word."""
    know_page(session, page.id, page.known.model_copy(update={"writing": status}))


def note_shown(session: Session, page: KeptPage, known: Known, last_error: int) -> None:
    """Write down that a page shows what was true at the revision given; what has changed since keeps it due."""
    shown = {"known": known.model_dump(mode="json"), "answer": "", "last_error": last_error, "tries": 0, "next_try_at": None}
    session.execute(update(PageRow).where(PageRow.id == page.id).values(**shown))
    unchanged = (PageRow.id == page.id, PageRow.revision == page.revision)
    session.execute(update(PageRow).where(*unchanged).values(due_at=None))


def note_unwritten(session: Session, page: KeptPage, next_try_at: datetime) -> None:
    """Write down that a page could not be written, and when it is tried again."""
    session.execute(update(PageRow).where(PageRow.id == page.id).values(tries=PageRow.tries + 1, next_try_at=next_try_at))


def forget_page(session: Session, page: str) -> None:
    """Show nothing more on a page that its owner threw away, until it comes back; its film goes on, and Prefect shows it."""
    kept = find_page(session, page)
    if kept is not None:
        know_page(session, page, kept.known.model_copy(update={"gone": True}))
        session.execute(update(PageRow).where(PageRow.id == page).values(due_at=None))


def errors_after(session: Session, page: KeptPage) -> Sequence[tuple[int, Failure]]:
    """List what went wrong in a page's film and does not stand on it yet, oldest first, each with its number."""
    if page.video is None:
        return ()
    of_film = (ErrorRow.channel == page.video.channel, ErrorRow.slug == page.video.slug, ErrorRow.id > page.last_error)
    return [(row.id, failure_of(row)) for row in session.scalars(select(ErrorRow).where(*of_film).order_by(ErrorRow.id))]


def last_look(session: Session, name: str) -> datetime | None:
    """Tell when all edits were last asked for; None when they never were."""
    row = session.get(MarkRow, name)
    return None if row is None else datetime.fromisoformat(row.value["at"])


def note_look(session: Session, name: str, at: datetime) -> None:
    """Write down when all edits were asked for."""
    value = {"at": at.isoformat()}
    statement = insert(MarkRow).values(name=name, value=value)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _kept(row: PageRow) -> KeptPage:
    return KeptPage(
        id=row.id,
        video=VideoName(channel=row.channel, slug=row.slug) if row.channel and row.slug else None,
        known=Known.model_validate(row.known),
        asked=None if row.asked is None else Asked.model_validate(row.asked),
        answer=row.answer,
        last_error=row.last_error,
        revision=row.revision,
        tries=row.tries,
    )


_DUE = {"due_at": func.coalesce(PageRow.due_at, func.now()), "revision": PageRow.revision + 1, "next_try_at": None}
