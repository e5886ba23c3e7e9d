"""Where films are helped on that nobody carries any more, and folders are cleared that nobody needs."""

from prefect import flow

from blocks.results.table import ResultsTable
from blocks.saved_channels import load_channels
from flows.dispatch import dispatch_videos
from tasks.tidying import clear_folders, forget_old_notices, revive_films, wake_films, warn_of_stuck_films


@flow(name="tidy", flow_run_name="help films on")
async def tidy() -> None:
    """Let films go on whose run died, wake those whose allowance came back, tell of those that are stuck, begin what waits."""
    results: ResultsTable = await ResultsTable.aload("default")
    await revive_films(results)
    await wake_films(results)
    await warn_of_stuck_films(results)
    await dispatch_videos()


@flow(name="clean-up", flow_run_name="clear what nobody needs any more")
async def clean_up(days: int = 7) -> list[str]:
    """Remove the folders of films that were published long ago, and old notices; rows of films and their products stay.

    Args:
        days: how long a published film keeps its folder.

    Returns:
        the films whose folder is gone, as channel/film.
    """
    results: ResultsTable = await ResultsTable.aload("default")
    await forget_old_notices(results)
    return [str(video) for video in await clear_folders(days, await load_channels(), results)]
