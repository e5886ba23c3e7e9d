"""Where a person says what becomes of many films at once."""

from collections.abc import Awaitable
from typing import Annotated, cast

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from pydantic import Field

from blocks.domain.bulk import Outcome, Wish
from blocks.results.table import ResultsTable
from blocks.studio import RESULTS_BLOCK
from tasks.artifacts import show_outcomes
from tasks.bulk import fulfil

MOST = 100


@flow(name="review-videos", persist_result=True, result_storage=RESULTS_BLOCK, result_serializer="json")
async def review_videos(wishes: Annotated[list[Wish], Field(min_length=1, max_length=MOST)]) -> list[Outcome]:
    """Approve, reject, cancel, retry or re-prioritise up to 100 films; each reports its own outcome, and none stops another.

    Args:
        wishes: the films, each with what is to be done with it; they are gone through in this order.

    Returns:
        an outcome for each wish, in their order.
    """
    results = await ResultsTable.aload("default")
    outcomes = []
    for wish in wishes:
        fulfilling = fulfil.with_options(task_run_name=f"{wish.video}: {wish.action}")(wish, results, return_state=True)
        ended: object = await (await cast("Awaitable[State[Outcome]]", fulfilling)).aresult(raise_on_failure=False)
        if not isinstance(ended, Outcome):
            what = f"it failed in a way nobody foresaw: {type(ended).__name__}: {ended}"
            ended = Outcome(video=wish.video, action=wish.action, is_done=False, what=what)
        get_run_logger().info("%s: %s %s: %s", wish.video, wish.action, "done" if ended.is_done else "refused", ended.what)
        outcomes.append(ended)
    await show_outcomes(outcomes)
    return outcomes
