"""An emulated ElevenLabs: speech with and without timestamps, sound, voices, models, the subscription, forced alignment.

After the API reference and its OpenAPI of 2026-11. It is stricter than the vendor where the vendor lets mistakes pass: fields it
does not know, and a language named to a model that hears it by itself.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.responses import PlainTextResponse, Response

from tests.emulators import elevenlabs_faults as wrong
from tests.emulators import media
from tests.emulators.elevenlabs_account import model_list, subscription, voice, voice_page
from tests.emulators.elevenlabs_rules import (
    AT_ONCE,
    CREDITS,
    Refused,
    check_query,
    check_sound,
    check_speech,
    legacy,
    mistake,
    refuse,
    sound_credits,
    speech_credits,
)
from tests.emulators.elevenlabs_sound import in_format, quieten, seconds_of
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

USD_PER_CREDIT = Decimal("0.00008")
NARRATOR_VOICE = "narrator-voice"
VOICES = {NARRATOR_VOICE: "Nora", "calm-voice": "Carl", "old-voice": "Olaf", "young-voice": "Yara"}
_SPEECH_QUERY = {"output_format", "enable_logging", "optimize_streaming_latency"}
_PAID = frozenset({"text-to-speech", "with-timestamps", "stream", "stream-with-timestamps", "sound-generation"})


@dataclass
class ElevenLabsEmulator(Emulator):
    """The vendor's server."""

    api_key: str = "test-key"
    tier: str = "pro"
    """Plan of the account: decides the credits, how many calls at once, and which formats."""
    at_once: int | None = None
    """Calls the plan allows at once; None for what the tier has."""
    work_s: float = 0.0
    """How long a paid call occupies one of those places, beside `latency_s`."""
    credits_used: int = 0
    credit_limit: int | None = None
    """None for what the tier has."""
    extension: int | str = 0
    """Credits beyond the limit, or `unlimited`."""
    resets_at_unix: int | None = field(default_factory=lambda: int(time.time()) + 20 * 24 * 3600)
    retry_after: str | None = None
    """`Retry-After` of 429 and 503; the vendor does not promise one."""
    voices: dict[str, str] = field(default_factory=lambda: dict(VOICES))
    """Names by id."""
    quiet_s: float = 0.0
    """Silence before and after every line."""
    fine: bool = False
    _working: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def limit(self) -> int:
        """Credits of a month."""
        return CREDITS[self.tier] if self.credit_limit is None else self.credit_limit

    @property
    def most_at_once(self) -> int:
        """Calls the plan allows at once."""
        return AT_ONCE[self.tier] if self.at_once is None else self.at_once

    def begin_anew(self) -> None:
        """Forget everything, at the same address: a server for many tests."""
        vars(self).update(vars(ElevenLabsEmulator(url=self.url)))

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        speech = "/v1/text-to-speech/{voice_id}"
        return {
            ("POST", speech): ("text-to-speech", self._guarded(self._speak)),
            ("POST", f"{speech}/with-timestamps"): ("with-timestamps", self._guarded(self._speak)),
            ("POST", f"{speech}/stream"): ("stream", self._guarded(self._speak)),
            ("POST", f"{speech}/stream/with-timestamps"): ("stream-with-timestamps", self._guarded(self._speak)),
            ("POST", "/v1/sound-generation"): ("sound-generation", self._guarded(self._design)),
            ("POST", "/v1/forced-alignment"): ("forced-alignment", self._guarded(self._align)),
            ("GET", "/v2/voices"): ("voices", self._guarded(lambda visit: voice_page(visit, self.voices))),
            ("GET", "/v1/voices"): ("voices-v1", self._guarded(self._list_voices)),
            ("GET", "/v1/voices/{voice_id}"): ("voice", self._guarded(self._show_voice)),
            ("GET", "/v1/models"): ("models", self._guarded(lambda visit: as_json(model_list()))),
            ("GET", "/v1/user/subscription"): ("subscription", self._guarded(self._show_subscription)),
        }

    def counts_as_in_flight(self, endpoint: str) -> bool:
        return endpoint in _PAID

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if fault in wrong.IN_THE_WORK:
            handler = next(handler for name, handler in self.routes().values() if name == visit.call.endpoint)
            return handler(visit)
        if fault in wrong.PLAIN_TEXT:
            status, text = wrong.PLAIN_TEXT[fault]
            return PlainTextResponse(text, status)
        return self._refusal(visit, wrong.REFUSALS[fault])

    def _refusal(self, visit: Visit, refused: Refused) -> Response:
        headers = {"request-id": visit.request_id}
        detail = refused.detail
        if isinstance(detail, dict) and "request_id" in detail:
            detail = detail | {"request_id": visit.request_id}
        if refused.status in {429, 503} and self.retry_after is not None:
            headers["retry-after"] = self.retry_after
        if refused.status == 429:
            headers |= self._places()
        return as_json({"detail": detail}, refused.status, headers)

    def _guarded(self, answer: Callable[[Visit], Response]) -> Handler:
        """Look at the key first, and answer refusals."""

        def guarded(visit: Visit) -> Response:
            try:
                self._check_key(visit)
                return answer(visit)
            except Refused as refused:
                return self._refusal(visit, refused)

        return guarded

    def _check_key(self, visit: Visit) -> None:
        key = visit.call.headers.get("xi-api-key")
        if key is None:
            raise wrong.REFUSALS[wrong.MISSING_KEY]
        if key != self.api_key:
            raise wrong.REFUSALS[wrong.INVALID_KEY]

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Take one of the plan's places; there is no queue here."""
        with self._lock:
            if self._working >= self.most_at_once:
                raise wrong.REFUSALS[wrong.TOO_MANY_AT_ONCE]
            self._working += 1
        try:
            time.sleep(self.work_s)
            yield
        finally:
            with self._lock:
                self._working -= 1

    def _places(self) -> dict[str, str]:
        return {"current-concurrent-requests": str(self._working), "maximum-concurrent-requests": str(self.most_at_once)}

    def _charge(self, visit: Visit, amount: int, item: str) -> None:
        """Take credits; nothing is taken when they do not suffice."""
        with self._lock:
            if self.extension != "unlimited" and self.credits_used + amount > self.limit + int(self.extension):
                left = max(0, self.limit - self.credits_used)
                raise legacy(
                    401,
                    "quota_exceeded",
                    f"This request exceeds your quota of {self.limit}. You have {left} credits remaining, "
                    f"while {amount} credits are required for this request.",
                )
            self.credits_used += amount
        self.books.charge(visit.request_id, visit.call.endpoint, amount * USD_PER_CREDIT, item)

    def _paid_headers(self, visit: Visit, amount: int) -> dict[str, str]:
        headers = {"request-id": visit.request_id, "history-item-id": visit.request_id[:20], **self._places()}
        return headers if visit.fault == wrong.NO_COST_HEADER else headers | {"character-cost": str(amount)}

    def _speak(self, visit: Visit) -> Response:
        sound = check_query(visit.call.query, _SPEECH_QUERY, self.tier)
        voice_id = visit.request.path_params["voice_id"]
        if voice_id not in self.voices:
            raise refuse(404, "not_found", "voice_not_found", f"A voice with the voice_id {voice_id} was not found.")
        order, model = check_speech(_json_body(visit))
        amount = speech_credits(order["text"], model)
        with self._place():
            self._charge(visit, amount, order["text"])
            speed = float(order.get("voice_settings", {}).get("speed", 1.0))
            said = self._say(order["text"], speed)
            headers = self._paid_headers(visit, amount)
        audio = _spoilt(in_format(said.audio, sound, 1), visit.fault)
        if visit.call.endpoint in {"text-to-speech", "stream"}:
            return Response(audio, media_type="audio/mpeg", headers=headers)
        told = {"audio_base64": base64.b64encode(audio).decode(), **_alignments(said, visit.fault)}
        if visit.call.endpoint == "with-timestamps":
            return as_json(told, headers=headers)
        return Response(json.dumps(told) + "\n\n", media_type="application/json", headers=headers)

    def _say(self, text: str, speed: float) -> media.Speech:
        said = media.speech(text, speed=speed, fine=self.fine)
        if not self.quiet_s:
            return said
        starts_s, ends_s = ([time_s + self.quiet_s for time_s in times] for times in (said.starts_s, said.ends_s))
        return media.Speech(quieten(said.audio, self.quiet_s), said.characters, starts_s, ends_s)

    def _design(self, visit: Visit) -> Response:
        sound = check_query(visit.call.query, {"output_format", "enable_logging"}, self.tier)
        order = check_sound(_json_body(visit))
        seconds = order.get("duration_seconds")
        amount = sound_credits(seconds)
        with self._place():
            self._charge(visit, amount, order["text"])
            made = media.ambience(order["text"], 4.0 if seconds is None else seconds, fine=self.fine)
            headers = self._paid_headers(visit, amount)
        return Response(_spoilt(in_format(made, sound, 2), visit.fault), media_type="audio/mpeg", headers=headers)

    def _align(self, visit: Visit) -> Response:
        form = visit.call.body
        if not isinstance(form, dict) or set(form) != {"file", "text"} or "file" not in visit.files:
            raise mistake("body.file", "Field required", "missing")
        said = media.speech(form["text"], fine=self.fine)
        scale = seconds_of(visit.files["file"]) / max(said.ends_s[-1], 0.01)
        letters = [
            {"text": text, "start": start * scale, "end": end * scale}
            for text, start, end in zip(said.characters, said.starts_s, said.ends_s, strict=True)
        ]
        words = [{"text": word, "start": 0.0, "end": 0.0, "loss": 0.1} for word in form["text"].split()]
        return as_json({"characters": letters, "words": words, "loss": 0.1}, headers={"request-id": visit.request_id})

    def _list_voices(self, visit: Visit) -> Response:
        return as_json({"voices": [voice(key, name) for key, name in self.voices.items()]})

    def _show_voice(self, visit: Visit) -> Response:
        voice_id = visit.request.path_params["voice_id"]
        if voice_id not in self.voices:
            raise refuse(404, "not_found", "voice_not_found", f"A voice with the voice_id {voice_id} was not found.")
        return as_json(voice(voice_id, self.voices[voice_id]), headers={"request-id": visit.request_id})

    def _show_subscription(self, visit: Visit) -> Response:
        body = subscription(self.tier, self.credits_used, self.limit, self.extension, self.resets_at_unix)
        return as_json(body, headers={"request-id": visit.request_id})


