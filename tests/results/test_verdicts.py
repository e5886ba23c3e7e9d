"""What is kept of gates: words that were said, and films that wait for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from blocks.domain.gates import Gate
from blocks.domain.priority import Priority
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.verdicts import Decision, Retake, Verdict
from blocks.errors import BadSpec
from blocks.results import entries, queries, verdicts
from blocks.results.database import engine_of
from blocks.results.verdicts import Wait

FILM = VideoName(channel="demo", slug="foxes")
OTHER = VideoName(channel="demo", slug="wolves")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def verdict(turn: int = 1, decision: Decision = Decision.REJECT, gate: Gate = Gate.CLIPS) -> Verdict:
    retakes = (Retake(item="clip 3", reason="too dark"),) if decision is Decision.REJECT else ()
    return Verdict(gate=gate, turn=turn, shown="abc", decision=decision, retakes=retakes, note="n", who="Ann", at=NOON)


def wait(video: VideoName = FILM, gate: Gate = Gate.CLIPS, run: str = "run-1", hours: int = 0) -> Wait:
    return Wait(video=video, gate=gate, run=run, items=("clip 1", "clip 2"), since=NOON + timedelta(hours=hours))


@pytest.fixture
def session(results_table):
    with results_table.open() as session:
        yield session


def test_what_was_said_comes_back_as_it_was_in_its_order(session) -> None:
    said = (verdict(1), verdict(2, Decision.APPROVE), verdict(1, Decision.APPROVE, Gate.FINAL))
    for one in said:
        assert verdicts.record_verdict(session, FILM, one)

    assert verdicts.verdicts_of(session, FILM) == said
    assert verdicts.verdicts_of(session, OTHER) == ()


def test_what_was_said_first_at_a_turn_holds(session) -> None:
    verdicts.record_verdict(session, FILM, verdict(1, Decision.APPROVE))

    assert not verdicts.record_verdict(session, FILM, verdict(1, Decision.CANCEL))
    assert [one.decision for one in verdicts.verdicts_of(session, FILM)] == [Decision.APPROVE]


@pytest.mark.parametrize("statement", ["UPDATE verdicts SET decision = 'approve'", "DELETE FROM verdicts"])
def test_nobody_changes_what_was_said(results_table, statement: str) -> None:
    with results_table.open() as session:
        verdicts.record_verdict(session, FILM, verdict())

    with pytest.raises(DBAPIError, match="verdicts"), engine_of(results_table.database).begin() as connection:
        connection.execute(text(statement))


def test_a_film_waits_in_one_place(session) -> None:
    verdicts.begin_wait(session, wait())
    verdicts.begin_wait(session, wait(gate=Gate.FINAL, run="run-2", hours=1))

    assert verdicts.find_wait(session, FILM) == wait(gate=Gate.FINAL, run="run-2", hours=1)
    verdicts.end_wait(session, FILM)
    assert verdicts.find_wait(session, FILM) is None


def test_another_run_at_the_same_gate_waits_since_the_first_came_there(session) -> None:
    verdicts.begin_wait(session, wait())
    verdicts.begin_wait(session, wait(run="run-2", hours=1))
    session.flush()
    session.expire_all()

    assert verdicts.find_wait(session, FILM) == wait(run="run-2")


def test_people_are_reminded_once_of_what_has_waited_long_the_longest_first(session) -> None:
    verdicts.begin_wait(session, wait(hours=2))
    verdicts.begin_wait(session, wait(OTHER, hours=1))
    verdicts.begin_wait(session, wait(VideoName(channel="demo", slug="new"), hours=9))
    due = verdicts.waits_to_remind_of(session, NOON + timedelta(hours=3))
    for one in due:
        verdicts.note_reminded(session, one.video, NOON)

    assert [one.video for one in due] == [OTHER, FILM]
    assert verdicts.waits_to_remind_of(session, NOON + timedelta(hours=3)) == ()


def test_a_wait_at_another_gate_is_reminded_of_anew(session) -> None:
    verdicts.begin_wait(session, wait())
    verdicts.note_reminded(session, FILM, NOON)
    verdicts.begin_wait(session, wait(gate=Gate.FINAL))
    session.flush()
    session.expire_all()

    assert [one.gate for one in verdicts.waits_to_remind_of(session, NOON)] == [Gate.FINAL]


def test_the_latest_word_on_a_film_s_priority_holds(session) -> None:
    def asked(priority: Priority) -> Priority:
        entries.open_film(session, FILM, VideoRequest(topic="foxes", priority=priority), "Foxes")
        return queries.film(session, FILM).priority

    assert asked(Priority.LOW) is Priority.LOW
    entries.prioritise_film(session, FILM, Priority.HIGH)
    assert asked(Priority.LOW) is Priority.HIGH, "the run that goes on asks as it did before"
    assert asked(Priority.NORMAL) is Priority.NORMAL


def test_a_film_that_is_not_there_has_no_priority(session) -> None:
    with pytest.raises(BadSpec, match="no film demo/foxes"):
        entries.prioritise_film(session, FILM, Priority.HIGH)
