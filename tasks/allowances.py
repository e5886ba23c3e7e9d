"""What may still be spent and asked for: budgets, daily allowances, and accounts that are stopped."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from prefect import get_run_logger
from sqlalchemy.orm import Session

from blocks.booked import BookedPurchase
from blocks.capabilities.clip_jobs import ClipJobs
from blocks.capabilities.maker import Maker, Standing
from blocks.domain.days import day_start, next_day_start
from blocks.domain.money import Purchased, PurchaseState, Usage
from blocks.domain.stages import Step
from blocks.errors import (
    BudgetExceeded,
    CredentialsRejected,
    PaymentUnclear,
    QuotaExhausted,
    SetupError,
    StudioError,
    TransientError,
)
from blocks.results import purchases, stops
from blocks.results.alerts import raise_alert
from blocks.studio import Studio
from tasks.lanes import lane

WARN_SHARE = Decimal("0.8")
"""People are told when so much of an allowance is used."""
BUDGET_DAY = ZoneInfo("UTC")
_DISTRUST = timedelta(minutes=15)
"""How long a refused key is not asked to pay again, even if it passes its check; a person may reopen its account at once."""


def begin_purchase(key: str, step: Step, maker: Maker, estimate: Usage, studio: Studio) -> BookedPurchase:
    """Write a purchase down before its call is made, or take up the one that a dead process left.

    Raises:
        QuotaExhausted, CredentialsRejected: the account is stopped; nothing was asked for.
        BudgetExceeded: it would cost more than the channel allows; nothing was asked for.
        SetupError: it is paid for, and waits on another machine for a store.
    """
    now = datetime.now(UTC)
    with studio.results.open() as session:
        left = purchases.unended(session, key)
        if left is not None and isinstance(maker, ClipJobs):
            if left.ticket is None:  # one that is paid for is collected even from a stopped account
                refuse_stopped(session, maker, now)
            return BookedPurchase(studio.results, left)
        if left is not None and purchases.KEPT in left.evidence:
            raise SetupError(
                f"a {step} was paid for, and its file waits for a store at {left.evidence[purchases.KEPT]}: run the film again "
                "on that machine, which buys nothing for it. If the file is lost for good, say so in the flow settle-purchase: "
                f"number {left.number}, outcome paid in vain"
            )
        if left is not None:
            purchases.end(session, left.number, PurchaseState.POSSIBLY_PAID, "the process died before an answer was read")
    with studio.results.open() as session:
        refuse_stopped(session, maker, now)
        purchases.lock_books(session, studio.video.channel)
        entry = Purchased(
            number=uuid.uuid4().hex,
            key=key,
            channel=studio.video.channel,
            video=studio.video.slug,
            step=step,
            maker=maker.kind,
            account=maker.account,
            state=PurchaseState.BEGUN,
            estimate=estimate,
            estimate_usd=maker.price(estimate),
            ticket=None,
            evidence={},
            begun_at=now,
        )
        refuse_over_budget(session, studio, entry.estimate_usd or Decimal(0), now)
        purchases.begin(session, entry)
    return BookedPurchase(studio.results, entry)


def refuse_over_budget(session: Session, studio: Studio, usd: Decimal, now: datetime) -> None:
    """Refuse to spend more on a film, or on a channel's day, than the channel allows.

    Raises:
        BudgetExceeded: nothing was bought; says until when.
    """
    channel, video = studio.channel, studio.video
    film = purchases.spent_on_film(session, video).total
    if film + usd > channel.video_budget_usd:
        raise BudgetExceeded(
            f"{video} has cost {film:.2f} USD, the next purchase costs about {usd:.2f} USD, and the channel allows "
            f"{channel.video_budget_usd:.2f} USD a film: raise the channel's video budget, then run the film again"
        )
    today = purchases.spent_by_channel(session, video.channel, day_start(now, BUDGET_DAY)).total
    if today + usd > channel.daily_budget_usd:
        resets_at = next_day_start(now, BUDGET_DAY)
        raise BudgetExceeded(
            f"the channel {video.channel} has spent {today:.2f} USD today, {video} would cost about {usd:.2f} USD more, and "
            f"{channel.daily_budget_usd:.2f} USD a day are allowed: it pauses until {resets_at:%Y-%m-%d %H:%M} UTC; "
            "run the film again then, or raise the channel's daily budget",
            resets_at=resets_at,
        )


def check_maker(maker: Maker, studio: Studio) -> StudioError | None:
    """Ask a maker's service, free of charge, whether it would take an order; gives what a film must not be started with.

    A key that is accepted again, and an allowance that is there again, end the account's stop.
    """
    try:
        with lane(maker):
            standing = maker.check()
    except TransientError as error:
        get_run_logger().warning("%s cannot be asked now: %s", maker.kind, error)
        return None
    except StudioError as error:
        note_trouble(maker, studio, error)
        return None if isinstance(error, QuotaExhausted) else error
    with studio.results.open() as session:
        stop = stops.standing_stop(session, maker.account, datetime.now(UTC))
        if stop is not None and _is_mended(stop, standing):
            stops.lift_stop(session, maker.account)
    if standing is not None:
        warn_when_scarce(maker, studio, standing)
    return None


def _is_mended(stop: stops.Stop, standing: Standing | None) -> bool:
    """Tell whether a passed check ends a stop: of a refused key only after a while, for a key may read and not be let pay."""
    if stop.kind == CredentialsRejected.__name__:
        return datetime.now(UTC) - stop.since > _DISTRUST
    return standing is not None and standing.used < standing.limit


def note_trouble(maker: Maker, studio: Studio, error: StudioError) -> None:
    """Stop an account whose allowance is used up or whose key was refused, and tell people once."""
    if not isinstance(error, QuotaExhausted | CredentialsRejected):
        return
    now = datetime.now(UTC)
    until = (error.resets_at or next_day_start(now)) if isinstance(error, QuotaExhausted) else None
    account = (error.account if isinstance(error, QuotaExhausted) else "") or maker.account
    stop = stops.Stop(
        account=account, kind=type(error).__name__, why=str(error), request_id=error.request_id, since=now, until=until
    )
    with studio.results.open() as session:
        if not stops.stop_account(session, stop):
            return
        rest = f"until {until:%Y-%m-%d %H:%M %Z}" if until else "until its key is mended"
        title = f"{maker.kind} is stopped {rest} (account {account})"
        cause = f"stop {account} {now.isoformat()}"
        raise_alert(session, cause, studio.video, title, str(error), advice=error.advice)
    get_run_logger().error("%s: %s", title, error)


def tell_parked(purchase: Purchased, studio: Studio, error: PaymentUnclear) -> None:
    """Tell people, once, that a purchase waits for their word."""
    at_risk = "an unknown amount" if purchase.estimate_usd is None else f"{purchase.estimate_usd:.2f} USD"
    title = f"{purchase.maker}: {at_risk} may have been paid for a {purchase.step} that cannot be found"
    with studio.results.open() as session:
        is_new = raise_alert(session, f"parked {purchase.number}", studio.video, title, str(error), advice=error.advice)
    if is_new:
        get_run_logger().error("%s: %s", title, error)


def note_use(maker: Maker, studio: Studio) -> None:
    """Warn once a day when most of an account's daily calls are used."""
    if maker.daily_calls is None:
        return
    since = day_start(datetime.now(UTC))
    with studio.results.open() as session:
        used = purchases.calls_since(session, maker.account, since)
    warn_when_scarce(maker, studio, Standing(used=Decimal(used), limit=Decimal(maker.daily_calls), unit="calls today"))


