"""What YouTube's Data API answers, as far as publishing needs it.

Source: discovery document of the API, revision 20261104.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, JsonValue


class VideoStatus(BaseModel):
    """How a film stands, and who may see it."""

    upload_status: str = Field(default="", alias="uploadStatus")
    failure_reason: str = Field(default="", alias="failureReason")
    rejection_reason: str = Field(default="", alias="rejectionReason")
    privacy: str = Field(default="", alias="privacyStatus")


class VideoWords(BaseModel):
    """What people read beside a film."""

    title: str = ""
    description: str = ""
    published_at: datetime | None = Field(default=None, alias="publishedAt")


class _Progress(BaseModel):
    total: int = Field(default=0, alias="partsTotal")
    processed: int = Field(default=0, alias="partsProcessed")


class _Processing(BaseModel):
    status: str = Field(default="", alias="processingStatus")
    failure_reason: str = Field(default="", alias="processingFailureReason")
    progress: _Progress | None = Field(default=None, alias="processingProgress")


class Video(BaseModel):
    """A film at YouTube."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    status: VideoStatus = VideoStatus()
    snippet: VideoWords = VideoWords()
    processing: _Processing = Field(default=_Processing(), alias="processingDetails")


class Parts(BaseModel):
    """What a film's owner may change, as it is written now: to be sent back whole, for what is left out is reset."""

    id: str
    snippet: dict[str, JsonValue] = Field(default_factory=dict)
    status: dict[str, JsonValue] = Field(default_factory=dict)


class Videos(BaseModel):
    """A page of films."""

    items: list[Video] = []


class PartsList(BaseModel):
    """A page of films with what can be changed of them."""

    items: list[Parts] = []


class _Related(BaseModel):
    uploads: str = ""


class _ChannelContent(BaseModel):
    related: _Related = Field(default=_Related(), alias="relatedPlaylists")


class _ChannelWords(BaseModel):
    title: str = ""


class YouTubeChannel(BaseModel):
    """The channel that a token writes to."""

    id: str
    snippet: _ChannelWords = _ChannelWords()
    content: _ChannelContent = Field(default=_ChannelContent(), alias="contentDetails")

    @property
    def title(self) -> str:
        """Give its name."""
        return self.snippet.title

    @property
    def uploads(self) -> str:
        """Give the id of the playlist of all that was uploaded to it."""
        return self.content.related.uploads


class Channels(BaseModel):
    """A page of channels."""

    items: list[YouTubeChannel] = []


class _CaptionWords(BaseModel):
    language: str = ""
    name: str = ""
    kind: str = Field(default="", alias="trackKind")
    status: str = ""
    failure_reason: str = Field(default="", alias="failureReason")


class Caption(BaseModel):
    """Captions of a film, in one language."""

    id: str
    snippet: _CaptionWords = _CaptionWords()


class Captions(BaseModel):
    """All captions of a film."""

    items: list[Caption] = []


class _ResourceId(BaseModel):
    video: str = Field(default="", alias="videoId")


class _PlaylistItemWords(BaseModel):
    added_at: datetime | None = Field(default=None, alias="publishedAt")
    resource: _ResourceId = Field(default=_ResourceId(), alias="resourceId")


class PlaylistItem(BaseModel):
    """A film on a playlist."""

    snippet: _PlaylistItemWords = _PlaylistItemWords()

    @property
    def video(self) -> str:
        """Give the id of the film."""
        return self.snippet.resource.video

    @property
    def added_at(self) -> datetime | None:
        """Give when it was put there."""
        return self.snippet.added_at


class PlaylistItems(BaseModel):
    """A page of films on a playlist."""

    items: list[PlaylistItem] = []
    next_page: str = Field(default="", alias="nextPageToken")
