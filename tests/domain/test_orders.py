"""Tables of films: what people write, and what they are told about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blocks.domain.audience import EXAMPLE
from blocks.domain.orders import MOST, read_orders
from blocks.domain.priority import Priority

GOOD = """channel,topic,title,target_seconds,priority
demo,A lighthouse,,60,high
nature,"Foxes, at night",The Fox,,
"""


def problems_of(text: str) -> list[str]:
    read = read_orders(text)
    return [str(problem) for problem in (*read.problems, *(one for entry in read.entries for one in entry.problems))]


@pytest.mark.parametrize("text", [GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD + "\n,,,,\n"])
def test_each_row_is_a_film(text: str) -> None:
    first, second = (entry.order for entry in read_orders(text).entries)

    assert first is not None
    assert second is not None
    assert str(first.video) == "demo/a-lighthouse"
    assert (first.request.target_seconds, first.request.priority) == (60, Priority.HIGH)
    assert str(second.video) == "nature/the-fox"
    assert (second.request.topic, second.request.target_seconds) == ("Foxes, at night", None)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_as_office_programs_save_it(separator: str) -> None:
    text = f"Channel{separator}Topic{separator}Story direction\ndemo{separator}A storm, at sea{separator}It grows. It ends.\n"

    (entry,) = read_orders(text).entries

    assert entry.order is not None
    assert (entry.order.request.topic, entry.order.request.story_direction) == ("A storm, at sea", "It grows. It ends.")


def test_a_bad_row_is_named_with_its_column_and_rule_and_keeps_no_other_from_being_read() -> None:
    text = "channel,topic,target_seconds,priority\ndemo,One,60,high\ndemo,Two,5,urgent\n,Three,,\ndemo,,,\ndemo,Five,,low,more\n"

    read = read_orders(text)

    assert [entry.where for entry in read.entries if entry.order is not None] == ["row 2"]
    assert problems_of(text) == [
        "row 3: column target_seconds is '5': input should be greater than or equal to 8 [bad-value]",
        "row 3: column priority is 'urgent'; it must be one of 'high', 'normal' or 'low' [bad-value]",
        "row 4: column channel is nothing; write the id of a channel [missing-key]",
        "row 5: a request needs a topic or a storyboard: give `topic` a few words, or `storyboard` a plan [incomplete]",
        "row 6: it has 5 cells and the table has 4 columns; put text with separators in double quotes [too-many-cells]",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there is nothing in it"),
        ("channel,topic,qualty\ndemo,One,draft\n", "the key qualty is unknown; did you mean quality?"),
        ("topic\nOne\n", "there is no column channel"),
        ("channel,topic,topic\ndemo,One,Two\n", "the column topic is there twice"),
        ('channel,topic\ndemo,"One\n', "cannot be read at line 2"),
        ("channel,topic\n" + "demo,One\n" * (MOST + 1), f"more than {MOST} films"),
        ("films: One\n", "films is text"),
        ("films: []\nfilm: 3\n", "the key film is unknown"),
    ],
    ids=["empty", "unknown column", "missing column", "column twice", "open quotes", "too many", "no list", "unknown key"],
)
def test_a_table_that_cannot_be_understood_queues_nothing(text: str, problem: str) -> None:
    read = read_orders(text)

    assert read.entries == ()
    assert problem in problems_of(text)[0]


def test_films_in_yaml_may_say_everything_a_request_may() -> None:
    text = """
films:
  - channel: demo
    topic: A lighthouse
    gates: {clips: manual}
  - channel: demo
    topic: A storm
    colour: red
  - a word
"""
    first, second, third = read_orders(text).entries

    assert first.order is not None
    assert first.order.request.gates == {"clips": "manual"}
    assert "the key colour is unknown" in str(second.problems[0])
    assert "it must be keys with values below it" in str(third.problems[0])


def test_who_may_watch_and_from_when_are_columns_and_keys() -> None:
    (row,) = read_orders("channel,topic,Privacy,Publish At\ndemo,One,private,2026-12-01T18:00+01:00\n").entries
    (film,) = read_orders("films:\n  - {channel: demo, topic: One, publish_at: 2026-12-01T18:00:00+01:00}\n").entries

    assert row.order is not None
    assert film.order is not None
    assert (row.order.request.privacy, row.order.request.publish_at) == ("private", datetime(2026, 12, 1, 17, tzinfo=UTC))
    assert film.order.request.publish_at == row.order.request.publish_at


def test_who_may_watch_and_from_when_are_refused_in_plain_words() -> None:
    text = (
        "channel,topic,privacy,publish_at\ndemo,One,friends,\ndemo,Two,,soon\ndemo,Three,,2026-12-01\n"
        "demo,Four,public,2026-12-01T18:00Z\n"
    )
    not_yet = "a film that becomes public at a moment is private until then, not public; leave privacy empty, or name no moment"

    assert problems_of(text) == [
        "row 2: column privacy is 'friends'; it must be one of 'private', 'unlisted' or 'public' [bad-value]",
        f"row 3: column publish_at is text ('soon'); it must be a moment with its time zone, as {EXAMPLE} [wrong-type]",
        f"row 4: column publish_at is '2026-12-01': it names no time zone; write {EXAMPLE}, or Z at its end for UTC [bad-value]",
        f"row 5: column publish_at is '2026-12-01T18:00Z': {not_yet} [bad-value]",
    ]


def test_a_day_in_yaml_is_told_as_it_was_written() -> None:
    (problem,) = problems_of("films:\n  - {channel: demo, topic: One, publish_at: 2026-12-01}\n")

    assert "publish_at is 2026-12-01: it names no time zone" in problem
