"""The shapes in which a language model answers the questions a plan is made of.

They are flat, and an empty text or list says that there is none. The descriptions carry the rules, because a model reads them at
the moment it writes the field. What a model gets wrong without meaning anything by it (capital letters, underscores, null for
empty, one key too many) is read kindly; the rules themselves are left to `checks`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from blocks.domain.frozen import Frozen
from blocks.domain.storyboard import AssetKind, Beat, CameraMove


def _plain_word(value: JsonValue) -> JsonValue:
    """Read `Push_In` as `push in`."""
    return " ".join(value.lower().replace("_", " ").replace("-", " ").split()) if isinstance(value, str) else value


class Answer(Frozen):
    """What all answers have in common: unknown keys are passed over, and null is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _null_is_empty(cls, value: JsonValue) -> JsonValue:
        return {key: one for key, one in value.items() if one is not None} if isinstance(value, dict) else value


class ResearchAnswer(Answer):
    """What is known about the subject."""

    summary: str = Field(description="What is known about the subject, in 3 to 5 plain sentences.")
    textures: tuple[str, ...] = Field(
        description="The texture bank: exactly 5 different materials of this world that a camera can see, 2 or 3 words "
        "each, such as wet gravel, river ice, silver scales."
    )
    facts: tuple[str, ...] = Field(
        description="3 to 8 facts, one sentence each, that are beyond doubt or stated in the story direction. A number only "
        "if it is well established; leave out whatever you are not sure of."
    )
    hooks: tuple[str, ...] = Field(
        description="Exactly 3 different first sentences for the film, each one concrete picture or one open question."
    )


class CastAnswer(Answer):
    """Somebody or something the story follows."""

    name: str = Field(description="Name, or what it is called: The salmon.")
    role: str = Field(description="What it is in the story, in a few words.")
    look: str = Field(description="Outline, size and the one mark it is known by, in a few words; the same in every picture.")


class StoryAnswer(Answer):
    """The story and its one look."""

    title: str = Field(description="Title of the film: 2 to 6 words, at most 60 characters, no colon.")
    logline: str = Field(description="The film in one sentence: who, what stands in the way, what is at stake.")
    setup: str = Field(description="Beat 1, in 1 or 2 sentences: the world and whom the story follows.")
    obstacle: str = Field(description="Beat 2, in 1 or 2 sentences: what stands in the way.")
    escalation: str = Field(description="Beat 3, in 1 or 2 sentences: it grows harder, step by step.")
    turn: str = Field(description="Beat 4, in 1 or 2 sentences: the one event that changes everything.")
    resolution: str = Field(description="Beat 5, in 1 or 2 sentences: what has changed; it echoes the first picture.")
    cast: tuple[CastAnswer, ...] = Field(default=(), description="1 to 4 figures the story follows, the main one first.")
    atmosphere: str = Field(
        description="The one look of all pictures, one paragraph of 30 to 60 words: light, air and haze, weather mood, "
        "material mood, colours, lens. No hour of the day and no single place: those belong to the single pictures."
    )
    exclusions: tuple[str, ...] = Field(
        default=(), description="Up to 6 short things the pictures must not show because they would be wrong for this subject."
    )


class AssetAnswer(Answer):
    """One still picture."""

    id: str = Field(description="Its name: small letters, digits and single hyphens, such as salmon-core; each used once.")
    kind: Annotated[AssetKind, BeforeValidator(_plain_word)] = Field(
        description="character: somebody or something that acts; prop: a thing; environment: a place that fills the frame."
    )
    prompt: str = Field(
        description="What is seen, 20 to 45 words in this order: subject and pose; materials; scale; light with the hour of "
        "the day; lens. Concrete nouns only, no feelings, no camera movement, no words to be read in the picture."
    )
    variation_of: str = Field(
        default="",
        description="Empty for a new look. Else the id of an earlier picture of the same kind, itself no variation, of "
        "which this is another pose, hour or season; the prompt then begins with The same.",
    )
    needs_transparency: bool = Field(
        default=False,
        description="true for a character or prop that is placed on a place: whole body, clear ground. false for every "
        "environment.",
    )
    uses_atmosphere: bool = Field(default=True, description="true for an environment; false for a cut-out on clear ground.")


class AssetsAnswer(Answer):
    """All still pictures."""

    assets: tuple[AssetAnswer, ...] = Field(description="All pictures; a picture stands before its variations.")


