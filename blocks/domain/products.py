"""Stored files and what was measured of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from blocks.domain.frozen import Frozen

Address = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\.[a-z0-9]{1,8}$")]
"""Where a stored file lives: its SHA-256 and its suffix, e.g. `9f…c2.png`. Equal bytes have equal addresses, on every machine."""


class Word(Frozen):
    """One spoken word, in seconds from the start of its recording."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)


class PictureFacts(Frozen):
    """Measured of a still picture."""

    kind: Literal["picture"] = "picture"
    width_px: int
    height_px: int
    has_alpha: bool


class VideoFacts(Frozen):
    """Measured of a moving picture, with or without sound."""

    kind: Literal["video"] = "video"
    width_px: int
    height_px: int
    frames: int
    rate: str
    """Frames a second as an exact fraction, e.g. `24` or `30000/1001`."""
    codec: str
    has_sound: bool
    format: str = ""
    """Fingerprint of all that two clips must share to be joined by their packets; empty when it was not measured."""
    closed_prefixes: tuple[int, ...] = ()
    """Numbers of frames the clip can be cut to without encoding: where its first m packets are its first m frames."""
    loudness_lufs: float | None = None
    """Integrated loudness of the sound track as stereo; None without sound, for silence or less than 0.4 s."""

    @property
    def seconds(self) -> float:
        """Length of the picture track in seconds."""
        return float(self.frames / Fraction(self.rate))


class SoundFacts(Frozen):
    """Measured of a recording."""

    kind: Literal["sound"] = "sound"
    samples: int
    sample_rate_hz: int
    channels: int
    loudness_lufs: float | None
    """Integrated loudness; None for silence or less than 0.4 s."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate_hz


class DocumentFacts(Frozen):
    """Of a text file nothing but its kind is measured."""

    kind: Literal["document"] = "document"


Facts = Annotated[PictureFacts | VideoFacts | SoundFacts | DocumentFacts, Field(discriminator="kind")]


class Provenance(Frozen):
    """Who made a product, and from what."""

    maker: str
    """Kind of the maker: `offline`, `gemini`, or `local` for steps that need none."""
    model: str
    """The maker's own name for what it used, with its version."""
    spec: str
    """The spec as canonical JSON."""
    request_id: str | None = None


class Product(Frozen):
    """Any stored file a step made."""

    schema_version: Literal[1] = 1
    key: str
    """Memory key: hash of step, spec and maker settings."""
    step: str
    address: Address
    store: str = ""
    """Name of the store that it was put into; empty for the studio's own, wherever that is."""
    size_bytes: int
    facts: Facts
    provenance: Provenance
    words: tuple[Word, ...] = ()
    """Word times of a recording, when its maker knows them."""
