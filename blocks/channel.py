"""One YouTube channel: its style, its gates, and who makes what."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from blocks.capabilities.maker import Maker
from blocks.described import DescribedOnce
from blocks.domain.audience import Category, ChannelWords, Privacy, Showing, check_tags, check_template
from blocks.domain.gates import Gate, GateMode
from blocks.domain.priority import Priority
from blocks.domain.request import Quality
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kling.animator import KlingOfficialAnimator
from blocks.providers.notion.storage import NotionStorage
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)
from blocks.providers.openai_chat import OpenAIChatPlanner
from blocks.providers.youtube.publisher import YouTubePublisher
from blocks.s3_storage import S3Storage
from blocks.signing import STUDIO_CERTIFICATE
from blocks.storage import LocalStorage

# Prefect loads a field's block by its type, so each capability is the union of its makers, told apart by `kind`.
AnyPlanner = Annotated[OfflinePlanner | GeminiPlanner | OpenAIChatPlanner, Field(discriminator="kind")]
AnyImageMaker = Annotated[OfflineImageMaker | GeminiImageMaker, Field(discriminator="kind")]
AnyClipAnimator = Annotated[OfflineClipAnimator | KlingAnimator | KlingOfficialAnimator, Field(discriminator="kind")]
AnyNarrator = Annotated[OfflineNarrator | ElevenLabsNarrator, Field(discriminator="kind")]
AnySoundDesigner = Annotated[OfflineSoundDesigner | ElevenLabsSoundDesigner, Field(discriminator="kind")]
AnyPublisher = Annotated[FolderPublisher | YouTubePublisher, Field(discriminator="kind")]


CHANNEL_ID_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
_YOUTUBE_CHANNEL_FORM = re.compile(r"UC[A-Za-z0-9_-]{22}")
_LONGEST_RETRY_S = 7 * 24 * 3600


class Channel(DescribedOnce):
    """Everything that makes one channel's films its own."""

    _block_type_name = "Channel"

    id: str = Field(
        default="",
        description="Id of the channel in commands and folders, where it is written in other letters than the block's name, "
        "which has small letters, digits and hyphens only; empty if both are the same.",
    )
    name: str = Field(min_length=1, max_length=100, description="Name that people read.")
    active: bool = Field(default=True, description="Whether new films are begun; those under way are finished in any case.")
    priority: Priority = Field(default=Priority.NORMAL, description="How urgent the channel's films are among those of others.")
    profile: Literal["documentary"] = Field(default="documentary", description="What kind of films it makes.")
    style_pack: str = Field(default="silhouette", min_length=1, description="The one look of the channel's films.")
    target_seconds: int = Field(default=60, ge=8, le=450, description="Length of films whose request names none, in seconds.")
    rate: str = Field(
        default="24",
        coerce_numbers_to_str=True,
        description="Frames a second of its films: a whole number, or a fraction as 30000/1001.",
    )
    intro: Path | None = Field(default=None, description="Film to open with; it is conformed to the film's format.")
    outro: Path | None = Field(default=None, description="Film to close with; it is conformed to the film's format.")
    watermark: Path | None = Field(default=None, description="Picture that marks the channel's films.")
    gates: dict[Gate, GateMode] = Field(default_factory=dict, description="Which gates wait for a person.")
    video_budget_usd: Decimal = Field(default=Decimal(15), ge=0, description="A film that would cost more is not started.")
    daily_budget_usd: Decimal = Field(
        default=Decimal(30), ge=0, description="The channel pauses until the next day (UTC) when it has spent this much."
    )
    max_concurrent_videos: int = Field(default=2, ge=1, le=10, description="Films of the channel in work at once, 1 to 10.")
    max_uploads_a_day: int = Field(default=3, ge=0, le=100, description="Films uploaded a day at most.")
    retry_waits_s: tuple[Annotated[float, Field(ge=0, le=_LONGEST_RETRY_S)], ...] = Field(
        default=(60, 300, 900, 3600), description="Waits before each further try of an item, in seconds; as many tries follow."
    )
    youtube_channel_id: str = Field(default="", description="YouTube's id of the channel, UC and 22 more characters.")
    privacy: Privacy = Field(default=Privacy.PRIVATE, description="Who may watch a film that was just published.")
    category: Category = Field(default=Category.EDUCATION, description="YouTube's category of its films.")
    description_template: str = Field(
        default="{description}",
        description="Text below each film; {description}, {title}, {topic}, {logline}, {channel} and {chapters} are filled in; "
        "chapters that it does not place follow at its end.",
    )
    tags: tuple[str, ...] = Field(default=(), description="Tags that every film has, after its own.")
    made_for_kids: bool = Field(default=False, description="Whether all its films are made for kids.")
    playlist: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,64}$",
        description="Id of the YouTube playlist that its films are put on, PL...; empty for none.",
    )
    content_credentials: bool = Field(
        default=True, description="Whether films are signed with how they were made (C2PA), which the EU's AI Act asks for."
    )
    signing_certificate: str = Field(
        default=STUDIO_CERTIFICATE,
        pattern=r"^[a-z0-9-]+$",
        description="Name of the Signing Certificate block that its films are signed with.",
    )
    visible_label: bool = Field(
        default=False, description="Whether a small text in a corner says for five seconds that a film is made with AI."
    )
    title_on_thumbnail: bool = Field(default=True, description="Whether a film's title is written on the picture to click on.")
    storage: LocalStorage | S3Storage | NotionStorage | None = Field(
        default=None, discriminator="kind", description="Where its products are kept; the studio's own store if empty."
    )
    workspaces: Path = Field(description="Folder in which each film gets a folder of its own; ~ is the home of whoever makes it.")

    planner: AnyPlanner = Field(default_factory=OfflinePlanner, description="Plans films.")
    image_maker: AnyImageMaker = Field(default_factory=OfflineImageMaker, description="Makes still pictures.")
    clip_animator: AnyClipAnimator = Field(default_factory=OfflineClipAnimator, description="Makes pictures move.")
    narrator: AnyNarrator = Field(default_factory=OfflineNarrator, description="Speaks.")
    sound_designer: AnySoundDesigner = Field(default_factory=OfflineSoundDesigner, description="Makes ambience.")
    publisher: AnyPublisher = Field(description="Shows finished films to their audience.")

    @field_validator("id")
    @classmethod
    def _id_is_well_formed(cls, channel_id: str) -> str:
        return channel_id and check_channel_id(channel_id)

    @field_validator("rate")
    @classmethod
    def _rate_is_a_rate(cls, rate: str) -> str:
        whole = re.fullmatch(r"([0-9]{1,6})(/1001|/1)?", rate.strip())
        if whole is None or not 1 <= Fraction(rate) <= 120:
            raise ValueError("write a whole number from 1 to 120 (24, 25, 30), or a fraction over 1001 (24000/1001, 30000/1001)")
        return rate.strip()

    @field_validator("youtube_channel_id")
    @classmethod
    def _youtube_id_is_well_formed(cls, youtube_id: str) -> str:
        if youtube_id and not _YOUTUBE_CHANNEL_FORM.fullmatch(youtube_id):
            raise ValueError(
                "write it as YouTube does: UC and 22 more letters, digits, hyphens or underscores (Advanced settings)"
            )
        return youtube_id

    @field_validator("description_template")
    @classmethod
    def _template_can_be_filled(cls, template: str) -> str:
        return check_template(template)

    @field_validator("tags")
    @classmethod
    def _tags_fit(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return check_tags(tags)

    @property
    def words(self) -> ChannelWords:
        """Give what the channel adds to the words of each film."""
        return ChannelWords(
            channel=self.name, template=self.description_template, tags=self.tags, made_for_kids=self.made_for_kids
        )

    @property
    def showing(self) -> Showing:
        """Give to whom its films are shown, unless a request says otherwise."""
        return Showing(privacy=self.privacy, category=self.category, playlist=self.playlist)

    def missing_files(self) -> dict[str, Path]:
        """Give those of the channel's own files that are named and not there, by their key; films are made without them."""
        named = {"intro": self.intro, "outro": self.outro, "watermark": self.watermark}
        return {key: file for key, file in named.items() if file is not None and not file.is_file()}

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


def check_channel_id(channel_id: str) -> str:
    """Give an id of a channel back if it is well formed.

    Raises:
        ValueError: it is not.
    """
    if not CHANNEL_ID_FORM.fullmatch(channel_id):
        raise ValueError("an id has 1 to 50 letters, digits, hyphens and underscores, and begins with a letter or digit")
    return channel_id


def block_name(channel_id: str) -> str:
    """Give the name of the block that a channel is saved under: Prefect takes small letters, digits and hyphens."""
    return channel_id.lower().replace("_", "-")
