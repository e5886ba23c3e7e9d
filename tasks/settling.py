"""A person's word about what a machine cannot find out: a parked purchase, a stopped account, a film taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from prefect import task

from blocks.domain.money import Purchased, PurchaseState, Receipt, Ticket
from blocks.domain.publication import Publication, PublicationState
from blocks.errors import BadSpec
from blocks.results import entries, publications, purchases, stops
from blocks.results.table import ResultsTable
from blocks.studio import Studio
from tasks.publications import alone

_PATIENCE_S = 10.0
"""How long a person waits for a film that is being published."""
_IN_DOUBT = frozenset({PurchaseState.ASKED, PurchaseState.PARKED})


class Outcome(StrEnum):
    """What became of an order whose answer was lost."""

    JOB_IS_THERE = "job is there"
    """The provider lists it, under a task id: it is collected by the film's next run."""
    NOTHING_WAS_BOUGHT = "nothing was bought"
    """The provider knows nothing of it: the film's next run orders it again."""
    PAID_IN_VAIN = "paid in vain"
    """It was billed and its job is lost: it is written off, and the film's next run orders it again."""


@task(name="settle purchase")
def settle(number: str, outcome: Outcome, job: str, results: ResultsTable) -> Purchased:
    """Write down what became of a parked purchase.

    Raises:
        BadSpec: there is no such purchase, it is not in doubt, or the job's id is missing.
    """
    with results.open() as session:
        parked = purchases.find(session, number)
        if parked is None:
            raise BadSpec(f"there is no purchase {number}: its number is in the film's error and in the alert")
        if parked.state not in _IN_DOUBT:
            raise BadSpec(
                f"purchase {number} is {parked.state}: only one that is parked, or was asked for and lost, can be settled"
            )
        match outcome:
            case Outcome.JOB_IS_THERE if not job.strip():
                raise BadSpec(
                    f"purchase {number} cannot be collected without its task id: copy it from the provider's list of tasks"
                )
            case Outcome.JOB_IS_THERE:
                purchases.keep_ticket(session, number, Ticket(job=job.strip(), model=parked.maker))
            case Outcome.NOTHING_WAS_BOUGHT:
                purchases.end(session, number, PurchaseState.VOID, "a person saw that nothing was bought")
            case Outcome.PAID_IN_VAIN:
                entries.record_undelivered(session, _receipt_of(parked))
        return purchases.find(session, number) or parked


@task(name="reopen account")
def reopen(account: str, results: ResultsTable) -> None:
    """Let an account be asked again.

    Raises:
        BadSpec: it is not stopped; the message lists those that are.
    """
    with results.open() as session:
        if not stops.lift_stop(session, account):
            stopped = ", ".join(stop.account for stop in stops.standing_stops(session)) or "none"
            raise BadSpec(f"the account {account!r} is not stopped; stopped are: {stopped}")


@task(name="release publication")
def release(studio: Studio, *, sure: bool) -> Publication:
    """Take a film that was published, or was to be, out of the books, so that it may be published anew.

    Args:
        studio: the film.
        sure: a person saw that nothing of it is left, for the case that the service cannot be asked any more.

    Raises:
        BadSpec: it was not published; or the service still has it, or may have it; or it is being published now.
        StudioError: the service cannot be asked.
    """
    with studio.results.open() as session:
        held = publications.publications_of(session, studio.video)
    if not held:
        raise BadSpec(f"{studio.video} is not published, nor being published: there is nothing to release")
    gone = [one for one in held if _release_one(one, studio, sure=sure)]
    if not gone:
        still = " and ".join(f"{one.account} {one.url}".rstrip() for one in held)
        raise BadSpec(
            f"{studio.video} is, or may be, still shown on {still}: delete it there first; if the service cannot be asked, and "
            "you have seen that it is gone, say so with `sure`"
        )
    return gone[-1]


def _release_one(publication: Publication, studio: Studio, *, sure: bool) -> bool:
    """Release one publication of a film if it is gone; tell whether it was."""
    publisher = studio.channel.publisher
    with alone(publication.master, studio, _PATIENCE_S):
        with studio.results.open() as session:
            now = publications.holder_of(session, publication.master)
        if now is None or now.number != publication.number:
            return False
        if not sure and (publisher.account != now.account or not publisher.is_gone(now)):
            return False
        with studio.results.open() as session:
            publications.put(session, now.model_copy(update={"state": PublicationState.RELEASED, "why": "a person released it"}))
        return True


def _receipt_of(parked: Purchased) -> Receipt:
    return Receipt(
        key=parked.key,
        channel=parked.channel,
        video=parked.video,
        step=parked.step,
        maker=parked.maker,
        usage=parked.estimate,
        cost_usd=parked.estimate_usd,
        delivered=False,
        account=parked.account,
        purchase=parked.number,
        at=datetime.now(UTC),
    )
