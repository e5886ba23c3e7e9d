"""Planning with a language model of Google Gemini."""

from __future__ import annotations

import json
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from blocks.capabilities.conversing_planner import ConversingPlanner, Written
from blocks.capabilities.interview import Question
from blocks.capabilities.maker import Standing, account_name
from blocks.domain.money import Price, Usage
from blocks.providers.google.account import LANE, GeminiCredentials, check_model
from blocks.providers.google.answers import CUT_SHORT, billed, generate, lacking
from blocks.providers.google.tariff import DEFAULT_TEXT_MODEL, TEXT_PRICES, text_tokens

ThinkingLevel = Literal["MINIMAL", "LOW", "MEDIUM", "HIGH"]

_THINKING_TOKENS: dict[ThinkingLevel | None, int] = {"MINIMAL": 0, "LOW": 300, "MEDIUM": 1500, "HIGH": 4000, None: 1500}
"""Tokens a model thinks before one answer: guesses, to be mended by the first receipts."""


class GeminiPlanner(ConversingPlanner):
    """Plans films with a language model of Google Gemini."""

    _block_type_name = "Gemini Planner"
    lane: ClassVar[str | None] = LANE
    prices: ClassVar[tuple[Price, ...]] = TEXT_PRICES
    bills_schemas: ClassVar[bool] = False
    """Not established; if they are billed, a film costs a fifth of a cent more."""

    kind: Literal["gemini"] = Field(default="gemini", description="Tells makers apart.")
    credentials: GeminiCredentials = Field(description="The account that pays.")
    model: str = Field(default=DEFAULT_TEXT_MODEL, min_length=1, description="Model that writes.")
    thinking_level: ThinkingLevel | None = Field(
        default="LOW", description="How long the model thinks, which is billed; empty for the model's own choice."
    )
    max_output_tokens: int = Field(
        default=32_768, ge=1024, description="Longest answer in tokens, thinking included; a film of 60 scenes needs 20,000."
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
    def thinking_tokens(self) -> int:
        """Guess by the level of thinking."""
        return _THINKING_TOKENS[self.thinking_level]

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the model, how long it thinks, and the version of our questions; a longer limit changes no answer."""
        return {
            "kind": self.kind,
            "model": self.model,
            "thinking_level": self.thinking_level,
        }

    def check(self) -> Standing | None:
        """Look the model up; the service does not tell how much of the allowance is used."""
        check_model(self.credentials, self.model)
        return None

    def answer(self, question: Question) -> Written:
        """Ask through POST /models/{model}:generateContent, with the schema of the answer."""
        with self.credentials.get_client() as door:
            reply, answer = generate(door, self.model, self._order(question))
            if reply.finish_reason == CUT_SHORT or not reply.words.strip():
                raise billed(door.error_of(lacking(reply, "words"), answer), reply)
        asked = Usage.of(input_token=text_tokens(question.prompt), output_token=text_tokens(reply.words))
        return Written(
            text=reply.words,
            usage=reply.usage or asked,
            model=reply.model_version or self.model,
            request_id=reply.response_id,
        )

    def _order(self, question: Question) -> dict[str, JsonValue]:
        """Write the request; temperature and its like are left unset, as the vendor advises since July 2026."""
        settings: dict[str, JsonValue] = {
            "responseMimeType": "application/json",
            "responseJsonSchema": json.loads(question.answer_schema),
            "maxOutputTokens": self.max_output_tokens,
        }
        if self.thinking_level is not None:
            settings["thinkingConfig"] = {"thinkingLevel": self.thinking_level}
        return {
            "contents": [{"role": "user", "parts": [{"text": question.prompt}]}],
            "systemInstruction": {"parts": [{"text": question.system}]},
            "generationConfig": settings,
        }
