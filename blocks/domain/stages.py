"""What each stage of the line hands to the next."""

from __future__ import annotations

from enum import StrEnum

from blocks.domain.frozen import Frozen
from blocks.domain.products import Product


class Step(StrEnum):
    """One kind of product; its name is part of every memory key."""

    STORYBOARD = "storyboard"
    ANSWER = "answer"
    STILL = "still"
    COMPOSITE = "composite"
    CLIP = "clip"
    NARRATION = "narration"
    EFFECT = "effect"
    OWN_FILE = "own file"
    CONFORMED = "conformed"
    MASTER = "master"
    CAPTIONS = "captions"
    CHECK = "check"
    SHEET = "contact sheet"
    SOUND_SHEET = "sound sheet"
    THUMBNAIL = "thumbnail"
    SIGNED = "signed film"
    EVIDENCE = "evidence"
    PUBLISHED = "published"


class Stills(Frozen):
    """The pictures of the storyboard."""

    pictures: dict[str, Product]
    """By asset id."""


class Clips(Frozen):
    """The moving pictures, in scene order."""

    clips: tuple[Product, ...]


class Tracks(Frozen):
    """The sound, in scene order."""

    narrations: tuple[Product, ...]
    effects: tuple[Product, ...]


class Master(Frozen):
    """The finished film, measured."""

    film: Product
    captions: Product
    """SRT."""
    measured: Product
    """What was measured of the film, as JSON of a `MasterFacts`."""
    thumbnail: Product | None = None
    """Picture to click on, JPEG, 1280x720."""


class PublishedVideo(Frozen):
    """Where the audience finds the film."""

    url: str
    """Web address of the film, or its `file:` address when it was published to a folder."""
    publisher: str
    """Kind of the publisher."""
