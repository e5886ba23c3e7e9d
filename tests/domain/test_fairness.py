"""Who comes next."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from blocks.domain.fairness import Turn, Waiting, next_films
from blocks.domain.priority import Priority
from blocks.domain.request import VideoName

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
CHANNELS = ("a", "b", "c")


def film(channel: str, number: int, priority: Priority = Priority.NORMAL) -> Waiting:
    """A film that was queued in the minute of its number."""
    return Waiting(
        video=VideoName(channel=channel, slug=f"film-{number}"), priority=priority, since=MONDAY + timedelta(minutes=number)
    )


def names(films: list[Waiting]) -> list[str]:
    return [str(one.video) for one in films]


def test_high_comes_before_normal_before_low_and_then_the_oldest() -> None:
    waiting = [film("a", 1, Priority.LOW), film("a", 2), film("a", 3, Priority.HIGH), film("a", 4)]

    assert names(next_films(waiting, {"a": Turn(room=9)}, 9)) == ["a/film-3", "a/film-2", "a/film-4", "a/film-1"]


def test_channels_take_turns_however_many_films_one_of_them_has() -> None:
    waiting = [*(film("a", number) for number in range(5)), film("b", 10), film("b", 11)]

    chosen = next_films(waiting, {"a": Turn(room=9), "b": Turn(room=9)}, 5)

    assert names(chosen) == ["a/film-0", "b/film-10", "a/film-1", "b/film-11", "a/film-2"]


def test_the_channel_that_was_served_longest_ago_is_next() -> None:
    waiting = [film("a", 1), film("b", 2), film("c", 3)]
    turns = {
        "a": Turn(room=1, served_at=MONDAY + timedelta(hours=2)),
        "b": Turn(room=1, served_at=MONDAY + timedelta(hours=1)),
        "c": Turn(room=1),
    }

    assert names(next_films(waiting, turns, 2)) == ["c/film-3", "b/film-2"]


def test_an_urgent_channel_comes_first_among_equally_urgent_films() -> None:
    waiting = [film("a", 1), film("b", 2), film("a", 3, Priority.HIGH)]
    turns = {"a": Turn(room=9), "b": Turn(room=9, priority=Priority.HIGH)}

    assert names(next_films(waiting, turns, 9)) == ["a/film-3", "b/film-2", "a/film-1"]


def test_a_full_channel_keeps_nobody_waiting() -> None:
    waiting = [film("a", 1, Priority.HIGH), film("a", 2, Priority.HIGH), film("b", 3, Priority.LOW)]

    assert names(next_films(waiting, {"a": Turn(room=1), "b": Turn(room=1)}, 9)) == ["a/film-1", "b/film-3"]


def test_films_of_a_channel_that_may_begin_none_are_passed_over() -> None:
    assert names(next_films([film("a", 1, Priority.HIGH), film("b", 2)], {"b": Turn(room=1)}, 9)) == ["b/film-2"]


@given(
    waiting=st.lists(
        st.builds(film, st.sampled_from(CHANNELS), st.integers(0, 999), st.sampled_from(Priority)),
        unique_by=lambda one: one.video,
    ),
    rooms=st.fixed_dictionaries({name: st.integers(0, 5) for name in CHANNELS}),
    room=st.integers(-1, 20),
)
def test_no_limit_is_exceeded_and_no_place_is_left_empty(waiting: list[Waiting], rooms: dict[str, int], room: int) -> None:
    chosen = next_films(waiting, {name: Turn(room=places) for name, places in rooms.items()}, room)

    begun = Counter(one.video.channel for one in chosen)
    assert len(set(names(chosen))) == len(chosen)
    assert all(begun[name] <= places for name, places in rooms.items())
    could = sum(min(places, sum(one.video.channel == name for one in waiting)) for name, places in rooms.items())
    assert len(chosen) == max(0, min(room, could))
