"""What somebody asked for, and the name of the film it becomes."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from blocks.domain.audience import Minute, Privacy, Showing, check_schedule
from blocks.domain.frozen import Frozen
from blocks.domain.gates import Gate, GateMode
from blocks.domain.priority import Priority
from blocks.domain.storyboard import Storyboard

Slug = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$")]


DRAFT_MARK = "__draft"
"""Ends the slug of a draft; `slugify` never writes it."""


class Quality(StrEnum):
    """With whom a film is made."""

    DRAFT = "draft"
    """First offline and free, for a person to watch; then, if approved, with the channel's makers."""
    FINAL = "final"
    """With the channel's makers."""


class VideoName(Frozen):
    """The film everything is filed under: one channel, one slug. Safe as a path."""

    channel: Slug
    slug: Slug

    @property
    def draft(self) -> VideoName:
        """Name the film's draft, which is a film of its own."""
        return VideoName(channel=self.channel, slug=self.slug[: 64 - len(DRAFT_MARK)] + DRAFT_MARK)

    @property
    def is_draft(self) -> bool:
        """Whether this is the name of a draft."""
        return self.slug.endswith(DRAFT_MARK)

    def __str__(self) -> str:
        return f"{self.channel}/{self.slug}"


class VideoRequest(Frozen):
    """An idea (topic and story direction) or a finished storyboard, to be made into a film."""

    title: str = Field(default="", max_length=100, description="Title of the film; the planner finds one if empty.")
    topic: str = Field(default="", max_length=500, description="What the film is about, in a few words.")
    story_direction: str = Field(
        default="", max_length=50_000, description="The story to tell, in sentences: three are enough, pages are fine."
    )
    storyboard: Storyboard | None = Field(default=None, description="A finished plan; nothing is planned then.")
    target_seconds: int | None = Field(
        default=None, ge=8, le=450, description="Length of the film to plan for, in seconds; the channel's if empty."
    )
    slug: Slug | None = Field(default=None, description="Folder name of the film; made from the title if empty.")
    quality: Quality = Field(
        default=Quality.FINAL,
        description="draft: first a free draft made offline, then the film, when a person approves the draft.",
    )
    priority: Priority = Field(default=Priority.NORMAL, description="high comes before normal, normal before low.")
    burn_captions: bool = Field(default=False, description="Draw the captions into the picture.")
    privacy: Privacy | None = Field(
        default=None, description="Who may watch the film once it is published; the channel's if empty."
    )
    publish_at: Minute | None = Field(
        default=None,
        description="When it becomes public by itself, with its time zone, to the minute; it is private until then. "
        "Empty: it is shown as soon as it is published.",
    )
    gates: dict[Gate, GateMode] = Field(
        default_factory=dict, description='Gates of this run that differ from the channel: {"clips": "manual", "final": "auto"}.'
    )

    @field_validator("publish_at")
    @classmethod
    def _private_until_then(cls, publish_at: datetime | None, given: ValidationInfo) -> datetime | None:
        check_schedule(given.data.get("privacy"), publish_at)
        return publish_at

    @model_validator(mode="after")
    def _has_an_idea(self) -> VideoRequest:
        if self.storyboard is None and not self.topic.strip():
            raise ValueError("a request needs a topic or a storyboard: give `topic` a few words, or `storyboard` a plan")
        if self.slug is not None and self.slug.endswith(DRAFT_MARK):
            raise ValueError(f"the slug {self.slug!r} ends as the drafts of films do: leave {DRAFT_MARK!r} off")
        return self

    @property
    def label(self) -> str:
        """What people call the film before it has a title: the title asked for, the storyboard's, or the topic."""
        return self.title or (self.storyboard.video.title if self.storyboard else "") or self.topic

    def name(self, channel: str) -> VideoName:
        """Name the film: the given slug, else one made of its label."""
        return VideoName(channel=channel, slug=self.slug or slugify(self.label))

    def showing(self, usual: Showing) -> Showing:
        """Give to whom the film is shown, and when: what was asked for, and the channel's where nothing was."""
        privacy = Privacy.PRIVATE if self.publish_at else self.privacy or usual.privacy
        return usual.model_copy(update={"privacy": privacy, "publish_at": self.publish_at})

    def shown_otherwise(self, privacy: Privacy | None, publish_at: datetime | None) -> VideoRequest:
        """Give the same request with another word on who may watch, and when.

        Raises:
            ValueError: the two do not go together.
        """
        check_schedule(privacy, publish_at)
        return self.model_copy(update={"privacy": privacy, "publish_at": publish_at})


def slugify(title: str) -> str:
    """Make a folder name of a title: lower-case letters, digits and hyphens, at most 64 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-") or "film"
