"""What ElevenLabs answers: sound, when its letters are heard, what it was charged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from pydantic import Base64Bytes, RootModel

from blocks.capabilities.bench import Bench
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.domain.spoken_words import Letter
from blocks.errors import MediaError, ProviderUnavailable, StudioError
from blocks.http import Answer
from blocks.providers.elevenlabs.account import VENDOR

SoundFormat = Literal[
    "mp3_22050_32",
    "mp3_24000_48",
    "mp3_44100_32",
    "mp3_44100_64",
    "mp3_44100_96",
    "mp3_44100_128",
    "mp3_44100_192",
    "opus_48000_32",
    "opus_48000_64",
    "opus_48000_96",
    "opus_48000_128",
    "opus_48000_192",
]
"""What the service can send for any sound. Its raw formats are left out: nothing in such a file says how it is read."""
SpeechFormat = SoundFormat | Literal["wav_16000", "wav_22050", "wav_24000", "wav_32000", "wav_44100", "wav_48000"]
FORMAT_HINT = "Format the service sends; what is stored is always FLAC. mp3_44100_192 and wav_44100 need a larger plan."


class _Alignment(Frozen, extra="ignore"):
    characters: tuple[str, ...]
    character_start_times_seconds: tuple[float, ...]
    character_end_times_seconds: tuple[float, ...]


class TimedSpeech(Frozen, extra="ignore"):
    """A recording, and when each character of the text as it was sent is heard."""

    audio_base64: Base64Bytes
    alignment: _Alignment | None = None

    def letters(self) -> tuple[Letter, ...]:
        """Give the letters with their times; none when the service gives none, or lists of unequal lengths."""
        told = self.alignment
        if told is None:
            return ()
        starts, ends = told.character_start_times_seconds, told.character_end_times_seconds
        if not len(told.characters) == len(starts) == len(ends):
            return ()
        return tuple(
            Letter(text=text, start_s=start, end_s=end) for text, start, end in zip(told.characters, starts, ends, strict=True)
        )


class _Aligned(Frozen, extra="ignore"):
    text: str
    start: float
    end: float


class ForcedAlignment(Frozen, extra="ignore"):
    """When each character of a text is heard in a recording that was handed in."""

    characters: tuple[_Aligned, ...]

    def letters(self) -> tuple[Letter, ...]:
        """Give the letters with their times."""
        return tuple(Letter(text=one.text, start_s=one.start, end_s=one.end) for one in self.characters)


class ModelOffer(Frozen, extra="ignore"):
    """A model the account may use."""

    model_id: str
    can_do_text_to_speech: bool | None = None
    maximum_text_length_per_request: int | None = None


class ModelOffers(RootModel[tuple[ModelOffer, ...]]):
    """All models the account may use."""


def put_sound(bench: Bench, sound: bytes, output_format: str) -> Path:
    """Lay the sound of an answer on the bench; its suffix says what it is."""
    kind = output_format.split("_", maxsplit=1)[0]
    file = bench.folder / f"answer.{'ogg' if kind == 'opus' else kind}"
    file.write_bytes(sound)
    return file


def read_charge(answer: Answer, estimate: Usage) -> Usage:
    """Give what a call was charged, from the header `character-cost`; where that is missing, what was estimated."""
    try:
        charged = Decimal(answer.headers.get("character-cost", ""))
    except InvalidOperation:
        return estimate
    return Usage.of(credit=charged) if charged.is_finite() and charged >= 0 else estimate


@contextmanager
def billed(usage: Usage) -> Iterator[None]:
    """See that trouble with an answer that was paid for carries its bill."""
    try:
        yield
    except StudioError as error:
        error.usage = usage
        raise


@contextmanager
def playable(answer: Answer) -> Iterator[None]:
    """See that sound which cannot be read, or in which nothing is heard, is ordered again.

    Raises:
        ProviderUnavailable: instead of a `MediaError`.
    """
    try:
        yield
    except MediaError as error:
        raise unusable(answer, str(error)) from error


def unusable(answer: Answer, why: str) -> ProviderUnavailable:
    """Give the error for an answer whose sound is of no use."""
    return ProviderUnavailable(
        f"{VENDOR}: {answer.method} {answer.path} answered with sound that cannot be used, which was billed: {why}; "
        "it is ordered again later",
        request_id=answer.request_id,
    )
