"""What services told us: kept once, taken once, forgotten late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from blocks.results.notices import forget_notices, keep_notice, take_notices
from blocks.results.table import ResultsTable
from blocks.results.tables import NoticeRow


def keep(results: ResultsTable, *ids: str) -> list[bool]:
    with results.open() as session:
        return [keep_notice(session, one, "notion event", f"page of {one}") for one in ids]


def taken(results: ResultsTable, limit: int = 10) -> list[str]:
    with results.open() as session:
        return [notice.id for notice in take_notices(session, limit)]


def received(results: ResultsTable, notice: str, ago: timedelta) -> None:
    with results.open() as session:
        session.execute(update(NoticeRow).where(NoticeRow.id == notice).values(received_at=datetime.now(UTC) - ago))


def test_what_is_told_again_is_kept_once(results_table) -> None:
    assert keep(results_table, "a") == [True]
    assert keep(results_table, "a", "b", "b") == [False, True, False]


def test_a_notice_comes_back_as_it_was_kept(results_table) -> None:
    keep(results_table, "a")

    with results_table.open() as session:
        (notice,) = take_notices(session, 1)
    assert (notice.id, notice.source, notice.page) == ("a", "notion event", "page of a")
    assert datetime.now(UTC) - notice.received_at < timedelta(minutes=1)


def test_notices_are_taken_once_oldest_first(results_table) -> None:
    keep(results_table, "a", "b", "c")
    received(results_table, "c", timedelta(minutes=2))
    received(results_table, "b", timedelta(minutes=1))

    assert [taken(results_table, 2), taken(results_table, 2), taken(results_table, 2)] == [["c", "b"], ["a"], []]


def test_what_was_taken_stays_known(results_table) -> None:
    keep(results_table, "a")
    taken(results_table)

    assert keep(results_table, "a") == [False]
    assert taken(results_table) == []


def test_two_who_take_at_the_same_time_take_different_notices(results_table) -> None:
    keep(results_table, "a", "b", "c")

    with results_table.open() as one:
        first = [notice.id for notice in take_notices(one, 2)]
        assert taken(results_table, 2) == ["c"]

    assert first == ["a", "b"]


def test_what_is_taken_by_one_who_fails_is_there_again(results_table) -> None:
    keep(results_table, "a")

    with results_table.open() as session:
        take_notices(session, 1)
        session.rollback()

    assert taken(results_table) == ["a"]


def test_old_notices_are_forgotten_taken_or_not(results_table) -> None:
    keep(results_table, "old", "old and taken", "new")
    received(results_table, "old and taken", timedelta(days=9))
    assert taken(results_table, 1) == ["old and taken"]
    received(results_table, "old", timedelta(days=8))

    with results_table.open() as session:
        assert forget_notices(session, datetime.now(UTC) - timedelta(days=7)) == 2

    assert taken(results_table) == ["new"]
