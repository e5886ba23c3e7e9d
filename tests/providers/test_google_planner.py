"""What the planner by Gemini asks for, and what it does when answers are odd, refused or never come."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from google import genai
from google.genai import types

from blocks.capabilities.bench import Bench
from blocks.capabilities.interview import ask_research
from blocks.domain.checks import find_problems
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    StudioError,
)
from tests.contracts.parts import remembering
from tests.emulators import faults
from tests.emulators.answers import CUT_SHORT, FLAWED, MALFORMED
from tests.emulators.gemini_faults import (
    CUT_JSON,
    KEY_INVALID,
    MODEL_RETIRED,
    NEW_REASON,
    NO_PARTS,
    NO_USAGE,
    OUT_OF_TOKENS,
    PROMPT_BLOCKED,
    QUOTA_PER_DAY,
    RECITATION,
    THOUGHT_FIRST,
)
from tests.providers.planning_orders import KEY, SALMON, bench_in, failing, google, planned


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return bench_in(tmp_path / "bench")


def test_gemini_is_asked_for_json_of_a_schema_and_for_little_thinking(gemini, bench) -> None:
    planned(google(gemini), bench)

    first = gemini.books.requests("generateContent")[0]

    assert set(first) == {"contents", "systemInstruction", "generationConfig"}
    settings = first["generationConfig"]
    assert settings["responseMimeType"] == "application/json"
    assert settings["responseJsonSchema"]["required"] == ["summary", "textures", "facts", "hooks"]
    assert settings["thinkingConfig"] == {"thinkingLevel": "LOW"}
    assert settings["maxOutputTokens"] == 32_768


def test_gemini_may_choose_its_own_thinking(gemini, bench) -> None:
    planned(google(gemini, thinking_level=None), bench)

    assert "thinkingConfig" not in gemini.books.requests("generateContent")[0]["generationConfig"]


def test_our_order_to_gemini_is_the_one_of_its_sdk(gemini) -> None:
    maker, question = google(gemini), ask_research(SALMON)
    options = types.HttpOptions(base_url=gemini.url, api_version="v1beta")
    with genai.Client(api_key=KEY, http_options=options) as client:
        client.models.generate_content(
            model=maker.model,
            contents=[types.Content(role="user", parts=[types.Part(text=question.prompt)])],
            config=types.GenerateContentConfig(
                system_instruction=question.system,
                response_mime_type="application/json",
                response_json_schema=json.loads(question.answer_schema),
                max_output_tokens=maker.max_output_tokens,
                thinking_config=types.ThinkingConfig(thinking_level="LOW"),
            ),
        )
    maker.answer(question)

    theirs, mine = gemini.books.calls

    # The SDK mixes its casings, and gives the system's words a role that the service passes over.
    theirs.body["systemInstruction"].pop("role")
    theirs.body["generationConfig"]["thinkingConfig"] = {"thinkingLevel": "LOW"}
    assert mine.body == theirs.body
    assert (mine.path, mine.query) == (theirs.path, theirs.query)
    assert mine.headers["x-goog-api-key"] == theirs.headers["x-goog-api-key"]


@pytest.mark.parametrize("fault", [THOUGHT_FIRST, NO_USAGE])
def test_an_odd_answer_of_gemini_is_read(gemini, bench, fault: str) -> None:
    gemini.faults.always("generateContent", fault)

    assert find_problems(planned(google(gemini), bench)) == ()


def test_a_plan_of_gemini_is_repaired_in_one_round(gemini, bench) -> None:
    gemini.faults.next("generateContent", "", "", "", FLAWED)

    assert find_problems(planned(google(gemini), bench)) == ()
    assert gemini.books.count("generateContent") == 5


@pytest.mark.parametrize(
    ("fault", "kind", "advice"),
    [
        (CUT_SHORT, BadSpec, "raise its most output tokens"),
        (OUT_OF_TOKENS, BadSpec, "raise its most output tokens"),
        (PROMPT_BLOCKED, ContentRefused, "change the words"),
        (RECITATION, ContentRefused, "change the words"),
        (NO_PARTS, ProviderUnavailable, "gave no words"),
        (NEW_REASON, ProviderUnavailable, "A_REASON_OF_NEXT_YEAR"),
        (MALFORMED, ProviderUnavailable, "another form of answer"),
    ],
)
def test_an_answer_of_gemini_without_whole_words_carries_its_bill(gemini, bench, fault, kind, advice: str) -> None:
    gemini.faults.next("generateContent", fault)

    error = failing(google(gemini), bench, kind)

    assert error.usage is not None
    assert error.request_id == gemini.books.charges[-1].request_id
    assert advice in error.message


def test_the_longest_answer_of_gemini_is_the_one_set(gemini, bench) -> None:
    with pytest.raises(BadSpec, match="most output tokens"):
        google(gemini, max_output_tokens=1024).plan(SALMON.model_copy(update={"target_seconds": 135}), bench)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.RATE_LIMITED, RateLimited),
        (QUOTA_PER_DAY, QuotaExhausted),
        (KEY_INVALID, CredentialsRejected),
        (MODEL_RETIRED, BadSpec),
        (faults.OVERLOADED, ProviderUnavailable),
        (faults.LOST_ANSWER, OutcomeUnknown),
        (CUT_JSON, OutcomeUnknown),
    ],
)
def test_trouble_of_gemini_keeps_its_class(gemini, bench, fault: str, kind: type[StudioError]) -> None:
    gemini.faults.next("generateContent", fault)

    assert failing(google(gemini), bench, kind).usage is None


def test_a_retired_model_of_gemini_fails_the_check(gemini) -> None:
    with pytest.raises(BadSpec, match="retired or unknown"):
        google(gemini, model="gemini-1.0-nothing").check()


def test_what_gemini_bills_is_what_the_receipts_say(gemini, bench) -> None:
    bench, parts = remembering(bench)
    maker = google(gemini)
    planned(maker, bench)

    assert len(gemini.books.charges) == 4
    if datetime.now(UTC).year == 2026:  # the emulator bills at the prices of 2026
        assert maker.price(parts.usage) == gemini.books.total_usd
