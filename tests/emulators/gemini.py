"""An emulated Gemini: pictures and words through generateContent, and the list of models, under /v1 and /v1beta.

After the REST reference and what google-genai 3.4.0 puts on the wire. It is stricter than the vendor: what is not known here is
refused.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from starlette.responses import PlainTextResponse, Response

from tests.emulators import gemini_faults as wrong
from tests.emulators import media
from tests.emulators.answers import CUT_SHORT, FLAWS, answer_question, flaw
from tests.emulators.faults import RATE_LIMITED
from tests.emulators.gemini_rules import MODELS, RETIRED, SIZES_1K, TIMES, Model, Order, Refused, invalid, read_order
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

GENERATE = "generateContent"
_KEY_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_THOUGHTS = {"MINIMAL": 0, "LOW": 300, "MEDIUM": 1500, "HIGH": 4000, "XHIGH": 8000, None: 1500}
"""Tokens a writing model thinks, by its level."""
_SIGNATURE = base64.b64encode(b"a signature of thoughts").decode()


@dataclass(frozen=True)
class _Spent:
    """Tokens of one call."""

    prompt: int
    thoughts: int = 0
    words: int = 0
    picture: int = 0

    def as_metadata(self) -> dict[str, Any]:
        written = self.words + self.picture
        found = {"promptTokenCount": self.prompt, "totalTokenCount": self.prompt + self.thoughts + written}
        found |= {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": self.prompt}]}
        if self.thoughts:
            found |= {"thoughtsTokenCount": self.thoughts}
        if written:
            found |= {"candidatesTokenCount": written}
        if self.picture:
            found |= {"candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": self.picture}]}
        return found


@dataclass
class GeminiEmulator(Emulator):
    """The vendor's server."""

    api_key: str = "test-key"
    fine: bool = False
    calls_a_minute: int | None = None
    """Calls a minute for each model, beyond which it answers 429; None for no end."""
    calls_a_day: int | None = None
    retired: frozenset[str] = RETIRED
    """Models that answer 404; more may be shut down while it runs."""
    window_s: float = 60.0
    """How long its minute lasts."""
    _recent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _today: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        found: dict[tuple[str, str], tuple[str, Handler]] = {}
        for version in ("v1", "v1beta"):
            found[("POST", f"/{version}/models/{{model}}:generateContent")] = (GENERATE, self._guarded(self._generate))
            found[("GET", f"/{version}/models/{{model}}")] = ("model", self._guarded(self._show_model))
            found[("GET", f"/{version}/models")] = ("models", self._guarded(self._list_models))
        return found

    def counts_as_in_flight(self, endpoint: str) -> bool:
        return endpoint == GENERATE

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if fault in wrong.IN_THE_WORK:
            handler = next(handler for name, handler in self.routes().values() if name == visit.call.endpoint)
            return handler(visit)
        if fault == wrong.NOT_JSON:
            return PlainTextResponse("<html><title>Error 500 (Server Error)!!1</title></html>", 500)
        refused = wrong.refusal(fault, str(visit.request.path_params.get("model", "")))
        return _answered(refused, status=200 if fault == wrong.ERROR_IN_200 else refused.code)

    def _guarded(self, answer: Callable[[Visit], Response]) -> Handler:
        """Look at the key first, and answer refusals."""

        def guarded(visit: Visit) -> Response:
            try:
                self._check_key(visit)
                return answer(visit)
            except Refused as refused:
                return _answered(refused)

        return guarded

    def _check_key(self, visit: Visit) -> None:
        key = visit.call.headers.get("x-goog-api-key") or visit.call.query.get("key")
        if not key:
            raise wrong.no_key()
        if key != self.api_key:
            raise wrong.refusal(wrong.KEY_INVALID, "")

    def _model(self, visit: Visit) -> str:
        name = str(visit.request.path_params["model"])
        if name in self.retired or name not in MODELS:
            raise wrong.not_found(name)
        return name

    def _show_model(self, visit: Visit) -> Response:
        return as_json(_described(self._model(visit)))

    def _list_models(self, visit: Visit) -> Response:
        return as_json({"models": [_described(name) for name in MODELS if name not in self.retired]})

    def _generate(self, visit: Visit) -> Response:
        name = self._model(visit)
        if visit.call.headers.get("content-type", "").split(";")[0] != "application/json" or not isinstance(
            visit.call.body, dict
        ):
            raise invalid("Invalid JSON payload received. Expected a JSON object.")
        order, model = read_order(visit.raw, visit.call.body, name)
        self._count(name)
        draw_or_write = self._draw if order.draws else self._write
        content, spent = draw_or_write(order, model, visit.fault or "")
        self.books.charge(
            visit.request_id, GENERATE, model.usd(spent.prompt, spent.words + spent.thoughts, spent.picture), order.words
        )
        content |= {"usageMetadata": spent.as_metadata(), "modelVersion": name, "responseId": visit.request_id}
        if visit.fault == wrong.NO_USAGE:
            del content["usageMetadata"]
        response = as_json(content)
        if visit.fault == wrong.CUT_JSON:
            return Response(bytes(response.body)[: len(response.body) // 2], media_type="application/json")
        return response

    def _count(self, name: str) -> None:
        """Hold a call against the quotas.

        Raises:
            Refused: one of them is used up.
        """
        now = time.monotonic()
        with self._lock:
            recent = self._recent[name]
            while recent and recent[0] < now - self.window_s:
                recent.popleft()
            if self.calls_a_day is not None and self._today[name] >= self.calls_a_day:
                raise wrong.refusal(wrong.QUOTA_PER_DAY, name)
            if self.calls_a_minute is not None and len(recent) >= self.calls_a_minute:
                raise wrong.refusal(RATE_LIMITED, name)
            recent.append(now)
            self._today[name] += 1

    def _draw(self, order: Order, model: Model, fault: str) -> tuple[dict[str, Any], _Spent]:
        thoughts = 200 + _number(order.words) % 101
        if fault in wrong.BLOCKED:
            return _blocked(wrong.BLOCKED[fault]), _Spent(order.prompt_tokens)
        if fault in wrong.WITHOUT_PICTURE:
            said = "I cannot draw that, but I can describe it to you." if fault == wrong.TEXT_ONLY else ""
            spent = _Spent(order.prompt_tokens, thoughts, words=-(-len(said) // 4))
            return _candidate([{"text": said}] if said else None, wrong.WITHOUT_PICTURE[fault]), spent
        image = order.generation_config.image_config
        size = (image.image_size if image else None) or "1K"
        spent = _Spent(order.prompt_tokens, thoughts, picture=model.tokens[[*TIMES].index(size)])
        return _candidate(self._picture_parts(order, size, fault), "STOP"), spent

    def _picture_parts(self, order: Order, size: str, fault: str) -> list[dict[str, Any]]:
        content = self._paint(order, size, fault)
        if fault == wrong.AS_JPEG:
            content = _as_jpeg(content)
        if fault == wrong.DAMAGED_PICTURE:
            content = content[: len(content) // 3]
        picture = {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(content).decode()}}
        before: list[dict[str, Any]] = []
        if fault in {wrong.THOUGHT_FIRST, wrong.TWO_PICTURES}:
            draft = media.picture("a draft", 256, 144)
            before = [{"inlineData": {"mimeType": "image/png", "data": base64.b64encode(draft).decode()}}]
        if fault == wrong.THOUGHT_FIRST:
            before = [{"text": "I compose the light first.", "thought": True}, before[0] | {"thought": True}]
        return [*before, picture | {"thoughtSignature": _SIGNATURE}]

    def _paint(self, order: Order, size: str, fault: str) -> bytes:
        settings = order.generation_config
        ratio = (settings.image_config.aspect_ratio if settings.image_config else None) or "1:1"
        width_px, height_px = (length * TIMES[size] for length in SIZES_1K[ratio])
        named = _KEY_COLOUR.search(order.words) if "flat" in order.words else None
        ground = named[0] if named and fault != wrong.GROUND_IGNORED else None
        # The end of a prompt says what is seen; what is before it would only lead the fine painter astray.
        described = "\n\n".join(order.words.split("\n\n")[-2:]) if self.fine else order.words
        return media.picture(
            f"{described} ({settings.seed})",
            width_px,
            height_px,
            ground=_impure(ground),
            references=tuple(order.pictures),
            fine=self.fine,
        )

    def _write(self, order: Order, model: Model, fault: str) -> tuple[dict[str, Any], _Spent]:
        settings = order.generation_config
        level = settings.thinking_config.thinking_level if settings.thinking_config else None
        thoughts = _THOUGHTS[level]
        if fault in wrong.BLOCKED:
            return _blocked(wrong.BLOCKED[fault]), _Spent(order.prompt_tokens)
        if fault in wrong.WITHOUT_PICTURE and fault != wrong.OUT_OF_TOKENS:
            return _candidate(None, wrong.WITHOUT_PICTURE[fault].removeprefix("IMAGE_")), _Spent(order.prompt_tokens, thoughts)
        said, reason = self._say(order, thoughts, fault)
        half = len(said) // 2
        parts: list[dict[str, Any]] = [{"text": said[:half]}, {"text": said[half:], "thoughtSignature": _SIGNATURE}]
        if fault == wrong.THOUGHT_FIRST or (settings.thinking_config and settings.thinking_config.include_thoughts):
            parts.insert(0, {"text": "I think of the beats first.", "thought": True})
        return _candidate(parts, reason), _Spent(order.prompt_tokens, thoughts, words=-(-len(said) // 4))

    def _say(self, order: Order, thoughts: int, fault: str) -> tuple[str, str]:
        """Answer in words; gives why the answer ends, too."""
        settings = order.generation_config
        schema = settings.response_schema or settings.response_json_schema
        said = answer_question(order.words, schema)
        if fault in FLAWS:
            said = flaw(said, fault)
        if fault in {CUT_SHORT, wrong.OUT_OF_TOKENS}:
            return said[: len(said) // 2] if fault == wrong.OUT_OF_TOKENS else said, "MAX_TOKENS"
        most = settings.max_output_tokens
        room = None if most is None else max(0, most - thoughts) * 4
        return (said, "STOP") if room is None or len(said) <= room else (said[:room], "MAX_TOKENS")


def _answered(refused: Refused, status: int | None = None) -> Response:
    error: dict[str, Any] = {"code": refused.code, "message": refused.message, "status": refused.status}
    if refused.details:
        error["details"] = list(refused.details)
    return as_json({"error": error}, refused.code if status is None else status)


def _described(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": name.replace("-", " ").title(),
        "inputTokenLimit": 131_072 if MODELS[name].picture else 1_048_576,
        "outputTokenLimit": 32_768 if MODELS[name].picture else 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens", "batchGenerateContent"],
    }


def _candidate(parts: list[dict[str, Any]] | None, reason: str) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0, "finishReason": reason}
    if parts is not None:
        candidate["content"] = {"role": "model", "parts": parts}
    elif reason != "STOP":
        candidate["finishMessage"] = "Unable to show the generated image. Please rephrase the prompt."
    else:
        candidate["content"] = {"role": "model"}
    return {"candidates": [candidate]}


def _blocked(reason: str) -> dict[str, Any]:
    ratings = [{"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH"}]
    return {"promptFeedback": {"blockReason": reason, "safetyRatings": ratings}}


def _impure(ground: str | None) -> str | None:
    """Miss a colour as models do."""
    if ground is None:
        return None
    shades = [int(ground[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{240 if shade > 127 else 14:02x}" for shade in shades)


def _as_jpeg(content: bytes) -> bytes:
    stream = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _number(words: str) -> int:
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4])


@contextmanager
def served(**options: Any) -> Iterator[GeminiEmulator]:
    """Serve a Gemini until the context ends."""
    vendor = GeminiEmulator(**options)
    with serving(vendor):
        yield vendor
