"""One YouTube channel: its style, its gates, and who makes what."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from prefect.blocks.core import Block
from pydantic import Field

from blocks.domain.gates import Gate, GateMode
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)


class Channel(Block):
    """Everything that makes one channel's films its own."""

    _block_type_name = "Channel"

    name: str = Field(description="Name that people read.")
    style_pack: str = Field(default="silhouette", description="The one look of the channel's films.")
    rate: str = Field(default="24", description="Frames a second of its films, as a number or a fraction.")
    intro: Path | None = Field(default=None, description="Film to open with; it is conformed to the film's format.")
    outro: Path | None = Field(default=None, description="Film to close with; it is conformed to the film's format.")
    gates: dict[Gate, GateMode] = Field(default_factory=dict, description="Which gates wait for a person.")
    video_budget_usd: Decimal = Field(default=Decimal(15), ge=0, description="A film that would cost more is not started.")
    workspaces: Path = Field(description="Folder in which each film gets a folder of its own.")

    planner: OfflinePlanner = Field(default_factory=OfflinePlanner, description="Plans films.")
    image_maker: OfflineImageMaker = Field(default_factory=OfflineImageMaker, description="Makes still pictures.")
    clip_animator: OfflineClipAnimator = Field(default_factory=OfflineClipAnimator, description="Makes pictures move.")
    narrator: OfflineNarrator = Field(default_factory=OfflineNarrator, description="Speaks.")
    sound_designer: OfflineSoundDesigner = Field(default_factory=OfflineSoundDesigner, description="Makes ambience.")
    publisher: FolderPublisher = Field(description="Shows finished films to their audience.")
