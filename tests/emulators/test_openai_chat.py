"""OpenAI's own SDK against the emulated chat, and our requests beside the SDK's."""

import json
from collections.abc import Iterator

import httpx
import openai
import pytest
from pydantic import BaseModel, SecretStr

from blocks.capabilities.interview import Question, ask_research
from blocks.domain.planning.answer_schemas import schema_of
from blocks.domain.planning.answers import ResearchAnswer
from blocks.domain.specs import PlanSpec
from blocks.providers.openai_chat import OpenAIChatCredentials, OpenAIChatPlanner
from tests.emulators import faults
from tests.emulators.answers import CUT_SHORT
from tests.emulators.openai_chat import (
    BAD_KEY,
    CONTEXT_TOO_LONG,
    EMPTY,
    FILTERED,
    INSUFFICIENT_QUOTA,
    REFUSED,
    UNKNOWN_MODEL,
    OpenAIChatEmulator,
    served,
)

SPEC = PlanSpec(topic="The salmon run of an Alaskan river", target_seconds=30, style_pack="silhouette")
HELLO = [{"role": "user", "content": "Say hello."}]


class Plan(BaseModel):
    title: str
    scenes: list[int]


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIChatEmulator]:
    with served() as vendor:
        yield vendor


@pytest.fixture
def openai_chat(server: OpenAIChatEmulator) -> OpenAIChatEmulator:
    server.begin_anew()
    return server


@pytest.fixture
def sdk(openai_chat: OpenAIChatEmulator) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=openai_chat.api_key, base_url=f"{openai_chat.url}/v1", max_retries=0) as client:
        yield client


def ours(vendor: OpenAIChatEmulator, **settings) -> OpenAIChatPlanner:
    credentials = OpenAIChatCredentials(api_key=SecretStr(vendor.api_key), base_url=f"{vendor.url}/v1")
    return OpenAIChatPlanner(credentials=credentials, **settings)


def question() -> Question:
    return ask_research(SPEC)


def test_the_sdk_gets_words_and_a_count_of_tokens(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    completion = sdk.chat.completions.create(model="qwen3", messages=HELLO)

    assert completion.choices[0].message.content
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    assert [charge.request_id for charge in openai_chat.books.charges] == [completion.id]


def test_the_sdk_reads_a_model_of_its_own(sdk: openai.OpenAI) -> None:
    completion = sdk.chat.completions.parse(model="qwen3", messages=HELLO, response_format=Plan)

    assert isinstance(completion.choices[0].message.parsed, Plan)


def test_the_sdk_lists_the_models(sdk: openai.OpenAI) -> None:
    assert [model.id for model in sdk.models.list()] == ["qwen3:latest", "gpt-oss:20b"]


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (faults.RATE_LIMITED, openai.RateLimitError, "rate_limit_exceeded"),
        (INSUFFICIENT_QUOTA, openai.RateLimitError, "insufficient_quota"),
        (BAD_KEY, openai.AuthenticationError, "invalid_api_key"),
        (UNKNOWN_MODEL, openai.NotFoundError, "model_not_found"),
        (CONTEXT_TOO_LONG, openai.BadRequestError, "context_length_exceeded"),
        (faults.OVERLOADED, openai.InternalServerError, None),
        (faults.BROKEN, openai.InternalServerError, None),
    ],
)
def test_the_sdk_knows_each_trouble(sdk, openai_chat, fault: str, error: type[openai.APIStatusError], code: str | None) -> None:
    openai_chat.faults.next("chat", fault)

    with pytest.raises(error) as caught:
        sdk.chat.completions.create(model="qwen3", messages=HELLO)

    assert caught.value.code == code
    assert openai_chat.books.charges == []


def test_the_sdk_tries_again_after_the_wait_it_was_told(openai_chat: OpenAIChatEmulator) -> None:
    openai_chat.faults.next("chat", faults.OVERLOADED)

    with openai.OpenAI(api_key=openai_chat.api_key, base_url=f"{openai_chat.url}/v1", max_retries=1) as client:
        client.chat.completions.create(model="qwen3", messages=HELLO)

    assert openai_chat.books.count("chat") == 2


@pytest.mark.parametrize("fault", [faults.RESET, faults.LOST_ANSWER, faults.TRUNCATED])
def test_the_sdk_meets_cut_connections(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator, fault: str) -> None:
    openai_chat.faults.next("chat", fault)

    with pytest.raises((openai.APIConnectionError, httpx.RemoteProtocolError)):
        sdk.chat.completions.create(model="qwen3", messages=HELLO)

    assert len(openai_chat.books.charges) == (0 if fault == faults.RESET else 1)


