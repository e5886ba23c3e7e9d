"""`python -m deployments channels`: channels from a file, and back into one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from blocks.channel_files import Places
from blocks.errors import BadSpec
from blocks.home import HOME
from blocks.saved_channels import Outcome, Report, Result, export_channels, import_channels

_MOST_BYTES = 2_000_000


async def import_file(file: Path, home: Path = HOME) -> list[str]:
    """Save the channels of a YAML file, and tell what became of each.

    Args:
        file: the file; its relative paths begin at its own folder.
        home: folder of the studio, for channels that name no folders of their own.

    Returns:
        a line for each channel, and one for each warning.

    Raises:
        BadSpec: the file cannot be read, or some of its channels have problems; those that have none are saved all the same.
    """
    text, places = await asyncio.to_thread(lambda: (_read(file), _places(file, home)))
    report = await import_channels(text, places)
    lines = list(tell(report))
    if problems := report.all_problems:
        told = "\n".join(lines)
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        refused = f"{file} has {count}; correct the file and import it again, the channels without problems are saved"
        raise BadSpec(f"{told}\n{refused}" if told else refused, problems=problems)
    return lines


async def export_file(file: Path) -> list[str]:
    """Write all saved channels into a YAML file, without secrets, replacing it.

    Returns:
        a line that says how many, and one for each setting that could not be written.

    Raises:
        BadSpec: the file cannot be written.
    """
    text, problems = await export_channels()
    try:
        await asyncio.to_thread(file.write_text, text, encoding="utf-8")
    except OSError as error:
        raise BadSpec(f"the channels cannot be written to {file}: {error.strerror or error}") from error
    count = sum(line.startswith("  ") and not line.startswith("   ") for line in text.splitlines())
    return [f"{count} channels written to {file}", *(f"left out: {problem}" for problem in problems)]


def tell(report: Report) -> Iterator[str]:
    """Say what became of each channel that was not refused, and what its owner should look at."""
    for result in report.results:
        if result.outcome is not Outcome.REFUSED:
            yield _line(result)
            yield from (f"warning: {warning}" for warning in result.warnings)


def _line(result: Result) -> str:
    more = f" ({', '.join(result.changed)})" if result.changed else ""
    return f"channel {result.channel}: {result.outcome}{more}"


def _places(file: Path, home: Path) -> Places:
    return Places(file=file.resolve().parent, home=home.resolve())


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise BadSpec(f"{file} has more than {_MOST_BYTES:,} bytes; name a file of channels")
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise BadSpec(f"the file {file} is not there; check the path, relative paths start at {Path.cwd()}") from error
    except UnicodeDecodeError as error:
        raise BadSpec(f"{file} is no UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise BadSpec(f"{file} cannot be read: {error.strerror or error}") from error
