"""An idea, planned by a language model: first its free draft, then the film. The tests build on each other, in their order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from blocks.domain.request import Quality, VideoRequest
from blocks.domain.stages import PublishedVideo, Step
from blocks.domain.status import Status
from blocks.errors import BudgetExceeded
from blocks.estimate import Estimate, estimate_idea, plan_spec
from blocks.results.database import EmbeddedPostgres
from tests.flows.leaks import database_rows, files_below, found_in, rows_of, secrets_of, told_by_prefect
from tests.flows.paid_line import CHANNEL, PREFLIGHT, PaidLine
from tests.flows.small_film import made_by_step

DIRECTION = "An old keeper lights the lamp. A ship finds the harbour."
DRAFT = VideoRequest(
    topic="A lighthouse keeper's last winter", target_seconds=8, story_direction=DIRECTION, quality=Quality.DRAFT
)
FILM = DRAFT.model_copy(update={"quality": Quality.FINAL})
QUESTIONS = 4


@pytest.fixture(scope="module")
def estimate(line: PaidLine) -> Estimate:
    return estimate_idea(plan_spec(FILM, line.channel), line.channel)


def test_an_idea_whose_film_would_cost_too_much_is_not_even_planned(line: PaidLine, estimate: Estimate) -> None:
    allowed = line.channel.video_budget_usd
    line.change({"video_budget_usd": str((estimate.total_usd or Decimal(0)) / 2)})
    with pytest.raises(BudgetExceeded, match="raise the channel's video budget"):
        line.produce(FILM)
    line.change({"video_budget_usd": str(allowed)})

    assert (line.paid_calls(), line.purchases()) == (Counter(), ())


@pytest.fixture(scope="module")
def draft(line: PaidLine, estimate: Estimate) -> Iterator[PublishedVideo]:
    """The draft, made once for this file."""
    return line.produce(DRAFT)


def test_a_draft_asks_vendors_for_nothing_but_the_plan(line: PaidLine, draft: PublishedVideo) -> None:
    planner, models = line.channel.planner.charged_model, Counter[str]()
    for call in line.vendors.gemini.books.calls:
        models[call.path.rpartition("/")[2]] += call.endpoint == "generateContent"

    assert +models == {f"{planner}:generateContent": QUESTIONS}
    assert set(line.calls()) - PREFLIGHT == {"generateContent"}


def test_a_draft_is_a_whole_film_in_a_folder_of_its_own(line: PaidLine, draft: PublishedVideo) -> None:
    film = Path(unquote(urlsplit(draft.url).path))
    name = DRAFT.name(CHANNEL).draft

    assert film.parent == line.channel.workspaces / CHANNEL / name.slug
    assert name.slug.endswith("__draft")
    assert film.stat().st_size > 100_000
    assert draft.publisher == "draft"


@pytest.fixture(scope="module")
def published(line: PaidLine, draft: PublishedVideo) -> PublishedVideo:
    """The film, made once for this file, after its draft."""
    return line.produce(FILM)


def test_the_film_is_made_from_the_plan_of_its_draft(line: PaidLine, published: PublishedVideo) -> None:
    bought = Counter(receipt.step for receipt in line.receipts(FILM))

    assert bought[Step.ANSWER] == QUESTIONS
    assert bought[Step.CLIP] == bought[Step.NARRATION] == bought[Step.EFFECT] == 1
    assert made_by_step(line.studio(FILM))[Step.STORYBOARD] == 1
    assert line.film(FILM).status is Status.PUBLISHED


def test_every_receipt_planning_included_is_a_charge_in_its_vendor_s_books(line: PaidLine, published: PublishedVideo) -> None:
    assert {receipt.request_id: receipt.cost_usd for receipt in line.receipts(FILM)} == line.vendors.billed


def test_the_estimate_of_the_planning_is_near_its_receipts(line: PaidLine, published: PublishedVideo, estimate: Estimate) -> None:
    billed = sum(receipt.cost_usd or Decimal(0) for receipt in line.receipts(FILM) if receipt.step == Step.ANSWER)

    assert float(estimate.lines[0].usd or 0) == pytest.approx(float(billed), rel=0.1)


def test_the_estimate_of_the_idea_was_near_the_price_of_the_film(
    line: PaidLine, published: PublishedVideo, estimate: Estimate
) -> None:
    assert float(estimate.total_usd or 0) == pytest.approx(float(line.vendors.total_usd), rel=0.25)


def test_a_second_run_asks_nothing_again(line: PaidLine, published: PublishedVideo) -> None:
    before = line.calls()

    again = line.produce(FILM)

    assert again == published
    assert set(line.calls() - before) == PREFLIGHT


def test_no_key_and_no_signed_address_is_left(
    line: PaidLine, published: PublishedVideo, prefect_database: EmbeddedPostgres
) -> None:
    rows = {f"Prefect's {name}": content for name, content in rows_of(prefect_database).items()}
    places = database_rows(line.results) | files_below(line.home) | rows | asyncio.run(told_by_prefect())

    assert found_in(secrets_of(line), places) == []
