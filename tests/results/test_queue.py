"""The questions of those who begin films and help them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from blocks.domain.priority import Priority
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Actor, Status
from blocks.results import alerts, entries, queue
from blocks.results.database import Database, engine_of
from blocks.results.table import ResultsTable
from tests.results.many_films import fill, read_through

NOW = datetime.now(UTC)
FILM = VideoName(channel="a", slug="film")
QUESTIONS: dict[str, Callable[[Session], object]] = {
    "waiting_films": queue.waiting_films,
    "at_work": queue.at_work,
    "served_at": lambda session: queue.served_at(session, ["channel-1", "channel-2"]),
    "carried_films": queue.carried_films,
    "films_to_wake": lambda session: queue.films_to_wake(session, NOW),
    "unmoved_films": lambda session: queue.unmoved_films(session, NOW - timedelta(hours=1), NOW),
    "published_before": lambda session: queue.published_before(session, NOW - timedelta(days=400)),
    "unsent": lambda session: alerts.unsent(session, 1),
}


@pytest.fixture(scope="module")
def many(_migrated: Database) -> Iterator[Session]:
    with Session(engine_of(_migrated)) as session:
        fill(session)
        yield session
        session.rollback()


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_through_all_films(many: Session, question: str) -> None:
    assert read_through(many, QUESTIONS[question]) == set()


@pytest.fixture
def waiting(results_table: ResultsTable) -> ResultsTable:
    """A film that waits for its turn."""
    with results_table.open() as session:
        entries.open_film(session, FILM, VideoRequest(topic="a test"), "a test")
        entries.queue_film(session, FILM, "asked for")
        queue.want_run(session, FILM)
    return results_table


def test_a_film_that_waits_keeps_its_place_when_it_is_asked_for_again(waiting: ResultsTable) -> None:
    with waiting.open() as session:
        (before,) = queue.waiting_films(session)
    with waiting.open() as session:
        queue.want_run(session, FILM)
    with waiting.open() as session:
        assert queue.waiting_films(session) == (before,)


def test_a_film_that_a_run_has_taken_up_waits_no_more(waiting: ResultsTable) -> None:
    with waiting.open() as session:
        queue.note_run(session, FILM, "run")
        assert queue.waiting_films(session) == ()
        assert [one.run for one in queue.carried_films(session)] == ["run"]


def test_a_film_that_is_given_up_waits_no_more(waiting: ResultsTable) -> None:
    with waiting.open() as session:
        entries.move_film(session, FILM, Status.CANCELLED, Actor.PERSON, "not now")
        session.flush()
        assert not queue.is_waiting(session, FILM)


def test_a_film_that_another_run_has_taken_up_is_not_revived(waiting: ResultsTable) -> None:
    with waiting.open() as session:
        queue.note_run(session, FILM, "another")
        queue.revive(session, FILM, "dead")
        assert not queue.is_waiting(session, FILM)


def test_a_film_that_somebody_changes_is_left_to_them(waiting: ResultsTable) -> None:
    with waiting.open() as one, waiting.open() as another:
        entries.prioritise_film(one, FILM, Priority.HIGH)
        one.flush()
        assert queue.waiting_films(another) == ()


def test_deaths_are_counted_until_the_film_moves_on(waiting: ResultsTable) -> None:
    with waiting.open() as session:
        queue.note_run(session, FILM, "first")
        queue.revive(session, FILM, "first")
        queue.note_run(session, FILM, "second")
        assert queue.carried_films(session)[0].revivals == 1
        entries.move_film(session, FILM, Status.GENERATING_ASSETS, Actor.SYSTEM, "begun")
        session.flush()
        session.expire_all()
        assert queue.carried_films(session)[0].revivals == 0
