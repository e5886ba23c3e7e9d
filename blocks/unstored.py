"""What was paid for and no store took: kept on this machine, with what is needed to store it later, never bought again."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from blocks.capabilities.bench import Made
from blocks.domain.frozen import Frozen
from blocks.domain.products import Product
from blocks.errors import BadSpec, MediaError, SetupError, StudioError
from blocks.storage import beside, flush, move_into

_log = logging.getLogger(__name__)
_NOTE = ".note.json"


class Unstored(Frozen):
    """One thing that was paid for and waits."""

    made: Made
    purchase: str | None
    """Number of the purchase that ends when it is written into the books; None for what nobody is paid for by the call."""
    product: Product | None = None
    """Set when a store took the file, and only the books did not."""


@dataclass(frozen=True)
class WaitingRoom:
    """The folders of this machine for what waits: each thing is a file and a note of the same name."""

    folders: tuple[Path, ...]

    def find(self, key: str) -> Unstored | None:
        """Look up what waits under a memory key; its file is there unless a store took it.

        Raises:
            SetupError: its note cannot be read: nobody may take it for lost.
        """
        for folder in self.folders:
            note = folder / f"{key}{_NOTE}"
            try:
                found = Unstored.model_validate_json(note.read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, ValidationError) as error:
                raise SetupError(
                    f"what was paid for waits in {folder} and its note {note.name} cannot be read ({type(error).__name__}): see "
                    "that it is ours to read, and run again; to buy it anew, move the note away"
                ) from error
            file = folder / found.made.file.name
            if found.product is not None or file.is_file():
                return found.model_copy(update={"made": found.made.model_copy(update={"file": file})})
        return None

    def keep(self, key: str, unstored: Unstored) -> Path:
        """Move a file here, flushed to disk, and write its note; the first folder with room has it. Gives where it is then.

        What is here already stays, and its note is written anew.

        Raises:
            OSError: there is no room in any folder.
        """
        trouble: OSError | None = None
        for folder in self.folders:
            try:
                return self._keep_in(folder, key, unstored)
            except OSError as error:
                trouble = error
        raise trouble or FileNotFoundError("there is no folder for it")

    def drop(self, key: str) -> None:
        """Forget what waited: it is stored, and in the books."""
        for folder in self.folders:
            with suppress(OSError):  # a note that stays counts for nothing: the product is found before it is looked for
                (folder / f"{key}{_NOTE}").unlink()

    def _keep_in(self, folder: Path, key: str, unstored: Unstored) -> Path:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file, place, note = unstored.made.file, folder / f"{key}{unstored.made.file.suffix}", folder / f"{key}{_NOTE}"
        # The note is there first: a file without one would be found by nobody, and a note without a file counts for nothing.
        kept = unstored.model_copy(update={"made": unstored.made.model_copy(update={"file": place})})
        aside = beside(note)
        try:
            aside.write_text(kept.model_dump_json(), encoding="utf-8")
            flush(aside)
            aside.replace(note)
        finally:
            aside.unlink(missing_ok=True)
        if unstored.product is None and file != place:
            move_into(place, file)
            file.unlink(missing_ok=True)
        return place if unstored.product is None else note


class Aside:
    """One thing that was paid for, on its way into a store and into the books."""

    def __init__(self, room: WaitingRoom, key: str, unstored: Unstored | None) -> None:
        self._room = room
        self._key = key
        self._unstored = unstored
        self.product: Product | None = None
        """Set as soon as a store took it."""

    def keep(self) -> Path | None:
        """Let it wait on this machine, and say where; None when there is no room for it, or when it cost nothing."""
        if self._unstored is None:
            return None
        try:
            return self._room.keep(self._key, self._unstored.model_copy(update={"product": self.product}))
        except OSError as error:
            _log.error("%s is paid for and cannot be kept on this machine: %s", self._unstored.made.file.name, error)
            return None

    def drop(self) -> None:
        """See that it waits no more."""
        if self._unstored is not None:
            self._room.drop(self._key)


@contextmanager
def kept_aside(room: WaitingRoom, key: str, unstored: Unstored | None) -> Iterator[Aside]:
    """Keep a thing on this machine when it cannot be stored, or written down, whatever the reason; the error says where it is.

    Args:
        room: where it waits.
        key: its memory key.
        unstored: the thing; None for one that cost nothing, which is simply made again.

    Raises:
        BadSpec, MediaError: it is broken, or nothing that a store could ever take; it is not kept.
    """
    aside = Aside(room, key, unstored)
    try:
        yield aside
    except BaseException as error:
        is_hopeless = isinstance(error, BadSpec | MediaError) and aside.product is None
        place = None if is_hopeless else aside.keep()
        if place is not None and isinstance(error, StudioError):
            error.message += (
                f"; it is paid for, is kept at {place}, and is not bought again: the next run on this machine stores it"
            )
        raise
    aside.drop()


def waiting_room(workspaces: Path) -> WaitingRoom:
    """Give the folders for what waits: one among the films' folders, and for want of room there one beside the benches.

    Args:
        workspaces: folder of all films; `~` is the home of whoever makes them.
    """
    near = Path(tempfile.gettempdir()) / f"ai-video-generator-unstored-{os.getuid()}"
    folders = [workspaces.expanduser().absolute() / ".unstored"]
    if not near.exists() or near.stat().st_uid == os.getuid():
        folders.append(near)
    return WaitingRoom(tuple(folders))
