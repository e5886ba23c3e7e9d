"""Many orders from one KIE account at once, on a line that fails: each item is one job, whatever happens."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.capabilities.bench import Made
from blocks.capabilities.purchase import Unwritten
from blocks.domain.money import Ticket
from blocks.errors import TransientError
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kie.api import KieCredentials
from tests.emulators import faults as ways
from tests.emulators import kie as emulated
from tests.emulators.faults import Faults
from tests.emulators.kie import KieEmulator
from tests.providers.clip_orders import a_clip, new_bench

CLIPS = 10
AT_ONCE = 4
TROUBLE = {ways.RESET: 0.1, ways.BROKEN: 0.1, ways.RATE_LIMITED: 0.05, ways.OVERLOADED: 0.05}


class Ledger:
    """The orders of one account, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.asked_at: dict[str, int] = {}
        self.tickets: dict[str, Ticket] = {}
        self.counter = itertools.count()


class Entry(Unwritten):
    """One purchase in a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger

    def asking(self, **evidence: str) -> None:
        super().asking(**evidence)
        self.ledger.asked_at[self.number] = next(self.ledger.counter)

    def keep(self, ticket: Ticket) -> None:
        super().keep(ticket)
        self.ledger.tickets[self.number] = ticket

    def bought_since(self) -> dict[str, Ticket]:
        asked_at = self.ledger.asked_at
        return {
            number: ticket
            for number, ticket in list(self.ledger.tickets.items())
            if number != self.number and asked_at[number] >= asked_at[self.number]
        }

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self.ledger.lock:
            yield


def make(maker: KlingAnimator, purchase: Entry, folder: Path, number: int) -> Made:
    """Do what the task does: trace what is in doubt, adopt what is found, order what was never ordered."""
    spec = a_clip(folder, prompt=f"Grass moves, number {number}.")
    for _ in range(40):
        try:
            if purchase.evidence and purchase.ticket is None and (ticket := maker.trace(purchase)) is not None:
                purchase.keep(ticket)
            return maker.animate(spec, new_bench(folder, purchase))
        except TransientError:
            continue
    raise TimeoutError(f"clip {number} was never made")


@pytest.fixture
def kie() -> Iterator[KieEmulator]:
    with emulated.served(faults=Faults(seed=7, rates=TROUBLE)) as vendor:
        yield vendor


def test_every_item_is_one_job_and_one_charge(kie: KieEmulator, tmp_path: Path) -> None:
    credentials = KieCredentials(api_key=SecretStr("test-key"), base_url=kie.url)
    maker = KlingAnimator(credentials=credentials, upload_url=kie.upload_url, poll_s=0.01, settle_s=0)
    ledger = Ledger()
    folders = [tmp_path / str(number) for number in range(CLIPS)]
    for folder in folders:
        folder.mkdir()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda number: make(maker, Entry(ledger), folders[number], number), range(CLIPS)))

    assert {one.request_id for one in made} == {charge.request_id for charge in kie.books.charges}
    assert len(kie.books.charges) == len(kie.jobs) == CLIPS
    assert kie.peak_jobs <= AT_ONCE
