"""What every planner promises."""

from decimal import Decimal

import pytest
from pydantic import SecretStr

from blocks.capabilities.bench import Bench
from blocks.capabilities.planner import Planner
from blocks.domain.checks import find_problems
from blocks.domain.pacing import SECONDS_PER_SCENE
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import Storyboard
from blocks.errors import BadSpec
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.offline import OfflinePlanner
from blocks.providers.openai_chat import OpenAIChatCredentials, OpenAIChatPlanner
from tests.contracts.parts import remembering

CHAT_USD = {"input_token": Decimal("0.0000002"), "output_token": Decimal("0.0000008")}


def gemini_planner(vendor) -> GeminiPlanner:
    return GeminiPlanner(credentials=GeminiCredentials(api_key=SecretStr(vendor.api_key), base_url=vendor.url))


def chat_planner(vendor) -> OpenAIChatPlanner:
    vendor.input_usd_per_million, vendor.output_usd_per_million = Decimal("0.2"), Decimal("0.8")
    credentials = OpenAIChatCredentials(api_key=SecretStr(vendor.api_key), base_url=f"{vendor.url}/v1")
    return OpenAIChatPlanner(credentials=credentials, own_prices=CHAT_USD)


MAKERS = {
    "offline": lambda vendors: OfflinePlanner(),
    "gemini": lambda vendors: gemini_planner(vendors("gemini")),
    "openai-chat": lambda vendors: chat_planner(vendors("openai_chat")),
}
SALMON = PlanSpec(
    topic="The salmon run of an Alaskan river",
    story_direction="Every autumn the salmon return. Bears wait at the falls. Few reach the pools where they were born.",
    target_seconds=60,
    style_pack="silhouette",
)


@pytest.fixture(params=MAKERS)
def maker(request: pytest.FixtureRequest) -> Planner:
    return MAKERS[request.param](request.getfixturevalue)


def planned(maker: Planner, spec: PlanSpec, bench: Bench) -> Storyboard:
    return Storyboard.model_validate_json(maker.plan(spec, bench).file.read_bytes())


@pytest.mark.parametrize("seconds", [8, 60, 135])
def test_a_plan_passes_every_check_and_has_the_scenes_of_its_length(maker: Planner, bench: Bench, seconds: int) -> None:
    board = planned(maker, SALMON.model_copy(update={"target_seconds": seconds}), bench)

    assert find_problems(board) == ()
    assert len(board.scenes) == round(seconds / SECONDS_PER_SCENE)


def test_a_plan_keeps_what_its_author_said(maker: Planner, bench: Bench) -> None:
    board = planned(maker, SALMON.model_copy(update={"title": "Home by Scent", "style_pack": "paper cut"}), bench)

    assert board.video.title == board.metadata.title == "Home by Scent"
    assert (board.video.topic, board.video.story_direction) == (SALMON.topic, SALMON.story_direction)
    assert (board.video.target_seconds, board.style.style_pack) == (60, "paper cut")


def test_an_idea_needs_no_story_direction(maker: Planner, bench: Bench) -> None:
    board = planned(maker, SALMON.model_copy(update={"story_direction": ""}), bench)

    assert find_problems(board) == ()


def test_another_take_is_another_plan(maker: Planner, bench: Bench, other_bench: Bench) -> None:
    first = planned(maker, SALMON, bench)

    assert planned(maker, SALMON.model_copy(update={"take": 2}), other_bench).scenes != first.scenes


def test_the_same_idea_is_asked_about_once(maker: Planner, bench: Bench) -> None:
    bench, parts = remembering(bench)
    first = planned(maker, SALMON, bench)
    bought = dict(parts.made)

    assert planned(maker, SALMON, bench) == first
    assert parts.made == bought
    assert bool(bought) is maker.pays_by_part


def test_an_estimate_is_near_the_bill(maker: Planner, bench: Bench) -> None:
    bench, parts = remembering(bench)

    made = maker.plan(SALMON, bench)

    bill, estimate = maker.price(made.usage + parts.usage), maker.price(maker.estimate(SALMON))
    assert bill is not None
    assert estimate is not None
    assert abs(estimate - bill) <= bill * Decimal("0.1")


def test_the_parts_of_an_estimate_are_near_their_bills(maker: Planner, bench: Bench) -> None:
    bench, parts = remembering(bench)
    maker.plan(SALMON, bench)

    bill, estimate = maker.price(parts.usage), maker.price(sum(parts.estimates.values(), type(parts.usage)()))
    assert bill is not None
    assert estimate is not None
    assert abs(estimate - bill) <= bill * Decimal("0.1")


def test_a_maker_that_pays_by_part_bills_nothing_for_the_whole(maker: Planner, bench: Bench) -> None:
    assert (not maker.plan(SALMON, bench).usage.lines) is maker.pays_by_part


@pytest.mark.parametrize("seconds", [2, 1000])
def test_a_length_that_no_film_has_is_refused(maker: Planner, bench: Bench, seconds: int) -> None:
    with pytest.raises(BadSpec, match="cannot be planned"):
        maker.plan(SALMON.model_copy(update={"target_seconds": seconds}), bench)


def test_a_check_costs_nothing_and_finds_nothing(maker: Planner) -> None:
    assert maker.check() is None
