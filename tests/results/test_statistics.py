"""Figures of a week whose arithmetic was done by hand, and how they are found among many films."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy.orm import Session

from blocks.domain.priority import Priority
from blocks.domain.request import VideoName
from blocks.domain.status import Status
from blocks.results import statistics
from blocks.results.dashboard import crowd_of, read_dashboard, times_in_places
from blocks.results.database import Database, engine_of
from blocks.results.tables import WaitRow
from blocks.results.weekly import read_week
from tests.results.known_week import WEEK, add_film, at, move, write_week
from tests.results.many_films import fill, read_through

SPAN = WEEK.since, WEEK.until
NOW = at(22, "21:00")


@pytest.fixture
def session(results_table) -> Iterator[Session]:
    with results_table.open() as session:
        yield session


@pytest.fixture
def week(session: Session) -> Session:
    write_week(session)
    session.flush()
    return session


def test_each_film_that_left_the_line_is_counted_by_how_it_left(week: Session) -> None:
    left = statistics.outcomes(week, *SPAN)

    assert dict(zip(left["film"], left["outcome"], strict=True)) == {
        "a": "published",
        "b": "published",  # it was stopped and came back
        "c": "stopped",  # it came back after the week
        "d": "cancelled",
        "e": "stopped",  # and was cancelled because of it
    }
    assert left.set_index("film").loc["e", "status"] == "Error: Storyboard"


def test_the_success_rate_leaves_out_what_was_cancelled_and_what_pauses(week: Session) -> None:
    assert statistics.success_rate(statistics.outcomes(week, *SPAN)) == 2 / 4  # a, b of a, b, c, e


def test_failures_heal_by_themselves_when_neither_their_tries_end_nor_a_person_helps(week: Session) -> None:
    found = statistics.recovery(week, *SPAN).set_index("channel")

    # demo: clip 3 and narration 2 of a, clip 2 of b, the pause of f; not clip 1 of b; that of u is undecided, that of c permanent
    assert found.loc["demo"].to_dict() == {"failures": 5, "healed": 4}
    assert found.loc["other"].to_dict() == {"failures": 1, "healed": 0}
    assert statistics.recovery_rate(found) == 4 / 6


def test_retries_are_counted_by_step_and_pauses_are_none(week: Session) -> None:
    found = statistics.retries(week, *SPAN)

    # clip: a twice, b once each for two clips; still: u
    assert dict(zip(found["step"], found["retries"], strict=True)) == {"clip": 4, "narration": 1, "still": 1}


def test_costs_are_exact_by_day_and_step(week: Session) -> None:
    found = statistics.costs(week, *SPAN)

    demo = found[found["channel"] == "demo"]
    by_step = {step: statistics.add_up(usd) for step, usd in demo.groupby("step")["usd"]}
    assert by_step == {"still": Decimal("0.0336"), "clip": Decimal("0.84"), "narration": Decimal("0.0125")}  # 0.21 + 0.21 + 0.42
    assert {f"{day:%d}": statistics.add_up(usd) for day, usd in demo.groupby("day")["usd"]} == {
        "16": Decimal("0.4661"),  # 0.0336 + 0.21 + 0.21 + 0.0125
        "17": Decimal("0.42"),
        "18": Decimal(0),  # of unknown price
    }
    assert demo[["calls", "undelivered", "unpriced"]].sum().to_dict() == {"calls": 6, "undelivered": 1, "unpriced": 1}
    assert statistics.add_up(demo["possibly_paid_usd"]) == Decimal("0.21")
    assert statistics.add_up(found["possibly_paid_usd"]) == Decimal("0.71")  # and 0.50 of other/q


def test_a_film_costs_what_it_cost_since_it_was_asked_for(week: Session) -> None:
    found = statistics.film_costs(week, [VideoName(channel="demo", slug=film) for film in "ba"])

    assert list(found["usd"]) == [Decimal("1.42"), Decimal("0.4661")]  # b: 1.00 on the Sunday before, and 0.42


def test_the_week_of_a_channel_holds_every_figure_beside_the_week_before(week: Session) -> None:
    demo, _ = read_week(week, WEEK)

    whole = {figure.name: (figure.value, figure.before) for figure in demo.figures if not figure.of}
    assert whole == {
        "films published": (2, 1),  # v on the Sunday before
        "films stopped": (2, 0),
        "films cancelled": (1, 0),
        "success rate": (Decimal("0.5"), 1),
        "passing failures": (5, 0),
        "self-recovery rate": (Decimal("0.8"), None),
        "retries": (6, 0),
        "cost": (Decimal("0.8861"), 1),  # 0.4661 + 0.42
        "possibly paid": (Decimal("0.21"), 0),
        "calls of unknown price": (1, 0),
        "cost per published film": (Decimal("0.94305"), 0),  # (0.4661 + 1.42) / 2; v cost nothing
    }


@pytest.mark.parametrize(
    ("name", "of", "films", "median", "p90"),
    [
        ("wait in queue", "queue", 6, "15", "375"),  # 2 4 10 20 30 720: (10 + 20) / 2; 30 + 0.5 * 690
        ("time in stage", "pictures", 5, "20", "36"),  # 3 6 20 30 40: the third; 30 + 0.6 * 10
        ("time in stage", "clips", 2, "70", "78"),  # 60 80: the middle; 60 + 0.9 * 20
        ("time in stage", "sound", 2, "8", "9.6"),  # 6 10
        ("time in stage", "assembly", 2, "3", "3.8"),  # 2 4
        ("time in stage", "upload", 2, "2", "2.8"),  # 1 3
        ("wait at gate", "assets", 1, "60", "60"),
        ("wait at gate", "final", 2, "90", "114"),  # 120 60
    ],
)
def test_times_are_summed_for_each_film_and_waits_are_apart(
    week: Session, name: str, of: str, films: int, median: str, p90: str
) -> None:
    demo, _ = read_week(week, WEEK)

    found = [demo.figure(f"{name}, {what}", of).value for what in ("films", "median", "p90")]

    assert found == [films, Decimal(median), Decimal(p90)]


def test_a_week_lists_the_films_that_left_the_line_with_what_they_cost(week: Session) -> None:
    demo, other = read_week(week, WEEK)

    assert [(film.film, film.outcome, film.usd, film.possibly_paid_usd) for film in demo.films] == [
        ("a", "published", Decimal("0.4661"), 0),
        ("b", "published", Decimal("1.42"), Decimal("0.21")),
        ("c", "stopped", 0, 0),
        ("d", "cancelled", 0, 0),
        ("e", "stopped", 0, 0),
    ]
    assert other.films == ()


def stand(session: Session) -> None:
    """A studio at the end of the known week: four films wait, one at a gate, and the rest as the week left them."""
    write_week(session)
    for film, hours, priority in (("demo/x", 3, "high"), ("demo/y", 2, "normal"), ("demo/z", 1, "normal"), ("other/x", 4, "low")):
        add_film(session, film, waiting_since=NOW - timedelta(hours=hours), priority=priority)
        move(session, film, (NOW - timedelta(hours=hours), Status.QUEUED))
    add_film(session, "demo/g", Status.VIDEO_READY)
    move(session, "demo/g", (NOW - timedelta(hours=5), Status.GENERATING_VIDEO), (NOW - timedelta(hours=2), Status.VIDEO_READY))
    session.add(WaitRow(channel="demo", slug="g", gate="clips", run="run-1", items=[], since=NOW - timedelta(hours=2)))
    add_film(session, "demo/s", Status.ERROR_CREDENTIALS)
    move(session, "demo/s", (NOW - timedelta(hours=2), Status.QUEUED), (NOW - timedelta(hours=1), Status.ERROR_CREDENTIALS))
    session.flush()


def test_the_dashboard_tells_what_waits_works_and_stands(session: Session) -> None:
    stand(session)

    board = read_dashboard(session, NOW, 3)

    assert board.queue[["channel", "priority", "films"]].values.tolist() == [
        ["demo", "high", 1],
        ["demo", "normal", 2],
        ["other", "low", 1],
    ]
    assert list(board.oldest["film"]) == ["x", "x", "y"]
    # c and u make pictures; f and q are Queued and wait for no run, so they have one; g waits for a person
    assert board.in_progress.values.tolist() == [["demo", "pictures", 2], ["demo", "starting", 1], ["other", "starting", 1]]
    assert list(board.reviews["film"]) == ["g"]
    assert board.stopped[["channel", "status", "films"]].values.tolist() == [["demo", "Error: Credentials", 1]]
    assert list(board.latest_stops["why"]) == ["because"]


def test_the_dashboard_tells_rates_and_costs_up_to_now(session: Session) -> None:
    stand(session)

    board = read_dashboard(session, NOW, 3)

    assert board.success == 3 / 6  # a, b, v of a, b, c, e, s, v: seven days, to the minute
    assert board.recovery == 4 / 6
    assert board.spent_since(board.today) == 0
    assert board.spent_since(board.today - timedelta(days=6)) == Decimal("0.8861")
    assert board.staked_since(board.today - timedelta(days=6)) == Decimal("0.71")
    assert board.published.loc["2026-11-15":"2026-11-17"].tolist() == [1, 1, 1]  # v, a, b
    assert (len(board.published), board.published.sum()) == (14, 3)


def test_the_bottleneck_is_the_stage_that_films_spent_most_time_in_whoever_else_waits(session: Session) -> None:
    stand(session)

    board = read_dashboard(session, NOW, 3)

    # In 24 h: clips 3 h of g; pictures 1 h of u, and c came back after now. The queue has more, and is no stage.
    assert board.bottleneck is not None
    assert (board.bottleneck["place"], board.bottleneck["hours"]) == ("clips", 3)


def test_what_lies_before_the_span_is_cut_off_the_hours_and_not_off_the_median() -> None:
    moments = {"since": [at(20, "00:00"), at(21, "20:00")], "until": [at(22, "01:00"), at(22, "03:00")]}
    ended = pd.DataFrame({"channel": "demo", "film": ["a", "b"], "place": "clips", "kind": "stage", **moments})

    times = times_in_places(ended, ended.iloc[:0], at(22, "00:00"), at(22, "12:00"))

    assert times["hours"].tolist() == [4]  # 1 + 3
    assert times["median"].tolist() == [timedelta(hours=28)]  # (49 + 7) / 2


def queue_of(**films: int) -> pd.DataFrame:
    return pd.DataFrame({"channel": list(films), "priority": "normal", "films": list(films.values())})


def test_a_channel_that_holds_more_than_sixty_percent_while_another_waits_is_named() -> None:
    crowd = crowd_of(queue_of(demo=61, other=39))

    assert crowd is not None
    assert str(crowd) == "demo holds 61% of the queue (61 of 100 films) while others wait"


@pytest.mark.parametrize("films", [{"demo": 60, "other": 40}, {"demo": 100}, {}])
def test_no_channel_is_named_that_holds_sixty_percent_or_waits_alone(films: dict[str, int]) -> None:
    assert crowd_of(queue_of(**films)) is None


def test_a_studio_that_nobody_asked_for_a_film_has_figures_of_nothing(session: Session) -> None:
    board = read_dashboard(session, NOW, 3)

    assert board.is_empty
    assert (board.success, board.recovery, board.bottleneck, board.crowd) == (None, None, None, None)
    assert board.spent_since(board.today) == 0
    assert read_week(session, WEEK) == ()


def ask(session: Session, question: Callable[..., object]) -> object:
    """Ask one of the questions, with what it wants to know beside the session."""
    end = datetime.now(UTC)
    answers = {
        "since": end - timedelta(days=7),
        "until": end,
        "most": 10,
        "films": [VideoName(channel=f"channel-{number}", slug=f"film-{number + 1000}") for number in range(20)],
    }
    return question(session, *(answers[name] for name in list(inspect.signature(question).parameters)[1:]))


QUESTIONS = [
    question
    for name, question in inspect.getmembers(statistics, inspect.isfunction)
    if not name.startswith("_") and next(iter(inspect.signature(question).parameters)) == "session" and name != "reviews"
]
"""All but `reviews`, which lists a whole small table."""


def test_an_answer_has_its_columns_and_types_with_and_without_rows(session: Session) -> None:
    questions = [question for question in (*QUESTIONS, statistics.reviews) if question is not statistics.channels]
    empty = [ask(session, question).dtypes.to_dict() for question in questions]
    stand(session)

    assert [ask(session, question).dtypes.to_dict() for question in questions] == empty


@pytest.fixture(scope="module")
def many(_migrated: Database) -> Iterator[Session]:
    with Session(engine_of(_migrated)) as session:
        fill(session)
        yield session
        session.rollback()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_no_question_reads_through_all_films(many: Session, question: Callable[..., object]) -> None:
    assert read_through(many, lambda session: ask(session, question)) == set()


def test_the_words_of_the_queue_are_the_priorities(many: Session) -> None:
    assert set(statistics.queue(many)["priority"]) == {priority.value for priority in Priority}
