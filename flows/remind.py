"""Where people are told that films wait for them."""

from prefect import flow, get_run_logger

from blocks.results.table import ResultsTable
from tasks.reminders import remind


@flow(name="remind-of-gates", flow_run_name="reminders")
async def remind_of_gates(after_hours: float = 24) -> list[str]:
    """Tell people of films that wait at a gate; each wait is told of once.

    Args:
        after_hours: how long a film has waited before people are told.

    Returns:
        the films people were told of, as channel/film.
    """
    told = remind(after_hours, await ResultsTable.aload("default"))
    get_run_logger().info("reminded of %s", ", ".join(told) or "nothing: no film has waited for so long")
    return told
