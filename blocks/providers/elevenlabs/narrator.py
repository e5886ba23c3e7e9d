"""ElevenLabs: narration with the times of its words.

API reference 2026-11: https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import quote

from pydantic import Field, JsonValue, model_validator

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.maker import Standing
from blocks.capabilities.narrator import Narrator
from blocks.domain.money import Usage
from blocks.domain.specs import NarrationSpec
from blocks.domain.spoken_words import Letter, group_letters, place_words, without_tags
from blocks.errors import BadSpec, StudioError
from blocks.http import Answer, Door
from blocks.media.sound import save_sound
from blocks.media.trim_speech import TrimmedSpeech, trim_speech
from blocks.providers.elevenlabs.account import VENDOR, ElevenLabsMaker, order, read_standing
from blocks.providers.elevenlabs.answers import (
    FORMAT_HINT,
    ForcedAlignment,
    ModelOffers,
    SpeechFormat,
    TimedSpeech,
    billed,
    playable,
    put_sound,
    read_charge,
    unusable,
)
from blocks.providers.elevenlabs.models import SpeechModel, speech_model

_log = logging.getLogger(__name__)

_Share = Annotated[float, Field(ge=0, le=1)]
_CUT_SHORT_S = 0.5
"""A recording that ends this much before its last letter was cut off."""
_LONGEST_LINE = 2500
"""Characters a line of narration may have, as `NarrationSpec` says."""


class ElevenLabsNarrator(ElevenLabsMaker, Narrator):
    """Speaks with one ElevenLabs voice; a billed unit is a credit, mostly one a character."""

    _block_type_name = "ElevenLabs Narrator"

    voice_id: str = Field(min_length=1, description="Id of the voice to speak with; it must be among the account's voices.")
    model: str = Field(default="eleven_multilingual_v2", min_length=1, description="Speech model.")
    stability: _Share = Field(
        default=0.5, description="Lower is livelier, higher is calmer, 0 to 1; eleven_v3 takes only 0, 0.5 and 1."
    )
    similarity_boost: _Share = Field(default=0.75, description="How closely the voice is kept to, 0 to 1.")
    style: _Share = Field(default=0.0, description="How much the voice's style is exaggerated, 0 to 1.")
    use_speaker_boost: bool = Field(default=True, description="Brings the voice nearer to its speaker.")
    speed: float = Field(default=1.0, ge=0.7, le=1.2, description="Speed of speech, 0.7 to 1.2; 1 is the voice's own.")
    output_format: SpeechFormat = Field(default="mp3_44100_128", description=FORMAT_HINT)
    forced_alignment: bool = Field(
        default=True, description="Ask once more for the times of the words where a recording came without them."
    )

    @model_validator(mode="after")
    def _stability_suits_the_model(self) -> Self:
        allowed = self._takes.stabilities
        if allowed and self.stability not in allowed:
            values = ", ".join(f"{value:g}" for value in allowed)
            raise ValueError(f"the model {self.model} takes no stability of {self.stability:g}: set one of {values}")
        return self

    @property
    def _takes(self) -> SpeechModel:
        return speech_model(self.model)

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the voice, the model, what the model heeds of the settings, and the format."""
        return {
            "kind": self.kind,
            "voice": self.voice_id,
            "model": self.model,
            "voice_settings": self._voice_settings(),
            "output_format": self.output_format,
        }

    def estimate(self, spec: NarrationSpec) -> Usage:
        """Count the characters, in credits of the model."""
        return Usage.of(credit=len(spec.text) * self._takes.credits_per_character)

    def check(self) -> Standing | None:
        """See that the voice and the model are there and credits are left; what the key may not read is left unseen."""
        with self.credentials.get_reader() as door:
            door.get(f"/v1/voices/{quote(self.voice_id, safe='')}")
            self._check_model(door)
            return read_standing(door)

    def speak(self, spec: NarrationSpec, bench: Bench) -> Made:
        """Speak one line as FLAC, 48 kHz mono, with the times of its words where the service knows them."""
        self._refuse_unsuitable(spec)
        with self.credentials.get_client() as door:
            path = f"/v1/text-to-speech/{quote(self.voice_id, safe='')}/with-timestamps"
            answer = order(door, path, self._body(spec), self.output_format)
            usage = read_charge(answer, self.estimate(spec))
            with billed(usage):
                told = answer.read(TimedSpeech)
                source = put_sound(bench, told.audio_base64, self.output_format)
                speech = _trim(source, told, answer)
                file = bench.folder / "narration.flac"
                save_sound(file, speech.samples)
            letters = told.letters() or self._align(door, source, spec.text)
        grouped = group_letters(letters, tagged=self._takes.takes_tags)
        words = place_words(grouped, lead_s=speech.lead_s, length_s=speech.length_s)
        return Made(file=file, usage=usage, model=self.model, words=words, request_id=answer.request_id)

    def _refuse_unsuitable(self, spec: NarrationSpec) -> None:
        longest = self._takes.longest_text
        if longest is not None and len(spec.text) > longest:
            raise BadSpec(
                f"{VENDOR}: the model {self.model} takes at most {longest} characters, and the line has {len(spec.text)}: "
                "split the scene, or take another model"
            )
        if self._takes.only_english and _language(spec) != "en":
            raise BadSpec(
                f"{VENDOR}: the model {self.model} speaks English only, not {spec.language!r}: give the narrator another model"
            )

    def _body(self, spec: NarrationSpec) -> dict[str, JsonValue]:
        body: dict[str, JsonValue] = {
            "text": spec.text,
            "model_id": self.model,
            "voice_settings": self._voice_settings(),
            "seed": _seed(spec),
        }
        if self._takes.takes_language:
            body["language_code"] = _language(spec)
        if self._takes.takes_neighbours:
            neighbours = {"previous_text": spec.previous_text, "next_text": spec.next_text}
            body |= {field: text for field, text in neighbours.items() if text}
        return body

    def _voice_settings(self) -> dict[str, JsonValue]:
        settings: dict[str, JsonValue] = {
            "stability": self.stability,
            "similarity_boost": self.similarity_boost,
            "speed": self.speed,
        }
        if self._takes.takes_style:
            settings |= {"style": self.style, "use_speaker_boost": self.use_speaker_boost}
        return settings

    def _align(self, door: Door, recording: Path, text: str) -> tuple[Letter, ...]:
        """Ask when each letter sounds; a recording is worth keeping without that."""
        if not self.forced_alignment:
            return ()
        spoken = without_tags(text) if self._takes.takes_tags else text
        file = (recording.name, recording.read_bytes(), "application/octet-stream")
        try:
            return door.post("/v1/forced-alignment", files={"file": file}, form={"text": spoken}).read(ForcedAlignment).letters()
        except StudioError as error:
            _log.warning("the recording is kept without the times of its words: %s", error)
            return ()

    def _check_model(self, door: Door) -> None:
        answer = door.get("/v1/models")
        if answer.status >= 300:
            return
        known = next((model for model in answer.read(ModelOffers).root if model.model_id == self.model), None)
        if known is None or known.can_do_text_to_speech is False:
            raise BadSpec(
                f"{VENDOR}: the model {self.model} {'does not exist' if known is None else 'cannot speak'} for this account: "
                "give the narrator one that can, such as eleven_multilingual_v2",
                request_id=answer.request_id,
            )
        longest = known.maximum_text_length_per_request
        if longest is not None and longest < _LONGEST_LINE:
            _log.warning("%s: the model %s takes lines of at most %d characters", VENDOR, self.model, longest)


def _trim(source: Path, told: TimedSpeech, answer: Answer) -> TrimmedSpeech:
    with playable(answer):
        speech = trim_speech(source)
    letters = told.letters()
    if letters and letters[-1].end_s > speech.source_s + _CUT_SHORT_S:
        raise unusable(answer, f"it ends at {speech.source_s:.1f} s, and its last word at {letters[-1].end_s:.1f} s")
    return speech


def _language(spec: NarrationSpec) -> str:
    """Give the language without its country, as ISO 639-1."""
    return spec.language.replace("_", "-").split("-")[0].lower()


def _seed(spec: NarrationSpec) -> int:
    """Give the number that stands for these words and this take, on every machine; the service heeds it as well as it can."""
    return int.from_bytes(hashlib.sha256(f"{spec.text}|{spec.take}".encode()).digest()[:4], "big")
