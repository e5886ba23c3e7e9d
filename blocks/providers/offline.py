"""Makers that need no account, no key and no network: painted pictures, moving layers, a neural voice, synthesised sound.

They are free and repeat themselves exactly: the same spec gives the same bytes.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, JsonValue

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_animator import ClipAnimator
from blocks.capabilities.image_maker import ImageMaker
from blocks.capabilities.narrator import Narrator
from blocks.capabilities.planner import Planner
from blocks.capabilities.publisher import Publisher
from blocks.capabilities.sound_designer import SoundDesigner
from blocks.domain.money import Usage
from blocks.domain.planning.planner import PLANNER_VERSION, IdeaRefused, plan_storyboard
from blocks.domain.specs import ClipSpec, EffectSpec, ImageSpec, NarrationSpec, PlanSpec, PublishSpec
from blocks.domain.spoken_words import without_tags
from blocks.domain.stages import PublishedVideo
from blocks.errors import BadSpec
from blocks.media.ambience.design import AMBIENCE_VERSION, make_ambience
from blocks.media.animation import ANIMATOR_VERSION, animate_still
from blocks.media.paint.still import PAINTER_VERSION, paint_still
from blocks.media.voice import CALM_PACE, VOICE_MODEL, VOICE_VERSION, speak


class OfflinePlanner(Planner):
    """Plans a film by rules from the sentences of its story direction."""

    _block_type_name = "Offline Planner"

    kind: Literal["offline"] = Field(default="offline", description="Tells makers apart.")

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the version of the rules."""
        return {"kind": self.kind, "version": PLANNER_VERSION}

    def estimate(self, spec: PlanSpec) -> Usage:
        """Count one plan."""
        return Usage.of(plan=1)

    def plan(self, spec: PlanSpec, bench: Bench) -> Made:
        """Plan by rules; the same idea always gives the same storyboard."""
        try:
            board = plan_storyboard(spec)
        except IdeaRefused as refused:
            raise BadSpec(f"no film can be planned from this idea: {refused}") from refused
        file = bench.folder / "storyboard.json"
        file.write_text(board.model_dump_json(indent=1), encoding="utf-8")
        return Made(file=file, usage=self.estimate(spec), model=f"planning rules {PLANNER_VERSION}")


class OfflineImageMaker(ImageMaker):
    """Paints in layers of light and silhouettes, by the words for place, hour and weather in the prompt."""

    _block_type_name = "Offline Image Maker"

    kind: Literal["offline"] = Field(default="offline", description="Tells makers apart.")

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the version of the painter."""
        return {"kind": self.kind, "version": PAINTER_VERSION}

    def estimate(self, spec: ImageSpec) -> Usage:
        """Count one picture."""
        return Usage.of(picture=1)

    def draw(self, spec: ImageSpec, bench: Bench) -> Made:
        """Paint one picture; environments carry their layers for the animator."""
        file = bench.folder / "still.png"
        paint_still(spec, tuple(bench.open(address) for address in spec.references), file)
        return Made(file=file, usage=self.estimate(spec), model=f"painter {PAINTER_VERSION}")


class OfflineClipAnimator(ClipAnimator):
    """Moves a camera through the layers of a picture and lets its weather live."""

    _block_type_name = "Offline Clip Animator"

    kind: Literal["offline"] = Field(default="offline", description="Tells makers apart.")

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the version of the animator."""
        return {"kind": self.kind, "version": ANIMATOR_VERSION}

    def estimate(self, spec: ClipSpec) -> Usage:
        """Count the seconds of picture."""
        return Usage.of(second=spec.seconds)

    def animate(self, spec: ClipSpec, bench: Bench) -> Made:
        """Animate exactly `spec.seconds` at `spec.rate`."""
        file = bench.folder / "clip.mp4"
        animate_still(spec, bench.open(spec.seed), file)
        return Made(file=file, usage=self.estimate(spec), model=f"animator {ANIMATOR_VERSION}")


class OfflineNarrator(Narrator):
    """Speaks English with a small neural voice that is part of the installation."""

    _block_type_name = "Offline Narrator"

    kind: Literal["offline"] = Field(default="offline", description="Tells makers apart.")
    pace: float = Field(default=CALM_PACE, ge=0.5, le=2, description="Speed of speech; lower is calmer.")

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the voice and its pace."""
        return {"kind": self.kind, "version": VOICE_VERSION, "model": VOICE_MODEL, "pace": self.pace}

    def estimate(self, spec: NarrationSpec) -> Usage:
        """Count the characters."""
        return Usage.of(character=len(spec.text))

    def speak(self, spec: NarrationSpec, bench: Bench) -> Made:
        """Speak one line as FLAC, 48 kHz mono, with the times of its words."""
        file = bench.folder / "narration.flac"
        spoken = spec.model_copy(update={"text": without_tags(spec.text) or spec.text})
        words = speak(spoken, file, pace=self.pace)
        return Made(file=file, usage=self.estimate(spec), model=VOICE_MODEL, words=words)


class OfflineSoundDesigner(SoundDesigner):
    """Synthesises ambience from the sounds the prompt names."""

    _block_type_name = "Offline Sound Designer"

    kind: Literal["offline"] = Field(default="offline", description="Tells makers apart.")

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the version of the synthesis."""
        return {"kind": self.kind, "version": AMBIENCE_VERSION}

    def estimate(self, spec: EffectSpec) -> Usage:
        """Count one ambience."""
        return Usage.of(effect=1)

    def design(self, spec: EffectSpec, bench: Bench) -> Made:
        """Make one ambience as FLAC, 48 kHz stereo."""
        file = bench.folder / "effect.flac"
        make_ambience(spec, file)
        return Made(file=file, usage=self.estimate(spec), model=f"ambience {AMBIENCE_VERSION}")


class FolderPublisher(Publisher):
    """Publishes to a folder of this machine: the film, its captions, its thumbnail and its description."""

    _block_type_name = "Folder Publisher"

    kind: Literal["folder"] = Field(default="folder", description="Tells makers apart.")
    folder: Path = Field(
        description="Folder for finished films; each channel has its own inside. ~ is the home of whoever runs it."
    )

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the folder: another one is another place to publish to."""
        return {"kind": self.kind, "folder": str(self.folder)}

    def holds(self, film: PublishedVideo) -> bool:
        """Look for the file."""
        return Path(unquote(urlsplit(film.url).path)).is_file()

    def publish(self, spec: PublishSpec, bench: Bench) -> PublishedVideo:
        """Put the film into the channel's folder, replacing an earlier one of the same name."""
        place = self.folder.expanduser() / spec.channel
        place.mkdir(parents=True, exist_ok=True)
        film = place / f"{spec.slug}.mp4"
        _put(bench.open(spec.captions), film.with_suffix(".srt"))
        if spec.thumbnail:
            _put(bench.open(spec.thumbnail), film.with_suffix(Path(spec.thumbnail).suffix))
        words = bench.folder / "description.txt"
        words.write_text(
            f"{spec.metadata.title}\n\n{spec.metadata.description}\n\n{', '.join(spec.metadata.tags)}\n", encoding="utf-8"
        )
        _put(words, film.with_suffix(".txt"))
        _put(bench.open(spec.film), film)
        return PublishedVideo(url=film.resolve().as_uri(), publisher=self.kind)


def _put(source: Path, place: Path) -> None:
    aside = place.with_name(f".{os.getpid()}-{place.name}")
    try:
        shutil.copyfile(source, aside)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)  # half a copy would stay on a disk that is full, and each run would add another
