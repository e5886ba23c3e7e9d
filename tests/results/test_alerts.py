"""What people must be told: kept once for each cause, until it is sent."""

from __future__ import annotations

from blocks.domain.request import VideoName, VideoRequest
from blocks.results import alerts, entries, queue
from blocks.results.table import ResultsTable

FILM = VideoName(channel="demo", slug="foxes")


def raise_one(results: ResultsTable, cause: str, video: VideoName | None = FILM, **more: str) -> bool:
    with results.open() as session:
        return alerts.raise_alert(session, cause, video, f"about {cause}", "it happened", **more)


def taken(results: ResultsTable, limit: int = 10, besides: tuple[str, ...] = ()) -> list[str]:
    with results.open() as session:
        return [alert.cause for alert in alerts.unsent(session, limit, besides)]


def only(results: ResultsTable) -> alerts.Alert:
    with results.open() as session:
        (alert,) = alerts.latest(session, 10)
    return alert


def test_a_cause_is_told_of_once(results_table) -> None:
    assert raise_one(results_table, "stop gemini")
    assert not raise_one(results_table, "stop gemini", VideoName(channel="demo", slug="wolves"))

    assert only(results_table).video == FILM


def test_a_cause_stays_told_of_after_it_was_sent(results_table) -> None:
    raise_one(results_table, "stop gemini")
    with results_table.open() as session:
        alerts.note_sent(session, "stop gemini")

    assert not raise_one(results_table, "stop gemini")


def test_an_alert_comes_back_as_it_was_raised(results_table) -> None:
    raise_one(results_table, "stop gemini", advice="top it up", run="run-7")

    alert = only(results_table)
    assert (alert.title, alert.message, alert.advice, alert.run) == ("about stop gemini", "it happened", "top it up", "run-7")
    assert (alert.tries, alert.sent_at) == (0, None)


def test_an_alert_may_belong_to_no_film(results_table) -> None:
    raise_one(results_table, "the queue is lopsided", None)

    assert only(results_table).video is None


def test_an_alert_leads_to_the_run_that_carries_its_film(results_table) -> None:
    with results_table.open() as session:
        entries.open_film(session, FILM, VideoRequest(topic="foxes"), "Foxes")
        queue.note_run(session, FILM, "run-of-the-film")
    raise_one(results_table, "stop gemini")

    assert only(results_table).run == "run-of-the-film"


def test_what_no_database_keeps_is_left_out(results_table) -> None:
    with results_table.open() as session:
        alerts.raise_alert(session, "odd", FILM, "a\x00 title", "a\x00 message")

    alert = only(results_table)
    assert (alert.title, alert.message) == ("a title", "a message")


def test_what_is_undone_was_not_raised(results_table) -> None:
    with results_table.open() as session:
        alerts.raise_alert(session, "undone", FILM, "title", "message")
        session.rollback()

    assert taken(results_table) == []


def test_the_oldest_alerts_are_taken_first(results_table) -> None:
    for cause in ("b first", "a second", "c third"):
        raise_one(results_table, cause)

    assert taken(results_table, 2) == ["b first", "a second"]
    assert taken(results_table, 2, besides=("b first",)) == ["a second", "c third"]


def test_the_newest_alerts_are_shown_first(results_table) -> None:
    for cause in ("b first", "a second", "c third"):
        raise_one(results_table, cause)

    with results_table.open() as session:
        assert [alert.cause for alert in alerts.latest(session, 2)] == ["c third", "a second"]


def test_what_one_sender_has_taken_no_other_takes(results_table) -> None:
    raise_one(results_table, "first")
    raise_one(results_table, "second")

    with results_table.open() as session:
        alerts.unsent(session, 1)
        assert taken(results_table) == ["second"]
    assert taken(results_table) == ["first", "second"]


def test_what_was_sent_is_taken_no_more(results_table) -> None:
    raise_one(results_table, "first")
    with results_table.open() as session:
        alerts.note_sent(session, "first")

    assert taken(results_table) == []
    assert only(results_table).sent_at is not None


def test_failed_tries_are_counted_and_the_alert_waits_on(results_table) -> None:
    raise_one(results_table, "first")
    for _ in range(2):
        with results_table.open() as session:
            alerts.note_failed(session, "first")

    assert taken(results_table) == ["first"]
    assert only(results_table).tries == 2


def test_those_that_wait_are_counted(results_table) -> None:
    for cause in ("first", "second", "third"):
        raise_one(results_table, cause)
    with results_table.open() as session:
        alerts.note_sent(session, "second")

    with results_table.open() as session:
        assert alerts.count_unsent(session) == 2
