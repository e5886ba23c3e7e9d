"""The laws of paying once, held against the vendors' books after a film whose makers were killed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from blocks.domain.layout import asset_name, clip_name, effect_name, narration_name, seed_name
from blocks.domain.money import PurchaseState, Receipt
from blocks.domain.stages import Step
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.results import purchases, queries
from blocks.storage import sha256_of
from tests.emulators.books import Charge
from tests.flows.mortal_line import Line

BOUGHT = (Step.ANSWER, Step.STILL, Step.CLIP, Step.NARRATION, Step.EFFECT)
ENDPOINTS = {
    Step.STILL: "generateContent",
    Step.ANSWER: "generateContent",
    Step.CLIP: "createTask",
    Step.NARRATION: "with-timestamps",
    Step.EFFECT: "sound-generation",
}
ESTIMATE_MARGIN = Decimal("1.05")
"""What is at stake is estimated, and a bill may be so much above its estimate."""


@dataclass(frozen=True)
class Entry:
    """One purchase with its times, as its row has them."""

    number: str
    key: str
    step: Step
    state: PurchaseState
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Books:
    """Both sides' books of one film."""

    receipts: tuple[Receipt, ...]
    purchases: tuple[Entry, ...]
    charges: tuple[Charge, ...]
    spent: purchases.Spending

    @property
    def possibly_paid(self) -> list[Entry]:
        return [one for one in self.purchases if one.state is PurchaseState.POSSIBLY_PAID]

    @property
    def charged_usd(self) -> Decimal:
        return sum((charge.usd for charge in self.charges), Decimal(0))

    @property
    def confirmed(self) -> list[Charge]:
        """What the vendors billed and no receipt tells of."""
        told = {receipt.request_id for receipt in self.receipts}
        return [charge for charge in self.charges if charge.request_id not in told]

    def keys_by_item(self) -> dict[tuple[str, str], set[str]]:
        """Give the memory keys of what the vendors billed under the same words, by endpoint and words."""
        items = {charge.request_id: (charge.endpoint, charge.item) for charge in self.charges}
        keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for receipt in self.receipts:
            if receipt.request_id in items:
                keys[items[receipt.request_id]].add(receipt.key)
        return keys


@dataclass(frozen=True)
class Account:
    """What became of one film, in numbers and in broken laws."""

    film: str
    kills: Counter[str]
    runs: int
    calls: Counter[str]
    charges: int
    receipts: int
    possibly_paid: int
    confirmed: int
    parked: int
    adopted: int
    """Jobs without a ticket that a callback brought back."""
    receipts_usd: Decimal
    charged_usd: Decimal
    at_stake_usd: Decimal
    problems: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.film}: {sum(self.kills.values())} kills, {self.runs} processes, {sum(self.calls.values())} calls",
            f"  vendors: {self.charges} charges, {self.charged_usd} USD",
            f"  ours: {self.receipts} receipts, {self.receipts_usd} USD",
            f"  possibly paid: {self.possibly_paid} purchases, {self.confirmed} of them billed; at stake {self.at_stake_usd} USD",
            f"  jobs: {self.parked} parked for a person, {self.adopted} brought by a callback",
            *(f"  killed {kind}: {count}" for kind, count in sorted(self.kills.items())),
            *(f"  BROKEN: {problem}" for problem in self.problems),
        ]
        return "\n".join(lines)


def audit(line: Line) -> Account:
    """Hold the laws against a film that is finished."""
    books = read_books(line)
    problems = (
        *(f"stopped by {stop}" for stop in line.stops),
        *_unfinished(line),
        *_misbilled(books),
        *_bought_again(books),
        *_repeated_without_death(line, books),
        *_jobs_ordered_twice(line, books),
    )
    calls = line.vendors.gemini.books, line.vendors.kie.books, line.vendors.elevenlabs.books
    return Account(
        film=str(line.studio.video),
        kills=Counter(kill.kind for kill in line.kills),
        runs=line.runs,
        calls=sum((one.by_endpoint() for one in calls), Counter()),
        charges=len(books.charges),
        receipts=len(books.receipts),
        possibly_paid=len(books.possibly_paid),
        confirmed=len(books.confirmed),
        parked=len(line.parked),
        adopted=len(line.hints),
        receipts_usd=books.spent.receipts,
        charged_usd=books.charged_usd,
        at_stake_usd=books.spent.at_stake,
        problems=problems,
    )


def read_books(line: Line) -> Books:
    """Read our books and the vendors'."""
    vendors = line.vendors
    with line.studio.results.open() as session:
        rows = session.connection().exec_driver_sql("SELECT number, key, step, state, begun_at, ended_at FROM purchases")
        entries = [Entry(row[0], row[1], Step(row[2]), PurchaseState(row[3]), row[4], row[5]) for row in rows]
        return Books(
            receipts=queries.receipts_of(session, line.studio.video),
            purchases=tuple(entries),
            charges=tuple(charge for one in (vendors.gemini, vendors.kie, vendors.elevenlabs) for charge in one.books.charges),
            spent=purchases.spent_on_film(session, line.studio.video),
        )


