"""Where channels are added and changed, from the run form or by a schedule."""

import asyncio
from pathlib import Path

from prefect import flow, get_run_logger

from blocks.channel_files import Places
from blocks.errors import BadSpec
from blocks.saved_channels import Report
from tasks.channel_lists import describe_all, save_all, show_channels


@flow(name="import-channels", flow_run_name="channels from a text")
async def import_channels(channels: str, home: Path = Path("studio")) -> Report:
    """Add channels, or change them: each film that is run from now on has the new settings, and nothing needs a restart.

    A channel with problems is left as it was and never stops the others; the table "channels" says what became of each.

    Args:
        channels: the text of a file of channels (YAML). Credentials are named, never written out.
        home: folder of the studio, where relative paths begin and channels that name no folders have theirs.

    Raises:
        BadSpec: some channels have problems; those that have none are saved all the same.
    """
    folder = await asyncio.to_thread(home.resolve)
    report = await save_all(channels, Places(file=folder, home=folder))
    await show_channels(report)
    for warning in (warning for result in report.results for warning in result.warnings):
        get_run_logger().warning("%s", warning)
    if problems := report.all_problems:
        raise BadSpec("the channels without problems are saved; correct the others and import them again:", problems=problems)
    return report


@flow(name="export-channels", flow_run_name="channels as a text")
async def export_channels() -> str:
    """Write all channels as the text of a file of channels, without secrets; it is also shown as the artifact "channels"."""
    text, problems = await describe_all()
    for problem in problems:
        get_run_logger().warning("left out: %s", problem)
    return text