def warn_when_scarce(maker: Maker, studio: Studio, standing: Standing, account: str = "") -> None:
    """Tell people, once a day, that most of an allowance is used: the maker's own, unless another account is named."""
    account = account or maker.account
    if standing.used < WARN_SHARE * standing.limit:
        return
    title = f"{maker.kind}: {standing.used:f} of {standing.limit:f} {standing.unit} are used"
    cause = f"scarce {account} {standing.unit} {day_start(datetime.now(UTC)):%Y-%m-%d}"
    message = f"work stops when it is used up, and goes on at the reset (account {account})"
    with studio.results.open() as session:
        is_new = raise_alert(session, cause, studio.video, title, message, advice="top the account up to go on without a stop")
    if is_new:
        get_run_logger().warning(title)


def refuse_stopped(session: Session, maker: Maker, now: datetime, *, begun: bool = False) -> None:
    """Refuse to ask a service whose account is stopped.

    Args:
        session: the transaction.
        maker: who would ask.
        now: the time.
        begun: whether this would only finish what was begun before an allowance was used up, which is left to the service.

    Raises:
        QuotaExhausted, CredentialsRejected: it is stopped.
    """
    standing = (stops.standing_stop(session, account, now) for account in maker.allowances)
    stop = next((one for one in standing if one and not (begun and one.kind == QuotaExhausted.__name__)), None)
    if stop is None:
        return
    message = (
        f"{maker.kind} has been stopped since {stop.since:%Y-%m-%d %H:%M} UTC and was not asked: {stop.why} "
        f"(account {stop.account}; the flow reopen-account lets it be asked again at once)"
    )
    if stop.kind == CredentialsRejected.__name__:
        raise CredentialsRejected(message, request_id=stop.request_id)
    raise QuotaExhausted(message, resets_at=stop.until, request_id=stop.request_id, account=stop.account)
