"""Storyboards from files and from texts, every finding in one error."""

from __future__ import annotations

from pathlib import Path

from blocks.domain.storyboard import Storyboard
from blocks.domain.storyboard_file import StoryboardRefused, read_storyboard
from blocks.errors import BadSpec

MAX_FILE_BYTES = 2_000_000
"""Sixty scenes take about 100 kB; anything this large is another kind of file."""


def parse_storyboard(text: str, name: str) -> Storyboard:
    """Read a storyboard from YAML or JSON text and check every rule.

    Args:
        text: the document.
        name: what to call it in messages; a name that ends in `.json` is read as JSON only.

    Raises:
        BadSpec: it cannot be read or breaks rules; `problems` holds all findings, each naming scene or asset and rule.
    """
    try:
        return read_storyboard(text, name)
    except StoryboardRefused as error:
        raise BadSpec(str(error), problems=error.problems) from error


def load_storyboard(path: Path) -> Storyboard:
    """Read a storyboard from a YAML or JSON file and check every rule.

    Raises:
        BadSpec: the file is missing, no text, too large, or `parse_storyboard` refuses it.
    """
    try:
        if path.is_dir():
            raise BadSpec(f"the storyboard {path} is a folder; name the file in it")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadSpec(f"the storyboard {path} has more than {MAX_FILE_BYTES:,} bytes; name a storyboard file")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise BadSpec(f"the storyboard {path} is not there; check the path, relative paths start at {Path.cwd()}") from error
    except UnicodeDecodeError as error:
        raise BadSpec(f"the storyboard {path} is no UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise BadSpec(f"the storyboard {path} cannot be read: {error.strerror or error}") from error
    return parse_storyboard(text, path.name)
