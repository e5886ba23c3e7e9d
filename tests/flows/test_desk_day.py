"""A sample of the day at the desk that `python -m tests.campaigns.desk_day` lives through as a whole."""

from __future__ import annotations

from pathlib import Path

from blocks.results.table import ResultsTable
from tests.flows.day_account import Size
from tests.flows.notion_day import live_through
from tests.tasks.films_at_work import films_at_work


def test_after_some_hours_of_edits_by_both_sides_pages_and_truth_agree(
    prefect_api: str, results_table: ResultsTable, tmp_path: Path
) -> None:
    size = Size(pages=10, hours=0.75, seed=5, speed=0.2, away_from_hour=0.35, away_hours=1 / 6)
    with films_at_work(results_table, tmp_path) as films:
        account = live_through(size, films)

    assert account.broken == []
    assert account.most_in_a_second <= 3
    assert account.right_after_s is not None
    assert account.right_after_s <= 60
    assert account.said_while_away
    assert account.moved_while_away