def _json_body(visit: Visit) -> Any:
    if not visit.call.headers.get("content-type", "").startswith("application/json"):
        raise mistake("body", "Input should be a valid dictionary or object to extract fields from", "model_attributes_type")
    return visit.call.body


def _spoilt(audio: bytes, fault: str | None) -> bytes:
    match fault:
        case wrong.EMPTY_SOUND:
            return b""
        case wrong.CUT_SOUND:
            return audio[: len(audio) // 2]
        case wrong.NOISE_FOR_SOUND:
            return b"this is no recording " * 50
        case _:
            return audio


def _alignments(said: media.Speech, fault: str | None) -> dict[str, Any]:
    if fault == wrong.NULL_ALIGNMENT:
        return {"alignment": None, "normalized_alignment": None}
    told = {
        "characters": said.characters,
        "character_start_times_seconds": said.starts_s,
        "character_end_times_seconds": said.ends_s[:-1] if fault == wrong.RAGGED_ALIGNMENT else said.ends_s,
    }
    return {"alignment": told, "normalized_alignment": told}


@contextmanager
def served(**options: Any) -> Iterator[ElevenLabsEmulator]:
    """Serve an ElevenLabs on loopback."""
    emulator = ElevenLabsEmulator(**options)
    with serving(emulator):
        yield emulator
