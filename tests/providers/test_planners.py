"""What planners by language model do when answers are odd, wrong, refused or never come; asked of an emulated chat."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from blocks.capabilities.bench import Bench
from blocks.capabilities.interview import ask_research, wish_for
from blocks.domain.checks import find_problems
from blocks.domain.money import Usage
from blocks.domain.problems import Problem
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
from tests.emulators.answers import CUT_SHORT, FENCED, FLAWED, MALFORMED, MISSHAPEN, THINKING, answer_question, flaw
from tests.emulators.openai_chat import (
    BAD_KEY,
    CONTEXT_TOO_LONG,
    EMPTY,
    FILTERED,
    GATEWAY_ERROR,
    INSUFFICIENT_QUOTA,
    REFUSED,
    UNCOUNTED,
    UNKNOWN_MODEL,
    OpenAIChatEmulator,
    served,
)
from tests.providers.planning_orders import KEY, PAID, SALMON, bench_in, chat, failing, planned

LONG_LINE = Problem(where="scene 3", rule="narration-words", message="too long")


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIChatEmulator]:
    with served() as vendor:
        yield vendor


@pytest.fixture
def openai_chat(server: OpenAIChatEmulator) -> OpenAIChatEmulator:
    server.begin_anew()
    return server


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return bench_in(tmp_path / "bench")


@pytest.fixture
def other_bench(tmp_path: Path) -> Bench:
    return bench_in(tmp_path / "other")


@pytest.mark.parametrize("mode", ["json_schema", "json_object", "none"])
def test_every_mode_makes_the_same_plan_of_an_obedient_model(openai_chat, bench, other_bench, mode: str) -> None:
    assert planned(chat(openai_chat, mode=mode), bench) == planned(chat(openai_chat), other_bench)


@pytest.mark.parametrize("fault", [FENCED, THINKING])
def test_fences_and_thoughts_around_an_answer_are_passed_over(openai_chat, bench, fault: str) -> None:
    openai_chat.faults.always("chat", fault)

    assert find_problems(planned(chat(openai_chat, mode="none"), bench)) == ()


@pytest.mark.parametrize("fault", [MALFORMED, MISSHAPEN])
def test_an_answer_of_another_form_is_billed_and_may_be_asked_again(openai_chat, bench, fault: str) -> None:
    openai_chat.faults.next("chat", "", fault)

    error = failing(chat(openai_chat), bench, ProviderUnavailable)

    assert "story" in error.message
    assert error.usage is not None
    assert error.request_id == openai_chat.books.charges[-1].request_id


def test_a_plan_that_broke_off_goes_on_where_it_was(openai_chat, bench) -> None:
    bench, _ = remembering(bench)
    openai_chat.faults.next("chat", "", "", MALFORMED)
    failing(chat(openai_chat), bench, ProviderUnavailable)

    planned(chat(openai_chat), bench)

    assert openai_chat.books.count("chat") == 5


def test_a_plan_that_breaks_rules_is_repaired_in_one_round(openai_chat, bench) -> None:
    openai_chat.faults.next("chat", "", "", "", FLAWED)

    board = planned(chat(openai_chat), bench)

    assert find_problems(board) == ()
    assert openai_chat.books.count("chat") == 5


def test_a_repair_is_asked_with_the_draft_and_every_problem(openai_chat, bench) -> None:
    openai_chat.faults.next("chat", "", "", "", FLAWED)
    planned(chat(openai_chat), bench)

    words = openai_chat.books.requests("chat")[-1]["messages"][1]["content"]

    assert "far too many words" in words
    assert all(rule in words for rule in ("narration-words", "narration-em-dash", "asset-exists", "effect-sounds"))
    assert "scenes (1, 8)" in words


def test_a_plan_that_stays_wrong_is_refused_with_all_that_is_wrong(openai_chat, bench) -> None:
    openai_chat.faults.next("chat", "", "", "", FLAWED, FLAWED)

    error = failing(chat(openai_chat), bench, BadSpec)

    assert isinstance(error, BadSpec)
    assert {"narration-words", "asset-exists", "effect-sounds"} <= {problem.rule for problem in error.problems}
    assert error.usage is None


def test_what_was_billed_for_a_refused_plan_is_in_the_books_by_parts(openai_chat, bench) -> None:
    bench, parts = remembering(bench)
    openai_chat.input_usd_per_million, openai_chat.output_usd_per_million = Decimal("0.2"), Decimal("0.8")
    maker = chat(openai_chat, own_prices=PAID)
    openai_chat.faults.next("chat", "", "", "", FLAWED, FLAWED)
    failing(maker, bench, BadSpec)

    assert maker.price(parts.usage) == openai_chat.books.total_usd
    assert {made.request_id for made in parts.made.values()} == {charge.request_id for charge in openai_chat.books.charges}


@pytest.mark.parametrize(
    ("problems", "wanted"),
    [
        ([LONG_LINE], "scenes (3)"),
        ([LONG_LINE, LONG_LINE.model_copy(update={"where": "scene 1"})], "scenes (1, 3)"),
        ([LONG_LINE, Problem(where="video", rule="length", message="too short")], "scenes (all of them)"),
        ([Problem(where="scenes", rule="beats", message="one is missing")], "scenes (all of them)"),
        ([LONG_LINE.model_copy(update={"rule": "asset-exists"})], "assets, scenes (3)"),
        ([Problem(where="asset fox", rule="image-prompt", message="too short")], "assets"),
        ([Problem(where="assets", rule="asset-count", message="none")], "assets"),
        ([Problem(where="research", rule="hooks", message="one")], "research"),
        ([Problem(where="video", rule="empty-text", message="no title")], "story"),
        ([Problem(where="style", rule="empty-text", message="no atmosphere")], "story"),
        ([Problem(where="metadata", rule="title-length", message="too long")], "metadata"),
    ],
)
def test_a_repair_asks_for_the_parts_at_fault(problems: list[Problem], wanted: str) -> None:
    assert str(wish_for(problems)) == wanted


@pytest.mark.parametrize(
    ("fault", "kind", "advice"),
    [
        (CUT_SHORT, BadSpec, "raise the planner's max tokens"),
        (REFUSED, ContentRefused, "change the words"),
        (FILTERED, ContentRefused, "filter"),
        (EMPTY, ProviderUnavailable, "again later"),
    ],
)
def test_an_answer_without_whole_words_carries_its_bill(openai_chat, bench, fault, kind, advice: str) -> None:
    openai_chat.faults.next("chat", fault)

    error = failing(chat(openai_chat), bench, kind)

    assert error.usage is not None
    assert error.request_id == openai_chat.books.charges[-1].request_id
    assert advice in error.message


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.OVERLOADED, ProviderUnavailable),
        (faults.BROKEN, ProviderUnavailable),
        (faults.RESET, ProviderUnavailable),
        (GATEWAY_ERROR, ProviderUnavailable),
        (faults.RATE_LIMITED, RateLimited),
        (INSUFFICIENT_QUOTA, QuotaExhausted),
        (BAD_KEY, CredentialsRejected),
        (UNKNOWN_MODEL, BadSpec),
        (CONTEXT_TOO_LONG, BadSpec),
    ],
)
def test_trouble_before_any_work_is_not_billed(openai_chat, bench, fault: str, kind: type[StudioError]) -> None:
    openai_chat.faults.next("chat", fault)

    assert failing(chat(openai_chat), bench, kind).usage is None


def test_a_wait_that_the_server_names_is_kept(openai_chat, bench) -> None:
    openai_chat.faults.next("chat", faults.RATE_LIMITED)

    error = failing(chat(openai_chat), bench, RateLimited)

    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 2


@pytest.mark.parametrize("fault", [faults.LOST_ANSWER, faults.TRUNCATED])
def test_a_lost_answer_may_have_been_billed_where_answers_cost(openai_chat, bench, fault: str) -> None:
    openai_chat.faults.next("chat", fault)

    failing(chat(openai_chat, own_prices=PAID), bench, OutcomeUnknown)


@pytest.mark.parametrize("fault", [faults.LOST_ANSWER, faults.TRUNCATED])
def test_a_lost_answer_of_a_free_server_is_asked_for_again(openai_chat, bench, fault: str) -> None:
    openai_chat.faults.next("chat", fault)

    failing(chat(openai_chat), bench, ProviderUnavailable)


def test_a_server_without_schemas_is_told_by_its_refusal(openai_chat, bench) -> None:
    openai_chat.knows_schemas = False

    assert "json_object or none" in failing(chat(openai_chat), bench, BadSpec).message


def test_a_server_that_knows_only_json_objects_can_plan(openai_chat, bench) -> None:
    openai_chat.knows_schemas = False

    assert find_problems(planned(chat(openai_chat, mode="json_object"), bench)) == ()


def test_a_server_that_does_not_count_is_estimated(openai_chat) -> None:
    maker, question = chat(openai_chat), ask_research(SALMON)
    counted = maker.answer(question).usage
    openai_chat.faults.next("chat", UNCOUNTED)

    estimated = maker.answer(question).usage

    for line, other in zip(estimated.lines, counted.lines, strict=True):
        assert line.unit == other.unit
        assert abs(line.amount - other.amount) <= other.amount * Decimal("0.1")


def test_too_long_an_idea_is_told_to_be_shortened(openai_chat, bench) -> None:
    openai_chat.context_tokens = 500

    assert "shorten the story direction" in failing(chat(openai_chat), bench, BadSpec).message


@pytest.mark.parametrize("model", ["qwen3", "qwen3:latest", "gpt-oss:20b"])
def test_a_listed_model_passes_the_check(openai_chat, model: str) -> None:
    assert chat(openai_chat, model=model).check() is None


def test_a_model_that_is_not_listed_fails_the_check_with_those_that_are(openai_chat) -> None:
    with pytest.raises(BadSpec, match=r"llama9.*gpt-oss:20b, qwen3:latest"):
        chat(openai_chat, model="llama9").check()


@pytest.mark.parametrize("models", [None, ()])
def test_a_server_that_lists_no_models_is_believed(openai_chat, models) -> None:
    openai_chat.models = models

    assert chat(openai_chat).check() is None


def test_a_wrong_key_fails_the_check(openai_chat) -> None:
    with pytest.raises(CredentialsRejected) as caught:
        chat(openai_chat, key="wrong-key-of-ours").check()

    assert "wrong-key-of-ours" not in str(caught.value)


def test_a_model_on_this_machine_is_free_unless_its_owner_says_otherwise(openai_chat) -> None:
    usage = Usage.of(input_token=1000, output_token=1000)

    assert chat(openai_chat).price(usage) == 0
    assert chat(openai_chat, own_prices=PAID).price(usage) == Decimal("0.001")
    assert chat(openai_chat, own_prices={}).price(usage) is None


def test_what_shapes_an_answer_is_in_the_fingerprint_and_the_account_is_not(openai_chat) -> None:
    maker = chat(openai_chat)
    known = json.dumps(maker.fingerprint())

    assert KEY not in known
    assert openai_chat.url not in known
    assert maker.fingerprint() == chat(openai_chat, key="another", max_tokens=2000).fingerprint()
    for settings in ({"model": "gpt-oss:20b"}, {"mode": "none"}, {"temperature": 0.5}):
        assert chat(openai_chat, **settings).fingerprint() != maker.fingerprint()


def test_the_words_of_a_question_are_part_of_what_it_is_remembered_by(openai_chat, bench) -> None:
    bench, parts = remembering(bench)
    planned(chat(openai_chat), bench)
    planned(chat(openai_chat), bench, SALMON.model_copy(update={"topic": "The salmon run of a Norwegian river"}))

    assert len(parts.made) == 8


def test_another_take_is_asked_for_in_words() -> None:
    question = ask_research(SALMON.model_copy(update={"take": 3}))

    assert question.take == 3
    assert "seen 2 takes" in question.prompt


def test_a_look_without_words_of_its_own_is_named(openai_chat, bench) -> None:
    planned(chat(openai_chat), bench, SALMON.model_copy(update={"style_pack": "paper cut"}))

    research, *others = [body["messages"][1]["content"] for body in openai_chat.books.requests("chat")]

    assert all('calls its look "paper cut"' in words for words in others)
    assert "calls its look" not in research


def test_a_story_direction_with_dollar_signs_is_passed_on_as_it_is(openai_chat, bench) -> None:
    spec = SALMON.model_copy(update={"story_direction": "A fisherman owes $40 and ${nobody} pays. The river gives back."})
    planned(chat(openai_chat), bench, spec)

    assert spec.story_direction in openai_chat.books.requests("chat")[0]["messages"][1]["content"]


def test_the_flaws_of_an_answer_are_what_they_are_called() -> None:
    question = ask_research(SALMON)
    answer = answer_question(question.prompt, json.loads(question.answer_schema))

    for fault in (MALFORMED, CUT_SHORT):
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            json.loads(flaw(answer, fault))
    assert len(json.loads(flaw(answer, MISSHAPEN))) == len(json.loads(answer)) - 1
