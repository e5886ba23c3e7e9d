"""What people read while items wait to be tried again."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from prefect import flow

from blocks.domain.specs import ImageSpec
from blocks.domain.stages import Step
from blocks.domain.storyboard import AssetKind
from blocks.errors import ContentRefused, ProviderUnavailable, StudioError
from blocks.results import queries
from blocks.results.values import Failure
from blocks.studio import Studio
from tasks import progress
from tasks.fan_out import Order, make_all, many_at_once
from tests.tasks.makers_for_tests import CountingMaker, draw_counted

SPEC = ImageSpec(kind=AssetKind.CHARACTER, prompt="a fox", style_pack="silhouette")


def run_of_failures(studio: Studio, tmp_path: Path, *failures: str) -> None:
    """Make one picture whose first calls fail, with two more tries at once."""
    maker = CountingMaker(calls=tmp_path / "calls", failures=failures)
    hasty = studio.model_copy(update={"channel": studio.channel.model_copy(update={"retry_waits_s": (0.01, 0.01)})})

    @flow(task_runner=many_at_once())
    async def stage() -> None:
        await make_all(Step.STILL, draw_counted, [Order(item="fox", name=None, spec=SPEC)], maker, hasty)

    asyncio.run(stage())


def errors_of(studio: Studio) -> list[Failure]:
    with studio.results.open() as session:
        return list(queries.errors_of(session, studio.video))


def test_each_failed_try_is_written_down_with_when_the_next_is(studio: Studio, tmp_path: Path) -> None:
    run_of_failures(studio, tmp_path, "away", "away")

    first, second = errors_of(studio)
    assert (first.item, first.step, first.kind, first.attempt) == ("fox", "still", "ProviderUnavailable", 1)
    assert first.next_try_at is not None
    assert first.next_try_at > first.at
    assert first.action == "nothing: it is tried again by itself"
    assert second.attempt == 2


def test_the_last_try_says_what_a_person_can_do(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(ProviderUnavailable):
        run_of_failures(studio, tmp_path, "away", "away", "away")

    last = errors_of(studio)[-1]
    assert (last.attempt, last.next_try_at, last.action) == (3, None, ProviderUnavailable.advice)


def test_an_error_that_no_try_can_mend_tells_the_try_it_came_in(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(ContentRefused):
        run_of_failures(studio, tmp_path, "away", "refused")

    assert [(one.kind, one.attempt) for one in errors_of(studio)] == [("ProviderUnavailable", 1), ("ContentRefused", 2)]


def test_the_progress_names_what_waits_until_it_is_done(studio: Studio) -> None:
    stage = progress.Progress(Step.CLIP, 18, studio)
    for number in (1, 2, 3, 4, 5):
        stage._tell(f"clip {number}", ProviderUnavailable("away"))
    text = str(stage)
    stage.end("clip 1")

    assert re.match(r"clip 0 of 18; clip 1: attempt 2 of 5, next \d\d:\d\d UTC; clip 2: attempt", text)
    assert text.endswith("; 2 more wait")
    assert str(stage).startswith("clip 1 of 18; clip 2: attempt 2 of 5")
    with studio.results.open() as session:
        assert queries.film(session, studio.video).progress == text


def test_every_error_says_what_to_do_in_its_own_words() -> None:
    def kinds(of: type[StudioError]) -> list[type[StudioError]]:
        return [of, *(deeper for kind in of.__subclasses__() for deeper in kinds(kind))]

    vague = {kind.__name__ for kind in kinds(StudioError) if kind.advice == StudioError.advice}
    assert vague == {"StudioError", "TerminalError"}
