"""Planning with any server that speaks the chat dialect of OpenAI: one on this machine, such as Ollama, or a paid one.

Sources: OpenAI's reference of chat completions and Ollama's page on its compatibility, November 2026; what self-hosted servers do
differently is read kindly.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field, JsonValue, SecretStr, ValidationError

from blocks.capabilities.conversing_planner import CHARACTERS_PER_TOKEN, ConversingPlanner, Written
from blocks.capabilities.interview import Question, schema_words
from blocks.capabilities.maker import Standing, account_name
from blocks.described import DescribedOnce
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage
from blocks.errors import BadSpec, OutcomeUnknown, ProviderUnavailable, StudioError
from blocks.http import Answer, Door, Fault, FaultKind, plain_fault

LANE = "chat"
_READ_S = 600.0
"""A server on this machine loads its model first, which takes minutes, and may write a few words a second."""
_MODELS = "/models"
_UNLISTED = frozenset({404, 405, 501})
_EMPTY_PURSE = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_SAID_CHARACTERS = 200


class _Shape(Frozen):
    """A part of an answer; what we do not need is left out."""

    model_config = ConfigDict(extra="ignore")


class _Message(_Shape):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Shape):
    message: _Message = _Message()
    finish_reason: str | None = None


class _Tokens(_Shape):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(_Shape):
    id: str | None = None
    model: str = ""
    choices: tuple[_Choice, ...] = ()
    usage: _Tokens | None = None


class _Model(_Shape):
    id: str


class _Models(_Shape):
    data: tuple[_Model, ...] | None = None


class _Error(_Shape):
    message: str = ""
    type: str | None = None
    code: str | int | None = None
    param: str | None = None


class _Trouble(_Shape):
    error: _Error | str


def chat_fault(answer: Answer) -> Fault | None:
    """Read the trouble in an answer by its status and the code in its body; a server without a list of models is no trouble."""
    if answer.path == _MODELS and answer.status in _UNLISTED:
        return None
    error = _error_in(answer)
    if error is None:
        return plain_fault(answer)
    kind = _kind(answer.status, {error.code, error.type})
    return Fault(
        kind=kind,
        message=error.message or "no reason given",
        code=str(error.code or error.type or ""),
        retry_after_s=answer.retry_after_s,
        advice=_advice(answer.status, error) if kind is FaultKind.INVALID else "",
    )


def _kind(status: int, names: set[str | int | None]) -> FaultKind:
    if names & _EMPTY_PURSE or status == 402:
        return FaultKind.QUOTA
    match status:
        case 401 | 403:
            return FaultKind.CREDENTIALS
        case 429:
            return FaultKind.RATE_LIMITED
        case 400 | 404 | 413 | 422:
            return FaultKind.INVALID
        case _:
            return FaultKind.UNAVAILABLE


def _error_in(answer: Answer) -> _Error | None:
    """Give the error of a body; some gateways answer 200 with one."""
    if answer.status < 300 and not answer.body.lstrip().startswith(b'{"error"'):
        return None
    try:
        error = _Trouble.model_validate_json(answer.body).error
    except ValidationError:
        return None
    return _Error(message=error) if isinstance(error, str) else error


def _advice(status: int, error: _Error) -> str:
    if error.code == "context_length_exceeded" or status == 413:
        return "shorten the story direction, ask for a shorter film, or choose a model with a longer context"
    if status == 404:
        return "the server has no such model: load it there (ollama pull), or set another one in the planner's block"
    if (error.param or "").startswith("response_format"):
        return "the server does not know this form of answer: set the planner's mode to json_object or none"
    return ""


class OpenAIChatCredentials(DescribedOnce):
    """A server that speaks OpenAI's chat dialect, and the key to it."""

    _block_type_name = "OpenAI Chat Credentials"

    api_key: SecretStr = Field(
        default=SecretStr("no-key-needed"), description="Key of the server; one on this machine takes anything."
    )
    base_url: str = Field(
        default="http://localhost:11434/v1", description="Address of the server with its version; this one is Ollama's."
    )
    daily_calls: int | None = Field(
        default=None, ge=0, description="Paid calls a day that the key is allowed; empty if you set none."
    )

    def get_client(self) -> Door:
        """Open the door to the server."""
        bearer = SecretStr(f"Bearer {self.api_key.get_secret_value()}")
        return Door(
            service="Chat server",
            base_url=self.base_url.rstrip("/"),
            dialect=chat_fault,
            headers={"Authorization": bearer},
            read_s=_READ_S,
        )


