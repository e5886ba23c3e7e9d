"""The publication of one film: who has it, how far it is, and where it is to be found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address
from blocks.domain.request import VideoName


class PublicationState(StrEnum):
    """How far a publication is."""

    CLAIMED = "claimed"
    """Nothing of the film was sent yet."""
    UPLOADING = "uploading"
    """Bytes of the film are, or may be, with the service."""
    UPLOADED = "uploaded"
    """The film is there, and nobody else sees it yet."""
    PUBLISHED = "published"
    RELEASED = "released"
    """Given up, with nothing left at the service: the film may be published anew."""


class PublishingStep(StrEnum):
    """What publishing a film consists of, in this order."""

    FILM = "film"
    THUMBNAIL = "thumbnail"
    CAPTIONS = "captions"
    PLAYLIST = "playlist"
    PROCESSED = "processed"
    FLAGS = "flags"
    SHOWN = "shown"


class Session(Frozen):
    """An upload that was begun, and can be gone on with."""

    sealed: str = Field(repr=False)
    """Its address, encrypted: whoever has the address can write to the channel."""
    film: Address
    """The file that it is for."""
    opened_at: datetime
    last_sent: bool = False
    """Whether the last bytes went out: the film may then be there, whatever became of the session."""
    last_sent_at: datetime | None = None
    """When they last did; None also for a session of an earlier version."""
    words: str = ""
    """Mark of the title and description that the film was sent with; empty for a session of an earlier version."""


class Publication(Frozen):
    """One film's way to its audience. A film has one at most that is not released."""

    number: str
    """Its own name, 32 hexadecimal digits."""
    master: Address
    """The film: equal bytes are the same film."""
    channel: str
    video: str
    account: str
    """Where it is shown: `youtube:UC...`."""
    state: PublicationState
    session: Session | None = None
    video_id: str = ""
    """The service's own name for the film, once it is there."""
    uploaded_at: datetime | None = None
    film: Address | None = None
    """The file that is there: the film as it is shown. None when there is none."""
    done: dict[PublishingStep, str] = Field(default_factory=dict)
    """The steps that are finished, each with a mark of what was done: a step is done again when that is to be another."""
    url: str = ""
    why: str = ""
    """Why it was given up, or began anew."""
    claimed_at: datetime

    @property
    def name(self) -> VideoName:
        """Name the film that it belongs to."""
        return VideoName(channel=self.channel, slug=self.video)

    @property
    def has_begun(self) -> bool:
        """Whether anything of the film is, or may be, with the service."""
        return self.session is not None or bool(self.video_id)


class Need(Frozen):
    """What a publication takes of an allowance that is counted by the day, Pacific time."""

    account: str
    """Whose allowance it is: `youtube project 1234`."""
    bucket: str
    """What is counted: `units`, `uploads`."""
    amount: int
    limit: int
    """What is allowed a day."""
