"""One YouTube channel: its style, its gates, and who makes what."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field

from blocks.capabilities.maker import Maker
from blocks.described import DescribedOnce
from blocks.domain.gates import Gate, GateMode
from blocks.domain.request import Quality
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kling.animator import KlingOfficialAnimator
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)
from blocks.providers.openai_chat import OpenAIChatPlanner

# Prefect loads a field's block by its type, so each capability is the union of its makers, told apart by `kind`.
AnyPlanner = Annotated[OfflinePlanner | GeminiPlanner | OpenAIChatPlanner, Field(discriminator="kind")]
AnyImageMaker = Annotated[OfflineImageMaker | GeminiImageMaker, Field(discriminator="kind")]
AnyClipAnimator = Annotated[OfflineClipAnimator | KlingAnimator | KlingOfficialAnimator, Field(discriminator="kind")]
AnyNarrator = Annotated[OfflineNarrator | ElevenLabsNarrator, Field(discriminator="kind")]
AnySoundDesigner = Annotated[OfflineSoundDesigner | ElevenLabsSoundDesigner, Field(discriminator="kind")]


class Channel(DescribedOnce):
    """Everything that makes one channel's films its own."""

    _block_type_name = "Channel"

    name: str = Field(description="Name that people read.")
    style_pack: str = Field(default="silhouette", description="The one look of the channel's films.")
    rate: str = Field(default="24", description="Frames a second of its films, as a number or a fraction.")
    intro: Path | None = Field(default=None, description="Film to open with; it is conformed to the film's format.")
    outro: Path | None = Field(default=None, description="Film to close with; it is conformed to the film's format.")
    gates: dict[Gate, GateMode] = Field(default_factory=dict, description="Which gates wait for a person.")
    video_budget_usd: Decimal = Field(default=Decimal(15), ge=0, description="A film that would cost more is not started.")
    daily_budget_usd: Decimal = Field(
        default=Decimal(30), ge=0, description="The channel pauses until the next day (UTC) when it has spent this much."
    )
    retry_waits_s: tuple[float, ...] = Field(
        default=(60, 300, 900, 3600), description="Waits before each further try of an item, in seconds; as many tries follow."
    )
    workspaces: Path = Field(description="Folder in which each film gets a folder of its own.")

    planner: AnyPlanner = Field(default_factory=OfflinePlanner, description="Plans films.")
    image_maker: AnyImageMaker = Field(default_factory=OfflineImageMaker, description="Makes still pictures.")
    clip_animator: AnyClipAnimator = Field(default_factory=OfflineClipAnimator, description="Makes pictures move.")
    narrator: AnyNarrator = Field(default_factory=OfflineNarrator, description="Speaks.")
    sound_designer: AnySoundDesigner = Field(default_factory=OfflineSoundDesigner, description="Makes ambience.")
    publisher: FolderPublisher = Field(description="Shows finished films to their audience.")

    def makers_for(self, quality: Quality) -> tuple[Maker, ...]:
        """List who is asked for anything, in the order of the line: a draft is planned as the film is, and made offline."""
        if quality is Quality.DRAFT:
            return (self.planner,)
        return (self.planner, self.image_maker, self.clip_animator, self.narrator, self.sound_designer)

    def drafting(self) -> Channel:
        """Give the channel as it makes drafts: offline and free, everything else its own."""
        offline = {
            "image_maker": OfflineImageMaker(),
            "clip_animator": OfflineClipAnimator(),
            "narrator": OfflineNarrator(),
            "sound_designer": OfflineSoundDesigner(),
        }
        return self.model_copy(update=offline)