class OpenAIChatPlanner(ConversingPlanner):
    """Plans films with a language model behind OpenAI's chat dialect, on this machine or elsewhere."""

    _block_type_name = "OpenAI Chat Planner"
    lane: ClassVar[str | None] = LANE

    kind: Literal["openai-chat"] = Field(default="openai-chat", description="Tells makers apart.")
    credentials: OpenAIChatCredentials = Field(
        default_factory=OpenAIChatCredentials, description="The server, and the account that pays."
    )
    model: str = Field(default="qwen3", min_length=1, description="Model that writes, as the server calls it.")
    mode: Literal["json_schema", "json_object", "none"] = Field(
        default="json_schema",
        description="How the form of an answer is asked for: by its schema, as any JSON, or in words alone.",
    )
    temperature: float | None = Field(default=None, ge=0, le=2, description="How freely it writes; empty for the model's own.")
    max_tokens: int | None = Field(
        default=None, ge=1024, description="Longest answer in tokens, thinking included; empty for the server's own limit."
    )
    own_prices: dict[str, Decimal] = Field(
        default_factory=lambda: {"input_token": Decimal(0), "output_token": Decimal(0)},
        description="Prices in USD by unit (input_token, output_token). A model on this machine is free; set a paid one's.",
    )

    @property
    def account(self) -> str:
        """Name the account by a mark of its key."""
        return account_name(LANE, self.credentials.api_key)

    @property
    def charged_model(self) -> str:
        """Name the model that writes."""
        return self.model

    @property
    def daily_calls(self) -> int | None:
        """Give what the owner of the key set."""
        return self.credentials.daily_calls

    @property
    def is_free(self) -> bool:
        """Whether nothing is paid for an answer, so that asking again costs nothing."""
        tariff = self.tariff()
        return bool(tariff) and not any(tariff.values())

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the model, its settings, and the version of our questions; a longer limit changes no answer."""
        return {
            "kind": self.kind,
            "model": self.model,
            "mode": self.mode,
            "temperature": self.temperature,
        }

    def check(self) -> Standing | None:
        """Look the model up in GET /models; a server that lists none is believed to have it."""
        with self.credentials.get_client() as door:
            answer = door.get(_MODELS)
            listed = None if answer.status in _UNLISTED else answer.read(_Models).data
        names = {model.id for model in listed or ()}
        # Ollama lists `qwen3:latest` for what may be called `qwen3`.
        if names and not names & {self.model, f"{self.model}:latest"}:
            raise BadSpec(
                f"Chat server: GET {_MODELS} does not list the model {self.model}, but {', '.join(sorted(names)[:10])}: "
                "load it there, or set another one in the planner's block"
            )
        return None

    def answer(self, question: Question) -> Written:
        """Ask through POST /chat/completions."""
        with self.credentials.get_client() as door:
            answer = door.post("/chat/completions", json=self._order(question), paid=not self.is_free)
            completion = self._read(answer)
            choice = completion.choices[0] if completion.choices else _Choice()
            usage = self._usage(completion, question, choice.message.content or "")
            if (fault := _shortcoming(choice)) is not None:
                error: StudioError = door.error_of(fault.model_copy(update={"request_id": completion.id}), answer)
                error.usage = usage
                raise error
        return Written(
            text=choice.message.content or "", usage=usage, model=completion.model or self.model, request_id=completion.id
        )

    def _order(self, question: Question) -> dict[str, JsonValue]:
        words = question.prompt if self.mode == "json_schema" else question.prompt + schema_words(question).rstrip()
        order: dict[str, JsonValue] = {
            "model": self.model,
            "messages": [{"role": "system", "content": question.system}, {"role": "user", "content": words}],
            "stream": False,
        }
        if self.mode == "json_schema":
            schema = {"name": question.name, "strict": True, "schema": json.loads(question.answer_schema)}
            order["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.mode == "json_object":
            order["response_format"] = {"type": "json_object"}
        if self.temperature is not None:
            order["temperature"] = self.temperature
        if self.max_tokens is not None:
            order["max_tokens"] = self.max_tokens
        return order

    def _read(self, answer: Answer) -> _Completion:
        try:
            return answer.read(_Completion)
        except ProviderUnavailable as unreadable:
            if self.is_free:
                raise
            raise OutcomeUnknown(
                f"{unreadable.message.split(';')[0]}: the work was done and may have been billed", request_id=answer.request_id
            ) from unreadable

    def _usage(self, completion: _Completion, question: Question, written: str) -> Usage:
        """Give what the server counted, else an estimate by characters: some self-hosted servers do not count."""
        if completion.usage is not None:
            return Usage.of(input_token=completion.usage.prompt_tokens, output_token=completion.usage.completion_tokens)
        asked = len(question.system) + len(question.prompt) + len(question.answer_schema)
        return Usage.of(input_token=asked // CHARACTERS_PER_TOKEN, output_token=len(written) // CHARACTERS_PER_TOKEN)


def _shortcoming(choice: _Choice) -> Fault | None:
    """Give the fault of an answer with status 200 that holds no whole text."""
    message = choice.message
    if message.refusal:
        said = message.refusal[:_SAID_CHARACTERS]
        return Fault(kind=FaultKind.REFUSED, message=f"the model refused: {said}", code="refusal")
    if choice.finish_reason == "content_filter":
        return Fault(kind=FaultKind.REFUSED, message="the answer was withheld by the server's filter", code="content_filter")
    if choice.finish_reason == "length":
        advice = "raise the planner's max tokens, or the context size of the server (Ollama: OLLAMA_CONTEXT_LENGTH)"
        return Fault(kind=FaultKind.INVALID, message="the answer was cut short", code="length", advice=advice)
    if not (message.content or "").strip():
        return Fault(kind=FaultKind.UNAVAILABLE, message="the answer is empty", code=choice.finish_reason or "")
    return None