def test_the_sdk_is_told_of_a_refusal(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    openai_chat.faults.next("chat", REFUSED)

    message = sdk.chat.completions.parse(model="qwen3", messages=HELLO, response_format=Plan).choices[0].message

    assert (message.content, message.parsed) == (None, None)
    assert message.refusal


@pytest.mark.parametrize(("fault", "error"), [(CUT_SHORT, "LengthFinish"), (FILTERED, "ContentFilterFinish")])
def test_the_sdk_refuses_an_answer_that_is_not_whole(sdk, openai_chat, fault: str, error: str) -> None:
    openai_chat.faults.next("chat", fault)

    with pytest.raises(getattr(openai, f"{error}ReasonError")):
        sdk.chat.completions.parse(model="qwen3", messages=HELLO, response_format=Plan)


def test_an_answer_of_thoughts_alone_has_no_content(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    openai_chat.faults.next("chat", EMPTY)

    assert sdk.chat.completions.create(model="qwen3", messages=HELLO).choices[0].message.content is None


def test_an_answer_is_cut_at_the_tokens_it_may_have(sdk: openai.OpenAI) -> None:
    choice = sdk.chat.completions.create(model="qwen3", messages=HELLO, max_tokens=2).choices[0]

    assert choice.finish_reason == "length"


@pytest.mark.parametrize(
    "wrong",
    [
        {"modle": "qwen3"},
        {"temperature": 3},
        {"temperature": "warm"},
        {"messages": [{"role": "boss", "content": "Go."}]},
        {"messages": []},
        {"max_tokens": True},
        {"response_format": {"type": "json_object"}},
        {"response_format": {"type": "yaml"}},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": {"type": "object"}}}},
    ],
    ids=str,
)
def test_a_wrong_request_is_refused_and_not_billed(openai_chat: OpenAIChatEmulator, wrong: dict) -> None:
    body = {"model": "qwen3", "messages": HELLO} | wrong

    answer = httpx.post(f"{openai_chat.url}/v1/chat/completions", json=body, headers={"Authorization": "Bearer test-key"})

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert openai_chat.books.charges == []


def test_a_wrong_key_is_refused(openai_chat: OpenAIChatEmulator) -> None:
    assert httpx.get(f"{openai_chat.url}/v1/models", headers={"Authorization": "Bearer other"}).status_code == 401


def test_a_server_may_know_only_json_objects(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    openai_chat.knows_schemas = False

    with pytest.raises(openai.BadRequestError) as caught:
        sdk.chat.completions.parse(model="qwen3", messages=HELLO, response_format=Plan)

    assert caught.value.param == "response_format.type"


def test_our_request_is_the_one_the_sdk_would_send(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    asked = question()
    ours(openai_chat, temperature=0.4, max_tokens=9000).answer(asked)
    sdk.chat.completions.create(
        model="qwen3",
        messages=[{"role": "system", "content": asked.system}, {"role": "user", "content": asked.prompt}],
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "research", "strict": True, "schema": schema_of(ResearchAnswer)},
        },
        temperature=0.4,
        max_tokens=9000,
        stream=False,
    )

    mine, theirs = openai_chat.books.calls

    assert mine.body == theirs.body
    assert (mine.method, mine.path, mine.query) == (theirs.method, theirs.path, theirs.query)
    for header in ("authorization", "content-type"):
        assert mine.headers[header] == theirs.headers[header]


def test_our_look_at_the_models_is_the_one_of_the_sdk(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    ours(openai_chat).check()
    list(sdk.models.list())

    mine, theirs = openai_chat.books.calls

    assert (mine.method, mine.path, mine.body, mine.query) == (theirs.method, theirs.path, theirs.body, theirs.query)
    assert mine.headers["authorization"] == theirs.headers["authorization"]


def test_the_sdk_answers_our_questions_alike(sdk: openai.OpenAI, openai_chat: OpenAIChatEmulator) -> None:
    asked = question()

    said = sdk.chat.completions.parse(
        model="qwen3", messages=[{"role": "user", "content": asked.prompt}], response_format=ResearchAnswer
    )

    assert json.loads(said.choices[0].message.content) == json.loads(ours(openai_chat).answer(asked).text)
