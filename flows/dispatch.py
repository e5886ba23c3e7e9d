"""Where films that wait are begun."""

from prefect import flow

from blocks.results.table import ResultsTable
from blocks.saved_channels import load_channels
from tasks.dispatching import begin_films


@flow(name="dispatch-videos", flow_run_name="begin films that wait")
async def dispatch_videos() -> list[str]:
    """Begin as many of the films that wait as may be at work, fairly.

    High comes before normal, normal before low; channels take turns; of one channel, the film that was queued first comes first.
    A channel begins no more films than it may have at work at once, and none while it is inactive, has spent its day's budget, or
    an allowance of its makers is used up.

    Returns:
        the films that were begun, as channel/film.
    """
    results: ResultsTable = await ResultsTable.aload("default")
    return [str(video) for video in await begin_films(await load_channels(with_secrets=True), results)]
