"""Pictures, clips, speech and ambience by the offline makers, in the formats that vendors deliver."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import cv2
import numpy as np

from blocks.domain.products import Word
from blocks.domain.specs import ClipSpec, EffectSpec, ImageSpec, NarrationSpec
from blocks.domain.storyboard import AssetKind, CameraMove
from blocks.errors import BadSpec
from blocks.media.ambience.design import make_ambience
from blocks.media.animation import animate_still
from blocks.media.ffmpeg import render
from blocks.media.paint.still import paint_still
from blocks.media.voice import CALM_PACE, speak
from tests.emulators.quick_media import FRAMES_A_SECOND, SOUND_HZ, colour_of, cover

_MP3 = ("-map_metadata", "-1", "-c:a", "libmp3lame", "-b:a", "128k", "-ar", str(SOUND_HZ), "-fflags", "+bitexact")


def picture(prompt: str, size: tuple[int, int], ground: str | None, references: tuple[bytes, ...]) -> bytes:
    """Paint a place, or a figure on a flat ground; another reference gives another take of it."""
    width, height = size
    spec = ImageSpec(
        kind=AssetKind.ENVIRONMENT if ground is None else AssetKind.CHARACTER,
        prompt=prompt or "a place",
        style_pack="",
        width_px=width,
        height_px=height,
        transparent=ground is not None,
        take=1 + int.from_bytes(hashlib.sha256(b"".join(references)).digest()[:2]) if references else 1,
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "still.png"
        paint_still(spec, (), file)
        painted = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
    if ground is not None:
        cover_share = painted[..., 3:].astype(np.float32) / 255
        painted = np.round(painted[..., :3] * cover_share + colour_of(ground) * (1 - cover_share)).astype(np.uint8)
    return cv2.imencode(".png", painted[..., :3])[1].tobytes()


def clip(still: bytes, seconds: int, size: tuple[int, int], prompt: str) -> bytes:
    """Animate a picture; the camera moves as the prompt says."""
    spec = ClipSpec(
        seed=f"{hashlib.sha256(still).hexdigest()}.png",
        prompt=prompt or "still air",
        camera_move=camera_move(prompt),
        atmosphere=prompt,
        seconds=seconds,
        rate=str(FRAMES_A_SECOND),
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cv2.imwrite(str(folder / "seed.png"), cover(still, size))
        animate_still(spec, folder / "seed.png", folder / "clip.mp4")
        return (folder / "clip.mp4").read_bytes()


def camera_move(prompt: str) -> CameraMove:
    """Find the camera move that a prompt names first; a slow push in when it names none."""
    words = prompt.lower().replace("-", " ")
    named = {move: words.find(move.value) for move in CameraMove if move.value in words}
    return min(named, key=named.__getitem__) if named else CameraMove.PUSH_IN


def speech(text: str, speed: float) -> tuple[bytes, list[float], list[float]] | None:
    """Speak; gives the recording and when each character begins and ends, or None when there is nothing that can be said."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "speech.flac"
        try:
            words = speak(NarrationSpec(text=text), file, pace=CALM_PACE * speed)
        except BadSpec:
            return None
        starts_s, ends_s = _characters(text, words)
        return _mp3(file), starts_s, ends_s


def ambience(prompt: str, seconds: float) -> bytes:
    """Make the sounds that the prompt names."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "ambience.flac"
        make_ambience(EffectSpec(prompt=prompt[:450], seconds=seconds), file)
        return _mp3(file)


def _characters(text: str, words: tuple[Word, ...]) -> tuple[list[float], list[float]]:
    """Share the time of each word among its characters; white space fills what is between the words."""
    starts_s: list[float] = []
    ends_s: list[float] = []
    at, now_s = 0, 0.0
    for word in words:
        begin = text.index(word.text, at)
        for first, last, end_s in ((at, begin, word.start_s), (begin, begin + len(word.text), word.end_s)):
            edges = np.linspace(now_s, max(now_s, end_s), last - first + 1).round(3).tolist()
            starts_s += edges[:-1]
            ends_s += edges[1:]
            now_s = max(now_s, end_s) if last > first else now_s
        at = begin + len(word.text)
    rest = len(text) - at
    return starts_s + [now_s] * rest, ends_s + [now_s] * rest


def _mp3(file: Path) -> bytes:
    target = file.with_suffix(".mp3")
    render(["-i", file, *_MP3], target, what="encode a recording")
    return target.read_bytes()
