"""The books of what is being bought."""

from datetime import UTC, datetime
from decimal import Decimal

from blocks.domain.money import Purchased, PurchaseState, Ticket, Usage
from blocks.domain.stages import Step
from blocks.results import purchases
from blocks.results.table import ResultsTable


def ask_for(results: ResultsTable, number: str) -> None:
    """Begin a purchase and send its order, in a transaction each, as tasks do."""
    entry = Purchased(
        number=number,
        key=f"key of {number}",
        channel="test",
        video="film",
        step=Step.CLIP,
        maker="kie",
        account="kie:1",
        state=PurchaseState.BEGUN,
        estimate=Usage.of(credit=42),
        estimate_usd=Decimal("0.21"),
        ticket=None,
        evidence={},
        begun_at=datetime.now(UTC),
    )
    with results.open() as session:
        purchases.begin(session, entry)
    with results.open() as session:
        purchases.note_asking(session, number, {"balance": "100"})


def test_what_others_bought_since_leaves_out_orders_whose_answer_was_lost_too(results_table: ResultsTable) -> None:
    for number in ("first", "lost", "answered"):
        ask_for(results_table, number)
    ticket = Ticket(job="task_1", model="a model")
    with results_table.open() as session:
        purchases.keep_ticket(session, "answered", ticket)

    with results_table.open() as session:
        assert purchases.tickets_since(session, "kie:1", "first") == {"answered": ticket}


def test_what_ran_before_leaves_out_orders_whose_answer_was_lost_too(results_table: ResultsTable) -> None:
    for number in ("lost", "answered", "last"):
        ask_for(results_table, number)
    ticket = Ticket(job="task_1", model="a model")
    with results_table.open() as session:
        purchases.keep_ticket(session, "answered", ticket)

    with results_table.open() as session:
        assert purchases.tickets_running_at(session, "kie:1", "last") == {"answered": ticket}


def test_an_order_that_did_not_arrive_is_no_longer_in_doubt(results_table: ResultsTable) -> None:
    ask_for(results_table, "lost")

    with results_table.open() as session:
        purchases.note_not_ordered(session, "lost")

    with results_table.open() as session:
        found = purchases.find(session, "lost")
    assert found is not None
    assert (found.state, found.evidence) == (PurchaseState.BEGUN, {})