class FigureAnswer(Answer):
    """A cut-out placed in a frame."""

    asset: str = Field(description="Id of a picture with needs_transparency true.")
    scale: float = Field(default=0.4, description="Height of the cut-out as a share of the frame's height, 0.05 to 0.9.")
    x: float = Field(default=0.5, description="Centre of the cut-out across the frame: 0 left edge, 1 right edge.")
    y: float = Field(
        default=0.9, description="Lower edge of the cut-out down the frame: 0 top, 1 bottom; feet stand at 0.85 to 0.97."
    )


class SeedAnswer(Answer):
    """The first picture of a scene."""

    kind: Annotated[Literal["direct", "composite", "split", "generated"], BeforeValidator(_plain_word)] = Field(
        description="direct: one picture fills the frame. composite: cut-outs stand on an environment. split: two pictures, "
        "half the frame each. generated: a new picture is composed after references; rare, only where figures must touch."
    )
    asset: str = Field(
        default="",
        description="Id of the picture: of direct the one without transparency that fills the frame, of composite the "
        "environment, of split the left or upper half. Empty for generated.",
    )
    figures: tuple[FigureAnswer, ...] = Field(default=(), description="Only for composite: 1 to 3 cut-outs. Else an empty list.")
    second: str = Field(default="", description="Only for split: id of the right or lower half. Else empty.")
    direction: Annotated[Literal["horizontal", "vertical"], BeforeValidator(_plain_word)] = Field(
        default="horizontal", description="Only for split: horizontal is left and right, vertical is above and below."
    )
    prompt: str = Field(
        default="", description="Only for generated: what the composed picture shows, 20 to 45 words. Else empty."
    )
    references: tuple[str, ...] = Field(
        default=(), description="Only for generated: ids of the pictures to look at. Else an empty list."
    )


class SceneAnswer(Answer):
    """One continuous picture with its words and its sound."""

    number: int = Field(description="1 for the first scene, then one more each.")
    beat: Annotated[Beat, BeforeValidator(_plain_word)] = Field(description="The beat it tells; beats come in their order.")
    narration: str = Field(
        description="The spoken line, as many words as the question says and always 8 to 16: third person, present tense, "
        "one thought, said so that it adds to the picture instead of naming what is seen. No dash, no I, we or you."
    )
    seed: SeedAnswer = Field(description="The first picture of the scene.")
    action: str = Field(
        description="The one movement the clip is about, one sentence of 8 to 18 words: who or what, a plain active verb, "
        "how. It begins from the first picture and can happen in 8 seconds."
    )
    details: str = Field(
        description="How the body or thing moves while it does so and what follows at once, one sentence of 10 to 22 words."
    )
    surroundings: str = Field(
        description="What moves in the place: water, air, light, leaves, dust, one sentence of 10 to 22 words. Never the camera."
    )
    camera_move: Annotated[CameraMove, BeforeValidator(_plain_word)] = Field(
        description="The one camera move, another than the scene before."
    )
    sounds: tuple[str, ...] = Field(
        description="3 or 4 sounds heard at this place, the lasting one first, 2 to 7 words each, such as slow waves on "
        "rocks. No music and nobody who speaks or sings."
    )


class MetadataAnswer(Answer):
    """What the audience reads beside the film."""

    title: str = Field(description="Title for the audience, at most 70 characters, without < and >.")
    description: str = Field(description="What the film tells, 40 to 120 words in plain sentences, without links, < and >.")
    tags: tuple[str, ...] = Field(default=(), description="6 to 12 search words of 1 to 3 words, without commas.")


class ScenesAnswer(Answer):
    """All scenes in the order of the film, and what the audience reads."""

    scenes: tuple[SceneAnswer, ...] = Field(description="All scenes in the order of the film.")
    metadata: MetadataAnswer = Field(description="What the audience reads beside the film.")


class RepairAnswer(Answer):
    """The parts that are written anew; a part that is left out stays as it is."""

    research: ResearchAnswer | None = Field(default=None, description="The research, whole.")
    story: StoryAnswer | None = Field(default=None, description="The story, whole.")
    assets: tuple[AssetAnswer, ...] = Field(default=(), description="Each picture that changes or is new, whole.")
    scenes: tuple[SceneAnswer, ...] = Field(default=(), description="Each scene that changes or is new, whole.")
    metadata: MetadataAnswer | None = Field(default=None, description="What the audience reads, whole.")


class Answers(Frozen):
    """All that was answered about one film."""

    research: ResearchAnswer
    story: StoryAnswer
    assets: tuple[AssetAnswer, ...]
    scenes: tuple[SceneAnswer, ...]
    metadata: MetadataAnswer
