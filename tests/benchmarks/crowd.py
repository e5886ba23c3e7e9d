"""A studio with a long history: how long its questions take, as the history grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from blocks.results import embedded, queue, verdicts
from blocks.results.dashboard import read_dashboard
from blocks.results.database import EmbeddedPostgres, engine_of, forget_engine
from blocks.results.schema import migrate
from tests.benchmarks.report import Section, middle, table, verdict
from tests.results.many_films import fill

NAME = "crowd"
FINISHED = (0, 1_000, 3_000, 10_000, 30_000)
MOST_MS = 100.0
_TIMES = 9


def _begin(session: Session) -> None:
    """Ask what dispatching asks."""
    queue.lock_dispatch(session)
    queue.waiting_films(session)
    queue.at_work(session)
    queue.served_at(session, [f"channel-{number}" for number in range(20)])


def _tidy(session: Session) -> None:
    now = datetime.now(UTC)
    queue.carried_films(session)
    queue.films_to_wake(session, now)
    queue.unmoved_films(session, now - timedelta(hours=1), now)


def _review(session: Session) -> None:
    verdicts.waits_to_remind_of(session, datetime.now(UTC))


def _dashboard(session: Session) -> None:
    read_dashboard(session, datetime.now(UTC), 10)


QUESTIONS: dict[str, Callable[[Session], None]] = {
    "begin films": _begin,
    "help films on": _tidy,
    "review": _review,
    "dashboard, all its questions": _dashboard,
}


_SLOWEST_QUERY = "dashboard, its slowest query"
_MEASURED = (*QUESTIONS, _SLOWEST_QUERY)


def run(folder: Path) -> Section:
    """Ask everything of studios with a thousand films that wait and more and more that were published."""
    folder.chmod(0o755)
    database = EmbeddedPostgres(folder=folder / "crowd")
    migrate(database)
    try:
        took = {finished: _ask_all(database, finished) for finished in FINISHED}
    finally:
        forget_engine(database)
        embedded.stop(database.folder)
    rows = [[f"{finished:,}", *(f"{took[finished][one]:.1f}" for one in _MEASURED)] for finished in FINISHED]
    begin = {finished: took[finished]["begin films"] for finished in FINISHED}
    growth = begin[30_000] / begin[1_000]
    slowest = max(took[10_000][question] for question in ("begin films", "help films on", "review", _SLOWEST_QUERY))
    findings = (
        f"- beside 10,000 finished films, the slowest of beginning, helping on, review and any query of the dashboard takes "
        f"{slowest:.0f} ms ({verdict(slowest, most=MOST_MS)})\n"
        f"- beginning films takes {growth:.2f} times as long beside 30,000 finished films as beside 1,000"
    )
    figures = table(["finished films", *(f"{one}, ms" for one in _MEASURED)], rows)
    return Section(NAME, "Many films", f"{figures}\n\n{_curve(begin)}\n\n{findings}\n\n{_EXPLAINED}")


def _curve(took_ms: dict[int, float]) -> str:
    """Draw how long it takes to begin films, as the history grows."""
    lines = (
        "```mermaid",
        "xychart-beta",
        '    title "Beginning films, beside a growing history"',
        f'    x-axis "finished films" [{", ".join(f"{finished}" for finished in took_ms)}]',
        f'    y-axis "ms" 0 --> {MOST_MS:.0f}',
        f"    line [{', '.join(f'{ms:.1f}' for ms in took_ms.values())}]",
        "```",
    )
    return "\n".join(lines)


def _ask_all(database: EmbeddedPostgres, finished: int) -> dict[str, float]:
    with Session(engine_of(database)) as session:
        fill(session, finished)
        for ask in QUESTIONS.values():  # what is compiled once is no matter of the history
            ask(session)
        took = {question: middle(_time(session, ask) for _ in range(_TIMES)) for question, ask in QUESTIONS.items()}
        took[_SLOWEST_QUERY] = middle(_slowest_query(session, _dashboard) for _ in range(_TIMES))
        session.rollback()
    return took


def _time(session: Session, ask: Callable[[Session], None]) -> float:
    started = time.perf_counter()
    ask(session)
    return (time.perf_counter() - started) * 1000


def _slowest_query(session: Session, ask: Callable[[Session], None]) -> float:
    """Give how long the slowest of the statements took that are sent to the database, in ms."""
    began: list[float] = []
    took: list[float] = []

    def begin(*_: object) -> None:
        began.append(time.perf_counter())

    def end(*_: object) -> None:
        took.append(time.perf_counter() - began[-1])

    connection = session.connection()
    for name, note in (("before_cursor_execute", begin), ("after_cursor_execute", end)):
        event.listen(connection, name, note)
    ask(session)
    for name, note in (("before_cursor_execute", begin), ("after_cursor_execute", end)):
        event.remove(connection, name, note)
    return max(took) * 1000


_EXPLAINED = (
    "A thousand films wait, twenty are at work, thirty stand still, on twenty channels. Medians of nine, each with all that "
    "SQLAlchemy and pydantic make of the answer. Which index each question uses is tested (tests/results)."
)
