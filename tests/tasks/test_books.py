"""What is written down about a film besides its products."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from prefect import flow

from blocks.domain.money import Price
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.errors import BudgetExceeded, ContentRefused, QuotaExhausted
from blocks.estimate import estimate_film
from blocks.providers.offline import OfflineNarrator
from blocks.results import queries
from blocks.storyboard_files import load_storyboard
from blocks.studio import Studio
from tasks.books import Failure, advance, quote, stop_film

BOARD = load_storyboard(Path(__file__).parents[2] / "docs/samples/short.yaml")


class PricedNarrator(OfflineNarrator):
    """An offline narrator that costs a dollar a hundred characters."""

    _block_type_name = "Priced Narrator"
    prices: ClassVar[tuple[Price, ...]] = (Price(unit="character", usd=Decimal("0.01")),)


def priced(studio: Studio, budget: str) -> Studio:
    changes = {"narrator": PricedNarrator(), "video_budget_usd": Decimal(budget)}
    return studio.model_copy(update={"channel": studio.channel.model_copy(update=changes)})


def ask_for_quote(studio: Studio) -> None:
    @flow
    async def alone() -> None:
        await quote(BOARD, studio)

    asyncio.run(alone())


def test_an_estimate_has_a_line_for_each_step_and_adds_up(studio: Studio) -> None:
    estimate = estimate_film(BOARD, priced(studio, "100").channel)
    characters = sum(len(scene.narration) for scene in BOARD.scenes)

    assert [(line.step, line.items) for line in estimate.lines] == [
        (Step.STILL, len(BOARD.assets)),
        (Step.CLIP, 8),
        (Step.NARRATION, 8),
        (Step.EFFECT, 8),
    ]
    assert estimate.total_usd == Decimal("0.01") * characters


def test_a_film_over_its_budget_is_not_started(studio: Studio) -> None:
    with pytest.raises(BudgetExceeded, match=r"raise the channel's video budget"):
        ask_for_quote(priced(studio, "1"))


def test_a_film_within_its_budget_is_started(studio: Studio) -> None:
    ask_for_quote(priced(studio, "100"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ContentRefused("not that"), Status.ERROR_ASSETS),
        (QuotaExhausted("used up"), Status.ERROR_QUOTA),
        (KeyError("unforeseen"), Status.ERROR_ASSETS),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_a_failure_moves_the_film_to_its_error_and_is_kept(studio: Studio, error: Exception, status: Status) -> None:
    @flow
    async def fail() -> None:
        await advance(studio, Status.GENERATING_ASSETS)
        await stop_film(studio, Step.STILL, [Failure(item="asset wolf", error=error)])

    asyncio.run(fail())

    with studio.results.open() as session:
        assert queries.film(session, studio.video).status is status
        last = queries.last_error(session, studio.video)
    assert last is not None
    assert (last.step, last.item, last.kind) == ("still", "asset wolf", type(error).__name__)
