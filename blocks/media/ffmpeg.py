"""The only file that runs FFmpeg, found once, run with list arguments, its output renamed into place."""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from blocks.errors import MediaError

logger = logging.getLogger(__name__)

OVERRIDE = "STUDIO_FFMPEG"
"""Environment variable that names another FFmpeg."""
_TAIL_LINES = 12
_NEEDED = ("libx264", "aac", "ass", "loudnorm", "libmp3lame")


@cache
def find_ffmpeg() -> str:
    """Find an FFmpeg that can do all we need: the one `STUDIO_FFMPEG` names, else a capable system one, else the wheel's.

    Raises:
        MediaError: there is none.
    """
    named = os.environ.get(OVERRIDE)
    if named:
        if not shutil.which(named):
            raise MediaError(f"{OVERRIDE} names {named}, which is no program: correct it or unset it")
        return named
    system = shutil.which("ffmpeg")
    if system and _is_capable(system):
        return system
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise MediaError("no FFmpeg was found: reinstall the package imageio-ffmpeg, or install FFmpeg") from error


def ffmpeg_version() -> str:
    """Give the first line FFmpeg says of itself."""
    return _ask(find_ffmpeg(), "-version").partition("\n")[0]


def run_ffmpeg(arguments: Sequence[str | Path], *, what: str, stdin: Iterable[bytes | memoryview] | None = None) -> str:
    """Run FFmpeg and give what it wrote to its error stream.

    Args:
        arguments: everything after the program's name.
        what: the work in words, for the error message: `animate a clip`.
        stdin: raw bytes to feed it, piece by piece; its standard input is closed when None.

    Raises:
        MediaError: it could not be started, or failed; carries the command and the last lines.
    """
    command = [find_ffmpeg(), "-hide_banner", *([] if stdin is not None else ["-nostdin"]), *map(str, arguments)]
    logger.debug("%s", shlex.join(command))
    with tempfile.TemporaryFile() as log:
        code = _run(command, log.fileno(), stdin, what)
        log.seek(0)
        said = log.read().decode(errors="replace")
    if code != 0:
        tail = "\n".join(said.strip().splitlines()[-_TAIL_LINES:])
        raise MediaError(f"FFmpeg could not {what} (exit {code}).{_advice(said)}", command=shlex.join(command), tail=tail)
    return said


def render(
    arguments: Sequence[str | Path], target: Path, *, what: str, stdin: Iterable[bytes | memoryview] | None = None
) -> None:
    """Run FFmpeg with `target` as its output; the file appears whole or not at all.

    Raises:
        MediaError: as `run_ffmpeg`.
    """
    aside = target.with_name(f".{os.getpid()}-{os.urandom(4).hex()}-{target.name}")
    try:
        run_ffmpeg([*arguments, "-y", aside], what=what, stdin=stdin)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def _run(command: list[str], log: int, stdin: Iterable[bytes | memoryview] | None, what: str) -> int:
    source = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    try:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL, stderr=log)
    except OSError as error:
        raise MediaError(f"FFmpeg could not be started to {what}: {error}", command=shlex.join(command)) from error
    try:
        if stdin is not None and process.stdin is not None:
            with process.stdin as pipe:
                for piece in stdin:
                    pipe.write(piece)
    except BrokenPipeError:
        # FFmpeg ended early; its exit code and its own words say why.
        pass
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process.wait()


def _advice(said: str) -> str:
    if "No space left on device" in said:
        return " The disk is full: free some space and run again; what is finished is kept."
    return ""


def _is_capable(program: str) -> bool:
    try:
        offered = " ".join(_ask(program, question) for question in ("-encoders", "-filters"))
    except (OSError, subprocess.SubprocessError):
        return False
    words = set(offered.split())
    return all(name in words for name in _NEEDED)


def _ask(program: str, question: str) -> str:
    command = [program, "-hide_banner", question]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60).stdout
