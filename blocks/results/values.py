"""What the results table gives out beside products, receipts and moves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from blocks.domain.frozen import Frozen
from blocks.domain.priority import Priority
from blocks.domain.products import Address, Product
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard


class Film(Frozen):
    """Everything the results table knows of one film itself."""

    name: VideoName
    title: str
    status: Status
    progress: str
    """How far the present stage is, for people: `clip 5 of 18`."""
    request: VideoRequest
    priority: Priority
    """The latest word on it, whatever the request said."""
    storyboard: Storyboard | None
    master: Address | None
    published_url: str | None
    created_at: datetime
    updated_at: datetime


class FilmItem(Frozen):
    """A product, and what the film uses it as."""

    name: str
    """Path below the film's folder: `videos/clip_03.mp4`."""
    product: Product


class StepCost(Frozen):
    """What one step of a film has cost."""

    step: str
    maker: str
    calls: int
    """Billed calls."""
    undelivered: int
    """Those of them that gave nothing."""
    usd: Decimal | None
    """By receipts; None when a price is unknown."""
    possibly_paid_usd: Decimal
    """Of purchases that no receipt tells of: under way, parked, or never answered."""


class Failure(Frozen):
    """One thing that went wrong, with what a person needs to know about it."""

    at: datetime
    step: str
    item: str
    """What was being made: `scene 3`, `videos/clip_03.mp4`; empty for the whole film."""
    kind: str
    """Class of the error: `ContentRefused`."""
    message: str
    """What the provider or the studio said."""
    request_id: str | None = None
    attempt: int = Field(default=1, ge=1)
    next_try_at: datetime | None = None
    """None when it is not tried again."""
    action: str
    """What a person can do about it."""