def _unfinished(line: Line) -> list[str]:
    """Every product is there, once, whole, and under the name people look for."""
    with line.studio.results.open() as session:
        film = queries.film(session, line.studio.video)
        linked = {item.name.partition(".")[0]: item.product for item in queries.products_of(session, line.studio.video)}
        steps = tuple(step.value for step in BOUGHT)
        rows = session.connection().exec_driver_sql("SELECT key FROM products WHERE step = ANY(%s)", (list(steps),))
        bought = {row[0] for row in rows}
    assert film.storyboard is not None
    names = {"storyboard"} if line.only_plans else _names(film.storyboard)
    problems = [f"{name} is missing" for name in names - linked.keys()]
    if not line.only_plans and film.status is not Status.PUBLISHED:
        problems.append(f"the film is {film.status}")
    for name, product in linked.items():
        file = line.studio.results.storage.open(product.address)
        if sha256_of(file) != product.address.partition(".")[0]:
            problems.append(f"{name} is damaged")
    used = {product.key for product in linked.values()}
    unused = 0 if line.only_plans else len(_without_answers(line, bought) - used)
    return problems + ([f"{unused} products were bought that the film does not use"] if unused else [])


def _without_answers(line: Line, keys: set[str]) -> set[str]:
    with line.studio.results.open() as session:
        return {key for key in keys if (product := queries.find_product(session, key)) and product.step != Step.ANSWER}


def _names(board: Storyboard) -> set[str]:
    names = {asset_name(asset, number) for number, asset in enumerate(board.assets, start=1)}
    return names | {name(scene.number) for scene in board.scenes for name in (seed_name, clip_name, narration_name, effect_name)}


def _misbilled(books: Books) -> list[str]:
    """Receipts are what was billed, and what was billed beyond them is in our books as possibly paid, item by item."""
    billed = {charge.request_id: charge.usd for charge in books.charges}
    problems = [
        f"receipt {receipt.request_id} says {receipt.cost_usd} USD, the vendor {billed.get(receipt.request_id or '')}"
        for receipt in books.receipts
        if billed.get(receipt.request_id or "") != receipt.cost_usd
    ]
    keys = books.keys_by_item()
    staked = Counter(one.key for one in books.possibly_paid)
    for item, count in Counter((charge.endpoint, charge.item) for charge in books.confirmed).items():
        known = sum(staked[key] for key in keys.get(item, ()))
        if count > known:
            problems.append(f"{item[0]} billed {count} more than receipts say, {known} are possibly paid: {item[1][:60]}")
    confirmed_usd = sum((charge.usd for charge in books.confirmed), Decimal(0))
    if books.spent.receipts + confirmed_usd != books.charged_usd:
        problems.append(f"receipts {books.spent.receipts} and confirmed {confirmed_usd} are not the vendors' {books.charged_usd}")
    most_usd = books.spent.receipts + books.spent.at_stake * ESTIMATE_MARGIN
    if not books.spent.receipts <= books.charged_usd <= most_usd:
        problems.append(f"billed {books.charged_usd} is not between {books.spent.receipts} and {most_usd}")
    return problems


def _bought_again(books: Books) -> list[str]:
    """Nothing that was recorded was asked for again, and no key was delivered or billed more often than deaths explain."""
    delivered = Counter(receipt.key for receipt in books.receipts if receipt.delivered)
    problems = [f"{key} was delivered {count} times" for key, count in delivered.items() if count > 1]
    recorded_at = {receipt.key: receipt.at for receipt in books.receipts if receipt.delivered}
    problems += [
        f"{one.step} {one.key} was recorded at {recorded_at[one.key]} and begun again at {one.begun_at}"
        for one in books.purchases
        if one.key in recorded_at and one.begun_at > recorded_at[one.key]
    ]
    staked = Counter(one.key for one in books.possibly_paid)
    charged = Counter((charge.endpoint, charge.item) for charge in books.charges)
    for item, keys in books.keys_by_item().items():
        if charged[item] > sum(1 + staked[key] for key in keys):
            problems.append(f"{item[0]} billed {charged[item]} times: {item[1][:60]}")
    return problems


def _repeated_without_death(line: Line, books: Books) -> list[str]:
    """Only what was under way at a kill was asked for again, and every call has a purchase of its own."""
    problems = [
        f"{one.step} {one.key} is possibly paid from {one.begun_at} to {one.ended_at}, and nobody was killed then"
        for one in books.possibly_paid
        if not any(one.begun_at <= kill.at <= (one.ended_at or kill.at) for kill in line.kills)
    ]
    ends, parked = {PurchaseState.SETTLED, PurchaseState.POSSIBLY_PAID}, {one.number for one in line.parked}
    open_still = [one for one in books.purchases if one.state not in ends and one.number not in parked]
    problems += [f"{one.step} {one.key} is {one.state}" for one in open_still]
    begun = Counter(ENDPOINTS[one.step] for one in books.purchases)
    charged = Counter(charge.endpoint for charge in books.charges)
    for endpoint in charged:
        calls = line.calls(endpoint)
        if not charged[endpoint] == calls <= begun[endpoint]:
            problems.append(f"{endpoint}: {calls} calls, {charged[endpoint]} charges, {begun[endpoint]} purchases")
    return problems


def _jobs_ordered_twice(line: Line, books: Books) -> list[str]:
    """No picture is animated twice unless the vendor failed the first job, and a clip is never written off as possibly paid."""
    if line.only_plans:
        return []
    problems = []
    for key, spec in line.clips().items():
        jobs = line.jobs_for(spec)
        failed = sum(job.failure is not None for job in jobs)
        if len(jobs) != 1 + failed:
            problems.append(f"clip {key} has {len(jobs)} jobs, of which {failed} failed")
    written_off = [one.key for one in books.possibly_paid if one.step is Step.CLIP]
    return problems + [f"clip {key} was written off and ordered again" for key in written_off]
