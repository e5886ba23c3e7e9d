"""What the emulated vendors deliver: real pictures, clips, speech and ambience. Equal arguments give equal bytes.

Quick ones cost little; fine ones are made by the offline makers. What was made once is kept on disk, in a folder of the user's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.emulators import quick_media

VERSION = 1
"""Changes when the same arguments give other bytes."""
MOST_ENCODES = 2
"""Encodes that run at once in one process."""
KEPT_S = 7 * 24 * 3600.0
"""What nobody asked for this long is thrown away."""
FINE_SPEECH_CHARACTERS = 2500
"""The offline voice reads no more at once; a longer text is spoken the quick way."""

_encodes = threading.BoundedSemaphore(MOST_ENCODES)


@dataclass(frozen=True)
class Speech:
    """A recording and when each character of its text is heard."""

    audio: bytes
    """MP3, 44.1 kHz mono, 128 kbit/s."""
    characters: list[str]
    starts_s: list[float]
    ends_s: list[float]


def picture(
    prompt: str,
    width_px: int,
    height_px: int,
    *,
    ground: str | None = None,
    references: tuple[bytes, ...] = (),
    fine: bool = False,
) -> bytes:
    """Give a PNG, RGB, without metadata.

    Args:
        prompt: decides what is seen.
        width_px: exact width.
        height_px: exact height.
        ground: `#00ff00`: a subject on this flat, slightly noisy colour; a landscape without.
        references: pictures that were looked at; other ones give another picture.
        fine: painted by the offline painter.
    """
    seen = tuple(hashlib.sha256(one).hexdigest() for one in references)

    def make() -> bytes:
        if fine:
            return _fine().picture(prompt, (width_px, height_px), ground, references)
        return quick_media.picture(f"{prompt} {seen}", (width_px, height_px), ground)

    return _remembered(("picture", prompt, width_px, height_px, ground, seen, fine), make)


def clip(
    still: bytes, seconds: int, *, width_px: int = 1920, height_px: int = 1080, prompt: str = "", fine: bool = False
) -> bytes:
    """Give an MP4: H.264, yuv420p, silent, 24 frames a second, its index at its beginning.

    Args:
        still: PNG or JPEG that it begins with; scaled and cropped to fill the frame.
        seconds: exact length.
        width_px: exact width, even.
        height_px: exact height, even.
        prompt: decides how the camera moves.
        fine: animated by the offline animator.
    """

    def make() -> bytes:
        if fine:
            return _fine().clip(still, seconds, (width_px, height_px), prompt)
        return quick_media.clip(still, seconds, (width_px, height_px), prompt)

    return _remembered(("clip", hashlib.sha256(still).hexdigest(), seconds, width_px, height_px, prompt, fine), make)


def speech(text: str, *, speed: float = 1.0, fine: bool = False) -> Speech:
    """Speak at some 15 characters a second times `speed`; commas and full stops pause.

    Args:
        text: what to say; every character of it is aligned, in order and without gaps backwards.
        speed: 0.5 to 2.
        fine: spoken by the offline voice, in English; tone bursts otherwise.
    """

    def make() -> bytes:
        spoken = _fine().speech(text, speed) if fine and len(text) <= FINE_SPEECH_CHARACTERS else None
        audio, starts_s, ends_s = spoken or quick_media.speech(text, speed)
        return json.dumps([base64.b64encode(audio).decode(), starts_s, ends_s]).encode()

    kept, starts_s, ends_s = json.loads(_remembered(("speech", text, speed, fine), make))
    return Speech(base64.b64decode(kept), list(text), starts_s, ends_s)


def ambience(prompt: str, seconds: float, *, fine: bool = False) -> bytes:
    """Give an MP3, 44.1 kHz stereo, 128 kbit/s, of `seconds` (0.5 to 30) to a frame of 26 ms."""

    def make() -> bytes:
        return _fine().ambience(prompt, seconds) if fine else quick_media.ambience(prompt, seconds)

    return _remembered(("ambience", prompt, float(seconds), fine), make)


def _remembered(arguments: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
    """Make something once on this machine; who asks for it at the same time may make it twice, to the same bytes."""
    file = _folder() / hashlib.sha256(f"{VERSION} {arguments!r}".encode()).hexdigest()
    if (kept := _read(file)) is not None:
        return kept
    with _encodes:
        if (kept := _read(file)) is not None:
            return kept
        made = make()
    aside = file.with_name(f".{file.name}-{os.getpid()}-{threading.get_ident()}")
    aside.write_bytes(made)
    aside.replace(file)
    return made


def _read(file: Path) -> bytes | None:
    try:
        kept = file.read_bytes()
        os.utime(file)
    except FileNotFoundError:
        return None
    return kept


@cache
def _folder() -> Path:
    """Find the folder, once in a process, and take out what is old."""
    folder = Path(tempfile.gettempdir()) / f"emulator-media-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in folder.iterdir():
        try:
            if file.stat().st_mtime < time.time() - KEPT_S:
                file.unlink()
        except FileNotFoundError:
            continue
    return folder


def _fine():
    from tests.emulators import fine_media  # noqa: PLC0415 -- the neural voice takes seconds to load, and quick media need none

    return fine_media
