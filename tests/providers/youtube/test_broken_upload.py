"""A small broken upload; `make upload` sends 100 MB through fifty breaks."""

from pathlib import Path

from blocks.results.table import ResultsTable
from tests.campaigns.broken_upload import Plan, run
from tests.youtube_at_work import at_work


def test_a_film_survives_breaks_by_youtube_and_a_death_of_ours(results_table: ResultsTable, tmp_path: Path) -> None:
    plan = Plan(size_bytes=34_000_000, breaks=6, kills=1)

    with at_work(tmp_path) as work:
        account = run(plan, work, results_table, tmp_path)

    assert account.is_good, str(account)
    assert (account.breaks, account.kills) == (plan.breaks, plan.kills)
