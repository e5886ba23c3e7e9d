"""Specs: everything that may change the bytes of one product, and nothing else.

No names, numbers or folders: two scenes that ask for the same thing share one product. Inputs are named by content address.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from blocks.domain.audience import Showing
from blocks.domain.cut_list import Cue, Label
from blocks.domain.frozen import Frozen
from blocks.domain.products import Address
from blocks.domain.storyboard import AssetKind, CameraMove, Metadata

FRAME_WIDTH_PX = 1920
FRAME_HEIGHT_PX = 1080


class ImageSpec(Frozen):
    """One still picture."""

    kind: AssetKind
    prompt: str = Field(min_length=1)
    """The final prompt: atmosphere, blank line, asset prompt."""
    exclusions: tuple[str, ...] = ()
    style_pack: str
    width_px: int = FRAME_WIDTH_PX
    height_px: int = FRAME_HEIGHT_PX
    transparent: bool = False
    references: tuple[Address, ...] = ()
    """Pictures to look at: the core of a variation, the parts of a generated seed."""
    take: int = Field(default=1, ge=1)


class Figure(Frozen):
    """A cut-out placed in a frame; the meaning of scale, x and y is `storyboard.Placement`'s."""

    picture: Address
    scale: float
    x: float
    y: float


class CoverSpec(Frozen):
    """One picture scaled and cropped to fill the frame."""

    kind: Literal["cover"] = "cover"
    picture: Address


class CompositeSpec(Frozen):
    """Cut-outs on a background that fills the frame."""

    kind: Literal["composite"] = "composite"
    background: Address
    figures: tuple[Figure, ...]


class SplitSpec(Frozen):
    """Two pictures, each filling its half of the frame."""

    kind: Literal["split"] = "split"
    direction: Literal["horizontal", "vertical"]
    first: Address
    second: Address


SeedSpec = Annotated[CoverSpec | CompositeSpec | SplitSpec, Field(discriminator="kind")]
"""One seed, 1920x1080 RGB, made locally."""


class ClipSpec(Frozen):
    """One moving picture animated from a seed."""

    seed: Address
    prompt: str = Field(min_length=1)
    """The motion prompt."""
    camera_move: CameraMove
    atmosphere: str = ""
    """The film's atmosphere, for makers that move its weather."""
    seconds: int = Field(ge=1, le=15)
    rate: str = "24"
    """Frames a second as an exact fraction; makers that cannot choose ignore it, and the clip is conformed later."""
    take: int = Field(default=1, ge=1)


class NarrationSpec(Frozen):
    """The spoken words of one scene."""

    text: str = Field(min_length=1, max_length=2500)
    language: str = "en"
    previous_text: str = ""
    """The line before, for makers that keep the melody over sentences."""
    next_text: str = ""
    take: int = Field(default=1, ge=1)


class EffectSpec(Frozen):
    """The ambience of one scene."""

    prompt: str = Field(min_length=1, max_length=450)
    seconds: float = Field(ge=0.5, le=30)
    take: int = Field(default=1, ge=1)


class PlanSpec(Frozen):
    """The idea a storyboard is planned from."""

    topic: str = Field(min_length=1)
    story_direction: str = ""
    title: str = ""
    """Title to keep; the planner finds one when empty."""
    language: str = "en"
    target_seconds: int
    style_pack: str
    take: int = Field(default=1, ge=1)


class ConformSpec(Frozen):
    """One clip encoded once more, so that it can be joined to the others by its packets."""

    clip: Address
    width_px: int
    height_px: int
    rate: str
    frames: int = Field(ge=1)
    """Frames wanted; a clip that is shorter holds its last picture."""
    cues: tuple[Cue, ...] = ()
    """Captions to draw into the picture, counted from the clip's first frame."""
    label: Label | None = None
    """Words to draw into a lower corner, counted likewise."""


class PublishSpec(Frozen):
    """A finished film and what its audience reads beside it."""

    channel: str
    slug: str
    master: Address
    """The film as it was assembled: two films of equal content are the same film."""
    film: Address
    """The film as it is shown."""
    captions: Address
    thumbnail: Address | None = None
    """Picture to click on, 1280x720."""
    language: str = "en"
    """Language of the speech and the captions."""
    metadata: Metadata
    showing: Showing = Showing()
