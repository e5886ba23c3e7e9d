"""The process that buys a film is killed again and again; nothing that was paid for is lost, and nothing is paid for twice.

A sample of all places to die at, drawn by a seed; `python -m tests.campaigns.deaths` dies at each of them, and at random moments.
The tests of this file are one story, in their order.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from blocks.domain.money import PurchaseState
from blocks.domain.request import VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.results import purchases, queries
from tests.flows.dying_film import Boundary
from tests.flows.mortal_line import Line, mortal_line
from tests.flows.paid_audit import audit, read_books
from tests.flows.paid_deaths import Death, Nursery, deaths_of, nursery
from tests.flows.small_film import small_request

SEED = 22
IDEA = VideoRequest(
    topic="A lighthouse keeper's last winter",
    story_direction="An old keeper lights the lamp. A storm comes over the sea. A ship finds the harbour.",
    target_seconds=24,
)


def some_of(step: Step, count: int, places: slice = slice(None)) -> list[Death]:
    """Draw places to die at, in the order in which a purchase comes to them."""
    found = deaths_of(step)[places]
    drawn = random.Random(f"{SEED} {step} {places}").sample(range(len(found)), count)
    return [found[place] for place in sorted(drawn)]


BEFORE_THE_ORDER, AFTER_THE_TICKET = slice(0, 5), slice(8, None)
ORDERED_WITHOUT_TICKET = Death(Step.CLIP, Boundary.ANSWER_READ)


@pytest.fixture(scope="module")
def born(prefect_api: str) -> Iterator[Nursery]:
    """What starts the processes."""
    with nursery() as kept:
        yield kept


@pytest.fixture(scope="module")
def line(born: Nursery, postgres_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The small film."""
    with mortal_line(small_request(), tmp_path_factory.mktemp("mortal"), postgres_folder, born, calls_back=True) as film:
        yield film


@pytest.mark.parametrize("death", some_of(Step.STILL, 2) + some_of(Step.CLIP, 1, BEFORE_THE_ORDER), ids=str)
def test_a_process_dies_before_anything_is_lost(line: Line, death: Death) -> None:
    assert line.die(death).was_killed


def test_a_job_whose_answer_died_is_brought_back_by_a_callback(line: Line) -> None:
    assert line.die(ORDERED_WITHOUT_TICKET).was_killed

    line.wait_for_callback()
    (ordered,) = [one.number for one in read_books(line).purchases if one.state is PurchaseState.RUNNING]
    assert line.hints == [ordered]


def test_without_a_callback_such_a_job_is_parked_with_what_is_at_risk(line: Line) -> None:
    line.listen(False)
    assert line.die(ORDERED_WITHOUT_TICKET).was_killed

    ending = line.run()

    with line.studio.results.open() as session:
        (parked,) = purchases.in_states(session, (PurchaseState.PARKED,))
        (alert,) = session.scalars(text("SELECT title FROM alerts")).all()
        status = queries.film(session, line.studio.video).status
    (charge,) = [one for one in read_books(line).confirmed if one.endpoint == "createTask"]
    assert ending.stopped_by.startswith("PaymentUnclear")
    assert status is Status.ERROR_VIDEO
    assert parked.estimate_usd == charge.usd
    assert alert == f"kie: {charge.usd:.2f} USD may have been paid for a clip that cannot be found"


def test_a_person_s_word_frees_a_parked_job(line: Line) -> None:
    assert line.give_word() == 1


AND_ON = some_of(Step.CLIP, 2, AFTER_THE_TICKET) + some_of(Step.NARRATION, 1) + some_of(Step.EFFECT, 1)


@pytest.mark.parametrize("death", AND_ON, ids=str)
def test_a_process_dies_on_the_rest_of_its_way(line: Line, death: Death) -> None:
    assert line.die(death).was_killed


def test_after_all_these_deaths_the_film_is_whole_and_nothing_was_paid_for_twice(line: Line) -> None:
    line.finish()

    assert audit(line).problems == ()


def test_a_plan_that_died_between_two_answers_asks_only_for_what_it_did_not_hear(
    born: Nursery, postgres_folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "planned"
    home.mkdir()
    with mortal_line(IDEA, home, postgres_folder, born, calls_back=False, only_plans=True) as line:
        for death in some_of(Step.ANSWER, 2):
            assert line.die(death).was_killed
        line.finish()

        assert audit(line).problems == ()
