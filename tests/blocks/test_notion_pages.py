"""Notion's property values, as a page of the desk and back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.domain.desk import Page, PageFile
from blocks.providers.notion.pages import COLUMNS, MOST_PER_TEXT, MOST_TEXTS, NotionPage, read_page, split_text, write_properties

FILES = (PageFile(name="sheet.jpg", url="https://films.example.org/files/1"),)


def units(text: str) -> int:
    """Count as Notion does."""
    return len(text.encode("utf-16-le")) // 2


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6000))
def test_a_text_is_parted_into_pieces_that_notion_takes(text: str) -> None:
    pieces = list(split_text(text))

    assert "".join(pieces) == text
    assert all(0 < units(piece) <= MOST_PER_TEXT for piece in pieces)


def test_a_character_that_counts_twice_is_never_parted() -> None:
    first, second = split_text("a" * (MOST_PER_TEXT - 1) + "\U0001f98a")

    assert (units(first), second) == (MOST_PER_TEXT - 1, "\U0001f98a")


def test_of_a_text_beyond_all_pieces_the_end_is_kept() -> None:
    written = write_properties({"error_log": "x" * MOST_PER_TEXT + "y" * MOST_PER_TEXT * MOST_TEXTS})["Error Log"]

    assert isinstance(written, dict)
    pieces = [str(piece["text"]["content"]) for piece in written["rich_text"]]
    assert len(pieces) == MOST_TEXTS
    assert set("".join(pieces)) == {"y"}


def test_what_is_written_is_read_again() -> None:
    wanted = {
        "status": "Queued",
        "priority": "high",
        "privacy": "unlisted",
        "publish_at": datetime(2026, 12, 1, 17, tzinfo=UTC),
        "progress": "clip 3",
        "youtube": "",
        "cost_usd": Decimal("8.77"),
        "files": FILES,
    }
    written = {name: dict(value) for name, value in write_properties(wanted).items() if isinstance(value, dict)}
    for piece in written["Progress"]["rich_text"]:
        piece["plain_text"] = piece["text"]["content"]

    page = read_page(NotionPage(id="p", properties=written))

    assert {name: getattr(page, name) for name in wanted} == wanted


def test_what_is_missing_or_empty_is_empty() -> None:
    emptied = {"Status": {"status": None}, "Cost": {"number": None}, "Files": {"files": []}, "Topic": {"rich_text": []}} | {
        "Privacy": {"select": None},
        "Publish At": {"date": None},
    }

    bare, empty = read_page(NotionPage(id="p")), read_page(NotionPage(id="p", properties=emptied))

    assert bare.model_copy(update={"lacks": frozenset()}) == Page(id="p")
    assert empty.model_copy(update={"lacks": frozenset()}) == Page(id="p")


def test_a_column_that_is_missing_or_of_another_type_is_told_from_one_that_is_empty() -> None:
    written = {name: {kind: None} for name, kind in COLUMNS.values()}
    renamed = {name: value for name, value in written.items() if name != "Privacy"} | {"Publish At": {"rich_text": []}}

    assert read_page(NotionPage(id="p", properties=written)).lacks == frozenset()
    assert read_page(NotionPage(id="p", properties=renamed)).lacks == {"privacy", "publish_at"}


def test_a_file_that_somebody_uploaded_is_none_of_ours() -> None:
    upload = {
        "name": "mine.png",
        "type": "file",
        "file": {"url": "https://files.example.org/1", "expiry_time": "2026-11-23T00:00:00Z"},
    }

    assert read_page(NotionPage(id="p", properties={"Files": {"files": [upload]}})).files == ()


@pytest.mark.parametrize(
    ("start", "zone", "moment"),
    [
        ("2026-12-01T18:00:00.000+01:00", None, datetime(2026, 12, 1, 17, tzinfo=UTC)),
        ("2026-12-01", None, datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T18:00:00", None, datetime(2026, 12, 1, 18, tzinfo=UTC)),
        ("2026-12-01T18:00:00", "America/New_York", datetime(2026, 12, 1, 23, tzinfo=UTC)),
        ("2026-12-01T18:00:59.999Z", None, datetime(2026, 12, 1, 18, tzinfo=UTC)),
    ],
)
def test_a_date_is_the_moment_at_which_it_begins(start: str, zone: str | None, moment: datetime) -> None:
    written = {"date": {"start": start, "end": "2027-01-01", "time_zone": zone}}

    assert read_page(NotionPage(id="p", properties={"Publish At": written})).publish_at == moment


def test_a_date_is_taken_away() -> None:
    assert write_properties({"publish_at": None}) == {"Publish At": {"date": None}}
