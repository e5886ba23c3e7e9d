"""Where a person says what a machine cannot find out: about money, and about films that were taken back."""

from prefect import flow, get_run_logger

from blocks.domain.request import VideoName
from blocks.results.table import ResultsTable
from blocks.studio import open_studio
from tasks.settling import Outcome, release, reopen, settle


@flow(name="settle-purchase", flow_run_name="purchase {number}: {outcome.value}")
async def settle_purchase(number: str, outcome: Outcome, job: str = "") -> str:
    """Say what became of an order whose answer was lost; then run its film again.

    Args:
        number: number of the purchase, as the film's error and the alert name it.
        outcome: what the provider's own site shows.
        job: the provider's task id, when the job is there.

    Raises:
        BadSpec: there is no such purchase, it is not in doubt, or the job's id is missing.
    """
    settled = settle(number, outcome, job, await ResultsTable.aload("default"))
    get_run_logger().info("%s/%s: run the film again", settled.channel, settled.video)
    return settled.state.value


@flow(name="reopen-account", flow_run_name="reopen {account}")
async def reopen_account(account: str) -> None:
    """Let a stopped account be asked again, once its credits are topped up or its key is mended.

    Args:
        account: name of the account, as the alert names it.

    Raises:
        BadSpec: it is not stopped; the message lists those that are.
    """
    reopen(account, await ResultsTable.aload("default"))
    get_run_logger().info("%s is asked again", account)


@flow(name="release-publication", flow_run_name="{channel}/{film}: release")
async def release_publication(channel: str, film: str, sure: bool = False) -> None:
    """Let a film be published anew, once it is deleted where it was published; then run it again.

    Args:
        channel: id of the channel that has the film.
        film: name of the film, as in its folder.
        sure: you have seen that it is gone, and the service cannot be asked any more.

    Raises:
        BadSpec: it was not published, or is still there.
    """
    video = VideoName(channel=channel, slug=film)
    released = release(await open_studio(video), sure=sure)
    get_run_logger().info("%s may be published anew; it was at %s", video, released.url or released.account)
