"""Where many films are asked for at once."""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.domain.orders import MOST, Order, Queued, read_orders
from blocks.results.table import ResultsTable
from blocks.saved_channels import load_channels
from tasks.artifacts import show_queued
from tasks.queueing import queue_film, say_queued


@flow(name="queue-videos", flow_run_name="queue films")
async def queue_videos(
    films: Annotated[tuple[Order, ...], Field(max_length=MOST)] = (),
    table: str = "",
) -> list[Queued]:
    """Queue films, each to be begun when its turn comes; what is wrong with one never keeps another from being queued.

    A film that is on its way already is left as it is. Queueing costs nothing, and nothing is spent before a film is begun.

    Args:
        films: the films, each with its channel and its request.
        table: or the text of a table: CSV whose first row names its columns (channel, topic, title, story_direction,
            target_seconds, slug, quality, priority, burn_captions, privacy, publish_at), or YAML: `films:`, and below it a list.

    Returns:
        what became of each film, in their order.
    """
    results: ResultsTable = await ResultsTable.aload("default")
    channels = await load_channels()
    outcomes = [await queue_film(f"film {number}", order, channels, results) for number, order in enumerate(films, start=1)]
    if table.strip():
        read = read_orders(table)
        outcomes += [Queued(where=problem.where, is_queued=False, what=str(problem)) for problem in read.problems]
        for entry in read.entries:
            if entry.order is None:
                what = "; ".join(problem.message for problem in entry.problems)
                outcomes.append(Queued(where=entry.where, is_queued=False, what=what))
            else:
                outcomes.append(await queue_film(entry.where, entry.order, channels, results))
    for one in outcomes:
        get_run_logger().info("%s: %s", one.where, one)
    await show_queued(outcomes)
    say_queued()
    return outcomes
