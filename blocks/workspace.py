"""The folder of one film, laid out for people: every product under a name that says what it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from blocks.domain.layout import is_inside
from blocks.domain.request import VideoName
from blocks.errors import BadSpec


def film_folder(workspaces: Path, video: VideoName) -> Path:
    """Give the folder of one film on this machine; channel and slug are checked names, so it lies inside `workspaces`.

    Args:
        workspaces: folder of all films; `~` is the home of whoever makes them.
        video: the film.
    """
    return workspaces.expanduser() / video.channel / video.slug


def lay_out(folder: Path, name: str, source: Path) -> Path:
    """Put a stored file into a film's folder under its own name, replacing what was there.

    The file is linked, not copied, where the file system can; nobody may write to it.

    Raises:
        BadSpec: the name would leave the folder.
    """
    if not is_inside(name):
        raise BadSpec(f"{name!r} cannot name a file of a film: use letters, digits, hyphens and one suffix, inside {folder}")
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.samefile(source):
        return place
    aside = place.with_name(f".{os.getpid()}-{os.urandom(4).hex()}{place.suffix}")
    try:
        _link_or_copy(source, aside)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)  # half a copy would stay on a disk that is full, and each run would add another
    return place


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copyfile(source, target)
