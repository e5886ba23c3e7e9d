"""Channels as people hand them over: a text that lists them, and what became of each."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from blocks.channel_files import Places
from blocks.domain.problems import Problem
from blocks.saved_channels import Report, export_channels, import_channels


@task(name="save channels")
async def save_all(text: str, places: Places) -> Report:
    """Save every channel of a text that has no problems."""
    return await import_channels(text, places)


@task(name="describe channels")
async def describe_all() -> tuple[str, tuple[Problem, ...]]:
    """Write all saved channels as a text and show it; gives also what could not be written."""
    text, problems = await export_channels()
    await acreate_markdown_artifact(markdown=f"```yaml\n{text}```\n", key="channels", description="All channels, without secrets")
    return text, problems


async def show_channels(report: Report) -> None:
    """Show what became of each channel."""
    rows = [
        {
            "channel": result.channel,
            "outcome": result.outcome.value,
            "changed": ", ".join(result.changed),
            "look at": "; ".join(f"{finding.message}" for finding in result.problems + result.warnings),
        }
        for result in report.results
    ]
    rows += [{"channel": "", "outcome": "", "changed": "", "look at": problem.message} for problem in report.problems]
    await acreate_table_artifact(table=rows, key="channels", description="What became of each channel")
