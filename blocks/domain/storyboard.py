"""The plan of a film: research, story, style, pictures and scenes.

The model fixes the shape of a plan and nothing else; the rules a good plan obeys (word counts, references, lengths) are in
`checks`, so that all of them can be reported at once.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from blocks.domain.frozen import Frozen

DEFAULT_EXCLUSIONS = ("text", "watermark", "logo", "cartoon", "extra limbs")


class AssetKind(StrEnum):
    """What a still picture of the storyboard shows."""

    CHARACTER = "character"
    ENVIRONMENT = "environment"
    PROP = "prop"


class Beat(StrEnum):
    """The five beats of the story."""

    SETUP = "setup"
    OBSTACLE = "obstacle"
    ESCALATION = "escalation"
    TURN = "turn"
    RESOLUTION = "resolution"


class CameraMove(StrEnum):
    """The one camera move of a clip."""

    STATIC = "static"
    PUSH_IN = "push in"
    PULL_BACK = "pull back"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    TRACK_LEFT = "track left"
    TRACK_RIGHT = "track right"
    CRANE_UP = "crane up"


class VideoPlan(Frozen):
    """What the film is, in words."""

    title: str
    logline: str
    topic: str
    story_direction: str
    language: str = "en"
    target_seconds: int
    aspect: Literal["16:9"] = "16:9"


class Research(Frozen):
    """What is known about the subject."""

    summary: str
    textures: tuple[str, ...]
    """The texture bank: five named materials the pictures keep returning to."""
    facts: tuple[str, ...]
    hooks: tuple[str, ...]
    """Three ways to open the film."""


class CastMember(Frozen):
    """Somebody or something the story follows."""

    name: str
    role: str
    look: str


class Story(Frozen):
    """The five beats, a sentence or two each, and the cast."""

    setup: str
    obstacle: str
    escalation: str
    turn: str
    resolution: str
    cast: tuple[CastMember, ...] = ()


class Style(Frozen):
    """The one look of the film."""

    atmosphere: str
    """One paragraph: time of day, light, weather, haze, material mood, lens."""
    exclusions: tuple[str, ...] = DEFAULT_EXCLUSIONS
    style_pack: str = "silhouette"


class Asset(Frozen):
    """A still picture: a core fixes a look, a variation is made from its core."""

    id: str
    kind: AssetKind
    prompt: str
    """Subject and pose; materials; scale; light; lens."""
    variation_of: str | None = None
    """Id of the core this picture is made from; None for a core."""
    needs_transparency: bool = False
    uses_atmosphere: bool = True


class Placement(Frozen):
    """Where a cut-out stands in a frame."""

    asset: str
    scale: float = Field(default=0.5, gt=0, le=2)
    """Height of the cut-out as a share of the frame's height."""
    x: float = Field(default=0.5, ge=-0.5, le=1.5)
    """Centre of the cut-out across the frame: 0 left edge, 1 right edge."""
    y: float = Field(default=0.9, ge=-0.5, le=1.5)
    """Lower edge of the cut-out down the frame: 0 top, 1 bottom."""


class DirectSeed(Frozen):
    """The scene starts from one picture as it is."""

    kind: Literal["direct"] = "direct"
    asset: str


class CompositeSeed(Frozen):
    """The scene starts from cut-outs placed on a background."""

    kind: Literal["composite"] = "composite"
    background: str
    figures: tuple[Placement, ...]


class SplitSeed(Frozen):
    """The scene starts from two pictures side by side or one above the other."""

    kind: Literal["split"] = "split"
    direction: Literal["horizontal", "vertical"]
    """`horizontal`: left and right halves; `vertical`: upper and lower halves."""
    first: str
    second: str


class GeneratedSeed(Frozen):
    """The scene starts from a picture the image maker composes itself, looking at reference pictures."""

    kind: Literal["generated"] = "generated"
    prompt: str
    references: tuple[str, ...] = ()


Seed = Annotated[DirectSeed | CompositeSeed | SplitSeed | GeneratedSeed, Field(discriminator="kind")]


class Scene(Frozen):
    """One continuous picture with its words and its sound."""

    number: int
    beat: Beat
    seed: Seed
    motion_prompt: str
    """Core action first; body details; sequence; environment movement; the camera move last. 30 to 85 words."""
    camera_move: CameraMove
    narration: str
    """One line, 8 to 16 words, third person, present tense."""
    effect_prompt: str
    effect_seconds: float
    clip_seconds: int = 10
    """Length of the clip to animate; the film uses as much of it as the narration needs."""


class Metadata(Frozen):
    """What the audience reads beside the film."""

    title: str
    description: str
    tags: tuple[str, ...] = ()
    made_for_kids: bool = False
    synthetic_disclosure: bool = True


class Storyboard(Frozen):
    """The whole plan of one film."""

    schema_version: Literal[1] = 1
    video: VideoPlan
    research: Research
    story: Story
    style: Style
    assets: tuple[Asset, ...]
    scenes: tuple[Scene, ...]
    metadata: Metadata

    def asset(self, asset_id: str) -> Asset:
        """Give the asset with this id.

        Raises:
            KeyError: no asset has it; a checked storyboard never names such an id.
        """
        for asset in self.assets:
            if asset.id == asset_id:
                return asset
        raise KeyError(asset_id)
