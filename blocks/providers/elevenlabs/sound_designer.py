"""ElevenLabs: ambience from its description.

API reference 2026-11: https://elevenlabs.io/docs/api-reference/text-to-sound-effects/convert. The service takes no seed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import Field, JsonValue, model_validator

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Standing
from blocks.capabilities.sound_designer import SoundDesigner
from blocks.domain.money import Usage
from blocks.domain.specs import EffectSpec
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.sound import save_sound
from blocks.media.trim_speech import read_audible
from blocks.providers.elevenlabs.account import ElevenLabsMaker, order, read_standing
from blocks.providers.elevenlabs.answers import FORMAT_HINT, SoundFormat, billed, playable, put_sound, read_charge, unusable
from blocks.providers.elevenlabs.models import LOOPING_MODELS

_SHORTEST_SHARE = 0.75
"""Ambience shorter than this share of what was asked for was cut off."""


class ElevenLabsSoundDesigner(ElevenLabsMaker, SoundDesigner):
    """Makes ambience from its description with ElevenLabs' sound model; a billed unit is a credit."""

    _block_type_name = "ElevenLabs Sound Designer"

    model: str = Field(default="eleven_text_to_sound_v2", min_length=1, description="Sound model.")
    prompt_influence: float = Field(
        default=0.3, ge=0, le=1, description="How closely the description is followed, 0 to 1; lower is more inventive."
    )
    loop: bool = Field(default=False, description="Whether the end meets the beginning; only eleven_text_to_sound_v2 can.")
    output_format: SoundFormat = Field(default="mp3_44100_128", description=FORMAT_HINT)
    credits_per_second: Decimal = Field(
        default=Decimal(20),
        ge=0,
        description="Credits a second of sound costs, for estimates only: 20 is reported, not established.",
    )

    @model_validator(mode="after")
    def _model_can_loop(self) -> Self:
        if self.loop and self.model not in LOOPING_MODELS:
            raise ValueError(f"the model {self.model} cannot loop: turn loop off, or take {', '.join(sorted(LOOPING_MODELS))}")
        return self

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the model, how it follows the description, and the format."""
        return {
            "kind": self.kind,
            "model": self.model,
            "prompt_influence": self.prompt_influence,
            "loop": self.loop,
            "output_format": self.output_format,
        }

    def estimate(self, spec: EffectSpec) -> Usage:
        """Count the seconds, in credits as the block has them."""
        return Usage.of(credit=Decimal(str(spec.seconds)) * self.credits_per_second)

    def check(self) -> Standing | None:
        """See that the key works and credits are left; the service does not list its sound models."""
        with self.credentials.get_reader() as door:
            return read_standing(door)

    def design(self, spec: EffectSpec, bench: Bench) -> Made:
        """Make one ambience as FLAC, 48 kHz stereo; another take is simply another try."""
        with self.credentials.get_client() as door:
            answer = order(door, "/v1/sound-generation", self._body(spec), self.output_format)
        usage = read_charge(answer, self.estimate(spec))
        with billed(usage):
            source = put_sound(bench, answer.body, self.output_format)
            with playable(answer):
                samples = read_audible(source, 2)
            if len(samples) < _SHORTEST_SHARE * spec.seconds * SAMPLE_RATE_HZ:
                raise unusable(answer, f"{spec.seconds:g} s were asked for and {len(samples) / SAMPLE_RATE_HZ:.1f} s came")
            file = bench.folder / "effect.flac"
            save_sound(file, samples[: round(spec.seconds * SAMPLE_RATE_HZ)])
        return Made(file=file, usage=usage, model=self.model, request_id=answer.request_id)

    def _body(self, spec: EffectSpec) -> dict[str, JsonValue]:
        body: dict[str, JsonValue] = {
            "text": spec.prompt,
            "duration_seconds": spec.seconds,
            "prompt_influence": self.prompt_influence,
            "model_id": self.model,
        }
        return body | {"loop": True} if self.loop else body
