"""A week of which every figure is known: ISO week 2026-W47, Monday 16 to Sunday 22 November, written by hand into the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy.orm import Session

from blocks.domain.money import PurchaseState, Usage
from blocks.domain.status import Actor, Status
from blocks.domain.weeks import Week
from blocks.results.tables import ErrorRow, PurchaseRow, ReceiptRow, StatusMoveRow, VideoRow

WEEK = Week(year=2026, number=47)


def at(day: int, clock: str) -> datetime:
    """Give a moment of November 2026, UTC."""
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), UTC)


def add_film(session: Session, film: str, status: Status = Status.QUEUED, **columns: object) -> None:
    channel, slug = film.split("/")
    values = {"title": f"The {slug}", "request": {}, **columns}
    session.add(VideoRow(channel=channel, slug=slug, status=status.value, **values))


def move(session: Session, film: str, *moves: tuple[datetime, Status], people: tuple[datetime, ...] = ()) -> None:
    """Move a film through states; at the moments of `people` a person did it, else the system."""
    channel, slug = film.split("/")
    before: str | None = None
    for moment, status in moves:
        who = Actor.PERSON if moment in people else Actor.SYSTEM
        session.add(
            StatusMoveRow(
                channel=channel, slug=slug, at=moment, who=who.value, from_status=before, to_status=status.value, why="because"
            )
        )
        session.flush()
        before = status.value


def fail(
    session: Session, film: str, moment: datetime, item: str, *, tried_again: bool, kind: str = "ProviderUnavailable"
) -> None:
    channel, slug = film.split("/")
    session.add(
        ErrorRow(
            channel=channel,
            slug=slug,
            at=moment,
            step=item.split(maxsplit=1)[0],
            item=item,
            kind=kind,
            message="no answer",
            attempt=1,
            next_try_at=moment if tried_again else None,
            action="",
        )
    )


def bill(
    session: Session, film: str, moment: datetime, step: str, usd: str | None, *, delivered: bool = True, key: str = "k"
) -> None:
    channel, slug = film.split("/")
    session.add(
        ReceiptRow(
            key=key,
            channel=channel,
            slug=slug,
            step=step,
            maker="kie",
            usage=Usage.of(credit=42).model_dump(mode="json"),
            cost_usd=None if usd is None else Decimal(usd),
            delivered=delivered,
            account="kie:1",
            at=moment,
        )
    )


def buy(session: Session, film: str, moment: datetime, usd: str, state: PurchaseState) -> None:
    channel, slug = film.split("/")
    session.add(
        PurchaseRow(
            number=f"{film} {moment.isoformat()} {state}",
            key="k",
            channel=channel,
            slug=slug,
            step="clip",
            maker="kie",
            account="kie:1",
            state=state.value,
            estimate=Usage.of(credit=42).model_dump(mode="json"),
            estimate_usd=Decimal(usd),
            evidence={},
            begun_at=moment,
        )
    )


def write_week(session: Session) -> None:
    """Write the week down."""
    _moves(session)
    _failures(session)
    _money(session)


def _moves(session: Session) -> None:
    s = Status
    # a: published. queue 10 min, pictures 20, gate assets 60, clips 5 + 55, sound 6, assembly 2, gate final 120, upload 1
    add_film(session, "demo/a", s.PUBLISHED)
    move(
        session,
        "demo/a",
        (at(16, "08:00"), s.QUEUED),
        (at(16, "08:10"), s.GENERATING_ASSETS),
        (at(16, "08:30"), s.ASSETS_READY),
        (at(16, "09:30"), s.APPROVED_ASSETS),
        (at(16, "09:35"), s.GENERATING_VIDEO),
        (at(16, "10:30"), s.GENERATING_AUDIO),
        (at(16, "10:36"), s.ASSEMBLING),
        (at(16, "10:38"), s.ASSEMBLY_COMPLETE),
        (at(16, "12:38"), s.UPLOADING),
        (at(16, "12:39"), s.PUBLISHED),
        people=(at(16, "08:00"), at(16, "09:30"), at(16, "12:38")),
    )
    # b: stopped, brought back by a person, published.
    # queue 30, pictures 30, clips 20 + 60, sound 10, assembly 4, gate final 60, upload 3
    add_film(session, "demo/b", s.PUBLISHED)
    move(
        session,
        "demo/b",
        (at(17, "08:00"), s.QUEUED),
        (at(17, "08:30"), s.GENERATING_ASSETS),
        (at(17, "09:00"), s.GENERATING_VIDEO),
        (at(17, "09:20"), s.ERROR_VIDEO),
        (at(17, "10:20"), s.GENERATING_VIDEO),
        (at(17, "11:20"), s.GENERATING_AUDIO),
        (at(17, "11:30"), s.ASSEMBLING),
        (at(17, "11:34"), s.ASSEMBLY_COMPLETE),
        (at(17, "12:34"), s.UPLOADING),
        (at(17, "12:37"), s.PUBLISHED),
        people=(at(17, "08:00"), at(17, "10:20"), at(17, "12:34")),
    )
    # c: stopped; brought back only in the week after. queue 20, pictures 40
    add_film(session, "demo/c", s.GENERATING_ASSETS)
    move(
        session,
        "demo/c",
        (at(18, "08:00"), s.QUEUED),
        (at(18, "08:20"), s.GENERATING_ASSETS),
        (at(18, "09:00"), s.ERROR_ASSETS),
        (at(23, "09:00"), s.GENERATING_ASSETS),
        people=(at(18, "08:00"), at(23, "09:00")),
    )
    # d: cancelled while it waited. queue 720
    add_film(session, "demo/d", s.CANCELLED)
    move(session, "demo/d", (at(19, "08:00"), s.QUEUED), (at(19, "20:00"), s.CANCELLED), people=(at(19, "20:00"),))
    # e: stopped, and cancelled because of that: it counts as stopped. queue 2, pictures 3
    add_film(session, "demo/e", s.CANCELLED)
    move(
        session,
        "demo/e",
        (at(20, "08:00"), s.QUEUED),
        (at(20, "08:02"), s.GENERATING_ASSETS),
        (at(20, "08:05"), s.ERROR_STORYBOARD),
        (at(20, "09:00"), s.CANCELLED),
        people=(at(20, "09:00"),),
    )
    # f: pauses for an allowance, goes on by itself in the week after: it did not leave the line. queue 4, pictures 6
    add_film(session, "demo/f", s.QUEUED)
    move(
        session,
        "demo/f",
        (at(21, "08:00"), s.QUEUED),
        (at(21, "08:04"), s.GENERATING_ASSETS),
        (at(21, "08:10"), s.ERROR_QUOTA),
        (at(23, "08:05"), s.QUEUED),
    )
    # u: at work, nothing decided. v: published a minute before the week. w: published in the first moment after it.
    add_film(session, "demo/u", s.GENERATING_ASSETS)
    move(session, "demo/u", (at(22, "20:00"), s.GENERATING_ASSETS))
    add_film(session, "demo/v", s.PUBLISHED)
    move(session, "demo/v", (at(15, "23:50"), s.UPLOADING), (at(15, "23:59"), s.PUBLISHED))
    add_film(session, "demo/w", s.PUBLISHED)
    move(session, "demo/w", (at(22, "23:50"), s.UPLOADING), (at(23, "00:00"), s.PUBLISHED))
    # A draft never counts.
    add_film(session, "demo/a__draft", s.ASSEMBLY_COMPLETE)
    move(session, "demo/a__draft", (at(16, "08:00"), s.ASSEMBLING), (at(16, "08:30"), s.ERROR_ASSEMBLY))
    # other/q: pauses, and a person does not wait for the allowance
    add_film(session, "other/q", s.QUEUED)
    move(
        session,
        "other/q",
        (at(21, "09:00"), s.GENERATING_ASSETS),
        (at(21, "09:10"), s.ERROR_QUOTA),
        (at(21, "12:00"), s.QUEUED),
        people=(at(21, "12:00"),),
    )


def _failures(session: Session) -> None:
    fail(session, "demo/a", at(16, "09:40"), "clip 3", tried_again=True)  # healed: twice, and then it worked
    fail(session, "demo/a", at(16, "09:42"), "clip 3", tried_again=True)
    fail(session, "demo/a", at(16, "10:31"), "narration 2", tried_again=True)  # healed
    fail(session, "demo/b", at(17, "09:05"), "clip 1", tried_again=True)  # not healed: its tries were used up
    fail(session, "demo/b", at(17, "09:19"), "clip 1", tried_again=False)
    fail(session, "demo/b", at(17, "09:05"), "clip 2", tried_again=True)  # healed: not what stopped the film
    fail(session, "demo/c", at(18, "08:59"), "still 4", tried_again=False, kind="ContentRefused")  # no passing failure
    fail(session, "demo/f", at(21, "08:09"), "still 1", tried_again=True, kind="QuotaExhausted")  # healed: one pause, two items
    fail(session, "demo/f", at(21, "08:09"), "still 2", tried_again=True, kind="QuotaExhausted")
    fail(session, "demo/u", at(22, "20:06"), "still 1", tried_again=True)  # undecided
    fail(session, "other/q", at(21, "09:09"), "still 1", tried_again=True, kind="QuotaExhausted")  # not healed: a person helped


def _money(session: Session) -> None:
    bill(session, "demo/a", at(16, "08:20"), "still", "0.0336")
    bill(session, "demo/a", at(16, "09:41"), "clip", "0.21", delivered=False)
    bill(session, "demo/a", at(16, "09:50"), "clip", "0.21")
    bill(session, "demo/a", at(16, "10:32"), "narration", "0.0125")
    bill(session, "demo/b", at(15, "23:59"), "still", "1.00")
    bill(session, "demo/b", at(17, "10:30"), "clip", "0.42")
    bill(session, "demo/c", at(18, "08:40"), "still", None)
    bill(session, "demo/w", at(23, "00:00"), "still", "9.99")
    buy(session, "demo/b", at(17, "09:18"), "0.21", PurchaseState.POSSIBLY_PAID)
    buy(session, "demo/b", at(17, "10:29"), "0.42", PurchaseState.SETTLED)
    buy(session, "other/q", at(21, "09:05"), "0.50", PurchaseState.PARKED)
