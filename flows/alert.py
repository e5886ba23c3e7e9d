"""Where alerts go out to people."""

from prefect import flow

from blocks.results.table import ResultsTable
from tasks import alerts
from tasks.artifacts import show_alerts


@flow(name="send-alerts", flow_run_name="alerts")
async def send_alerts() -> list[str]:
    """Send what people must be told with the notification block named `alerts`, and show the latest fifty alerts.

    Returns:
        the titles of those that were sent now.
    """
    results: ResultsTable = await ResultsTable.aload("default")
    sent = await alerts.send_alerts(results)
    await show_alerts(await alerts.latest_alerts(results))
    return sent
