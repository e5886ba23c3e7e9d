"""What an owner's edit of a page means, and what a page shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.domain.audience import Privacy
from blocks.domain.bulk import Action, Wish
from blocks.domain.desk import (
    MOST_FILES,
    MOST_LOG,
    Asked,
    Face,
    Known,
    Page,
    Refused,
    Sitting,
    changes,
    names_to_review,
    read_order,
    read_wishes,
    wants_film,
    with_lines,
)
from blocks.domain.gates import Gate
from blocks.domain.orders import Order
from blocks.domain.priority import Priority
from blocks.domain.problems import Problem
from blocks.domain.request import VideoName
from blocks.domain.status import Status

FILM = VideoName(channel="a", slug="the-salt-road")
IDEA = Page(id="p", title="The Salt Road", channel="a", topic="salt", story_direction="A caravan leaves.", status="Queued")


def asked(status: str, at: Status, notes: str = "", known: str | None = None) -> Asked:
    """Read a page that shows a status while its film is at another."""
    page = IDEA.model_copy(update={"status": status, "notes": notes})
    return read_wishes(page, Known(status=at.value if known is None else known), Sitting(video=FILM, status=at))


def wish(status: str, at: Status, notes: str = "") -> Wish:
    """Read the one thing that its owner wants."""
    (one,) = asked(status, at, notes).wishes
    return one


def test_a_page_wants_a_film_once() -> None:
    assert wants_film(IDEA, Known())
    assert wants_film(IDEA, Known(status="Draft"))
    assert not wants_film(IDEA, Known(status="Queued"))
    assert not wants_film(IDEA, Known(status="Draft", writing="Queued"))
    assert not wants_film(IDEA.model_copy(update={"status": "Draft"}), Known())


def test_a_whole_page_is_an_order() -> None:
    order = read_order(IDEA.model_copy(update={"priority": "high", "topic": "  salt \n"}))

    assert isinstance(order, Order)
    assert order.video == FILM
    assert order.request.priority is Priority.HIGH
    assert order.request.topic == "salt"


def test_everything_that_is_wrong_with_a_page_is_said_at_once_and_in_its_own_words() -> None:
    problems = read_order(Page(id="p", status="Queued", priority="urgent", title="x" * 1000))

    assert not isinstance(problems, Order)
    assert [problem.where for problem in problems] == ["Channel", "Topic", "Story Direction", "Priority", "Title"]
    assert "'urgent' is no priority; choose High, Normal or Low" in problems[3].message


def test_a_page_that_says_what_we_know_asks_for_nothing() -> None:
    assert asked("Generating Video", Status.GENERATING_VIDEO).is_nothing
    assert asked("Generating Assets", Status.GENERATING_VIDEO, known="Generating Assets").is_nothing, "the film went on"
    assert asked("Assets Ready", Status.ASSETS_READY, known="Queued").is_nothing, "the owner says what is so already"


@pytest.mark.parametrize(
    ("at", "status", "gate"),
    [
        (Status.ASSETS_READY, "Approved - Assets", Gate.ASSETS),
        (Status.VIDEO_READY, "Approved - Video", Gate.CLIPS),
        (Status.AUDIO_READY, "Approved - Audio", Gate.AUDIO),
        (Status.ASSEMBLY_COMPLETE, "Uploading", Gate.FINAL),
    ],
)
def test_the_next_status_at_a_gate_approves(at: Status, status: str, gate: Gate) -> None:
    said = wish(status, at, "fine")

    assert (said.action, said.gate, said.note) == (Action.APPROVE, gate, "fine")


@pytest.mark.parametrize(
    ("notes", "items"),
    [
        ("regenerate 3, 7", "3, 7"),
        ("Please redo: clip 3: too dark", "clip 3: too dark"),
        ("clip 3: too dark", "clip 3: too dark"),
        ("Retake 4", "4"),
    ],
)
def test_the_status_of_a_stage_at_a_gate_sends_back_what_the_notes_name(notes: str, items: str) -> None:
    said = wish("Generating Video", Status.VIDEO_READY, notes)

    assert (said.action, said.gate, said.make_again) == (Action.REJECT, Gate.CLIPS, items)


def test_an_error_is_tried_again_and_anything_is_given_up() -> None:
    assert wish("Queued", Status.ERROR_VIDEO).action is Action.RETRY
    assert wish("Generating Video", Status.ERROR_VIDEO).action is Action.RETRY
    assert wish("Cancelled", Status.GENERATING_AUDIO).action is Action.CANCEL


@pytest.mark.parametrize("status", ["Published", "Draft", "Generating Video", "something else"])
def test_what_nobody_may_ask_for_is_refused_with_the_reason(status: str) -> None:
    said = asked(status, Status.GENERATING_ASSETS)

    assert said.wishes == ()
    assert [isinstance(one, Refused) and bool(one.why) for one in said.refused] == [True]


def test_a_priority_is_read_beside_a_status_and_nonsense_is_refused() -> None:
    page = IDEA.model_copy(update={"status": "Cancelled", "priority": "low"})
    both = read_wishes(page, Known(status="Queued", priority="high"), Sitting(video=FILM, status=Status.QUEUED))
    odd = read_wishes(
        page.model_copy(update={"priority": "soon"}), Known(status="Cancelled"), Sitting(video=FILM, status=Status.QUEUED)
    )

    assert [(one.action, one.priority) for one in both.wishes] == [(Action.PRIORITY, Priority.LOW), (Action.CANCEL, None)]
    assert [one.why for one in odd.refused] == ["'soon' is no priority; choose High, Normal or Low"]


EVENING = datetime(2026, 12, 1, 17, tzinfo=UTC)


def showing_asked(privacy: str, publish_at: datetime | None) -> Asked:
    """Read a page on which who may watch, and when, was changed."""
    page = IDEA.model_copy(update={"privacy": privacy, "publish_at": publish_at})
    return read_wishes(page, Known(status="Queued", privacy="private"), Sitting(video=FILM, status=Status.QUEUED))


def test_an_order_says_who_may_watch_and_from_when() -> None:
    order = read_order(IDEA.model_copy(update={"privacy": "private", "publish_at": EVENING}))

    assert isinstance(order, Order)
    assert (order.request.privacy, order.request.publish_at) == (Privacy.PRIVATE, EVENING)


def test_an_order_with_odd_words_on_its_showing_is_told_so_by_the_names_of_columns() -> None:
    (unknown,) = read_order(IDEA.model_copy(update={"privacy": "friends"}))
    (mixed,) = read_order(IDEA.model_copy(update={"privacy": "public", "publish_at": EVENING}))

    assert isinstance(unknown, Problem)
    assert isinstance(mixed, Problem)
    assert str(unknown) == "Privacy: Privacy is 'friends'; it must be one of 'private', 'unlisted' or 'public' [bad-value]"
    assert mixed.message.startswith("Publish At is 2026-12-01T17:00:00+00:00: a film that becomes public at a moment is private")


@pytest.mark.parametrize(("privacy", "publish_at"), [("unlisted", None), ("", EVENING), ("private", EVENING), ("", None)])
def test_a_change_of_who_may_watch_or_when_asks_for_both_as_they_are_now(privacy: str, publish_at: datetime | None) -> None:
    (said,) = showing_asked(privacy, publish_at).wishes

    assert (said.action, said.privacy or "", said.publish_at) == (Action.SHOWING, privacy, publish_at)


@pytest.mark.parametrize(("privacy", "publish_at"), [("friends", None), ("public", EVENING)])
def test_a_change_to_what_cannot_be_is_refused_with_the_reason(privacy: str, publish_at: datetime | None) -> None:
    said = showing_asked(privacy, publish_at)

    assert said.wishes == ()
    assert [privacy in one.why for one in said.refused] == [True]


KNOWN = Known(status="Queued", priority="high", privacy="private", publish_at=EVENING)


@pytest.mark.parametrize("lacks", [{"privacy"}, {"publish_at"}, {"priority"}, {"privacy", "publish_at", "priority", "status"}])
def test_a_column_that_is_missing_is_nobody_s_word(lacks: set[str]) -> None:
    page = IDEA.model_copy(
        update=KNOWN.model_dump(include={"status", "priority", "privacy", "publish_at"} - lacks)
        | ({"status": ""} if "status" in lacks else {})
        | {"lacks": frozenset(lacks)}
    )
    back = page.model_copy(update={"lacks": frozenset(), "status": "Queued"})
    known = KNOWN.model_copy(update={"lacks": frozenset(lacks)})

    assert read_wishes(page, KNOWN, Sitting(video=FILM, status=Status.QUEUED)).is_nothing
    assert read_wishes(back, known, Sitting(video=FILM, status=Status.QUEUED)).is_nothing


@pytest.mark.parametrize(
    ("said", "lacking", "lacked"),
    [
        ({"privacy": "private"}, {"publish_at"}, set()),
        ({"privacy": "public", "publish_at": None}, set(), {"privacy"}),
        ({"privacy": "private", "publish_at": EVENING, "priority": "low"}, set(), {"priority"}),
    ],
)
def test_words_beside_a_column_that_is_missing_or_was_until_now_are_not_heard(
    said: dict[str, object], lacking: set[str], lacked: set[str]
) -> None:
    page = IDEA.model_copy(update={"priority": "high", **said, "lacks": frozenset(lacking)})
    known = KNOWN.model_copy(
        update={"lacks": frozenset(lacked), "privacy": "unlisted" if lacking else "private"}
        | ({"publish_at": None} if "privacy" in lacked else {})
    )

    asked_for = read_wishes(page, known, Sitting(video=FILM, status=Status.QUEUED))

    assert asked_for.wishes == ()
    assert ["then say again" in one.why for one in asked_for.refused] == [True]


def test_only_what_differs_is_written() -> None:
    face = Face(
        status="Queued",
        priority="high",
        privacy="",
        publish_at=None,
        progress="",
        youtube="",
        cost_usd=None,
        run_url="",
        files=(),
    )

    assert changes(IDEA, face) == {"priority": "high"}
    assert changes(IDEA.model_copy(update={"lacks": frozenset({"priority"})}), face) == {}


def test_lines_are_added_below_the_owners_words() -> None:
    assert with_lines("mine", ["one", "two"]) == "mine\none\ntwo"
    assert with_lines(" \n", ["one"]) == "one"


@given(st.text(max_size=MOST_LOG + 100), st.lists(st.text(alphabet="ab ", min_size=1, max_size=50), max_size=5))
def test_a_log_never_grows_beyond_its_limit_and_keeps_what_is_new(log: str, lines: list[str]) -> None:
    text = with_lines(log, lines)

    assert len(text) <= MOST_LOG
    assert text.endswith("\n".join(lines))


def test_at_each_gate_a_person_looks_at_what_was_made_for_it_and_at_its_sheet_first() -> None:
    names = [
        "assets/characters/character_01.png", "assets/sheet.jpg", "audio/narration_01.flac", "audio/sheet.mp3",
        "salt_final.mp4", "salt_final.otio", "salt_final_sheet.jpg", "sfx/effect_01.flac", "videos/clip_01.mp4",
        "videos/conformed_01.mp4", "videos/sheet.jpg",
    ]  # fmt: skip

    assert names_to_review(Status.ASSETS_READY, names) == ["assets/sheet.jpg", "assets/characters/character_01.png"]
    assert names_to_review(Status.VIDEO_READY, names) == ["videos/sheet.jpg", "videos/clip_01.mp4"]
    assert names_to_review(Status.AUDIO_READY, names) == ["audio/sheet.mp3", "audio/narration_01.flac", "sfx/effect_01.flac"]
    assert names_to_review(Status.PUBLISHED, names) == ["salt_final_sheet.jpg", "salt_final.mp4"]
    assert names_to_review(Status.GENERATING_AUDIO, names) == []
    assert (
        len(names_to_review(Status.ASSETS_READY, [f"assets/props/prop_{number:03}.png" for number in range(300)])) == MOST_FILES
    )
