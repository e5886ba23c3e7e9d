"""The dashboard, the weekly report and the books, as people get them."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from sqlalchemy import select

from blocks.domain.money import PurchaseState
from blocks.domain.status import Status
from blocks.errors import BadSpec
from blocks.media.plots import draw_days, draw_pairs, draw_queue
from blocks.results import purchases
from blocks.results.table import ResultsTable
from blocks.results.tables import AlertRow
from deployments.__main__ import main
from flows.report import report_week, show_dashboard
from tasks.report_pages import lasting, plain
from tasks.reports import week_key, week_named
from tests.results.known_week import add_film, at, bill, buy, move, write_week


@pytest.fixture
def known(results: ResultsTable) -> ResultsTable:
    """A studio that has had the known week."""
    with results.open() as session:
        write_week(session)
    return results


def artifact(key: str) -> str:
    found = Artifact.get(key)
    assert found is not None
    return str(found.data)


async def versions(key: str) -> int:
    async with get_client() as client:
        return len(await client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key]))))


def wait_for_a_run(results: ResultsTable, **films: int) -> None:
    now = datetime.now(UTC)
    with results.open() as session:
        for channel, count in films.items():
            for number in range(count):
                name, since = f"{channel}/film-{number}", now - timedelta(minutes=10 + number)
                add_film(session, name, waiting_since=since, priority="normal")
                move(session, name, (since, Status.QUEUED))


def test_a_studio_without_films_has_a_dashboard_that_says_so(results: ResultsTable) -> None:
    assert asyncio.run(show_dashboard()) == []

    assert "Nothing has been asked for yet" in artifact("dashboard")


def test_a_studio_without_films_has_nothing_to_report(results: ResultsTable, tmp_path: Path) -> None:
    assert asyncio.run(report_week(home=tmp_path)) == []

    with results.open() as session:
        assert session.scalars(select(AlertRow)).all() == []


def test_the_dashboard_is_refreshed_in_its_place(results: ResultsTable) -> None:
    wait_for_a_run(results, demo=1)
    asyncio.run(show_dashboard())
    wait_for_a_run(results, other=2)

    asyncio.run(show_dashboard())

    assert "| other | 0 | 2 | 0 | 2 | 11 min |" in artifact("dashboard")
    assert asyncio.run(versions("dashboard")) == 1


def test_a_channel_that_crowds_the_queue_is_told_on_the_dashboard_and_by_the_run(results: ResultsTable) -> None:
    wait_for_a_run(results, demo=2, other=1)

    told = asyncio.run(show_dashboard())

    assert told == ["demo holds 67% of the queue (2 of 3 films) while others wait"]
    assert f"**Warning:** {told[0]}" in artifact("dashboard")


def test_the_pictures_of_the_dashboard_are_in_it(results: ResultsTable) -> None:
    now = datetime.now(UTC)
    wait_for_a_run(results, demo=2)
    with results.open() as session:
        add_film(session, "demo/done", Status.PUBLISHED)
        move(session, "demo/done", (now - timedelta(minutes=9), Status.UPLOADING), (now - timedelta(minutes=1), Status.PUBLISHED))
        bill(session, "demo/done", now - timedelta(minutes=5), "clip", "0.21")
    asyncio.run(show_dashboard())

    pictures = re.findall(r"!\[([^]]+)\]\(data:image/png;base64,([^)]+)\)", artifact("dashboard"))

    assert [name for name, _ in pictures] == ["films that wait, by channel and priority", "films published by day", "cost by day"]
    assert all(base64.b64decode(picture).startswith(b"\x89PNG") for _, picture in pictures)


def test_a_week_is_reported_by_channel_in_the_ui_and_as_a_file(known: ResultsTable, tmp_path: Path) -> None:
    files = asyncio.run(report_week("2026-W47", home=tmp_path))

    assert files == [tmp_path / "reports" / "2026-W47" / f"{channel}.csv" for channel in ("demo", "other")]
    page = artifact("week-demo")
    assert "| success rate (goal 95%) | 50% | 100% | -50 points |" in page
    assert "| time in stage | clips | 2 | 1 h 10 min | 1 h 18 min | - | - |" in page


def test_the_file_of_a_week_holds_exact_figures(known: ResultsTable, tmp_path: Path) -> None:
    (file,) = asyncio.run(report_week("2026-W47", "demo", tmp_path))

    with file.open(newline="") as stream:
        lines = {(line["figure"], line["of"]): line for line in csv.DictReader(stream)}
    assert lines["cost", ""] == {
        "week": "2026-W47",
        "channel": "demo",
        "figure": "cost",
        "of": "",
        "unit": "USD",
        "value": "0.8861",
        "week_before": "1.00",
    }
    steps = [Decimal(line["value"]) for (figure, of), line in lines.items() if figure == "cost" and of]
    assert sum(steps) == Decimal("0.8861")


def test_people_are_told_of_a_week_once_for_all_channels(known: ResultsTable, tmp_path: Path) -> None:
    asyncio.run(report_week("2026-W47", home=tmp_path))
    asyncio.run(report_week("2026-W47", home=tmp_path))

    with known.open() as session:
        (alert,) = session.scalars(select(AlertRow)).all()
        assert alert.title == "Week 2026-W47: 2 films published on 2 channels, 0.89 USD"
        assert alert.message.splitlines() == [
            "demo: 2 published, 2 stopped, success rate 50%, 0.89 USD",
            "other: 0 published, 0 stopped, 0.00 USD",
        ]


def test_the_report_of_one_channel_tells_nobody(known: ResultsTable, tmp_path: Path) -> None:
    asyncio.run(report_week("2026-W47", "demo", tmp_path))

    with known.open() as session:
        assert session.scalars(select(AlertRow)).all() == []


def test_a_week_in_which_nothing_happened_says_so(known: ResultsTable, tmp_path: Path) -> None:
    asyncio.run(report_week("2026-W30", "demo", tmp_path))

    assert "Nothing moved and nothing was spent" in artifact("week-demo")


def test_an_unknown_channel_is_refused_with_those_there_are(known: ResultsTable, tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match=r"'dmeo'.*demo, other"):
        asyncio.run(report_week("2026-W47", "dmeo", tmp_path))


@pytest.mark.parametrize("words", ["2026-W54", "2026-47", "last week", "2099-W01"])
def test_a_week_that_is_none_is_refused_with_the_way_to_write_one(words: str) -> None:
    with pytest.raises(BadSpec, match="last full one"):
        week_named(words)


def test_a_week_begins_on_its_monday_whatever_year_the_calendar_writes() -> None:
    week = week_named("2026-W01")

    assert (week.since, str(week.before)) == (datetime(2025, 12, 29, tzinfo=UTC), "2025-W52")


def test_channels_have_reports_of_their_own_whatever_their_ids_are() -> None:
    keys = {week_key(channel) for channel in ("my-channel", "my_channel", "My-Channel", "my--channel")}

    assert len(keys) == 4
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", key) for key in keys)


def test_other_peoples_words_stay_in_their_cell() -> None:
    assert plain("a | b\n![x](http://y) <b>") == r"a \| b \!\[x\](http://y) \<b\>"
    assert len(plain("x" * 500)) == 100


@pytest.mark.parametrize(
    ("seconds", "words"), [(59, "59 s"), (90, "2 min"), (3599, "1 h 0 min"), (3700, "1 h 2 min"), (90_000, "1 d 1 h")]
)
def test_lengths_of_time_are_told_by_two_units_at_most(seconds: int, words: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == words


def test_the_pictures_of_a_large_studio_are_small() -> None:
    many = pd.DataFrame(
        {name: range(1, 41) for name in ("high", "normal", "low")}, index=[f"a-long-channel-{n}" for n in range(40)]
    )
    days = pd.Series([123.45] * 14, index=pd.date_range("2026-11-09", periods=14, tz="UTC"))
    pairs = pd.DataFrame({"this week": 123.4, "week before": 99.9}, index=[f"step {number}" for number in range(10)])

    sizes = [len(picture) for picture in (draw_queue(many), draw_days(days, "USD"), draw_days(days), draw_pairs(pairs, "min"))]

    assert max(sizes) < 60_000


def books(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[list[dict[str, str]], str]:
    """Run the command; gives its lines and what it says beside them."""
    monkeypatch.setattr("sys.argv", ["deployments", "books", *arguments])
    main()
    told = capsys.readouterr()
    return list(csv.DictReader(io.StringIO(told.out))), told.err


def test_the_books_add_up_to_what_the_budgets_count(
    known: ResultsTable, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, told = books(capsys, monkeypatch, "--channel", "demo")

    with known.open() as session:
        spent = purchases.spent_by_channel(session, "demo", datetime(2026, 1, 1, tzinfo=UTC))
    assert sum(Decimal(line["usd"] or 0) for line in lines) == spent.receipts == Decimal("11.8761")  # 0.8861 + 1.00 + 9.99
    assert sum(Decimal(line["possibly_paid_usd"] or 0) for line in lines) == spent.at_stake == Decimal("0.21")
    assert told.strip() == "9 lines, 11.88 USD by receipts, 0.21 USD more possibly paid; 1 of unknown price not counted"


def test_the_books_hold_a_line_for_each_call_oldest_first(
    known: ResultsTable, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, _ = books(capsys, monkeypatch, "--since", "2026-11-17", "--until", "2026-11-17")

    assert [(line["time"], line["kind"], line["state"], line["usd"], line["possibly_paid_usd"]) for line in lines] == [
        ("2026-11-17T09:18:00Z", "purchase", "possibly paid", "", "0.21"),
        ("2026-11-17T10:30:00Z", "receipt", "delivered", "0.42", ""),
    ]
    assert (lines[1]["film"], lines[1]["used"]) == ("b", "42 credit")


def test_the_books_do_not_round(
    results: ResultsTable, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with results.open() as session:
        for number in range(1000):
            bill(session, "demo/a", at(16, "08:00"), "narration", "0.0000125", key=str(number))

    lines, told = books(capsys, monkeypatch)

    assert sum(Decimal(line["usd"]) for line in lines) == Decimal("0.0125")
    assert told.startswith("1000 lines, 0.01 USD")


def test_the_books_go_into_a_file_that_holds_all_or_what_it_held(
    results: ResultsTable, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with results.open() as session:
        buy(session, "demo/a", at(16, "08:00"), "0.21", PurchaseState.RUNNING)
    file = tmp_path / "books.csv"
    file.write_text("older")

    lines, _ = books(capsys, monkeypatch, "--to", str(file))

    assert lines == []
    assert [line["state"] for line in csv.DictReader(io.StringIO(file.read_text()))] == ["running"]
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "yesterday"], "'yesterday' is no day"),
        (["--since", "2026-11-30", "--until", "2026-11-01"], "cannot begin on"),
    ],
)
def test_days_that_are_none_are_refused_before_anything_is_opened(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["deployments", "books", *arguments])

    with pytest.raises(SystemExit, match=message):
        main()


def test_the_books_of_an_empty_studio_are_the_names_of_the_columns(
    results: ResultsTable, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, told = books(capsys, monkeypatch)

    assert lines == []
    assert told.startswith("0 lines, 0.00 USD")
