"""An emulated server of OpenAI's chat dialect: strict as OpenAI's own, with the differences of self-hosted ones on demand.

Written from OpenAI's reference of chat completions, Ollama's page on its compatibility and openai 3.54.0 (November 2026).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from tests.emulators import faults as ways
from tests.emulators.answers import CUT_SHORT, FLAWS, answer_question, flaw
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

INSUFFICIENT_QUOTA = "insufficient quota"
BAD_KEY = "bad key"
UNKNOWN_MODEL = "unknown model"
CONTEXT_TOO_LONG = "context too long"
REFUSED = "refused"
"""The model declines: no content, a refusal, billed."""
FILTERED = "filtered"
"""The server withholds the answer: finish reason `content_filter`, billed."""
EMPTY = "empty"
"""Nothing but thoughts: content is null, billed."""
UNCOUNTED = "uncounted"
"""The answer is fine and has no usage, as of some self-hosted servers."""
GATEWAY_ERROR = "gateway error"
"""Status 200 with an error in it, as of some gateways."""

_IN_ANSWER = frozenset({*FLAWS, REFUSED, FILTERED, EMPTY, UNCOUNTED})
_FAULTS: dict[str, tuple[int, str, str, str | None]] = {
    ways.RATE_LIMITED: (429, "Rate limit reached for requests", "requests", "rate_limit_exceeded"),
    ways.OVERLOADED: (503, "The server is overloaded. Please try again later.", "server_error", None),
    ways.BROKEN: (500, "The server had an error while processing your request.", "server_error", None),
    INSUFFICIENT_QUOTA: (429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
    BAD_KEY: (401, "Incorrect API key provided", "invalid_request_error", "invalid_api_key"),
}
_MILLION = Decimal(1_000_000)
_FIELDS = {
    "model": str,
    "messages": list,
    "response_format": dict,
    "temperature": (int, float),
    "top_p": (int, float),
    "seed": int,
    "max_tokens": int,
    "max_completion_tokens": int,
    "n": int,
    "stream": bool,
    "stop": (str, list),
    "user": str,
    "store": bool,
}
_ROLES = frozenset({"system", "developer", "user", "assistant"})


@dataclass
class OpenAIChatEmulator(Emulator):
    """Answers chats; free unless told what a million tokens cost."""

    api_key: str = "test-key"
    models: tuple[str, ...] | None = ("qwen3:latest", "gpt-oss:20b")
    """None: the server has no list of models, and takes any."""
    knows_schemas: bool = True
    """False: a server that knows only `json_object`."""
    context_tokens: int = 131_072
    input_usd_per_million: Decimal = Decimal(0)
    output_usd_per_million: Decimal = Decimal(0)

    def begin_anew(self) -> None:
        """Forget everything, settings too, and stay at the same address."""
        vars(self).update(vars(type(self)(url=self.url)))

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        """Chat, and the list of models."""
        return {
            ("POST", "/v1/chat/completions"): ("chat", self._chat),
            ("GET", "/v1/models"): ("models", self._list),
        }

    def counts_as_in_flight(self, endpoint: str) -> bool:
        """Only chats are work."""
        return endpoint == "chat"

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        """Answer in the words of OpenAI."""
        if fault in _IN_ANSWER:
            return self._chat(visit)
        if fault == UNKNOWN_MODEL:
            return self._unknown(visit.call.body["model"])
        if fault == CONTEXT_TOO_LONG:
            return self._too_long(self.context_tokens + 1)
        if fault == GATEWAY_ERROR:
            return as_json({"error": {"message": "Upstream is down", "code": 502}})
        status, message, kind, code = _FAULTS[fault]
        return _error(status, message, kind, code, headers={"retry-after": "2"} if fault == ways.RATE_LIMITED else None)

    def _list(self, visit: Visit) -> Response:
        if (refusal := self._check_key(visit)) is not None:
            return refusal
        if self.models is None:
            return _error(404, "Not found", "invalid_request_error", None)
        listed = [{"id": name, "object": "model", "created": 1_760_000_000, "owned_by": "library"} for name in self.models]
        return as_json({"object": "list", "data": listed}, headers={"x-request-id": visit.request_id})

    def _chat(self, visit: Visit) -> Response:
        refusal = self._check_key(visit) or self._check_body(visit) or self._check_format(visit.call.body)
        if refusal is not None:
            return refusal
        body = visit.call.body
        words = "\n\n".join(_text(message["content"]) for message in body["messages"])
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        prompt_tokens = _tokens(words) + (_tokens(str(schema)) if schema else 0)
        if prompt_tokens > self.context_tokens:
            return self._too_long(prompt_tokens)
        return self._answer(visit, words, schema, prompt_tokens)

    def _answer(self, visit: Visit, words: str, schema: dict[str, Any] | None, prompt_tokens: int) -> Response:
        body, fault = visit.call.body, visit.fault
        content: str | None = answer_question(words, schema)
        assert content is not None
        if fault in FLAWS:
            content = flaw(content, fault)
        longest = body.get("max_completion_tokens") or body.get("max_tokens") or self.context_tokens - prompt_tokens
        finish = "length" if fault == CUT_SHORT or _tokens(content) > longest else "stop"
        content = content[: longest * 4]
        spent = _tokens(content)
        refusal = None
        if fault == REFUSED:
            content, refusal, spent = None, "I'm sorry, I can't help with that.", 12
        elif fault == FILTERED:
            content, finish, spent = None, "content_filter", 40
        elif fault == EMPTY:
            content = None
        completion_id = f"chatcmpl-{visit.request_id}"
        usd = (prompt_tokens * self.input_usd_per_million + spent * self.output_usd_per_million) / _MILLION
        self.books.charge(completion_id, "chat", usd, words)
        usage = {"prompt_tokens": prompt_tokens, "completion_tokens": spent, "total_tokens": prompt_tokens + spent}
        answer = {
            "id": completion_id,
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "system_fingerprint": "fp_emulator",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content, "refusal": refusal},
                    "logprobs": None,
                    "finish_reason": finish,
                }
            ],
            "usage": None if fault == UNCOUNTED else usage,
        }
        return as_json(answer, headers={"x-request-id": visit.request_id})

    def _check_key(self, visit: Visit) -> Response | None:
        if visit.call.headers.get("authorization") == f"Bearer {self.api_key}":
            return None
        return _error(401, "Incorrect API key provided", "invalid_request_error", "invalid_api_key")

    def _check_body(self, visit: Visit) -> Response | None:
        body = visit.call.body
        if not isinstance(body, dict) or not visit.call.headers.get("content-type", "").startswith("application/json"):
            return _invalid("We could not parse the JSON body of your request.")
        found = next(_find_wrong_fields(body), None)
        if found is None and self.models is not None and not {body["model"], f"{body['model']}:latest"} & set(self.models):
            return self._unknown(body["model"])
        return found or _check_messages(body["messages"])

    def _check_format(self, body: dict[str, Any]) -> Response | None:
        asked = body.get("response_format", {"type": "text"})
        kind = asked.get("type")
        known = {"text", "json_object"} | ({"json_schema"} if self.knows_schemas else set())
        if kind not in known:
            return _invalid(f"'response_format.type' must be one of {', '.join(sorted(known))}", "response_format.type")
        if kind == "json_object" and "json" not in str(body["messages"]).lower():
            return _invalid("'messages' must contain the word 'json' in some form", "messages")
        return _check_schema(asked.get("json_schema")) if kind == "json_schema" else None

    def _unknown(self, model: str) -> Response:
        return _error(404, f"model '{model}' not found", "not_found_error", "model_not_found", "model")

    def _too_long(self, tokens: int) -> Response:
        message = (
            f"This model's maximum context length is {self.context_tokens} tokens, your messages resulted in {tokens} tokens."
        )
        return _error(400, message, "invalid_request_error", "context_length_exceeded", "messages")


@contextmanager
def served(**options: Any) -> Iterator[OpenAIChatEmulator]:
    """Serve one on loopback; its API is at `url` plus `/v1`."""
    emulator = OpenAIChatEmulator(**options)
    with serving(emulator):
        yield emulator


def _find_wrong_fields(body: dict[str, Any]) -> Iterator[Response]:
    for name, value in body.items():
        wanted: Any = _FIELDS.get(name)
        if wanted is None:
            yield _invalid(f"Unrecognized request argument supplied: {name}")
        elif not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            yield _invalid(f"Invalid type for '{name}'.", name)
    for name in ("model", "messages"):
        if not body.get(name):
            yield _invalid(f"Missing required parameter: '{name}'.", name)
    if body.get("stream"):
        yield _invalid("This server does not stream.", "stream")
    if not 0 <= body.get("temperature", 1) <= 2:
        yield _invalid("Invalid 'temperature': must be between 0 and 2.", "temperature")


def _check_schema(named: Any) -> Response | None:
    if not isinstance(named, dict) or not named.get("name") or set(named) - {"name", "strict", "schema", "description"}:
        return _invalid("Missing required parameter: 'response_format.json_schema.name'.", "response_format.json_schema")
    wrong = _find_loose(named["schema"], ()) if named.get("strict") else None
    return _invalid(f"Invalid schema for response_format '{named['name']}': {wrong}", "response_format") if wrong else None


def _check_messages(messages: list[Any]) -> Response | None:
    for at, message in enumerate(messages):
        if not isinstance(message, dict) or set(message) - {"role", "content", "name"}:
            return _invalid(f"Invalid 'messages[{at}]'.", f"messages[{at}]")
        if message.get("role") not in _ROLES:
            return _invalid(f"Invalid value: '{message.get('role')}'.", f"messages[{at}].role")
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        if not all(isinstance(one, dict) and one.get("type") == "text" and isinstance(one.get("text"), str) for one in parts):
            return _invalid(f"Invalid type for 'messages[{at}].content'.", f"messages[{at}].content")
    return None


def _find_loose(schema: Any, place: tuple[str, ...]) -> str | None:
    """Find what strict mode does not take: a property that is not required, an open object, a keyword it does not know."""
    if not isinstance(schema, dict):
        return None
    where = f"In context={place}"
    if unknown := {"oneOf", "allOf", "not", "patternProperties", "if", "default"} & set(schema):
        return f"{where}, '{min(unknown)}' is not permitted."
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            return f"{where}, 'additionalProperties' is required to be supplied and to be false."
        if set(schema.get("required", ())) != set(schema.get("properties", {})):
            return f"{where}, 'required' is required to be supplied and to include every key in properties."
    inner = [("properties", name, one) for name, one in schema.get("properties", {}).items()]
    inner += [("$defs", name, one) for name, one in schema.get("$defs", {}).items()]
    inner += [("items", "", schema["items"])] if "items" in schema else []
    return next((found for kind, name, one in inner if (found := _find_loose(one, (*place, kind, name)))), None)


def _text(content: str | list[dict[str, str]]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _tokens(text: str) -> int:
    return -(-len(text) // 4)


def _invalid(message: str, param: str | None = None) -> Response:
    return _error(400, message, "invalid_request_error", None, param)


def _error(
    status: int, message: str, kind: str, code: str | None, param: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return as_json(body, status, headers)
