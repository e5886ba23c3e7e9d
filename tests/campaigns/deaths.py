"""`python -m tests.campaigns.deaths`: kill the process that makes paid films, at every boundary and at many random moments.

The vendors are emulated and live on; the next process goes on where the last one was. After each film the laws of paying once are
held against the vendors' books, and an account is printed. It takes about half an hour.
"""

# ruff: noqa: PLC0415 -- Prefect reads its settings when it is imported

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import pytest_configure

if TYPE_CHECKING:
    from blocks.domain.request import VideoRequest
    from tests.flows.mortal_line import Line
    from tests.flows.paid_audit import Account
    from tests.flows.paid_deaths import Moment, Nursery

MOST_PAID_CALLS, MOST_CALLS = 4, 30
"""A process is killed at latest when it has made so many calls that are paid, or calls for products."""
LONGEST_LIFE_S = 25.0
"""A process that is killed by the clock lives at most so long."""


@dataclass
class Campaign:
    """All films of one campaign."""

    home: Path
    nursery: Nursery
    chance: random.Random
    accounts: list[Account]
    films: int = 0

    @contextmanager
    def film(self, request: VideoRequest, *, calls_back: bool) -> Iterator[Line]:
        """Set up a film; its account is given when it is finished."""
        from tests.flows.mortal_line import mortal_line
        from tests.flows.paid_audit import audit

        self.films += 1
        home = self.home / f"film-{self.films}"
        home.mkdir()
        started = time.monotonic()
        with mortal_line(request, home, self.home / "postgres", self.nursery, calls_back=calls_back) as line:
            yield line
            account = audit(line)
        self.accounts.append(account)
        say(f"{account}\n  in {time.monotonic() - started:.0f} s")

    def die_everywhere(self, idea: VideoRequest) -> None:
        """Die at every boundary of every paid step, from the plan on."""
        from blocks.domain.stages import Step
        from tests.flows.paid_deaths import deaths_of

        with self.film(idea, calls_back=False) as line:
            for step in (Step.ANSWER, Step.STILL, Step.CLIP, Step.NARRATION, Step.EFFECT):
                for death in deaths_of(step):
                    while not (ending := line.die(death)).was_killed:
                        if ending.is_finished or not line.goes_on_after(ending):
                            raise RuntimeError(f"nobody came to die at {death}: {ending}")
                    say(f"  {line.kills[-1].at:%H:%M:%S} {death}")
            line.finish()

    def die_by_chance(self, request: VideoRequest, moments: int) -> None:
        """Make films, each from nothing, and kill their processes at random until it was done so often."""
        killed = 0
        while killed < moments:
            with self.film(request, calls_back=self.films % 2 == 0) as line:
                is_finished = False
                while not is_finished and killed < moments:
                    kind, moment = self._draw(line)
                    ending = line.run(kind, moment)
                    killed += ending.was_killed
                    is_finished = ending.is_finished
                    if ending.stopped_by and not line.goes_on_after(ending):
                        raise RuntimeError(f"the film stopped: {ending.stopped_by}")
                    say(f"  {killed}: {kind if ending.was_killed else ending.stopped_by or 'finished'}")
                if not is_finished:
                    line.finish()

    def _draw(self, line: Line) -> tuple[str, Moment]:
        from tests.flows.paid_deaths import PAID, WORK

        later_s = self.chance.choice((0.0, self.chance.uniform(0, 0.5)))
        match self.chance.choice(("paid", "paid", "any", "clock")):
            case "paid":
                return "by its paid calls", _later(line.after_calls(self.chance.randint(1, MOST_PAID_CALLS), *PAID), later_s)
            case "any":
                return "by its calls", _later(line.after_calls(self.chance.randint(1, MOST_CALLS), *WORK), later_s)
        return "by the clock", _later(lambda: True, self.chance.uniform(0, LONGEST_LIFE_S))


def _later(moment: Moment, later_s: float) -> Moment:
    """Choose the moment so long after another."""
    since: list[float] = []

    def has_come() -> bool:
        if not since and moment():
            since.append(time.monotonic())
        return bool(since) and time.monotonic() - since[0] >= later_s

    return has_come


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the campaign; ends with 1 when a law is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.deaths", description=__doc__)
    parser.add_argument("--moments", type=int, default=100, help="random deaths, after those at every boundary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--film", choices=("full", "small"), default="full", help="18 scenes, or 2")
    parser.add_argument("--boundaries", action=argparse.BooleanOptionalAction, default=True)
    told = parser.parse_args()
    pytest_configure()
    started = time.monotonic()
    with campaign(told.seed) as run:
        from blocks.domain.request import VideoRequest
        from tests.flows.paid_studio import full_request
        from tests.flows.small_film import small_request

        if told.boundaries:
            run.die_everywhere(VideoRequest(**IDEA))
        run.die_by_chance(full_request() if told.film == "full" else small_request(), told.moments)
        accounts = run.accounts
    sum_up(accounts, time.monotonic() - started)
    sys.exit(any(account.problems for account in accounts))


IDEA = {
    "topic": "A lighthouse keeper's last winter",
    "story_direction": "An old keeper lights the lamp. A storm comes over the sea. A ship finds the harbour.",
    "target_seconds": 40,
}


@contextmanager
def campaign(seed: int) -> Iterator[Campaign]:
    """Start the servers that all films share."""
    from tests.benchmarks.prefect_server import prefect_served
    from tests.flows.paid_deaths import nursery

    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="deaths-")))
        home.chmod(0o755)
        stack.enter_context(prefect_served(home))
        yield Campaign(home, stack.enter_context(nursery()), random.Random(seed), [])


def sum_up(accounts: list[Account], seconds: float) -> None:
    """Print what all films came to."""
    kills = sum(sum(account.kills.values()) for account in accounts)
    say(f"\n{len(accounts)} films, {kills} kills, {sum(account.runs for account in accounts)} processes, {seconds:.0f} s")
    for name in ("charges", "receipts", "possibly_paid", "confirmed", "parked", "adopted"):
        say(f"  {name.replace('_', ' ')}: {sum(getattr(account, name) for account in accounts)}")
    for name in ("charged_usd", "receipts_usd", "at_stake_usd"):
        say(f"  {name}: {sum(getattr(account, name) for account in accounts)}")
    say(f"  broken laws: {sum(len(account.problems) for account in accounts)}")


if __name__ == "__main__":
    main()
