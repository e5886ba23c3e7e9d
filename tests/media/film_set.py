"""A small film set: a store, and clips, voices and ambiences that tests can recognise again."""

from __future__ import annotations

import hashlib
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

from blocks.domain.cut_list import CutList, FilmFormat, Pace
from blocks.domain.editing import Footage, build_cut_list
from blocks.domain.products import Product, Provenance, Word
from blocks.domain.storyboard import (
    Beat,
    CameraMove,
    DirectSeed,
    Metadata,
    Research,
    Scene,
    Story,
    Storyboard,
    Style,
    VideoPlan,
)
from blocks.media.conform import film_format
from blocks.media.ffmpeg import render
from blocks.media.probe import measure
from blocks.media.recipes import clip_encoder_arguments

WIDTH_PX, HEIGHT_PX = 320, 180
FLASH_FRAME = 6
PACE = Pace(lead_s=0.25, tail_s=0.5)
"""At 24 frames a second a narration begins on the frame that flashes."""


class Store:
    """Products by their address, as the real store keeps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, file: Path, words: tuple[Word, ...] = ()) -> Product:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        address = f"{digest}{file.suffix}"
        shutil.copyfile(file, self.folder / address)
        return Product(
            key=digest,
            step="test",
            address=address,
            size_bytes=file.stat().st_size,
            facts=measure(file),
            provenance=Provenance(maker="test", model="test", spec="{}"),
            words=words,
        )

    def open(self, address: str) -> Path:
        return self.folder / address


def film_24() -> FilmFormat:
    return film_format(WIDTH_PX, HEIGHT_PX, "24")


def shoot_clip(store: Store, frames: int, seed: int = 1, rate: str = "24", size: str = f"{WIDTH_PX}x{HEIGHT_PX}") -> Product:
    """Make a moving clip that flashes white on one frame."""
    file = store.folder / f"clip-{seed}.mp4"
    seconds = float(frames / Fraction(rate))
    moving = f"gradients=s={size}:r={rate}:d={seconds + 1}:seed={seed}:speed=0.1:c0=0x203060:c1=0x806040:n=2"
    flash = f"drawbox=color=white:t=fill:enable='eq(n,{FLASH_FRAME})'"
    render(
        ["-f", "lavfi", "-i", moving, "-vf", flash, "-frames:v", str(frames), *clip_encoder_arguments(rate)], file, what="shoot"
    )
    return store.keep(file)


def record_voice(store: Store, seconds: float, seed: int = 1, rate_hz: int = 24_000) -> Product:
    """Make a recording with the rhythm of speech that begins at once."""
    numbers = np.random.default_rng(seed)
    count = round(seconds * rate_hz)
    at = np.arange(count) / rate_hz
    pitch = np.cumsum(140 + 30 * np.sin(2 * np.pi * (1.3 + seed / 7) * at)) / rate_hz
    tone = sum(np.sin(2 * np.pi * order * pitch) / order for order in range(1, 12)) + 0.3 * numbers.standard_normal(count)
    rhythm = 0.1 + np.clip(np.cos(2 * np.pi * 3.1 * at), 0, 1)
    sound = tone * rhythm
    file = store.folder / f"voice-{seed}.wav"
    soundfile.write(file, (0.5 * sound / np.abs(sound).max()).astype(np.float32), rate_hz, subtype="PCM_16")
    return store.keep(file)


def record_ambience(store: Store, seconds: float, seed: int = 1) -> Product:
    """Make a soft stereo noise."""
    numbers = np.random.default_rng(seed)
    noise = np.cumsum(numbers.standard_normal((round(seconds * 48_000), 2)), axis=0)
    noise -= np.linspace(noise[0], noise[-1], len(noise))
    noise = np.diff(noise, axis=0, prepend=0) + 0.02 * noise / np.abs(noise).max()
    file = store.folder / f"ambience-{seed}.wav"
    soundfile.write(file, (0.2 * noise / np.abs(noise).max()).astype(np.float32), 48_000, subtype="PCM_16")
    return store.keep(file)


def write_board(lines: list[str]) -> Storyboard:
    scenes = tuple(
        Scene(
            number=number,
            beat=Beat.SETUP,
            seed=DirectSeed(asset="ground"),
            motion_prompt="Snow falls.",
            camera_move=CameraMove.STATIC,
            narration=line,
            effect_prompt="wind",
            effect_seconds=6,
        )
        for number, line in enumerate(lines, 1)
    )
    return Storyboard(
        video=VideoPlan(title="A small film", logline="", topic="tests", story_direction="", target_seconds=8),
        research=Research(summary="", textures=(), facts=(), hooks=()),
        story=Story(setup="", obstacle="", escalation="", turn="", resolution=""),
        style=Style(atmosphere=""),
        assets=(),
        scenes=scenes,
        metadata=Metadata(title="A small film", description=""),
    )


def cut_small_film(store: Store, voices: tuple[float, ...] = (1.4, 1.63, 1.2), frames: tuple[int, ...] = (70, 80, 60)) -> CutList:
    """Cut a film of a few scenes whose clips need no conforming."""
    numbers = range(1, len(voices) + 1)
    footage = Footage(
        clips=tuple(shoot_clip(store, count, seed) for seed, count in zip(numbers, frames, strict=True)),
        recordings=tuple(record_voice(store, seconds, seed) for seed, seconds in zip(numbers, voices, strict=True)),
        effects=tuple(record_ambience(store, 1.1 + seed, seed) for seed in numbers),
    )
    board = write_board([f"The small boat number {number} leaves the harbour." for number in numbers])
    return build_cut_list(board, footage, film_24(), PACE)


def decoded(film: Path) -> list[np.ndarray]:
    """Give the pixels of each frame, as numbers that can be subtracted."""
    with av.open(str(film)) as container:
        return [frame.to_ndarray().astype(np.int16) for frame in container.decode(video=0)]


def luma_of_frames(film: Path) -> list[float]:
    """Give the mean brightness of each frame."""
    with av.open(str(film)) as container:
        return [float(frame.to_ndarray()[:HEIGHT_PX].mean()) for frame in container.decode(video=0)]


def frame_hashes(film: Path) -> list[str]:
    """Give a hash of each frame's pixels."""
    with av.open(str(film)) as container:
        return [hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest()[:16] for frame in container.decode(video=0)]
