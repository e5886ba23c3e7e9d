"""A film by paid makers, end to end, against emulated vendors. The tests of this file build on each other, in their order."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL

from blocks.domain.request import VideoRequest
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.errors import BudgetExceeded
from blocks.estimate import Estimate, estimate_film
from blocks.results.database import EmbeddedPostgres
from flows.produce import produce_video
from flows.shell import run_from_shell
from tests.flows.leaks import (
    database_rows,
    files_below,
    found_in,
    rows_of,
    secrets_of,
    told_by_prefect,
    watching_command_lines,
)
from tests.flows.paid_line import CHANNEL, PAID_CALLS, PREFLIGHT, PaidLine, brief_board, brief_request, edited_asset, edited_scene
from tests.flows.paid_studio import ROOT

PATIENCE_S = 600


@pytest.fixture(scope="module")
def estimate(line: PaidLine) -> Estimate:
    return estimate_film(brief_board(), line.channel)


@pytest.mark.parametrize(
    ("budget", "status"), [("video_budget_usd", Status.ERROR_INVALID_INPUT), ("daily_budget_usd", Status.ERROR_QUOTA)]
)
def test_a_budget_of_half_the_estimate_stops_a_film_before_its_first_paid_call(
    line: PaidLine, estimate: Estimate, budget: str, status: Status
) -> None:
    allowed, half = getattr(line.channel, budget), (estimate.total_usd or Decimal(0)) / 2
    line.change({budget: str(half)})
    with pytest.raises(BudgetExceeded, match=rf"{half:.2f} USD a (film|day)") as refused:
        line.produce(brief_request())
    line.change({budget: str(allowed)})

    error = line.errors(brief_request())[-1]
    assert (error.kind, error.item, error.next_try_at) == ("BudgetExceeded", "estimate", refused.value.resets_at)
    assert line.film(brief_request()).status is status
    assert (line.paid_calls(), line.purchases()) == (Counter(), ())


class Shell:
    """How a film was made from the shell."""

    def __init__(self, line: PaidLine) -> None:
        story = line.home / "story.json"
        story.write_text(brief_board().model_dump_json(), encoding="utf-8")
        talkative = {"LEVEL": "DEBUG", "LOGGERS_BLOCKS_LEVEL": "DEBUG", "ROOT_LEVEL": "INFO"}
        wishes = {"PREFECT_API_URL": str(PREFECT_API_URL.value())} | {
            f"PREFECT_LOGGING_{name}": level for name, level in talkative.items()
        }
        with (line.home / "said.txt").open("wb") as said, watching_command_lines() as command_lines:
            ended = subprocess.run(
                [sys.executable, "-m", "flows.produce", "--story", str(story), "--channel", CHANNEL],
                env=os.environ | wishes,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=said,
                timeout=PATIENCE_S,
                check=False,
            )
        self.code, self.told = ended.returncode, ended.stdout.decode()
        self.said = (line.home / "said.txt").read_text(encoding="utf-8")
        self.command_lines = command_lines


@pytest.fixture(scope="module")
def made(line: PaidLine) -> Shell:
    """The brief film, made once for this file."""
    return Shell(line)


def test_the_film_goes_on_when_the_budget_is_raised(line: PaidLine, made: Shell) -> None:
    assert made.code == 0, made.said
    assert line.film(brief_request()).status is Status.PUBLISHED
    assert Path(made.told.strip()).is_file()


def test_every_receipt_is_a_charge_in_its_vendor_s_books_to_the_cent_and_every_charge_has_one(
    line: PaidLine, made: Shell
) -> None:
    receipts = {receipt.request_id: receipt.cost_usd for receipt in line.receipts(brief_request())}

    assert receipts == line.vendors.billed
    assert line.paid_calls() == PAID_CALLS


@pytest.mark.parametrize("step", [Step.STILL, Step.CLIP, Step.NARRATION, Step.EFFECT])
def test_each_estimate_is_within_a_twentieth_of_its_receipts(line: PaidLine, made: Shell, estimate: Estimate, step: Step) -> None:
    billed = sum(receipt.cost_usd or Decimal(0) for receipt in line.receipts(brief_request()) if receipt.step == step)
    (expected,) = (one.usd for one in estimate.lines if one.step == step)

    assert float(expected or 0) == pytest.approx(float(billed), rel=0.05)


def test_the_shell_tells_the_estimate_and_makes_nothing(
    line: PaidLine, made: Shell, estimate: Estimate, capsys: pytest.CaptureFixture[str]
) -> None:
    before = line.calls()

    run_from_shell(produce_video, ["--story", str(line.home / "story.json"), "--channel", CHANNEL, "--estimate"])

    table = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in table] == ["step", "still", "clip", "narration", "effect", "total", "the"]
    assert table[-2].split() == ["total", f"{estimate.total_usd:.2f}"]
    assert line.calls() == before


def test_run_again_it_asks_no_vendor_for_anything_but_the_free_preflight(line: PaidLine, made: Shell) -> None:
    before, receipts = line.calls(), line.receipts(brief_request())

    line.produce(brief_request())

    assert set(line.calls() - before) == PREFLIGHT
    assert line.receipts(brief_request()) == receipts


EDITS: dict[str, tuple[VideoRequest, Mapping[str, int]]] = {
    "a line of narration": (
        edited_scene(brief_board(), 2, narration="The scout's own name is buried deep in sand."),
        {"with-timestamps": 1},
    ),
    "a movement": (
        edited_scene(brief_board(), 2, motion_prompt=brief_board().scenes[1].motion_prompt.replace("small robed", "lone robed")),
        {"createTask": 1},
    ),
    "an effect": (
        edited_scene(brief_board(), 1, effect_prompt="A cold wind over open ground, slow hooves, ropes creaking."),
        {"sound-generation": 1},
    ),
    "a variation": (
        edited_asset(brief_board(), "camel-resting", prompt="The same camel lying down in profile, full body, clear ground."),
        {"generateContent": 1, "createTask": 1},
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_buys_only_what_depends_on_it(line: PaidLine, made: Shell, what: str) -> None:
    request, expected = EDITS[what]
    before = line.paid_calls()

    line.buy(request)

    assert line.paid_calls() - before == expected


def test_after_all_edits_the_books_of_both_sides_still_agree(line: PaidLine, made: Shell) -> None:
    assert {receipt.request_id: receipt.cost_usd for receipt in line.all_receipts()} == line.vendors.billed


PLACES: dict[str, Any] = {
    "the results database": lambda line, _: database_rows(line.results),
    "the files": lambda line, _: files_below(line.home),
    "Prefect's database": lambda _, prefects: rows_of(prefects),
    "the databases' files": lambda _, prefects: files_below(prefects.folder),
    "what Prefect tells": lambda *_: asyncio.run(told_by_prefect()),
}


@pytest.mark.parametrize("where", PLACES)
def test_no_key_and_no_signed_address_is_left(
    line: PaidLine, made: Shell, prefect_database: EmbeddedPostgres, where: str
) -> None:
    places = PLACES[where](line, prefect_database)

    assert places
    assert found_in(secrets_of(line), places) == []


def test_no_command_line_holds_a_key_or_a_signed_address(line: PaidLine, made: Shell) -> None:
    assert any(b"flows.produce" in seen for seen in made.command_lines)
    assert found_in(secrets_of(line), {"command lines": b"\n".join(made.command_lines)}) == []


def test_the_console_of_the_most_talkative_run_holds_no_key_and_no_signed_address(line: PaidLine, made: Shell) -> None:
    assert "KIE: POST /api/v1/jobs/createTask" in made.said
    assert found_in(secrets_of(line), {"console": f"{made.told}{made.said}".encode()}) == []
